#!/bin/sh
# Reads the sources' #include lines, and fails on an arrow that runs back up: cmd -> trace -> {io, geo}
# -> base, and cmd -> world -> {io, geo} -> base. Also on a foreign header that two files include, and on a library that prints or exits.
#
#   layers.sh [SOURCE_DIR]
set -u
cd "${1:-$(dirname "$0")/..}" || exit 1
LC_ALL=C
export LC_ALL
failed=0
fault() {
    echo "$*"
    failed=$((failed + 1))
}

# layer_of contrace/NAME.h: where lib/LAYER/NAME.c lies; the headers that have no .c of their name are
# listed here
layer_of() {
    name=${1#contrace/}
    name=${name%.h}
    for layer in base io geo trace; do
        if [ -f "lib/$layer/$name.c" ]; then
            echo $layer
            return
        fi
    done
    case $name in
    error | bytes | number | time | ids | parallel | pipeline) echo base ;;
    schema | format | source | sink | reader | part | writer | sorter | pack) echo io ;;
    space | grid) echo geo ;;
    case | contact | risk | ping | policy | cells | trajectory) echo trace ;;
    *) echo none ;;
    esac
}

# below LAYER: the layers that its files may include
below() {
    case $1 in
    base) echo base ;;
    io) echo io base ;;
    geo) echo geo base ;;
    trace) echo trace io geo base ;;
    world) echo world io geo base ;; # and not trace: it must not know how contacts are found
    cmd) echo world trace io geo base ;;
    esac
}

# check_include FILE ITS_LAYER HEADER
check_include() {
    case $3 in
    contrace/*)
        if [ ! -f "include/$3" ]; then
            fault "$1: no such header: $3"
            return
        fi
        to=$(layer_of "$3")
        # positions are what geo works on, and their frame is told by the schema
        [ "$2 $3" != "geo contrace/schema.h" ] || return
        case " $(below "$2") " in
        *" $to "*) ;;
        *) fault "$1: $2 includes $3, which is of $to" ;;
        esac
        ;;
    world/*)
        [ -f "lib/$3" ] || fault "$1: no such header: $3"
        [ "$2" = cmd ] || fault "$1: $2 includes $3, which is of world"
        ;;
    *)
        [ -f "$(dirname "$1")/$3" ] || fault "$1: \"$3\" does not lie beside it"
        ;;
    esac
}

files=$(find include/contrace lib cmd -name '*.[ch]' | sort)
arrows=0
for file in $files; do
    case $file in
    include/*) layer=$(layer_of "${file#include/}") ;;
    lib/*)
        layer=${file#lib/}
        layer=${layer%%/*}
        ;;
    *) layer=cmd ;;
    esac
    [ "$layer" != none ] || fault "$file: of which layer?"
    headers=$(sed -n 's/^[[:blank:]]*#[[:blank:]]*include[[:blank:]]*"\([^"]*\)".*/\1/p' "$file")
    for header in $headers; do
        check_include "$file" "$layer" "$header"
        arrows=$((arrows + 1))
    done
done
[ $arrows -gt 50 ] || fault "only $arrows #include lines found: is this the source folder?"

for header in openssl/evp.h openssl/crypto.h zlib.h expat.h geodesic.h proj.h geos_c.h ini.h getopt.h xxhash.h; do
    # shellcheck disable=SC2086 # no blank stands in the name of a source
    users=$(grep -lE "^[[:blank:]]*#[[:blank:]]*include[[:blank:]]*[<\"]${header}[>\"]" $files)
    [ "$(echo "$users" | wc -l)" -eq 1 ] || fault "$header is included by: $(echo "$users" | tr '\n' ' ')"
done

# shellcheck disable=SC2086
users=$(grep -l 'include <pthread.h>' $files | grep -v '^lib/base/')
[ -z "$users" ] || fault "threads outside of lib/base: $(echo "$users" | tr '\n' ' ')"

# code FILE: without comments, strings and characters, each line with its number
code() {
    awk '{
        line = $0; out = ""
        while (line != "") {
            if (comment) {
                end = index(line, "*/")
                if (!end) break
                line = substr(line, end + 2); comment = 0
            } else if (match(line, /^"([^"\\]|\\.)*"/) || match(line, /^\047([^\047\\]|\\.)*\047/)) {
                line = substr(line, RLENGTH + 1)
            } else if (line ~ /^\/\//) {
                break
            } else if (line ~ /^\/\*/) {
                comment = 1; line = substr(line, 3)
            } else {
                out = out substr(line, 1, 1); line = substr(line, 2)
            }
        }
        print FNR ":" out
    }' "$1"
}

for file in $files; do
    case $file in
    cmd/*) never='setlocale' ;;
    *) never='v?f?printf|v?dprintf|f?puts|f?putc|putchar|perror|_?exit|_Exit|abort|setlocale|argv|stdout|stderr' ;;
    esac
    hits=$(code "$file" | sed 's/format(printf,//' | grep -E "(^|[^[:alnum:]_])($never)([^[:alnum:]_]|\$)")
    [ -z "$hits" ] || fault "$file: not in this layer: $hits"
done

echo "$arrows arrows, $failed faults"
[ $failed -eq 0 ]
