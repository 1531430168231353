"""Scenario 18 of the domain paper.

Given Northside allows passing on, when Rivers passes a Northside finding to Forest by its
agreement, then Forest sees both networks in the trail.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from crossing import (DOWNS, FOREST, NORTHSIDE, RIVERS, SECONDS, agree, arrives, finding,
                      need_no_byte, network, rows)
from support import World, need, wait_until
from written import files_with


def three_networks(world, gateways=1):
    """Northside lets Rivers City pass on, and Rivers City gives Forest Edge what it got."""
    north = network(world, NORTHSIDE, gateways + 1, gateways)
    rivers = network(world, RIVERS, gateways + 1, gateways)
    forest = network(world, FOREST, gateways + 1, gateways)
    agree(north, rivers, NORTHSIDE, RIVERS, "--pass-on", "yes")
    agree(rivers, forest, RIVERS, FOREST, "--passed-on", "yes")
    return north, rivers, forest


def tells_the_author(world, author):
    """Before anything is sent, and when it is: how far it goes."""
    for name, words, more, said in (
            ("told.md", "Numbats counted.", (), "Rivers City, not passed on"),
            ("told2.md", "Bilbies counted.", ("--pass-on", "1"),
             "passed on to at most 1 network more")):
        path = finding(world, name, f"To be told in {name}", words)
        told = author.run("publish", path, "--link", RIVERS, *more).ok().err
        need(said in told, told)


def need_both_on_the_way(node, record):
    shown = arrives(node, record)
    trail = shown["from_network"]["trail"]
    need([step["name"] for step in trail] == [NORTHSIDE, RIVERS], f"{trail}")
    need([step["place"] for step in trail] == ["Kendal", "York"], f"{trail}")
    need("Quokkas" in shown["text"], "another text")
    need(len(rows(node, record)) == 1, "it is there once")
    out = node.run("show", record).ok().out
    need(f"{NORTHSIDE} (Kendal), passed on by {RIVERS} (York)" in out, out)


def passes_on():
    """scenario 18: a finding goes one network further with both on its trail, and nothing else"""
    with World() as world:
        north, rivers, forest = three_networks(world)
        author = north[1]

        def publish(node, name, title, words, *more):
            return node.json("publish", finding(world, name, title, words), *more)["id"]

        home = publish(author, "home.md", "Kept in Northside", "Axolotls said nothing.",
                       "--network", NORTHSIDE)
        stays = publish(author, "stays.md", "For Rivers alone", "Dunnarts whispered.",
                        "--link", RIVERS)
        passed = publish(author, "passed.md", "Goes further", "Quokkas answered.",
                         "--link", RIVERS, "--pass-on", "1")
        there = publish(rivers[1], "rivers.md", "From the rivers", "Wombats answered.",
                        "--link", FOREST)
        back = publish(forest[1], "forest.md", "From the forest", "Potoroos answered.",
                       "--link", RIVERS)
        tells_the_author(world, author)
        for node in rivers:
            for record in (stays, passed, back):
                arrives(node, record)
        for node in forest:
            need_both_on_the_way(node, passed)
            arrives(node, there)
        # All that would come has come: what was published last is there.
        last = publish(author, "last.md", "The last one", "Kowaris answered.", "--link", RIVERS,
                       "--pass-on", "1")
        for node in forest:
            arrives(node, last)
            for record in (stays, home):
                need(node.run("show", record).code != 0, f"{node.name} knows of it")
            # No school of Northside is known there but the author.
            need_no_byte(node, ("Axolotls", "Kept in Northside", "Dunnarts", "For Rivers alone",
                                "Numbats", "northside1 school"))
        for node in rivers:
            need_no_byte(node, ("Axolotls", "Kept in Northside"))
        for node in north:
            need_no_byte(node, ("Wombats", "From the rivers", "Potoroos", "From the forest"))
        need(files_with(("Dunnarts",), rivers[1].folder), "the search of files finds nothing")
        goes_on = rivers[0].json("link", "show", FOREST)["crossing"]["passed_on"]
        need(goes_on["count"] == goes_on["cleared"] == 3, f"{goes_on}")
        need([each["reason"] for each in goes_on["refused"]] == ["not-passed-on"], f"{goes_on}")
        need("3 of 3 texts of other networks" in rivers[0].run("link", "show", FOREST).ok().out,
             "nothing is said of it")


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


def only_to_those_named():
    """scenario 18: an agreement names the networks further; others get nothing"""
    with World() as world:
        north, rivers = network(world, NORTHSIDE, 1), network(world, RIVERS, 1)
        forest, downs = network(world, FOREST, 1), network(world, DOWNS, 1)
        wanted = forest[0].network(FOREST)["id"]
        north[0].run("link", "invite", NORTHSIDE, "--onward", FOREST).refused((1, 5), "whole id")
        north[0].run("link", "invite", NORTHSIDE, "--onward", wanted, "--pass-on", "no").refused(
            (1, 5), "nothing may be passed on")
        agree(north, rivers, NORTHSIDE, RIVERS, "--onward", wanted)
        for far, name in ((forest, FOREST), (downs, DOWNS)):
            agree(rivers, far, RIVERS, name, "--passed-on", "yes")
        told = rivers[0].run("link", "show", NORTHSIDE).ok().out
        need(f"{RIVERS} may pass them on to {FOREST} alone" in told, told)
        told = north[0].run("link", "show", RIVERS).ok().out
        need(f"may pass them on to {wanted[:8]} alone" in told, told)

        def publish(name, title, words):
            return north[0].json("publish", finding(world, name, title, words), "--link", RIVERS,
                                 "--pass-on", "1")["id"]

        passed = publish("a.md", "Goes further", "Quokkas answered.")
        arrives(forest[0], passed)
        there = rivers[0].json("publish", finding(world, "b.md", "From the rivers",
                                                  "Wombats answered."), "--link", DOWNS)["id"]
        arrives(downs[0], there)
        need_no_byte(downs[0], ("Quokkas", "Goes further", NORTHSIDE))
        # Terms that stay as they are keep the names; "any" takes them away.
        shown = north[0].json("link", "renew", RIVERS, "--until", "2099-07-31", "--dry-run")
        need(shown["ours"]["onward"] == [wanted], f"{shown}")
        shown = north[0].json("link", "renew", RIVERS, "--pass-on", "no", "--dry-run")
        need(not shown["ours"]["pass_on"] and not shown["ours"]["onward"], f"{shown}")
        north[0].run("link", "renew", RIVERS, "--onward", "any", "--yes").ok()
        wait_until(lambda: any(each["signed_there"] for each in
                               rivers[0].json("link", "show", NORTHSIDE).get("renewals", [])),
                   SECONDS, "the other side hears of other terms")
        rivers[0].run("link", "renew", NORTHSIDE, "--yes").ok()
        wait_until(lambda: north[0].json("link", "show", RIVERS).get("renewed") == 1, SECONDS,
                   "both have signed")
        arrives(downs[0], publish("c.md", "Goes to all", "Bilbies answered."))
        need_no_byte(downs[0], ("Quokkas", "Goes further"))


if __name__ == "__main__":
    support.main(passes_on, stays_when_one_says_no, only_to_those_named)
