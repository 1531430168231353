"""Scenario 11 of the domain paper.

Given a teacher retracts a write-up, when other nodes sync, then its text is gone from pages and
search there and a short notice with the reason stays.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, need, wait_until
from written import NETWORK, files_with, has_search, meet, pair, publish, write

TITLE = "Seats by the window"
REASON = "the counts were of another class"
SUMMARY = "Quokkas summed up in a line."
FIELD = "Wombats were why."
FIRST, SECOND = "Axolotls in the first text.", "Narwhals in the second text."
WORDS = ("Quokkas", "Wombats", "Axolotls", "Narwhals")


def pages(node, record):
    """All that a reader can open of the record, printed and as JSON."""
    for options in ((), ("--json",), ("--plain",)):
        for arguments in (("show", record), ("show", f"{record}@1"), ("show", f"{record}@2"),
                          ("history", record), ("lineage", record), ("list",), ("inbox",),
                          ("diff", f"{record}@1", f"{record}@2")):
            yield arguments, node.run(*options, *arguments)


def export_of(world, node, name):
    out = world.root / f"{name}-{node.name}"
    node.run("export", "--all", "-o", out, "--format", "markdown,jsonld,bibtex,ris").ok()
    return out


def found_by_search(node, word):
    """Ids that a search for the word finds; none where there is no such command yet."""
    return {row["id"] for row in node.lines("search", word)} if has_search() else set()


def need_gone(world, node, record, name):
    for arguments, page in pages(node, record):
        for word in WORDS:
            need(word not in page.out + page.err, f"{node.name}: {word} in {arguments}: {page.out}")
    for arguments in (("show", record), ("show", f"{record}@1"), ("history", record)):
        need(REASON in node.run(*arguments).ok().out, f"{node.name}: no reason in {arguments}")
    shown = node.json("show", record)
    need(shown["state"] == "retracted" and shown["retraction"]["reason"] == REASON, f"{shown}")
    need(shown["title"] == TITLE, f"{shown['title']}")
    need("text" not in shown and "fields" not in shown, f"{node.name}: {shown}")
    need(record in {row["id"] for row in node.lines("list")}, f"{node.name}: no notice in the list")
    out = export_of(world, node, name)
    need(not files_with(WORDS, out), f"{node.name}: {files_with(WORDS, out)}")
    for word in WORDS:
        need(record not in found_by_search(node, word), f"{node.name}: a search finds {word}")


def need_back(world, node, record, name):
    shown = node.json("show", record)
    need(shown["state"] == "active" and SECOND in shown["text"], f"{node.name}: {shown}")
    need(FIRST in node.json("show", f"{record}@1")["text"], f"{node.name}: revision 1")
    need("retraction" not in shown, f"{node.name}: the notice stays")
    need(files_with(("Narwhals",), export_of(world, node, name)), f"{node.name}: not exported")
    if has_search():
        wait_until(lambda: record in found_by_search(node, "Narwhals"), 60, "found by a search")


def taken_back_everywhere():
    """scenario 11: no page, export or search has a word of it, the reason stays, undo undoes it"""
    with World() as world:
        a, b, line = pair(world)
        c = world.node("millbrook")
        code = a.json("network", "invite", NETWORK)["code"]
        a.run("sync", "--wait").ok()
        c.json("network", "join", code, b.listen)  # never meets the first school
        nodes = (a, b, c)
        path = write(world.root, "seats.md", TITLE, summary=SUMMARY, why=FIELD,
                     text=f"## What we do\n\n{FIRST}\n")
        record = publish(a, path)
        write(world.root, "seats.md", TITLE, summary=SUMMARY, why=FIELD,
              text=f"## What we do\n\n{SECOND}\n")
        a.run("revise", record, path).ok()
        adoption = publish(a, write(world.root, "other.md", "Stays where it is"))
        meet(nodes)
        for node in nodes:
            need_back(world, node, record, "before")

        line.take_down()
        a.run("retract", record, "--reason", REASON).ok()
        need_gone(world, a, record, "offline")
        need(SECOND in b.json("show", record)["text"], "gone before anybody could hear of it")
        line.bring_up()
        meet(nodes)
        for node in nodes:
            need_gone(world, node, record, "after")
            need(node.json("show", adoption)["state"] == "active", "another record is gone as well")

        # A restart reads everything anew.
        c.stop()
        c.start()
        need_gone(world, c, record, "restarted")

        a.run("retract", record, "--undo").ok()
        meet(nodes)
        for node in nodes:
            need_back(world, node, record, "undone")
        a.run("retract", record, "--reason", REASON).ok()
        meet(nodes)
        for node in nodes:
            need_gone(world, node, record, "again")


def revised_meanwhile():
    """scenario 11: a joint text revised elsewhere meanwhile is hidden as well, and not lost"""
    with World() as world:
        a, b, line = pair(world)
        meet((a, b))
        path = write(world.root, "seats.md", TITLE, summary=SUMMARY, why=FIELD,
                     text=f"## What we do\n\n{FIRST}\n")
        record = publish(a, path, "--joint-with", "oakdene school")
        meet((a, b))
        line.take_down()
        a.run("retract", record, "--reason", REASON).ok()
        write(world.root, "seats.md", TITLE, summary=SUMMARY, why=FIELD,
              text=f"## What we do\n\n{SECOND}\n")
        b.run("revise", record, path).ok()
        line.bring_up()
        meet((a, b))
        for node in (a, b):
            shown = node.json("show", record)
            need(shown["state"] == "retracted", f"{node.name}: {shown}")
            for arguments, page in pages(node, record):
                for word in WORDS:
                    need(word not in page.out + page.err, f"{node.name}: {word} in {arguments}")
            out = export_of(world, node, "both")
            need(not files_with(WORDS, out), f"{node.name}: {files_with(WORDS, out)}")

        a.run("retract", record, "--undo").ok()
        meet((a, b))
        for node in (a, b):
            pinned = [node.json("show", f"{record}@{number}") for number in (1, 2, 3, 4)]
            held = [shown.get("text", "") for shown in pinned]
            need(any(SECOND in text for text in held), f"{node.name}: the revision is lost: {held}")


support.main(taken_back_everywhere, revised_meanwhile)
