#!/bin/sh
# What simulate-outbreak makes: the same bytes whatever the threads, files whole or not at all, that the
# other tools read; calls that avert infections; and a world whose figures are near those published.
#
#   outbreak.sh BIN_DIR TESTDATA
set -u
bin=$(cd "${1:?usage: outbreak.sh BIN_DIR TESTDATA}" && pwd) || exit 1
data=$(cd "${2:?usage: outbreak.sh BIN_DIR TESTDATA}" && pwd) || exit 1
temp=$(mktemp -d) || exit 1
trap 'rm -rf "$temp"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C TMPDIR="$temp"
unset TZ POSIXLY_CORRECT 2>/dev/null || :
cd "$temp" || exit 1

checks=0
failed=0
check() { # check WHAT COMMAND...
    what=$1
    shift
    checks=$((checks + 1))
    "$@" || {
        failed=$((failed + 1))
        echo "FAILED: $what"
    }
}

differ() {
    ! cmp -s "$1" "$2"
}

simulate() {
    "$bin/simulate-outbreak" --cells "$data/lesotho/towers.csv" --timezone Africa/Maseru "$@"
}

# --- The same bytes ---

small="--people 400 --days 3 --set disease.imported=5000 --positions 20min"
# shellcheck disable=SC2086 # words
for threads in 1 2 5; do
    simulate $small --threads $threads --output-dir $threads -o $threads.csv 2>$threads.err
    check "a run with $threads threads" [ $? -eq 0 ]
    check "the same course with $threads threads" cmp -s 1.csv $threads.csv
    check "the same files with $threads threads" diff -r 1 $threads
done
# shellcheck disable=SC2086
simulate $small --seed 1 --output-dir other -o other.csv 2>other.err
for file in signaling-a.csv.gz signaling-b.csv.gz gps.csv.gz checkins.csv.gz manifests.csv.gz cells.csv \
    cases.csv truth/contacts.csv truth/transmissions.csv truth/positions.csv.gz; do
    check "$file is there" [ -s "1/$file" ]
    case $file in cells.csv | cases.csv) ;; *) check "another seed, another $file" differ "1/$file" "other/$file" ;; esac
done

# --- What the other tools make of it ---

"$bin/ingest-signaling" --cells 1/cells.csv --timezone Africa/Maseru --map id=msisdn,subscriber \
    --map time=event_time,start_time --map area=lac,tac --map cell=ci,eci \
    1/signaling-a.csv.gz 1/signaling-b.csv.gz >pings.csv 2>ingest.err
check "the operators' files are read" [ $? -eq 0 ]
check "every cell is known, but for the spoilt" [ "$(sed -n 's/.* \([0-9]*\) unknown cell.*/\1/p' ingest.err)" -lt 60 ]
# shellcheck disable=SC2016 # awk's own
check "hardly any row is bad" awk '/: read / { bad = 1; if ($9 < 0.01 * $3) bad = 0 } END { exit bad }' ingest.err
for source in gps checkins; do
    "$bin/ingest-signaling" --source $source 1/$source.csv.gz >$source.csv 2>ingest.err
    check "$source.csv.gz is read" [ $? -eq 0 ]
    check "no row of $source.csv.gz is bad" grep -q ', set aside 0,' ingest.err
done
"$bin/find-contacts" --cases 1/cases.csv pings.csv >contacts.csv 2>find.err
check "the cases are read" [ $? -eq 0 ]
"$bin/find-contacts" --manifests 1/manifests.csv.gz --vehicle ventilated-coach pings.csv >aboard.csv 2>find.err
check "the tickets are read, and none is bad" [ $? -eq 0 ]
check "people are on board" grep -q ', [1-9][0-9]* on board' find.err
check "fellow passengers are contacts" grep -q ',vehicle,' aboard.csv
"$bin/risk-rank" 1/truth/contacts.csv --top 5 >ranked.csv 2>rank.err
check "the truth is a list of contacts to risk-rank" [ "$(wc -l <ranked.csv)" -eq 6 ]

# --- Whole or not at all ---

echo old >1/cells.csv
chmod 500 1/truth
if [ "$(id -u)" -ne 0 ]; then
    # shellcheck disable=SC2086
    simulate $small --output-dir 1 -o x.csv 2>x.err
    check "a folder that cannot be written" [ $? -eq 1 ]
    check "leaves the rest as it was" [ "$(cat 1/cells.csv)" = old ]
fi
chmod 700 1/truth
simulate --people 400 --days 3 --output-dir 1 -o /dev/full 2>x.err
check "a full disk" [ $? -eq 1 ]

# --- Calls ---

calls="--people 3000 --days 12 --seed 4 --set disease.imported=1000 --set tracing.reached=1"
# shellcheck disable=SC2086
{
    simulate $calls -o free.csv --output-dir free -q
    { echo contact_id && echo nobody && sed -n '2,$s/,.*//p' free/truth/transmissions.csv; } >list.csv
    simulate $calls -o called.csv --trace list.csv --trace-from 3 --trace-capacity 20 2>called.err
    simulate $calls -o all.csv --trace list.csv --trace-from 3 -q
}
total() {
    awk -F, 'END { print $9 }' "$1"
}
head -n 4 free.csv >first
check "nothing changes before the first call" [ "$(head -n 4 called.csv)" = "$(cat first)" ]
check "as many calls as allowed" [ "$(awk -F, 'NR > 1 && $6 > most { most = $6 } END { print most }' called.csv)" -eq 20 ]
check "calls avert infections" [ "$(total called.csv)" -lt "$(total free.csv)" ]
check "more calls avert more" [ "$(total all.csv)" -lt "$(total called.csv)" ]
check "who is nobody is counted" grep -q ', [1-9][0-9]* listed are nobody' called.err

# --- Figures ---

simulate --people 3000 --days 7 --seed 2 --set disease.imported=0 --output-dir week -o week.csv -q
awk -F, '
    function seconds(t) { return substr(t, 9, 2) * 86400 + substr(t, 12, 2) * 3600 + substr(t, 15, 2) * 60 + substr(t, 18, 2) }
    FNR > 1 { day = int((seconds($3) + 7200) / 86400); key = day "," $1 "," $2
        if (!(key in where)) pairs++
        if (where[key] != "home") where[key] = $6 }
    END { for (key in where) home += where[key] == "home"
        printf "%.2f %.3f\n", 2 * pairs / 3000 / 7, home / pairs }' week/truth/contacts.csv >figures
read -r contacts home <figures
echo "contacts a person and day: $contacts (13.4), share of these at home: $home"
check "contacts near POLYMOD" awk "BEGIN { exit !($contacts > 13.4 * 0.8 && $contacts < 13.4 * 1.2) }"
check "a share of them at home" awk "BEGIN { exit !($home > 0.15 && $home < 0.31) }"
gzip -dc week/signaling-a.csv.gz | awk -F, 'NR > 1 && $2 ~ /^2026/ && length($2) == 19 { print $1 "," $2 }' | sort |
    awk -F'[-, :]' '{ t = $4 * 86400 + $5 * 3600 + $6 * 60 + $7; if ($1 == last) print t - before; last = $1; before = t }' |
    sort -n | awk '{ gap[NR] = $1 } END { print gap[int(NR / 2)] }' >figures
read -r interval <figures
echo "median interval of signaling: $interval s"
check "signaling every few minutes to an hour" [ "$interval" -ge 180 ] && check "and not rarer" [ "$interval" -le 3600 ]

echo "$checks checks, $failed failed"
[ "$failed" -eq 0 ]
