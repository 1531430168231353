"""A list of staff from an office's spreadsheet becomes accounts: preview, wrong rows by line and
column, and the same list again changes nothing."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from people import PASSWORD, Browser, link_token
from support import World, need

ATTENTION = 4
REFUSED = 5
WRONG = {7: "Did you mean \"lead\"?", 23: "The name is empty.", 48: "no day",
         66: "cells were merged", 81: "line 80 already", 110: "of merged cells"}


def staff_rows():
    """120 rows of which six are wrong, each in another way; by line of the file."""
    rows = {line: [f"Person {line:03} Ælfgifu", "teacher", ""] for line in range(2, 122)}
    rows[3][1:] = ["Lead", "2099-07-31"]
    rows[7][1] = "headteacher"
    rows[23][0] = ""
    rows[48][2] = "31.7.2099"
    rows[66] = rows[66][:2]
    rows[81][0] = rows[80][0].upper()
    rows[110][1] = ""
    return rows


def written(rows, separator=",", encoding="utf-8", end="\n"):
    lines = [separator.join(("Name", "Role", "Until"))]
    lines += [separator.join(rows[line]) for line in sorted(rows)]
    return (end.join(lines) + end).encode(encoding)


def people(node):
    return {person["name"]: (person["role"], person["state"])
            for person in node.lines("users", "list")}


def outcomes(node, file, *more, codes=(0,)):
    rows = node.run("--json", "users", "import", file, *more).ok(*codes).documents()
    return {row["line"]: row for row in rows}


def all_of_it():
    """users import: 114 of 120 are made, six are named, again changes nothing, a link signs in"""
    with World() as world:
        a = world.node("a")
        file = world.root / "staff.csv"
        file.write_bytes(written(staff_rows()))
        found = outcomes(a, file, "--dry-run", codes=(ATTENTION,))
        need(not people(a), "a dry run makes somebody")
        need(sum(row["outcome"] == "new" for row in found.values()) == 114, f"{len(found)}")
        shown = a.run("users", "import", file, "--dry-run").ok(ATTENTION)
        for line, words in WRONG.items():
            need(found[line]["outcome"] == "wrong", f"{found[line]}")
            need(words in found[line]["sentence"], f"{line}: {found[line]}")
            column = found[line]["column"]
            where = f"Line {line}, column {column}: " if column else f"Line {line}: "
            need(where in shown.out, f"nothing of {where}")
        need("114 new accounts, 0 here already, 6 rows left out" in shown.err, shown.err)
        twice = world.root / "twice.csv"
        twice.write_text("name,role,until\nAnn Bell,techer,never\n")  # two faults, one row
        need("1 row left out" in a.run("users", "import", twice, "--dry-run").ok(ATTENTION).err,
             "a row with two faults is counted twice")
        twice.write_text("name,role\n\"Ann Bell,lead\nLee Marsh,teacher\n")
        a.run("users", "import", twice).refused(REFUSED, "quotation mark", "close it")
        made = outcomes(a, file, codes=(ATTENTION,))
        added = {line: row for line, row in made.items() if row["outcome"] == "added"}
        need(len(added) == 114 and set(WRONG) == set(made) - set(added), f"{len(added)}")
        here = people(a)
        need(len(here) == 114 and set(here.values()) == {
            ("teacher", "invited"), ("lead", "invited")}, f"{set(here.values())}")
        browser = Browser(a)
        browser.take(browser.post("/api/v1/session/link", {
            "token": link_token(added[2]["link"]), "password": PASSWORD}))
        need(added[2]["name"] == "Person 002 Ælfgifu", f"{added[2]}")
        here = people(a)
        again = outcomes(a, file, codes=(ATTENTION,))
        need(set(again) == set(WRONG), "the same list makes somebody again")
        need(people(a) == here, "the same list changes somebody")
        rows = {line: row for line, row in staff_rows().items() if line not in WRONG}
        rows[4][1] = "lead"
        file.write_bytes(written(rows))
        differs = outcomes(a, file, codes=(ATTENTION,))
        need(list(differs) == [5 if 5 in differs else 4], f"{differs}")
        need("teacher here and lead" in next(iter(differs.values()))["sentence"], f"{differs}")
        need(people(a) == here, "a role was changed by a list")


def every_spreadsheet():
    """users import: semicolons, code pages, byte order marks, merged headers, and no list at all"""
    rows = {2: ["Zoë Müller", "teacher", ""], 3: ["Siân O'Neill", "lead", "2099-07-31"]}
    for separator in (",", ";", "\t"):
        for encoding in ("utf-8", "utf-8-sig", "windows-1252", "utf-16"):
            with World() as world:
                a = world.node("a")
                file = world.root / "staff.csv"
                file.write_bytes(written(rows, separator, encoding, "\r\n"))
                a.run("users", "import", file, "--yes").ok()
                need(set(people(a)) == {"Zoë Müller", "Siân O'Neill"}, f"{encoding}: {people(a)}")
                need(not outcomes(a, file), f"{encoding}: again is not nothing")
    with World() as world:
        a = world.node("a")
        file = world.root / "staff.csv"
        for text, words in ((b"Staff of the school,,\nName,Role,Until\nA B,lead,\n", "merged"),
                            (b"Name,Role\n\"A B,lead\n", "quotation mark"),
                            (b"", "no rows"),
                            (b"PK\x03\x04 a spreadsheet", "not a text")):
            file.write_bytes(text)
            a.run("users", "import", file).refused((1, REFUSED), words)
        a.run("users", "import", world.root / "none.csv").refused(1, "none.csv")
        need(not people(a), "somebody was made")


support.main(all_of_it, every_spreadsheet)
