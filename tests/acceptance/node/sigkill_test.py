"""SIGKILL of any node at any moment: what was acknowledged is there afterwards and everywhere.

sigkill_test.py [--kills N] [--seed S]: N kills in all (default 50), shared between a storm of
writing and copying, an import, the search index and the receiving of files.
"""

import argparse
import contextlib
import os
import pathlib
import random
import re
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from api import get, post
from support import QUICK_TIP, Skipped, World, need, wait_until, write_record

NETWORK = "Rivers"
WAIT_SECONDS = 120
SHARES = {"storm": 0.5, "import": 0.2, "index": 0.14}  # of all kills; the files get the rest
FILES = 4
FILE_BYTES = 12_000_000

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--kills", type=int, default=50)
options.add_argument("--seed", type=int, default=20261122)
options = options.parse_args()


def kills_for(part):
    counts = {name: max(1, round(options.kills * share)) for name, share in SHARES.items()}
    return counts.get(part) or max(1, options.kills - sum(counts.values()))


class Killer:
    """Kills nodes and starts them again; remembers each moment for the report of a failure."""

    def __init__(self, part):
        self.source = random.Random(f"{options.seed}/{part}")
        self.part = part
        self.begin = time.monotonic()
        self.moments = []
        self.in_start = 0

    def pause(self, longest):
        """Most moments are early, where the most is under way."""
        time.sleep(longest * self.source.random() ** 2)

    def kill(self, node):
        """One kill; now and then the next one comes while the node is still starting."""
        self._note(node, "")
        node.kill()
        if self.source.random() < 0.2 and len(self.moments) < kills_for(self.part):
            self.in_start += 1
            pause = self.source.uniform(0, 0.08)
            self._note(node, f", {pause * 1000:.0f} ms into its start")
            self._kill_while_starting(node, pause)
        node.start()

    def is_done(self):
        return len(self.moments) >= kills_for(self.part)

    def _note(self, node, more):
        at = time.monotonic() - self.begin
        self.moments.append(f"kill {len(self.moments) + 1}: {node.name} after {at:.3f} s{more}")

    @staticmethod
    def _kill_while_starting(node, pause):
        command = [str(support.BIN_DIR / "staffroomd"), "--data", str(node.folder)]
        with open(node.folder.parent / f"{node.name}.trace", "ab") as trace:
            process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=trace)
        time.sleep(pause)
        process.kill()
        process.wait(support.STOP_SECONDS)


@contextlib.contextmanager
def killer_of(part):
    """Says on a failure with which seed and at which moments the nodes were killed."""
    killer = Killer(part)
    try:
        yield killer
    except Exception:
        last = "\n  ".join(killer.moments[-8:])
        print(f"seed {options.seed}, {part}, the last kills:\n  {last}", flush=True)
        raise
    seconds = time.monotonic() - killer.begin
    print(f"{part}: {len(killer.moments)} kills, {killer.in_start} of them in a start, "
          f"{seconds:.1f} s")


class Writer(threading.Thread):
    """Publishes through the API of random nodes without rest; keeps what was acknowledged."""

    def __init__(self, nodes, number):
        super().__init__(daemon=True)
        self.nodes = nodes
        self.number = number
        self.source = random.Random(f"{options.seed}/writer/{number}")
        self.acknowledged = {}  # id -> title
        self.refused = []
        self.is_over = False

    def run(self):
        count = 0
        while not self.is_over:
            count += 1
            title = f"Record w{self.number}x{count}"
            words = " ".join(letters(self.source.getrandbits(40)) for _ in range(
                self.source.choice((5, 300, 3000))))
            file = f'---\ntitle: "{title}"\nlicence: CC-BY-4.0\n{QUICK_TIP}---\n{words}\n'
            node = self.source.choice(self.nodes)
            try:
                answer = post(node, "/api/v1/records", {"file": file, "network": NETWORK})
            except (OSError, ValueError):
                continue  # killed before it could say what became of it
            except Exception as error:  # http.client's own exceptions: an answer cut short
                if type(error).__module__ != "http.client":
                    raise
                continue
            if answer.status == 201:
                self.acknowledged[answer.json()["id"]] = title
            else:
                self.refused.append((node.name, answer.body))
            time.sleep(0.01)

    def end(self):
        self.is_over = True
        self.join(WAIT_SECONDS)
        need(not self.is_alive(), "a writer hangs")


