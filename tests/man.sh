#!/bin/sh
# Holds the man pages against the tools: every option of --help and every column of --help-fields has its
# place, no option is told of that is not there, mandoc finds no fault, and the EXAMPLES do what they show.
#
#   man.sh BIN_DIR
#
# In EXAMPLES, a block of `.Bd -literal` whose first line begins with "$ " is run, in a copy of testdata/
# of that page's own, with the tools in PATH. A command goes on in the next line after \ or |. The lines
# behind it are its standard output, whole; a last line "..." stands for more of it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
bin=$(cd "${1:?usage: man.sh BIN_DIR}" && pwd) || exit 1
temp=$(mktemp -d) || exit 1
trap 'rm -rf "$temp"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C PATH="$bin:$top/cmd/daily:$PATH" TMPDIR="$temp"
unset TZ POSIXLY_CORRECT 2>/dev/null || :
failed=0
fault() {
    echo "$*"
    failed=$((failed + 1))
}

# --- options and columns ---

# "-o --output" or "--fields", a line each
help_options() {
    "$bin/$1" --help | sed -n \
        -e 's/^  \(-[[:alnum:]]\), --\([a-z][a-z0-9-]*\).*/\1 --\2/p' \
        -e 's/^      --\([a-z][a-z0-9-]*\).*/--\1/p'
}

page_options() {
    sed -n \
        -e 's/^\.It Fl \([[:alnum:]]\)\( Ar [^ ]*\)\{0,1\} , Fl -\([a-z][a-z0-9-]*\).*/-\1 --\3/p' \
        -e 's/^\.It Fl -\([a-z][a-z0-9-]*\).*/--\1/p' "$1"
}

tools=0
for source in "$top"/cmd/*-*.c; do
    tool=$(basename "$source" .c)
    page=$top/man/man1/$tool.1
    tools=$((tools + 1))
    if [ ! -f "$page" ]; then
        fault "no page: man/man1/$tool.1"
        continue
    fi
    help_options "$tool" | sort >"$temp/help"
    page_options "$page" | sort >"$temp/page"
    [ "$(wc -l <"$temp/help")" -ge 15 ] || fault "$tool --help: only $(wc -l <"$temp/help") options seen"
    diff "$temp/help" "$temp/page" | sed -n -e "s|^< \(.*\)|$tool.1 lacks an .It for \1|p" \
        -e "s|^> \(.*\)|$tool.1 tells of \1, which --help does not|p" >"$temp/faults"
    while IFS= read -r line; do fault "$line"; done <"$temp/faults"

    "$bin/$tool" --help-fields | sed -n 's/^  \([a-z][a-z0-9_]*\)\( .*\)\{0,1\}$/\1/p' | sort -u >"$temp/columns"
    [ -s "$temp/columns" ] || fault "$tool --help-fields: no columns seen"
    columns=$(cat "$temp/columns")
    for column in $columns; do
        grep -Eq "^\.It .*(^|[^a-z0-9_])$column([^a-z0-9_]|\$)" "$top/man/man5/contrace-records.5" ||
            fault "contrace-records.5 lacks an .It for $column (of $tool)"
    done
done
[ $tools -gt 0 ] || fault "no tools seen"

# --- mandoc's own eye ---

# It looks among the pages that are installed for those that a page refers to; ours are looked for
# here instead.
missing_pages() {
    sed -n 's/^\.Xr \([^ ]*\) \([157]\).*/man\2\/\1.\2/p' "$1" | sort -u | while read -r other; do
        [ -f "$top/man/$other" ] || echo "refers to $other, which is not there"
    done
}

pages=0
for page in "$top"/man/man[157]/*.[157]; do
    [ -f "$page" ] || continue
    pages=$((pages + 1))
    {
        mandoc -T lint "$page" 2>&1 | grep -v -e ': STYLE: referenced manual not found: Xr ' -e 'outdated mandoc.db'
        missing_pages "$page"
    } >"$temp/lint"
    [ ! -s "$temp/lint" ] || fault "${page#"$top"/}: $(cat "$temp/lint")"
done
[ $pages -gt $tools ] || fault "only $pages pages seen"

# --- EXAMPLES ---

# The blocks to run, as lines "$ command", "> more of it" and "| output", with roff's escapes undone.
examples() {
    awk '
        /^\.Sh / { here = ($2 == "EXAMPLES"); next }
        here && /^\.Bd -literal/ { block = 1; first = 1; next }
        /^\.Ed/ { block = 0; run = 0; next }
        !block { next }
        {
            gsub(/\\\(aq/, "\047"); gsub(/\\\(dq/, "\""); gsub(/\\&/, ""); gsub(/\\-/, "-")
            gsub(/\\\(ti/, "~"); gsub(/\\\(ha/, "^"); gsub(/\\\(ga/, "`"); gsub(/\\e/, "\\")
        }
        first { run = /^\$ /; first = 0; more = 0 }
        !run { next }
        more { print "> " $0; more = /[\\|]$/; next }
        /^\$ / { print; more = /[\\|]$/; next }
        { print "| " $0 }
    ' "$1"
}

# check_command PAGE: runs $temp/command and holds its output against $temp/expected
check_command() {
    [ -s "$temp/command" ] || return 0
    commands=$((commands + 1))
    (cd "$temp/data" && sh "$temp/command") >"$temp/got" 2>"$temp/err" </dev/null
    rc=$?
    [ $rc -eq 0 ] || fault "$1: exit status $rc: $(cat "$temp/command" "$temp/err")"
    if [ "$(tail -n 1 "$temp/expected")" = ... ]; then
        sed '$d' "$temp/expected" >"$temp/head"
        mv "$temp/head" "$temp/expected"
        head -n "$(wc -l <"$temp/expected")" "$temp/got" >"$temp/head"
        mv "$temp/head" "$temp/got"
    fi
    diff -u "$temp/expected" "$temp/got" >"$temp/diff" ||
        fault "$1: $(cat "$temp/command")
$(sed '1,2d' "$temp/diff")"
}

for page in "$top"/man/man[157]/*.[157]; do
    [ -f "$page" ] || continue
    examples "$page" >"$temp/examples"
    commands=0
    rm -rf "$temp/data"
    cp -R "$top/testdata" "$temp/data"
    : >"$temp/command"
    while IFS= read -r line; do
        case $line in
        '$ '*)
            check_command "$(basename "$page")"
            printf '%s\n' "${line#??}" >"$temp/command"
            : >"$temp/expected"
            ;;
        '> '*) printf '%s\n' "${line#??}" >>"$temp/command" ;;
        '| '*) printf '%s\n' "${line#??}" >>"$temp/expected" ;;
        esac
    done <"$temp/examples"
    check_command "$(basename "$page")"
    case $page in
    *.1) [ $commands -gt 0 ] || fault "$(basename "$page"): no EXAMPLES to run" ;;
    esac
    echo "$(basename "$page"): $commands examples"
done

echo "$tools tools, $pages pages, $failed faults"
[ $failed -eq 0 ]
