"""Rules about references: error codes to tests, code to clauses, comments to issues.

Each rule takes the files (path -> text) and gives findings; check.py runs them all.
"""

import re

from source import Finding, code_of, comments_of, line_of

ERRORS = "protocol/base/result.hpp"
SPEC = "protocol/SPEC.md"
README = "README.md"
LAYERS = ("node/", "storage/", "cli/")
# A row of README's table: clauses, and the files that carry them out.
PLACE = re.compile(r"^\| ((?:[A-Z]\d{1,2}(?:, )?)+) \| (.*) \|$", re.MULTILINE)
CLAUSE = re.compile(r"\[([A-Z]\d{1,2})\](?:-\[([A-Z]\d{1,2})\])?")
DEFINITION = re.compile(r"^#+ \[([A-Z]\d{1,2})\]", re.MULTILINE)
UNFINISHED = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b(?!\s*\(?#\d)")
MACHINE_PATH = re.compile(r"(?<![\w.}])/(?:work|root|home|Users)/[\w.]")


def error_codes(text):
    body = re.search(r"enum class Errc\s*\{(.*?)\}", code_of(text), re.DOTALL)
    if body is None:
        return []
    first = line_of(text, body.start(1))
    return [
        (match.group(0), first + body.group(1).count("\n", 0, match.start()))
        for match in re.finditer(r"\b[a-z]\w*\b", body.group(1))
    ]


def every_error_tested(files):
    """Each Errc is named by a test."""
    tests = "\n".join(
        code_of(text) for path, text in files.items()
        if path.startswith("tests/") and path.endswith((".cpp", ".hpp"))
    )
    return [
        Finding(ERRORS, line, f"Errc::{name} is named by no test")
        for name, line in error_codes(files.get(ERRORS, ""))
        if not re.search(rf"\bErrc::{name}\b", tests)
    ]


def clauses_in(first, last):
    """[S1]-[S4] names four clauses."""
    if not last or first[0] != last[0]:
        return [first] + ([last] if last else [])
    return [f"{first[0]}{number}" for number in range(int(first[1:]), int(last[1:]) + 1)]


def citations(files):
    """(path, line, clause) of each citation in a comment."""
    for path, text in files.items():
        if not path.endswith((".hpp", ".cpp", ".proto")):
            continue
        comments = comments_of(text)
        for match in CLAUSE.finditer(comments):
            for clause in clauses_in(match.group(1), match.group(2)):
                yield path, line_of(comments, match.start()), clause


def clauses_cited(files):
    """Each clause of the specification is cited by code, and each cited clause exists."""
    spec = files.get(SPEC, "")
    defined = {match.group(1): line_of(spec, match.start()) for match in DEFINITION.finditer(spec)}
    used, found = set(), []
    for path, line, clause in citations(files):
        if clause not in defined:
            found.append(Finding(path, line, f"[{clause}] is no clause of {SPEC}"))
        if not path.startswith("tests/"):
            used.add(clause)
    found += [
        Finding(SPEC, line, f"[{clause}] is cited by no code")
        for clause, line in defined.items() if clause not in used
    ]
    return found


def unfinished_work(files):
    """What is left to do has an issue number."""
    return [
        Finding(path, line_of(text, match.start()), f"{match.group(0)} without an issue number")
        for path, text in files.items()
        for match in UNFINISHED.finditer(text)
    ]


def machine_paths(files):
    """No file names a folder of the machine on which it was written."""
    return [
        Finding(path, line_of(text, match.start()), f"a path of one machine: {match.group(0)}...")
        for path, text in files.items()
        for match in MACHINE_PATH.finditer(text)
    ]


def clauses_placed(files):
    """README says of each clause in which files it is carried out, and these cite it."""
    found = []
    placed = set()
    readme = files.get(README, "")
    for row in PLACE.finditer(readme):
        line = line_of(readme, row.start())
        clauses = set(row.group(1).split(", "))
        placed |= clauses
        for name in re.findall(r"`([\w/]+)`", row.group(2)):
            stem = name if name.startswith(LAYERS) else f"protocol/{name}"
            comments = [comments_of(files[stem + end]) for end in (".hpp", ".cpp")
                        if stem + end in files]
            cited = {
                clause for text in comments for match in CLAUSE.finditer(text)
                for clause in clauses_in(match.group(1), match.group(2))
            }
            if not comments:
                found.append(Finding(README, line, f"there is no {stem}"))
            elif not clauses & cited:
                found.append(Finding(README, line, f"{stem} does not cite {row.group(1)}"))
    spec = files.get(SPEC, "")
    for match in DEFINITION.finditer(spec):
        if match.group(1) not in placed:
            where = line_of(spec, match.start())
            found.append(Finding(SPEC, where, f"{README} has no place for [{match.group(1)}]"))
    return found


RULES = (every_error_tested, clauses_cited, clauses_placed, unfinished_work, machine_paths)
