"""The bundle for whoever helps: it says how the node is, and nothing of people, records or keys."""

import pathlib
import re
import stat
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from people import PASSWORD, Browser
from people import join as join_people
from support import World, free_port, join, need, write_record

REFUSED = 5
NETWORK = "Zennorwaters"
READER = "203.0.113.77"
SECTIONS = ["versions", "settings", "data folder", "counts", "doctor", "metrics", "trace"]
SETTINGS = {
    "STAFFROOM_SCHOOL_NAME": "Porthcurno Primary",
    "STAFFROOM_SCHOOL_PLACE": "Trewidden",
    "STAFFROOM_SCHOOL_AREA": "Penwithshire",
    "STAFFROOM_SCHOOL_TRUST": "Lamorna Trust",
    "STAFFROOM_SCHOOL_NUMBERS": "urn:7654321",
    "STAFFROOM_SCHOOL_PERSON": "Demelza Carne",
    "STAFFROOM_NODE_WEB_NAMES": "staffroom.porthcurno.example",
    "STAFFROOM_NODE_WEB_PROXIES": "127.0.0.1",
    "STAFFROOM_LIMITS_DISK_LOW_MIB": "257",
    "STAFFROOM_TRACE_LEVEL": "debug",
}


def lively_node(world):
    """A node with everything that must not be told, and what it was: what -> words."""
    b = world.node("b", port=free_port())
    b.run("network", "create", NETWORK, "--focus", "writing").ok()
    phrase = world.root / "a.phrase"
    a = world.node("a", "--phrase-out", phrase, port=free_port(), start=False)
    a.environment = SETTINGS
    a.start()
    join(a, b, NETWORK)
    a.environment = {}
    path = write_record(world.root, "hidden.md", "Kynance after the storm")
    record = a.json("publish", path, "--network", NETWORK)["id"]
    draft = write_record(world.root, "draft.md", "Zawn of the gulls")
    a.run("publish", draft, "--reach", "draft").ok()
    secret = {"title": "Kynance after the storm", "draft": "Zawn of the gulls", "id": record}
    ann = join_people(a, "Loveday Tregenza", "teacher")
    ann.get("/api/v1/search?q=Kynancesearch", X_Forwarded_For=READER)
    wrong = Browser(a, agent="Mousehole/1.0").sign_in(
        "Loveday Tregenza", "not her passwordle", X_Forwarded_For=READER)
    need(wrong.status in (401, 403), f"{wrong.status}")
    secret["cookies"] = " ".join(ann.cookies.values())
    token = a.json("tokens", "add", "timetable", "--scope", "read", "--until", "2099-01-01")
    secret["token"] = max((str(value) for value in token.values()), key=len)
    secret["code"] = b.json("network", "invite", NETWORK)["code"]
    secret["own code"] = a.run("network", "invite", NETWORK).out
    a.run("network", "join", "Q7TC-F7FF-T3FV-FF1Z", b.listen)
    a.run("neighbour", "add", "gurnards-head.example:7420", "--network", NETWORK)
    a.run("backup", "create", "-o", world.root / "lanyonbackups").ok()
    secret["api.token"] = (a.folder / "api.token").read_text()
    secret["phrase"] = " ".join(phrase.read_text().split())
    secret["keys"] = (a.folder / "keys").read_bytes().hex()
    return a, b, secret


def need_silent(text, secret):
    lower = text.lower()
    words = ["kynance", "zawn", "loveday", "tregenza", "demelza", "carne", "porthcurno",
             "trewidden", "penwith", "lamorna", "7654321", "zennor", "gurnards", "lanyon",
             "mousehole", "passwordle", "q7tc", PASSWORD, READER, NETWORK, "timetable", "a school"]
    for what in ("cookies", "token", "api.token", "id", "code"):
        words += [part for part in re.split(r"[\s:|]+", secret[what]) if len(part) > 7]
    words += [word for word in re.findall(r"\b\w{4}(?:-\w{4}){3}\b", secret["own code"])]
    words.append(secret["keys"][40:72])
    phrase = secret["phrase"].split()
    words += [f"{one} {two}" for one, two in zip(phrase, phrase[1:])]
    for word in words:
        need(word.lower() not in lower, f"it says {word!r}")
    for ip in re.findall(r"\b\d{1,3}(?:\.\d{1,3}){3}\b", text):
        raise AssertionError(f"an address: {ip}")
    for key in re.findall(r"\b[a-z2-7]{40,}\b", text):
        raise AssertionError(f"a key or id: {key}")


def says_enough():
    """support: what a helper needs is in it, and it is nobody else's to read"""
    with World() as world:
        a, _, secret = lively_node(world)
        file = world.root / "node.txt"
        a.run("support", "-o", file).refused(REFUSED, "--yes")
        need(not file.exists(), "written without a yes")
        shown = a.run("support", "-o", file, "--dry-run").ok().out
        need(not file.exists(), "a dry run writes")
        need_silent(shown, secret)
        made = a.json("support", "-o", file, "--yes")
        need(made["sections"] == SECTIONS, f"{made}")
        text = file.read_text()
        need(made["bytes"] == len(text.encode()), f"{made}")
        need(stat.S_IMODE(file.stat().st_mode) == 0o600, "others may read it")
        need_silent(text, secret)
        for word in ("staffroom ", "keys 0600", "records 2",
                     "networks 1", "staffroom_up_seconds", "node.ready", "ok store.places-damaged",
                     "backup.made"):
            need(word in text, f"nothing of {word}: {text[:3000]}")
        a.run("support", "-o", file, "--yes").refused(1, "there already")
        link = world.root / "link.txt"
        link.symlink_to(world.root / "elsewhere.txt")
        a.run("support", "-o", link, "--yes").refused(1, "there already")


def settings_and_stops():
    """support: settings are told by value only where that says nothing; a stopped node tells too"""
    with World() as world:
        a, _, secret = lively_node(world)
        file = world.root / "node.txt"
        a.run("support", "-o", file, "--yes", env={**support.os.environ, **SETTINGS}).ok()
        text = file.read_text()
        need_silent(text, secret)
        for line in ("limits.disk_low_mib = 257", "trace.level = debug", "school.name = set",
                     "school.person = set", "node.web_names = set"):
            need(line in text, f"not {line}: {text[:1500]}")
        a.stop()
        file.unlink()
        a.run("support", "-o", file, "--yes").ok()
        text = file.read_text()
        need("does not answer" in text and "trouble node.running" in text, text[:2000])
        need_silent(text, secret)


support.main(says_enough, settings_and_stops)
