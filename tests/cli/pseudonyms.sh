#!/bin/sh
# Pseudonyms as a user meets them: the key that is made, the same value by openssl(1), no raw id in any
# output, the key out of reach of other processes, and every call that can fail.
#
#   pseudonyms.sh BIN_DIR FAULT_OBJECT
set -u
bin=$(cd "${1:?usage: pseudonyms.sh BIN_DIR FAULT_OBJECT}" && pwd) || exit 1
object=${2:?usage: pseudonyms.sh BIN_DIR FAULT_OBJECT}
tool=$bin/ingest-signaling
temp=$(mktemp -d) || exit 1
trap 'rm -rf "$temp"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C TMPDIR="$temp"
unset TZ POSIXLY_CORRECT 2>/dev/null || :
cp "$object" "$temp/fault.so"
cd "$temp" || exit 1

checks=0
failed=0
skipped=no
# check WHAT COMMAND...: a command that must be true
check() {
    what=$1
    shift
    checks=$((checks + 1))
    "$@" || {
        failed=$((failed + 1))
        echo "FAILED $what"
    }
}
not() { ! "$@"; }

# --- the key ---

check "--generate-key" "$tool" --generate-key key
check "a key is its owner's alone" [ "$(stat -c %a key)" = 600 ]
check "a key has 32 bytes" [ "$(wc -c <key)" -eq 32 ]
cp key key.before
"$tool" --generate-key key 2>err
check "a key is never overwritten: exit status" [ $? -eq 1 ]
check "a key is never overwritten" cmp -s key key.before
"$tool" --generate-key key2
check "no two keys are one" not cmp -s key key2

# --- the same value by openssl(1), as the man page says ---

# pseudonym_of ID
pseudonym_of() {
    printf '%s' "$1" | openssl dgst -sha256 -mac hmac \
        -macopt "hexkey:$(od -An -v -tx1 key | tr -d ' \n')" | sed 's/.*= \(.\{32\}\).*/p\1/'
}

long='an id of more than thirty bytes: anna@example.org'
{
    echo id,time,lon,lat
    for id in 0012345 12e45 anna 张三 "$long" 0012345; do
        echo "$id,2024-03-02T08:00:00Z,27.48,-29.31"
    done
} >in.csv
"$tool" -q --duplicates-window 0 --pseudonymize key --fields id in.csv | tail -n +2 >ids
if command -v openssl >/dev/null; then
    for id in 0012345 12e45 anna 张三 "$long" 0012345; do pseudonym_of "$id"; done >expected
    check "openssl makes the same pseudonyms" cmp -s ids expected
else
    echo "SKIPPED: no openssl to hold the pseudonyms against"
    skipped=yes
fi
check "six of them" [ "$(grep -cE '^p[0-9a-f]{32}$' ids)" -eq 6 ]
"$tool" -q --pseudonymize key2 --fields id in.csv | tail -n +2 >ids2
check "another key makes others" [ "$(sort -u ids ids2 | wc -l)" -eq 10 ]

# --- no raw id in any output ---

{
    cat in.csv
    for id in 0012345 12e45 anna 张三 "$long"; do
        echo "2024-03-02T08:00:00Z,$id,27.48,-29.31"
        echo "x,2024-03-02T08:00:00Z,$id,-29.31"
        echo "x,2024-03-02T08:00:00Z,27.48,$id"
        echo "$id,2024-03-02T08:00:00Z,27.48,-29.31,$id"
        echo "$id"
        echo "$id,1970-01-02T08:00:00Z,27.48,-29.31"
        echo "$id,2024-03-02T08:00:00Z,-29.31,127.48"
        echo "$id,2024-03-02T08:00:00Z,0,0"
        echo "$id,2024-03-02T08:00:00Z,,"
    done
    printf '\377anna,2024-03-02T08:00:00Z,27.48,-29.31\n"anna,2024-03-02T08:00:00Z\n'
} >mixed.csv
for format in csv ndjson; do
    "$tool" -v --pseudonymize key --format $format --rejects rejects.$format -o out.$format \
        --max-rejects 100% mixed.csv 2>err.$format
    check "$format: done" [ $? -eq 0 ]
