#!/bin/sh
# Builds the packages twice, in folders of two names: lintian finds no error in them, and the second are the
# first byte for byte. So is the tarball of the sources. What was built is left in OUTPUT_DIR, if given.
#
#   package.sh [OUTPUT_DIR]
set -eu
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
trap 'exit 1' HUP INT TERM
# the time of everything in them is that of the last entry in the changelog
SOURCE_DATE_EPOCH=$(date -d "$(sed -n 's/^ -- .*>  //p' "$top/cmd/package/changelog" | head -n 1)" +%s)
export SOURCE_DATE_EPOCH

for name in one another; do
    cp -R "$top" "$temp/$name" 2>/dev/null || :
    rm -rf "$temp/$name/build" "$temp/$name/.git"
    cd "$temp/$name"
    cmake -S . -B "$temp/$name-build" -DCMAKE_INSTALL_PREFIX=/usr -DBUILD_TESTING=OFF
    cmake --build "$temp/$name-build" --parallel "$(nproc)"
    mkdir "$temp/$name-packages"
    cd "$temp/$name-build"
    cpack -G DEB -B "$temp/$name-packages"
    cpack --config CPackSourceConfig.cmake -B "$temp/$name-packages"
    rm -rf "$temp/$name-packages/_CPack_Packages"
done >"$temp/log" 2>&1 || {
    tail -n 30 "$temp/log"
    exit 1
}
cd "$temp"
diff -r one-packages another-packages
lintian --fail-on error,warning one-packages/*.deb
(cd one-packages && sha256sum ./*)
[ $# -eq 0 ] || cp one-packages/* "$1/"
