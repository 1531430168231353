"""The first start of a node: its code, its first account, and a school that nobody has set up."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from people import PASSWORD, Browser
from support import World, need, wait_until

FIRST = {"name": "Lea Dee", "password": PASSWORD, "role": "lead"}


def first_start():
    """first start: a new node waits for its code, and the first account is whoever has it"""
    with World() as world:
        node = world.node("a")
        browser = Browser(node)
        need(browser.get("/api/v1/setup").json() == {"needed": True, "step": "code"}, "no set-up")
        need(browser.post("/api/v1/setup/accounts", FIRST).status == 401, "set up without the code")
        code = node.json("setup", "code")["code"]
        begun = browser.post("/api/v1/setup/session", {"code": code.upper().replace("-", " ")})
        browser.csrf = begun.json()["csrf"]
        need(browser.get("/api/v1/setup").json()["step"] == "accounts", "not the accounts")
        need(browser.get("/api/v1/records").status == 401, "the code opens more than the set-up")
        made = browser.post("/api/v1/setup/accounts", FIRST)
        browser.take(made)
        need(browser.get("/api/v1/session").json()["person"]["role"] == "lead", "not signed in")
        need(browser.get("/api/v1/setup").json()["needed"] is False, "still to be set up")
        node.run("setup", "code").refused((1, 5))
        late = Browser(node).post("/api/v1/setup/session", {"code": code})
        need(late.status == 409, f"the code works after the first account: {late.status}")
        need(browser.post("/api/v1/networks", {"name": "Rivers", "focus": "writing"}).status == 201,
             "a lead founds no network")


def empty_folder():
    """first start: an empty folder becomes, by the code, a school that keeps its phrase"""
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
                answer = browser.post("/api/v1/setup/accounts", FIRST)
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
        node.stop()
        elsewhere = world.root / "elsewhere.toml"
        elsewhere.write_text("[trace]\nlevel = \"info\"\n")
        node.start(more=("--config", elsewhere))
        need(node.json("status")["school"]["name"] == school["name"],
             "settings from another file take the name that the page gave")


def started_empty(world):
    """A node on a folder in which nothing is yet."""
    node = support.Node(world.root, "new")
    world.nodes.append(node)
    node.folder.mkdir(mode=0o700)
    node.environment = {"STAFFROOM_NODE_LISTEN": "127.0.0.1:0",
                        "STAFFROOM_NODE_WEB": "127.0.0.1:0"}
    return node.start()


def ended_while_named():
    """first start: who ends the node while it takes up its name has ended it"""
    with World() as world:
        node = started_empty(world)
        browser = Browser(node)
        code = node.json("setup", "code")["code"]
        browser.csrf = browser.post("/api/v1/setup/session", {"code": code}).json()["csrf"]
        shown = browser.post("/api/v1/setup/school", {"name": "Oakdene", "place": ""}).json()
        words = shown["phrase"].split()
        right = {str(place): words[place - 1] for place in shown["check"]}
        need(browser.post("/api/v1/setup/phrase", {"words": right}).status == 200, "not right")
        need(node.stop() in (0, -15), "ended otherwise")  # and not by a wait without end


def signing_out():
    """first start: whoever signs out leaves nothing that makes a lead"""
    with World() as world:
        node = world.node("a")
        browser, other = Browser(node), Browser(node)
        code = node.json("setup", "code")["code"]
        for each in (browser, other):
            each.csrf = each.post("/api/v1/setup/session", {"code": code}).json()["csrf"]
        setup_csrf = browser.csrf
        made = browser.post("/api/v1/setup/accounts", FIRST)
        need(made.status == 201, f"{made.status} {made.body!r}")
        late = other.post("/api/v1/setup/accounts", {**FIRST, "name": "Mal Ory"})
        need(late.status == 401, f"another browser goes on: {late.status}")
        colleague = {**FIRST, "name": "Tom Tech", "role": "technician"}
        need(browser.post("/api/v1/setup/accounts", colleague).status == 201, "no colleague")
        need(browser.get("/api/v1/session").status == 200, "signed out by a colleague's account")
        kept = Browser(node)
        kept.cookies, kept.csrf = dict(browser.cookies), setup_csrf
        browser.take(made)
        need(browser.ask("DELETE", "/api/v1/session").status == 204, "cannot sign out")
        need(not any("setup" in name for name in browser.cookies), f"{browser.cookies}")
        for each in (browser, kept):
            each.csrf = setup_csrf
            answer = each.post("/api/v1/setup/accounts", {**FIRST, "name": "Mal Ory"})
            need(answer.status == 401, f"signed out, and makes a lead: {answer.status}")
        need(len(node.lines("users", "list")) == 2, "somebody was made")


def fresh_school():
    """first start: nothing is written into a school whose phrase nobody has, nor is a file lost"""
    with World() as world:
        node = started_empty(world)
        school = node.json("status")["school"]["id"]
        record = world.root / "tip.md"
        record.write_text("# A tip\n\nRead aloud.\n")
        for command in (("network", "create", "Rivers", "--focus", "writing"),
                        ("users", "add", "Ann Bell", "--role", "lead"),
                        ("tokens", "add", "timetable", "--scope", "write"),
                        ("publish", record, "--reach", "school")):
            node.run(*command).refused((1, 5), "phrase")
        need(node.lines("users", "list") == [], "somebody has an account")
        own = node.folder / "notes.txt"
        own.write_text("mine")
        node.stop()
        node.start()
        need(node.json("status")["school"]["id"] != school, "the phrase of this school is lost")
        need(own.read_text() == "mine", "a file that no node made is gone")


if __name__ == "__main__":
    support.main(first_start, empty_folder, ended_while_named, signing_out, fresh_school)
