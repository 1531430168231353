#!/usr/bin/env bash
# Three schools in a chain A - B - C, whose ends never meet, share what they tried: documents,
# adoptions, reviews, calls, and a record with a picture that arrives while you watch. Three real
# nodes on loopback; about half a minute once everything is built.
#
# Usage: configs/demo.sh [--keep DIR]
#   --keep DIR   leave the three schools in DIR and their nodes running; without it everything is
#                stopped and removed at the end
# Uses the corpus in $TEST_SHARED_DIR (default: ../shared beside the project) where it is there,
# else the records in configs/demo. STAFFROOM_BIN_DIR names programs that are built already.
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
shared=${TEST_SHARED_DIR:-$project/../shared}
bin=${STAFFROOM_BIN_DIR:-}
network=Forest
ready_seconds=20
arrival_seconds=60
keep=""
root=""
declare -A pids=() watchers=() listens=() pages=() names=() ids=()

usage() {
    echo "Usage: configs/demo.sh [--keep DIR]" >&2
    exit 2
}

fail() {
    echo "demo: $*" >&2
    exit 1
}

# Ends the `staffroom watch` of each school, by its id.
stop_watchers() {
    local school
    for school in "${!watchers[@]}"; do
        kill -TERM "${watchers[$school]}" 2> /dev/null || true
        wait "${watchers[$school]}" 2> /dev/null || true
    done
    watchers=()
}

