"""Accounts at a real node: who is let in where; what strangers, guessers, other pages get."""

import json
import pathlib
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from api import get, post
from people import PASSWORD, Browser, Program, Socket, join, link_token
from support import World, need, wait_until
from written import files_with

DRAFT = {"file": "# Albatross\n\nAll about the albatross.\n", "reach": "draft"}
SHARED = {
    "file": "# Cormorant\n\nAll about the cormorant.\n", "reach": "school",
    "set": {"form": "quick-tip", "what-we-do": "x", "where-it-worked": "x", "what-to-watch": "x"},
}
# How somebody is kept out, whatever the handler would say.
DOORS = ("request.token", "request.role", "request.scope")
STREAMS = ("/api/v1/events",)


def everybody(node):
    """Who may come, and by which words of the table they are let in: all of one set."""
    token = {scope: node.json("tokens", "add", f"a {scope} token", "--scope", scope)["token"]
             for scope in ("read", "write")}
    teacher = join(node, "Ann Bell", "teacher")
    own = teacher.post("/api/v1/tokens", {"name": "mine", "scope": "read"}).json()["token"]
    return {
        "stranger": (Browser(node), {"anyone"}, True),
        "teacher": (teacher, {"teacher"}, True),
        "lead": (join(node, "Lea Dee", "lead"), {"lead"}, True),
        "technician": (join(node, "Tom Tech", "technician"), {"technician"}, True),
        "token-read": (Program(node, token["read"]), {"token-read"}, False),
        "token-write": (Program(node, token["write"]), {"token-write"}, True),
        "a teacher's token": (Program(node, own), {"token-read", "teacher"}, False),
        "file token": (Program(node, (node.folder / "api.token").read_text().strip()),
                       {"owner"}, False),
        "owner": (Socket(node), {"owner"}, True),
    }


def every_route_by_everybody():
    """accounts: each route lets in whom the table names, and nobody else"""
    with World() as world:
        node = world.node("a")
        people = everybody(node)
        table = get(node, "/api/v1/openapi.json").json()["paths"]
        pairs = 0
        for pattern, operations in table.items():
            target = pattern
            for name in ("id", "hash", "network", "code", "slot"):
                target = target.replace("{%s}" % name, "nobody-of-this-name")
            for method, operation in operations.items():
                roles = set(operation["x-roles"])
                for name, (asker, words, may_change) in people.items():
                    if (method, pattern) == ("delete", "/api/v1/session") or "sessions" in pattern:
                        continue  # would end the sessions of this test; tested below
                    is_in = "anyone" in roles or (
                        words <= roles and (may_change or method == "get"))
                    # A body that no handler takes: what is let in is refused by its handler.
                    body = None if method == "get" else [] if method != "delete" else None
                    verb = "HEAD" if pattern in STREAMS else method.upper()
                    answer = asker.ask(verb, target, body)
                    what = f"{method} {pattern} by {name}: {answer.status}"
                    is_out = answer.status in (401, 403)
                    code = answer.json()["code"] if is_out and answer.body else "request.role"
                    is_door = is_out and code in DOORS
                    need(is_door != is_in, f"{what} {code}")
                    need("no-store" in answer.headers["Cache-Control"], f"{what}: may be kept")
                    pairs += 1
        need(pairs > 400, f"{pairs} pairs")


def guessing():
    """accounts: guessing is slowed, and does not lock a browser out that was there before"""
    with World() as world:
        node = world.node("a")
        ann = join(node, "Ann Bell", "teacher")
        stranger = Browser(node)
        statuses = [stranger.sign_in("Ann Bell", f"guess {i}").status for i in range(25)]
        need(set(statuses) == {401, 429}, f"{statuses}")
        need(statuses.count(401) < 10, f"{statuses.count(401)} passwords were looked at")
        slowed = stranger.sign_in("Ann Bell")
        need(slowed.status == 429 and int(slowed.headers["Retry-After"]) >= 1, f"{slowed.status}")
        need(ann.sign_in("Ann Bell").status == 200, "her own browser is locked out")
        unknown = Browser(node).sign_in("Nobody At All", "guess 1")
        need(unknown.body and unknown.status in (401, 429), f"{unknown.status}")


