#!/usr/bin/env bash
# The main job in two minutes: three schools in a chain A - B - C, of which A and C never meet,
# publish records at both ends and end with the same ones. Three real nodes on loopback.
#
# Usage: configs/demo.sh [--keep DIR]
#   --keep DIR   leave the three schools in DIR and their nodes running; without it everything is
#                stopped and removed at the end
# Uses the corpus in $TEST_SHARED_DIR (default: ../shared beside the project) where it is there,
# else the six records in configs/demo. STAFFROOM_BIN_DIR names programs that are built already.
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
shared=${TEST_SHARED_DIR:-$project/../shared}
bin=${STAFFROOM_BIN_DIR:-}
network=Forest
ready_seconds=20
keep=""
root=""
declare -A pids=() listens=() names=()

usage() {
    echo "Usage: configs/demo.sh [--keep DIR]" >&2
    exit 2
}

fail() {
    echo "demo: $*" >&2
    exit 1
}

# Ends the nodes that this script started, by their ids, and waits for them.
stop_nodes() {
    local school
    for school in "${!pids[@]}"; do
        kill -TERM "${pids[$school]}" 2> /dev/null || true
    done
    for school in "${!pids[@]}"; do
        wait "${pids[$school]}" 2> /dev/null || true
    done
    pids=()
}

clean_up() {
    local code=$?
    trap - EXIT
    trap '' INT TERM
    if [[ -n "$keep" && $code == 0 ]]; then
        exit 0
    fi
    stop_nodes
    if [[ -n "$root" && -z "$keep" ]]; then
        rm -rf "$root"
    elif [[ -n "$root" ]]; then
        echo "demo: what was made so far is in $root" >&2
    fi
    exit "$code"
}

staffroom() {
    local school=$1
    shift
    "$bin/staffroom" --data "$root/$school" "$@"
}

# The value of one key of a JSON document on standard input.
value_of() {
    python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"
}

build() {
    if [[ -z "$bin" ]]; then
        bin=${STAFFROOM_BUILD_DIR:-$project/build}/bin
        echo "Building (the first time takes some minutes) ..."
        "$project/configs/install.sh"
        "$project/configs/build.sh" > "$root/build.log" 2>&1 ||
            { tail -20 "$root/build.log" >&2; fail "the build failed"; }
    fi
    [[ -x "$bin/staffroomd" && -x "$bin/staffroom" ]] || fail "$bin has no staffroomd, staffroom"
}

# The first three forest schools of the sample world, or names of our own.
read_names() {
    local file="$shared/corpus/sample/schools.tsv" all=()
    if [[ -f "$file" ]]; then
        mapfile -t all < <(awk -F '\t' '$5 == "forest" { print $3 }' "$file" | head -3)
    fi
    names[a]=${all[0]:-Heathview Primary School}
    names[b]=${all[1]:-Chapelstead Primary School}
    names[c]=${all[2]:-Yewlands Primary School}
}

