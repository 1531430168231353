"""Backups that a node makes by itself: their age is told everywhere, a failure is told with its way
out, damaged ones are in nobody's way, a check leaves nothing behind, and whoever waits for a
neighbour that is gone is let out."""

import os
import pathlib
import re
import subprocess
import sys
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import people
import support
from support import World, build_clock_shim, free_port, in_sync, join, need, shifted_clock
from support import wait_until, write_record

NETWORK = "Rivers"
ATTENTION = 4
REFUSED = 5
SECONDS = 90  # the first look at the clock comes 20 s after the start
A_DAY = 86400
CANARIES = ("qvxzjwkbquokka", "zzyxdraftnumbat", "wqfilebilbyxx")


def founded(world, name="a", **settings):
    phrase = world.root / f"{name}.phrase"
    node = world.node(name, "--phrase-out", phrase, port=free_port(), start=False)
    node.environment = settings
    node.start()
    node.run("network", "create", NETWORK, "--focus", "writing").ok()
    return node, phrase


def publish(node, root, title, *more):
    path = write_record(root, f"{title.replace(' ', '-')}.md", title)
    return node.json("publish", path, "--network", NETWORK, *more)["id"]


def backup_in_settings(folder, **more):
    return {"STAFFROOM_BACKUP_FOLDER": str(folder), **more}


def checks(node):
    document = node.run("--json", "doctor").ok(0, ATTENTION).document()
    return {check["code"]: check for check in document["checks"]}


