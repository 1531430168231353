"""Scenario 3 of the domain paper.

Given a draft, when any sync runs, then no other node, and no file sent, holds a word of it.
"""

import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, need, wait_until
from written import NETWORK, REFUSED, files_with, meet, pair, publish, write

# Words that stand nowhere else, and that hardly compress, so that sizes on the line tell.
SOURCE = random.Random(3)
RARE = ["".join(chr(SOURCE.randint(0x4E00, 0x9FA0)) for _ in range(12)) for _ in range(600)]
TITLE, SUMMARY, PLACE, BODY = RARE[0], RARE[1], RARE[2], " ".join(RARE[3:])
IN_EVERY_BODY = RARE[300]
WORDS = (TITLE, SUMMARY, PLACE, RARE[3], IN_EVERY_BODY, RARE[-1])


def write_draft(world, name="draft.md", **fields):
    return write(world.root, name, TITLE, summary=SUMMARY, context_place=PLACE,
                 text=f"## What we do\n\n{BODY}\n", **fields)


def rounds(nodes):
    """Every sort of sync: on request, after a restart, after news in the network."""
    for _ in range(2):
        for node in nodes:
            node.run("sync", "--wait", "--timeout", "30").ok()
    nodes[1].stop()
    nodes[1].start()
    meet(nodes)


def a_draft_stays():
    """scenario 3: no node, no export and no byte on the line has a word of a draft"""
    with World() as world:
        a, b, line = pair(world)
        shared = publish(a, write(world.root, "shared.md", "Exit slips at the door"))
        meet((a, b))
        digest = a.digest(NETWORK)
        entries = b.json("verify")["entries"]
        line.reset()
        line.tape = bytearray()
        path = write_draft(world)

        draft = a.json("publish", path, "--reach", "draft")["id"]
        path.write_text(path.read_text() + "\nAnd a second thought.\n", encoding="utf-8")
        a.run("revise", draft, path).ok()
        rounds((a, b))

        need(a.digest(NETWORK) == digest == b.digest(NETWORK), "the network's digest has changed")
        need(b.json("verify")["entries"] == entries, "something has arrived")
        size = path.stat().st_size
        need(len(line.tape) < size // 4, f"{len(line.tape)} bytes passed beside {size} of a draft")
        need(not any(word.encode() in line.tape for word in WORDS), "words on the line")
        for command in ("show", "history", "lineage"):
            b.run(command, draft).refused(1, draft)
        need({row["id"] for row in b.lines("list")} == {shared}, "the draft is listed elsewhere")
        need(draft not in {row["id"] for row in a.lines("list", "--network", NETWORK)},
             "the draft is in the network's list")
        for node in (a, b):
            out = world.root / f"out-{node.name}"
            node.run("export", "--all", "--network", NETWORK, "-o", out,
                     "--format", "markdown,jsonld,bibtex,ris").ok()
            need(not files_with(WORDS, out), f"words in {files_with(WORDS, out)}")
        b.stop()
        need(not files_with(WORDS, b.folder, world.root / "oakdene.trace",
                            world.root / "heathview.trace"), "words in files of the other school")

        # The search is sharp enough: it finds the same words where they may be.
        need(files_with((IN_EVERY_BODY,), a.folder), "the search finds nothing at home either")
        line.tape = None
        b.start()
        a.run("revise", draft, path, "--network", NETWORK).ok()
        meet((a, b))
        # A body is packed; its words stand in the index, which comes after the copy.
        wait_until(lambda: files_with((IN_EVERY_BODY,), b.folder), 30, "shared, it is found there")


def a_drafts_title_stays():
    """scenario 3: what is about a draft is refused, and what grew from one names no word of it"""
    with World() as world:
        a, b, _ = pair(world)
        draft = a.json("publish", write_draft(world), "--reach", "draft")["id"]
        comment = write(world.root, "comment.md", "On something", kind="comment",
                        authors=["B. Colleague"])
        refused = a.run("publish", comment, "--about", draft, "--network", NETWORK)
        refused.refused(REFUSED, "still a draft")

        # The widened record begins anew: of the draft only its id is known elsewhere.
        grown = write(world.root, "grown.md", "Slips at the door, told plainly")
        shared = a.json("revise", draft, grown, "--network", NETWORK)["id"]
        meet((a, b))

        need(b.json("show", shared)["title"] == "Slips at the door, told plainly", "not shared")
        stubs = [node for node in b.json("lineage", shared)["nodes"] if not node["here"]]
        need(all("title" not in stub for stub in stubs), f"{stubs}")
        b.run("show", draft).refused(1, draft)
        out = world.root / "out"
        b.run("export", "--all", "-o", out, "--format", "markdown,jsonld,bibtex,ris").ok()
        b.stop()
        need(not files_with(WORDS, b.folder, out), f"words in {files_with(WORDS, b.folder, out)}")


def a_school_record_stays():
    """scenario 3: a record for the school alone stays there as a draft does"""
    with World() as world:
        a, b, _ = pair(world)
        meet((a, b))
        digest = a.digest(NETWORK)
        record = a.json("publish", write_draft(world), "--reach", "school")["id"]
        rounds((a, b))
        need(b.digest(NETWORK) == digest == a.digest(NETWORK), "the digest has changed")
        b.run("show", record).refused(1, record)
        b.stop()
        need(not files_with(WORDS, b.folder), "words in files of the other school")


support.main(a_draft_stays, a_drafts_title_stays, a_school_record_stays)
