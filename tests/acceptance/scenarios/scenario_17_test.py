"""Scenario 17 of the domain paper.

Given Forest is not linked with Northside, when Rivers receives a Forest finding, then no Northside
node ever holds it.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from crossing import FOREST, NORTHSIDE, RIVERS, agree, arrives, finding, need_no_byte, network
from support import World, need
from written import files_with

CANARY = "Quokkas answered from the window."
TITLE = "Numbats on the wall"


def stays_between_the_two():
    """scenario 17: what crosses to Rivers City is in no file of Northside, nor what stays home"""
    with World() as world:
        forest, rivers = network(world, FOREST, 1), network(world, RIVERS, 2)
        north = network(world, NORTHSIDE, 2)
        agree(forest, rivers, FOREST, RIVERS)
        agree(north, rivers, NORTHSIDE, RIVERS)
        at_home = finding(world, "home.md", "Kept at home", "Axolotls said nothing.")
        forest[0].run("publish", at_home, "--network", FOREST).ok()
        record = forest[0].json("publish", finding(world, "wall.md", TITLE, CANARY),
                                "--link", RIVERS)["id"]
        for node in rivers:
            arrives(node, record)
        # Something crosses from Northside and to it, after all that came before.
        there = north[1].json("publish", finding(world, "north.md", "From the north",
                                                 "Bilbies heard it."), "--link", RIVERS)["id"]
        back = rivers[1].json("publish", finding(world, "back.md", "From the rivers",
                                                 "Potoroos heard it."), "--link", NORTHSIDE)["id"]
        arrives(rivers[0], there)
        for node in north:
            arrives(node, back)
        for node in north:
            need_no_byte(node, (CANARY, TITLE, "Axolotls", "Kept at home"))
            need(node.run("show", record).code != 0, f"{node.name} knows of it")
        for node in rivers:
            need_no_byte(node, ("Axolotls", "Kept at home"))
        need(files_with((CANARY,), rivers[1].folder), "the search of files finds nothing")


if __name__ == "__main__":
    support.main(stays_between_the_two)
