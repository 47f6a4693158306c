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

# a manifest alone is enough: its policy, its command and the files that have its hashes
"$bin/risk-rank" --show-policy cdc-2020 | sed 's/^rolling = .*/rolling = 12h/' >own.ini
printf 'id,onset\np1,2026-03-07\n' >cases.csv
"$bin/risk-rank" -q --policy own.ini --cases cases.csv --manifest made.json --fields contact_id,score \
    -o first.csv contacts.csv || fault "no list by an own policy"
json_text() { # member "NAME" of the manifest, as it was
    sed -n "s/.*\"$1\": \"\(.*\)\"}.*/\1/p" made.json | sed 's/\\"/"/g' | while IFS= read -r line; do
        printf %b "$line"
    done
}
mkdir again
json_text text >again/own.ini
cmp own.ini again/own.ini || fault "another policy's text"
grep -o '"sha256": "[0-9a-f]*"' made.json | cut -d '"' -f 4 | while read -r hash; do
    for file in contacts.csv cases.csv people.csv; do
        [ "$(sha256sum <"$file" | cut -d ' ' -f 1)" != "$hash" ] || cp "$file" again
    done
done
arguments=$(sed -n 's/.*"command": \["[^"]*", \(.*\)\],/\1/p' made.json | sed 's/", "/" "/g')
(cd again && eval "\"$bin/risk-rank\" $arguments") || fault "the manifest's command fails"
cmp first.csv again/first.csv || fault "another list by the manifest"

# a name that JSON cannot hold is said to be none, and the manifest is still JSON
name=$(printf 'caf\351.csv')
cp contacts.csv "$name"
"$bin/risk-rank" --policy cdc-2020 --manifest made.json -o out.csv "$name" 2>err || fault "a name is refused"
grep -q 'no UTF-8' err || fault "no word of a name that is no UTF-8"
grep -qF '"path": "caf\ufffd.csv", "bytes": '"$(wc -c <contacts.csv)," made.json || fault "another name"

echo "$failed faults"
[ $failed -eq 0 ]
