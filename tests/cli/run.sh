#!/bin/sh
# Golden cases: runs each tool as tests/cli/TOOL/CASE/args says and compares standard output, standard
# error, the exit status and the files made.
#
#   run.sh BIN_DIR [--update] [TOOL[/CASE]]
#
# A case is a folder: `args` is one shell line of arguments; `in`, if there, is standard input; it is
# run in a copy of the folder, so other files (in.csv) are named as they are. `out`, `err` and `rc` are
# what is expected, and `made/` holds the files that the run leaves. --update writes these four anew.
set -u
here=$(cd "$(dirname "$0")" && pwd)
bin=$(cd "${1:?usage: run.sh BIN_DIR [--update] [TOOL[/CASE]]}" && pwd) || exit 1
shift
update=no
if [ "${1-}" = --update ]; then
    update=yes
    shift
fi
only=${1-}

temp=$(mktemp -d) || exit 1
trap 'rm -rf "$temp"' EXIT
trap 'exit 1' HUP INT TERM
export LC_ALL=C TMPDIR="$temp"
unset TZ POSIXLY_CORRECT 2>/dev/null || :

cases=0
failed=0

# run_case TOOL FOLDER: leaves $temp/got with what expected folders hold
run_case() {
    program=$bin/$1
    rm -rf "$temp/work" "$temp/got"
    cp -R "$2" "$temp/work"
    rm -rf "$temp/work/args" "$temp/work/out" "$temp/work/err" "$temp/work/rc" "$temp/work/made"
    mkdir -p "$temp/got/made"
    stdin=/dev/null
    [ ! -f "$temp/work/in" ] || stdin=$temp/work/in
    (cd "$temp/work" && eval "exec \"$program\" $(cat "$2/args")") \
        <"$stdin" >"$temp/got/out" 2>"$temp/got/err"
    echo $? >"$temp/got/rc"
    (cd "$temp/work" && find . -type f) | while IFS= read -r file; do
        if [ ! -f "$2/$file" ]; then
            mkdir -p "$temp/got/made/$(dirname "$file")"
            mv "$temp/work/$file" "$temp/got/made/$file"
        fi
    done
    rmdir "$temp/got/made" 2>/dev/null || :
}

for args in "$here"/*/*/args; do
    [ -f "$args" ] || continue
    folder=${args%/args}
    tool=${folder%/*}
    tool=${tool##*/}
    name=$tool/${folder##*/}
    case $only in '' | "$tool" | "$name") ;; *) continue ;; esac
    cases=$((cases + 1))
    run_case "$tool" "$folder"
    if [ $update = yes ]; then
        rm -rf "$folder/made"
        cp -R "$temp/got/." "$folder/"
        continue
    fi
    bad=no
    for part in rc err out made; do
        [ -e "$folder/$part" ] || [ -e "$temp/got/$part" ] || continue
        if ! diff -ruN "$folder/$part" "$temp/got/$part" >"$temp/diff" 2>&1; then
            [ $bad = yes ] || echo "FAILED $name: $tool $(cat "$args")"
            bad=yes
            sed -e "s|^--- $folder/|--- expected |" -e "s|^+++ $temp/got/|+++ got      |" \
                -e 's/^/    /' "$temp/diff" | head -n 60
        fi
    done
    [ $bad = no ] || failed=$((failed + 1))
done

echo "$cases cases, $failed failed"
[ $cases -gt 0 ] && [ $failed -eq 0 ]
