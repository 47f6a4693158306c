#!/bin/sh
# On a Debian 12 with nothing installed, both commands of the README pass in a fresh clone; on another, the
# package installs and works without a compiler, and leaves nothing behind. Needs root, debootstrap and
# git, a network, and some 4 GiB below FOLDER, which must be empty.
#
#   bare.sh FOLDER
set -eu
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
folder=$(cd "${1:?usage: bare.sh FOLDER}" && pwd)
[ -z "$(ls -A "$folder")" ] || {
    echo "bare: not empty: $folder" >&2
    exit 2
}
built=$folder/built used=$folder/used packages=$folder/packages

leave() {
    for root in "$built" "$used"; do
        umount -R "$root/dev" "$root/proc" 2>/dev/null || :
    done
}
trap leave EXIT
trap 'exit 1' HUP INT TERM

# inside ROOT COMMAND: as root of it
inside() {
    env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 chroot "$1" sh -euc "$2"
}

# timed WHAT COMMAND...: says how long it took; shows the end of its words if it fails
timed() {
    what=$1 from=$(date +%s)
    shift
    "$@" >"$folder/log" 2>&1 || {
        tail -n 40 "$folder/log"
        echo "bare: failed: $what" >&2
        exit 1
    }
    echo "$what: $(($(date +%s) - from)) s"
}

timed "Debian 12, minimal" debootstrap --variant=minbase bookworm "$built"
# the network is reached as from here
cp /etc/apt/apt.conf.d/* "$built/etc/apt/apt.conf.d/"
cp /etc/resolv.conf "$built/etc/"
cp -a "$built" "$used"
for root in "$built" "$used"; do
    mount --bind /proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount --make-rslave "$root/dev"
done

git clone -q "$top" "$built/root/a clone"
timed "sh testdata/demo" inside "$built" 'cd "/root/a clone"; sh testdata/demo'
tail -n 20 "$folder/log"
timed "sh tests/run" inside "$built" 'cd "/root/a clone"; sh tests/run'
tail -n 4 "$folder/log"
timed "the packages" inside "$built" 'cd "/root/a clone"; sh tests/setup lint; mkdir /packages; sh tests/package.sh /packages'
cp -a "$built/packages" "$packages"

# all that is there, but for what apt itself keeps
files() {
    find "$used" -xdev \( -path "$used/proc" -o -path "$used/dev" -o -path "$used/var/cache" -o \
        -path "$used/var/lib/apt" -o -path "$used/var/lib/dpkg" -o -path "$used/var/log" \) -prune -o -print |
        sed "s|^$used||" | sort
}
mkdir "$used/packages" "$used/data"
cp "$packages"/contrace_*.deb "$used/packages/"
cp -R "$top/testdata/lesotho" "$used/data/"
# shellcheck disable=SC2016 # expanded there
timed "what it depends on" inside "$used" 'apt-get -qq update
    apt-get -qq -y --no-install-recommends satisfy "$(dpkg-deb -f /packages/contrace_*.deb Depends)"'
files >"$folder/before"
timed "the package installed" inside "$used" 'apt-get -qq -y --no-install-recommends install /packages/contrace_*.deb'
# shellcheck disable=SC2016
timed "the list of five cases" inside "$used" 'cd /data/lesotho
    ingest-signaling --cells towers.csv --timezone Africa/Maseru \
        --map id=msisdn,imsi --map time=event_time,start_time --map area=lac,tac --map cell=ci,eci \
        --max-rejects 1% operator-a.csv.gz operator-b.csv.gz gps.csv.gz |
        build-trajectories | find-contacts --cases cases.csv --policy cdc-2020 |
        risk-rank --cases cases.csv --policy cdc-2020 -o ranked.csv
    [ "$(sed -n 2p ranked.csv | cut -d, -f1,2,3)" = 1,app-007,high ]
    [ -s /usr/share/man/man1/risk-rank.1.gz ]
    ! command -v cc'
rm "$used/data/lesotho/ranked.csv"
timed "the package removed" inside "$used" 'apt-get -qq -y purge contrace'
files >"$folder/after"
diff "$folder/before" "$folder/after"
echo "Nothing is left of it."
