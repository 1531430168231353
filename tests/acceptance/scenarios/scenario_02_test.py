"""Scenario 2 of the domain paper.

Given the line is down, when a teacher writes and searches all day, then nothing is lost and
everything goes out when the line is back.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, need, wait_until
from written import NETWORK, has_search, meet, pair, publish, write

HOURS = 8


def write_all_day(world, node):
    """What a day leaves behind: (id, title, words) of all that is for the network."""
    written = []
    for hour in range(HOURS):
        if hour == HOURS // 2:
            node.kill()  # a power cut at lunch
            node.start()
        title = f"Cards in hour {hour}"
        words = f"Cards were read by window number {hour}, wind from the west."
        path = write(world.root, f"{hour}.md", title, text=f"## What we do\n\n{words}\n")
        record = publish(node, path)
        if hour % 2:
            words = f"{words} In the afternoon the piles changed places."
            write(world.root, f"{hour}.md", title, text=f"## What we do\n\n{words}\n")
            node.run("revise", record, path, "--why", "the afternoon").ok()
        written.append((record, title, words))
    return written


def a_day_without_a_line():
    """scenario 2: a day of writing without a line is whole at both schools when it is back"""
    with World() as world:
        a, b, line = pair(world)
        before = publish(a, write(world.root, "before.md", "Cards before the storm"))
        meet((a, b))
        line.take_down()
        line.reset()
        wait_until(lambda: all(n["state"] != "in sync" for n in b.json("status")["neighbours"]), 60,
                   "the school notices that the line is down")

        written = write_all_day(world, b)
        draft = b.json("publish", write(world.root, "draft.md", "A thought for later"),
                       "--reach", "draft")["id"]
        dropped = publish(b, write(world.root, "dropped.md", "Cards that nobody read"))
        b.run("retract", dropped, "--reason", "counted the wrong class").ok()
        meanwhile = publish(a, write(world.root, "a.md", "Written at the other end"))

        # The whole day the teacher's own node answers from what it holds.
        need(len(b.lines("list", "--network", NETWORK)) == HOURS + 2, "not all is listed")
        need(b.json("show", before)["title"] == "Cards before the storm", "the older one is gone")
        need(b.json("show", draft)["reach"] == "draft", "the draft is gone")
        need(line.total() == 0, f"{line.total()} bytes passed a line that is down")
        need(len(a.lines("list", "--network", NETWORK)) == 2, "something passed")

        line.bring_up()
        meet((a, b))

        for node in (a, b):
            held = {row["id"] for row in node.lines("list", "--network", NETWORK)}
            wanted = {record for record, _, _ in written} | {before, dropped, meanwhile}
            need(held == wanted, f"{node.name}: {held ^ wanted}")
            for record, title, words in written:
                shown = node.json("show", record)
                need(shown["title"] == title and words in shown["text"], f"{node.name}: {shown}")
            need(node.json("show", dropped)["state"] == "retracted", f"{node.name}: not taken back")
            need(node.json("verify")["damaged"] == [], f"{node.name}: damaged")
        need(len(a.json("history", written[1][0])["revisions"]) == 2, "a revision is missing")


def a_search_without_a_line():
    """scenario 2: without a line a teacher's own node finds what it holds"""
    if not has_search():
        raise support.Skipped("`staffroom search` is not there")
    with World() as world:
        a, b, line = pair(world)
        theirs = publish(a, write(world.root, "a.md", "A quieter corridor",
                                  text="## What we do\n\nSlippers instead of boots.\n"))
        meet((a, b))
        line.take_down()
        ours = publish(b, write(world.root, "b.md", "Boots by the door",
                                text="## What we do\n\nSlippers wait in a basket.\n"))

        # The index follows the log; a search is asked until it has caught up.
        found = wait_until(
            lambda: (lambda out: out if ours in out and theirs in out else None)(
                b.run("--json", "search", "slippers").ok().out
            ),
            60, "both records found without a line",
        )
        need("Boots by the door" in found, found)


support.main(a_day_without_a_line, a_search_without_a_line)
