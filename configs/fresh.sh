#!/usr/bin/env bash
# Runs both README commands in a bare Debian 12, which has nothing but apt, as a person sees them on
# the first try. Usage: configs/fresh.sh [--demo] [--keep DIR]
#   --demo       the first command only
#   --keep DIR   leaves the bare system in DIR
# Needs root, mmdebstrap and a way to a Debian mirror. Tries the committed state, not the working
# tree, with ../shared beside it where that is there. $TEST_SHARED_DIR as in configs/test.sh. Behind
# a proxy that opens TLS, $NODE_EXTRA_CA_CERTS names the authority that npm has to trust in there.
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
shared=${TEST_SHARED_DIR:-$project/../shared}
commands=(demo.sh test.sh)
keep=""
root=""
mounted=()

fail() {
    echo "fresh: $*" >&2
    exit 1
}

clean_up() {
    local code=$? place
    trap - EXIT
    for place in "${mounted[@]}"; do
        umount "$place"
    done
    [[ -z "$root" || -n "$keep" ]] || rm -rf --one-file-system "$root"
    exit "$code"
}

bind() {
    mkdir -p "$root$2"
    mount --bind "$1" "$root$2"
    mounted=("$root$2" "${mounted[@]}")
}

while (($# > 0)); do
    case "$1" in
        --demo) commands=(demo.sh); shift ;;
        --keep) (($# > 1)) || fail "--keep wants a folder"; keep=$2; shift 2 ;;
        *) echo "Usage: configs/fresh.sh [--demo] [--keep DIR]" >&2; exit 2 ;;
    esac
done
((EUID == 0)) || fail "only root can make a bare system"
command -v mmdebstrap > /dev/null ||
    fail "mmdebstrap is missing; configs/install.sh --deep installs it"

trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
root=${keep:-$(mktemp -d "${TMPDIR:-/tmp}/staffroom-fresh.XXXXXX")}
echo "fresh: a bare Debian 12 in $root"
mmdebstrap --quiet --variant=apt bookworm "$root"
# Gives the bare system its devices and its way to the mirror.
bind /proc /proc
bind /sys /sys
bind /dev /dev
bind /dev/pts /dev/pts
cp /etc/resolv.conf /etc/hosts "$root/etc/"
trusted=()
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
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb "${trusted[@]}" \
        chroot "$root" bash -c "cd /srv/project && exec bash configs/$command" < /dev/null ||
        fail "bash configs/$command failed in a bare system"
    echo "fresh: bash configs/$command took $((SECONDS - begin)) s"
done
