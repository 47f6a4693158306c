#!/bin/sh
# Runs what README.md shows: in its indented blocks, each command behind "$ " is run in a copy of
# testdata/lesotho with the tools in PATH (it goes on in the next line after \ or |), and the lines
# behind it must be what it prints, errors and all.
#
#   readme.sh BIN_DIR [--update]
#
# --update writes into README.md what the commands print now.
set -u
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
bin=$(cd "${1:?usage: readme.sh BIN_DIR [--update]}" && pwd) || exit 1
temp=$(mktemp -d) || exit 1
trap 'rm -rf "$temp"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C PATH="$bin:$PATH" TMPDIR="$temp"
unset TZ POSIXLY_CORRECT 2>/dev/null || :

# each command becomes a file: 1.sh, 2.sh...
mkdir "$temp/shown"
cp -R "$top/testdata/lesotho" "$temp/data"
awk -v to="$temp/shown/" '
    /^    \$ / { n++; more = 1; sub(/\$ /, "") }
    more { print substr($0, 5) >(to n ".sh"); more = /[\\|]$/ }
' "$top/README.md"

commands=0
failed=0
while [ -f "$temp/shown/$((commands + 1)).sh" ]; do
    commands=$((commands + 1))
    shown=$temp/shown/$commands
    (cd "$temp/data" && sh "$shown.sh") >"$shown.out" 2>&1 </dev/null || {
        echo "exit status $?: $(cat "$shown.sh")"
        failed=$((failed + 1))
    }
done
[ "$commands" -ge 2 ] || {
    echo "only $commands commands seen in README.md"
    exit 1
}

# the page as it should be: what stood behind a command gives way to what it prints
awk -v from="$temp/shown/" '
    !/^    / { shown = 0 }
    /^    \$ / { n++; more = 1; shown = 1 }
    !shown || more { print }
    more && !/[\\|]$/ {
        more = 0
        while ((getline line <(from n ".out")) > 0)
            print "    " line
    }
' "$top/README.md" >"$temp/README.md"
if [ "${2-}" = --update ]; then
    cat "$temp/README.md" >"$top/README.md"
else
    diff -u "$top/README.md" "$temp/README.md" || failed=$((failed + 1))
fi
echo "$commands commands, $failed failed"
[ "$failed" -eq 0 ]
