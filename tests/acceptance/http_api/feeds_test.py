"""Feeds at a real node: whom an address opens what for, and that any reader can parse it."""

import json
import pathlib
import re
import sys
import urllib.parse
import xml.etree.ElementTree as xml

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from people import Browser, Program, join
from sample import Sample
from support import World, need

ATOM = "{http://www.w3.org/2005/Atom}"
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"


def feed(reader, target):
    answer = reader.get(target)
    need(answer.status == 200, f"{target}: {answer.status} {answer.body!r}")
    need(answer.type == "application/atom+xml", answer.type)
    root = xml.fromstring(answer.body)
    check_rules(root)
    return answer, root


def check_rules(root):
    """RFC 4287 4.1: what a feed and each entry has to have, once each."""
    need(root.tag == f"{ATOM}feed", root.tag)
    entries = root.findall(f"{ATOM}entry")
    for element in (root, *entries):
        for name in ("id", "title", "updated"):
            found = element.findall(f"{ATOM}{name}")
            need(len(found) == 1 and (found[0].text or name == "title"), f"{name}: {found}")
        need(urllib.parse.urlparse(element.find(f"{ATOM}id").text).scheme == "urn", "no IRI")
        for name in ("updated", "published"):
            for moment in element.findall(f"{ATOM}{name}"):
                need(re.fullmatch(MOMENT, moment.text), f"{name}: {moment.text}")
        links = [link.get("rel") for link in element.findall(f"{ATOM}link")]
        need(links == ["alternate"], f"{links}")
    for entry in entries:
        need(entry.findall(f"{ATOM}author/{ATOM}name"), "an entry without an author")
    ids = [entry.find(f"{ATOM}id").text for entry in entries]
    need(len(set(ids)) == len(ids), f"the same entry twice: {ids}")


def titles(root):
    return {entry.find(f"{ATOM}title").text for entry in root.findall(f"{ATOM}entry")}


def by_address():
    """feeds: a network, a subject and an author are followed by an address, until it ends"""
    with World() as world:
        a, b = world.node("a"), world.node("b")
        a.run("network", "create", "Rivers & <Banks>", "--focus", "writing").ok()
        support.join(b, a, "Rivers & <Banks>")
        sample = Sample(a, b, "Rivers & <Banks>", world.root)
        sample.of_six_kinds()
        ann = join(b, "Ann Bell", "teacher")
        mine = ann.post("/api/v1/records", {
            "file": "# Albatross\n\nAll about it.\n", "reach": "school",
            "set": {"form": "quick-tip", "what-we-do": "x", "where-it-worked": "x",
                    "what-to-watch": "x"}})
        need(mine.status == 201, f"{mine.body!r}")
        token = ann.post("/api/v1/tokens", {"name": "f", "scope": "feed"}).json()["token"]
        reader = Browser(b)
        network = b.network("Rivers & <Banks>")["id"]
        base = f"/feeds/{token}"
        answer, root = feed(reader, f"{base}/networks/{network}")
        need("Exit slips sorted at the door" in titles(root), f"{titles(root)}")
        need("Albatross" not in answer.body.decode(), "what stays in the school is told")
        need(root.find(f"{ATOM}title").text == "Rivers & <Banks>", "another name")
        need(token not in answer.body.decode(), "the token stands in the feed")
        again = reader.get(f"{base}/networks/{network}", If_None_Match=answer.headers["ETag"])
        need(again.status == 304 and not again.body, f"{again.status}")
        by_name = urllib.parse.quote("Rivers & <Banks>")
        need(titles(feed(reader, f"{base}/networks/{by_name}")[1]) == titles(root), "by its name")
        subjects = titles(feed(reader, f"{base}/subjects/mathematics")[1])
        need("Exit slips sorted at the door" in subjects, f"{subjects}")
        authors = titles(feed(reader, f"{base}/authors/{urllib.parse.quote('R. Okafor')}")[1])
        need("Exit slips sorted at the door" in authors, f"{authors}")
        need(not titles(feed(reader, f"{base}/authors/nobody")[1]), "somebody else's")

        for target in (f"{base}/subjects/no-subject", f"{base}/networks/nobody",
                       f"/feeds/{token[:-1]}/networks/{network}", "/feeds/x/subjects/mathematics"):
            need(reader.get(target).status == 404, target)
        # It opens nothing but feeds, and no other token opens one.
        need(Program(b, token).get("/api/v1/records").status == 401, "a feed's token reads")
        for scope in ("read", "write"):
            other = ann.post("/api/v1/tokens", {"name": scope, "scope": scope}).json()["token"]
            need(reader.get(f"/feeds/{other}/networks/{network}").status == 404, scope)
        tech = join(b, "Tom Tech", "technician")
        his = tech.post("/api/v1/tokens", {"name": "f", "scope": "feed"}).json()["token"]
        need(reader.get(f"/feeds/{his}/networks/{network}").status == 404, "a technician reads")
        need(ann.ask("DELETE", "/api/v1/tokens/f").status == 200, "not ended")
        need(reader.get(f"{base}/networks/{network}").status == 404, "an ended address opens")


def hostile():
    """feeds: whatever a title, a summary or a name holds, a reader parses the feed"""
    with World() as world:
        node = world.node("a")
        node.run("network", "create", "Rivers", "--focus", "writing").ok()
        ann = join(node, "Ann Bell", "teacher")
        path = support.SHARED / "vectors" / "naughty-strings.json"
        if not path.is_file():
            raise support.Skipped(f"{path} is not there")
        strings = [each["s"] for each in json.loads(path.read_text()) if each["s"].strip()]
        kept = 0
        for at, text in enumerate(strings[::6]):
            answer = ann.post("/api/v1/records", {
                "file": f"# {text}\n\n{text}\n", "network": "Rivers", "reach": "network",
                "authors": [text[:90]], "confirm_pupil_details": "made up",
                "set": {"form": "quick-tip", "title": f"{at} {text}"[:190], "summary": text[:290],
                        "what-we-do": "x", "where-it-worked": "x", "what-to-watch": "x",
                        "licence": "CC-BY-4.0", "focus": "writing", "phases": "primary",
                        "context": "x"}})
            kept += answer.status == 201 and answer.json().get("reach") == "network"
        token = ann.post("/api/v1/tokens", {"name": "f", "scope": "feed"}).json()["token"]
        _, root = feed(Browser(node), f"/feeds/{token}/networks/Rivers")
        need(len(titles(root)) >= min(20, kept) > 5, f"{len(titles(root))} of {kept}")


if __name__ == "__main__":
    support.main(by_address, hostile)
