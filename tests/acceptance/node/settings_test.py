"""What technicians change on the page while a node runs: which settings, within what bounds, in
force at once, kept, told of; and what a stolen session of theirs cannot do."""

import pathlib
import socket
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from people import Browser, Socket, join
from support import World, need

ADDRESS = "/api/v1/settings"
# What would move the node's words or its door, believe or let in somebody else, push out what was
# kept, or hide what was done.
HARMFUL = (
    ("backup.folder", "/srv/www", 409), ("backup.folder", "//attacker/share", 409),
    ("node.listen", "0.0.0.0:80", 409), ("node.web", "0.0.0.0:7480", 409),
    ("node.addresses", "attacker.example:7420", 409), ("node.web_proxies", "10.0.0.1", 409),
    ("node.web_names", "attacker.example", 409), ("accounts.session_days", 90, 409),
    ("accounts.password_memory_mib", 8, 409), ("school.name", "Another School", 409),
    ("school.licence", "CC-BY-4.0", 409), ("backup.keep", 1, 422), ("backup.keep", 13, 422),
    ("backup.keep", 1001, 422), ("backup.every", "1h", 422), ("backup.every", "never", 422),
    ("trace.level", "error", 422), ("trace.level", "warning", 422),
    ("node.disk_floor_mb", 0, 422), ("node.disk_floor_mb", 1_000_000, 422),
    ("limits.web_idle_seconds", 3601, 422), ("limits.event_heartbeat_seconds", 61, 422),
    # Of another type, and what would break out of the file.
    ("backup.keep", "20", 422), ("trace.level", 3, 422),
    ("trace.level", 'info"\n[node]\nlisten = "0.0.0.0:80', 422),
    ("backup.every\n[node]\nlisten", "1d", 404), ("no.such", 1, 404), ("", 1, 404),
    ("backup.keep", [20], 422), ("backup.keep", 20.5, 422), ("backup.keep", True, 422),
    ("backup.keep", {}, 422),
)


def settings_of(who):
    answer = who.get(ADDRESS)
    need(answer.status == 200, f"{answer.status} {answer.body!r}")
    return {each["setting"]: each for each in answer.json()["settings"]}


def change(who, name, value, **more):
    return who.post(ADDRESS, {"setting": name, "value": value, **more})


def changed(who, name, value):
    answer = change(who, name, value)
    need(answer.status == 200, f"{name}: {answer.status} {answer.body!r}")
    return answer.json()


def shown(node, name):
    return next(each for each in node.lines("config", "show", "--origin")
                if each["setting"] == name)


def again(node):
    """Jo, signed in at a node that has started again."""
    browser = Browser(node)
    return browser.take(browser.sign_in("Jo Tanner"))


def page_file(node):
    return pathlib.Path(node.folder) / "page.toml"


def by_whom():
    """settings: technicians and the owner read and change them, nobody else"""
    with World() as world:
        node = world.node("a")
        jo = join(node, "Jo Tanner", "technician")
        for name, role in (("Ann Bell", "teacher"), ("Lee Marsh", "lead")):
            person = join(node, name, role)
            need(person.get(ADDRESS).status == 403, f"a {role} reads them")
            need(change(person, "backup.keep", 20).status == 403, f"a {role} changes one")
        need(not page_file(node).exists(), "a refusal has written")
        changed(jo, "backup.keep", 20)
        answer = Socket(node).ask("POST", ADDRESS, {"setting": "backup.keep", "value": 30})
        need(answer.status == 200 and answer.json()["value"] == 30, f"the owner: {answer.body!r}")
        need(page_file(node).exists(), "nothing is kept")


def is_closed_within(node, seconds):
    """Whether a connection on which one question was asked is closed that soon."""
    host, port = node.web.rsplit(":", 1)
    with socket.create_connection((host, int(port)), seconds) as line:
        line.sendall(f"GET /healthz HTTP/1.1\r\nHost: {node.web}\r\n\r\n".encode())
        try:
            while line.recv(4096):
                pass
        except TimeoutError:
            return False
        return True


def in_force_while_it_runs():
    """settings: a node that runs keeps to a change"""
    with World() as world:
        node = world.node("a")
        jo = join(node, "Jo Tanner", "technician")
        need(not is_closed_within(node, 20), "quiet connections are closed before anybody said so")
        changed(jo, "limits.web_idle_seconds", 15)
        need(is_closed_within(node, 30), "a quiet connection stays")


