"""The parts that the benchmarks of whole nodes share: real nodes on loopback, texts, counters of
processes.

Used by node_bench.py and live_bench.py. Records are slices of 2 KB of the corpus, or made-up words
where it is not there.
"""

import http.client
import json
import os
import pathlib
import random
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "acceptance"))

from api import UnixConnection  # noqa: E402
from support import QUICK_TIP, SHARED, wait_until  # noqa: E402

NETWORK = "Rivers"
SLICE_BYTES = 2000
BATCH = 64  # records of one call
HIGH_WATER = "VmHWM:"
RESIDENT = "VmRSS:"
SYNC_BYTES = "staffroom_sync_bytes_total{"
FRONT_MATTER = (
    '---\ntitle: "{title}"\nlang: "en"\nlicence: "CC-BY-4.0"\n' + QUICK_TIP + "---\n"
)


def corpus_text():
    folder = SHARED / "corpus"
    documents = sorted(folder.rglob("*.md")) if folder.is_dir() else []
    text = "\n".join(path.read_text(encoding="utf-8", errors="ignore") for path in documents)
    if text:
        return text
    source = random.Random(1)
    letters = "abcdefghijklmnop"
    words = ["".join(source.choices(letters, k=source.randint(3, 9))) for _ in range(9999)]
    return " ".join(source.choices(words, k=400_000))


class Texts:
    """Slices of 2 KB, no two alike, between two spaces."""

    def __init__(self, seed=3):
        self.text = corpus_text()
        self.random = random.Random(seed)
        self.bytes = 0
        self.made = 0

    def words(self):
        begin = self.text.find(" ", self.random.randrange(len(self.text) - 3 * SLICE_BYTES)) + 1
        return self.text[begin : begin + SLICE_BYTES].encode()[:SLICE_BYTES].decode(errors="ignore")

    def record(self):
        text = self.words()
        self.made += 1
        self.bytes += len(text.encode())
        title = f"Slice {self.made} of the corpus"
        return {
            "network": NETWORK,
            "file": FRONT_MATTER.format(title=title) + text + "\n",
            "confirm_pupil_details": "slices of a corpus, whose pupils are illustrations",
        }


class Caller:
    """One connection to a node's socket that is kept."""

    def __init__(self, node):
        self.connection = UnixConnection(node.folder / "api.sock", timeout=600)

    def answer_to(self, method, target, data, headers=None):
        """A node closes a connection on which nothing is said for long; then there is a new one."""
        try:
            self.connection.request(method, target, data, headers or {})
            return self.connection.getresponse()
        except (BrokenPipeError, ConnectionResetError, http.client.RemoteDisconnected):
            self.connection.close()
            self.connection.request(method, target, data, headers or {})
            return self.connection.getresponse()

    def call(self, method, target, body=None, headers=None):
        data = None if body is None else json.dumps(body).encode()
        response = self.answer_to(method, target, data, headers)
        text = response.read()
        if response.status >= 300:
            raise RuntimeError(f"{method} {target}: {response.status} {text[:300]!r}")
        return json.loads(text) if text.startswith((b"{", b"[")) else text.decode()

    def get(self, target):
        return self.call("GET", target)

    def close(self):
        self.connection.close()


def publish(node, texts, count):
    caller = Caller(node)
    while count > 0:
        some = min(BATCH, count)
        results = caller.call(
            "POST", "/api/v1/records/batch", {"records": [texts.record() for _ in range(some)]}
        )["results"]
        bad = [one for one in results if "problem" in one]
        if bad:
            raise RuntimeError(f"not published: {bad[0]}")
        count -= some
    caller.close()


def memory_bytes(node, which):
    status = pathlib.Path(f"/proc/{node.process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith(which))
    return int(line.split()[1]) * 1024


def forget_high_water(node):
    pathlib.Path(f"/proc/{node.process.pid}/clear_refs").write_text("5")


def cpu_seconds(node):
    """User and system time of the process, all threads."""
    nanoseconds = 0
    for task in pathlib.Path(f"/proc/{node.process.pid}/task").iterdir():
        nanoseconds += int((task / "schedstat").read_text().split()[0])
    return nanoseconds * 1e-9


def disk_bytes(folder, part):
    total = 0
    for where, _, names in os.walk(pathlib.Path(folder) / part):
        total += sum(os.stat(pathlib.Path(where) / name).st_blocks * 512 for name in names)
    return total


def wait_for_index(node):
    caller = Caller(node)
    wait_until(lambda: caller.get("/api/v1/search?q=school")["pending"] == 0, 7200, "index", 0.2)


def sync_bytes(caller):
    lines = caller.get("/metrics").splitlines()
    return sum(int(line.split()[-1]) for line in lines if line.startswith(SYNC_BYTES))