def metric(node, name):
    token = (node.folder / "api.token").read_text().strip()
    request = urllib.request.Request(f"http://{node.web}/metrics",
                                     headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        text = answer.read().decode()
    found = re.search(rf"^{name} (\S+)$", text, re.MULTILINE)
    return float(found.group(1)) if found else None


def last_ms(node):
    return node.json("status")["backup"].get("last_ms", 0)


def by_itself():
    """backup: a folder in the settings is enough: made unasked, told everywhere, made up for"""
    with World() as world:
        folder = world.root / "backups"
        a, _ = founded(world)
        need(checks(a)["backup.none"]["level"] == "note", "nobody says that none is set up")
        need(metric(a, "staffroom_backup_last_success_timestamp_seconds") is None, "a time of none")
        a.stop()
        a.environment = backup_in_settings(folder)
        a.start()
        need(checks(a)["backup.age"]["level"] == "note", "nobody says that none was made yet")
        need(metric(a, "staffroom_backup_last_success_timestamp_seconds") == 0, "no zero for none")
        wait_until(lambda: last_ms(a) > 0, SECONDS, "a backup by itself", 0.5)
        standing = a.json("status")["backup"]
        listed = a.lines("backup", "list", "-o", folder)
        need([row["id"] for row in listed] == [standing["last_id"]], f"{listed} {standing}")
        need(abs(standing["last_ms"] / 1000 - time.time()) < SECONDS, f"{standing}")
        ahead = standing["next_ms"] / 1000 - time.time()
        need(0 < ahead < 2 * A_DAY, f"the next one is due in {ahead} s")
        need(checks(a)["backup.age"]["level"] == "ok", "a fresh one is not well")
        need(metric(a, "staffroom_backup_last_success_timestamp_seconds") * 1000
             == standing["last_ms"], "another time in the metrics")
        need("Backup    " in a.run("status").ok().out, "no line for people")
        need("old." in a.run("backup", "list", "-o", folder).ok().err, "no age in the list")
        first = standing["last_ms"]
        # Unplugged for three days: what was missed is made up for soon after the start.
        a.stop()
        a.environment |= shifted_clock(build_clock_shim(world.root), 3 * A_DAY)
        a.start()
        wait_until(lambda: last_ms(a) > first + 2 * A_DAY * 1000, SECONDS, "made up for", 0.5)
        need(len(a.lines("backup", "list", "-o", folder)) == 2, "not one more")
        # "never" is never, and old is trouble.
        a.stop()
        a.environment |= {"STAFFROOM_BACKUP_EVERY": "never", "SHIFT_CLOCK_S": str(12 * A_DAY)}
        a.start()
        old = checks(a)["backup.age"]
        need(old["level"] == "trouble" and "9 days ago" in old["sentence"], f"{old}")
        need("next_ms" not in a.json("status")["backup"], "never is some time")


def need_told_to_carers_alone(node, secret):
    """A pupil with a teacher's password is not told where the backups lie."""
    for name, role in (("Tess", "teacher"), ("Lee", "lead"), ("Kit", "technician")):
        answer = people.join(node, name, role).get("/api/v1/status")
        need(answer.status == 200, f"{role}: {answer.status}")
        is_told = secret.encode() in answer.body
        need(is_told == (role == "technician"), f"{role} is told where backups lie: {is_told}")
        need(answer.json()["backup"]["failed_code"] == "backup.folder", f"{answer.json()}")


def a_failure():
    """backup: one that fails is told with the next step, and the way out of it works"""
    with World() as world:
        folder = world.root / "no" / "backups"  # its parent is not there
        a, _ = founded(world, **backup_in_settings(folder))
        found = wait_until(lambda: checks(a).get("backup.folder"), SECONDS, "the failure", 0.5)
        need(found["level"] == "trouble" and str(folder) in found["sentence"], f"{found}")
        need(found["next"].startswith("see that it is mounted"), f"{found}")
        standing = a.json("status")["backup"]
        need(standing["failed_code"] == "backup.folder", f"{standing}")
        pause = (standing["next_ms"] - standing["failed_ms"]) / 1000
        need(pause == 300, f"tried again after {pause} s")
        need(metric(a, "staffroom_backup_last_failure_timestamp_seconds") > 0, "no metric of it")
        need_told_to_carers_alone(a, str(folder))
        a.stop()
        a.start()
        need("backup.folder" in checks(a), "a restart forgets the failure")
        folder.parent.mkdir()
        a.run("backup", "create").ok()
        found = checks(a)
        need("backup.folder" not in found and found["backup.age"]["level"] == "ok", f"{found}")
        need("failed_ms" not in a.json("status")["backup"], "the failure stays")


def damaged_ones():
    """backup: a damaged one is named, and old ones go all the same"""
    with World() as world:
        folder = world.root / "backups"
        a, phrase = founded(world, **backup_in_settings(
            folder, STAFFROOM_BACKUP_KEEP="2", STAFFROOM_BACKUP_EVERY="never"))
        made = []

        def make():
            publish(a, world.root, f"Record {len(made)}")
            time.sleep(1.1)  # a name has a second
            answer = a.json("backup", "create")
            made.append(answer["id"])
            return answer["unreadable"]

        need(make() == [] and make() == [], "something unreadable")
        manifest = folder / "backups" / made[1]
        manifest.write_bytes(manifest.read_bytes()[:-20])
        need(make() == [made[1]], "the damaged one is not named")
        note = checks(a)["backup.unreadable"]
        need(note["level"] == "note" and made[1] in note["sentence"], f"{note}")
        need(make() == [], "it stays though two newer ones can be read")
        left = a.lines("backup", "list", "-o", folder)
        need([row["id"] for row in left] == made[2:], f"{left}")
        for which in made[2:]:
            a.json("backup", "verify", which, "-o", folder)
        need("backup.unreadable" not in checks(a), "it is told of for ever")
        lost = world.root / "lost"
        a.run("backup", "restore", folder, "--to", lost, "--phrase-file", phrase).ok()


def killed_check():
    """backup: a check that is killed at any moment has left no word in the clear"""
    with World() as world:
        a, phrase = founded(world)
        for number in range(8):
            text = f"{CANARIES[0]} {number} " + "words of a record " * 400
            (world.root / f"big{number}.txt").write_text(f"{CANARIES[2]} {number}\n" * 40_000)
            path = write_record(world.root, f"r{number}.md", f"Record {number}")
            path.write_text(path.read_text() + f"\n{text}\n[A file](big{number}.txt)\n")
            a.run("publish", path, "--network", NETWORK, "--files").ok()
        path = write_record(world.root, "draft.md", "A draft")
        path.write_text(path.read_text() + f"\n{CANARIES[1]}\n")
        a.run("publish", path, "--reach", "draft").ok()
        folder = world.root / "backups"
        a.run("backup", "create", "-o", folder).ok()
        a.stop()
        # The machine that checks has the phrase and nothing else; all that it could write is here.
        machine = world.root / "machine"
        places = {name: machine / name for name in ("tmp", "home", "data", "run")}
        for place in places.values():
            place.mkdir(parents=True)
        before = set(os.listdir("/tmp"))
        environment = {**os.environ, "TMPDIR": str(places["tmp"]), "HOME": str(places["home"]),
                       "XDG_RUNTIME_DIR": str(places["run"])}
        command = [str(support.BIN_DIR / "staffroom"), "--data", str(places["data"]), "backup",
                   "verify", str(folder), "--phrase-file", str(phrase)]

        def check():
            return subprocess.Popen(command, env=environment, cwd=places["home"],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        def seconds():
            begun = time.monotonic()
            need(check().wait(SECONDS) == 0, "the check fails")
            return time.monotonic() - begun

        whole = min(seconds() for _ in range(3))  # the first one reads a cold disk
        moments = 40
        killed = 0
        for moment in range(moments):
            process = check()
            time.sleep(whole * (moment + 0.5) / moments)
            killed += process.poll() is None
            process.kill()
            process.wait(SECONDS)
            left = [path for path in machine.rglob("*") if path.is_file()]
            need(not left, f"killed after {moment}/{moments} of {whole} s, it left {left}")
        need(killed > moments / 4, f"only {killed} were killed in time")
        new = {name for name in set(os.listdir("/tmp")) - before if name.startswith("staffroom-v")}
        need(not new, f"in /tmp: {new}")
        sealed = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
        for canary in CANARIES:
            need(canary.encode() not in sealed, f"{canary} stands where backups lie")


def nobody_left():
    """backup settle: a restored node whose only neighbour is gone for ever is let out, knowingly"""
    with World() as world:
        b = world.node("b", port=free_port())
        b.run("network", "create", NETWORK, "--focus", "writing").ok()
        phrase = world.root / "a.phrase"
        a = world.node("a", "--phrase-out", phrase, port=free_port())
        join(a, b, NETWORK)
        record = publish(a, world.root, "One record")
        in_sync((a, b), NETWORK)
        folder = world.root / "backups"
        a.run("backup", "create", "-o", folder).ok()
        a.run("backup", "settle").refused(1, "waits for nobody")
        a.kill()
        b.stop()
        again = support.Node(world.root, "again")
        world.nodes.append(again)
        said = again.run("backup", "restore", folder, "--to", again.folder, "--phrase-file", phrase)
        need("backup settle" in said.ok().err, f"no word of it: {said.err}")
        again.environment = {"STAFFROOM_NODE_LISTEN": "127.0.0.1:0",
                             "STAFFROOM_NODE_WEB": "127.0.0.1:0"}
        again.start()
        again.run("list").refused(1, "not heard yet", "backup settle")
        found = checks(again)["node.catching-up"]
        need(found["level"] == "trouble" and "backup settle" in found["next"], f"{found}")
        need("backup settle" in again.run("status").ok(0, ATTENTION).out, "status does not tell")
        again.run("backup", "settle").refused(REFUSED, "erased since", "--yes")
        again.run("list").refused(1, "not heard yet")
        again.run("backup", "settle", "--yes").ok()
        need([row["id"] for row in again.lines("list")] == [record], "no records after all")
        events = {event["code"] for event in again.lines("log", "--level", "warning")}
        need("backup.settled-unheard" in events, f"not in the trace: {events}")
        need("node.catching-up" not in checks(again), "doctor still waits")
        again.stop()
        again.start()
        need(again.run("list").code == 0, "a restart waits again")


support.main(by_itself, a_failure, damaged_ones, killed_check, nobody_left)
