"""Scenario 15 of the domain paper.

Given Forest and Rivers agree to share findings, when a Forest school marks a finding "linked",
then Rivers schools see it with its place and network named.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from crossing import FOREST, PLACES, RIVERS, SECONDS, agree, arrives, finding, network, rows
from support import World, need, wait_until

WORDS = "Quokkas answered from the window."


def findings_cross():
    """scenario 15: a finding of a plain member is at every school of the other network"""
    with World() as world:
        forest, rivers = network(world, FOREST, 2), network(world, RIVERS, 3)
        link = agree(forest, rivers, FOREST, RIVERS, "--kinds", "enquiry-finding")
        author = forest[1]
        record = author.json("publish", finding(world, "wall.md", "Questions on the wall", WORDS),
                             "--link", RIVERS)["id"]
        for node in rivers:
            shown = arrives(node, record)
            need(shown["title"] == "Questions on the wall" and WORDS in shown["text"], f"{shown}")
            need(shown["school"] == author.json("status")["school"]["id"], f"{shown['school']}")
            way = shown["from_network"]
            need(way["link"] == link["id"], f"{way}")
            need([(step["name"], step["place"]) for step in way["trail"]] ==
                 [(FOREST, PLACES[FOREST])], f"{way}")
            page = node.run("show", record).ok().out
            need(f"Came from     {FOREST} ({PLACES[FOREST]})" in page, page)
            need(len(rows(node, record)) == 1, "it is listed once")
            need(rows(node, record)[0]["from_network"] == way, f"{rows(node, record)}")
            wait_until(lambda node=node: record in {
                row["id"] for row in node.lines("search", "quokkas")}, SECONDS, "found by a search")
            need("from_network" not in author.json("show", record), "at home it came from nowhere")
        # Nothing of it is lost at a start, and a text that came while a node was off is found.
        rivers[2].kill()
        newer = author.json("publish", finding(world, "door.md", "Questions at the door",
                                               "Wombats read them."), "--link", RIVERS)["id"]
        arrives(rivers[1], newer)
        rivers[2].start()
        for each in (record, newer):
            arrives(rivers[2], each)
        wait_until(lambda: newer in {row["id"] for row in rivers[2].lines("search", "wombats")},
                   SECONDS, "found after a start")


if __name__ == "__main__":
    support.main(findings_cross)
