#!/usr/bin/env bash
# Builds the page, the node and the command line into build/bin (or $STAFFROOM_BUILD_DIR/bin), with
# the tests where -DSTAFFROOM_TESTS=ON is given. Usage: configs/build.sh [CMAKE OPTION...]
# For a debugger: configs/build.sh -DSTAFFROOM_DEBUG_LINES=ON.
# $STAFFROOM_WEB_DIR names a page that is built already.
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${STAFFROOM_BUILD_DIR:-$project/build}
shared=${TEST_SHARED_DIR:-$project/../shared}
# npm waits for the network most of its time, so one job more keeps all processors at work.
jobs=${STAFFROOM_JOBS:-$(($(nproc) + 1))}

mkdir -p "$build"
cmake -G Ninja -S "$project" -B "$build" -DCMAKE_BUILD_TYPE=RelWithDebInfo \
    -DSTAFFROOM_TESTS=OFF -DSTAFFROOM_DEBUG_LINES=OFF -DSHARED_DIR="$shared" \
    -DSTAFFROOM_WEB_DIR="${STAFFROOM_WEB_DIR:-}" "$@" > "$build.configure" 2>&1 ||
    { cat "$build.configure" >&2; exit 1; }
rm -f "$build.configure"
cmake --build "$build" --parallel "$jobs"
