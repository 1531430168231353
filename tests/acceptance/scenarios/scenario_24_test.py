"""Scenario 24 of the domain paper.

Given the founder school leaves for good, when two coordinators remain, then they can admit schools
and renew links without it.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from crossing import FOREST, RIVERS, SECONDS, agree, arrives, finding, network
from support import World, join, need, wait_until

WORDS = "Quokkas answered from the window."


def link(node, other):
    return node.json("link", "show", other)


def signatories(node):
    return {each["name"] for each in link(node, RIVERS)["cards"]["ours"]["signed_by"]}


def without_the_founder():
    """scenario 24: the founder agreed on the link and left; two coordinators admit and renew"""
    with World() as world:
        forest = network(world, FOREST, 3, gateways=3)
        rivers = network(world, RIVERS, 2)
        founder, second, third = forest
        agree(forest, rivers, FOREST, RIVERS)
        record = second.json("publish", finding(world, "wall.md", "Questions on the wall", WORDS),
                             "--link", RIVERS)["id"]
        arrives(rivers[1], record)
        # The founder alone agreed on it; the others put their signatures beside its own.
        wait_until(lambda: len(signatories(third)) == 3, SECONDS, "all three have signed")

        founder.run("sync", "--wait").ok()
        founder.run("network", "leave", FOREST, "--reason", "closed").ok()
        for node in (second, third):
            wait_until(lambda node=node: len([each for each in node.network(FOREST)["schools"]
                                              if each["coordinator"]]) == 2, SECONDS,
                       f"{node.name} knows that the founder left")
        founder.kill()

        newcomer = world.node("newcomer")
        join(newcomer, second, FOREST)
        for node in (second, third, newcomer):
            wait_until(lambda node=node: node.run("link", "show", RIVERS).code == 0, SECONDS,
                       f"{node.name} knows the link")
            need(link(node, RIVERS)["state"] == "open", f"{link(node, RIVERS)}")
        later = newcomer.json("publish", finding(world, "door.md", "Questions at the door",
                                                 "Wombats read them."), "--link", RIVERS)["id"]
        for node in rivers:
            arrives(node, later)

        third.run("link", "renew", RIVERS, "--until", "2099-07-31", "--yes").ok()
        wait_until(lambda: any(each["signed_there"]
                               for each in link(rivers[0], FOREST).get("renewals", [])),
                   SECONDS, "the other network hears of it")
        rivers[0].run("link", "renew", FOREST, "--yes").ok()
        for node, other in ((second, RIVERS), (newcomer, RIVERS), (rivers[1], FOREST)):
            wait_until(lambda node=node, other=other: link(node, other).get("renewed") == 1,
                       SECONDS, f"{node.name} knows that it goes on")
        last = second.json("publish", finding(world, "desk.md", "Questions at the desk",
                                              "Bilbies slept."), "--link", RIVERS)["id"]
        for each in (record, later, last):
            arrives(rivers[1], each)


if __name__ == "__main__":
    support.main(without_the_founder)
