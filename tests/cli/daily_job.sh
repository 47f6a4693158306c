#!/bin/sh
# The job of every morning: makes the lists that are due and skips those that are there, catches up, takes
# late files, leaves the field to another run, and fails without harm. And the batch script of its feeds.
#
#   daily_job.sh BIN_DIR
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
bin=$(cd "${1:?usage: daily_job.sh BIN_DIR}" && pwd) || exit 1
temp=$(mktemp -d) || exit 1
trap 'rm -rf "$temp"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C TMPDIR="$temp" PATH="$top/cmd/daily:$bin:$PATH"
cd "$temp" || exit 1
checks=0 failed=0
check() {
    what=$1
    shift
    checks=$((checks + 1))
    "$@" || {
        echo "FAILED: $what"
        sed 's/^/    /' out err
        failed=$((failed + 1))
    }
}
# job ARG...: leaves $rc, out, err
job() {
    rc=0
    contrace-daily "$@" >out 2>err || rc=$?
}
ended() { [ "$rc" -eq "$1" ]; }
says() { grep -Eq -- "$2" "$1"; }
silent() { [ ! -s out ] && [ ! -s err ]; }

# feed DAY NAME PERSON...: they are together from 8:00 to 9:00
feed() {
    mkdir -p "feeds/$1"
    awk -v day="$1" -v people="$*" 'BEGIN {
        print "who,when,lat,lon"
        n = split(people, id, " ")
        for (i = 3; i <= n; i++)
            for (minute = 0; minute < 60; minute++)
                printf "%s,%s 08:%02d:00,-29.3,27.5\n", id[i], day, minute
    }' | gzip >"feeds/$1/$2.csv.gz"
}
feed 2026-03-05 a case anna
feed 2026-03-06 a case ben
feed 2026-03-07 a case carl
echo id,onset >cases.csv
echo case,2026-03-06 >>cases.csv
cat >daily.conf <<'END'
FEEDS=feeds
CASES=cases.csv
WORK=work
ZONE=Africa/Maseru
DAYS=3
POLICY=cdc-2020
INGEST='--map id=who --map time=when --timezone Africa/Maseru --max-rejects 0'
RANK='--fields rank,contact_id,category,score,change'
END
list() { tail -n +2 "work/lists/$1.csv" | cut -d, -f 1-3,5 | tr '\n' ' '; }

job --today 2026-03-06 daily.conf
check "the first list" ended 0
check "one line" says out '^contrace-daily: 2026-03-05: pings of 1 days, 1 high, written 1, [0-9]+ s$'
check "one line only" [ "$(wc -l <out)" -eq 1 ]
check "who was met" [ "$(list 2026-03-05)" = "1,anna,high, " ]
check "nobody else can read it" [ -z "$(find work -perm /077)" ]
job --today 2026-03-06 daily.conf
check "once a day" ended 0
check "and then in silence" silent

job --today 2026-03-08 daily.conf
check "two days at once" [ "$(cut -d: -f 2 out | tr -d '\n')" = " 2026-03-06 2026-03-07" ]
check "who is new on the second" [ "$(list 2026-03-06)" = "1,anna,high,same 2,ben,high,new " ]
check "who is new on the third" [ "$(list 2026-03-07)" = "1,anna,high,same 2,ben,high,same 3,carl,high,new " ]
check "from a manifest" says work/lists/2026-03-07.json 2026-03-06.csv

job --today 2026-03-09 daily.conf
check "without feeds" ended 1
check "which it names" says err 'no feeds of 2026-03-08 yet'
check "there is no list" [ ! -e work/lists/2026-03-08.csv ]
mkdir feeds/2026-03-08
feed 2026-03-07 late case dora
touch -d '+1 minute' feeds/2026-03-07/late.csv.gz
job --today 2026-03-09 daily.conf
check "an empty day, and a late file of the one before" ended 0
check "who was in it" says work/lists/2026-03-08.csv ',dora,high,.*,new'

feed 2026-03-09 a case emil
echo 'who,when,lat,lon
case,yesterday,-29.3,27.5' >feeds/2026-03-09/b.csv
job --today 2026-03-10 daily.conf
check "bad records" ended 1
check "which are told" says err 'b.csv:2: when: not a time'
check "where" says err 'status 3 from ingest-signaling; see work/logs/2026-03-09.pings.log'
check "make no list" [ ! -e work/lists/2026-03-09.csv ]
job --today 2026-03-10 daily.conf
check "nor the second time" ended 1
echo "INGEST=\"\$INGEST --max-rejects 1\"" >>daily.conf
job --today 2026-03-10 daily.conf
check "unless that is allowed" says work/lists/2026-03-09.csv ',emil,high,.*,new'

flock work/lock contrace-daily --today 2026-03-11 daily.conf >out 2>err
rc=$?
check "two at once: the second ends with 75" ended 75
check "two at once: it says why" says err 'another run holds the lock: work/lock'

cp work/lists/2026-03-07.csv before.csv
job daily.conf 2026-03-07
check "a list again" ended 0
check "with what came late" says work/lists/2026-03-07.csv ',dora,high,.*,new'
for args in '' '--today' '--today monday daily.conf' 'daily.conf 2026-02-30' '--nonsense'; do
    # shellcheck disable=SC2086
    job $args
    check "wrong usage: $args" ended 2
done
echo FEEDS=feeds >poor.conf
job poor.conf
check "a CONFIG without all" says err 'CASES is missing: poor.conf'

# the batch script, as both schedulers would call it
rm -r work
rc=0
SLURM_ARRAY_TASK_ID=1 contrace-batch daily.conf 2026-03-08 >out 2>err || rc=$?
check "a task of Slurm" ended 0
SGE_TASK_ID=2 contrace-batch daily.conf 2026-03-08 >out 2>err || rc=$?
check "a task of Grid Engine" ended 0
check "they have read a day each" [ "$(cd work/pings && echo ./*.csv)" = "./2026-03-06.csv ./2026-03-07.csv" ]
touch -d 2026-03-08 work/pings/*.csv feeds/*/*
job --today 2026-03-08 daily.conf
check "the list after them" says work/lists/2026-03-07.csv ',carl,high'
check "reads only the other day" [ "$(find work/pings -name '*.csv' -newermt 2026-03-09)" = work/pings/2026-03-05.csv ]

if command -v systemd-analyze >/dev/null; then
    ln -s "$top/cmd/daily/contrace-daily" "$temp/" # a unit writes no blanks in a path
    sed "s|/usr/bin/|$temp/|" "$top/cmd/daily/contrace-daily.service" >contrace-daily.service
    cp "$top/cmd/daily/contrace-daily.timer" .
    SYSTEMD_LOG_LEVEL=warning systemd-analyze verify --man=no ./contrace-daily.service ./contrace-daily.timer >out 2>err
    rc=$?
    check "systemd takes the units" ended 0
fi
echo "$checks checks, $failed failed"
[ $failed -eq 0 ]