def other_pages():
    """accounts: a page of another place changes nothing and reads nothing"""
    with World() as world:
        node = world.node("a")
        ann = join(node, "Ann Bell", "teacher")
        own = f"http://{node.web}"
        for headers, status in (
            ({"Staffroom_CSRF": None}, 403), ({"Staffroom_CSRF": "0" * 64}, 403),
            ({"Origin": "https://evil.example"}, 403), ({"Origin": "null"}, 403),
            ({"Host": "evil.example"}, 421), ({"Host": "localhost.evil.example:80"}, 421),
            ({"Origin": own}, 200), ({}, 200),
        ):
            answer = ann.post("/api/v1/sync", **headers)
            need(answer.status == status, f"{headers}: {answer.status} {answer.body!r}")
        # A name that leads here: its page would read what comes back.
        for target in ("/api/v1/session", "/api/v1/records", "/api/v1/setup", "/"):
            answer = ann.get(target, Host="rebound.example")
            need(answer.status == 421, f"{target} under another name: {answer.status}")
        stranger = Browser(node)
        for headers in ({"Origin": "https://evil.example"}, {"Host": "rebound.example"}):
            answer = stranger.sign_in("Ann Bell", **headers)
            need(answer.status in (403, 421), f"signs in from {headers}: {answer.status}")
        form = stranger.ask("POST", "/api/v1/session", None, Content_Type="text/plain")
        need(form.status in (415, 422), f"a form signs in: {form.status}")


def sessions():
    """accounts: a session is new at each signing in, and ends when and where it should"""
    with World() as world:
        node = world.node("a")
        ann = join(node, "Ann Bell", "teacher")
        before = dict(ann.cookies)
        ann.take(ann.sign_in("Ann Bell"))
        need(ann.cookies["staffroom"] != before["staffroom"], "the session's cookie stayed")
        planted = Browser(node)
        planted.cookies = before
        need(planted.get("/api/v1/session").status == 401, "the former session goes on")
        raw = ann.sign_in("Ann Bell").headers.get_all("Set-Cookie")
        for cookie in raw:
            for part in ("HttpOnly", "SameSite=Strict", "Path=/"):
                need(part in cookie, cookie)
        ann.csrf = ann.get("/api/v1/session").json()["csrf"]
        need(len(ann.csrf) == 64, "no guard against other pages")

        events = open_events(node, Cookie=f"staffroom={ann.cookies['staffroom']}")
        role = node.run("users", "role", "Ann Bell", "lead").ok()
        need("lead" in role.err, role.err)
        need(ann.get("/api/v1/session").status == 401, "a session outlives its role")
        need(ends(events), "a stream outlives its session")
        ann.take(ann.sign_in("Ann Bell"))
        need(ann.get("/api/v1/session").json()["person"]["role"] == "lead", "not the new role")

        second = Browser(node, "second")
        second.take(second.sign_in("Ann Bell"))
        listed = node.json("users", "sessions", "Ann Bell")["sessions"]
        need({each["browser"] for each in listed} == {"test", "second"}, f"{listed}")
        need(node.json("users", "sessions", "Ann Bell", "--end")["ended"] == 2, "not both ended")
        need(second.get("/api/v1/session").status == 401, "signed out, and still in")
        ann.take(ann.sign_in("Ann Bell"))
        need(ann.ask("DELETE", "/api/v1/session").status == 204, "cannot sign out")
        need("staffroom" not in ann.cookies, "the cookie stays")
        need(ann.get("/api/v1/session").status == 401, "signed out, and still in")


def links():
    """accounts: a link works once, the last one of a person only, and never for two"""
    with World() as world:
        node = world.node("a")
        first = node.json("users", "add", "Ann Bell", "--role", "teacher")["link"]
        second = node.json("users", "reset", "Ann Bell")["link"]
        browser = Browser(node)

        def redeem(link, password=PASSWORD):
            return browser.post(
                "/api/v1/session/link", {"token": link_token(link), "password": password})

        need(redeem(first).status == 410, "an older link works")
        need(redeem(second, "short").status == 422, "a short password is taken")
        need(redeem(second).status == 200, "the link does not work")
        need(redeem(second).status == 410, "a link works twice")
        need(b"a password" not in b"".join(
            path.read_bytes() for path in (node.folder / "accounts").iterdir() if path.is_file()),
            "a password is on the disk")
        node.run("users", "add", "ANN  bell", "--role", "lead").refused((1, 5))
        node.run("users", "add", "\u0410nn Bell", "--role", "lead").refused((1, 5))


def leaving():
    """accounts: who leaves is out at once, and a colleague goes on with what was shared"""
    with World() as world:
        node = world.node("a")
        ann, lee = join(node, "Ann Bell", "teacher"), join(node, "Lee Marsh", "teacher")
        shared = ann.post("/api/v1/records", SHARED).json()["id"]
        draft = ann.post("/api/v1/records", DRAFT).json()["id"]
        wrong = {"reason": "a count was wrong"}
        refused = lee.post(f"/api/v1/records/{shared}/retraction", wrong, If_Match="*")
        need(refused.status == 403 and refused.code() == "record.other-writer", f"{refused.body}")
        left = node.json("users", "leave", "Ann Bell", "--to", "Lee Marsh")
        need(left["handed_over"] == 1 and left["person"]["state"] == "left", f"{left}")
        need(ann.get("/api/v1/session").status == 401, "has left, and is still in")
        need(ann.sign_in("Ann Bell").status in (401, 429), "has left, and signs in")
        taken = lee.post(f"/api/v1/records/{shared}/retraction", wrong, If_Match="*")
        need(taken.status == 201, f"{taken.status} {taken.body!r}")
        need(lee.get(f"/api/v1/records/{draft}").status == 404, "a draft was handed over")
        listed = {each["name"]: each["state"] for each in node.lines("users", "list")}
        need(listed == {"Ann Bell": "left", "Lee Marsh": "active"}, f"{listed}")