# Starts a node in a session of its own, so that Ctrl-C reaches this script alone.
start() {
    local school=$1 line="" waited=0
    staffroom "$school" init --school "${names[$school]}" --listen 127.0.0.1:0 \
        --web 127.0.0.1:0 --phrase-out "$root/$school.phrase" > /dev/null 2> "$root/$school.init" ||
        fail "init failed: $(cat "$root/$school.init")"
    : > "$root/$school.ready"
    setsid "$bin/staffroomd" --data "$root/$school" \
        > "$root/$school.ready" 2> "$root/$school.trace" < /dev/null &
    pids[$school]=$!
    until line=$(grep -m 1 '^ready ' "$root/$school.ready"); do
        kill -0 "${pids[$school]}" 2> /dev/null || fail "$(tail -3 "$root/$school.trace")"
        ((++waited <= ready_seconds * 10)) || fail "${names[$school]} is not ready"
        sleep 0.1
    done
    line=${line#*listen=}
    listens[$school]=${line%% *}
    echo "${pids[$school]}" > "$root/$school.pid"
    # A node that is started again must be found where it was.
    sed -i "s|^listen = .*|listen = \"${listens[$school]}\"|" "$root/$school/staffroom.toml"
    printf '  %s  %-32s %s\n' "${school^^}" "${names[$school]}" "${listens[$school]}"
}

join() {
    local school=$1 code
    code=$(staffroom b --json network invite "$network" | value_of code)
    staffroom "$school" network join "$code" "${listens[b]}" > "$root/$school.join" 2>&1 ||
        fail "${names[$school]} could not join: $(cat "$root/$school.join")"
    echo "  ${names[$school]} joined with $code"
}

# Exit code 4: done, and some items want a person's eye (an import tells which).
import() {
    local school=$1 code=0
    shift
    staffroom "$school" --json import "$@" --network "$network" \
        > "$root/$school.import" 2> "$root/$school.import.trace" || code=$?
    ((code == 0 || code == 4)) || fail "import: $(tail -3 "$root/$school.import.trace")"
    echo "  ${names[$school]} published $(value_of published < "$root/$school.import")"
}

import_both_ends() {
    if [[ -f "$shared/corpus/manifest.tsv" ]]; then
        import a "$shared/corpus/manifest.tsv" --match 'documents/*/[!etu]*'
        import c "$shared/corpus/manifest.tsv" --match 'documents/*/[etu]*'
    else
        import a "$project/configs/demo/first"
        import c "$project/configs/demo/second"
    fi
}

# Content passes through B: the ends are in sync with it once B is with both.
sync_all() {
    local school
    for school in b a c b; do
        staffroom "$school" sync --wait --timeout 60 > /dev/null 2> "$root/$school.sync" ||
            fail "${names[$school]} is not in sync: $(cat "$root/$school.sync")"
    done
}

compare() {
    local school shown digests=() records=()
    for school in a b c; do
        shown=$(staffroom "$school" --json network show "$network")
        records+=("$(value_of records <<< "$shown")")
        digests+=("$(value_of digest <<< "$shown")")
        printf '  %s  %-32s %5s records  digest %.16s...\n' \
            "${school^^}" "${names[$school]}" "${records[-1]}" "${digests[-1]}"
    done
    [[ ${digests[0]} == "${digests[1]}" && ${digests[1]} == "${digests[2]}" ]] ||
        fail "the digests differ"
}

# A record that A wrote, read at C.
show_far_record() {
    local id
    id=$(staffroom c --json list --network "$network" | NAME=${names[a]} python3 -c '
import json, os, sys
rows = [json.loads(line) for line in sys.stdin]
theirs = [row for row in rows if row["school_name"] == os.environ["NAME"]]
print(next((row for row in theirs if row["title"].isascii()), theirs[0])["id"])')
    echo "$id" > "$root/shown"
    staffroom c show "${id:0:12}" > "$root/shown.text"
    sed -n '1,16s/^/  | /p' "$root/shown.text" | cut -c 1-96
}

can_be_tried() {
    [[ -n "$keep" || (-t 0 && -t 1) ]]
}

say_next() {
    local id
    if ! can_be_tried; then
        printf '\nTo look around in them: configs/demo.sh --keep DIR\n'
        return
    fi
    id=$(head -c 12 "$root/shown")
    cat << END

To try next:
  $bin/staffroom --data $root/c list --network $network
  $bin/staffroom --data $root/b show $id
  $bin/staffroom --data $root/a neighbour list
  $bin/staffroom --data $root/b publish $project/README.md --network $network
END
}

finish() {
    if [[ -n "$keep" ]]; then
        echo
        echo "The nodes go on. To stop them:   kill \$(cat $root/{a,b,c}.pid)"
        echo "To start one again:              $bin/staffroomd --data $root/a"
        return
    fi
    if [[ -t 0 && -t 1 ]]; then
        echo
        read -r -p "The nodes run until you press Enter or Ctrl-C. " || true
    fi
}

main() {
    while (($# > 0)); do
        case "$1" in
            --keep) (($# > 1)) || usage; keep=$2; shift 2 ;;
            *) usage ;;
        esac
    done
    trap clean_up EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    if [[ -n "$keep" ]]; then
        [[ ! -e "$keep" ]] || [[ -d "$keep" && -z "$(ls -A "$keep")" ]] || fail "$keep is not empty"
        mkdir -p "$keep"
        root=$(cd "$keep" && pwd)
    else
        root=$(mktemp -d "${TMPDIR:-/tmp}/staffroom-demo.XXXXXX")
    fi
    build
    read_names

    echo "Three schools, three nodes; A and C never meet"
    start a
    start b
    start c
    echo "One network, founded at B"
    staffroom b network create "$network" --focus "literacy-and-oracy" > /dev/null 2>&1
    join a
    join c
    echo "Publishing at both ends"
    local begin=$EPOCHREALTIME
    import_both_ends
    local imported=$EPOCHREALTIME
    sync_all
    local ended=$EPOCHREALTIME
    echo "What each school holds"
    compare
    awk -v a="$begin" -v b="$imported" -v c="$ended" \
        'BEGIN { printf "  published in %.1f s, equal %.1f s later\n", b - a, c - b }'
    echo "One of A's records, read at C"
    show_far_record
    say_next
    finish
}

main "$@"
