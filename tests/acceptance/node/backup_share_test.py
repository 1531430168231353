"""Backups on a share that others write on, that is not mounted, or on which a stolen server writes:
the node's own data stays whole, and nobody takes for a good backup what is none."""

import os
import pathlib
import shutil
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, need, write_record

NETWORK = "Rivers"
ATTENTION = 4
REFUSED = 5


def founded(world, folder, **settings):
    phrase = world.root / "a.phrase"
    node = world.node("a", "--phrase-out", phrase, start=False)
    node.environment = {"STAFFROOM_BACKUP_FOLDER": str(folder), "STAFFROOM_BACKUP_EVERY": "never",
                        **settings}
    node.start()
    node.run("network", "create", NETWORK, "--focus", "writing").ok()
    return node, phrase


def publish(node, root, title):
    path = write_record(root, f"{title.replace(' ', '-')}.md", title)
    return node.json("publish", path, "--network", NETWORK)["id"]


def create(node, *options):
    time.sleep(1.1)  # a name has a second
    return node.json("backup", "create", *options)


def checks(node):
    document = node.run("--json", "doctor").ok(0, ATTENTION).document()
    return {check["code"]: check for check in document["checks"]}


def content_of(folder):
    return {path.relative_to(folder): path.read_bytes()
            for path in folder.rglob("*") if path.is_file() and not path.is_symlink()}


def strangers():
    """backup: links and queues that a stranger lays on the share cost no word and no thread"""
    with World() as world:
        folder = world.root / "share"
        a, phrase = founded(world, folder)
        publish(a, world.root, "One record")
        create(a)
        parts = folder / "parts"
        segments = a.folder / "store" / "segments"
        kept = {path: content_of(path) for path in (segments, a.folder / "files")}
        keys = (a.folder / "keys").read_bytes()
        (parts / "zz").symlink_to(segments)
        (parts / "yy").symlink_to(a.folder / "files")
        (parts / "begun").symlink_to(a.folder / "keys")
        (folder / "staffroom-backup.new").symlink_to(a.folder / "keys")
        for name in ("99991231T235959Z", "20200101T000000Z"):
            os.mkfifo(folder / "backups" / name)
        some = next(path for path in parts.iterdir() if path.is_dir() and not path.is_symlink())
        (some / "x").mkdir()
        publish(a, world.root, "Another record")
        made = create(a)
        need(made["not_removed"] == 2, f"two links are no folders of parts: {made}")
        need(set(made["unreadable"]) == {"99991231T235959Z", "20200101T000000Z"}, f"{made}")
        need("backup.not-cleared" in checks(a), "doctor says nothing")
        need((a.folder / "keys").read_bytes() == keys, "the keys are others")
        for path, before in kept.items():
            now = content_of(path)
            lost = before.keys() - now.keys()
            need(not lost, f"{path} has lost {lost}")
        listed = {row["id"]: row["state"] for row in a.lines("backup", "list", "-o", folder)}
        need(listed[made["id"]] == "readable", f"{listed}")
        a.json("backup", "verify", made["id"], "-o", folder)
        back = world.root / "back"
        a.run("backup", "restore", made["id"], "-o", folder, "--to", back,
              "--phrase-file", phrase).ok()
        (parts / "zz").unlink()
        (parts / "yy").unlink()
        need(create(a)["not_removed"] == 0, "it is told for ever")
        need("backup.not-cleared" not in checks(a), "doctor tells it for ever")
        begun = time.monotonic()
        a.stop()
        need(time.monotonic() - begun < 10, "the end of the node is kept back")


def many():
    """backup: a folder full of junk is counted, and the node remembers its good one over a start"""
    with World() as world:
        folder = world.root / "share"
        a, _ = founded(world, folder)
        create(a)
        for number in range(3500):
            (folder / "backups" / f"2999{number // 100:04}T{number % 100:06}Z").touch()
        made = create(a)
        need(len(made["unreadable"]) == 100 and made["unreadable_more"] == 3400, f"{made}")
        need((a.folder / "backup.state").stat().st_size < 16_384, "a long state")
        said = a.run("backup", "create").ok().out
        need("3500 backups" in said and said.count("\n") < 10, said)
        traced = [event for event in a.lines("log", "--level", "warning")
                  if event["code"] == "backup.unreadable"]
        need(len(traced) == 2, f"{len(traced)} lines of the trace")
        a.stop()
        a.start()
        found = checks(a)
        need(found["backup.age"]["level"] == "ok", f"{found['backup.age']}")
        need("3500 backups" in found["backup.unreadable"]["sentence"], f"{found}")


