"""Scenario 20 of the domain paper.

Given a record crossing by two routes, when both arrive, then it is there once.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from crossing import FOREST, RIVERS, SECONDS, agree, arrives, finding, network, rows
from support import World, join, need, wait_until

WORDS = "Quokkas answered from the window."


def there_once():
    """scenario 20: by two gateways each, and at a school that is in both networks, it is one"""
    with World() as world:
        forest = network(world, FOREST, 2, gateways=2)
        rivers = network(world, RIVERS, 3, gateways=2)
        agree(forest, rivers, FOREST, RIVERS)
        in_both = rivers[2]
        join(in_both, forest[0], FOREST)
        records = [
            node.json("publish", finding(world, f"{node.name}.md", f"On the wall of {node.name}",
                                         WORDS), "--network", FOREST, "--link", RIVERS)["id"]
            for node in forest]
        for node in rivers:
            for record in records:
                arrives(node, record)
                need(len(rows(node, record)) == 1, f"{node.name}: {rows(node, record)}")
                need(node.json("show", record)["revisions"] == 1, "a second revision of it")
        for record in records:
            wait_until(lambda record=record: len(in_both.json("show", record)["network"]) == 2,
                       SECONDS, "it stands in both networks")


if __name__ == "__main__":
    support.main(there_once)
