#!/bin/sh
# What golden cases cannot show of risk-rank's daily work: a table of links that is open to others or
# not, and a manifest, which has times in it.
#
#   daily.sh BIN_DIR
set -u
bin=$(cd "${1:?usage: daily.sh BIN_DIR}" && pwd) || exit 1
temp=$(mktemp -d) || exit 1
trap 'rm -rf "$temp"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C TMPDIR="$temp"
cd "$temp" || exit 1
failed=0
fault() {
    echo "$*"
    failed=$((failed + 1))
}

cat >contacts.csv <<'END'
index_id,contact_id,start,end
p1,p2,2026-03-06T08:00:00Z,2026-03-06T08:20:00Z
p1,p3,2026-03-06T08:00:00Z,2026-03-06T08:10:00Z
END
cat >people.csv <<'END'
pseudonym,id
p1,Index Example
p2,+43 1 23456
END
rank() {
    "$bin/risk-rank" --quiet --policy cdc-2020 "$@" contacts.csv
}

for mode in 640 604 660 602; do
    chmod $mode people.csv
    if rank --link people.csv >out.csv 2>err || ! grep -q 'chmod 600 people.csv' err; then
        fault "links of mode $mode are taken"
    fi
done
chmod 600 people.csv
rank --link people.csv --fields contact_id,index_id -o linked.csv || fault "links of mode 600 are refused"
printf '%s\n' contact_id,index_id '+43 1 23456,Index Example' 'p3,Index Example' | cmp - linked.csv ||
    fault "other people than linked"
[ "$(stat -c %a linked.csv)" = 600 ] || fault "a list with names is open to others"
printf 'p2,\n' >>people.csv
rank --link people.csv >out.csv 2>err
! grep -q p2 err || fault "a message tells of a link"

rank --manifest made.json --policy cdc-2020 --top 1 -o out.csv || fault "no manifest"
grep -q "\"sha256\": \"$(sha256sum <contacts.csv | cut -d ' ' -f 1)\"" made.json || fault "another hash"
grep -q "\"bytes\": $(wc -c <contacts.csv)," made.json || fault "another size"
grep -q '"command": \[".*risk-rank", "--quiet", .*"--top", "1"' made.json || fault "another command"
grep -q '"policy": {"name": "cdc-2020", "text": "# Close contact as the CDC' made.json || fault "another policy"
"$bin/risk-rank" --policy cdc-2020 --manifest made.json -o out.csv - <contacts.csv 2>err
grep -q 'standard input is no file' err || fault "no word of an input without a hash"

echo "$failed faults"
[ $failed -eq 0 ]
