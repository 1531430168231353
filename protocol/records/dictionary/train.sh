#!/usr/bin/env bash
# How dictionary_1.zdict was trained: on texts of this project alone. Usage: train.sh OUTPUT
# A dictionary that has been shipped is never trained again (its bytes are part of codec 2 [L5]); a
# better one gets a number of its own and a codec number of its own.
# Its id lies in the range free for private use (RFC 8878, section 6).
set -euo pipefail

output=$1
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
project=$(cd "$here/../../.." && pwd)
samples=$(mktemp -d)
trap 'rm -rf "$samples"' EXIT

# Overlapping pieces of each text: what a reader meets in a record is prose, seldom a whole page.
pieces() {
    local name=$1 step=$2 file=$3 begin size
    size=$(wc -c < "$file")
    for ((begin = 0; begin < size; begin += step)); do
        head -c $((begin + 1500)) "$file" | tail -c 1500 > "$samples/$name-$begin"
    done
}

pieces prose 8 "$here/prose.txt"
for page in "$project"/README.md "$project"/protocol/SPEC.md "$project"/configs/man/*.scd; do
    pieces "$(basename "$page")" 500 "$page"
done
for record in "$project"/configs/demo/records/*.md "$project"/configs/demo/live/*.md; do
    for copy in 1 2 3 4 5 6 7 8 9 10; do
        cp "$record" "$samples/record-$copy-$(basename "$record")"
    done
done
zstd -q --train -r "$samples" --maxdict=32768 --dictID=32769 -o "$output"