def told_and_kept():
    """settings: a change is told of, survives a restart, and can be taken back"""
    with World() as world:
        node = world.node("a")
        jo = join(node, "Jo Tanner", "technician")
        need(settings_of(jo)["trace.level"]["origin"] == "built-in", "somebody has set it")
        dry = change(jo, "trace.level", "debug", dry_run=True).json()
        need(dry["would_be"] == "debug" and dry["value"] == "info", f"{dry}")
        need(not page_file(node).exists(), "a dry run has written")

        row = changed(jo, "trace.level", "debug")
        need((row["value"], row["origin"], row["otherwise"]) == ("debug", "page", "info"), f"{row}")
        events = jo.get("/api/v1/log?level=notice").json()["events"]
        told = next(each["fields"] for each in events if each["code"] == "settings.changed")
        jo_id = next(each["id"] for each in jo.get("/api/v1/people").json()["people"]
                     if each["name"] == "Jo Tanner")
        need(told == {"setting": "trace.level", "from": "info", "to": "debug", "by": jo_id[:8]},
             f"the trace says {told}")
        changed(jo, "backup.keep", 40)
        written = page_file(node).stat().st_mtime_ns
        for _ in range(3):  # the same again washes nothing out of the trace
            changed(jo, "backup.keep", 40)
        events = jo.get("/api/v1/log?level=notice").json()["events"]
        changes = [each for each in events if each["code"] == "settings.changed"]
        need(len(changes) == 2 and page_file(node).stat().st_mtime_ns == written, f"{changes}")
        need(shown(node, "backup.keep")["origin"] == "page", "config show --origin")

        node.stop()
        node.start()
        jo = again(node)
        rows = settings_of(jo)
        need(rows["backup.keep"]["value"] == 40, "a restart forgets")
        need(rows["trace.level"]["value"] == "debug", "a restart forgets the other one")
        need(changed(jo, "backup.keep", None)["origin"] == "built-in", "null takes nothing away")
        need(shown(node, "backup.keep")["value"] == 14, "it is not as before")
        need(shown(node, "trace.level")["value"] == "debug", "the other one has gone with it")


def what_a_file_says_stands():
    """settings: what the file or the environment says is shown, and no page changes it"""
    with World() as world:
        node = world.node("a")
        jo = join(node, "Jo Tanner", "technician")
        changed(jo, "backup.keep", 40)
        node.stop()
        file = pathlib.Path(node.folder) / "staffroom.toml"
        before = file.read_text()
        file.write_text(before + "\n[backup]\nkeep = 3\n")
        node.environment["STAFFROOM_TRACE_LEVEL"] = "notice"
        node.start()
        jo = again(node)
        rows = settings_of(jo)
        keep, level = rows["backup.keep"], rows["trace.level"]
        need((keep["value"], keep["origin"], keep["changeable"]) == (3, "file", False), f"{keep}")
        need(keep["file"].endswith("staffroom.toml") and keep["line"] > 1, f"{keep}")
        need((level["value"], level["variable"]) == ("notice", "STAFFROOM_TRACE_LEVEL"), f"{level}")
        for name, value, place in (("backup.keep", 50, "staffroom.toml:"),
                                   ("trace.level", "debug", "STAFFROOM_TRACE_LEVEL")):
            answer = change(jo, name, value)
            need(answer.status == 409, f"{name}: {answer.status}")
            need(answer.json()["code"] == "settings.fixed", f"{answer.body!r}")
            need(place in answer.json()["detail"], f"no place: {answer.body!r}")
        need(settings_of(jo)["backup.keep"]["value"] == 3, "it has changed")
        changed(jo, "node.disk_floor_mb", 300)

        node.stop()
        file.write_text(before)
        node.start()
        jo = again(node)
        need(settings_of(jo)["backup.keep"]["value"] == 40, "what the page had set has gone")


def a_stolen_session():
    """settings: a stolen session moves no folder, opens no door, hides nothing"""
    with World() as world:
        node = world.node("a")
        jo = join(node, "Jo Tanner", "technician")
        before = settings_of(jo)
        for name, value, status in HARMFUL:
            answer = change(jo, name, value)
            need(answer.status == status, f"{name} {value!r}: {answer.status} {answer.body!r}")
            need(answer.json()["detail"] and answer.json()["next"], f"{name}: no sentence")
        need(settings_of(jo) == before, "something has changed")
        need(not page_file(node).exists(), "something was written")
        words = change(jo, "backup.keep", 1).json()["detail"]
        need(words == "backup.keep has to be a whole number from 14 to 1000.", words)


def a_file_of_the_page_that_is_damaged():
    """settings: a damaged file of the page stops no node, and the next change mends it"""
    with World() as world:
        node = world.node("a")
        join(node, "Jo Tanner", "technician")
        texts = ("[backup\nkeep = 20\n", "[backup]\nkeep = 1\n", "\0" * 99,
                 '[node]\nweb_proxies = ["10.0.0.1"]\n', "[backup]\nkeeep = 20\n", "x" * 100_000)
        for count, text in enumerate(texts, 1):
            node.stop()
            page_file(node).write_text(text)
            node.start()
            jo = again(node)
            need(settings_of(jo)["backup.keep"]["value"] == 14, f"{text[:40]!r} is believed")
            need(settings_of(jo)["node.web_proxies"]["value"] == [], f"{text[:40]!r} is believed")
            trace = (node.folder.parent / "a.trace").read_text(errors="replace")
            need(trace.count("settings.page-ignored") == count, f"{text[:40]!r}: nobody is told")
            need(changed(jo, "backup.keep", 20)["value"] == 20, "it is not mended")
            node.stop()
            node.start()
            jo = again(node)
            need(settings_of(jo)["backup.keep"]["value"] == 20, "it is not kept")


if __name__ == "__main__":
    support.main(
        by_whom, in_force_while_it_runs, told_and_kept, what_a_file_says_stands, a_stolen_session,
        a_file_of_the_page_that_is_damaged,
    )
