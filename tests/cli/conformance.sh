#!/bin/sh
# What every tool does alike: help, wrong usage, empty and broken input, gzip, several files, full disks,
# a reader that leaves, locales, formats, rejects, exit statuses.
#
#   conformance.sh BIN_DIR [TOOL...]
#
# tests/cli/conformance/TOOL/ holds a small valid input.csv (whose every record counts), the options it
# needs, and big.awk, which prints an input whose result is longer than a pipe holds.
# shellcheck disable=SC2034,SC2154 # its parts share their variables
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "${1:?usage: conformance.sh BIN_DIR [TOOL...]}" && pwd) || exit 1
shift
[ $# -gt 0 ] || set -- ingest-signaling build-trajectories find-contacts risk-rank

temp=$(mktemp -d) || exit 1
trap 'chmod -R u+rwx "$temp"; rm -rf "$temp"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C TMPDIR="$temp/tmp"
unset TZ POSIXLY_CORRECT 2>/dev/null || :
mkdir "$temp/tmp"
mkfifo "$temp/fifo"

for part in helpers usage input output rejects; do
    # shellcheck source=/dev/null
    . "$here/checks/$part.sh"
done

for tool; do
    rm -rf "$temp/work"
    cp -R "$here/conformance/$tool" "$temp/work"
    cd "$temp/work" || exit 1
    options=$(cat options)
    records=$(($(wc -l <input.csv) - 1))
    : >"$temp/err"
    # shellcheck disable=SC2086 # words
    run $options input.csv
    cp "$temp/out" expected
    if [ "$rc" -ne 0 ] || [ "$(wc -l <expected)" -lt 2 ]; then
        fault "the plain run: exit status $rc, $(wc -l <expected) lines"
        continue
    fi
    check_help
    check_usage
    check_completion
    check_streams
    check_broken
    check_records
    check_output
    check_lock
    check_formats
    check_rejects
done
echo "$checks checks, $failed failed"
[ "$failed" -eq 0 ]
