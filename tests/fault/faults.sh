#!/bin/sh
# Makes every call of a tool that can fail do so, one after the other, and sees that the tool says so and
# leaves things as they were.
#
#   faults.sh BIN_DIR FAULT_OBJECT [TOOL...]
#
# A run with a fault ends in one of two ways. It fails: exit status 1, a message in the tool's name, the
# old output untouched. Or it did without what was refused: exit status 0 and the very result of a run
# without faults. Either way no file is left that was not there. Inputs are those of cli/conformance;
# `spill` there is the n of big.awk that makes the tool spill to $TMPDIR with --memory 1M.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "${1:?usage: faults.sh BIN_DIR FAULT_OBJECT [TOOL...]}" && pwd) || exit 1
object=${2:?usage: faults.sh BIN_DIR FAULT_OBJECT [TOOL...]}
[ -f "$object" ] || {
    echo "no such object: $object"
    exit 1
}
shift 2
[ $# -gt 0 ] || set -- ingest-signaling build-trajectories find-contacts risk-rank

if grep -aq -e __asan_init -e __tsan_init -e __ubsan_handle "$bin/$1"; then
    echo "SKIPPED: the tools are built with a sanitizer, which is in the place of malloc() itself"
    exit 77
fi

temp=$(mktemp -d) || exit 1
trap 'rm -rf "$temp"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C TMPDIR="$temp/tmp" FAULT_MARK="$temp/mark"
unset TZ POSIXLY_CORRECT 2>/dev/null || :
mkdir "$temp/tmp"
cp "$object" "$temp/fault.so" # a blank in its path would end it in LD_PRELOAD

injected=0
harmless=0
failed=0
fault() {
    failed=$((failed + 1))
    echo "FAILED $tool $*"
    sed 's/^/    stderr: /' "$temp/err" | head -n 5
}

# names FOLDER: sets $names to what lies in it, without a process
names() {
    set -- "$1"/* "$1"/.[!.]*
    names=$*
}

# once PLAN TO_FILE: runs the tool with that fault; false if it was not met
once() {
    rm -f "$temp/mark"
    echo old >out/out.csv
    : >"$temp/stdout"
    rc=0
    # shellcheck disable=SC2086
    if [ "$2" = yes ]; then
        FAULT=$1 LD_PRELOAD=$temp/fault.so "$bin/$tool" $options -o out/out.csv --rejects out/rejects.csv \
            $input >"$temp/stdout" 2>"$temp/err" || rc=$?
    else
        FAULT=$1 LD_PRELOAD=$temp/fault.so "$bin/$tool" $options $input >"$temp/stdout" 2>"$temp/err" || rc=$?
    fi
    if [ "$rc" -eq 0 ]; then
        if [ "$2" = yes ]; then
            cmp -s expected out/out.csv || fault "with $1: exit status 0, but another result"
            cmp -s expected.rejects out/rejects.csv || fault "with $1: exit status 0, but other rejects"
        else
            cmp -s expected "$temp/stdout" || fault "with $1 on standard output: another result"
        fi
    elif [ "$rc" -eq 1 ]; then
        line=
        IFS= read -r line <"$temp/err" || :
        case $line in
        "$tool: "?*) ;;
        *) fault "with $1: no message" ;;
        esac
        line=
        IFS= read -r line <out/out.csv || :
        if [ "$line" != old ]; then
            # only the fsync of the folder comes after the new file has its name
            case $1 in
            *fsync:*) cmp -s expected out/out.csv ;;
            *) false ;;
            esac || fault "with $1: the old output is gone"
        fi
    else
        fault "with $1: exit status $rc"
    fi
    # written before --output is, and whole in itself
    rm -f out/rejects.csv
    names out
    [ "$names" = "out/out.csv out/.[!.]*" ] || {
        fault "with $1: litter: $names"
        rm -rf out
        mkdir out
    }
    names "$TMPDIR"
    [ "$names" = "$TMPDIR/* $TMPDIR/.[!.]*" ] || fault "with $1: litter: $names"
    [ -e "$temp/mark" ] || return 1
    injected=$((injected + 1))
    [ "$rc" -ne 0 ] || harmless=$((harmless + 1))
}

# every KIND [BEFORE [SUFFIX [TO_FILE]]]: the first, the second... call of that kind, until there are no
# more. BEFORE is a plan for other kinds that goes with it. Sets $met to how many there were.
every() {
    met=0
    while once "${2-}$1:$((met + 1))${3-}" "${4-yes}"; do
        met=$((met + 1))
        [ $failed -lt 20 ] || break
    done
}

# must KIND...: as `every`, and there must be such calls
must() {
    every "$@"
    [ $met -gt 0 ] || fault "makes no call of kind $*: nothing was tried"
}

for tool; do
    rm -rf "$temp/work"
    cp -R "$here/../cli/conformance/$tool" "$temp/work"
    cd "$temp/work" || exit 1
    mkdir out
    options="$(cat options) --threads 2 --max-rejects 1"
    # a plain file, a packed one, and a record to be set aside
    { cat input.csv && echo only; } >plain.csv
    { head -n 1 input.csv; } | gzip -c >packed.csv.gz
    input="plain.csv packed.csv.gz"
    before=$injected
    # shellcheck disable=SC2086
    if ! "$bin/$tool" $options -q --rejects expected.rejects $input >expected || [ ! -s expected ]; then
        echo "FAILED $tool: the plain run"
        failed=$((failed + 1))
        continue
    fi

    must malloc
    must malloc '' +
    must open
    must open '' +
    must read
    must read '' +
    must write
    must write '' +
    must write '' '' no
    must write '' + no
    must fsync
    must pthread_create
    every fstat
    every fstat '' +
    every getrandom
    every getrandom '' +
    # a file system without O_TMPFILE: the output has another name until it is whole
    must tmpfile
    must tmpfile '' +
    must malloc tmpfile:1+,
    must open tmpfile:1+,
    must write tmpfile:1+,
    must fsync tmpfile:1+,
    must rename tmpfile:1+,
    every linkat
    every linkat '' +
    every rename
    # calls that do less than asked, or are interrupted, are no failures
    for kind in read-short read-eintr write-short write-eintr; do
        at=$((injected - harmless))
        must $kind
        [ $((injected - harmless)) -eq $at ] || fault "$kind: taken for a failure"
    done
    must read-short '' +
    must write-short '' +

    # more than the memory holds: what is spilled to $TMPDIR, and read again
    if [ -f spill ]; then
        awk -v n="$(cat spill)" -f big.awk >big.csv
        input=big.csv
        options="$options --memory 1M"
        # shellcheck disable=SC2086
        "$bin/$tool" $options -q $input >expected
        must tmpfile '' '' no
        must mkostemp tmpfile:1+, '' no
        must read '' '' no
        must read '' + no
        once read-short:1+ no
        must write '' '' no
        must write '' + no
    fi
    echo "$tool: $((injected - before)) faults"
done
echo "$injected faults injected, $harmless of them did no harm; $failed failed"
[ $failed -eq 0 ]
