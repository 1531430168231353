"""Scenario 4 of the domain paper.

Given a write-up without context, when the author widens it to the network, then the node says
what is missing and keeps it in school.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, need
from written import NETWORK, REFUSED, meet, pair, write

# What a network asks beyond the school, in the node's words.
BEYOND_SCHOOL = {
    "licence": "licence",
    "phases": "phases",
    "focus": "focus",
    "context_place": "context",
    "how_we_got_here": "how-we-got-here",
}


def widened_from_school():
    """scenario 4: all that is missing is named, the record stays in school, completed it goes"""
    with World() as world:
        a, b, _ = pair(world)
        meet((a, b))
        path = write(world.root, "slips.md", "Exit slips at the door",
                     **{field: None for field in BEYOND_SCHOOL})
        record = a.json("publish", path, "--reach", "school")["id"]
        digest = a.digest(NETWORK)

        refused = a.run("revise", record, path, "--network", NETWORK)

        refused.refused(REFUSED, "lacks", *BEYOND_SCHOOL.values())
        shown = a.json("show", record)
        need(shown["reach"] == "school" and shown["state"] == "active", f"{shown}")
        need(len(a.lines("list")) == 1, "a second record stands beside it")
        need(a.digest(NETWORK) == digest, "the network has something of it")
        b.run("sync", "--wait").ok()
        need(b.lines("list") == [], "it has left the school")

        # Each of them alone is enough to keep it in school, and is the only one named.
        for field, word in BEYOND_SCHOOL.items():
            path = write(world.root, "slips.md", "Exit slips at the door", **{field: None})
            said = a.run("revise", record, path, "--network", NETWORK).refused(REFUSED, word).err
            lacks = said.split("lacks:", 1)[1].split(".", 1)[0]
            need(lacks.strip().startswith(word) and ";" not in lacks, f"{field}: {lacks}")
        need(b.lines("list") == [], "it has left the school")

        path = write(world.root, "slips.md", "Exit slips at the door")
        shared = a.json("revise", record, path, "--network", NETWORK)["id"]
        meet((a, b))
        need([row["id"] for row in b.lines("list")] == [shared], "it has not arrived")
        need(b.json("show", shared)["reach"] == "network", "with another reach")
        need(a.json("show", record)["state"] == "superseded", "the old one stands beside it")
        need([row["id"] for row in a.lines("list")] == [shared], "both are listed")


def published_unfinished():
    """scenario 4: published straight to the network it is kept as a draft, which can go on"""
    with World() as world:
        a, b, _ = pair(world)
        path = write(world.root, "slips.md", "Exit slips at the door", context_place=None)
        refused = a.run("publish", path, "--network", NETWORK)
        refused.refused(REFUSED, "context (place, need, time, staff", "kept in this school")
        rows = a.lines("list")
        need([row["reach"] for row in rows] == ["draft"], f"{rows}")
        draft = rows[0]["id"]
        need(f"revise {draft} FILE --network NET" in refused.err, refused.err)
        b.run("sync", "--wait").ok()
        need(b.lines("list") == [], "it has left the school")

        write(world.root, "slips.md", "Exit slips at the door")
        shared = a.json("revise", draft, path, "--network", NETWORK)["id"]
        meet((a, b))
        need([row["id"] for row in b.lines("list")] == [shared], "it has not arrived")
        need([row["id"] for row in a.lines("list")] == [shared], "the draft stands beside it")


support.main(widened_from_school, published_unfinished)
