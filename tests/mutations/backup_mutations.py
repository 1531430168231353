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
        "storage/backup/backup_target.cpp",
        "} else if (manifest) {",
        "} else if (manifest || ++kept > 0) {",
        "unit_storage", f"{UNIT_STORAGE} 'backup*'",
    ),
    (
        "parts of a backup that cannot be read go with the old ones",
        "storage/backup/backup_target.cpp",
        "const bool knows_all = backups.unreadable.empty();",
        "const bool knows_all = !backups.has_newer;",
        "unit_storage", f"{UNIT_STORAGE} 'backup*'",
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