def unmounted():
    """backup: where the share is not mounted nothing is written; a new disk takes a word"""
    with World() as world:
        folder = world.root / "share"
        a, _ = founded(world, folder)
        create(a)
        mounted = world.root / "mounted"
        folder.rename(mounted)
        folder.mkdir()
        a.stop()
        a.start()
        for options in ((), ("-o", folder), ("-o", f"{folder}/")):
            a.run("backup", "create", *options).refused(1, "finds none of the backups", "mounted")
        need(list(folder.iterdir()) == [], "it was written to")
        found = checks(a)["backup.folder"]
        need(found["level"] == "trouble" and "mounted" in found["next"], f"{found}")
        folder.rmdir()
        a.run("backup", "create").refused(1, "mounted")
        need(not folder.exists(), "the folder was made")
        mounted.rename(folder)
        create(a)
        need("backup.folder" not in checks(a), "mounted again, and still told")
        need(len(a.lines("backup", "list", "-o", folder)) == 2, "not the old ones")
        shutil.rmtree(folder)
        folder.mkdir()
        create(a, "--new")
        create(a)
        need(len(a.lines("backup", "list", "-o", folder)) == 2, "a new disk")
        # Once for all: a folder that is lost together with the data.
        (world.root / "link").symlink_to(a.folder)
        for inside in (a.folder / "copies", a.folder / "files" / "copies", a.folder,
                       world.root / "link" / "copies"):
            a.run("backup", "create", "-o", inside).refused(1, "lies in the data folder")
            need(inside == a.folder or not inside.exists(), f"{inside} was made")


def stolen():
    """backup: what a stolen server writes after its key has ended is no backup of the school"""
    with World() as world:
        folder = world.root / "share"
        a, phrase = founded(world, folder, STAFFROOM_BACKUP_KEEP="2")
        record = publish(a, world.root, "One record")
        before = create(a)["id"]
        a.stop()
        shutil.copytree(a.folder, world.root / "thief", symlinks=True)
        a.start()
        a.run("key", "rotate", "--phrase-file", phrase, "--no-other-network").ok()
        good = create(a)["id"]
        thief = support.Node(world.root, "thief")
        world.nodes.append(thief)
        thief.environment = {"STAFFROOM_NODE_LISTEN": "127.0.0.1:0",
                             "STAFFROOM_NODE_WEB": "127.0.0.1:0",
                             "STAFFROOM_BACKUP_EVERY": "never"}
        thief.start()
        forged = [create(thief, "-o", folder)["id"] for _ in range(3)]
        thief.stop()
        need(good < min(forged), "the newest is not the thief's")
        for key in ((), ("--phrase-file", phrase)):
            listed = a.lines("backup", "list", "-o", folder, *key)
            rows = {row["id"]: row["state"] for row in listed}
            need(rows[good] == "readable", f"{rows}")
            need(all(rows[id] == "ended-key" for id in (before, *forged) if id in rows), f"{rows}")
            a.run("backup", "verify", "-o", folder, *key).refused(REFUSED, "has ended")
            a.run("backup", "verify", good, "-o", folder, *key).ok()
        lost = world.root / "lost"
        empty = support.Node(world.root, "empty")
        empty.run("backup", "restore", folder, "--to", lost, "--phrase-file", phrase).refused(
            REFUSED, "has ended")
        empty.run("backup", "restore", folder, "--to", lost, "--phrase-file", phrase,
                  "--yes").refused(REFUSED, "has ended")
        empty.run("backup", "restore", forged[0], "-o", folder, "--to", lost, "--phrase-file",
                  phrase).refused(REFUSED, "has ended")
        need(not lost.exists(), "something was brought back")
        # Where it is the only one that is left, a person who names it may decide for it.
        empty.run("backup", "restore", before, "-o", folder, "--to", world.root / "all-the-same",
                  "--phrase-file", phrase, "--yes").ok()
        # The node counts its own, keeps its newest two, and says what it has found.
        made = create(a)
        need(set(forged) <= set(made["unreadable"]), f"{made}")
        need("has ended" in checks(a)["backup.unreadable"]["sentence"], f"{checks(a)}")
        rows = {row["id"] for row in a.lines("backup", "list", "-o", folder)}
        need({good, made["id"]} <= rows, f"a good one is gone: {rows}")
        create(a)
        need(create(a)["unreadable"] == [], "the thief's stay for ever")
        empty.run("backup", "restore", folder, "--to", lost, "--phrase-file", phrase).ok()
        need(record in str(a.lines("list")), "no record")


support.main(strangers, many, unmounted, stolen)
