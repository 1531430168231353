#!/usr/bin/env bash
# Installs, builds with every warning an error, runs all tests. Usage: configs/test.sh [--deep]
# The last lines are ctest's own summary. --deep then adds sanitizer builds, a clang build, every
# build type, a minute for each fuzz target, clang-tidy and a bare system (configs/fresh.sh); it
# ends at the first that fails.
# $TEST_SHARED_DIR names the folder with corpus and vectors (default: ../shared beside the project).
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${STAFFROOM_BUILD_DIR:-$project/build}
shared=${TEST_SHARED_DIR:-$project/../shared}
fuzz_seconds=${STAFFROOM_FUZZ_SECONDS:-60}
jobs=${STAFFROOM_JOBS:-$(nproc)}
export TEST_SHARED_DIR=$shared

# Most tests are real processes that wait for each other, so twice as many run as there are cores;
# those that compute count twice (tests/CMakeLists.txt). Under a sanitizer everything takes several
# times as long.
run_tests() {
    local folder=$1
    STAFFROOM_BIN_DIR="$folder/bin" ctest --test-dir "$folder" --output-on-failure \
        -j "$((2 * jobs))" --timeout "$2"
}

sanitizer_build() {
    local name=$1 sanitizers=$2 folder="$build-$1"
    echo "== $name"
    # Whatever is found ends the process, also where a test does not look at how a node ended.
    local -x UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
        TSAN_OPTIONS="halt_on_error=1 suppressions=$project/configs/tsan.supp"
    STAFFROOM_BUILD_DIR="$folder" "$project/configs/build.sh" -DSTAFFROOM_TESTS=ON \
        -DSTAFFROOM_SANITIZE="$sanitizers"
    run_tests "$folder" 3600
}

clang_build() {
    echo "== clang 14: protocol and storage"
    STAFFROOM_BUILD_DIR="$build-clang" "$project/configs/build.sh" -DSTAFFROOM_CORE_ONLY=ON \
        -DSTAFFROOM_UNITY=OFF -DCMAKE_CXX_COMPILER=clang++-14 -DCMAKE_C_COMPILER=clang-14
}

# Each source alone, as clang-tidy reads it. Clang refuses one flag of GCC outright; the others it
# knows or passes over. What is generated has to be there, the objects need not.
tidy_sources() {
    echo "== clang-tidy"
    local database="$build-tidy"
    cmake -G Ninja -S "$project" -B "$database" -DCMAKE_BUILD_TYPE=RelWithDebInfo \
        -DSTAFFROOM_UNITY=OFF -DSTAFFROOM_TESTS=OFF > "$database.configure"
    ninja -C "$database" staffroom_schema
    sed -i 's/-fstack-reuse=none//g' "$database/compile_commands.json"
    cd "$project"
    find protocol storage node cli -name '*.cpp' -print0 |
        xargs -0 -n 4 -P "$jobs" clang-tidy-14 -p "$database" --quiet
}

# Every build type that a packager may type compiles, and its unit tests pass.
build_types() {
    local type folder
    for type in Release Debug MinSizeRel; do
        echo "== build type $type"
        folder="$build-${type,,}"
        cmake -G Ninja -S "$project" -B "$folder" -DCMAKE_BUILD_TYPE="$type" \
            -DSHARED_DIR="$shared" -DSTAFFROOM_WEB_DIR="${STAFFROOM_WEB_DIR:-}" \
            > "$folder.configure"
        ninja -C "$folder" -j "$jobs" staffroomd staffroom \
            unit_protocol unit_storage unit_node unit_cli
        ctest --test-dir "$folder" --output-on-failure -R '^unit_'
    done
}

# A minute for each target under libFuzzer, which needs clang, one target on each core; then what
# their inputs have reached.
fuzz() {
    echo "== fuzz targets, $fuzz_seconds s each"
    local folder="$build-fuzz" programs=(fuzz_core fuzz_parser fuzz_http) program
    cmake -G Ninja -S "$project" -B "$folder" -DSTAFFROOM_FUZZ=ON \
        -DSTAFFROOM_SANITIZE=address -DCMAKE_CXX_COMPILER=clang++-14 \
        -DCMAKE_C_COMPILER=clang-14 -DSHARED_DIR="$shared"
    ninja -C "$folder" -j "$jobs" "${programs[@]}"
    for program in "${programs[@]}"; do
        "$folder/bin/$program" --seeds "$folder/seeds" > /dev/null
        "$folder/bin/$program" --names | sed "s/^/$program /"
    done | xargs -L 1 -P "$jobs" "$project/tests/fuzz/run_target.sh" "$folder" "$fuzz_seconds"
    "$project/tests/fuzz/coverage.sh" "$folder/corpus"
}

deep=()
for argument in "$@"; do
    case "$argument" in
        --deep) deep=(--deep) ;;
        *) echo "Usage: configs/test.sh [--deep]" >&2; exit 2 ;;
    esac
done

"$project/configs/install.sh" --tests "${deep[@]}"
STAFFROOM_WEB_PACKAGES=all "$project/configs/build.sh" -DSTAFFROOM_TESTS=ON
run_tests "$build" 900
if ((${#deep[@]} > 0)); then
    # The builds that follow take the page that is built already.
    [[ ! -f "$build/web/index.html" ]] || export STAFFROOM_WEB_DIR=$build/web
    sanitizer_build asan address,undefined
    sanitizer_build tsan thread
    clang_build
    build_types
    fuzz
    tidy_sources
    "$project/configs/fresh.sh"
fi
