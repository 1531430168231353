"""Scenario 6 of the domain paper.

Given a write-up from another school, when we record "tried here, worked after changes, 31
pupils", then its author sees it and the lineage shows both schools.
"""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, join, need
from written import NETWORK, files_with, meet, pair, publish, with_id, write

TITLE = "A card at the end of the lesson"
FEW = "fewer than 6"


def tried(world, node, record, **fields):
    title = f"Cards tried in {node.name}"
    path = write(world.root, f"{node.name}.md", title, kind="adoption", **fields)
    return publish(node, path, "--about", record)


def the_author_sees_it():
    """scenario 6: an adoption stands in the author's inbox and record, its lineage names both"""
    with World() as world:
        a, b, _ = pair(world)
        record = publish(a, write(world.root, "cards.md", TITLE))
        meet((a, b))

        adoption = tried(world, b, record, pupils_reached=31)
        meet((a, b))

        news = with_id(a.json("inbox")["news"], adoption)
        need(news["relation"] == "tried-in" and news["school_name"] == "oakdene school", f"{news}")
        need(news["about"]["id"] == record and news["about"]["title"] == TITLE, f"{news}")
        printed = a.run("inbox").ok().out
        need("oakdene school" in printed and "Cards tried in oakdene" in printed, printed)
        need(b.json("inbox")["news"] == [], "the school's own record is news to it")
        incoming = a.json("show", record)["incoming"]
        need([each["id"] for each in incoming] == [adoption], f"{incoming}")
        need("tried-in" in a.run("show", record).ok().out, "not on the record's page")
        fields = a.json("show", adoption)["fields"]
        need(fields["outcome"] == "worked-after-changes", f"{fields}")
        need(fields["pupils-reached"] == "31", f"{fields}")
        for node in (a, b):
            for start in (record, adoption):
                lineage = node.json("lineage", start)
                schools = {each["school_name"] for each in lineage["nodes"]}
                need(schools == {"heathview school", "oakdene school"}, f"{schools}")
                need(lineage["edges"][0]["from"] == adoption, f"{lineage['edges']}")
                text = node.run("lineage", start).ok().out
                need("heathview school" in text and "oakdene school" in text, text)
            told = node.run("lineage", record).ok().out
            need("worked-after-changes, 31 pupils" in told, told)


def few_pupils_are_not_counted_out():
    """scenario 6: a count of 4 is 4 at home and "fewer than 6" at other nodes and in exports"""
    with World() as world:
        a, b, _ = pair(world)
        record = publish(a, write(world.root, "cards.md", TITLE))
        meet((a, b))
        adoption = tried(world, b, record, pupils_reached=4)
        meet((a, b))

        for node, said in ((a, FEW), (b, "4")):
            shown = node.json("show", adoption)
            need(shown["fields"]["pupils-reached"] == said, f"{node.name}: {shown['fields']}")
            need((FEW in shown["front_matter"]) == (node is a), f"{shown['front_matter']}")
            story = node.json("lineage", record)["adoptions"]["stories"][0]
            need(story["pupils_reached"] == said, f"{node.name}: {story}")
            need(f"{said} pupils" in node.run("lineage", record).ok().out, "not in the lineage")
        out = world.root / "out"
        a.run("export", adoption, "-o", out, "--format", "markdown,jsonld").ok()
        need(files_with((FEW,), out), "the export says nothing")
        counts = ("pupils-reached: 4", 'pupils-reached: "4"')
        need(not files_with(counts, out), "the export tells the count")
        for path in out.rglob("*.jsonld"):
            need('"4"' not in path.read_text() and ": 4" not in path.read_text(), f"{path} tells")


def summed_from_three():
    """scenario 6: drafts are no adoptions, nothing is summed below three, no sum gives 4 away"""
    with World() as world:
        a, b, _ = pair(world)
        c = world.node("millbrook")
        join(c, a, NETWORK)
        record = publish(a, write(world.root, "cards.md", TITLE))
        meet((a, b, c))
        tried(world, b, record, pupils_reached=31, adults_reached=3)
        draft = write(world.root, "draft.md", "Tried, not yet told", kind="adoption")
        b.run("publish", draft, "--about", record, "--reach", "draft").ok()
        tried(world, c, record, pupils_reached=4)
        meet((a, b, c))
        for node in (a, b, c):
            adoptions = node.json("lineage", record)["adoptions"]
            need(adoptions["count"] == 2, f"{node.name}: {adoptions}")
            need(adoptions["pupils_reached"] is None, f"{node.name}: summed from two")
            report = node.json("report")
            need(report["adoptions"] == 2 and report["pupils_reached"] is None, f"{report}")

        again = write(world.root, "again.md", "Cards tried in Year 6", kind="adoption",
                      outcome="no-difference", stage="finished")
        third = publish(b, again, "--about", record)
        # Two versions of it side by side are still one adoption.
        for number in (1, 2):
            write(world.root, "again.md", f"Cards tried in Year {number}", kind="adoption",
                  outcome="no-difference", kept=f"Kept by colleague {number}")
            b.run("revise", f"{third}@1", again, "--beside").ok()
        meet((a, b, c))
        need(with_id(b.json("inbox")["to_join"], third)["heads"] == 2, "not two versions")
        for node in (a, b, c):
            adoptions = node.json("lineage", record)["adoptions"]
            need(adoptions["count"] == 3, f"{node.name}: {adoptions}")
            need(adoptions["outcomes"]["no-difference"] == 1, f"{adoptions['outcomes']}")
            told = json.dumps(adoptions)
            if node is c:
                need(adoptions["pupils_reached"] == "35", f"{adoptions['pupils_reached']}")
            else:
                need(adoptions["pupils_reached"] == "more than 31", f"{node.name}: {told}")
            blank = with_id(adoptions["stories"], adoptions["stories"][-1]["id"])
            need(blank["pupils_reached"] is None, "what was not counted is not zero")
            need(node.json("report")["adoptions"] == 3, "not in the report")


support.main(the_author_sees_it, few_pupils_are_not_counted_out, summed_from_three)
