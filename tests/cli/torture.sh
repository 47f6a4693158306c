#!/bin/sh
# Files that are too large to be stored: one endless line as CSV, NDJSON, JSON and GPX, and quotes
# without end. Whatever their size, they are refused or set aside in bounded memory.
#
#   torture.sh BIN_DIR [SIZE]
#
# SIZE, bytes or as 1G, is how long the line is, 80 MiB unless given.
set -u
bin=$(cd "${1:?usage: torture.sh BIN_DIR [SIZE]}" && pwd) || exit 1
size=${2-80M}
temp=$(mktemp -d) || exit 1
trap 'rm -rf "$temp"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C TMPDIR="$temp"

# the checks are the ends of pipes, and so of shells of their own
: >"$temp/checks"
: >"$temp/faults"
fault() { echo "FAILED $*" | tee -a "$temp/faults"; }

endless() { head -c "$size" /dev/zero | tr '\0' x; }

# check NAME MiB STATUS WORDS FORMAT: runs on standard input, holds memory, exit status and message
# against what is expected
check() {
    echo "$1" >>"$temp/checks"
    "$bin/ingest-signaling" --verbose --threads 2 --id anna --input-format "$5" >"$temp/out" 2>"$temp/err"
    rc=$?
    if [ $rc -ne "$3" ] || ! grep -q "$4" "$temp/err"; then
        fault "$1: exit status $rc: $(head -c 2000 "$temp/err")"
    fi
    used=$(sed -n 's/.* \([0-9]*\) MiB of memory.*/\1/p' "$temp/err")
    # a sanitizer needs several times the memory
    if [ "${used:-0}" -gt "$2" ] && ! grep -q "__[at]san_init" "$bin/ingest-signaling"; then
        fault "$1: $used MiB of memory"
    fi
}

{ printf 'id,time,lon,lat\n'; endless; printf '\nanna,2024-03-02T08:00Z,27.48,-29.31\n'; } |
    check 'an endless row' 64 3 'longer than 1 MiB' csv
endless | check 'an endless header' 64 1 'longer than 1 MiB' csv
{ printf 'id,time,lon,lat\n"'; endless; } | check 'a quote never closed' 64 3 'longer than 1 MiB' csv
{ printf 'id,time,lon,lat\n'; yes '"anna,2024-03-02T08:00Z,27.48,-29.31' | head -c "$size"; } |
    check 'a quote opened in every line' 64 3 'text behind a closing quote' csv
{ printf '{"time":1709366400,"lon":27.48,"lat":-29.31}\n{"time":"'; endless; printf '"}\n'; } |
    check 'an endless NDJSON record' 64 3 'longer than 1 MiB' ndjson
{ printf '{"locations":[{"x":"'; endless; printf '"}]}'; } |
    check 'an endless location' 300 1 'longer than 64 MiB' takeout
{ printf '<gpx><trk><trkseg><trkpt lat="1" lon="1"><time>'; endless; printf '</time></trkpt></trkseg></trk></gpx>'; } |
    check 'an endless time in GPX' 64 3 'time: not a time' gpx
{ printf '<gpx><trk><trkseg><trkpt lat="'; endless; printf '"/></trkseg></trk></gpx>'; } |
    check 'an endless latitude in GPX' 64 1 'a tag longer than 1 MiB' gpx
{ printf '<gpx>'; yes '<x>' | head -c "$size"; } |
    check 'elements without end in GPX' 64 1 'elements within more than 1000 others' gpx

echo "$(wc -l <"$temp/checks") checks, $(grep -c FAILED "$temp/faults") failed"
[ "$(wc -l <"$temp/checks")" -eq 9 ] && [ ! -s "$temp/faults" ]
