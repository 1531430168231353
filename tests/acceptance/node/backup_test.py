"""Backups with real nodes: made while the node works, brought back with the phrase alone."""

import pathlib
import random
import shutil
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from people import PASSWORD, Browser
from people import join as join_people
from support import Skipped, World, free_port, in_sync, join, need, wait_until, write_record

NETWORK = "Rivers"
ATTENTION = 4
SECONDS = 60
CANARY = "qvxzjwkbquokka"


def publish(node, root, title, *more, network=NETWORK):
    path = write_record(root, f"{title.replace(' ', '-')}.md", title)
    return node.json("publish", path, *(("--network", network) if network else ()), *more)["id"]


def with_phrase(world, name):
    """A school whose phrase is on file."""
    phrase = world.root / f"{name}.phrase"
    node = world.node(name, "--phrase-out", phrase, port=free_port())
    return node, phrase


def two_schools(world):
    """A is backed up; B, its only neighbour, coordinates their network."""
    b = world.node("b", port=free_port())
    b.run("network", "create", NETWORK, "--focus", "writing").ok()
    a, phrase = with_phrase(world, "a")
    join(a, b, NETWORK)
    return a, b, phrase


def backup(node, folder):
    return node.json("backup", "create", "-o", folder)


def already_there(made):
    """Bytes of a backup that the folder held before; the rows around them grow meanwhile."""
    return made["bytes"] - made["written"]


def titles(node):
    return {row["title"] for row in node.lines("list")}


