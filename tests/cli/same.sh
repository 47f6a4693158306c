#!/bin/sh
# The same bytes on standard output and standard error, in --rejects and in --dropped, whatever the
# threads, the memory and the split into files, of an input that is cut into several parts and has
# records of every bad kind.
#
#   same.sh BIN_DIR
set -u
bin=$(cd "${1:?usage: same.sh BIN_DIR}" && pwd) || exit 1
temp=$(mktemp -d) || exit 1
trap 'rm -rf "$temp"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C TMPDIR="$temp"
unset TZ POSIXLY_CORRECT 2>/dev/null || :
cd "$temp" || exit 1
failed=0

# same WHAT FILE...: FILE.1 is what FILE must be
same() {
    what=$1
    shift
    for file in "$@"; do
        cmp "$file.1" "$file" || {
            failed=$((failed + 1))
            echo "FAILED $what: $file"
        }
    done
}

# dirty: spoils some lines of a CSV of pings, and quotes fields of others
dirty() {
    awk -F, -v OFS=, '
        NR == 1 { print; next }
        NR % 997 == 0 { $4 = 95 }
        NR % 1499 == 0 { $2 = "yesterday" }
        NR % 2003 == 0 { print "\"never closed," $2; next }
        NR % 3001 == 0 { print ""; next }
        NR % 4001 == 0 { print $1, $2; next }
        NR % 5003 == 0 { $1 = "\"two\nlines, and \"\"quotes\"\"\"" }
        NR % 6007 == 0 { $3 = $4 = "" }
        { print }'
}

"$bin/tests/bench-city" 300 1 40000 gps >clean.csv || exit 1
dirty <clean.csv >dirty.csv
[ "$(wc -c <dirty.csv)" -gt 2000000 ] || {
    echo "FAILED the input is too small to be cut into parts"
    exit 1
}
"$bin/ingest-signaling" -q --max-rejects 50% --format ndjson -o dirty.ndjson clean.csv
awk 'NR % 1009 == 0 { print "{\"id\": 7"; next }
     NR % 2011 == 0 { sub(/"id":"/, "\"id\":\"\\u00e9\\t") }
     { print }' dirty.ndjson >dirty.tmp && mv dirty.tmp dirty.ndjson

# ingest THREADS SUFFIX FILE...
ingest() {
    threads=$1 suffix=$2
    shift 2
    "$bin/ingest-signaling" --threads "$threads" --max-rejects 50% --rejects "rejects$suffix" \
        --bbox 13.2,52.4,13.6,52.6 "$@" >"out$suffix" 2>"err$suffix"
}
for input in dirty.csv dirty.ndjson; do
    ingest 1 .1 $input
    for threads in 2 5; do
        ingest $threads '' $input
        same "ingest-signaling --threads $threads $input" out err rejects
    done
done
gzip -c dirty.ndjson >dirty.gz
ingest 3 '' dirty.gz
same "ingest-signaling, gzip" out

# several files are one stream; their names and lines differ in what is said of bad records
head -15000 dirty.csv >first.csv
{
    head -1 dirty.csv
    tail -n +15001 dirty.csv
} >second.csv
ingest 1 .1 dirty.csv
ingest 4 '' first.csv second.csv
same "ingest-signaling, two files" out

cp out pings.csv
# build THREADS MEMORY SUFFIX
build() {
    "$bin/build-trajectories" --threads "$1" --memory "$2" --max-rejects 50% --max-speed 100km/h \
        --max-accuracy 30m --dropped "dropped$3" pings.csv >"out$3" 2>"err$3"
}
build 1 1G .1
[ "$(wc -l <dropped.1)" -gt 100 ] || {
    failed=$((failed + 1))
    echo "FAILED too little is dropped to tell"
}
for how in "2 1G" "5 1G" "3 48M" "2 1M"; do
    # shellcheck disable=SC2086 # two words
    build $how ''
    same "build-trajectories --threads and --memory $how" out err dropped
done
cp clean.csv pings.csv
build 1 1G .1
{
    head -1 clean.csv
    tail -n +2 clean.csv | sort -t, -k4,4
} >pings.csv
build 2 2M ''
same "build-trajectories, shuffled" out err dropped

# pairs THREADS MEMORY SUFFIX FILE...
pairs() {
    threads=$1 memory=$2 suffix=$3
    shift 3
    "$bin/find-contacts" --pairs --distance 1km --threads "$threads" --memory "$memory" --verbose \
        --fields index_id,contact_id,index_time,contact_time,distance_m "$@" >"out$suffix" 2>"said"
    found=$(sed -n 's/.*: \([0-9]*\) collisions were found$/\1/p' said)
    [ "$found" = "$(tail -n +2 "out$suffix" | wc -l)" ] || {
        failed=$((failed + 1))
        echo "FAILED find-contacts --verbose tells of '$found' collisions"
    }
}
head -20001 clean.csv >first.csv
{
    head -1 clean.csv
    tail -n +20002 clean.csv
} >second.csv
pairs 1 1G .1 clean.csv
[ "$(wc -l <out.1)" -gt 100000 ] || {
    failed=$((failed + 1))
    echo "FAILED too few pairs are found to tell"
}
pairs 2 1G '' clean.csv
same "find-contacts --threads" out
pairs 5 1M '' clean.csv
same "find-contacts --memory" out
pairs 3 8M '' second.csv first.csv
same "find-contacts, two files" out
pairs 2 1M '' pings.csv
same "find-contacts, shuffled" out

# more than the sorter keeps with threads, so that a run is sorted while others are read
"$bin/tests/bench-city" 3000 3 900000 towers >pings.csv
build 1 1G .1
build 4 43M ''
same "build-trajectories, spilling" out err dropped

[ $failed -eq 0 ] || exit 1
echo "the same bytes throughout"
