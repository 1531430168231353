"""Planted bugs in backups and in the way back from one, as in mutations.py."""

from mutations import ACCEPTANCE, UNIT_STORAGE, UNIT_NODE

BACKUP_MUTATIONS = [
    (
        "a backup may be signed by anybody",
        "storage/backup/backup_manifest.cpp",
        "!verifier.verify(crypto::SignLabel::backup, manifest->node, rest, *signature))",
        "signature->view().empty())",
        "unit_storage", f"{UNIT_STORAGE} 'backup*'",
    ),
    (
        "damaged backups count for good ones when old ones go",
        "storage/backup/backup_keeping.cpp",
        "else if (counts(*id))",
        "else if (counts(*id) || kept < keeping.count)",
        "unit_storage", f"{UNIT_STORAGE} 'backup*'",
    ),
    (
        "parts of a backup that cannot be read go with the old ones",
        "storage/backup/backup_keeping.cpp",
        "sorted_.knows_all_parts = false;",
        "sorted_.knows_all_parts = true;",
        "unit_storage", f"{UNIT_STORAGE} 'backup*'",
    ),
    (
        "a link on the share leads into the node's own data",
        "storage/files/fenced_files.cpp",
        "flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,",
        "flags | O_NONBLOCK | O_CLOEXEC,",
        "unit_storage", f"{UNIT_STORAGE} 'backup share*,fenced*'",
    ),
    (
        "what lies under the name of a part keeps it from being written",
        "storage/files/fenced_files.cpp",
        "const auto removed = remove(path);",
        "const auto removed = exists(path);",
        "unit_storage", f"{UNIT_STORAGE} 'backup share*,fenced*'",
    ),
    (
        "a stolen server's backups count after its key has ended",
        "storage/backup/backup_manifest.cpp",
        "return node != nullptr && !node->revoked;",
        "return node != nullptr;",
        "unit_storage", f"{UNIT_STORAGE} 'backup*'",
    ),
    (
        "one part that cannot be removed ends all clearing",
        "storage/backup/backup_keeping.cpp",
        "if (!is_wanted && may_go)",
        "if (!is_wanted && may_go && cleared_.stuck == 0)",
        "unit_storage", f"{UNIT_STORAGE} 'backup*'",
    ),
    (
        "a crafted backup gives one part two lengths",
        "storage/backup/backup_manifest.cpp",
        "if (has_part_of_two_lengths(manifest))",
        "if (has_part_of_two_lengths(manifest) && manifest.files.empty())",
        "unit_storage", f"{UNIT_STORAGE} 'backup*'",
    ),
    (
        "a share that is not mounted makes the node back up onto its own disk",
        "node/services/backup/backup_state.cpp",
        "return (state.good && plain(state.good->folder) == plain(folder)) ||",
        "return (state.good && state.good->folder.empty() && plain(folder).empty()) ||",
        "unit_node", f"{UNIT_NODE} 'backup*'",
    ),
    (
        "a backup that failed is tried again at once, for ever",
        "node/services/backup/backup_state.cpp",
        "std::min({first_retry_ms << doublings, retry_ms_max, every_ms});",
        "std::min({first_retry_ms >> doublings, retry_ms_max, every_ms});",
        "unit_node", f"{UNIT_NODE} 'backup*'",
    ),
    (
        "a clock that was ahead once stops the backups until then",
        "node/services/backup/backup_state.cpp",
        "if (state.failed || !state.good || state.good->made.ms > future_ms)",
        "if (state.failed || !state.good)",
        "unit_node", f"{UNIT_NODE} 'backup*'",
    ),
    (
        "a restored node shows words before it has heard of erasures",
        "node/http/routes/router.cpp",
        "if (services.is_catching_up() && !is_wordless(route.facts.pattern)) {",
        "if (services.is_catching_up() && route.facts.pattern.empty()) {",
        "staffroomd staffroom",
        f"STAFFROOM_BIN_DIR=$PWD/bin python3 {ACCEPTANCE}/node/backup_test.py",
    ),
    (
        "a restore replaces a school that lives behind the mark",
        "storage/files/broken_restore.cpp",
        " || is_node_folder(folder))",
        " || (is_node_folder(folder) && mark.empty()))",
        "unit_storage", f"{UNIT_STORAGE} 'broken restore*'",
    ),
]