def letters(number):
    """A word that is no number: some of those would be a pupil's."""
    return f"{number:x}".translate(str.maketrans("0123456789", "ghijklmnop"))


def schools(world, *names):
    """A chain: each meets only the one before, and all have a port of their own for good."""
    nodes = [world.node(name, port=support.free_port()) for name in names]
    nodes[0].run("network", "create", NETWORK, "--focus", "writing").ok()
    for before, node in zip(nodes, nodes[1:]):
        code = nodes[0].json("network", "invite", NETWORK)["code"]
        if before is not nodes[0]:
            before.run("sync", "--wait").ok()
        node.json("network", "join", code, before.listen)
    return nodes


def records_of(node):
    """id -> title of all records, page by page."""
    held, after = {}, ""
    while True:
        page = get(node, f"/api/v1/records?network={NETWORK}&limit=500{after}").json()
        held.update({record["id"]: record["title"] for record in page["records"]})
        if not page.get("next"):
            return held
        after = "&after=" + page["next"]


def troubles(node):
    """What doctor says of a node, except that these networks have but one coordinator."""
    checks = node.run("--json", "doctor").ok(0, 4).document()["checks"]
    wrong = [check["code"] for check in checks if not check["ok"]]
    return [code for code in wrong if code != "network.one-coordinator"]


def need_whole(nodes, acknowledged, killer):
    """All nodes come to hold the same by themselves, all that was promised among it, unharmed."""
    wait_until(lambda: len({node.digest(NETWORK) for node in nodes}) == 1, WAIT_SECONDS,
               "equal digests without anybody's help", 0.2)
    for node in nodes:
        held = records_of(node)
        lost = [title for record, title in acknowledged.items() if held.get(record) != title]
        need(not lost, f"{node.name}: {len(lost)} of {len(acknowledged)} lost: {lost[:5]}")
        for record in killer.source.sample(sorted(acknowledged), min(20, len(acknowledged))):
            need(node.json("show", record)["text"], f"{node.name}: {record} has no text")
        need(node.json("verify")["damaged"] == [], f"{node.name}: damaged")
        wait_until(lambda: not troubles(node), 30, f"doctor is quiet: {troubles(node)}", 0.5)


def need_found(nodes, titles, killer):
    """A search finds each of a sample by the last word of its title, which is its own."""
    for node in nodes:
        for title in killer.source.sample(sorted(titles), min(30, len(titles))):
            word = title.split()[-1]
            wait_until(lambda: any(row["title"] == title for row in node.lines("search", word)),
                       30, f"{node.name}: {word} is found by a search")


