"""A real disk that is full, and empties again: a small tmpfs under a real node."""

import os
import pathlib
import shutil
import subprocess
import sys

import support
from support import World, need, wait_until, write_record

NETWORK = "Rivers"
DISK_BYTES = 24 * 1024 * 1024
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


def full_disk():
    """full disk: publishing is refused in plain words, reading goes on, and space heals it"""
    with World() as world:
        disk = world.root / "a"
        disk.mkdir()
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "none", disk], check=True
        )
        node = world.node("a")
        node.run("network", "create", NETWORK, "--focus", "writing").ok()
        for i in range(5):
            record = write_record(world.root, f"before{i}.md", f"Before {i}")
            node.run("publish", record, "--network", NETWORK).ok()
        held = node.lines("list", "--network", NETWORK)
        filler = fill(disk)

        for i in range(3):
            record = write_record(world.root, f"full{i}.md", f"Full {i}", words=4000)
            refused = node.run("publish", record, "--network", NETWORK)
            need(refused.code != 0, "a full disk took a record")
            need("full" in refused.err or "space" in refused.err, refused.err)
            need("Next: " in refused.err, f"no next step: {refused.err}")
        for record in held:
            need(node.json("show", record["id"])["text"], f"{record['id']} cannot be read")
        need(len(node.lines("list", "--network", NETWORK)) == len(held), "another list")
        need(node.run("status").code in (0, 4), "no status")

        filler.unlink()
        after = write_record(world.root, "after.md", "After")

        def is_taken():
            return node.run("publish", after, "--network", NETWORK).code == 0

        wait_until(is_taken, 20, "a record after the disk was emptied")
        need(len(node.lines("list", "--network", NETWORK)) == len(held) + 1, "not one more")
        need(node.json("verify")["damaged"] == [], "damaged")
        node.kill()
        node.start()
        need(len(node.lines("list", "--network", NETWORK)) == len(held) + 1, "lost after a kill")
        node.stop()
        subprocess.run(["umount", "-l", disk], check=True)


if __name__ == "__main__":
    in_private_namespace()
    support.main(full_disk)