def own_drafts():
    """accounts: a teacher deletes drafts of one's own, and nothing that a colleague has read"""
    with World() as world:
        node = world.node("a")
        ann, lee = join(node, "Ann Bell", "teacher"), join(node, "Lee Marsh", "teacher")
        lea, tom = join(node, "Lea Dee", "lead"), join(node, "Tom Tech", "technician")
        draft = ann.post("/api/v1/records", DRAFT).json()["id"]
        place = f"/api/v1/records/{draft}/deletion"
        token = ann.post("/api/v1/tokens", {"name": "mine", "scope": "write"}).json()["token"]
        for who, asker, status in (("a colleague", lee, 404), ("a lead", lea, 404),
                                   ("a technician", tom, 403),
                                   ("a program", Program(node, token), 403)):
            answer = asker.post(place, {})
            need(answer.status == status, f"{who}: {answer.status} {answer.body!r}")
        shown = ann.post(place, {"dry_run": True})
        need(shown.status == 200 and shown.json()["entries"] == 1, f"{shown.body!r}")
        need(ann.get(f"/api/v1/records/{draft}").json()["body_state"] == "have", "a dry run")
        need(ann.post(place, {}).status == 200, "her own draft stays")
        wait_until(lambda: not files_with(("albatross",), node.folder), 20, "no byte of it is left")

        shared = ann.post("/api/v1/records", SHARED).json()["id"]
        refused = ann.post(f"/api/v1/records/{shared}/deletion", {})
        need(refused.status == 403 and refused.code() == "erasure.read-by-colleagues",
             f"{refused.status} {refused.body!r}")
        # A draft in its place would take along what it stands for.
        over = {**DRAFT, "about": [{"id": shared, "relation": "supersedes"}]}
        written = ann.post("/api/v1/records", over)
        refused = ann.post(f"/api/v1/records/{written.json()['id']}/deletion", {})
        need(refused.status == 403, f"{refused.status} {refused.body!r}")
        need(lee.get(f"/api/v1/records/{shared}").json()["body_state"] == "have", "it is gone")
        theirs = lee.post(f"/api/v1/records/{shared}/deletion", {})
        need(theirs.status == 403 and theirs.code() == "record.other-writer", f"{theirs.body!r}")
        need(lea.post(f"/api/v1/records/{shared}/deletion", {}).status == 200, "a lead may not")


def from_inside():
    """accounts: a technician makes no teacher's link, and what a leaver began is told to nobody"""
    with World() as world:
        node = world.node("a")
        lea, tom = join(node, "Lea Dee", "lead"), join(node, "Tom Tech", "technician")
        ann = join(node, "Ann Bell", "teacher")
        asked = tom.post("/api/v1/people", {"name": "Mal Ory", "role": "teacher"})
        need(asked.status == 201 and asked.json()["link"] is None, f"{asked.body!r}")
        need(asked.json()["person"]["state"] == "waiting", f"{asked.body!r}")
        refused = tom.post("/api/v1/people/Ann%20Bell/reset")
        need(refused.status == 403, f"a teacher is reset: {refused.status}")
        need(ann.get("/api/v1/session").status == 200, "she is out all the same")
        link = lea.post("/api/v1/people/Mal%20Ory/reset").json()["link"]
        redeemed = Browser(node).post(
            "/api/v1/session/link", {"token": link_token(link), "password": PASSWORD})
        need(redeemed.status == 200, f"a lead's link: {redeemed.status}")

        place = "/api/v1/people/Ann%20Bell/texts"
        need(ann.ask("PUT", "/api/v1/me/texts/new-a", {"text": "albatross", "base": ""}).status
             == 200, "not saved")
        need(lea.get(place).status == 403, "what she is writing is told")
        node.run("users", "texts", "Ann Bell").refused((1, 5))
        node.run("users", "leave", "Ann Bell", "--to", "Lea Dee").ok()
        need(tom.get(place).status == 403, "a technician is told")
        told = lea.get(place)
        need(told.json() == {"texts": 1, "bytes": 9}, f"{told.body!r}")
        need(node.json("users", "texts", "Ann Bell", "--delete")["texts"] == 1, "not deleted")
        need(lea.get(place).json()["texts"] == 0, "still there")
        need(not any(b"albatross" in path.read_bytes()
                     for path in (node.folder / "texts").rglob("*") if path.is_file()), "on disk")