def storm():
    """sigkill: nodes killed while all write and copy keep and pass on every acknowledged record"""
    with World() as world, killer_of("storm") as killer:
        nodes = schools(world, "a", "b", "c")
        writers = [Writer(nodes, number) for number in range(2)]
        for writer in writers:
            writer.start()
        while not killer.is_done():
            killer.pause(0.4)
            killer.kill(killer.source.choice(nodes))
        for writer in writers:
            writer.end()
            need(not writer.refused, f"refused: {writer.refused[:3]}")
        acknowledged = {**writers[0].acknowledged, **writers[1].acknowledged}
        need(len(acknowledged) >= options.kills // 4, f"only {len(acknowledged)} acknowledged")
        print(f"{len(acknowledged)} records acknowledged")
        need_whole(nodes, acknowledged, killer)
        need_found(nodes, acknowledged.values(), killer)


def start_import(node, path):
    command = [support.BIN_DIR / "staffroom", "--data", node.folder, "import", path]
    command += ["--network", NETWORK, "--yes", *support.CONFIRMED]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def importing():
    """sigkill: an import killed again and again, at either end, ends with every document once"""
    try:
        documents, count = support.corpus() / "manifest.tsv", 529
    except Skipped:
        documents, count = None, 400
    with World() as world, killer_of("import") as killer:
        a, b = schools(world, "a", "b")
        if documents is None:
            documents = world.root / "documents"
            documents.mkdir()
            for number in range(count):
                write_record(documents, f"d{number}.md", title_of(number), 600)
        promised = 0
        while True:
            process = start_import(a, documents)
            while process.poll() is None and not killer.is_done():
                killer.pause(0.5)
                killer.kill(killer.source.choice((a, b)))
            said = process.communicate(timeout=support.CALL_SECONDS)[1]
            done = [int(number) for number in re.findall(r"%: (\d+) of \d+ documents", said)]
            promised = max([promised, *done])
            held = a.network(NETWORK)["records"]
            need(held >= promised, f"{held} records of {promised} acknowledged")
            if process.returncode in (0, 4) and killer.is_done():
                break
            if held == count:
                documents, count = another_folder(world, count)
        need(a.network(NETWORK)["records"] == count, f"not {count}: {a.network(NETWORK)}")
        need_whole((a, b), records_of(a), killer)


def title_of(number):
    return f"Document n{number}"


def another_folder(world, held):
    """More documents, for a run whose import is through before all its kills."""
    more = 300
    folder = world.root / f"more-{held}"
    folder.mkdir()
    for number in range(more):
        write_record(folder, f"m{held + number}.md", title_of(held + number), 600)
    return folder, held + more


def index():
    """sigkill: nodes killed while they write their search index find everything afterwards"""
    with World() as world, killer_of("index") as killer:
        a, b = schools(world, "a", "b")
        held = 0
        while not killer.is_done():
            folder, held = another_folder(world, held)
            a.run("import", folder, "--network", NETWORK, "--yes").ok(0, 4)
            for _ in range(2):
                killer.pause(0.15)
                if not killer.is_done():
                    killer.kill(killer.source.choice((a, b, b)))
        titles = {title_of(number) for number in range(held)}
        kept = records_of(a)
        need(sorted(kept.values()) == sorted(titles), f"{len(kept)} records of {held} imported")
        need_whole((a, b), kept, killer)
        need_found((a, b), titles, killer)


def files():
    """sigkill: a node killed while it receives files has them whole afterwards"""
    with World() as world, killer_of("files") as killer:
        a, b = schools(world, "a", "b")
        acknowledged = {}
        while not killer.is_done():
            contents = {}
            for number in range(FILES):
                content = b"\x89PNG\r\n\x1a\n" + os.urandom(FILE_BYTES)
                (world.root / "picture.png").write_bytes(content)
                title = f"With a picture {len(killer.moments)}-{number}"
                path = write_record(world.root, f"f{len(killer.moments)}-{number}.md", title, 50)
                path.write_text(path.read_text() + "\n![a picture](picture.png)\n")
                record = a.json("publish", path, "--network", NETWORK)["id"]
                contents[record] = content
                acknowledged[record] = title
                killer.pause(0.3)
                if not killer.is_done():
                    killer.kill(killer.source.choice((a, b, b)))
            need_whole((a, b), acknowledged, killer)
            for record, content in contents.items():
                for node in (a, b):
                    wait_until(lambda: node.json("show", record)["attachments"][0]["here"],
                               WAIT_SECONDS, f"{node.name} has the file of {record}", 0.2)
                    hash_ = node.json("show", record)["attachments"][0]["hash"]
                    kept = get(node, f"/api/v1/records/{record}/files/{hash_}").body
                    need(kept == content, f"{node.name}: another file, {len(kept)} bytes")


support.main(storm, importing, index, files)
