#!/usr/bin/env bash
# Builds the teachers' page into OUT (index.html and assets/, each with its compressed variants),
# once for each state of its sources, which it notes in OUT.state. Usage: configs/web.sh OUT
# Without npm, or where it cannot fetch its packages, there is no page: OUT stays away, and the node
# serves none. With STAFFROOM_INSTALL_PAGE=yes npm is installed first where it is missing. The
# packages lie in node/web/node_modules, by the versions and checksums of package-lock.json; with
# STAFFROOM_WEB_PACKAGES=all those of the tests as well.
set -euo pipefail

(($# == 1)) || { echo "Usage: configs/web.sh OUT" >&2; exit 2; }
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mkdir -p "$(dirname "$1")"
out=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
web=$project/node/web
modules=$web/node_modules

no_page() {
    echo "web: $*, so the page is not built" >&2
    rm -rf "$out"
    echo "no page" > "$out.state"
    exit 0
}

# What the page is made of, as one line that changes with any of it.
state() {
    find "$web" \( -name node_modules -o -name dist -o -name .packages.lock \) -prune \
        -o -type f ! -name schema.d.ts -print0 |
        sort -z | xargs -0 sha256sum | sha256sum | cut -d ' ' -f 1
}

# Builds in several folders share the packages, one after the other.
lock_packages() {
    exec 9> "$web/.packages.lock"
    flock 9
}

# Fetches the packages, unless those that are there are enough.
packages() {
    local lock wanted=build there="" more=(--omit=dev)
    lock=$(sha256sum "$web/package-lock.json" | cut -d ' ' -f 1)
    [[ ${STAFFROOM_WEB_PACKAGES:-} != all ]] || { wanted=all; more=(); }
    [[ ! -f "$modules/.staffroom-lock" ]] || there=$(< "$modules/.staffroom-lock")
    [[ $there == "$lock all" || $there == "$lock $wanted" ]] && return 0
    npm ci "${more[@]}" --no-audit --no-fund --loglevel=error >&2 &&
        echo "$lock $wanted" > "$modules/.staffroom-lock"
}

cd "$web"
if [[ ${STAFFROOM_INSTALL_PAGE:-no} == yes ]] && ! command -v npm > /dev/null; then
    "$project/configs/install.sh" --page >&2 || no_page "npm could not be installed"
    hash -r
fi
wanted=$(state)
before=""
[[ ! -f "$out.state" ]] || before=$(< "$out.state")
# A page that is as its sources are stays, whatever cannot be fetched today.
if [[ $before == "$wanted" && -f "$out/index.html" ]]; then
    command -v npm > /dev/null || exit 0
    lock_packages
    packages ||
        echo "web: npm could not fetch its packages; the page stays as it is" >&2
    exit 0
fi
command -v npm > /dev/null || no_page "there is no npm"
lock_packages
packages || no_page "npm could not fetch its packages"
rm -f "$out.state"
STAFFROOM_WEB_OUT="$out" npm run --silent build > "$out.log" 2>&1 || { cat "$out.log" >&2; exit 1; }
rm -f "$out.log"
echo "$wanted" > "$out.state"
