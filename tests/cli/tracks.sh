#!/bin/sh
# What build-trajectories must hold to as a program: the same bytes whatever the order of the input, the
# files it comes in, the memory and the threads; cleaned pings that are clean; and where it is stopped, or
# its temp folder goes, no partial output and no litter.
#
#   tracks.sh BIN_DIR
set -u
bin=$(cd "${1:?usage: tracks.sh BIN_DIR}" && pwd) || exit 1
tool=$bin/build-trajectories
temp=$(mktemp -d) || exit 1
trap 'rm -rf "$temp"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C TMPDIR="$temp/tmp"
unset TZ POSIXLY_CORRECT 2>/dev/null || :
mkdir "$TMPDIR" "$temp/out"
cd "$temp/out" || exit 1
failed=0
fault() {
    failed=$((failed + 1))
    echo "FAILED $*"
}

# 60,000 pings of 200 people: walks, hops, wild ones, duplicates and rivals, in no order
awk 'BEGIN {
    srand(7)
    for (i = 0; i < 60000; i++) {
        p = int(rand() * 200)
        t[p] += rand() < 0.3 ? int(rand() * 30) : int(rand() * 1500)
        if (rand() < 0.2) at[p] += 0.01 * (int(rand() * 3) - 1)
        lon = 27 + p / 1000 + at[p] + (rand() < 0.2 ? 0.006 : 0) + (rand() < 0.01 ? 3 : 0)
        line = sprintf("%d,%d,%.3f,-29.3,%d,%s", p, 1772400000 + t[p], lon, rand() < 0.5 ? 800 : 50,
            rand() < 0.02 ? "mill" : "")
        print line
        if (rand() < 0.05) print line
    }
}' >pings
header=id,time,lon,lat,accuracy_m,place_id
printf '%s\n' "name,wkt" 'here,"POLYGON((27 -30,27.1 -30,27.1 -29,27 -29,27 -30))"' >areas.csv
options="--max-speed 300km/h --oscillation decre --max-accuracy 700m"
reports="--dropped dropped.csv --coverage days.csv --places-visited places.csv
    --itinerary areas-visited.csv --areas areas.csv --as-of 2026-03-10 --timezone Africa/Maseru"

# run NAME FILE...: everything that the tool writes, into NAME.all
run() {
    name=$1
    shift
    # shellcheck disable=SC2086
    "$tool" -q $options $reports "$@" -o rows.csv || fault "$name: exit status $?"
    cat rows.csv dropped.csv days.csv places.csv areas-visited.csv >"$name.all"
}
{ echo $header && cat pings; } >whole.csv
{ echo $header && sort -t , -k 5 pings; } >shuffled.csv
{ echo $header && sort -t , -k 1,1 -k 2,2n pings; } >sorted.csv
{ echo $header && head -n 20000 pings; } >part1.csv
{ echo $header && tail -n +20001 pings; } >part2.csv
run whole --threads 2 whole.csv
for reason in "too fast" oscillating "beyond --max-accuracy" "of the same moment"; do
    grep -q "$reason" dropped.csv || fault "nothing is left out as $reason"
done
[ "$(wc -l <areas-visited.csv)" -gt 5 ] || fault "nobody is in the area"
run shuffled --threads 1 shuffled.csv
run sorted --threads 2 --memory 1M sorted.csv
run parts --threads 4 --memory 1M part2.csv part1.csv
for name in shuffled sorted parts; do
    cmp -s whole.all $name.all || fault "$name: other bytes"
done

# shellcheck disable=SC2086
"$tool" -q $options --points -o once.csv whole.csv && "$tool" -q $options --points once.csv >twice.csv
cmp -s once.csv twice.csv || fault "cleaned pings are not clean"
[ "$(wc -l <once.csv)" -gt 10000 ] || fault "hardly a ping is kept"

# clean WHAT RC: the old outputs are as they were, and nothing else is there
clean() {
    [ "$(cat old/rows.csv old/days.csv)" = "$(printf 'old\nold')" ] || fault "$1: the old output is gone"
    [ "$(ls -A old)" = "$(printf 'days.csv\nrows.csv')" ] || fault "$1: litter: $(ls -A old)"
    [ -z "$(ls -A "$TMPDIR" 2>/dev/null)" ] || fault "$1: litter: $(ls -A "$TMPDIR")"
}
mkdir old
echo old >old/rows.csv
echo old >old/days.csv

# a signal, with the sort on the temp disk and the input still open
# (of a shell's children in the background INT is ignored: env gives it its effect again)
for signal in INT TERM HUP KILL; do
    mkfifo feed
    env --default-signal=INT "$tool" -q --memory 1M -o old/rows.csv --coverage old/days.csv feed 2>err &
    pid=$!
    exec 9>feed
    cat whole.csv >&9
    [ -z "$(ls -A "$TMPDIR")" ] || fault "temp files have names: $(ls -A "$TMPDIR")"
    kill -s $signal $pid
    exec 9>&-
    wait $pid
    rc=$?
    [ $rc -gt 128 ] || fault "$signal: exit status $rc"
    clean $signal
    rm -f feed
done

# a temp folder that is not there, and one that goes
rmdir "$TMPDIR"
"$tool" -q --memory 1M -o old/rows.csv --coverage old/days.csv whole.csv 2>err
[ $? -eq 1 ] || fault "no temp folder: another exit status"
grep -q "$TMPDIR" err || fault "no temp folder: $(cat err)"
clean "no temp folder"
mkdir "$TMPDIR"
mkfifo feed
"$tool" -q --memory 1M -o old/rows.csv --coverage old/days.csv feed 2>err &
pid=$!
exec 9>feed
head -n 1000 whole.csv >&9
rmdir "$TMPDIR"
tail -n +1001 whole.csv >&9
exec 9>&-
wait $pid
[ $? -eq 1 ] || fault "the temp folder went: another exit status"
grep -q "$TMPDIR" err || fault "the temp folder went: $(cat err)"
clean "the temp folder went"

# a temp folder on a disk that fills up, where one may be mounted
mkdir small
# shellcheck disable=SC2016
if unshare -rm mount -t tmpfs none small 2>/dev/null; then
    unshare -rm sh -c 'mount -t tmpfs -o size=256k none small && TMPDIR=$PWD/small exec "$@"' sh \
        "$tool" -q --memory 1M -o old/rows.csv --coverage old/days.csv whole.csv 2>err
    [ $? -eq 1 ] || fault "a full disk: another exit status"
    grep -q "$PWD/small.*No space left" err || fault "a full disk: $(cat err)"
    clean "a full disk"
else
    echo "not tried: a temp folder on a full disk, as none can be mounted"
fi

echo "$failed failed"
[ $failed -eq 0 ]
