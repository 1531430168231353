#!/usr/bin/env bash
# Makes DIR/staffroom_VERSION_ARCH.deb for the machine it runs on. Usage: configs/package.sh DIR
# Builds as configs/build.sh does, with the same $STAFFROOM_* variables, and installs nothing:
# `configs/install.sh --package` brings what is missing. Ends with lintian, of which no error and no
# warning is passed over.
set -euo pipefail

(($# == 1)) && [[ $1 != -* ]] || { echo "Usage: configs/package.sh DIR" >&2; exit 2; }
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${STAFFROOM_BUILD_DIR:-$project/build}
for program in cpack dpkg-shlibdeps file lintian; do
    command -v "$program" > /dev/null || {
        echo "package: $program is missing; configs/install.sh --package installs it" >&2
        exit 1
    }
done
mkdir -p "$1"
out=$(cd "$1" && pwd)

"$project/configs/build.sh"
# The node would run without its page, and nobody would find out before the teachers.
[[ -f ${STAFFROOM_WEB_DIR:-$build/web}/index.html ]] || {
    echo "package: the page was not built, so there is no package; see the lines above" >&2
    exit 1
}
# The same sources give the same bytes: the time of every file is that of the version.
SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -l "$project/configs/package/changelog" -S Timestamp)
export SOURCE_DATE_EPOCH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cpack --config "$build/CPackConfig.cmake" -B "$work" > "$work/log" 2>&1 ||
    { cat "$work/log" >&2; exit 1; }
made=("$work"/*.deb)
lintian --allow-root --fail-on error,warning "${made[0]}"
cp "${made[0]}" "$out/"
echo "$out/$(basename "${made[0]}")"
