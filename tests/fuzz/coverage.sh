#!/usr/bin/env bash
# Prints how many lines of each parser the fuzz corpora run, and fails below 90 % of them together.
# Usage: tests/fuzz/coverage.sh [CORPUS DIR]    a folder for each target, as configs/test.sh --deep
# leaves them in build-fuzz/corpus; the honest inputs alone where it is absent.
# Clang's source-based coverage (packages clang-14, llvm-14, libclang-rt-14-dev), own build folder.
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${STAFFROOM_BUILD_DIR:-$project/build}
corpus=${1:-$build-fuzz/corpus}
folder=$build-coverage
lines_percent_min=90
programs=(fuzz_core fuzz_parser fuzz_http)

# Whatever gives bytes from outside, from disk or from people a meaning.
parsers=(
    protocol/base/text.cpp
    protocol/channel/{first_frame,handshake,pattern,symmetric_state,transport}.cpp
    protocol/identity/{chain,phrase}.cpp
    protocol/log/{descriptor,fork,tree_proof,tree_range,tree_shape}.cpp
    protocol/network/{facts,history,invitation,judge,judge_clauses,roster}.cpp
    protocol/records/{attachment,body}.cpp
    protocol/replica/dispatch.cpp protocol/replica/logs/{chunk_check,record_files}.cpp
    protocol/replica/links/link.cpp protocol/replica/meeting/handshaker.cpp
    protocol/sync/{item_table,reconciler}.cpp
    protocol/{identity/chain_codec,log/log_codec,log/fork_codec}.cpp
    protocol/network/{network_codec,operations_codec}.cpp
    protocol/wire/{codec_link,codec_records,convert_files,convert_fork,convert_greetings}.cpp
    protocol/wire/{convert_records,form/strict}.cpp
    storage/attachments/attachment_file.cpp storage/database/{high_water,row_keys,stored_check}.cpp
    storage/store/segments.cpp storage/search/{search_marks,search_words}.cpp
    node/base/config.cpp node/links/address.cpp
    node/http/answers/{json_read,preconditions,query}.cpp
    node/http/server/{connection,guard,idempotency,reception,router}.cpp
    node/services/records/{exported_part,exported_texts,record_fields,record_file}.cpp
    node/services/front_matter/front_matter.cpp node/services/search/search_query.cpp
    node/services/markdown/sections.cpp cli/client/event_reader.cpp cli/files/manifest.cpp
)

cmake -G Ninja -S "$project" -B "$folder" -DSTAFFROOM_FUZZ=ON \
    -DCMAKE_CXX_COMPILER=clang++-14 -DCMAKE_C_COMPILER=clang-14 \
    -DCMAKE_CXX_FLAGS="-fprofile-instr-generate -fcoverage-mapping" > /dev/null
ninja -C "$folder" -j "${STAFFROOM_JOBS:-$(nproc)}" "${programs[@]}"

rm -rf "$folder/profiles" "$folder/seeds"
for program in "${programs[@]/#/$folder/bin/}"; do
    LLVM_PROFILE_FILE=/dev/null "$program" --seeds "$folder/seeds"
    for target in $(LLVM_PROFILE_FILE=/dev/null "$program" --names); do
        inputs=("$folder/seeds/$target")
        if [[ -d $corpus/$target ]]; then inputs+=("$corpus/$target"); fi
        STAFFROOM_FUZZ_TARGET=$target LLVM_PROFILE_FILE=$folder/profiles/$target.profraw \
            "$program" -runs=0 "${inputs[@]}" 2> "$folder/$target.log"
    done
done
llvm-profdata-14 merge -sparse -o "$folder/all.profdata" "$folder"/profiles/*.profraw

cd "$project"
llvm-cov-14 report "$folder/bin/fuzz_core" -object "$folder/bin/fuzz_parser" \
    -object "$folder/bin/fuzz_http" -instr-profile="$folder/all.profdata" "${parsers[@]}" \
    > "$folder/report.txt"
# Columns of the report: name, regions, missed, %, functions, missed, %, lines, missed, %, ...
awk -v least="$lines_percent_min" '
    NF >= 10 && $1 ~ /\.cpp$|^TOTAL$/ { printf "%-40s %5d lines, %5.1f %% run\n", $1, $8, $10 }
    $1 == "TOTAL" { reached = $10 + 0 }
    END { if (reached < least) { print "below " least " %"; exit 1 } }' "$folder/report.txt"
