"""Accounts at a real node: who is let in where; what strangers, guessers, other pages get."""

import json
import socket
import time

import support
from api import get, post
from people import PASSWORD, Browser, Program, Socket, join, link_token
from support import QUICK_TIP, World, need, wait_until

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

        events = socket.create_connection(tuple(node.web.rsplit(":", 1)), 10)
        cookie = f"staffroom={ann.cookies['staffroom']}"
        head = f"GET /api/v1/events HTTP/1.1\r\nHost: {node.web}\r\nCookie: {cookie}\r\n\r\n"
        events.sendall(head.encode())
        need(b"200 OK" in events.recv(4096), "no events")
        role = node.run("users", "role", "Ann Bell", "lead").ok()
        need("lead" in role.err, role.err)
        need(ann.get("/api/v1/session").status == 401, "a session outlives its role")
        events.settimeout(5)
        while events.recv(4096):
            pass  # ends when the session has
        events.close()
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


def first_start():
    """accounts: a new node waits for its code, and the first account is whoever has it"""
    with World() as world:
        node = world.node("a")
        browser = Browser(node)
        need(browser.get("/api/v1/setup").json() == {"needed": True, "step": "code"}, "no set-up")
        first = {"name": "Lea Dee", "password": PASSWORD, "role": "lead"}
        need(browser.post("/api/v1/setup/accounts", first).status == 401, "set up without the code")
        code = node.json("setup", "code")["code"]
        begun = browser.post("/api/v1/setup/session", {"code": code.upper().replace("-", " ")})
        browser.csrf = begun.json()["csrf"]
        need(browser.get("/api/v1/setup").json()["step"] == "accounts", "not the accounts")
        need(browser.get("/api/v1/records").status == 401, "the code opens more than the set-up")
        made = browser.post("/api/v1/setup/accounts", first)
        browser.take(made)
        need(browser.get("/api/v1/session").json()["person"]["role"] == "lead", "not signed in")
        need(browser.get("/api/v1/setup").json()["needed"] is False, "still to be set up")
        node.run("setup", "code").refused((1, 5))
        late = Browser(node).post("/api/v1/setup/session", {"code": code})
        need(late.status == 409, f"the code works after the first account: {late.status}")
        need(browser.post("/api/v1/networks", {"name": "Rivers", "focus": "writing"}).status == 201,
             "a lead founds no network")


def empty_folder():
    """accounts: a node on an empty folder leads from the code to a school that keeps its phrase"""
    with World() as world:
        node = support.Node(world.root, "new")
        world.nodes.append(node)
        node.start_in_vain().refused((1, 78), "school")  # a folder that is not there is a slip
        node.folder.mkdir(mode=0o700)
        port = support.free_port()
        node.environment = {"STAFFROOM_NODE_LISTEN": "127.0.0.1:0",
                            "STAFFROOM_NODE_WEB": f"127.0.0.1:{port}"}

        def begin():
            node.start()
            browser = Browser(node)
            code = node.json("setup", "code")["code"]
            begun = browser.post("/api/v1/setup/session", {"code": code})
            browser.csrf = begun.json()["csrf"]
            need(browser.get("/api/v1/setup").json()["step"] == "school", "not the school first")
            early = browser.post("/api/v1/setup/accounts", {"name": "Lea", "password": PASSWORD})
            need(early.status == 409, f"an account before the phrase: {early.status}")
            return browser, browser.post("/api/v1/setup/school", school).json()

        school = {"name": "Oakdene \"Primary\"", "place": "Oakdene"}
        _, lost = begin()
        node.stop()  # whoever saw that phrase may have lost it: it opens nothing
        browser, shown = begin()
        words = shown["phrase"].split()
        need(len(words) == 24 and words != lost["phrase"].split(), "not a phrase of its own")
        need(len(set(shown["check"])) == 3 and shown["check"] == sorted(shown["check"]), f"{shown}")
        wrong = {str(place): "zebra" for place in shown["check"]}
        need(browser.post("/api/v1/setup/phrase", {"words": wrong}).status == 422, "any words do")
        right = {str(place): f" {words[place - 1].upper()}" for place in shown["check"]}
        need(browser.post("/api/v1/setup/phrase", {"words": right}).status == 200, "not right")
        for path in node.folder.rglob("*"):
            if path.is_file():
                need(words[0].encode() + b" " + words[1].encode() not in path.read_bytes(),
                     f"{path} holds the phrase")

        def made_account():
            try:
                first = {"name": "Lea Dee", "password": PASSWORD, "role": "lead"}
                answer = browser.post("/api/v1/setup/accounts", first)
            except OSError:
                return None  # the node begins again, with its name
            return answer if answer.status != 503 else None

        made = wait_until(made_account, 20, "the school with its name", 0.2)
        browser.take(made)
        need(made.json()["school"]["name"] == school["name"], f"{made.json()}")
        node.stop()
        node.start()
        need(browser.get("/api/v1/session").status == 200, "the session is lost by a start")
        need(node.json("status")["school"]["name"] == school["name"], "the name is lost")


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
        every_route_by_everybody, drafts_are_their_writers, guessing, other_pages, sessions, links,
        leaving, unfinished_texts, colleagues_records, first_start,
        empty_folder, at_once
    )
