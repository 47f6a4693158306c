#!/bin/sh
# Help, version, completions, and wrong usage.
# shellcheck disable=SC2034,SC2086,SC2154 # conformance.sh has the variables; options are words

check_help() {
    run --help
    check "--help" status 0
    check "--help is quiet on stderr" [ ! -s "$temp/err" ]
    check "--help opens with the usage" [ "$(head -n 1 "$temp/out")" = "Usage: $tool [OPTION...] [FILE...]" ]
    check "--help keeps to 80 columns" [ "$(awk 'length > 80' "$temp/out" | wc -l)" -eq 0 ]
    sed -n 's/^  \(-.,\|   \) --\([a-z-]*\).*/\2/p' "$temp/out" >"$temp/names"
    for name in output format fields times max-rejects rejects lock threads memory progress quiet verbose \
        help version help-fields delimiter input-format; do
        check "--help tells of --$name" grep -qx -- "$name" "$temp/names"
    done
    check "no option stands twice" [ -z "$(sort "$temp/names" | uniq -d)" ]
    check "no letter stands twice" [ -z "$(sed -n 's/^  -\(.\),.*/\1/p' "$temp/out" | sort | uniq -d)" ]
    cp "$temp/out" help
    run -h
    check "-h is --help" same help "$temp/out"
    run --no-such-option --help
    check "what comes before --help counts" wrong_usage
    run --threads 7 --memory 2G --max-rejects 9% --help
    check "--help shows the defaults, not what was given" same help "$temp/out"

    run --version
    check "--version" status 0
    check "--version is one line" grep -Eqx "$tool \(contrace\) [0-9]+\.[0-9]+\.[0-9]+" "$temp/out"
    cp "$temp/out" version
    run -V
    check "-V is --version" same version "$temp/out"
    run --help-fields
    check "--help-fields" status 0
    check "--help-fields shows input and output" \
        [ "$(grep -Ec '^(Input|Output): ' "$temp/out")" -ge 2 ]
    for asked in --help --version --help-fields; do
        rc=0
        "$bin/$tool" $asked >/dev/full 2>"$temp/err" || rc=$?
        : >"$temp/out"
        check "$asked on a full disk" failed_with 1
    done
}

check_usage() {
    for args in --no-such-option -Z '--quiet=yes' --output '--format xml' '--threads 0' '--threads 12abc' \
        '--threads -1' '--memory 10' '--memory 1Q' '--memory 1K' '--max-rejects x' '--max-rejects 101%' \
        '--max-rejects -1' '--times utc' '--fields no_such_column' '--fields ,' '--progress maybe' \
        '--delimiter ab' '--input-format xls' '--m 1' '- -' '-o x --rejects x'; do
        run $args <input.csv
        check "wrong usage: $args" wrong_usage
    done
    run --format '' input.csv
    check "wrong usage: an empty value" wrong_usage
    run --rejects - input.csv
    check "wrong usage: --rejects on standard output with the data" wrong_usage
    run --nonsense=3
    check "an option that is not there is named" says "^$tool: unknown option: --nonsense\$"
    run --he
    check "an abbreviation of two is shown" says "ambiguous.*--help, --help-fields"
    run $options --thr 1 input.csv
    check "an abbreviation of one is taken" plain
    run input.csv $options --format ndjson --format csv
    check "options behind FILEs; the last one counts" plain
    run $options -- input.csv
    check "-- ends the options" plain
    cp input.csv ./-q
    run $options -- -q
    check "-- makes -q a FILE" plain
    rm ./-q
    run_with POSIXLY_CORRECT=1 $options input.csv --quiet
    check "POSIXLY_CORRECT: what follows a FILE is one" failed_with 1
    # a terminal to read from is not to be had everywhere, such as without /dev/pts
    if script -qec true /dev/null </dev/null >/dev/null 2>&1; then
        rc=0
        script -qec "'$bin/$tool' $options" /dev/null </dev/null >"$temp/tty" 2>&1 || rc=$?
        check "a terminal and no FILE" status 2
        check "a terminal is told" grep -q 'standard input is a terminal' "$temp/tty"
    fi
}

check_completion() {
    run --completion bash
    check "--completion bash" status 0
    cp "$temp/out" completion.bash
    run --completion zsh
    check "--completion zsh" status 0
    cp "$temp/out" completion.zsh
    if command -v bash >/dev/null; then
        # what bash would offer for the words, of which the last is the one being typed
        offer() {
            bash -c '. ./completion.bash
                f=$(complete -p "$1" | sed "s/.*-F \([^ ]*\) .*/\1/")
                COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
                "$f" && printf "%s\n" "${COMPREPLY[@]}"' - "$@"
        }
        check "bash offers options" [ "$(offer "$tool" --help-)" = --help-fields ]
        check "bash offers choices" [ "$(offer "$tool" --format n)" = ndjson ]
        check "bash offers choices behind =" [ "$(offer "$tool" --format = n)" = ndjson ]
        check "bash offers files" [ "$(offer "$tool" --output inp)" = input.csv ]
        check "bash offers FILEs" [ "$(offer "$tool" inp)" = input.csv ]
        check "bash is not told of --completion" [ -z "$(offer "$tool" --comple)" ]
    fi
    if command -v zsh >/dev/null; then
        check "zsh reads its completion" zsh -n completion.zsh
        # shellcheck disable=SC2016 # zsh's own
        check "zsh's _arguments takes it" zsh -fc 'autoload -U compinit && compinit -D -u 2>/dev/null
            _arguments() { for spec; do [[ $spec == *:* || $spec == *] || $spec == -[sS] ]] || exit 1; done; }
            . ./completion.zsh'
    fi
}