def passwords():
    """accounts: a new password ends what the old one has opened, and is guessed no quicker"""
    with World() as world:
        node = world.node("a")
        ann, second = join(node, "Ann Bell", "teacher"), Browser(node, "second")
        second.take(second.sign_in("Ann Bell"))
        token = ann.post("/api/v1/tokens", {"name": "mine", "scope": "read"}).json()["token"]
        place, new = "/api/v1/me/password", "another password"
        streams = [open_events(node, Cookie=f"staffroom={second.cookies['staffroom']}"),
                   open_events(node, Authorization=f"Bearer {token}")]
        own = open_events(node, Cookie=f"staffroom={ann.cookies['staffroom']}")
        need(ann.post(place, {"old": PASSWORD, "new": new}).status == 204, "not changed")
        need(ann.get("/api/v1/session").status == 200, "signed out by one's own change")
        need(second.get("/api/v1/session").status == 401, "another session goes on")
        need(Program(node, token).get("/api/v1/status").status == 401, "a token goes on")
        for stream in streams:
            need(ends(stream), "a stream goes on")
        need(not ends(own, 1), "one's own stream has ended")
        guesses = [ann.post(place, {"old": f"guess {i}", "new": new}) for i in range(12)]
        need([each.status for each in guesses].count(403) < 10, "guessed as often as one likes")
        need(guesses[-1].status == 429 and int(guesses[-1].headers["Retry-After"]) > 0,
             f"{guesses[-1].status}")
        link = node.json("users", "reset", "Ann Bell")["link"]
        need(ends(own), "a stream outlives a reset")
        need(ann.get("/api/v1/session").status == 401, "a session outlives a reset")
        need(second.sign_in("Ann Bell", new).status == 401, "the old password outlives a reset")
        redeemed = second.post(
            "/api/v1/session/link", {"token": link_token(link), "password": PASSWORD}
        )
        need(redeemed.status == 200, f"the link opens nothing: {redeemed.status}")


def open_events(node, **headers):
    """A stream of events, under way."""
    stream = socket.create_connection(tuple(node.web.rsplit(":", 1)), 10)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    stream.sendall(f"GET /api/v1/events HTTP/1.1\r\nHost: {node.web}\r\n{lines}\r\n".encode())
    need(b"200 OK" in stream.recv(4096), "no events")
    return stream


def ends(stream, seconds=5):
    """Whether the node ends it within so long."""
    stream.settimeout(seconds)
    try:
        while stream.recv(4096):
            pass
    except TimeoutError:
        return False
    return True


def tokens():
    """accounts: a token that has ended hears nothing more, and nobody uses up those of all"""
    with World() as world:
        node = world.node("a")
        ann, lee = join(node, "Ann Bell", "teacher"), join(node, "Lee Marsh", "teacher")
        made = [ann.post("/api/v1/tokens", {"name": f"t{i}", "scope": "read"}) for i in range(11)]
        need([each.status for each in made] == [201] * 10 + [413], f"{[x.status for x in made]}")
        need(lee.post("/api/v1/tokens", {"name": "t", "scope": "read"}).status == 201, "none left")
        streams = [open_events(node, Authorization=f"Bearer {each.json()['token']}")
                   for each in made[:2]]
        need(ann.ask("DELETE", "/api/v1/tokens/t0").status == 200, "not ended")
        need(ends(streams[0]), "a stream outlives its token")
        need(not ends(streams[1], 1), "the stream of another token has ended")


def at_once():
    """accounts: a node answers others while passwords are checked, and refuses what is too much"""
    with World() as world:
        node = world.node("a")
        join(node, "Ann Bell", "teacher")
        host, port = node.web.rsplit(":", 1)
        body = json.dumps({"name": "Ann Bell", "password": "guess"}).encode()
        head = (f"POST /api/v1/session HTTP/1.1\r\nHost: {node.web}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode()
        before = node.rss_bytes()
        lines = [socket.create_connection((host, int(port)), 10) for _ in range(30)]
        for line in lines:
            line.sendall(head + body)
        begin = time.monotonic()
        need(post(node, "/api/v1/sync", {}).status == 200, "no answer meanwhile")
        need(time.monotonic() - begin < 5, "others wait for passwords")
        grown = node.rss_bytes() - before
        support.need_memory(grown, 200 * 1024 * 1024)
        for line in lines:
            need(line.recv(4096).startswith(b"HTTP/1.1 "), "no answer to a guess")
            line.close()


if __name__ == "__main__":
    support.main(
        every_route_by_everybody, guessing, other_pages, sessions, links, leaving, from_inside,
        own_drafts, passwords, tokens, at_once,
    )
