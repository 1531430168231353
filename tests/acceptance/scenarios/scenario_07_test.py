"""Scenario 7 of the domain paper.

Given an adoption of an adoption, when I open lineage, then I walk back to the first write-up
even if the middle one was retracted.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, join, need
from written import NETWORK, meet, pair, publish, with_id, write

REASON = "counted the wrong class"


def steps_of(lineage):
    return {node["id"]: node["steps"] for node in lineage["nodes"]}


def back_over_a_retracted_one():
    """scenario 7: from an adoption of a retracted adoption one walks back to the first write-up"""
    with World() as world:
        a, b, _ = pair(world)
        c = world.node("millbrook")
        join(c, a, NETWORK)
        nodes = (a, b, c)
        first = publish(a, write(world.root, "first.md", "A card at the end of the lesson"))
        meet(nodes)
        middle = publish(b, write(world.root, "middle.md", "Picture cards", kind="adoption",
                                  what_happened="Half the cards showed the same muddle."),
                         "--about", first)
        meet(nodes)
        last = publish(c, write(world.root, "last.md", "Picture cards in Year 1", kind="adoption"),
                       "--about", middle)
        meet(nodes)
        for node in nodes:
            lineage = node.json("lineage", last)
            need(lineage["steps_back"] == 2, f"{node.name}: {lineage['steps_back']}")
            need(steps_of(lineage) == {last: 0, middle: 1, first: 2}, f"{steps_of(lineage)}")

        b.run("retract", middle, "--reason", REASON).ok()
        meet(nodes)

        for node in nodes:
            lineage = node.json("lineage", last)
            need(lineage["steps_back"] == 2, f"{node.name}: {lineage['steps_back']}")
            need(steps_of(lineage) == {last: 0, middle: 1, first: 2}, f"{steps_of(lineage)}")
            states = {each["id"]: each["state"] for each in lineage["nodes"]}
            need(states == {last: "active", middle: "retracted", first: "active"}, f"{states}")
            need(with_id(lineage["nodes"], first)["is_origin"], "the first one is not its origin")
            ways = {(edge["from"], edge["to"]) for edge in lineage["edges"]}
            need(ways == {(last, middle), (middle, first)}, f"{ways}")
            text = node.run("lineage", last).ok().out
            need("Back to the first record: 2 steps." in text, text)
            need("(taken back)" in text and "A card at the end of the lesson" in text, text)
            dot = node.run("lineage", last, "--dot").ok().out
            need(dot.startswith("digraph"), dot)
            need(all(each[:8] in dot for each in (first, middle, last)), dot)
            # The other way round as well: the first school sees who built on it.
            forward = node.json("lineage", first)
            need({each["id"] for each in forward["nodes"]} == {first, middle, last}, f"{forward}")
            need(forward["adoptions"]["count"] == 0, "a retracted adoption is counted")
            report = node.json("report")
            need(report["adoptions"] == 1, f"{report}")

        b.run("retract", middle, "--undo").ok()
        meet(nodes)
        for node in nodes:
            need(node.json("report")["adoptions"] == 2, f"{node.name}: {node.json('report')}")
            need(node.json("lineage", last)["steps_back"] == 2, "the way back is lost")


support.main(back_over_a_retracted_one)
