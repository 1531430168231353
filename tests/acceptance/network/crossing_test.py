"""What follows a record across a link: a newer text, what was made of it there, and its end."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from crossing import FOREST, RIVERS, SECONDS, agree, arrives, finding, need_no_byte, network, rows
from erasure_test import Canaries
from support import World, need, wait_until
from written import write

FIRST, SECOND = "Quokkas answered.", "Wombats answered."


def follows():
    """crossing: a newer text, a trial that goes back, and a retraction, all by the same link"""
    with World() as world:
        forest, rivers = network(world, FOREST, 2), network(world, RIVERS, 2)
        agree(forest, rivers, FOREST, RIVERS)
        author, reader = forest[1], rivers[1]
        path = finding(world, "wall.md", "Questions on the wall", FIRST)
        record = author.json("publish", path, "--link", RIVERS)["id"]
        need(FIRST in arrives(reader, record)["text"], "another text")

        path = finding(world, "wall.md", "Questions on the wall", SECOND)
        author.run("revise", record, path).ok()
        wait_until(lambda: SECOND in reader.json("show", record).get("text", ""), SECONDS,
                   "the newer text has crossed")
        shown = reader.json("show", record)
        need(shown["revisions"] == 2 and shown["head_revisions"] == [shown["revision"]], f"{shown}")
        need(len(rows(reader, record)) == 1, "two records of one")

        trial = write(world.root, "trial.md", "Questions in the hall", kind="adoption",
                      what_it_is_there="Questions on a wall.",
                      transposition_note="Here they hang in the hall.")
        tried = reader.json("publish", trial, "--about", record, "--link", FOREST)["id"]
        for node in forest:
            back = arrives(node, tried)
            need(back["from_network"]["trail"][0]["name"] == RIVERS, f"{back['from_network']}")
            need(back["about"][0]["here"], f"what was tried is here: {back['about']}")
        preview = author.json("link", "preview", RIVERS)
        need([each["id"] for each in preview["records"]] == [record] and preview["count"] == 1,
             f"what came by the link is counted as given: {preview}")
        incoming = author.json("show", record)["incoming"]
        need([each["document"] for each in incoming] == [tried], f"{incoming}")
        need(incoming[0]["school_name"] == RIVERS, f"by whom: {incoming}")
        need("Questions in the hall" in author.run("lineage", record).ok().out, "no lineage")
        told = {news["id"] for news in author.json("inbox")["news"]}
        need(tried in told, f"the author is not told: {told}")

        author.run("retract", record, "--reason", "the counts were wrong").ok()
        wait_until(lambda: reader.json("show", record)["state"] == "retracted", SECONDS,
                   "the retraction has crossed")
        shown = reader.json("show", record)
        need(shown["retraction"]["reason"] == "the counts were wrong" and "text" not in shown,
             f"{shown}")
        author.run("retract", record, "--undo").ok()
        wait_until(lambda: SECOND in reader.json("show", record).get("text", ""), SECONDS,
                   "what was undone has crossed")


def stays():
    """crossing: what is for one network alone stays there, beside what crosses"""
    with World() as world:
        forest, rivers = network(world, FOREST, 1), network(world, RIVERS, 1)
        agree(forest, rivers, FOREST, RIVERS, "--kinds", "enquiry-finding")
        author, reader = forest[0], rivers[0]
        at_home = finding(world, "home.md", "Numbats at home", "Axolotls answered.")
        author.run("publish", at_home, "--network", FOREST).ok()
        draft = finding(world, "draft.md", "Bilbies in a draft", "Dunnarts answered.")
        author.run("publish", draft, "--reach", "draft").ok()
        record = author.json("publish", finding(world, "wall.md", "On the wall", FIRST),
                             "--link", RIVERS)["id"]
        arrives(reader, record)
        crossed = author.json("link", "show", RIVERS)["crossing"]
        need(crossed["ours"] == {"count": 1, "cleared": 1, "waiting": [], "refused": []},
             f"{crossed}")
        need([each["connected"] for each in crossed["gateways"]] == [True], f"{crossed}")
        need(reader.json("link", "show", FOREST)["crossing"]["theirs"]["count"] == 1, "not counted")
        text = author.run("link", "show", RIVERS).ok().out
        need("1 of 1 text of Forest Edge to cross" in text and "connected" in text, text)
        need_no_byte(reader, ("Axolotls", "Numbats", "Dunnarts", "Bilbies"))
        # A trial is no finding: the agreement lets it back and not forth.
        trial = write(world.root, "trial.md", "Potoroos in the hall", kind="adoption")
        author.run("publish", trial, "--about", record, "--link", RIVERS).refused(5, "findings")


def pictures():
    """crossing: a file crosses with its record, and one of another record is nowhere"""
    with World() as world:
        forest, rivers = network(world, FOREST, 2), network(world, RIVERS, 3)
        agree(forest, rivers, FOREST, RIVERS)
        author = forest[1]
        crosses, at_home = Canaries("crosses"), Canaries("home")
        crosses.publish(author, world.root, link=RIVERS)
        at_home.publish(author, world.root, network=FOREST)
        crosses.wait_for(*rivers)
        at_home.wait_for(*forest)
        for node in rivers:
            files = node.json("files", crosses.record)["files"]
            need([each["name"] for each in files] == [f"{crosses.file}.txt"], f"{files}")
            need(files[0]["here"], f"{node.name}: {files}")
        at_home.need_gone(*rivers)


if __name__ == "__main__":
    support.main(follows, stays, pictures)
