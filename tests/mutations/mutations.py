"""Planted bugs, one line each, and the test that has to catch it.

(name, file, the line that is there, the line that is planted, ninja targets, the command run in the
build folder). The line that is there occurs exactly once in the file. Run by run.py.
"""

import pathlib

ACCEPTANCE = pathlib.Path(__file__).resolve().parents[1] / "acceptance"
UNIT_PROTOCOL = "bin/unit_protocol"
UNIT_STORAGE = "bin/unit_storage"
UNIT_NODE = "bin/unit_node"
STORM = "bin/sim --seeds 1..60"

MUTATIONS = [
    (
        "the first settings file wins over the later ones",
        "node/base/config.cpp",
        "for (const SettingsFile& file : files)",
        "for (const SettingsFile& file : std::vector(files.rbegin(), files.rend()))",
        "unit_node", f"{UNIT_NODE} 'settings*'",
    ),
    (
        "a teacher deletes with a draft what colleagues read",
        "node/http/api/api_withheld.cpp",
        "if (plan.is_read_by_colleagues)",
        "if (plan.record.reach != static_cast<std::uint32_t>(records::Reach::draft))",
        "staffroomd staffroom",
        f"STAFFROOM_BIN_DIR=$PWD/bin python3 {ACCEPTANCE}/http_api/accounts_test.py",
    ),
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
        "protocol/wire/form/strict.cpp",
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
        "protocol/network/roster/judge_clauses.cpp",
        "good = both(good, opposite(has_ended(invite, admit)));",
        "good = both(good, either(Truth::yes, has_ended(invite, admit)));",
        "unit_protocol", f"{UNIT_PROTOCOL} '*roster*'",
    ),
    (
        "an admission needs no signature of the code",
        "protocol/network/roster/facts.cpp",
        "!checked_->is_signed(act, *source, charter_hash_, *verifier_))",
        "verifier_ == nullptr)",
        "unit_protocol", f"{UNIT_PROTOCOL} '*roster*'",
    ),
    (
        "a closing that has seen nothing voids what others have seen",
        "protocol/network/roster/judge_clauses.cpp",
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
        "a school counts as holding what it was only met with",
        "protocol/replica/meeting/holders.cpp",
        "if (is_settled)\n            known.sizes",
        "if (is_settled || !known.sizes->empty())\n            known.sizes",
        "sim_scenes", "bin/sim_scenes 'holders*'",
    ),
    (
        "a network that one is out of keeps two neighbours from being in sync",
        "protocol/replica/meeting/exchange.cpp",
        " || !state->audience->has(context_.school))\n            continue;\n        any",
        ")\n            continue;\n        any",
        "sim_scenes", "bin/sim_scenes 'membership: who left*'",
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
        "protocol/network/roster/facts.cpp",
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
        "return *known >= records::Reach::network &&",
        "return",
        "unit_node", f"{UNIT_NODE} 'reader*'",
    ),
    (
        "a colleague sees drafts",
        "node/services/library/reader.cpp",
        "return held_->contains(document);",
        "return !held_->all().empty() || held_->contains(document);",
        "unit_node", f"{UNIT_NODE} 'reader*'",
    ),
    (
        "a page of another place changes something by a cookie",
        "node/http/server/guard.cpp",
        "if (request.caller.has_cookie() && !is_reading(request) && !has_csrf(request))",
        "if (request.caller.has_cookie() && request.csrf.empty() && !is_reading(request))",
        "unit_node", f"{UNIT_NODE} 'guard*'",
    ),
    (
        "a name that leads here is answered",
        "node/http/people/own_address.cpp",
        "if (!error || name == \"localhost\")",
        "if (!error || name.starts_with(\"localhost\"))",
        "unit_node", f"{UNIT_NODE} 'guard*'",
    ),
    (
        "a session outlives its role",
        "node/accounts/accounts.cpp",
        "if (!role || *role != session->role || end_of(*session) <= time) {",
        "if (!role || end_of(*session) <= time) {",
        "unit_node", f"{UNIT_NODE} 'accounts*'",
    ),
    (
        "of two who use one link at once both come in",
        "node/accounts/sign_in.cpp",
        "if (known == nullptr || !does_open(*known))\n        return spent_link();\n    Beginning",
        "if (book_.find(person) == nullptr)\n        return spent_link();\n    Beginning",
        "unit_node", f"{UNIT_NODE} 'accounts*'",
    ),
    (
        "a sign-in outlives a reset that comes meanwhile",
        "node/accounts/sign_in.cpp",
        "if (known == nullptr || known->credentials != job->credentials)",
        "if (known == nullptr)",
        "unit_node", f"{UNIT_NODE} 'accounts*'",
    ),
    (
        "a new password leaves the sessions of the old one",
        "node/accounts/passwords.cpp",
        "            put_ends(rows, by.person, &by.session);\n",
        "",
        "unit_node", f"{UNIT_NODE} 'accounts*'",
    ),
    (
        "the cookie of the first start opens it by itself",
        "node/accounts/setup.cpp",
        "if (!is_needed() && (!signed_in || signed_in != first_person_))",
        "if (!is_needed() && !first_person_)",
        "unit_node", f"{UNIT_NODE} 'setup*'",
    ),
    (
        "a search finds what its reader may not see",
        "storage/search/search_reader.cpp",
        "if (ask.may_find && !ask.may_find(*revision))",
        "if (ask.may_find && ask.match.terms.empty() && !ask.may_find(*revision))",
        "unit_node", f"{UNIT_NODE} '*search*'",
    ),
    (
        "a school comes back as another that lists its root key",
        "protocol/identity/chain.cpp",
        "return is_among(root_keys_) && is_among(signers_);",
        "return is_among(root_keys_);",
        "unit_protocol", f"{UNIT_PROTOCOL} 'identity chain*'",
    ),
    (
        "a new key goes on with the log of the old one",
        "protocol/replica/logs/own_logs.cpp",
        "const bool goes_on = may_go_on && is_own(record->descriptor) &&",
        "const bool goes_on = may_go_on &&",
        "sim_scenes", "bin/sim_scenes 'recovery*'",
    ),
    (
        "an old disk never hears that its key has ended",
        "protocol/replica/meeting/exchange.cpp",
        "if (!link.school && claimed)\n        tell_of_end(link, *claimed);",
        "",
        "sim_scenes", "bin/sim_scenes 'recovery*'",
    ),
    (
        "one coordinator moves the pins of a removal",
        "protocol/network/roster/closed.cpp",
        "return is_a<Remove>(history_[closing_of(effect)]);\n    };\n    const Places strongest",
        "return facts_[effect].closing.has_value();\n    };\n    const Places strongest",
        "unit_protocol", f"{UNIT_PROTOCOL} 'closed*'",
    ),
    (
        "what a school writes after it is out counts",
        "protocol/replica/membership/networks_fork.cpp",
        "if (state == nullptr || descriptor.channel != log::Channel::records)",
        "if (state == nullptr || descriptor.channel == log::Channel::records)",
        "sim_scenes", "bin/sim_scenes 'membership*'",
    ),
    (
        "a role never ends",
        "protocol/replica/terms.cpp",
        "parts.context.wall <= *member.until)",
        "parts.context.wall > *member.until)",
        "sim_scenes", "bin/sim_scenes 'membership*'",
    ),
    (
        "what was ordered to go is kept when it comes again",
        "protocol/replica/logs/logbook_store.cpp",
        "        if (!state)\n            continue;\n        entry.state = *state;",
        "        if (!state || entry.revision == entry.revision)\n            continue;\n"
        "        entry.state = *state;",
        "sim_scenes", "bin/sim_scenes '[erasure]'",
    ),
    (
        "only the copy that a row knows is overwritten",
        "storage/store/segment_wipe.cpp",
        "    return overwrite(**file, *ranges);",
        "    return {};",
        "unit_storage", f"{UNIT_STORAGE} '[erasure]'",
    ),
    (
        "of a record across the end of a look the rest stays",
        "storage/store/segment_wipe.cpp",
        "const bool is_cut = !next && ",
        "const bool is_cut = next && ",
        "unit_storage", f"{UNIT_STORAGE} '[erasure]'",
    ),
    (
        "an order without files lets go what another school's record needs",
        "storage/store/erasure.cpp",
        "                return without_files_.count(\n"
        "                           {descriptor->space, name.school, name.revision,"
        " is_of_carried}\n"
        "                       ) > 0;",
        "                return std::any_of(without_files_.begin(), without_files_.end(),\n"
        "                    [&](const auto& each) {\n"
        "                        return each.revision == name.revision &&\n"
        "                               each.is_of_carried == is_of_carried; });",
        "unit_storage", f"{UNIT_STORAGE} '[erasure]'",
    ),
]
