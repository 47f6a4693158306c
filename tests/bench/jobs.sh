# jobs.sh -- what is measured. A job NAME has NAME_inputs, which sets what its programs read, and for
# each program NAME_contrace, NAME_duckdb, NAME_miller: one run, through `measure`, into $tmp/out.
# shellcheck shell=sh disable=SC2034,SC2154
jobs="ingest ingest_cells trajectories"

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