# Ends the nodes that this script started, by their ids, and waits for them.
stop_nodes() {
    local school
    stop_watchers
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

# Python for a moment; Ctrl-C is for this script alone.
helper() {
    (trap '' INT; exec python3 "$@")
}

# The value of one key of a JSON document on standard input.
value_of() {
    helper -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"
}

# Installs and builds with the steps in sight; a build that is there already costs a second.
build() {
    if [[ -z "$bin" ]]; then
        bin=${STAFFROOM_BUILD_DIR:-$project/build}/bin
        echo "Step 1 of 3: install what is missing (the first time half a minute)"
        "$project/configs/install.sh" --but-page
        echo "Step 2 of 3: build the node and its command line (the first time four minutes)"
        STAFFROOM_INSTALL_PAGE=yes NINJA_STATUS="  %f of %t, %es  " "$project/configs/build.sh" ||
            fail "the build failed"
        echo "Step 3 of 3: three schools"
    fi
    [[ -x "$bin/staffroomd" && -x "$bin/staffroom" ]] || fail "$bin has no staffroomd, staffroom"
}

# Names, documents and records of the three schools, from the corpus or of our own writing.
prepare() {
    local school name corpus=()
    [[ ! -f "$shared/corpus/sample/circulation.tsv" ]] || corpus=("$shared/corpus")
    helper "$project/configs/demo/prepare.py" "$root/texts" "${corpus[@]}"
    while IFS=$'\t' read -r school name; do
        names[$school]=$name
    done < <(tail -n +2 "$root/texts/names.tsv")
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
    pages[$school]=http://${line#*web=}
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
import_documents() {
    local school=$1 code=0 folder=$root/texts/$1
    [[ -f "$folder/manifest.tsv" ]] || return 0
    staffroom "$school" --json import "$folder/manifest.tsv" --network "$network" --yes \
        --confirm-pupil-details "published as it stands; its pupils are illustrations" \
        > "$root/$school.import" 2> "$root/$school.import.trace" || code=$?
    ((code == 0 || code == 4)) || fail "import: $(tail -3 "$root/$school.import.trace")"
    [[ $(value_of refused < "$root/$school.import") == 0 ]] ||
        fail "a document was refused: $(cat "$root/$school.import")"
    echo "  ${names[$school]} shares $(value_of published < "$root/$school.import") documents"
}

# The ids of all documents, by what the sample calls them.
find_documents() {
    local school document id
    for school in a b c; do
        while IFS=$'\t' read -r document id; do
            ids[$document]=$id
        done < <(staffroom "$school" --json list --network "$network" |
            helper "$project/configs/demo/match.py" "$root/texts/documents.tsv" "$school")
    done
}

# Publishes the records in their order; what one is about has to be at its school first.
publish_records() {
    local order school file about relation made more count=0 seen=" "
    while IFS=$'\t' read -r order school file about relation; do
        more=()
        if [[ -n "$about" ]]; then
            [[ -n "${ids[$about]:-}" ]] || fail "$order is about $about, which is not there"
            more=(--about "${ids[$about]}" --relation "$relation")
            # All that was published before the last sync is everywhere.
            if [[ "$seen" == *" $about "* ]]; then
                sync_all
                seen=" "
            fi
        fi
        made=$(staffroom "$school" --json publish "$file" --network "$network" "${more[@]}" \
            2> "$root/publish.trace") || fail "$file: $(cat "$root/publish.trace")"
        ids[$order]=$(value_of id <<< "$made")
        seen+="$order "
        count=$((count + 1))
    done < <(tail -n +2 "$root/texts/records.tsv")
    echo "  $count records: $(kinds_at b)"
}

# Counts the records of a school by kind.
kinds_at() {
    staffroom "$1" --json list --network "$network" | helper -c '
import collections, json, sys
kinds = collections.Counter(json.loads(line)["kind"] for line in sys.stdin)
print(", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items())))'
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

start_watching() {
    local school
    for school in b c; do
        setsid "$bin/staffroom" --data "$root/$school" watch \
            > "$root/$school.watch" 2> "$root/$school.watch.trace" < /dev/null &
        watchers[$school]=$!
    done
}

# Waits until what `staffroom watch` prints at a school names the record, and shows the line.
await_line() {
    local school=$1 id=$2 line="" waited=0
    until line=$(grep -m 1 -F "  ${id:0:8}  " "$root/$school.watch"); do
        ((++waited <= arrival_seconds * 20)) || fail "$school does not see the new record"
        sleep 0.05
    done
    printf '  %s  sees: %s\n' "${school^^}" "$line"
}

# Waits until the picture of a record is at a school, piece by piece.
await_picture() {
    local school=$1 id=$2 waited=0
    until staffroom "$school" files "$id" -o "$root/$school.files" > /dev/null 2>&1 &&
        cmp -s "$root/$school.files/three-piles.png" \
            "$project/configs/demo/live/three-piles.png"; do
        ((++waited <= arrival_seconds * 5)) || fail "the picture does not arrive"
        sleep 0.2
    done
    echo "  ${school^^}  has its picture, byte for byte"
}

publish_live() {
    local made
    echo "  A  publishes configs/demo/live/a-tray-with-three-piles.md"
    made=$(staffroom a --json publish "$project/configs/demo/live/a-tray-with-three-piles.md" \
        --network "$network" 2> "$root/publish.trace") || fail "$(cat "$root/publish.trace")"
    ids[live]=$(value_of id <<< "$made")
    await_line b "${ids[live]}"
    await_line c "${ids[live]}"
    await_picture c "${ids[live]}"
}

# Runs a command at a school and shows the first lines of what it prints.
look() {
    local school=$1 lines=$2
    shift 2
    echo
    echo "At ${names[$school]}: staffroom $*"
    staffroom "$school" "$@" > "$root/look" 2>&1 || fail "$*: $(tail -3 "$root/look")"
    [[ -s "$root/look" ]] || fail "$* shows nothing"
    # The beginning of an id is enough.
    head -n "$lines" "$root/look" | cut -c 1-400 |
        sed -E 's/\b([a-z2-7]{8})[a-z2-7]{44}\b/\1/; s/\t/  /g; s/^/  | /' | cut -c 1-118
    (($(wc -l < "$root/look") <= lines)) || echo "  | ..."
}

look_around() {
    local told=${ids[d060]:-${ids[1]}}
    look c 3 search tray --network "$network"
    look c 14 lineage "${told:0:12}"
    staffroom c lineage "$told" --dot > "$root/lineage.dot"
    grep -q '^digraph' "$root/lineage.dot" || fail "lineage --dot draws nothing"
    echo "  (--dot writes it for Graphviz)"
    look a 8 inbox
    look b 9 status
}

can_be_tried() {
    [[ -n "$keep" || (-t 0 && -t 1) ]]
}

# A link that lets a teacher of each school in, once: it asks for a password of their own.
open_pages() {
    local school link
    echo
    echo "The page, as a teacher of each school opens it the first time"
    for school in a b c; do
        link=$(staffroom "$school" --json users add "Robin Hale" --role teacher | value_of link)
        printf '  %s  %-32s %s%s\n' "${school^^}" "${names[$school]}" "${pages[$school]}" "$link"
    done
}

say_next() {
    local told=${ids[d060]:-${ids[1]}}
    if ! can_be_tried; then
        printf '\nTo look around in them: configs/demo.sh --keep DIR\n'
        return
    fi
    open_pages
    cat << END

To try next:
  $bin/staffroom --data $root/c show ${ids[live]:0:12}
  $bin/staffroom --data $root/c search feedback --kind enquiry-finding
  $bin/staffroom --data $root/c lineage ${told:0:12} --dot
  $bin/staffroom --data $root/b report
  $bin/staffroom --data $root/a retract ${ids[live]:0:12} --reason "to see it go"
  $bin/staffroom --data $root/b export --all -o $root/export --format markdown,bibtex
  $bin/staffroom --data $root/c watch
To look at: $root/texts (what was published), $root/lineage.dot, $root/c/staffroom.toml
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
    prepare

    echo "Three schools, three nodes; A and C never meet"
    start a
    start b
    start c
    echo "One network, founded at B"
    staffroom b network create "$network" --focus "literacy-and-oracy" > /dev/null 2>&1
    join a
    join c
    start_watching
    echo "What each school shares"
    local begin=$EPOCHREALTIME school
    for school in a b c; do
        import_documents "$school"
    done
    sync_all
    find_documents
    publish_records
    sync_all
    echo "Now, while B and C watch (staffroom watch)"
    publish_live
    stop_watchers
    sync_all
    echo "What each school holds"
    compare
    awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN { printf "  all of it in %.1f s\n", b - a }'
    look_around
    say_next
    finish
}

main "$@"
