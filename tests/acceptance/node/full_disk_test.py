"""A real disk that is full, and empties again: a small tmpfs under a real node."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, join, need, wait_until, write_record

NETWORK = "Rivers"
MIB = 1024 * 1024
ATTENTION = 4
PRIVATE = "STAFFROOM_PRIVATE_MOUNTS"


def in_private_namespace():
    """Runs this file again where a mount is seen by nobody else; 77 where that is not allowed."""
    if os.environ.get(PRIVATE):
        return
    command = ["unshare", "--mount", sys.executable, __file__]
    allowed = shutil.which("unshare") and subprocess.run(
        ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"],
        capture_output=True, check=False,
    ).returncode == 0
    if not allowed:
        print("skipped: full_disk: this machine lets nobody mount a tmpfs")
        sys.exit(77)
    os.execvpe(command[0], command, {**os.environ, PRIVATE: "1"})


def fill(folder):
    """Takes all the room there is, to the last byte."""
    path = folder / "filler"
    with open(path, "ab", buffering=0) as filler:
        for size in (1024 * 1024, 4096, 1):
            while True:
                try:
                    if filler.write(b"x" * size) < size:
                        break
                except OSError:
                    break
    return path


@contextlib.contextmanager
def small_disk(world, name, mib):
    """A node's data folder on a disk of its own."""
    disk = world.root / name
    disk.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={mib}m,mode=700", "none", disk], check=True
    )
    try:
        yield disk
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def free_bytes(disk):
    facts = os.statvfs(disk)
    return facts.f_bavail * facts.f_frsize


def trouble(node):
    """What doctor calls trouble; status has the same verdict, and so has its exit code."""
    result = node.run("--json", "doctor").ok(0, ATTENTION)
    document = result.document()
    found = {check["code"]: check for check in document["checks"] if check["level"] == "trouble"}
    need(result.code == (ATTENTION if found else 0), f"exit {result.code} with {set(found)}")
    status = node.json("status")
    need(status["verdict"] == document["verdict"], f"two verdicts: {status['verdict']}, {found}")
    told = {item["code"] for item in status["attention"] if item["level"] == "trouble"}
    need(told == set(found), f"status: {told}, doctor: {set(found)}")
    well = "All is well." in node.run("status").ok().out
    need(well == (not found), f"'All is well.' is {well} with {set(found)}")
    return found


def founded(world, name):
    node = world.node(name, start=False)
    # A small disk is under every ordinary limit; what is looked at here is the floor.
    node.environment = {
        "STAFFROOM_LIMITS_DISK_LOW_MIB": "1", "STAFFROOM_NODE_DISK_FLOOR_MB": "0"
    }
    node.start()
    node.run("network", "create", NETWORK, "--focus", "writing").ok()
    return node


def full_disk():
    """full disk: publishing is refused in plain words, reading goes on, and space heals it"""
    with World() as world, small_disk(world, "a", 24) as disk:
        node = founded(world, "a")
        for i in range(5):
            record = write_record(world.root, f"before{i}.md", f"Before {i}")
            node.run("publish", record, "--network", NETWORK).ok()
        held = node.lines("list", "--network", NETWORK)
        need(trouble(node) == {}, f"trouble: {trouble(node)}")
        filler = fill(disk)

        for i in range(3):
            record = write_record(world.root, f"full{i}.md", f"Full {i}", words=4000)
            refused = node.run("publish", record, "--network", NETWORK)
            need(refused.code != 0, "a full disk took a record")
            need("full" in refused.err or "space" in refused.err, refused.err)
            need("Next: " in refused.err, f"no next step: {refused.err}")
        need(set(trouble(node)) == {"disk.full"}, f"trouble: {trouble(node)}")
        need("free space" in trouble(node)["disk.full"]["next"], f"{trouble(node)}")
        for record in held:
            need(node.json("show", record["id"])["text"], f"{record['id']} cannot be read")
        need(len(node.lines("list", "--network", NETWORK)) == len(held), "another list")

        filler.unlink()
        after = write_record(world.root, "after.md", "After")

        def is_taken():
            return node.run("publish", after, "--network", NETWORK).code == 0

        wait_until(is_taken, 20, "a record after the disk was emptied")
        need(trouble(node) == {}, f"trouble: {trouble(node)}")
        need(len(node.lines("list", "--network", NETWORK)) == len(held) + 1, "not one more")
        need(node.json("verify")["damaged"] == [], "damaged")
        node.kill()
        node.start()
        need(len(node.lines("list", "--network", NETWORK)) == len(held) + 1, "lost after a kill")
        node.stop()