def bytes_below(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def restored(world, name, folder, phrase, like):
    """A new machine with the phrase, which listens where the old one did."""
    node = support.Node(world.root, name)
    world.nodes.append(node)
    node.run("backup", "restore", folder, "--to", node.folder, "--phrase-file", phrase).ok()
    node.environment = {"STAFFROOM_NODE_LISTEN": f"127.0.0.1:{like.port}",
                        "STAFFROOM_NODE_WEB": "127.0.0.1:0"}
    return node


def way_back():
    """backup: made while records go out, it brings school, drafts and files back without a fork"""
    with World() as world:
        a, b, phrase = two_schools(world)
        plan = "a plan of the room " * 5000
        (world.root / "plan.txt").write_text(plan)
        path = write_record(world.root, "with-file.md", "With a file")
        path.write_text(path.read_text() + "\n[A plan](plan.txt)\n")
        a.run("publish", path, "--network", NETWORK, "--files").ok()
        publish(a, world.root, f"Draft about {CANARY}", "--reach", "draft", network=None)
        join_people(a, "Ann Bell", "teacher")
        folder = world.root / "backups"
        stopped, made = threading.Event(), []

        def go_on():
            while not stopped.is_set():
                made.append(publish(a, world.root, f"Meanwhile {len(made)}"))

        writer = threading.Thread(target=go_on)
        writer.start()
        wait_until(lambda: len(made) >= 3, SECONDS, "records before the backup")
        first = backup(a, folder)
        time.sleep(1.1)  # a name has a second
        second = backup(a, folder)
        stopped.set()
        writer.join()
        need(already_there(second) >= len(plan), f"the file again: {first} {second}")
        need(CANARY.encode() not in bytes_below(folder), "a word can be read in the backup")
        need(to_list(a, folder) == [first["id"], second["id"]], "not both are listed")
        for which in (first["id"], second["id"]):
            report = a.json("backup", "verify", which, "-o", folder)
            need(report["damaged_count"] == 0 and report["files"] == 1, f"{report}")
        in_sync((a, b), NETWORK)
        digest, here = a.digest(NETWORK), titles(a)
        a.kill()
        shutil.rmtree(a.folder)
        again = restored(world, "again", folder, phrase, a).start()
        wait_until(lambda: again.run("list").code == 0, SECONDS, "records after the neighbour")
        in_sync((again, b), NETWORK)
        need(again.digest(NETWORK) == digest == b.digest(NETWORK), "another content than before")
        need(titles(again) == here, f"{titles(again) ^ here}")
        need(Browser(again).sign_in("Ann Bell", PASSWORD).status in (200, 201), "no account")
        publish(again, world.root, "After the fire")
        in_sync((again, b), NETWORK)
        need("After the fire" in titles(b), "the neighbour does not take what is new")
        for node in (again, b):
            need(not node.lines("network", "forks", NETWORK), f"a fork at {node.name}")
        need(again.json("verify")["damaged_count"] == 0, "not whole")
        time.sleep(1.1)
        third = backup(again, folder)
        need(already_there(third) >= len(plan), f"the new machine began from nothing: {third}")


def to_list(node, folder):
    rows = node.lines("backup", "list", "-o", folder)
    need(all(row["state"] == "readable" for row in rows), f"{rows}")
    return [row["id"] for row in rows]


def erased_since():
    """backup: what was erased since is shown by no restored node, and leaves its disk"""
    with World() as world:
        a, b, phrase = two_schools(world)
        record = publish(a, world.root, f"About {CANARY}")
        in_sync((a, b), NETWORK)
        folder = world.root / "backups"
        backup(a, folder)
        a.run("erase", record, "--reason", "pupil", "--yes").ok()
        wait_until(lambda: not a.lines("erasure", "list", "--open"), SECONDS, "receipts")
        a.kill()
        b.stop()
        again = restored(world, "again", folder, phrase, a).start()
        for words in (("list",), ("show", record), ("search", CANARY),
                      ("export", "--all", "-o", world.root / "out"), ("log",), ("inbox",)):
            said = again.run(*words)
            need(said.code != 0 and "not heard yet" in said.err, f"{words}: {said.out}{said.err}")
        need(again.run("status").code in (0, ATTENTION), "no status meanwhile")
        again.kill()
        again.start()
        need(again.run("list").code != 0, "a second start shows what the first one did not")
        b.start()
        again.run("sync")
        wait_until(lambda: again.run("list").code == 0, SECONDS, "records after the neighbour")
        need(not any(CANARY in title for title in titles(again)), "an erased record is shown")
        wait_until(lambda: again.json("show", record)["body_state"] == "erased", SECONDS, "erased")
        need(again.json("verify")["damaged_count"] == 0, "not whole")


def killed_in_the_middle():
    """backup: a node that dies while it makes one leaves none, and the next one is whole"""
    with World() as world:
        a, _ = with_phrase(world, "a")
        a.run("network", "create", NETWORK, "--focus", "writing").ok()
        for number in range(4):
            (world.root / f"big{number}.txt").write_bytes(bytes([65 + number]) * 6_000_000)
            path = write_record(world.root, f"r{number}.md", f"Big {number}")
            path.write_text(path.read_text() + f"\n[Big](big{number}.txt)\n")
            a.run("publish", path, "--network", NETWORK, "--files").ok()
        folder = world.root / "backups"
        for delay in (0.02, 0.1, 0.3):
            thread = threading.Thread(target=lambda: a.run("backup", "create", "-o", folder))
            thread.start()
            time.sleep(delay)
            a.kill()
            thread.join()
            a.start()
        time.sleep(1.1)
        made = backup(a, folder)
        need(to_list(a, folder)[-1] == made["id"], "the last one is not there")
        for which in to_list(a, folder):
            need(a.json("backup", "verify", which, "-o", folder)["files"] == 4, "not whole")
        need(not (folder / "parts" / "begun").exists(), "half a part stays")


def half_a_backup():
    """backup: damage is named, nothing is restored from it, and the next backup mends it"""
    with World() as world:
        a, phrase = with_phrase(world, "a")
        a.run("network", "create", NETWORK, "--focus", "writing").ok()
        publish(a, world.root, "One record")
        folder = world.root / "backups"
        made = backup(a, folder)
        parts = sorted(path for path in (folder / "parts").rglob("*") if path.is_file())
        largest = max(parts, key=lambda path: path.stat().st_size)
        data = bytearray(largest.read_bytes())
        data[len(data) // 2] ^= 1
        largest.write_bytes(data)
        a.run("backup", "verify", "-o", folder).refused(ATTENTION, "not whole")
        told = a.run("backup", "list", "-o", folder).ok()
        need("not-whole" in told.out and "None of them" in told.err, f"{told.out}{told.err}")
        need(not list(pathlib.Path("/tmp").glob("staffroom-verify-*/data/keys")), "scratch stays")
        lost = world.root / "lost"
        a.run("backup", "restore", folder, "--to", lost, "--phrase-file", phrase).refused(
            ATTENTION, "not whole")
        need(not (lost / "keys").exists(), "half a restore is taken for a school")
        time.sleep(1.1)
        again = backup(a, folder)
        need(0 < again["written"], "what was damaged is not written again")
        a.json("backup", "verify", "-o", folder)
        a.run("backup", "restore", folder, "--to", lost, "--phrase-file", phrase).ok()
        a.run("backup", "restore", folder, "--to", lost, "--phrase-file", phrase).refused(
            1, "holds a school")
        shutil.rmtree(folder / "keys")
        for words in (("list", "-o", folder), ("restore", folder, "--to", world.root / "x")):
            told = support.cli(world.root / "nowhere", "backup", *words, "--phrase-file", phrase)
            told.refused(1, "is gone", "its own key opens them")
        time.sleep(1.1)
        backup(a, folder)
        support.cli(world.root / "nowhere", "backup", "list", "-o", folder,
                    "--phrase-file", phrase).ok()
        manifest = folder / "backups" / made["id"]
        manifest.write_bytes(manifest.read_bytes()[:-20])
        a.run("backup", "verify", made["id"], "-o", folder).refused(ATTENTION, "not whole")
        states = [row["state"] for row in a.lines("backup", "list", "-o", folder)]
        need(states == ["unreadable", "readable", "readable"], f"{states}")


def broken_off():
    """backup: half a restore is named as such, begun again, and nothing else is ever replaced"""
    with World() as world:
        a, phrase = with_phrase(world, "a")
        c, other = with_phrase(world, "c")
        publish(a, world.root, "One record", "--reach", "school", network=None)
        folder, others = world.root / "backups", world.root / "others"
        backup(a, folder)
        backup(c, others)
        part = max((path for path in (folder / "parts").rglob("*") if path.is_file()),
                   key=lambda path: path.stat().st_size)
        aside = world.root / "aside"
        part.rename(aside)
        lost = world.root / "lost"
        restore = ("backup", "restore", folder, "--to", lost, "--phrase-file", phrase)
        support.cli(world.root / "nowhere", *restore).refused(ATTENTION, "not whole")
        half = support.cli(lost, "status").refused(3, "broken off")
        need(f"backup restore {folder} --to {lost}" in half.err, half.err)
        for words in (("init", "--school", "Another"), ("recover", "--phrase-file", phrase),
                      ("verify",), ("key", "rotate", "--phrase-file", phrase)):
            told = support.cli(lost, *words).refused((3, 78), "broken off")
            need(f"backup restore {folder} --to {lost}" in told.err, told.err)
        report = support.cli(lost, "--json", "doctor").ok(ATTENTION).document()
        need([check["code"] for check in report["checks"]] == ["folder.half-restored"], f"{report}")
        node = support.Node(world.root, "lost")
        world.nodes.append(node)
        started = subprocess.run([support.BIN_DIR / "staffroomd", "--data", lost], text=True,
                                 capture_output=True, check=False, timeout=60)
        need(started.returncode == 78 and "broken off" in started.stderr, started.stderr)
        need(not (lost / "keys").exists(), "a school was founded in half of another")
        # Neither another school's rest nor a person's file is a restore's own.
        c.run("backup", "restore", others, "--to", lost, "--phrase-file", other).refused(
            1, "another school")
        (lost / "letter.txt").write_text("Dear head,")
        aside.rename(part)
        a.run(*restore).refused(1, "letter.txt")
        (lost / "letter.txt").unlink()
        a.run(*restore).ok()
        a.stop()
        node.environment = {"STAFFROOM_NODE_LISTEN": "127.0.0.1:0",
                            "STAFFROOM_NODE_WEB": "127.0.0.1:0"}
        node.start()
        node.run("--yes", "backup", "settle").ok()
        draft = publish(node, world.root, "A draft of today", "--reach", "draft", network=None)
        # A mark that an older version left, or the last step of a restore that was not done.
        (lost / "restoring").touch()
        for is_running in (True, False):
            a.run(*restore).refused(1, "holds a school")
            if is_running:
                node.run("show", draft).ok()
                node.stop()
        node.start()
        node.run("show", draft).ok()
        told = support.cli(world.root / "empty", "status").refused(3, "no school yet")
        for way in ("init --school", "backup restore", "recover"):
            need(way in told.err, told.err)


def another_school():
    """backup: another school's folder, phrase or backup is refused with a sentence"""
    with World() as world:
        a, phrase = with_phrase(world, "a")
        c, other = with_phrase(world, "c")
        folder = world.root / "backups"
        made = backup(a, folder)
        c.run("backup", "create", "-o", folder).refused(1, "another school")
        c.run("backup", "list", "-o", folder).refused(1, "another school")
        lost = world.root / "lost"
        c.run("backup", "restore", folder, "--to", lost, "--phrase-file", other).refused(
            1, "another school")
        full = world.root / "full"
        full.mkdir()
        (full / "letter.txt").write_text("Dear head,")
        a.run("backup", "create", "-o", full).refused(1, "something else")
        a.run("backup", "create").refused(1, "folder")
        a.run("backup", "list", "-o", full).refused(1, "no backups")
        a.run("backup", "verify", "20000101T000000Z", "-o", folder).refused(1, "no backup")
        need(not lost.exists(), "something was restored")
        a.run("backup", "restore", made["id"], "-o", folder, "--to", lost).ok()


def full_target():
    """backup: a target without room is named, the node goes on, and the next backup is whole"""
    mount = ("unshare", "--mount", "sh", "-c")
    if subprocess.run([*mount, "mount -t tmpfs none /mnt"], capture_output=True,
                      check=False).returncode != 0:
        raise Skipped("this machine lets nobody mount a tmpfs")
    with World() as world:
        a, _ = with_phrase(world, "a")
        a.run("network", "create", NETWORK, "--focus", "writing").ok()
        (world.root / "big.txt").write_bytes(random.Random(1).randbytes(4_000_000).hex().encode())
        path = write_record(world.root, "big.md", "A big one")
        path.write_text(path.read_text() + "\n[Big](big.txt)\n")
        a.run("publish", path, "--network", NETWORK, "--files").ok()
        a.stop()
        disk = world.root / "disk"
        disk.mkdir()
        small = f"mount -t tmpfs -o size=2m none {disk} && exec \"$@\""
        a.start((*mount, small, "sh"))
        a.run("backup", "create", "-o", disk / "backups").refused(1, "no room left")
        publish(a, world.root, "Another one")
        a.stop()
        a.start()
        backup(a, disk / "backups")
        need(a.json("backup", "verify", "-o", disk / "backups")["files"] == 1, "not whole")


def kept():
    """backup: only so many stay as the settings say, and each of them is whole"""
    with World() as world:
        a, _ = with_phrase(world, "a")
        a.run("network", "create", NETWORK, "--focus", "writing").ok()
        a.stop()
        a.environment = {"STAFFROOM_BACKUP_KEEP": "2"}
        a.start()
        folder = world.root / "backups"
        made = []
        for number in range(4):
            publish(a, world.root, f"Record {number}")
            made.append(backup(a, folder)["id"])
            time.sleep(1.1)
        need(to_list(a, folder) == made[-2:], "not the newest two")
        for which in made[-2:]:
            a.json("backup", "verify", which, "-o", folder)


support.main(way_back, erased_since, killed_in_the_middle, half_a_backup, broken_off,
             another_school, full_target, kept)
