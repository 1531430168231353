"""Scenario 5 of the domain paper.

Given "Jayden M. in 4B" in the text, when it is shared beyond the school, then the line is pointed
out and sharing waits for a change or a confirmed reason.
"""

import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, need
from written import NETWORK, REFUSED, meet, pair, write

NAMED = "## What we do\n\nA tray with three piles.\n\nJayden M. in 4B asked for a fourth.\n"
CHANGED = NAMED.replace("Jayden M. in 4B", "One pupil")
REASON = "the child is invented, from the training booklet"
ATTENTION = 4


def lines_of(failure):
    return [(each["line"], each["rule"]) for each in json.loads(failure.out)["pupil_details"]]


def line_in(path):
    """Where the name stands in the file, from 1."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if "Jayden" in line)


def changed():
    """scenario 5: the line is named, the words stay as a draft; changed, it goes"""
    with World() as world:
        a, b, _ = pair(world)
        meet((a, b))
        path = write(world.root, "tray.md", "A tray with three piles", text=NAMED)
        number = line_in(path)
        digest = a.digest(NETWORK)

        dry = a.run("publish", path, "--network", NETWORK, "--dry-run")
        dry.refused(REFUSED, f"line {number}", "--confirm-pupil-details")
        need(a.lines("list") == [], "a dry run has written something")
        refused = a.run("publish", path, "--network", NETWORK)

        refused.refused(REFUSED, f"line {number}", "name-with-class", "Jayden M. in 4B",
                        "kept in this school as a draft", "--confirm-pupil-details")
        rows = a.lines("list")
        need([row["reach"] for row in rows] == ["draft"], f"{rows}")
        need(a.digest(NETWORK) == digest, "the network has something of it")
        b.run("sync", "--wait").ok()
        need(b.lines("list") == [], "it has left the school")
        again = a.run("--json", "publish", path, "--network", NETWORK)
        need((number, "name-with-class") in lines_of(again), again.out)
        need(json.loads(again.out)["code"] == "record.pupil-details", again.out)

        # Within the school nothing is asked.
        kept = a.json("revise", rows[0]["id"], path, "--reach", "school")
        need(kept["reach"] == "school", f"{kept}")

        path = write(world.root, "tray.md", "A tray with three piles", text=CHANGED)
        shared = a.json("revise", rows[0]["id"], path, "--network", NETWORK)["id"]
        meet((a, b))
        shown = b.json("show", shared)
        need("check-confirmed-rules" not in shown["fields"], f"{shown['fields']}")
        need("Jayden" not in json.dumps(b.json("history", shared)), "the name has come along")


def confirmed():
    """scenario 5: confirmed with a reason it goes, and readers see rules, reason and day"""
    with World() as world:
        a, b, _ = pair(world)
        meet((a, b))
        path = write(world.root, "tray.md", "A tray with three piles", text=NAMED)

        a.run("publish", path, "--network", NETWORK, "--confirm-pupil-details", " ").refused(
            REFUSED, "name-with-class")
        a.run("publish", path, "--network", NETWORK, "--confirm-pupil-details",
              "Jayden's mum agreed").refused(REFUSED, "reason", "name-with-family")
        need(b.lines("list") == [], "it has left the school")
        shared = a.json("publish", path, "--network", NETWORK,
                        "--confirm-pupil-details", REASON)["id"]
        meet((a, b))

        for node in (a, b):
            fields = node.json("show", shared)["fields"]
            need("name-with-class" in fields["check-confirmed-rules"], f"{fields}")
            need(fields["check-confirmed-reason"] == REASON, f"{fields}")
            need(len(fields["check-confirmed-on"]) == len("2026-11-06"), f"{fields}")
            need(fields["check-confirmed-by"], f"{fields}")

        # The same line in a newer text is confirmed already; another one is not.
        path.write_text(path.read_text(encoding="utf-8") + "\nA second tray came later.\n",
                        encoding="utf-8")
        a.json("revise", shared, path)
        path.write_text(path.read_text(encoding="utf-8") + "\nHer number is 07700 900123.\n",
                        encoding="utf-8")
        more = a.run("--json", "revise", shared, path)
        need(more.code == REFUSED, more.out)
        need([rule for _, rule in lines_of(more)] == ["phone"], more.out)
        meet((a, b))
        shown = b.json("show", shared)
        need("second tray" in shown["text"] and "07700" not in shown["text"], shown["text"])
        need(shown["fields"]["check-confirmed-reason"] == REASON, f"{shown['fields']}")


def everywhere():
    """scenario 5: fields, front matter, alt texts and names of files are read as well"""
    with World() as world:
        a, b, _ = pair(world)
        meet((a, b))
        for number, (rule, text, fields, options) in enumerate((
            ("name-with-class", "", {"summary": "Aisha (4B) liked it"}, ()),
            ("small-group", "", {}, ("--set", "context-need=two pupils with EHCPs")),
            ("name-with-class", "## What we do\n\n![Aisha in 4B](https://example.org/a.png)\n", {},
             ()),
            ("photograph", "## What we do\n\n![A tray](class-photo.png)\n", {}, ("--yes",)),
            ("name-with-class", "## What we do\n\nMae Rhys ym Mlwyddyn 4 yn hapus.\n", {}, ()),
        )):
            path = write(world.root, f"{number}.md", f"Tray number {number}", text=text, **fields)
            refused = a.run("--json", "publish", path, "--network", NETWORK, *options)
            need(refused.code == REFUSED, f"{path}: {refused.out} {refused.err}")
            need(rule in [found for _, found in lines_of(refused)], refused.out)
        meet((a, b))
        need(b.lines("list") == [], "one has left the school")


def folder():
    """scenario 5: an import names the lines file by file, and takes one reason for all"""
    with World() as world:
        a, b, _ = pair(world)
        meet((a, b))
        lessons = world.root / "lessons"
        lessons.mkdir()
        for name, text in (("one.md", NAMED), ("two.md", CHANGED), ("three.md", NAMED)):
            write(lessons, name, f"The tray of {name}", text=text)

        said = a.run("--json", "--yes", "import", lessons, "--network", NETWORK)
        report = json.loads(said.out)
        need((report["published"], report["refused"]) == (1, 2), said.out)
        named = {each["path"]: each["pupil_details"] for each in report["attention"]
                 if "pupil_details" in each}
        need(sorted(named) == ["one.md", "three.md"], said.out)
        number = line_in(lessons / "one.md")
        need((number, "name-with-class") in
             [(each["line"], each["rule"]) for each in named["one.md"]], said.out)

        confirmed_all = a.json("--yes", "import", lessons, "--network", NETWORK,
                               "--confirm-pupil-details", REASON)
        need((confirmed_all["published"], confirmed_all["skipped"], confirmed_all["refused"])
             == (2, 1, 0), f"{confirmed_all}")
        again = a.json("--yes", "import", lessons, "--network", NETWORK)
        need((again["skipped"], again["refused"]) == (3, 0), f"{again}")
        meet((a, b))
        need(len(b.lines("list")) == 3, "not all have arrived")


def alone():
    """scenario 5: check needs no node, reads a file or standard input, and tells lines by number"""
    with World() as world:
        path = write(pathlib.Path(world.root), "tray.md", "A tray with three piles", text=NAMED)
        number = line_in(path)
        said = support.cli("none", "check", path)
        need(said.code == ATTENTION, f"{said.code} {said.err}")
        need(f"{number}\tname-with-class\t" in said.out, said.out)
        need("Write \"a pupil\"" in said.err, said.err)
        listed = json.loads(support.cli("none", "--json", "check", path).out)
        need((number, "name-with-class") in
             [(each["line"], each["rule"]) for each in listed["lines"]], f"{listed}")
        need("Jayden M. in 4B" in listed["lines"][0]["text"], f"{listed}")

        program = support.BIN_DIR / "staffroom"
        typed = subprocess.run([program, "--json", "check", "-"], input=path.read_bytes(),
                               capture_output=True, check=False)
        need(typed.returncode == ATTENTION, f"{typed}")
        need(json.loads(typed.stdout)["lines"] == listed["lines"], f"{typed}")
        write(pathlib.Path(world.root), "tray.md", "A tray with three piles", text=CHANGED)
        clean = support.cli("none", "check", path).ok()
        need(clean.out == "" and "No line" in clean.err, f"{clean.out} {clean.err}")


support.main(changed, confirmed, everywhere, folder, alone)
