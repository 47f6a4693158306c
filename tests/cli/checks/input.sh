#!/bin/sh
# Standard input, gzip, several files, broken ones; CSV in all its forms, NDJSON.
# shellcheck disable=SC2034,SC2086,SC2154 # conformance.sh has the variables; options are words

# a CSV without quotes as NDJSON: numbers as numbers where the column is no id
to_ndjson() {
    awk -F, 'NR == 1 { split($0, name, ","); next }
        { line = ""
          for (i = 1; i <= NF; i++) {
              value = $i == "" ? "null" : $i ~ /^-?[0-9.]+$/ && name[i] !~ /id$/ ? $i : "\"" $i "\""
              line = line (i > 1 ? "," : "") "\"" name[i] "\":" value
          }
          print "{" line "}" }' "$1"
}

check_streams() {
    run $options <input.csv
    check "standard input" plain
    run $options - <input.csv
    check "standard input as -" plain
    { head -n 3 input.csv && sleep 0.2 && tail -n +4 input.csv; } >"$temp/fifo" &
    run $options "$temp/fifo"
    check "a pipe that comes slowly" plain

    gzip -c input.csv >input.csv.gz
    run $options input.csv.gz
    check "gzip" plain
    run $options <input.csv.gz
    check "gzip on standard input" plain
    head -n 2 input.csv | gzip -c >two.gz
    tail -n +3 input.csv | gzip -c >>two.gz
    run $options two.gz
    check "gzip of two members" plain
    head -c "$(($(wc -c <input.csv.gz) - 9))" input.csv.gz >cut.gz
    run $options -o kept.csv cut.gz
    check "truncated gzip" failed_with 1
    check "truncated gzip is told as what it is" says 'cut\.gz'
    awk 'BEGIN { printf "\037\213" }' >cut.gz
    run $options -o kept.csv cut.gz
    check "gzip of two bytes" failed_with 1

    head -n 3 input.csv >one.csv
    { head -n 1 input.csv && tail -n +4 input.csv; } | gzip -c >rest.csv.gz
    run $options one.csv rest.csv.gz
    check "several inputs" plain
    run $options one.csv - <rest.csv.gz
    check "a FILE and standard input" plain
}

check_broken() {
    run $options -o kept.csv /dev/null
    check "empty input" failed_with 1
    run $options -o kept.csv one.csv /dev/null
    check "an empty input behind another" failed_with 1
    head -n 1 input.csv >header.csv
    run $options header.csv
    check "header only" status 0
    head -n 1 expected >header.expected
    check "header only gives a header" same header.expected "$temp/out"
    check "header only is counted" says '^[a-z-]*: read 0 records, kept 0, set aside 0, .*written 0$'
    echo 'no,such,column' >wrong.csv
    run $options -o kept.csv wrong.csv
    check "a header without what is needed" failed_with 1
    head -n 1 input.csv | sed 's/^\([^,]*\),/\1,\1,/' >twice.csv
    run $options -o kept.csv twice.csv
    check "a column that stands twice" failed_with 1

    run $options -o kept.csv no-such-file.csv
    check "a missing file" failed_with 1
    check "a missing file is named" says 'no-such-file\.csv'
    run $options -o kept.csv input.csv no-such-file.csv
    check "a missing file behind another" failed_with 1
    run $options -o kept.csv "$(printf 'no\nsuch\033[1m\rfile')"
    check "a name that would move the cursor" failed_with 1
    check "a name that would make lines" lines "$temp/err" 1
    mkdir folder
    run $options -o kept.csv folder
    check "a folder" failed_with 1
    ln -s loop loop
    run $options -o kept.csv loop
    check "a link to itself" failed_with 1
    run $options -o kept.csv <&-
    check "standard input closed" failed_with 1
    check "nothing was made by what failed" [ ! -e kept.csv ]
    check_unreadable
}

check_records() {
    sed 's/$/\r/' input.csv >crlf.csv
    run $options crlf.csv
    check "CRLF" plain
    { printf '\357\273\277' && cat input.csv; } >bom.csv
    run $options bom.csv
    check "BOM" plain
    tr , ';' <input.csv >semicolon.csv
    run $options semicolon.csv
    check "semicolons are seen" plain
    run $options --delimiter ';' semicolon.csv
    check "--delimiter ';'" plain
    tr , '\t' <input.csv >tab.csv
    run $options --delimiter tab tab.csv
    check "--delimiter tab" plain
    run $options --delimiter ';' -o kept.csv input.csv
    check "--delimiter holds" failed_with 1
    sed -e 's/[^,]*/"&"/g' -e 's/""//g' input.csv >quoted.csv
    run $options quoted.csv
    check "quoted" plain

    to_ndjson input.csv >input.ndjson
    run $options input.ndjson
    check "NDJSON is seen" plain
    run $options --input-format ndjson input.ndjson
    check "--input-format ndjson" plain
    run $options --input-format csv -o kept.csv input.ndjson
    check "--input-format csv holds" failed_with 1
    awk -F, '{ line = NR == 1 ? "unknown" : "x"
               for (i = NF; i > 0; i--) line = line "," $i
               print line }' input.csv >shuffled.csv
    run $options shuffled.csv
    check "columns in another order, and one unknown" plain
    if [ "$tool" != ingest-signaling ]; then # which writes in the order it reads
        { head -n 1 input.csv && tail -n +2 input.csv | sort -t, -k3; } >sorted.csv
        { head -n 1 input.csv && tail -n +2 input.csv | sort -t, -k3 -r; } >reversed.csv
        run $options sorted.csv
        check "rows in another order" plain
        run $options reversed.csv
        check "rows in reverse" plain
    fi
}

check_unreadable() {
    chmod 000 one.csv
    if [ "$(id -u)" -ne 0 ]; then
        run $options -o kept.csv one.csv
        check "a file that may not be read" failed_with 1
    elif command -v setpriv >/dev/null; then
        # root may read everything: be nobody, with a copy of the tool that nobody can reach
        rm -rf "$temp/nobody"
        mkdir "$temp/nobody"
        cp "$bin/$tool" input.csv one.csv "$temp/nobody/"
        [ ! -f cases.csv ] || cp cases.csv "$temp/nobody/"
        chmod 755 "$temp" "$temp/nobody"
        chmod 000 "$temp/nobody/one.csv"
        as_nobody() {
            rc=0
            (cd "$temp/nobody" && setpriv --reuid 65534 --regid 65534 --clear-groups "./$tool" "$@") \
                >"$temp/out" 2>"$temp/err" || rc=$?
        }
        as_nobody $options input.csv
        check "nobody may run it" plain
        as_nobody $options one.csv
        check "a file that may not be read" failed_with 1
        as_nobody $options -o there.csv input.csv
        check "a folder that may not be written" failed_with 1
    fi
    chmod 600 one.csv
}
