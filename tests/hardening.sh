#!/bin/sh
# The tools carry what the compiler and the linker can do against a hostile input: a position-independent
# program, read-only relocations bound at the start, no executable stack, guarded stacks, checked copies.
#
#   hardening.sh BIN_DIR
set -u
bin=${1:?usage: hardening.sh BIN_DIR}
cd "$(dirname "$0")/../cmd" || exit 1
export LC_ALL=C
command -v readelf >/dev/null || {
    echo "readelf is not installed"
    exit 77
}
failed=0
# demand TOOL WHAT PATTERN OPTION: what `readelf OPTION` says of the tool has the pattern
demand() {
    readelf -W "$4" "$bin/$1" | grep -Eq -- "$3" || {
        echo "$1: $2"
        failed=$((failed + 1))
    }
}
tools=0
for source in *-*.c; do
    tool=${source%.c}
    tools=$((tools + 1))
    demand "$tool" "not position-independent" 'FLAGS_1.* PIE' --dynamic
    demand "$tool" "not bound at the start" 'FLAGS.*NOW' --dynamic
    demand "$tool" "relocations can be written" 'GNU_RELRO' --program-headers
    demand "$tool" "an executable stack" 'GNU_STACK .* RW +0x' --program-headers
    demand "$tool" "no guarded stacks" '__stack_chk_fail' --dyn-syms
    demand "$tool" "no checked copies" '__(mem|str|v?snprintf|v?fprintf)[a-z]*_chk' --dyn-syms
done
echo "$tools tools, $failed faults"
[ "$tools" -gt 0 ] && [ "$failed" -eq 0 ]
