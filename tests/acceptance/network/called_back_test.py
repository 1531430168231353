"""What its own school calls back is in no file of any school of a linked network."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from crossing import FOREST, RIVERS, SECONDS, agree, arrives, network
from erasure_test import Canaries
from support import World, need, wait_until


def linked(world):
    """Three schools of each network, of which two of Rivers carry."""
    forest, rivers = network(world, FOREST, 2), network(world, RIVERS, 3, gateways=2)
    agree(forest, rivers, FOREST, RIVERS)
    return forest, rivers


def abroad(node, record):
    """What the school that has ordered knows of the other networks."""
    return node.json("erasure", "status", record)["other_networks"]


def gone_at(canaries, *nodes):
    for node in nodes:
        wait_until(lambda node=node: not canaries.found_in(node.folder), SECONDS,
                   f"{canaries.name} has left {node.name}")


def calls_back():
    """called back: words, names and title leave every file there, also of a node that slept"""
    with World() as world:
        forest, rivers = linked(world)
        author, sleeper = forest[1], rivers[2]
        gone, kept = Canaries("gone"), Canaries("kept")
        gone.publish(author, world.root, link=RIVERS)
        kept.publish(author, world.root, link=RIVERS)
        for node in rivers:
            arrives(node, gone.record)
            arrives(node, kept.record)
        need(gone.found_in(sleeper.folder), "nothing is looked for")
        sleeper.stop()

        planned = author.run("erase", gone.record, "--reason", "pupil", "--dry-run").ok()
        need(f"crossed to {RIVERS}" in planned.err + planned.out, planned.err + planned.out)
        author.run("erase", gone.record, "--reason", "pupil", "--yes").ok()
        gone_at(gone, *forest, *rivers[:2])
        wait_until(lambda: abroad(author, gone.record)[0]["of"] == 3, SECONDS, "Rivers has said so")
        told = abroad(author, gone.record)
        need([each["name"] for each in told] == [RIVERS], f"{told}")
        need(told[0]["state"] == "waiting" and told[0]["erased"] <= 2, f"one sleeps: {told}")
        sleeper.start()
        gone_at(gone, sleeper)
        wait_until(lambda: abroad(author, gone.record)[0]["state"] == "erased", SECONDS,
                   "all of Rivers have said so")
        said = author.run("erasure", "status", gone.record).ok().out
        need(f"Erased in {RIVERS}: 3 of 3 schools" in said, said)
        for node in rivers:
            need(kept.record in {row["id"] for row in node.lines("list")}, "the other one stays")
            need(gone.record not in {row["id"] for row in node.lines("list")}, "it is listed")
            need(not node.lines("search", gone.text), f"{node.name} finds it")
        # Nobody takes it back from whoever is asked again.
        for node in (*forest, *rivers):
            node.stop()
        for node in (*forest, *rivers):
            node.start()
        for node in rivers:
            arrives(node, kept.record)
        gone.need_gone(*forest, *rivers)


def after_the_end():
    """called back: an order crosses although the link has ended"""
    with World() as world:
        forest, rivers = network(world, FOREST, 1), network(world, RIVERS, 2)
        agree(forest, rivers, FOREST, RIVERS)
        gone = Canaries("gone")
        gone.publish(forest[0], world.root, link=RIVERS)
        arrives(rivers[1], gone.record)
        rivers[0].run("link", "end", FOREST, "--reason", "own-wish").ok()
        wait_until(lambda: forest[0].json("link", "show", RIVERS)["state"] == "ended", SECONDS,
                   "the end has crossed")
        forest[0].run("erase", gone.record, "--reason", "asked", "--yes").ok()
        gone_at(gone, *rivers)


if __name__ == "__main__":
    support.main(calls_back, after_the_end)
