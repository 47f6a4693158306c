# jobs.sh -- what is measured. A job NAME has NAME_inputs, which sets what its programs read, and for
# each program NAME_contrace, NAME_duckdb, NAME_miller: one run, through `measure`, into $tmp/out.
# shellcheck shell=sh disable=SC2034,SC2154
jobs="ingest ingest_cells trajectories pairs dense_pairs tower_pairs contacts_of_cases"

# pings in, checked, and out again
ingest_inputs() { gps=$(input gps); }
ingest_contrace() { measure ingest-signaling -q -o "$tmp/out" "$gps"; }
ingest_duckdb() { measure_duckdb "COPY (SELECT * FROM $(pings_sql "$gps")) TO '$tmp/out' (HEADER)"; }
ingest_miller() { measure mlr --csv cat "$gps" >"$tmp/out"; }

# cells looked up in a table, and ids replaced by pseudonyms; DuckDB does the first only
ingest_cells_inputs() {
    cells=$(input cells) table=$(input table)
    [ -f "$tmp/key" ] || ingest-signaling --generate-key "$tmp/key"
}
ingest_cells_contrace() {
    measure ingest-signaling -q --cells "$table" --pseudonymize "$tmp/key" -o "$tmp/out" "$cells"
}
ingest_cells_duckdb() {
    measure_duckdb "COPY (SELECT p.id, p.time, c.lon, c.lat, c.range_m
        FROM read_csv('$cells', header = true, columns = {id: 'VARCHAR', time: 'TIMESTAMP', cell_id: 'VARCHAR'}) p
        JOIN read_csv('$table', header = true, columns = {cell_id: 'VARCHAR', lon: 'DOUBLE', lat: 'DOUBLE', range_m: 'DOUBLE'}) c
        USING (cell_id)) TO '$tmp/out' (HEADER)"
}

# stays and moves of each person; DuckDB sorts only
trajectories_inputs() { gps=$(input gps); }
trajectories_contrace() { measure build-trajectories -q -o "$tmp/out" "$gps"; }
trajectories_duckdb() {
    measure_duckdb "COPY (SELECT * FROM $(pings_sql "$gps") ORDER BY id, time) TO '$tmp/out' (HEADER)"
}

# every pair of pings of two people within a distance and a time. DuckDB joins on cells of place and
# time, on the ellipsoid as well; the order of the join is held to the better one.
pair_fields=index_id,contact_id,index_time,contact_time,distance_m
pairs_by_contrace() {
    measure find-contacts -q --pairs --distance "$2m" --window "$3s" --times epoch --fields $pair_fields -o "$tmp/out" "$1"
}

# points_sql FILE DISTANCE SECONDS: a table p of points in space, and their cells
points_sql() {
    echo "SET preserve_insertion_order = false;
        SET disabled_optimizers = 'join_order,build_side_probe_side';
        CREATE TABLE p AS SELECT id, t, t // $3 AS slot, n * cos(lat) * cos(lon) AS x, n * cos(lat) * sin(lon) AS y,
            n * (1 - 0.0066943799901413165) * sin(lat) AS z,
            $(if [ "$2" = 0 ]; then echo 'lon AS east, lat AS north'; else
        echo "floor(lon * 3876632 / (1.02 * $2))::INTEGER AS east, floor(lat * 6371004 / (1.02 * $2))::INTEGER AS north"
    fi)
        FROM (SELECT *, 6378137 / sqrt(1 - 0.0066943799901413165 * sin(lat) * sin(lat)) AS n
            FROM (SELECT id, epoch(time)::BIGINT AS t, radians(lon) AS lon, radians(lat) AS lat FROM $(pings_sql "$1")))"
}

# near_sql DISTANCE SECONDS: a is near b; both ways round
near_sql() {
    steps='SELECT 0 AS e, 0 AS n'
    [ "$1" = 0 ] || steps='SELECT * FROM range(-1, 2) e(e), range(-1, 2) n(n)'
    echo "(SELECT p.*, slot + s AS to_slot, east + e AS to_east, north + n AS to_north
            FROM $3, ($steps), range(-1, 2) s(s)) a
        JOIN p b ON a.to_slot = b.slot AND a.to_east = b.east AND a.to_north = b.north
        WHERE abs(a.t - b.t) <= $2 AND (a.x - b.x) ^ 2 + (a.y - b.y) ^ 2 + (a.z - b.z) ^ 2 <= $1 * $1"
}
distance_sql='sqrt((a.x - b.x) ^ 2 + (a.y - b.y) ^ 2 + (a.z - b.z) ^ 2)'

pairs_by_duckdb() {
    measure_duckdb "$(points_sql "$1" "$2" "$3");
        COPY (SELECT a.id, b.id, a.t, b.t, round($distance_sql, 3)
            FROM $(near_sql "$2" "$3" p) AND a.id < b.id) TO '$tmp/out' (HEADER)"
}

pairs_inputs() { gps=$(input gps); }
pairs_contrace() { pairs_by_contrace "$gps" 50 300; }
pairs_duckdb() { pairs_by_duckdb "$gps" 50 300; }

# ten times the people, a tenth of the days
dense_pairs_inputs() { dense=$(input gps $((10 * people)) 1 $pings); }
dense_pairs_contrace() { pairs_by_contrace "$dense" 50 300; }
dense_pairs_duckdb() { pairs_by_duckdb "$dense" 50 300; }

# everybody is where their mast is: pairs at one mast
tower_pairs_inputs() { towers=$(input towers); }
tower_pairs_contrace() { pairs_by_contrace "$towers" 0 600; }
tower_pairs_duckdb() { pairs_by_duckdb "$towers" 0 600; }

# whom a hundred people met
contacts_of_cases_inputs() {
    gps=$(input gps)
    sed 1d "$gps" | head -n 5000 | cut -d, -f1 | sort -u | head -n 100 |
        awk 'BEGIN { print "id,infectious_from,infectious_until" } { print $1 ",2000-01-01,2100-01-01" }' >"$tmp/cases.csv"
}
contacts_of_cases_contrace() {
    measure find-contacts -q --cases "$tmp/cases.csv" --distance 50m --window 5min --gap inf --times epoch \
        --fields index_id,contact_id,start,end,collisions,min_distance_m -o "$tmp/out" "$gps"
}
contacts_of_cases_duckdb() {
    measure_duckdb "$(points_sql "$gps" 50 300);
        COPY (SELECT a.id, b.id, min(least(a.t, b.t)), max(greatest(a.t, b.t)), count(*), round(min($distance_sql), 3)
            FROM $(near_sql 50 300 "(SELECT * FROM p WHERE id IN (SELECT id FROM read_csv('$tmp/cases.csv'))) p")
            AND a.id <> b.id GROUP BY 1, 2 ORDER BY 1, 2) TO '$tmp/out' (HEADER)"
}
