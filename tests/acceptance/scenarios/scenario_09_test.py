"""Scenario 9 of the domain paper.

Given two teachers of two schools editing a joint write-up offline, when both sync, then both
texts are kept and they are asked to join them.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
import written
from support import World, need, wait_until
from written import REFUSED, meet, pair, publish, write

TITLE = "Exit slips, written together"


def written_down(world, name, words, **fields):
    return write(world.root, name, TITLE, text=f"## What we do\n\n{words}\n", **fields)


def joint(world):
    """A record of both schools at both schools."""
    a, b, line = pair(world)
    meet((a, b))
    record = publish(a, written_down(world, "first.md", "One card each."),
                     "--joint-with", "oakdene school")
    meet((a, b))
    return a, b, line, record


def two_schools_offline():
    """scenario 9: both texts stand at both schools, both are asked, joining clears it at both"""
    with World() as world:
        a, b, line, record = joint(world)
        line.take_down()
        wait_until(lambda: all(n["state"] != "in sync" for n in b.json("status")["neighbours"]), 60,
                   "the line to be down")
        a.run("revise", record, written_down(world, "a.md", "Cards with pictures."),
              "--why", "for the youngest").ok()
        b.run("revise", record, written_down(world, "b.md", "Cards with a question."),
              "--why", "for the oldest").ok()
        for node in (a, b):
            need(node.json("inbox")["to_join"] == [], f"{node.name} is asked too early")

        line.bring_up()
        meet((a, b))

        both = {"Cards with pictures.", "Cards with a question."}
        for node in (a, b):
            shown = node.json("show", record)
            texts = [shown["text"], *(version["text"] for version in shown["versions"])]
            held = {words for words in both if any(words in text for text in texts)}
            need(held == both and len(texts) == 2, f"{node.name}: {texts}")
            need(shown["heads"] == 2, f"{shown['heads']}")
            need([row["id"] for row in node.json("inbox")["to_join"]] == [record], f"{node.name}")
            need("stand side by side" in node.run("inbox").ok().out, "not asked in the inbox")
            page = node.run("show", record).ok()
            need(all(words in page.out for words in both), page.out)
            need("--join" in page.err, page.err)
            past = node.run("history", record).ok()
            need("side by side" in past.err and "--join" in past.err, past.err)
            history = node.json("history", record)["revisions"]
            need(sorted(row["school_name"] for row in history if row["is_head"]) ==
                 ["heathview school", "oakdene school"], f"{history}")
            need(len(history) == 3, f"{history}")
        need(a.json("show", record)["text"] == b.json("show", record)["text"],
             "each school shows another text first")
        again = written_down(world, "again.md", "Cards of one sort.")
        b.run("revise", record, again).refused(REFUSED, "side by side")

        words = "Pictures for the youngest, questions for the oldest."
        joined = written_down(world, "both.md", words)
        b.run("revise", record, joined, "--join", "--why", "both of them").ok()
        meet((a, b))

        for node in (a, b):
            shown = node.json("show", record)
            need("questions for the oldest" in shown["text"], f"{node.name}: {shown['text']}")
            need(shown["versions"] == [] and shown["heads"] == 1, f"{node.name}: still two")
            need(node.json("inbox")["to_join"] == [], f"{node.name} is still asked")
            history = node.json("history", record)["revisions"]
            need(len(history) == 4 and len(history[3]["parents"]) == 2, f"{history}")
            earlier = [node.json("show", f"{record}@{number}")["text"] for number in (2, 3)]
            need(all(any(words in text for text in earlier) for words in both), f"{earlier}")


def two_joins_at_once():
    """scenario 9: joined at both schools without a line, both joined texts stand side by side"""
    with World() as world:
        a, b, line, record = joint(world)
        for round_number in range(3):
            line.take_down()
            for node in (a, b):
                options = ("--join",) if round_number else ()
                path = written_down(world, "x.md", f"Round {round_number} in {node.name}.")
                node.run("revise", record, path, *options).ok()
            line.bring_up()
            meet((a, b))
            for node in (a, b):
                shown = node.json("show", record)
                texts = [shown["text"], *(version["text"] for version in shown["versions"])]
                need(len(texts) == 2, f"{node.name}: {len(texts)} versions")
                for each in (a, b):
                    words = f"Round {round_number} in {each.name}."
                    need(any(words in text for text in texts), f"{node.name}: no '{words}'")
        a.run("revise", record, written_down(world, "end.md", "One text."), "--join").ok()
        meet((a, b))
        for node in (a, b):
            need("One text." in node.json("show", record)["text"], node.name)
            need(len(node.json("history", record)["revisions"]) == 8, "a revision is lost")


def two_colleagues_at_once():
    """scenario 9: of two people of one school the second is told, and nothing of either is lost"""
    with World() as world:
        a, b, _ = pair(world)
        record = publish(a, written_down(world, "first.md", "One card each."))
        # Both read revision 1 and write on it.
        first = written_down(world, "one.md", "First colleague.", summary="The first one's own.")
        a.run("revise", f"{record}@1", first).ok()
        second = written_down(world, "two.md", "Second colleague.", summary=None)
        told = a.run("revise", f"{record}@1", second)
        told.refused(REFUSED, "revised this record meanwhile", "--beside")
        need("First colleague." in a.json("show", record)["text"], "the first text is gone")
        need("Second colleague." in second.read_text(), "the second file is gone")
        need(len(a.json("history", record)["revisions"]) == 2, "something was written")

        a.run("revise", f"{record}@1", second, "--beside").ok()
        need([row["id"] for row in a.json("inbox")["to_join"]] == [record], "nobody is asked")
        shown = a.json("show", record)
        texts = {shown["text"], *(version["text"] for version in shown["versions"])}
        need(len(texts) == 2, f"{texts}")
        summaries = {shown["summary"], *(version["summary"] for version in shown["versions"])}
        need(summaries == {"The first one's own.", written.WRITE_UP["summary"]},
             f"what the second file leaves out comes from revision 1: {summaries}")
        a.run("revise", record, written_down(world, "end.md", "Both colleagues."), "--join").ok()
        need(a.json("inbox")["to_join"] == [], "still asked")
        meet((a, b))
        need("Both colleagues." in b.json("show", record)["text"], "not at the other school")
        need(b.json("inbox")["to_join"] == [], "the other school is asked, too")


support.main(two_schools_offline, two_joins_at_once, two_colleagues_at_once)
