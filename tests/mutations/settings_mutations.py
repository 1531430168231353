"""Planted bugs in what technicians set on the page, as in mutations.py."""

from mutations import ACCEPTANCE, UNIT_NODE

SETTINGS_MUTATIONS = [
    (
        "what the page may not set is taken from its file all the same",
        "node/services/settings/page_settings.cpp",
        "if (setting == nullptr)",
        "if (setting == nullptr && name.empty())",
        "unit_node", f"{UNIT_NODE} 'page settings*'",
    ),
    (
        "what a file says is changed on the page",
        "node/services/settings/live_settings.cpp",
        "if (origin->second == node::SettingOrigin::file ||",
        "if (change.name.empty() ||",
        "staffroomd staffroom",
        f"STAFFROOM_BIN_DIR=$PWD/bin python3 {ACCEPTANCE}/node/settings_test.py",
    ),
]
