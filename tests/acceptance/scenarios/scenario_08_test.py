"""Scenario 8 of the domain paper.

Given a peer-review note on revision 1, when revision 2 comes out, then the note still shows what
it was about and that a newer text exists.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, need
from written import FAILED, meet, pair, publish, with_id, write

NEWER = "a newer text than the one it was written about exists"


def a_note_keeps_its_revision():
    """scenario 8: a note stays with the revision it saw and says that a newer text exists"""
    with World() as world:
        a, b, _ = pair(world)
        path = write(world.root, "cards.md", "A card at the end of the lesson",
                     text="## What we do\n\nA card after every lesson.\n")
        record = publish(a, path)
        meet((a, b))
        review = write(world.root, "note.md", "Is it clear enough?", kind="peer-review-note")
        note = publish(b, review, "--about", record)
        meet((a, b))
        for node in (a, b):
            about = node.json("show", note)["about"]
            need(about[0]["id"] == record and not about[0]["has_newer"], f"{node.name}: {about}")
            need(NEWER not in node.run("show", note).ok().out, "a newer text is said to exist")

        write(world.root, "cards.md", "A card on Thursdays",
              text="## What we do\n\nA card on Thursdays only.\n")
        second = a.json("revise", record, path, "--why", "every lesson was too much")["revision"]
        meet((a, b))

        for node in (a, b):
            about = node.json("show", note)["about"]
            need(len(about) == 1 and about[0]["relation"] == "reviews", f"{about}")
            need(about[0]["id"] == record != second, f"{node.name}: the note has moved on: {about}")
            need(about[0]["title"] == "A card at the end of the lesson", f"{node.name}: {about}")
            need(about[0]["revision_number"] == 1, f"{node.name}: {about}")
            need(about[0]["has_newer"], f"{node.name}: nothing is said of revision 2")
            need(NEWER in node.run("show", note).ok().out, f"{node.run('show', note).out}")
            edge = node.json("lineage", note)["edges"][0]
            need(edge["seen_number"] == 1 and edge["has_newer"], f"{edge}")
            need("@1, a newer text exists" in node.run("lineage", note).ok().out, "not in lineage")

            old = node.json("show", f"{record}@1")
            need("after every lesson" in old["text"], f"{node.name}: {old['text']}")
            need(old["revision"] == record and old["has_newer"], f"{node.name}: {old['revision']}")
            need("a newer revision exists" in node.run("show", f"{record}@1").ok().out, "not said")
            new = node.json("show", record)
            need("Thursdays only" in new["text"] and new["revision"] == second, f"{new['text']}")
            incoming = with_id(new["incoming"], note)
            need(incoming["has_newer"], f"{incoming}")
            need("about an earlier revision" in node.run("show", record).ok().out, "not said")
            history = node.json("history", record)["revisions"]
            need([row["revision"] for row in history] == [record, second], f"{history}")
            need(history[1]["why_changed"] == "every lesson was too much", f"{history[1]}")
            changes = node.run("diff", f"{record}@1", f"{record}@2").ok().out
            need("-A card after every lesson." in changes, changes)
            need("+A card on Thursdays only." in changes, changes)
            node.run("show", f"{record}@3").refused(FAILED)
            node.run("show", f"{record}@0").refused((FAILED, 2))

        # A note that is written now is about the text that stands now.
        later = publish(b, write(world.root, "later.md", "Clearer now", kind="peer-review-note"),
                        "--about", record)
        pinned = publish(b, write(world.root, "pin.md", "On the first", kind="peer-review-note"),
                         "--about", f"{record}@1")
        meet((a, b))
        need(a.json("show", later)["about"][0]["id"] == second, "the later note is about the old")
        need(a.json("show", pinned)["about"][0]["id"] == record, "the pinned note is about the new")


support.main(a_note_keeps_its_revision)
