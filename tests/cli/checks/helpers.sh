#!/bin/sh
# How the conformance checks are said: run, then check.
# shellcheck disable=SC2034,SC2086,SC2154 # conformance.sh has the variables; options are words

checks=0
failed=0
fault() {
    failed=$((failed + 1))
    echo "FAILED $tool: $*"
    [ ! -s "$temp/err" ] || sed 's/^/    stderr: /' "$temp/err" | head -n 5
}

# run ARG...: runs the tool; leaves $rc, $temp/out, $temp/err
run() {
    rc=0
    "$bin/$tool" "$@" >"$temp/out" 2>"$temp/err" || rc=$?
}

# run_with NAME=VALUE ARG...: the same in another environment
run_with() {
    rc=0
    name=$1
    shift
    env "$name" "$bin/$tool" "$@" >"$temp/out" 2>"$temp/err" || rc=$?
}

# check WHAT COMMAND...: a command that must be true
check() {
    what=$1
    shift
    checks=$((checks + 1))
    "$@" || fault "$what"
}

status() {
    [ "$rc" -eq "$1" ] || {
        echo "    exit status $rc, not $1"
        return 1
    }
}

# the last run failed with status $1, saying so in the tool's name, and wrote no data
failed_with() {
    status "$1" && [ ! -s "$temp/out" ] && head -n 1 "$temp/err" | grep -q "^$tool: ." &&
        ! grep -q '[^[:print:]]' "$temp/err"
}

wrong_usage() {
    failed_with 2 && [ "$(sed -n '$p' "$temp/err")" = "try '$tool --help'" ]
}

same() { # same FILE FILE
    cmp -s "$1" "$2" || {
        diff "$1" "$2" | sed 's/^/    /' | head -n 10
        return 1
    }
}

# the last run gave that file
result() {
    status 0 && same "$1" "$temp/out"
}

# the last run gave the plain result
plain() {
    result expected
}

quiet() {
    [ ! -s "$temp/err" ]
}

not() {
    ! "$@"
}

lines() { # lines FILE COUNT
    [ "$(wc -l <"$1")" -eq "$2" ]
}

says() {
    grep -Eq -- "$1" "$temp/err"
}

alone() { # alone FOLDER FILE...: nothing else lies in it
    folder=$1
    shift
    there=$(cd "$folder" && find . ! -name . | sed 's|^\./||' | sort)
    [ "$there" = "$(printf '%s\n' "$@" | sort)" ] || {
        echo "    in the folder:" "$there"
        return 1
    }
}

has_mode() {
    [ -n "$(find "$1" -perm "$2")" ]
}
