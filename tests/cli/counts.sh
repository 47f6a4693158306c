#!/bin/sh
# Nothing is lost uncounted: of inputs by chance, clean and dirty, the line of counts, the report, all in
# all and by source, --rejects and the pings written add up, and agree with a count of the lines.
#
#   counts.sh BIN_DIR [ROUNDS]
set -u
bin=$(cd "${1:?usage: counts.sh BIN_DIR}" && pwd) || exit 1
rounds=${2-40}
temp=$(mktemp -d) || exit 1
trap 'rm -rf "$temp"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C TMPDIR="$temp"
unset TZ POSIXLY_CORRECT 2>/dev/null || :
cd "$temp" || exit 1
failed=0

# records SEED CSV NDJSON: the same kinds of records in both, some of them again and again, and how many
# there are; no line is blank and no quote spans lines, so that each line is a record
records() {
    awk -v seed="$1" -v csv="$2" -v json="$3" '
        function any(n) { return int(rand() * n) }
        function pick(list,    words, n) { n = split(list, words, "|"); return words[1 + any(n)] }
        BEGIN {
            srand(seed)
            print "id,time,duration,lon,lat,cell_id,source" >csv
            n = 1 + any(400)
            for (i = 0; i < n; i++) {
                id = pick("0012|anna|1e5|bert|")
                time = sprintf("2024-03-0%dT%02d:00:%02dZ", 1 + any(5), any(3), any(3))
                if (any(12) == 0) time = pick("noon||1970-01-01T00:00:00Z|2024-02-30T00:00:00Z|9999999999")
                duration = any(3) == 0 ? pick("60|0|1:00:00|-5|long|86400") : ""
                lon = any(8) == 0 ? pick("0|x|227|-29.31|") : 27.4 + any(4) / 10
                lat = any(8) == 0 ? pick("0|y|91|27.4|") : -29.3
                cell = any(5) == 0 ? pick("c1|c2|c3|c9") : ""
                if (cell != "" && any(2)) lon = lat = ""
                source = pick("op-a|op-b|app|")
                line = id "," time "," duration "," lon "," lat "," cell "," source
                object = "{\"id\":\"" id "\",\"time\":\"" time "\",\"duration\":\"" duration "\",\"lon\":" \
                    (lon == "" ? "null" : lon ~ /[xy]/ ? "\"" lon "\"" : lon) ",\"lat\":" \
                    (lat == "" ? "null" : lat ~ /[xy]/ ? "\"" lat "\"" : lat) ",\"cell_id\":\"" cell \
                    "\",\"source\":\"" source "\"}"
                if (any(15) == 0) { line = pick("torn|a,b|,,,,,,,,,|\"q\"x,1,2,3,4,5,6"); object = pick("{\"id\":|[]|{}|7") }
                for (again = any(6) == 0 ? 3 : 1; again > 0; again--) {
                    print line >csv
                    print object >json
                    count++
                }
            }
            print count
        }'
}

# sums FILE GROUP: what the numbers of each object GROUP of a report come to: of the whole, then of its sources
sums() {
    awk -v group="$2" '
        $1 == "\"" group "\":" && $2 == "{" { inside = 1; sum = 0; next }
        inside && $1 ~ /^}/ { inside = 0; print sum; next }
        inside { sub(/,$/, ""); sum += $NF }' "$1"
}

# values FILE NAME: the values of a member of the objects "records"
values() {
    awk -v name="$2" '
        $1 == "\"records\":" { inside = 1; next }
        inside && $1 ~ /^}/ { inside = 0 }
        inside && $1 == "\"" name "\":" { sub(/,$/, "", $2); print $2 }' "$1"
}

# check WHAT A B: two numbers, or lists of them, that must be the same
check() {
    [ "$2" = "$3" ] && return
    failed=$((failed + 1))
    echo "FAILED round $round ($options): $1: $2, not $3"
    cat err
}

