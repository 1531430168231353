"""Scenario 22 of the domain paper.

Given a retraction at the source, when the passing network is the only route, then the far network
applies it too.
"""

import pathlib
import sys

ROOMS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOMS), str(ROOMS / "network")]

import support
from crossing import FOREST, RIVERS, SECONDS, arrives, finding
from erasure_test import Canaries
from scenario_18_test import three_networks
from support import World, need, wait_until

FIRST, SECOND = "Quokkas answered.", "Wombats answered."


def follows_all_the_way():
    """scenario 22: a newer text, a retraction and its undoing reach the third network"""
    with World() as world:
        north, rivers, forest = three_networks(world)
        author, reader = north[1], forest[1]
        path = finding(world, "wall.md", "Questions on the wall", FIRST)
        record = author.json("publish", path, "--link", RIVERS, "--pass-on", "1")["id"]
        need(FIRST in arrives(reader, record)["text"], "another text")

        path = finding(world, "wall.md", "Questions on the wall", SECOND)
        author.run("revise", record, path).ok()
        wait_until(lambda: SECOND in reader.json("show", record).get("text", ""), SECONDS,
                   "the newer text has come")
        for node in rivers:  # who passes on begins anew
            node.stop()
        for node in rivers:
            node.start()
        author.run("retract", record, "--reason", "the counts were wrong").ok()
        for node in forest:
            wait_until(lambda node=node: node.json("show", record)["state"] == "retracted",
                       SECONDS, f"{node.name} has heard of the retraction")
            shown = node.json("show", record)
            need(shown["retraction"]["reason"] == "the counts were wrong" and "text" not in shown,
                 f"{shown}")
            need(not node.lines("search", "Wombats"), f"{node.name} finds it")
        author.run("retract", record, "--undo").ok()
        wait_until(lambda: SECOND in reader.json("show", record).get("text", ""), SECONDS,
                   "what was undone has come")


def erases_all_the_way():
    """scenario 22: words and files that are erased leave every folder of all three networks"""
    with World() as world:
        north, rivers, forest = three_networks(world)
        author = north[1]
        gone, stays = Canaries("gone"), Canaries("stays")
        gone.publish(author, world.root, "--pass-on", "1", link=RIVERS)
        stays.publish(author, world.root, link=RIVERS)
        gone.wait_for(*rivers, *forest)
        stays.wait_for(*rivers)
        for node in forest:
            need(gone.found_in(node.folder), "nothing is looked for")
            files = node.json("files", gone.record)["files"]
            need(files[0]["here"], f"{node.name} lacks the file: {files}")
        stays.need_gone(*forest)

        author.run("erase", gone.record, "--reason", "pupil", "--yes").ok()

        for node in (*north, *rivers, *forest):
            wait_until(lambda node=node: not gone.found_in(node.folder), SECONDS,
                       f"the words have left {node.name}")

        def told():
            networks = author.json("erasure", "status", gone.record)["other_networks"]
            return {each["name"]: each["state"] for each in networks} == {
                RIVERS: "erased", FOREST: "erased"} and networks

        networks = wait_until(told, SECONDS, "both networks have said so")
        by_way = {each["name"]: each.get("by_way_of") for each in networks}
        need(by_way == {RIVERS: None, FOREST: RIVERS}, f"{networks}")
        said = author.run("erasure", "status", gone.record).ok().out
        need(f"Erased in {FOREST}, by way of {RIVERS}: 2 of 2 schools" in said, said)
        gone.need_gone(*north, *rivers, *forest)


if __name__ == "__main__":
    support.main(follows_all_the_way, erases_all_the_way)
