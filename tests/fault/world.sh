#!/bin/sh
# Makes every call of simulate-outbreak that can fail do so, one after the other. Such a run fails with exit
# status 1 and a message, or did without what was refused and gives the very result of a run without faults.
# Either way each file of the folder is whole, the old one or the new; none is new while the run can still
# fail but by giving them their names; and nothing else is left there.
#
#   world.sh BIN_DIR FAULT_OBJECT TESTDATA
set -u
bin=$(cd "${1:?usage: world.sh BIN_DIR FAULT_OBJECT TESTDATA}" && pwd) || exit 1
object=${2:?usage: world.sh BIN_DIR FAULT_OBJECT TESTDATA}
data=$(cd "${3:?usage: world.sh BIN_DIR FAULT_OBJECT TESTDATA}" && pwd) || exit 1
if grep -aq -e __asan_init -e __tsan_init -e __ubsan_handle "$bin/simulate-outbreak"; then
    echo "SKIPPED: the tools are built with a sanitizer, which is in the place of malloc() itself"
    exit 77
fi
temp=$(mktemp -d) || exit 1
trap 'rm -rf "$temp"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C TMPDIR="$temp" FAULT_MARK="$temp/mark"
unset TZ POSIXLY_CORRECT 2>/dev/null || :
cp "$object" "$temp/fault.so"
cd "$temp" || exit 1

# simulate SEED FOLDER: its course goes to FOLDER/course.csv
simulate() {
    "$bin/simulate-outbreak" -q --cells "$data/lesotho/towers.csv" --people 40 --days 1 --threads 2 \
        --set disease.imported=100000 --seed "$1" --output-dir "$2" -o "$2/course.csv"
}
mkdir old new
simulate 1 old && simulate 2 new || exit 1

injected=0
failed=0
fault() {
    failed=$((failed + 1))
    echo "FAILED with $*: $said"
}

# look PLAN RC: what is in work/ now
look() {
    (cd work && find . -type f | sort) >listed
    cmp -s listing listed || fault "$1: other files: $(diff listing listed | tr '\n' ' ')"
    while read -r file; do
        if ! cmp -s "work/$file" "new/$file"; then
            [ "$2" -ne 0 ] || fault "$1: exit status 0, but another $file"
            cmp -s "work/$file" "old/$file" || fault "$1: $file is neither old nor new"
        elif [ "$2" -ne 0 ]; then
            case $1,$said in fsync* | rename* | linkat* | *' to name '* | *course.csv*) ;; *) cmp -s "old/$file" "new/$file" || fault "$1: a new $file" ;; esac
        fi
    done <listing
}
(cd old && find . -type f | sort) >listing

for kind in malloc open read write fsync rename linkat pthread_create read-short write-short read-eintr write-eintr; do
    n=0
    while [ $failed -lt 10 ]; do
        n=$((n + 1))
        rm -rf work mark
        cp -R old work
        rc=0
        said=
        FAULT=$kind:$n LD_PRELOAD=$temp/fault.so simulate 2 work 2>err || rc=$?
        [ -e mark ] || break
        injected=$((injected + 1))
        IFS= read -r said <err || :
        case $rc,$said in
        0,) ;;
        1,"simulate-outbreak: "?*) ;;
        *) fault "$kind:$n: exit status $rc" ;;
        esac
        case $kind,$rc in *-*,1) fault "$kind:$n: taken for a failure" ;; esac
        look "$kind:$n" $rc
    done
    [ $n -gt 1 ] || [ $kind = linkat ] || fault "$kind: there is no such call"
done
echo "$injected faults injected; $failed failed"
[ $failed -eq 0 ]
