#!/usr/bin/env bash
# Fuzzes one target and prints one line of it; its whole log only when it fails.
# Usage: tests/fuzz/run_target.sh BUILD SECONDS PROGRAM TARGET
# What it finds lies in BUILD/TARGET-*, what it has grown in BUILD/corpus/TARGET.
set -euo pipefail

folder=$1 seconds=$2 program=$3 target=$4
inputs=$folder/corpus/$target log=$folder/$target.log

mkdir -p "$inputs"
if ! STAFFROOM_FUZZ_TARGET=$target "$folder/bin/$program" -max_total_time="$seconds" -timeout=30 \
    -verbosity=0 -print_final_stats=1 -artifact_prefix="$folder/$target-" "$inputs" \
    "$folder/seeds/$target" > "$log" 2>&1; then
    cat "$log" >&2
    echo "-- $target FAILED" >&2
    exit 1
fi
runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
echo "-- $target: $runs runs"
