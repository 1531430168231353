"""Scenario 19 of the domain paper.

Given a finding from a linked network, when a school tries it, then it is asked what it means here
and what it changed, and both networks see the answer.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from api import post
from crossing import FOREST, PLACES, RIVERS, SECONDS, agree, arrives, finding, network
from support import World, need, wait_until
from written import with_id, write

THERE = "A question of six village schools, asked of one mixed class."
HERE = "With thirty in a class it is a question of one table at a time."
CHANGED = "We asked on paper."
QUOKKA = "Quokkas answered from the window."


def tried(world, name, **fields):
    return write(world.root, name, "Questions on the wall, tried in York", kind="adoption",
                 changed=CHANGED, **fields)


def asked_and_told():
    """scenario 19: who tries a far record is asked what it means here; both networks are told"""
    with World() as world:
        forest, rivers = network(world, FOREST, 2), network(world, RIVERS, 2)
        agree(forest, rivers, FOREST, RIVERS)
        author, tries = forest[1], rivers[1]
        record = author.json("publish", finding(world, "wall.md", "Questions on the wall", QUOKKA),
                             "--link", RIVERS)["id"]
        arrives(tries, record)

        # It is asked, in plain words, and nothing leaves the school meanwhile.
        bare = tried(world, "bare.md")
        for reach in (("--link", FOREST), ("--network", RIVERS), ()):
            refused = tries.run("publish", bare, "--about", record, "--dry-run", *reach)
            need(refused.code != 0, f"{reach}: {refused.out}")
            said = refused.out + refused.err
            for words in ("what-it-is-there", "transposition-note", "is of another network"):
                need(words in said, f"{reach}: {said}")
        half = tried(world, "half.md", transposition_note=HERE)
        said = tries.run("publish", half, "--about", record, "--link", FOREST, "--dry-run").err
        need("what-it-is-there" in said and "transposition-note" not in said, said)
        # A record of the own network is tried without it.
        own = rivers[0].json("publish", finding(world, "own.md", "A wall of our own", "Wombats."),
                             "--network", RIVERS)["id"]
        arrives(tries, own)
        tries.run("publish", bare, "--about", own, "--network", RIVERS, "--dry-run").ok()
        told = tries.run("template", "adoption").ok().out
        need("## What it is there" in told and "## Transposition note" in told, told)
        need("Required where you tried a record of another network." in told, told)

        whole = tried(world, "whole.md", what_it_is_there=THERE, transposition_note=HERE)
        adoption = tries.json("publish", whole, "--about", record, "--link", FOREST)["id"]

        # Both networks see the answer; the author's inbox names the network and its place.
        for node in (author, forest[0], rivers[0], tries):
            arrives(node, adoption)
            lineage = node.json("lineage", record)
            edge = next(each for each in lineage["edges"] if each["from"] == adoption)
            need(edge["interpreted"] is True, f"{node.name}: {edge}")
            story = with_id(lineage["adoptions"]["stories"], adoption)
            need(story["interpreted"] and story["what_it_is_there"] == THERE and
                 story["what_it_means_here"] == HERE and story["changed"] == CHANGED, f"{story}")
            text = node.run("lineage", record).ok().out
            for words in (THERE, HERE, CHANGED):
                need(words in text, f"{node.name}: {text}")
            need("not yet interpreted" not in text, text)
        news = with_id(author.json("inbox")["news"], adoption)
        need(news["relation"] == "tried-in" and news["about"]["id"] == record, f"{news}")
        need([(step["name"], step["place"]) for step in news["from_network"]["trail"]] ==
             [(RIVERS, PLACES[RIVERS])], f"{news}")
        need(f"{RIVERS} ({PLACES[RIVERS]})" in author.run("inbox").ok().out,
             author.run("inbox").out)


def marked_without_it():
    """scenario 19: what crossed without a word of its meaning is marked so, in both networks"""
    with World() as world:
        forest, rivers = network(world, FOREST, 1), network(world, RIVERS, 1)
        agree(forest, rivers, FOREST, RIVERS)
        author, tries = forest[0], rivers[0]
        record = author.json("publish", finding(world, "wall.md", "Questions on the wall", QUOKKA),
                             "--link", RIVERS)["id"]
        arrives(tries, record)
        # An import says what its source says: it is asked for nothing more.
        bare = tried(world, "bare.md")
        answer = post(tries, "/api/v1/records", {
            "file": bare.read_text(), "path": bare.name, "network": RIVERS, "links": [FOREST],
            "about": [{"id": record, "relation": "tried-in"}],
            "imported": {"attribution": "A school, in a leaflet", "phase": "primary",
                         "focus": "reading"}})
        need(answer.status == 201, f"{answer.body}")
        adoption = answer.json()["id"]
        for node in (tries, author):
            arrives(node, adoption)
            lineage = node.json("lineage", record)
            need(lineage["edges"][0]["interpreted"] is False, f"{lineage['edges']}")
            need(lineage["adoptions"]["stories"][0]["interpreted"] is False, f"{lineage}")
            text = node.run("lineage", record).ok().out
            need("tried-in @1, not yet interpreted ->" in text, text)
            need("Not yet interpreted: " in text, text)
            need("not yet interpreted" in node.run("lineage", record, "--dot").ok().out, "in --dot")
        # What it means can be said later; then it is told.
        again = tried(world, "again.md", what_it_is_there=THERE, transposition_note=HERE)
        tries.run("revise", adoption, again, "--link", FOREST).ok()
        wait_until(lambda: author.json("lineage", record)["edges"][0]["interpreted"], SECONDS,
                   "the author hears what it means there")


if __name__ == "__main__":
    support.main(asked_and_told, marked_without_it)
