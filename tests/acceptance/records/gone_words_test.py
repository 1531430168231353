"""Records whose words are gone for good are nowhere taken for records on their way: one word for
each, in every list, answer and count."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, in_sync, join, need, wait_until, write_record

NETWORK = "Rivers"
ATTENTION = 4
REFUSED = 5
SECONDS = 60


def publish(node, root, title, *more, network=NETWORK):
    path = write_record(root, f"{title.replace(' ', '-')}.md", title)
    return node.json("publish", path, *(("--network", network) if network else ()), *more)["id"]


def adopt(node, root, about, title):
    path = write_record(root, f"{title.replace(' ', '-')}.md", title)
    return node.json("publish", path, "--network", NETWORK, "--kind", "comment",
                     "--about", about)["id"]


def two_schools(world):
    a, b = world.node("a"), world.node("b")
    a.run("network", "create", NETWORK, "--focus", "writing").ok()
    join(b, a, NETWORK)
    return a, b


def erase(record, *nodes):
    nodes[0].run("erase", record, "--reason", "pupil", "--yes").ok()
    for node in nodes:
        wait_until(lambda node=node: node.json("show", record)["body_state"] == "erased", SECONDS,
                   f"{node.name} has erased it")


def listed(node, *more):
    """Rows as a pipe has them: id, kind, reach, school, title, state."""
    rows = (line.split("\t") for line in node.run("list", *more).ok().out.splitlines())
    return {row[0]: row for row in rows}


def erased():
    """gone: what was erased says so everywhere, with its school, and is in no list or export"""
    with World() as world:
        a, b = two_schools(world)
        record = publish(a, world.root, "Has to go")
        kept = publish(a, world.root, "Stays")
        in_sync((a, b), NETWORK)
        adoption = adopt(b, world.root, record, "What we saw")
        in_sync((a, b), NETWORK)
        a.run("retract", record, "--reason", "second thoughts").ok()
        in_sync((a, b), NETWORK)
        need(record in listed(b), "what is taken back keeps its place")
        erase(record, a, b)
        for node in (a, b):
            need(set(listed(node)) == {kept, adoption}, f"{listed(node)}")
            row = listed(node, "--gone")[record]
            need(row[4] == "(erased)" and row[5] == "erased", f"{row}")
            said = node.run("show", record).ok().out
            need("erased, as a school ordered on" in said and "(pupil)" in said, said)
            need("aken back" not in said and said.startswith("(erased)"), said)
            for words in (("lineage", adoption), ("show", adoption)):
                said = node.run(*words).ok().out
                need("an erased record of a school" in said and '""' not in said, said)
            need("erased record" in node.run("lineage", adoption, "--dot").ok().out, "the picture")
            need("erased" in node.run("inbox").ok().out or node is b, node.run("inbox").out)
            out = world.root / f"out-{node.name}"
            told = node.json("export", "--all", "-o", out, "--format", "markdown,bibtex")
            need(told["records"] == 2 and not told["attention"], f"{told}")
            need(not [path for path in out.iterdir() if path.name.startswith("record")], "a file")
            need("title = {}" not in (out / "citations.bib").read_text(), "a citation of nothing")
            alone = node.run("--json", "export", record, "-o", world.root / "alone")
            need(alone.code == ATTENTION and "were erased" in alone.out, alone.out)
        erase(adoption, b, a)
        need(not a.lines("inbox")[0]["news"], f"{a.lines('inbox')}")


def refused_and_deleted():
    """gone: what this school refuses or deletes is waited for by nobody, and in no list"""
    with World() as world:
        a, b = two_schools(world)
        refused = publish(a, world.root, "Not for us")
        in_sync((a, b), NETWORK)
        draft = publish(b, world.root, "Half a thought", "--reach", "draft", network=None)
        b.run("refuse", refused, "--yes").ok()
        b.run("draft", "delete", draft, "--yes").ok()
        need(not listed(b), f"{listed(b)}")
        gone = listed(b, "--gone")
        need([gone[refused][4], gone[draft][4]] == ["(refused here)", "(deleted here)"], f"{gone}")
        need("refused here" in b.run("show", refused).ok().out, "no word in show")
        checks = b.run("--json", "doctor").ok(0, ATTENTION).document()["checks"]
        here = [check for check in checks if check["code"] == "network.complete"]
        need([check["level"] for check in here] == ["ok"], f"{here}")
        need(b.network(NETWORK)["missing_bodies"] == 0, "it is still waited for")
        b.run("sync", "--wait").ok()
        b.stop()
        b.start()
        need(b.network(NETWORK)["missing_bodies"] == 0, "it is waited for again")


def taken_back_inside():
    """gone: of a draft nobody says that others may have read it"""
    with World() as world:
        a, _ = two_schools(world)
        draft = publish(a, world.root, "Not yet", "--reach", "draft", network=None)
        said = a.run("retract", draft, "--reason", "no").ok().err
        need("has not left this school" in said and "other school" not in said, said)
        shared = publish(a, world.root, "Out there")
        said = a.run("retract", shared, "--reason", "no").ok().err
        need("every other school" in said, said)


def after_leaving():
    """gone: leaving says beforehand that nothing can be taken back, and afterwards who can"""
    with World() as world:
        a, b = two_schools(world)
        record = publish(b, world.root, "Left behind")
        in_sync((a, b), NETWORK)
        told = b.run("network", "leave", NETWORK, "--dry-run").ok().out
        need("erase nothing" in told and "two coordinators" in told, told)
        b.run("--yes", "network", "leave", NETWORK).ok()
        for words in (("erase", record, "--reason", "pupil", "--yes"),
                      ("retract", record, "--reason", "no")):
            told = b.run(*words).refused(REFUSED, "belongs to Rivers no longer")
            step = re.search(r"`staffroom (erase --school \S+ --after 0 --reason asked)`", told.err)
            need(step and "two coordinators of Rivers" in told.err, told.err)
        wait_until(lambda: "b school" not in
                   {one["name"] for one in a.network(NETWORK)["schools"]}, SECONDS, "it has left")
        # What is told there can be typed there.
        a.run(*step[1].split(), "--dry-run").ok()


support.main(erased, refused_and_deleted, taken_back_inside, after_leaving)
