"""Scenario 18 of the domain paper.

Given Northside allows passing on, when Rivers passes a Northside finding to Forest by its
agreement, then Forest sees both networks in the trail.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from crossing import FOREST, NORTHSIDE, RIVERS, agree, arrives, finding, need_no_byte, network, rows
from support import World, need
from written import files_with


def three_networks(world, gateways=1):
    """Northside lets Rivers City pass on, and Rivers City gives Forest Edge what it got."""
    north = network(world, NORTHSIDE, gateways + 1, gateways)
    rivers = network(world, RIVERS, gateways + 1, gateways)
    forest = network(world, FOREST, gateways + 1, gateways)
    agree(north, rivers, NORTHSIDE, RIVERS, "--pass-on", "yes")
    agree(rivers, forest, RIVERS, FOREST, "--passed-on", "yes")
    return north, rivers, forest


def passes_on():
    """scenario 18: a finding goes one network further with both on its trail, and nothing else"""
    with World() as world:
        north, rivers, forest = three_networks(world)
        author = north[1]

        def publish(name, title, words, *more):
            path = finding(world, name, title, words)
            return author.json("publish", path, *more)

        def text_of(name, title, words, *more):
            path = finding(world, name, title, words)
            return author.run("publish", path, *more).ok().out

        home = publish("home.md", "Kept in Northside", "Axolotls said nothing.",
                       "--network", NORTHSIDE)["id"]
        stays = publish("stays.md", "For Rivers alone", "Dunnarts whispered.", "--link", RIVERS)
        need(stays["pass_on"] == 0, f"passed on, and nobody said so: {stays}")
        told = text_of("told.md", "To be told", "Numbats counted.", "--link", RIVERS)
        need("Rivers City, not passed on" in told, told)
        told = text_of("told2.md", "To be told again", "Bilbies counted.", "--link", RIVERS,
                       "--pass-on", "1")
        need("passed on to at most 1 network more" in told, told)
        passed = publish("passed.md", "Goes further", "Quokkas answered.", "--link", RIVERS,
                         "--pass-on", "1")["id"]
        there = rivers[1].json("publish", finding(world, "rivers.md", "From the rivers",
                                                  "Wombats answered."), "--link", FOREST)["id"]
        back = forest[1].json("publish", finding(world, "forest.md", "From the forest",
                                                 "Potoroos answered."), "--link", RIVERS,)["id"]

        for node in rivers:
            arrives(node, stays["id"])
            arrives(node, passed)
            arrives(node, back)
        for node in forest:
            shown = arrives(node, passed)
            trail = shown["from_network"]["trail"]
            need([step["name"] for step in trail] == [NORTHSIDE, RIVERS], f"{trail}")
            need([step["place"] for step in trail] == ["Kendal", "York"], f"{trail}")
            need("Quokkas" in shown["text"], "another text")
            need(len(rows(node, passed)) == 1, "it is there once")
            out = node.run("show", passed).ok().out
            need(f"{NORTHSIDE}" in out and f"by way of {RIVERS}" in out, out)
            arrives(node, there)
        # All that would come has come: what was published last is there.
        last = publish("last.md", "The last one", "Kowaris answered.", "--link", RIVERS,
                       "--pass-on", "1")["id"]
        for node in forest:
            arrives(node, last)
        stayed = ("Axolotls", "Kept in Northside", "Dunnarts", "For Rivers alone", "Numbats",
                  "To be told")
        for node in forest:
            need(node.run("show", stays["id"]).code != 0, f"{node.name} knows of it")
            need_no_byte(node, ("Axolotls", "Kept in Northside", "Dunnarts", "For Rivers alone",
                                "Numbats"))
        for node in rivers:
            need_no_byte(node, ("Axolotls", "Kept in Northside"))
            need(node.run("show", home).code != 0, f"{node.name} knows of it")
        for node in north:
            need_no_byte(node, ("Wombats", "From the rivers", "Potoroos", "From the forest"))
        need(files_with(stayed[2:3], rivers[1].folder), "the search of files finds nothing")
        # No school of Northside but the author is known there.
        for node in forest:
            need_no_byte(node, ("northside1 school",))


def stays_when_one_says_no():
    """scenario 18: without a word of any of the three nothing goes on"""
    with World() as world:
        north, rivers = network(world, NORTHSIDE, 1), network(world, RIVERS, 1)
        forest = network(world, FOREST, 1)
        agree(north, rivers, NORTHSIDE, RIVERS, "--pass-on", "yes")
        agree(rivers, forest, RIVERS, FOREST)
        passed = north[0].json("publish", finding(world, "a.md", "Goes further",
                                                  "Quokkas answered."), "--link", RIVERS,
                               "--pass-on", "1")["id"]
        arrives(rivers[0], passed)
        there = rivers[0].json("publish", finding(world, "b.md", "From the rivers",
                                                  "Wombats answered."), "--link", FOREST)["id"]
        arrives(forest[0], there)
        need_no_byte(forest[0], ("Quokkas", "Goes further", NORTHSIDE))


if __name__ == "__main__":
    support.main(passes_on, stays_when_one_says_no)
