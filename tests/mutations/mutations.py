"""Planted bugs, one line each, and the test that has to catch it.

(name, file, what stands there, what is planted, ninja targets, the command run in the build folder)
`what stands there` occurs exactly once in the file. Run by run.py.
"""

UNIT_PROTOCOL = "bin/unit_protocol"
UNIT_STORAGE = "bin/unit_storage"
UNIT_NODE = "bin/unit_node"
STORM = "bin/sim --seeds 1..60"

MUTATIONS = [
    (
        "the root of a chunk is not compared",
        "protocol/replica/logs/chunk_check.cpp",
        "if (!root || *root != context.head.head.root)",
        "if (!root)",
        "unit_protocol", f"{UNIT_PROTOCOL} 'chunk*'",
    ),
    (
        "a body need not match its commitment",
        "protocol/replica/logs/chunk_check.cpp",
        "records::commitment(*salt, *body.encoded) != *header.commitment)",
        "body.encoded == nullptr)",
        "unit_protocol", f"{UNIT_PROTOCOL} 'chunk*'",
    ),
    (
        "an entry may name another school",
        "protocol/replica/logs/chunk_check.cpp",
        "if (header.school != descriptor.school)",
        "if (header.school != descriptor.school && at.value > 1'000'000)",
        "unit_protocol", f"{UNIT_PROTOCOL} 'chunk*'",
    ),
    (
        "the first frame's mac is not looked at",
        "protocol/channel/first_frame.cpp",
        "return sodium_memcmp(expected.data(), frame.data(), mac1_bytes) == 0;",
        "return sodium_memcmp(expected.data(), frame.data(), 0) == 0;",
        "unit_protocol", UNIT_PROTOCOL,
    ),
    (
        "a link goes on after a frame that did not open",
        "protocol/channel/transport.cpp",
        "if (broken_)",
        "if (broken_ && sealed.empty())",
        "unit_protocol", f"{UNIT_PROTOCOL} '*transport*'",
    ),
    (
        "signed fields may be repeated",
        "protocol/wire/strict.cpp",
        "if (number < last || (number == last && !repeated))",
        "if (number < last || (number == last && !repeated && last > 999))",
        "unit_protocol", f"{UNIT_PROTOCOL} '*strict*'",
    ),
    (
        "reconciliation takes a bound for inside",
        "protocol/sync/reconciler.cpp",
        "(range.upper && item.id >= *range.upper)",
        "(range.upper && item.id > *range.upper)",
        "unit_protocol", f"{UNIT_PROTOCOL} '*reconcil*,*range*'",
    ),
    (
        "the smaller side of a difference offers",
        "protocol/sync/reconciler.cpp",
        "if (our->size > their->size || contradicts)",
        "if (our->size < their->size || contradicts)",
        "unit_protocol", f"{UNIT_PROTOCOL} '*reconcil*,*range*'",
    ),
    (
        "an ended invitation admits for who knows of its end",
        "protocol/network/judge_clauses.cpp",
        "good = both(good, opposite(has_ended(invite, admit)));",
        "good = both(good, either(Truth::yes, has_ended(invite, admit)));",
        "unit_protocol", f"{UNIT_PROTOCOL} '*roster*'",
    ),
    (
        "an admission needs no signature of the code",
        "protocol/network/facts.cpp",
        "!checked_->is_signed(act, *source, charter_hash_, *verifier_))",
        "verifier_ == nullptr)",
        "unit_protocol", f"{UNIT_PROTOCOL} '*roster*'",
    ),
    (
        "a closing that has seen nothing voids what others have seen",
        "protocol/network/judge_clauses.cpp",
        "return is_witnessed(at, effect, gives);",
        "return gives == Gives::nothing ? Truth::yes : Truth::no;",
        "unit_protocol", f"{UNIT_PROTOCOL} '*roster*,*membership*'",
    ),
    (
        "evidence of a fork is believed unsigned",
        "protocol/replica/membership/forks.cpp",
        "if (!log::check_fork_proof(proof, context_.verifier))",
        "if (proof.evidence.a.leaf == proof.evidence.b.leaf)",
        "sim_scenes", "bin/sim_scenes '*fork*,*evidence*'",
    ),
    (
        "an old disk image goes on in its log",
        "protocol/replica/logs/own_logs.cpp",
        "return root.has_value() && marked.size == state.stored && marked.root == *root;",
        "return root.has_value() && marked.size >= state.stored;",
        "sim sim_scenes", f"bin/sim_scenes '*old disk*' && {STORM}",
    ),
    (
        "a file that nobody has is asked for in a circle",
        "protocol/replica/files/file_fetch.cpp",
        "wanted_.try_again(job_then.entry, job_then.link);\n    ++job.at;",
        "wanted_.try_again(job_then.entry);\n    ++job.at;",
        "sim_scenes", "bin/sim_scenes 'files: records that name one file*'",
    ),
    (
        "entries are pushed however much waits already",
        "protocol/replica/transfer/offers.cpp",
        "link.unsent_bytes <= limits::send_queue_bytes_max;",
        "link.unsent_bytes <= 100 * limits::send_queue_bytes_max;",
        "sim_scenes", "bin/sim_scenes 'memory*'",
    ),
    (
        "who is no member may see a log",
        "protocol/replica/transfer/serve.cpp",
        "return space != nullptr && space->remote_is_member;",
        "return network != nullptr || space != nullptr;",
        "unit_protocol", f"{UNIT_PROTOCOL} '*server*'",
    ),
    (
        "rows are written without a sync",
        "storage/database/database.cpp",
        "options.sync = true;\n    const leveldb::Status status = handle_->Write(",
        "options.sync = false;\n    const leveldb::Status status = handle_->Write(",
        "faults_tests", "bin/faults_tests '[crash]'",
    ),
    (
        "bodies are written without a sync",
        "storage/store/segments.cpp",
        "return writer_->sync();",
        "return {};",
        "faults_tests", "bin/faults_tests '[crash]'",
    ),
    (
        "rows are written before the bodies that they point at",
        "storage/store/store.cpp",
        "    if (auto done = segments_.flush(); !done)\n        return done;\n"
        "    if (auto done = database_->write(rows); !done)\n        return done;\n",
        "    if (auto done = database_->write(rows); !done)\n        return done;\n"
        "    if (auto done = segments_.flush(); !done)\n        return done;\n",
        "faults_tests", "bin/faults_tests '[crash]'",
    ),
    (
        "a damaged body is shown",
        "storage/store/segments.cpp",
        "if (!std::equal(check.begin(), check.end(), record.begin() + check_offset))",
        "if (check.empty() || record.empty())",
        "unit_storage", UNIT_STORAGE,
    ),
    (
        "anybody may take a record back",
        "node/services/library/revisions.cpp",
        "if (revision.is_retraction)\n        return false;",
        "if (revision.is_retraction && revision.parents.empty())\n        return false;",
        "unit_node", f"{UNIT_NODE} '*revision*'",
    ),
    (
        "a frame of a body may grow beyond what it states",
        "protocol/records/compression.cpp",
        "if (ZSTD_isError(size) != 0 || size != plain_length)",
        "if (ZSTD_isError(size) != 0)",
        "unit_protocol", f"{UNIT_PROTOCOL} 'record body*'",
    ),
    (
        "a school may change its root keys to any",
        "protocol/identity/chain.cpp",
        "if (root_keys_digest(change->root_keys, change->threshold) != next_digest_)",
        "if (change->root_keys.empty())",
        "unit_protocol", f"{UNIT_PROTOCOL} '*chain*'",
    ),
    (
        "a mistyped code is sent",
        "protocol/network/invitation.cpp",
        "if (checksum(raw) != 0)",
        "if (checksum(raw) > 31)",
        "unit_protocol", f"{UNIT_PROTOCOL} '*invitation*,*code*'",
    ),
    (
        "an admit counts although it had seen another for its invite",
        "protocol/network/facts.cpp",
        "operations_[at].is_late = sees_rival(at, known->second);",
        "operations_[at].is_late = sees_rival(at, known->second) && !source;",
        "unit_protocol", f"{UNIT_PROTOCOL} '*roster*'",
    ),
    (
        "a damaged filter hides rows from a salvage",
        "storage/database/database.cpp",
        "options.filter_policy = options_.paranoid ? filter_.get() : nullptr;",
        "options.filter_policy = filter_.get();",
        "unit_storage", f"{UNIT_STORAGE} 'database*'",
    ),
    (
        "a thread that serves the network may wait for a lock of the disk",
        "storage/files/disk_wait.cpp",
        "ensure(!is_disk_forbidden);",
        "ensure(!is_disk_forbidden || is_disk_forbidden);",
        "unit_storage", f"{UNIT_STORAGE} 'disk wait*'",
    ),
    (
        "who shares a space with a school sees its drafts",
        "node/services/library/reader.cpp",
        "return known && *known >= records::Reach::network &&",
        "return known &&",
        "unit_node", f"{UNIT_NODE} 'reader*'",
    ),
    (
        "a search finds what its reader may not see",
        "storage/search/search_reader.cpp",
        "if (ask.may_find && !ask.may_find(*revision))",
        "if (ask.may_find && ask.match.terms.empty() && !ask.may_find(*revision))",
        "unit_node", f"{UNIT_NODE} '*search*'",
    ),
]