def starts_on_a_full_disk():
    """full disk, start: a stopped node can be verified and read to the last byte, and goes on"""
    with World() as world, small_disk(world, "a", 24) as disk:
        node = founded(world, "a")
        for i in range(5):
            record = write_record(world.root, f"before{i}.md", f"Before {i}")
            node.run("publish", record, "--network", NETWORK).ok()
        held = node.lines("list", "--network", NETWORK)
        node.kill()
        filler = fill(disk)
        need(free_bytes(disk) < 4096, f"{free_bytes(disk)} bytes are left")
        files = sorted(path.name for path in (disk / "store").rglob("*"))

        need(node.run("--json", "verify").ok().document()["damaged"] == [], "damaged")
        stopped = node.run("--json", "doctor").ok(ATTENTION).document()["checks"]
        codes = {check["code"] for check in stopped if check["level"] == "trouble"}
        need("disk.full" in codes and "store.damaged" not in codes, f"stopped: {codes}")
        node.start()
        need(node.lines("list", "--network", NETWORK) == held, "another list")
        for record in held:
            need(node.json("show", record["id"])["text"], f"{record['id']} cannot be read")
        need(set(trouble(node)) == {"disk.full"}, f"trouble: {trouble(node)}")
        refused = node.run("publish", write_record(world.root, "b.md", "B"), "--network", NETWORK)
        need(refused.code != 0 and "Next: " in refused.err, f"taken: {refused.err}")
        need(node.stop() == 0, "no end in order")
        now = sorted(path.name for path in (disk / "store").rglob("*"))
        need(now == files, f"a start to read has changed files: {set(now) ^ set(files)}")

        node.start()
        filler.unlink()
        after = write_record(world.root, "after.md", "After")
        publish = ("publish", after, "--network", NETWORK)
        wait_until(lambda: node.run(*publish).code == 0, 20, "a record once there is room", 0.3)
        need(trouble(node) == {}, f"trouble: {trouble(node)}")
        need(len(node.lines("list", "--network", NETWORK)) == len(held) + 1, "not one more")
        node.stop()


def text_before_files():
    """full disk, order: files and index stop first, so that texts still arrive; all is said"""
    with World() as world, small_disk(world, "b", 30) as disk:
        a = founded(world, "a")
        b = founded(world, "b")
        a.run("network", "create", "Both", "--focus", "writing").ok()
        join(b, a, "Both")
        need(free_bytes(disk) > 20 * MIB, "a small disk that is too small")
        for i in range(4):
            picture = world.root / f"noise{i}.wav"
            picture.write_bytes(b"RIFF\x24\x00\x60\x00WAVEfmt " + os.urandom(6 * MIB))
            record = write_record(world.root, f"with{i}.md", f"With a file {i}")
            record.write_text(record.read_text() + f"\n[sound](noise{i}.wav)\n")
            a.run("publish", record, "--network", "Both", "--files").ok()
        wait_until(lambda: "disk.files" in trouble(b), 60, "files stop", 0.5)
        for i in range(6):
            record = write_record(world.root, f"text{i}.md", f"Text {i}", words=3000)
            a.run("publish", record, "--network", "Both").ok()

        def titles():
            return {record["title"] for record in b.lines("list", "--network", "Both")
                    if record["body_state"] == "have"}

        wanted = {f"Text {i}" for i in range(6)}
        wait_until(lambda: wanted <= titles(), 60, "six texts", 0.5)
        kept = MIB * 30 / 4
        need(free_bytes(disk) > kept, f"{free_bytes(disk)} of {kept} bytes are left")
        need(a.json("network", "show", "Both")["digest"] == b.digest("Both"), "another digest")


def tiny_disks():
    """full disk, tiny: a node that may fill 8 MB keeps the room to start and to be verified"""
    with World() as world, small_disk(world, "a", 8) as disk:
        node = founded(world, "a")
        code = 0
        for i in range(400):
            record = write_record(world.root, f"n{i}.md", f"Number {i}", words=5000)
            code = node.run("publish", record, "--network", NETWORK).code
            if code != 0:
                break
        need(code != 0, "400 texts fit")
        held = len(node.lines("list", "--network", NETWORK))
        need(held >= 20, f"only {held} texts were taken")
        need(free_bytes(disk) > MIB, f"{free_bytes(disk)} bytes are left")
        need(set(trouble(node)) == {"disk.full"}, f"trouble: {trouble(node)}")
        node.kill()
        need(node.json("verify")["damaged"] == [], "damaged")
        node.start()
        need(len(node.lines("list", "--network", NETWORK)) == held, "another list")
        node.stop()


if __name__ == "__main__":
    in_private_namespace()
    support.main(full_disk, starts_on_a_full_disk, text_before_files, tiny_disks)
