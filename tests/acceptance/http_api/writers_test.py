"""What a person writes at a real node: drafts, unfinished texts, what colleagues may change of it,
the check for pupils' details."""

import json
import pathlib
import socket
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from people import Browser, join
from support import QUICK_TIP, World, need, wait_until

DRAFT = {"file": "# Albatross\n\nAll about the albatross.\n", "reach": "draft"}
SHARED = {
    "file": "# Cormorant\n\nAll about the cormorant.\n", "reach": "school",
    "set": {"form": "quick-tip", "what-we-do": "x", "where-it-worked": "x", "what-to-watch": "x"},
}


def drafts_are_their_writers():
    """accounts: a draft's word is in no answer to anybody but its writer"""
    with World() as world:
        node = world.node("a")
        ann = join(node, "Ann Bell", "teacher")
        others = [join(node, "Lee Marsh", "teacher"), join(node, "Lea Dee", "lead"),
                  join(node, "Tom Tech", "technician"), Browser(node)]
        made = ann.post("/api/v1/records", DRAFT)
        need(made.status == 201, f"{made.status} {made.body!r}")
        draft = made.json()["id"]
        shared = ann.post("/api/v1/records", SHARED)
        need(shared.status == 201, f"{shared.status} {shared.body!r}")
        record = f"/api/v1/records/{draft}"
        search = "/api/v1/search?q=albatross"
        places = ["/api/v1/records", record, f"{record}/history", f"{record}/lineage",
                  f"{record}/export?format=markdown", search, "/api/v1/inbox", "/api/v1/status",
                  "/api/v1/log"]
        wait_until(lambda: b"Albatross" in ann.get(search).body, 10, "the index")
        for place in places:
            for other in others:
                need(b"lbatross" not in other.get(place).body, f"{place} shows a draft")
        need(b"Albatross" in ann.get("/api/v1/records").body, "her own draft is not listed")
        need(b"Cormorant" in others[0].get("/api/v1/records").body, "what is shared is not listed")
        need(b"ormorant" not in others[2].get("/api/v1/records").body, "a technician sees a title")
        shown = others[0].get(f"/api/v1/records/{shared.json()['id']}").json()
        need("Ann Bell" in json.dumps(shown["authors"]), f"the author is {shown['authors']}")
        node.stop()
        node.start()
        need(ann.get(record).status == 200, "after a start it is not hers")
        need(others[1].get(record).status == 404, "after a start a lead sees it")


def unfinished_texts():
    """accounts: what somebody is writing survives a kill, and two windows are told apart"""
    with World() as world:
        node = world.node("a")
        ann, lee = join(node, "Ann Bell", "teacher"), join(node, "Lee Marsh", "teacher")
        place = "/api/v1/me/texts/new-call-k3"
        words = "x" * 200_000 + " a pelican"
        saved = ann.ask("PUT", place, {"text": words})
        need(saved.status == 200, f"{saved.status} {saved.body!r}")
        node.kill()
        node.start()
        shown = ann.get(place).json()
        need(shown["text"] == words and shown["etag"] == saved.json()["etag"], "words are lost")
        need(lee.get(place).status == 404, "somebody else's text")
        second = ann.ask("PUT", place, {"text": "two", "base": shown["etag"]})
        need(second.status == 200, f"{second.status}")
        late = ann.ask("PUT", place, {"text": "three", "base": shown["etag"]})
        need(late.status == 412 and late.code() == "text.changed", f"{late.status}")
        need(len(ann.get("/api/v1/me/texts").json()["texts"]) == 1, "not one text")
        need(ann.ask("DELETE", place).status == 204, "not thrown away")
        need(ann.get(place).status == 404, "thrown away, and still there")
        for slot in ("..%2F..%2Fkeys", str(node.folder / "keys").replace("/", "%2F"), ".", ".."):
            lee.ask("DELETE", f"/api/v1/me/texts/{slot}")
            need((node.folder / "keys").is_file(), f"{slot} leads out of the folder")
        large = Browser(node).ask("PUT", place, {"text": "x" * 20_000})
        need(large.status == 413, f"a stranger sends much: {large.status}")


def colleagues_records():
    """accounts: no way of writing changes what a colleague holds"""
    with World() as world:
        node = world.node("a")
        ann, lee = join(node, "Ann Bell", "teacher"), join(node, "Lee Marsh", "teacher")

        def tip(words, **more):
            file = f'---\ntitle: "A tip"\n{QUICK_TIP}---\n{words}\n'
            return {"file": file, "reach": "school", **more}

        origin = {"origin": "tip.md", "place": "/tips/tip.md"}
        held = ann.post("/api/v1/records", tip("Ann has said so.", **origin))
        need(held.status == 201, f"{held.status} {held.body!r}")
        over = lee.post("/api/v1/records", tip("Lee says no.", replace=True, **origin))
        need(over.code() == "record.other-writer", f"by its origin: {over.body!r}")
        about = [{"id": held.json()["id"], "relation": "supersedes"}]
        over = lee.post("/api/v1/records", tip("Lee says no.", about=about))
        need(over.code() == "record.other-writer", f"as its successor: {over.body!r}")
        shown = lee.get(f"/api/v1/records/{held.json()['id']}").json()
        need("Ann has said so." in json.dumps(shown), "Ann's words are gone")


def text_check():
    """accounts: whoever is signed in asks which lines may tell who a pupil is; nothing is kept"""
    with World() as world:
        node = world.node("a")
        people = [join(node, "Ann Bell", "teacher"), join(node, "Tom Tech", "technician")]
        words = "# Reading\n\nWe read aloud.\n\nAisha Khan in 4B reads alone now.\n"
        path = world.root / "reading.md"
        path.write_text(words)
        wanted = node.run("--json", "check", path).ok(4).document()["lines"]
        need(wanted, "the line is not found at all")
        for asker in people:
            told = asker.post("/api/v1/check", {"file": words})
            need(told.status == 200, f"{told.status} {told.body!r}")
            lines = [{k: v for k, v in each.items() if k != "place"}
                     for each in told.json()["lines"]]
            need(lines == wanted, f"{lines} is not {wanted}")
        in_form = {"file": "# Reading\n", "set": {"what-we-do": "Aisha Khan in 4B reads alone."}}
        found = people[0].post("/api/v1/check", in_form).json()["lines"]
        need(found and found[0]["place"] == "what-we-do", f"{found}")
        need(Browser(node).post("/api/v1/check", {"file": words}).status == 401, "for strangers")
        with socket.create_connection(tuple(node.web.rsplit(":", 1)), 10) as line:
            line.sendall((f"POST /api/v1/check HTTP/1.1\r\nHost: {node.web}\r\nCookie: staffroom="
                          f"{people[0].cookies['staffroom']}\r\nContent-Type: application/json\r\n"
                          f"Content-Length: {1 << 30}\r\n\r\n").encode())
            need(b" 413 " in line.recv(4096), "a text of any size is taken")
        need(people[0].get("/api/v1/records").json()["records"] == [], "it was kept")


if __name__ == "__main__":
    support.main(drafts_are_their_writers, unfinished_texts, colleagues_records, text_check)
