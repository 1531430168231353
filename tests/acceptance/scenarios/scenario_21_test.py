"""Scenario 21 of the domain paper.

Given a link is ended, when either side writes more, then nothing more crosses; what came before
stays, marked with the end date.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from crossing import FOREST, RIVERS, SECONDS, agree, arrives, finding, need_no_byte, network, rows
from support import World, in_sync, need, wait_until
from written import REFUSED


def ended(node, other):
    return node.json("link", "show", other)["state"] == "ended"


def nothing_more():
    """scenario 21: either side ends it; what came before stays with the date, nothing more comes"""
    with World() as world:
        forest, rivers = network(world, FOREST, 2), network(world, RIVERS, 2)
        agree(forest, rivers, FOREST, RIVERS)
        before = forest[1].json("publish", finding(world, "wall.md", "Before the end",
                                                   "Quokkas answered."), "--link", RIVERS)["id"]
        for node in rivers:
            arrives(node, before)
        # A school that has not heard of the end writes one more.
        forest[1].kill()
        rivers[0].run("link", "end", FOREST, "--reason", "own-wish").ok()
        wait_until(lambda: ended(forest[0], RIVERS), SECONDS, "the other network hears of the end")
        forest[0].stop()
        forest[1].start()
        late = forest[1].json("publish", finding(world, "door.md", "Behind the end",
                                                 "Wombats answered."), "--link", RIVERS)["id"]
        forest[0].start()
        in_sync(forest, FOREST)
        for node in (*forest, *rivers):
            other = RIVERS if node in forest else FOREST
            wait_until(lambda node=node, other=other: ended(node, other), SECONDS,
                       f"{node.name} knows the end")
            more = finding(world, "more.md", "More", "Numbats answered.")
            node.run("publish", more, "--link", other).refused(REFUSED, "has ended")
        arrives(forest[0], late)
        for node in rivers:
            shown = arrives(node, before)
            need(shown["from_network"]["ended_ms"] > 0, f"{shown['from_network']}")
            need("the link ended on" in node.run("show", before).ok().out, "no date")
            need(len(rows(node, before)) == 1, "what came before is gone")
            need(not rows(node, late), "what was written behind the end has crossed")
            need_no_byte(node, ("Wombats", "Behind the end", "Numbats"))


if __name__ == "__main__":
    support.main(nothing_more)
