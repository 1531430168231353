"""Citations and linked data as other programs read them: what went in comes out again.

BibTeX by bibtexparser (Debian's python3-bibtexparser); RIS by a strict reader of the format's own
rules (RefMan, "RIS Format Specifications": two letters, two spaces, a hyphen, a space; TY first, ER
last), since Debian 12 has none.
"""

import json
import pathlib
import re
import sys
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from api import get, post
from support import QUICK_TIP, Skipped, World, need

try:
    import bibtexparser
    from bibtexparser.bparser import BibTexParser
except ImportError:
    bibtexparser = None

HOSTILE = [
    "Plain words",
    "Größe, Ωmega, 漢字, naïve Łódź",
    "50 % more & a_b #1 $5 ~tilde ^hat",
    "Braces {balanced} here",
    "Unbalanced {{{ here",
    "Unbalanced }}} there",
    "A backslash \\ and \\command{x} and \\\\",
    "Quotes \" and ' and “curly” — dash",
    "}\n@misc{evil, title = {Gotcha}",
    "line\r\nER  - \r\nTY  - GEN\r\nTI  - Gotcha",
    "next\u2028TY  - GEN\u2029ER  - \u0085@misc{x,",
    "and and and",
    "@comment{x} @string{a = b} @preamble{c}",
    "% not a comment",
    "Long " + "word " * 80,
    "e\u0301 in two parts, \u200bnothing\u200b, \U0001f44d",
    "Comma, Jr., and \"others\"",
]
LATEX = {
    "{\\textbackslash}": "\\", "{\\textbraceleft}": "{", "{\\textbraceright}": "}",
    "{\\textasciitilde}": "~", "{\\textasciicircum}": "^",
}


def from_latex(text):
    """Of what the export writes; any other command or brace is a finding."""
    def one(match):
        found = match.group(0)
        return LATEX[found] if found in LATEX else found[1:]

    pattern = "|".join(re.escape(name) for name in LATEX) + r"|\\[#$%&_]"
    rest = re.sub(pattern, "", text)
    need(not re.search(r"[\\{}]", rest), f"read as more than words: {text!r}")
    return re.sub(pattern, one, text)


def words(text):
    """As a reader shows it: every kind of space and line end is one space."""
    return " ".join(re.sub(r"[\x00-\x20\x7f\u0085\u2028\u2029]+", " ", text).split(" ")).strip()


def record_of(node, title, author):
    front = QUICK_TIP.replace("authors: [A. Teacher]\n", "")
    body = {"file": f"---\nlicence: CC-BY-4.0\nlanguage: en-GB\n{front}---\nSome words.\n",
            "set": {"title": title}, "authors": [author], "reach": "draft"}
    answer = post(node, "/api/v1/records", body)
    if answer.status == 422 and "title" in answer.body.decode():
        return None  # a rule of titles and names has the first word
    need(answer.status == 201, f"{title!r}: {answer.status} {answer.body!r}")
    record = answer.json()["id"]
    return get(node, f"/api/v1/records/{record}").json()


def export(node, record, form):
    answer = get(node, f"/api/v1/records/{record}/export?format={form}")
    need(answer.status == 200, f"{form}: {answer.status} {answer.body!r}")
    return answer.body.decode("utf-8")


