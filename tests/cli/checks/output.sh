#!/bin/sh
# Files that appear whole or not at all, full disks, readers that leave, formats, threads.
# shellcheck disable=SC2034,SC2086,SC2154 # conformance.sh has the variables; options are words

check_output() {
    mkdir out
    (umask 022 && "$bin/$tool" $options -q -o out/new.csv input.csv)
    check "-o" same expected out/new.csv
    check "-o makes mode 0600" has_mode out/new.csv 600
    check "-o leaves nothing else" alone out new.csv
    echo old >out/old.csv
    chmod 640 out/old.csv
    run $options -o out/old.csv input.csv
    check "-o over an old file" same expected out/old.csv
    check "-o keeps its mode" has_mode out/old.csv 640
    check "-o writes nothing to standard output" [ ! -s "$temp/out" ]
    run $options -o - input.csv
    check "-o -" plain
    cp input.csv out/both.csv
    run $options -o out/both.csv out/both.csv
    check "-o onto the input" same expected out/both.csv

    echo old >out/old.csv
    for broken in cut.gz no-such-file.csv folder wrong.csv; do
        run $options -o out/old.csv --rejects out/rejects.csv $broken
        check "a failure with $broken" failed_with 1
        check "leaves the old file as it was" [ "$(cat out/old.csv)" = old ]
    done
    check "failures leave no litter" alone out new.csv old.csv both.csv
    run $options -o no-such-folder/x.csv input.csv
    check "-o in a folder that is not there" failed_with 1
    run $options -o folder input.csv
    check "-o onto a folder" failed_with 1
    run $options -o /dev/full input.csv
    check "-o /dev/full" failed_with 1
    rc=0
    "$bin/$tool" $options input.csv >/dev/full 2>"$temp/err" || rc=$?
    : >"$temp/out"
    check "standard output full" failed_with 1
    rc=0
    "$bin/$tool" $options input.csv >&- 2>"$temp/err" || rc=$?
    check "standard output closed" failed_with 1

    awk -f "$here/conformance/$tool/big.awk" >big.csv
    run $options big.csv
    check "a long result" status 0
    check "is longer than a pipe" [ "$(wc -c <"$temp/out")" -gt 65536 ]
    { rc=0 && "$bin/$tool" $options big.csv 2>"$temp/err" || rc=$?; echo $rc >"$temp/rc"; } |
        head -n 1 >"$temp/first"
    rc=$(cat "$temp/rc")
    : >"$temp/out"
    check "a reader that leaves: SIGPIPE" status 141
    check "a reader that leaves: quiet" [ ! -s "$temp/err" ]
    check "a reader that leaves: has its line" [ "$(cat "$temp/first")" = "$(head -n 1 expected)" ]
    rm -f gone
    {
        while [ ! -e gone ]; do sleep 0.05; done
        rc=0 && "$bin/$tool" $options input.csv 2>"$temp/err" || rc=$?
        echo $rc >"$temp/rc"
    } | { exec <&- && : >gone; }
    rc=$(cat "$temp/rc")
    check "a reader that has left: SIGPIPE" status 141
    check "temporary files are gone" [ -z "$(ls -A "$TMPDIR")" ]
}

# agree CSV NDJSON: both say the same; no quotes in the CSV
agree() {
    awk -F, '
    FNR == NR && FNR == 1 { n = split($0, name, ","); next }
    FNR == NR { rows++; for (i = 1; i <= n; i++) cell[rows, i] = $i; next }
    { lines++
      for (i = 1; i <= n; i++) {
          v = cell[lines, i]; key = "\"" name[i] "\":"
          if (!(v == "" ? index($0, key "null") : index($0, key v) || index($0, key "\"" v "\"")))
              { print "    " name[i] " is not " v " in " $0; bad = 1 }
      } }
    END { exit bad || rows != lines }' "$1" "$2"
}

check_formats() {
    run $options --format ndjson input.csv
    check "--format ndjson" status 0
    check "--format ndjson says what CSV says" agree expected "$temp/out"
    columns=$(head -n 1 expected | cut -d, -f1-2)
    run $options --fields "${columns#*,},${columns%,*}" input.csv
    awk -F, '{ print $2 "," $1 }' expected >fields.expected
    check "--fields" result fields.expected
    run $options --fields "${columns%,*},${columns%,*}" -o kept.csv input.csv
    check "--fields with one twice" wrong_usage
    run $options --times epoch input.csv
    check "--times epoch" status 0
    check "--times epoch writes all" lines "$temp/out" "$(wc -l <expected)"
    check "there are times" grep -Eq '[0-9]T[0-9]' expected
    check "--times epoch leaves none as they were" not grep -Eq '[0-9]T[0-9]' "$temp/out"
    run $options --times iso input.csv
    check "--times iso" plain

    run $options --threads 1 input.csv
    check "--threads 1" plain
    run $options --threads 2 --memory 1M input.csv
    check "--threads 2, little memory" plain
    run $options --threads 1 big.csv
    cp "$temp/out" big.expected
    run $options --threads 3 --memory 1M big.csv
    check "a long result, --threads 3, little memory" result big.expected

    run $options -q input.csv
    check "--quiet" plain
    check "--quiet is" quiet
    run $options -v input.csv
    check "--verbose" plain
    check "--verbose is" [ "$(wc -l <"$temp/err")" -gt 1 ]
    run $options --progress always input.csv
    check "--progress always" plain
    check "--progress always does" says "records read"
    tail -n 1 "$temp/err" >last
    check "progress is cleared before the last line" grep -q "$(printf '\033\[K%s: read' "$tool")" last
    run $options --progress never input.csv
    check "--progress never" plain
    check "--progress never does not" not says "$(printf '\033')"
    run $options input.csv
    check "no progress where no terminal is" not says "$(printf '\033')"
    check "one line of counts" lines "$temp/err" 1
    check "the counts add up" says \
        "^$tool: read $records records, kept $records, set aside 0, .*written $(($(wc -l <expected) - 1))\$"

    german() { # glibc never frees what it makes of LOCPATH
        env "LOCPATH=$temp/locales" LC_ALL=de_DE.UTF-8 "ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0" "$@"
    }
    mkdir -p "$temp/locales"
    if localedef -i de_DE -f UTF-8 "$temp/locales/de_DE.UTF-8" 2>/dev/null; then
        check "a German locale is there" [ "$(german locale decimal_point)" = , ]
    fi
    rc=0
    german "$bin/$tool" $options input.csv >"$temp/out" 2>"$temp/err" || rc=$?
    check "a German locale" plain
    for zone in Asia/Shanghai America/St_Johns; do
        run_with TZ=$zone $options input.csv
        check "TZ=$zone" plain
    done
}

check_lock() {
    run $options --lock held input.csv
    check "--lock" plain
    check "--lock makes mode 0600" has_mode held 600
    run $options --lock held input.csv
    check "--lock on a file that is there" plain
    echo old >locked.csv
    rc=0
    flock held "$bin/$tool" $options --lock held -o locked.csv no-such-file.csv \
        >"$temp/out" 2>"$temp/err" || rc=$?
    check "--lock that another run holds" failed_with 75
    check "--lock that another run holds is named" says 'another run holds the lock: held$'
    check "--lock that another run holds: nothing is touched" [ "$(cat locked.csv)" = old ]
    run $options --lock held -o held input.csv
    check "--lock on the output" wrong_usage
    run $options --lock no-such-folder/held input.csv
    check "--lock in a folder that is not there" failed_with 1
}
