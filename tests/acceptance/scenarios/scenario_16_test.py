"""Scenario 16 of the domain paper.

Given an agreement for findings only, when a write-up is marked "linked", then it does not cross
and the author is told why.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, free_port, need, wait_until
from written import REFUSED, files_with, write

FOREST, RIVERS = "Forest Edge", "Rivers City"
CANARY = "Quokkas sat by the window."


def agreed(world):
    """A coordinator of each network; only findings cross from Forest Edge to Rivers City."""
    forest, rivers = (world.node(name, port=free_port()) for name in ("forest", "rivers"))
    forest.run("network", "create", FOREST, "--focus", "reading").ok()
    rivers.run("network", "create", RIVERS, "--focus", "reading").ok()
    code = forest.json("link", "invite", FOREST, "--kinds", "enquiry-finding")["code"]
    rivers.run("link", "accept", code, forest.listen, "--network", RIVERS, "--yes").ok()
    wait_until(lambda: forest.run("link", "show", RIVERS).code == 0, 30, "both know the link")
    return forest, rivers


def stays_and_says_why():
    """scenario 16: a write-up for a link that lets findings cross stays, and says why"""
    with World() as world:
        forest, rivers = agreed(world)
        text = f"## What we do\n\n{CANARY}\n"
        file = write(world.root, "seats.md", "Seats by the window", text=text)
        for options in (("--link", RIVERS), ("--reach", "linked", "--link", RIVERS),
                        ("--link", RIVERS, "--dry-run")):
            forest.run("publish", file, *options).refused(
                REFUSED, f'"{RIVERS}" lets findings cross, not practice write-ups',
                "--reach network")
        need(not forest.lines("list"), "what was refused was written")
        shared = forest.json("publish", file, "--network", FOREST)
        need(shared["reach"] == "network", f"{shared}")
        forest.run("revise", shared["id"], file, "--link", RIVERS).refused(
            REFUSED, "lets findings cross")
        forest.run("sync")
        rivers.run("sync")
        need(not rivers.lines("list"), "it has crossed")
        need(not files_with((CANARY,), rivers.folder), "its words are in a file of Rivers City")
        # The test can see what is there.
        need(files_with((CANARY,), forest.folder), "its words are in no file of its own school")


if __name__ == "__main__":
    support.main(stays_and_says_why)
