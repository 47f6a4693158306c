#!/bin/sh
# The shared library exports what the public headers declare, and nothing more.
#
#   symbols.sh LIBRARY COMPILER
set -eu
library=${1:?usage: symbols.sh LIBRARY COMPILER} compiler=$2
cd "$(dirname "$0")/../include"
export LC_ALL=C
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT

# a declaration a line: without attributes, and with nothing in braces
for header in contrace/*.h; do echo "#include \"$header\""; done | "$compiler" -std=c17 -I. -E -P -x c - | tr '\n' ' ' |
    sed -E -e 's/__attribute__ *\(\([^;{}]*\)\)\)?//g' -e ':a' -e 's/\{[^{}]*\}/;/' -e 'ta' | tr ';' '\n' >"$temp/declarations"
{
    grep -v typedef "$temp/declarations" | grep -v 'static inline' | sed -En 's/^[^(]*\b(ct_[a-z0-9_]+) *\(.*/\1/p'
    sed -En 's/^ *extern [^(]*\b(ct_[a-z0-9_]+) *(\[.*)?$/\1/p' "$temp/declarations"
} | sort -u >"$temp/declared"
nm --dynamic --defined-only "$library" | awk '{ print $3 }' | sort -u >"$temp/exported"
comm -23 "$temp/declared" "$temp/exported" | sed 's/^/declared, not exported: /' >"$temp/faults"
comm -13 "$temp/declared" "$temp/exported" | sed 's/^/exported, not declared: /' >>"$temp/faults"
cat "$temp/faults"
echo "$(wc -l <"$temp/exported") symbols"
[ ! -s "$temp/faults" ] && [ "$(wc -l <"$temp/exported")" -gt 100 ]
