#!/bin/sh
# What --format geojsonl writes, as GDAL reads it (and so QGIS): as it is, without a word of how, with
# the very geometry and properties of the rows. Skipped where ogr2ogr is not there (Debian: gdal-bin).
#
#   geojsonl.sh BIN_DIR TESTDATA
set -u
bin=$(cd "${1:?usage: geojsonl.sh BIN_DIR TESTDATA}" && pwd) || exit 1
data=$(cd "${2:?usage: geojsonl.sh BIN_DIR TESTDATA}" && pwd) || exit 1
command -v ogr2ogr >/dev/null || {
    echo "SKIPPED: no ogr2ogr (gdal-bin)"
    exit 77
}
temp=$(mktemp -d) || exit 1
trap 'rm -rf "$temp"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C
cd "$temp" || exit 1
failed=0
fault() {
    failed=$((failed + 1))
    echo "FAILED $*"
}

gzip -dc "$data/lesotho/gps.csv.gz" | head -n 8000 | "$bin/ingest-signaling" -q --max-rejects 5% -o pings.csv ||
    fault "no pings: exit status $?"

# check NAME OPTION...: the same rows as CSV, and as CSV that ogr2ogr makes of lines of GeoJSON
check() {
    name=$1
    shift
    "$bin/build-trajectories" -q "$@" pings.csv >"$name.csv" || fault "$name: exit status $?"
    "$bin/build-trajectories" -q "$@" --format geojsonl pings.csv -o "$name.geojsonl" || fault "$name: exit status $?"
    ogr2ogr -f CSV -lco GEOMETRY=AS_WKT -lco SEPARATOR=TAB "/vsistdout/" "$name.geojsonl" >"$name.tab" 2>err ||
        fault "$name: ogr2ogr: $(cat err)"
    [ ! -s err ] || fault "$name: ogr2ogr: $(cat err)"
    # columns by name; a date as ogr2ogr writes it
    awk -F '\t' '{ gsub(/"/, "") }
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { print $at["WKT"] "|" $at["id"] "|" $at[time] "|" $at["accuracy_m"] "|" $at["place_id"] }' \
        time="$(head -n 1 "$name.csv" | cut -d , -f 2)" "$name.tab" >got
    awk -F , 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        {
            from = $at["lon"] " " $at["lat"]
            to = ("end_lon" in at) ? $at["end_lon"] " " $at["end_lat"] : from
            when = $2
            gsub(/-/, "/", when); sub(/T/, " ", when); sub(/Z/, "+00", when)
            print (from == to ? "POINT (" from ")" : "LINESTRING (" from "," to ")") "|" $1 "|" when "|" \
                $at["accuracy_m"] "|" $at["place_id"]
        }' "$name.csv" >expected
    cmp -s expected got || fault "$name: $(diff expected got | head -n 5)"
    [ "$(wc -l <got)" -gt 300 ] || fault "$name: hardly a row"
}
check rows
check points --points
grep -q LINESTRING rows.tab || fault "no move"
ogrinfo -ro -al -so rows.geojsonl >info 2>&1 || fault "ogrinfo: $(cat info)"
grep -q "GeoJSONSeq" info || fault "not known as lines of GeoJSON: $(cat info)"
grep -q "Feature Count: $(wc -l <rows.geojsonl)\$" info || fault "another number of rows: $(cat info)"
grep -q "start: DateTime" info || fault "times are texts: $(cat info)"

echo "$failed failed"
[ $failed -eq 0 ]
