#!/usr/bin/env python3
"""A folder of Markdown with its manifest, brought into a real node by the real command line.

Three imports in one run: all of it into an empty school, the same again with nothing new, and again
with one document in a hundred changed. Each line has the wall time a record (the command returns
when everything is durable), the CPU of both processes a record until then, and what the node's
indexing costs afterwards. Beside them stands, in the same run, bare LevelDB with a sync every 100
records. Texts are slices of 2 KB of the corpus, no two alike.

  STAFFROOM_BIN_DIR=build/bin python3 tests/benchmarks/import_bench.py [--records 20000] [--runs 3]
"""

import argparse
import hashlib
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

from bench_nodes import NETWORK, Caller, Texts, cpu_seconds, disk_bytes
from support import BIN_DIR, Node, need, wait_until

COLUMNS = ("path", "title", "creator", "source_repository", "source_commit", "source_path",
           "licence", "lang", "suggested_kind", "suggested_focus", "suggested_phase", "sha256")
A_FOLDER = 500  # documents in one folder, as people keep them


class Folder:
    """The documents and their manifest."""

    def __init__(self, root, records):
        self.root = pathlib.Path(root)
        self.manifest = self.root / "manifest.tsv"
        self.paths = []
        self.bytes = 0
        texts = Texts(seed=7)
        for number in range(records):
            path = f"{number // A_FOLDER:03}/{number:06}.md"
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            text = f"# Slice {number}\n\n{texts.words()}\n".encode()
            self.bytes += len(text)
            (self.root / path).write_bytes(text)
            self.paths.append((path, hashlib.sha256(text).hexdigest()))
        self.write_manifest()

    def write_manifest(self):
        lines = ["\t".join(COLUMNS)]
        for number, (path, digest) in enumerate(self.paths):
            lines.append("\t".join((
                path, f"Slice {number} of the corpus", "A. Author", "example.org/slices", "1",
                path, "CC-BY-4.0", "en", "practice-write-up", "writing", "primary", digest)))
        self.manifest.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def change(self, every):
        for number in range(0, len(self.paths), every):
            path = self.root / self.paths[number][0]
            text = path.read_bytes() + b"\nOne line more.\n"
            path.write_bytes(text)
            self.paths[number] = (self.paths[number][0], hashlib.sha256(text).hexdigest())
        self.write_manifest()


def imported(node, folder, expected):
    """Wall and CPU seconds of one import: (wall, CPU of the command line, CPU of the node)."""
    command = [str(BIN_DIR / "staffroom"), "--data", str(node.folder), "--json", "--yes", "import",
               str(folder.manifest), "--network", NETWORK,
               "--confirm-pupil-details", "slices of openly licensed texts"]
    before = cpu_seconds(node)
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    document = json.loads(process.stdout.read())
    _, status, used = os.wait4(process.pid, 0)
    wall = time.monotonic() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    at_node = cpu_seconds(node) - before
    found = tuple(document[name] for name in ("published", "revised", "skipped", "refused"))
    refused = [one for one in document["attention"] if "next" in one][:2]
    need(process.returncode in (0, 4) and found == expected, f"{found} {refused}")
    return wall, used.ru_utime + used.ru_stime, at_node


def index_seconds(node):
    """CPU of the node until every record can be found."""
    before = cpu_seconds(node)
    caller = Caller(node)
    wait_until(lambda: caller.get("/api/v1/search?q=school")["pending"] == 0, 3600, "index", 0.2)
    return cpu_seconds(node) - before


def run(root, records):
    """One school from empty; figures by name."""
    folder = Folder(root / "documents", records)
    node = Node(root, "a").init().start()
    node.run("network", "create", NETWORK, "--focus", "writing").ok()
    figures = {"first": imported(node, folder, (records, 0, 0, 0))}
    figures["index"] = index_seconds(node)
    figures["again"] = imported(node, folder, (0, 0, records, 0))
    folder.change(100)
    changed = (records + 99) // 100
    figures["changed"] = imported(node, folder, (0, changed, records - changed, 0))
    figures["text"] = folder.bytes
    figures["store"] = disk_bytes(node.folder, "store")
    figures["index bytes"] = disk_bytes(node.folder, "index")
    node.stop()
    return figures


def shown(name, runs, records):
    wall, line, node = (statistics.median(one[i] for one in runs) for i in range(3))
    print(f"| {name} | {records / wall:,.0f} | {line / records * 1e6:.1f} | "
          f"{node / records * 1e6:.1f} | {(line + node) / records * 1e6:.1f} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=20000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--work", default=None, help="a folder on the disk to be measured")
    options = parser.parse_args()
    count = options.records
    runs = []
    with tempfile.TemporaryDirectory(prefix="staffroom-bench-", dir=options.work) as root:
        bare = json.loads(subprocess.check_output(
            [BIN_DIR / "baseline_bench", pathlib.Path(root) / "bare", str(count), "3"]))
        for number in range(options.runs):
            place = pathlib.Path(root) / str(number)
            place.mkdir()
            runs.append(run(place, count))
    print(f"| import of {count:,} | records/s | CPU us a record: command line | node | both |")
    print("|---|---|---|---|---|")
    shown("into an empty school", [one["first"] for one in runs], count)
    shown("again, nothing new", [one["again"] for one in runs], count)
    shown("again, one in a hundred changed", [one["changed"] for one in runs], count)
    print(f"| bare LevelDB, 100 a sync | {bare['leveldb']:,} | | | |")

    def middle(name):
        return statistics.median(one[name] for one in runs)

    print(f"index afterwards: {middle('index') / count * 1e6:.0f} us of CPU a record, "
          f"{middle('index bytes') / count / 1000:.2f} KB a record; "
          f"store {middle('store') / middle('text'):.3f} of the text")


if __name__ == "__main__":
    main()