def bibtex():
    """export formats: bibtexparser reads one entry with the very words, whatever they are"""
    if bibtexparser is None:
        raise Skipped("python3-bibtexparser is not there")
    with World() as world:
        node = world.node("a")
        read = 0
        for number, hostile in enumerate(HOSTILE):
            shown = record_of(node, hostile, HOSTILE[number - 1])
            if shown is None:
                continue
            text = export(node, shown["id"], "bibtex")
            parser = BibTexParser(common_strings=False, ignore_nonstandard_types=False)
            found = bibtexparser.loads(text, parser=parser)
            need(len(found.entries) == 1, f"{hostile!r}: {len(found.entries)} entries in {text}")
            need(not found.strings and not found.comments and not found.preambles, f"{text}")
            entry = found.entries[0]
            need(entry["ENTRYTYPE"] == "misc", f"{entry}")
            need(re.fullmatch(r"staffroom-[a-z2-7]{12}", entry["ID"]), f"{entry}")
            title = entry["title"]
            need(title[0] == "{" and title[-1] == "}", f"it may lose its capitals: {title}")
            need(words(from_latex(title[1:-1])) == words(shown["title"]), f"{title!r}")
            author = entry["author"]
            need(author[0] == "{" and author[-1] == "}", f"a name that may be cut: {author}")
            name = shown["authors"][0]["name"]
            need(words(from_latex(author[1:-1])) == words(name), f"{author!r}")
            need(entry["eprint"] == shown["revision"], f"{entry}")
            need("urn:staffroom" not in text, f"a name of no registered form: {text}")
            read += 1
        need(read >= len(HOSTILE) - 3, f"only {read} were taken")


def read_ris(text):
    """Entries as lists of (tag, value); fails for a line that is none."""
    need(text.endswith("ER  - \r\n\r\n"), f"no end: {text!r}")
    need("\n" not in text.replace("\r\n", ""), f"a bare line end: {text!r}")
    entries = []
    for entry in text.split("ER  - \r\n\r\n")[:-1]:
        lines = entry.splitlines()  # by every line end that Unicode has
        for line in lines:
            need(re.match(r"[A-Z][A-Z0-9]  - .", line), f"no line of RIS: {line!r}")
        pairs = [(line[:2], line[6:]) for line in lines]
        need([tag for tag, _ in pairs].count("TY") == 1 and pairs[0][0] == "TY", f"{entry!r}")
        need("ER" not in dict(pairs), f"{entry!r}")
        entries.append(pairs)
    return entries


def ris():
    """export formats: RIS has one entry, one line for each value, and the very words"""
    with World() as world:
        node = world.node("a")
        for number, hostile in enumerate(HOSTILE):
            shown = record_of(node, hostile, HOSTILE[number - 1])
            if shown is None:
                continue
            entries = read_ris(export(node, shown["id"], "ris"))
            need(len(entries) == 1, f"{hostile!r}: {entries}")
            values = dict(entries[0])
            need(values["TI"] == words(shown["title"]), f"{values}")
            need(values["AU"] == words(shown["authors"][0]["name"]), f"{values}")
            need(values["AN"] == shown["revision"], f"{values}")
            need(re.fullmatch(r"\d{4}", values["PY"]), f"{values}")
            need(re.fullmatch(r"\d{4}/\d\d/\d\d", values["DA"]), f"{values}")


def linked_data():
    """export formats: a review and a comment name what they are on, by names that lead back"""
    with World() as world:
        node = world.node("a")
        body = {"file": f"---\ntitle: Grids\nlicence: CC-BY-4.0\n{QUICK_TIP}---\nSome words.\n"}
        target = post(node, "/api/v1/records", body).json()["id"]
        about = [{"id": target, "relation": "comments-on"}]
        comment = {"file": "---\ntitle: Thanks\nlicence: CC-BY-4.0\n---\nThank you.\n",
                   "kind": "comment", "about": about, "reach": "draft"}
        made = post(node, "/api/v1/records", comment)
        need(made.status == 201, f"{made.body!r}")
        shown = json.loads(export(node, made.json()["id"], "jsonld"))
        need(shown["@type"] == ["Comment"] and "itemReviewed" not in shown, f"{shown}")
        name = shown["parentItem"][0]["@id"]
        uuid = r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
        need(re.fullmatch(uuid, name) and re.fullmatch(uuid, shown["@id"]), f"{shown}")
        for asked in (name, name.upper().replace("URN:UUID", "urn:uuid"), "urn:staffroom:" + target,
                      "staffroom:" + target):
            found = get(node, "/api/v1/records/" + urllib.parse.quote(asked, safe=""))
            need(found.status == 200 and found.json()["id"] == target, f"{asked}: {found.status}")
        first = get(node, f"/api/v1/records/{name}@1")
        need(first.status == 200 and first.json()["id"] == target, f"{first.status}")
        need("urn:staffroom" not in json.dumps(shown), f"{shown}")


