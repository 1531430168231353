#!/usr/bin/env bash
# Builds the node and the command line into build/bin (or $STAFFROOM_BUILD_DIR/bin).
# Usage: configs/build.sh [CMAKE OPTION...]    for example -DSTAFFROOM_WERROR=ON
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${STAFFROOM_BUILD_DIR:-$project/build}
shared=${TEST_SHARED_DIR:-$project/../shared}

cmake -G Ninja -S "$project" -B "$build" -DCMAKE_BUILD_TYPE=RelWithDebInfo \
    -DSHARED_DIR="$shared" "$@"
cmake --build "$build" --parallel "${STAFFROOM_JOBS:-$(nproc)}"
