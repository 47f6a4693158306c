#!/bin/sh
# Bad records: where they go, what is said of them, and the exit status.
# shellcheck disable=SC2034,SC2086,SC2154 # conformance.sh has the variables; options are words

check_rejects() {
    { head -n 3 input.csv && echo "$(sed -n 2p input.csv),too,many,fields" && tail -n +4 input.csv; } >bad.csv
    run $options --max-rejects 0 bad.csv
    check "more rejects than allowed" status 3
    check "more rejects than allowed: all the same" same expected "$temp/out"
    check "says where" says '^[a-z-]*: warning: bad\.csv:4: '
    check "says that it is more than allowed" says 'set aside 1 of [0-9]+ records, more than --max-rejects 0'
    tail -n 1 "$temp/err" >last
    check "the counts stand last, and add up" grep -q \
        "^$tool: read $((records + 1)) records, kept $records, set aside 1 (1 " last
    run $options --max-rejects 0 -q bad.csv
    check "--quiet does not change the exit status" status 3
    check "--quiet leaves the error" lines "$temp/err" 1
    run $options --max-rejects 1 bad.csv
    check "--max-rejects 1" plain
    run $options --max-rejects 100% bad.csv
    check "--max-rejects 100%" plain
    run $options --max-rejects 1% bad.csv
    check "--max-rejects 1%" status 3
    run $options --max-rejects 0 -o kept.csv bad.csv
    check "a result with too many rejects is kept" same expected kept.csv
    rm -f kept.csv

    run $options --max-rejects 1 --rejects rejects.csv bad.csv
    check "--rejects" plain
    check "--rejects makes mode 0600" has_mode rejects.csv 600
    check "--rejects has its header" [ "$(head -n 1 rejects.csv)" = "file,line,column,reason,record" ]
    check "--rejects has one line more" lines rejects.csv 2
    check "--rejects has the record" grep -q "^bad.csv,4,.*,\"$(sed -n 4p bad.csv)\"\$" rejects.csv
    cp rejects.csv rejects.expected
    run $options --rejects - -o kept.csv --max-rejects 1 bad.csv
    check "--rejects -" result rejects.expected
    check "--rejects - leaves -o alone" same expected kept.csv
    run $options --rejects rejects.csv input.csv
    check "--rejects without any" plain
    check "--rejects without any is a header" lines rejects.csv 1
    "$bin/$tool" $options --max-rejects 1 -o kept.csv bad.csv 2>&-
    check "with stderr closed, no message goes into the data" same expected kept.csv
    "$bin/$tool" $options --max-rejects 1 -o kept.csv bad.csv <&- >&- 2>"$temp/err"
    check "with the others closed neither" same expected kept.csv
    run $options --rejects /dev/full --max-rejects 1 -o never.csv bad.csv
    check "--rejects on a full disk" failed_with 1
    check "--rejects on a full disk: no output" [ ! -e never.csv ]

    { cat input.csv && printf 'only\nonly\nonly\nonly\nonly\nonly\nonly\n'; } >worse.csv
    run $options --max-rejects 7 worse.csv
    check "seven rejects" plain
    check "five rejects are described" [ "$(grep -c 'warning: worse.csv:' "$temp/err")" -eq 5 ]
    check "further ones are counted" says 'counted only'
    # an id is a text: it is not repeated
    run $options --max-rejects 1 bad.csv
    check "messages tell no id" not says "$(sed -n 2p input.csv | cut -d, -f1)"
    { cat input.csv && printf 'a\000b,x\n' && printf '\377\376,x\n'; } >bytes.csv
    run $options --max-rejects 2 bytes.csv
    check "NUL and bytes that are no UTF-8 are set aside" plain
    { cat input.csv && printf '"never closed,x\n' && sed -n 2p bad.csv; } >open.csv
    run $options --max-rejects 1 open.csv
    check "a quote that never closes costs its line only" says "read $((records + 2)) records, .*set aside 1 "
}