def chosen_by_accept():
    """export formats: without ?format= the form is what Accept wants most"""
    with World() as world:
        node = world.node("a")
        body = {"file": f"---\ntitle: Grids\nlicence: CC-BY-4.0\n{QUICK_TIP}---\nSome words.\n"}
        target = f"/api/v1/records/{post(node, '/api/v1/records', body).json()['id']}/export"
        for accept, wanted in (
            ("*/*", "text/markdown"), ("application/ld+json", "application/ld+json"),
            ("text/x-bibtex, */*;q=0.1", "text/x-bibtex"),
            ("text/*;q=0.3, application/x-research-info-systems",
             "application/x-research-info-systems"),
        ):
            answer = get(node, target, Accept=accept)
            need((answer.status, answer.type) == (200, wanted), f"{accept}: {answer.type}")
            need(answer.headers["Vary"] == "Accept", f"{accept}: no Vary")
        refused = get(node, target, Accept="application/pdf")
        need((refused.status, refused.code()) == (406, "request.not-acceptable"), "no PDF")
        asked = get(node, target + "?format=ris", Accept="text/html")
        need(asked.status == 406, f"{asked.status}")


def another_schools_claim():
    """export formats: an id that is not here is answered by this school's copy alone"""
    with World() as world:
        home, other, stranger = (world.node(name) for name in ("home", "other", "stranger"))
        other.run("network", "create", "Rivers", "--focus", "writing").ok()
        support.join(stranger, other, "Rivers")
        path = support.write_record(world.root, "tip.md", "The true words")
        first = home.json("publish", path)["id"]
        exported = export(home, first, "markdown")
        forged = exported.replace("The true words", "The forged words")
        made = post(stranger, "/api/v1/records", {"file": forged, "network": "Rivers"})
        need(made.status == 201, f"{made.status} {made.body!r}")
        claim = made.json()["id"]
        support.in_sync([other, stranger], "Rivers")

        # The claim is shown as what it is, and answers for nothing.
        shown = get(other, f"/api/v1/records/{claim}").json()
        need(shown["origin"] == "staffroom:" + first, f"{shown}")
        for asked in (first, "staffroom:" + first, "urn:staffroom:" + first):
            answer = get(other, f"/api/v1/records/{asked}")
            need((answer.status, answer.code()) == (404, "id.not-found"), f"{asked}: a stranger's")
        for part in ("history", "lineage", "export"):
            need(get(other, f"/api/v1/records/{first}/{part}").status == 404, f"{part}")
        comment = {"file": "---\ntitle: Yes\nlicence: CC-BY-4.0\n---\nYes.\n", "kind": "comment",
                   "about": [{"id": first, "relation": "comments-on"}], "reach": "draft"}
        need(post(other, "/api/v1/records", comment).status != 201, "about a stranger's record")
        need(get(stranger, f"/api/v1/records/{first}").json()["id"] == claim, "its own import")

        # The true file is published although a stranger says to have it, and answers from then on.
        taken = post(other, "/api/v1/records", {"file": exported, "network": "Rivers"})
        need((taken.status, taken.json()["outcome"]) == (201, "published"), f"{taken.body!r}")
        own = get(other, f"/api/v1/records/{first}").json()
        need(own["id"] == taken.json()["id"] and own["title"] == "The true words", f"{own}")
        again = post(other, "/api/v1/records", {"file": exported, "network": "Rivers"})
        need(again.json()["outcome"] == "skipped", f"{again.body!r}")


if __name__ == "__main__":
    support.main(bibtex, ris, linked_data, chosen_by_accept, another_schools_claim)
