#!/usr/bin/env bash
# Runs both README commands in a bare Debian 12, which has nothing but apt, as a person sees them on
# the first try; or the package in two of them.
# Usage: configs/fresh.sh [--demo | --package] [--keep DIR]
#   --demo       the first command only
#   --package    makes the package here (configs/package.sh), boots two bare systems, and installs,
#                joins, upgrades, removes and purges it; $STAFFROOM_PACKAGE names one that is made
#   --keep DIR   leaves the bare systems in DIR
# Needs root, mmdebstrap and a way to a Debian mirror. Tries the committed state, not the working
# tree, with ../shared beside it where that is there. $TEST_SHARED_DIR as in configs/test.sh. Behind
# a proxy that opens TLS, $NODE_EXTRA_CA_CERTS names the authority that npm has to trust in there.
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
shared=${TEST_SHARED_DIR:-$project/../shared}
commands=(demo.sh test.sh)
with_package=no
keep=""
place=""
root=""
mounted=()

fail() {
    echo "fresh: $*" >&2
    exit 1
}

clean_up() {
    local code=$? where
    trap - EXIT
    for where in "${mounted[@]}"; do
        umount "$where"
    done
    [[ -z "$place" || -n "$keep" ]] || rm -rf --one-file-system "$place"
    exit "$code"
}

bind() {
    mkdir -p "$root$2"
    mount --bind "$1" "$root$2"
    mounted=("$root$2" "${mounted[@]}")
}

# A bare system in $1, with its devices and its way to the mirror. From here on $root is this one.
bare_system() {
    root=$1
    echo "fresh: a bare Debian 12 in $root"
    mmdebstrap --quiet --variant=apt bookworm "$root"
    bind /proc /proc
    bind /sys /sys
    bind /dev /dev
    bind /dev/pts /dev/pts
    cp /etc/resolv.conf /etc/hosts "$root/etc/"
}

inside() {
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb "${trusted[@]}" \
        chroot "$root" "$@" < /dev/null
}

try_commands() {
    local command begin
    bare_system "$place"
    if [[ -f ${NODE_EXTRA_CA_CERTS:-} ]]; then
        cp "$NODE_EXTRA_CA_CERTS" "$root/srv/authority.pem"
        trusted=(NODE_EXTRA_CA_CERTS=/srv/authority.pem)
    fi
    mkdir -p "$root/srv/project"
    git -C "$project" archive HEAD | tar -x -C "$root/srv/project"
    [[ ! -d "$shared" ]] || bind "$(cd "$shared" && pwd)" /srv/shared
    for command in "${commands[@]}"; do
        begin=$SECONDS
        echo "fresh: bash configs/$command"
        inside bash -c "cd /srv/project && exec bash configs/$command" ||
            fail "bash configs/$command failed in a bare system"
        echo "fresh: bash configs/$command took $((SECONDS - begin)) s"
    done
}

# What the package depends on comes from the mirror; from then on there is no network but loopback.
try_package() {
    local made=("${STAFFROOM_PACKAGE:-}") name
    mkdir -p "$place"
    if [[ -z ${made[0]} ]]; then
        "$project/configs/package.sh" "$place/package"
        made=("$place"/package/*.deb)
    fi
    for name in a b; do
        bare_system "$place/$name"
        inside apt-get update -qq
        inside env DEBIAN_FRONTEND=noninteractive apt-get satisfy -y -qq --no-install-recommends \
            "$(dpkg-deb -f "${made[0]}" Depends)" > "$place/$name.log" ||
            { cat "$place/$name.log" >&2; fail "what the package depends on cannot be installed"; }
    done
    unshare --net bash -c 'ip link set lo up && exec python3 "$@"' bash \
        "$project/tests/package/packaged.py" "$place/a" "$place/b" "${made[0]}" ||
        fail "the package failed in a bare system"
}

while (($# > 0)); do
    case "$1" in
        --demo) commands=(demo.sh); shift ;;
        --package) with_package=yes; shift ;;
        --keep) (($# > 1)) || fail "--keep wants a folder"; keep=$2; shift 2 ;;
        *) echo "Usage: configs/fresh.sh [--demo | --package] [--keep DIR]" >&2; exit 2 ;;
    esac
done
((EUID == 0)) || fail "only root can make a bare system"
command -v mmdebstrap > /dev/null ||
    fail "mmdebstrap is missing; configs/install.sh --deep installs it"

trusted=()
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
place=${keep:-$(mktemp -d "${TMPDIR:-/tmp}/staffroom-fresh.XXXXXX")}
if [[ $with_package == yes ]]; then
    try_package
else
    try_commands
fi
