#!/usr/bin/env python3
"""The restore drill: a school whose machine is gone, brought back from a backup by one command.

Two real nodes on loopback. One publishes 10,000 records, drafts and 1 GB of attached files, the
other copies them; the first one makes two backups and loses its folder. The clock runs over the
command `backup restore`, and then until the node that it has made shows its records again, which is
after its neighbour has told it what was erased since. The drill fails where the digest is another
one, a record is there twice or not at all, a draft or a byte of a file is missing, or the neighbour
sees a fork. Beside it stands a plain copy of the same bytes in the same run.

  STAFFROOM_BIN_DIR=build/bin python3 tests/benchmarks/restore_bench.py [--records 10000]
      [--files 500] [--file-mib 2] [--work FOLDER]
"""

import argparse
import collections
import hashlib
import json
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

from bench_nodes import NETWORK, Texts, publish
from support import BIN_DIR, Node, in_sync, join, need, wait_until, write_record

A_RECORD = 10  # files beside one record
DRAFTS = 20
PATIENCE = 3600


def publish_files(node, root, files, file_bytes):
    """Records with attached files that do not compress; content hashes by title."""
    source = random.Random(11)
    hashes = {}
    for first in range(0, files, A_RECORD):
        title = f"With files from {first}"
        path = write_record(root, f"with-{first}.md", title)
        lines = []
        hashes[title] = set()
        for number in range(first, min(first + A_RECORD, files)):
            content = source.randbytes(file_bytes // 2).hex().encode()
            hashes[title].add(hashlib.sha256(content).hexdigest())
            (root / f"notes-{number}.txt").write_bytes(content)
            lines.append(f"[Notes {number}](notes-{number}.txt)")
        path.write_text(path.read_text() + "\n" + "\n\n".join(lines) + "\n")
        node.run("publish", path, "--network", NETWORK, "--files", timeout=PATIENCE).ok()
        for number in range(first, min(first + A_RECORD, files)):
            (root / f"notes-{number}.txt").unlink()
    return hashes


def write_drafts(node, root):
    for number in range(DRAFTS):
        path = write_record(root, f"draft-{number}.md", f"Draft {number}")
        node.run("publish", path, "--reach", "draft").ok()


def titles(node):
    return collections.Counter(row["title"] for row in node.lines("list"))


def files_of(node, hashes):
    """Every attached file of the school, as its bytes say."""
    rows = {row["title"]: row["id"] for row in node.lines("list")}
    folder = node.folder.parent / "out"
    for title, wanted in hashes.items():
        shutil.rmtree(folder, ignore_errors=True)
        node.run("files", rows[title], "-o", folder, timeout=PATIENCE).ok()
        found = {hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*")
                 if path.is_file()}
        need(wanted <= found, f"files of {title}: {len(wanted - found)} are missing")


def clocked(what, work):
    """Seconds and answer of `work`; said at once, because the whole takes long."""
    begin = time.monotonic()
    answer = work()
    seconds = time.monotonic() - begin
    print(f"{what}: {seconds:.2f} s", file=sys.stderr, flush=True)
    return seconds, answer


def shows_records(node):
    wait_until(lambda: node.run("list").code == 0, PATIENCE, "records", 0.1)


def plain_copy(folder, place):
    subprocess.run(["cp", "-r", folder, place], check=True)
    subprocess.run(["sync"], check=True)


def drill(root, options):
    hub = Node(root, "hub").init().start()
    hub.run("network", "create", NETWORK, "--focus", "writing").ok()
    phrase = root / "phrase"
    school = Node(root, "school").init("--phrase-out", phrase).start()
    join(school, hub, NETWORK)
    hashes = publish_files(school, root, options.files, options.file_mib << 20)
    publish(school, Texts(), options.records - len(hashes))
    write_drafts(school, root)
    in_sync((hub, school), NETWORK, PATIENCE)
    folder = root / "backups"
    figures = {"records": options.records, "files": options.files}
    first_s, first = clocked(
        "first backup", lambda: school.json("backup", "create", "-o", folder, timeout=PATIENCE))
    time.sleep(1.1)  # a name has a second
    second_s, second = clocked(
        "second backup", lambda: school.json("backup", "create", "-o", folder, timeout=PATIENCE))
    verify_s, report = clocked(
        "verify", lambda: school.json("backup", "verify", "-o", folder, timeout=PATIENCE))
    need(report["damaged_count"] == 0 and report["files"] == options.files, f"{report}")
    before, digest = titles(school), school.digest(NETWORK)
    listen = school.listen
    school.stop()
    shutil.rmtree(school.folder)
    back = Node(root, "back")
    command = [BIN_DIR / "staffroom", "--json", "backup", "restore", folder, "--to", back.folder,
               "--phrase-file", phrase]
    restore_s, _ = clocked(
        "restore", lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))
    back.environment = {"STAFFROOM_NODE_LISTEN": listen, "STAFFROOM_NODE_WEB": "127.0.0.1:0"}
    shown_s, _ = clocked("start until records are shown", lambda: shows_records(back.start()))
    in_sync((hub, back), NETWORK, PATIENCE)
    after = titles(back)
    need(back.digest(NETWORK) == digest == hub.digest(NETWORK), "another digest")
    need(after == before, f"{sum((before - after).values())} gone, {sum((after - before).values())}"
                          " that were not there")
    need(sum(title.startswith("Draft ") for title in after.elements()) == DRAFTS, "drafts")
    need(not hub.lines("network", "forks", NETWORK), "a fork")
    files_of(back, hashes)
    need(back.json("verify", timeout=PATIENCE)["damaged_count"] == 0, "not whole")
    copy_s, _ = clocked("plain copy", lambda: plain_copy(back.folder, root / "copy"))
    for node in (hub, back):
        node.stop()
    seconds = {"first_backup_s": first_s, "second_backup_s": second_s, "verify_s": verify_s,
               "restore_s": restore_s, "start_until_shown_s": shown_s, "plain_copy_s": copy_s}
    figures |= {name: round(value, 2) for name, value in seconds.items()}
    return figures | {"bytes": first["bytes"], "second_written": second["written"]}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--file-mib", type=int, default=2)
    parser.add_argument("--work", help="a folder on the disk to measure; 6 GB are needed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.work, prefix="staffroom-") as root:
        print(json.dumps(drill(pathlib.Path(root), options)))


if __name__ == "__main__":
    sys.exit(main())