# adds_up NAME: the first of the report's values is the sum of the others
adds_up() {
    check "the sources' $1" "$(values report.json "$1" | sed 1d | awk '{ s += $1 } END { print s + 0 }')" \
        "$(values report.json "$1" | sed -n 1p)"
}

printf 'cell_id,lon,lat,range_m,valid_to\nc1,27.5,-29.3,500,\nc2,27.6,-29.3,500,2024-03-02\nc3,0,0,500,\n' >cells.csv
printf 'id\nanna\n0012\n' >ids.csv
echo 'POLYGON((27.35 -30,27.65 -30,27.65 -29,27.35 -29,27.35 -30))' >area.wkt
round=0
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    rm -f in.csv in.ndjson
    lines=$(records "$round" in.csv in.ndjson)
    case $((round % 2)) in 0) input=in.csv ;; *) input=in.ndjson ;; esac
    options="--threads $((round % 3 + 1)) --input-format ${input#in.}"
    [ $((round / 2 % 2)) -eq 0 ] || options="$options --cells cells.csv"
    [ $((round / 3 % 2)) -eq 0 ] || options="$options --source-priority app,op-a"
    [ $((round / 4 % 3)) -eq 0 ] || options="$options --since 2024-03-02 --until 2024-03-04T01:00Z"
    [ $((round / 5 % 3)) -ne 0 ] || options="$options --bbox 27.45,-30,28,-29"
    [ $((round / 6 % 3)) -ne 0 ] || options="$options --area area.wkt"
    [ $((round / 7 % 3)) -ne 0 ] || options="$options --ids ids.csv"
    [ $((round / 8 % 3)) -ne 0 ] || options="$options --conflicts conflicts.csv"
    [ $((round / 9 % 2)) -eq 0 ] || options="$options --source op-z"
    # shellcheck disable=SC2086 # words
    "$bin/ingest-signaling" $options --max-rejects 100% --rejects rejects.csv --report report.json \
        -o out.csv "$input" 2>err
    check "exit status" $? 0
    grep ': read ' err | sed 's/^.*: read /read /' >counts

    read=$(sed 's/read \([0-9]*\) record.*/\1/' counts)
    more=$(sed -n 's/.*, \([0-9]*\) more at .*/\1/p' counts)
    kept=$(sed 's/.*kept \([0-9]*\),.*/\1/' counts)
    aside=$(sed 's/.*set aside \([0-9]*\).*/\1/' counts)
    dropped=$(sed 's/([^)]*)//; s/.*set aside [0-9]*//; s/, written.*//' counts | tr , '\n' |
        awk '/not in --ids|outside|duplicate|of other sources/ { s += $1 } END { print s + 0 }')
    written=$(sed 's/.*written //' counts)
    check "read" "$read" "$lines"
    check "read + more" "$((read + ${more:-0}))" "$((kept + aside + dropped))"
    check "written" "$written" "$kept"
    check "rows" "$(($(wc -l <out.csv) - 1))" "$written"
    check "rejects" "$(awk 'END { print NR - 1 }' rejects.csv)" "$aside"

    check "the report's read" "$(values report.json read | sed -n 1p)" "$read"
    check "the report's written" "$(values report.json written | sed -n 1p)" "$written"
    check "reasons" "$(sums report.json set_aside)" "$(values report.json set_aside)"
    check "what is left out" "$(sums report.json left_out)" "$(values report.json left_out)"
    for name in read more_at_ends set_aside left_out duplicates outranked written; do
        adds_up "$name"
        values report.json "$name" >"of.$name"
    done
    check "all of each source" "$(paste of.read of.more_at_ends | awk '{ print $1 + $2 }')" \
        "$(paste of.set_aside of.left_out of.duplicates of.outranked of.written |
            awk '{ print $1 + $2 + $3 + $4 + $5 }')"
done
echo "$round rounds, $failed failed"
[ "$failed" -eq 0 ] && [ "$round" -gt 0 ]