done
check "bad records are set aside" [ "$(wc -l <rejects.csv)" -gt 40 ]
tail -n +2 in.csv | cut -d, -f1 >raw
check "no raw id in any output" not grep -F -f raw out.csv out.ndjson rejects.csv rejects.ndjson err.csv err.ndjson
tail -n +2 in.csv >headless.csv
"$tool" --pseudonymize key headless.csv >out 2>err
check "a file without its header fails" [ $? -eq 1 ]
check "and tells no id" not grep -F -f raw out err

# --- out of reach ---

as_user=
if [ "$(id -u)" -eq 0 ]; then
    as_user='setpriv --reuid 65534 --regid 65534 --clear-groups'
    chown 65534 key2
    "$tool" --pseudonymize key2 in.csv >out 2>err
    check "another user's key: exit status" [ $? -eq 1 ]
    check "another user's key" grep -q "somebody else's" err
    chmod 755 "$temp"
    mkdir own
    chown 65534:65534 own
else
    mkdir own
fi
if $as_user "$tool" --version >/dev/null 2>&1; then
    mkfifo held
    chmod 644 in.csv held
    $as_user "$tool" --generate-key own/key
    $as_user "$tool" -q --pseudonymize own/key -o own/out.csv <held &
    pid=$!
    exec 3>held
    cat in.csv >&3
    # it has opened its output by now or soon; before that its files are its user's
    tries=0
    while [ "$(stat -c %u /proc/$pid/environ 2>/dev/null)" != 0 ] && [ $tries -lt 50 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
    check "no process of the user's may look in" [ $tries -lt 50 ]
    exec 3>&-
    wait $pid
    check "and it can write its output all the same: exit status" [ $? -eq 0 ]
    check "and it can write its output all the same" [ "$(wc -l <own/out.csv)" -eq 6 ] # one is a duplicate
else
    echo "SKIPPED: the tools cannot be run as another user from here"
fi

# --- every call that can fail ---

# faulty PLAN ARG...: runs the tool with that fault; false if it was not met
faulty() {
    plan=$1
    shift
    rm -f mark new out
    rc=0
    FAULT=$plan FAULT_MARK=mark LD_PRELOAD=$temp/fault.so "$tool" "$@" >stdout 2>err || rc=$?
    [ $rc -le 1 ] || check "$plan: exit status $rc" false
    [ $rc -eq 0 ] || grep -q '^ingest-signaling: .' err || check "$plan: no message" false
    checks=$((checks + 1))
    [ -e mark ]
}

if grep -aq -e __asan_init -e __tsan_init -e __ubsan_handle "$tool"; then
    echo "SKIPPED: the tools are built with a sanitizer, which is in the place of malloc() itself"
else
    for kind in malloc open write fsync getrandom write-short write-eintr; do
        n=1
        while faulty $kind:$n --generate-key new && [ $n -lt 50 ]; do
            if [ $rc -eq 0 ]; then
                check "$kind:$n: half a key" [ "$(wc -c <new)" -eq 32 ]
            else
                check "$kind:$n: a key all the same" [ ! -e new ]
            fi
            n=$((n + 1))
        done
    done
    "$tool" -q --pseudonymize key -o expected in.csv
    for kind in open fstat read read-short read-eintr; do
        n=1
        while faulty $kind:$n -q --pseudonymize key -o out in.csv && [ $n -lt 50 ]; do
            if [ $rc -eq 0 ]; then
                check "$kind:$n: other pseudonyms" cmp -s out expected
            else
                check "$kind:$n: an output all the same" [ ! -e out ]
            fi
            n=$((n + 1))
        done
    done
fi

echo "$checks checks, $failed failed"
[ $failed -eq 0 ] || exit 1
[ $skipped = no ] || exit 77
