#!/usr/bin/env python3
"""Measures how soon a record that was just published stands in a neighbour's API.

Two real nodes on loopback. A publishes over its Unix socket, one record after the other; B is
listened to on /api/v1/events, and every other record is asked for there by GET until it is
answered. One time runs from the call, one from A's answer, which says that the record is durable,
to B's, which says it of its own disk; a time below zero means that B had it before A's answer was
read. Beside them stands, in the same run, what the disk takes to sync 2 KB.

  STAFFROOM_BIN_DIR=build/bin python3 tests/benchmarks/live_bench.py [PUBLISHES]
"""

import json
import os
import pathlib
import statistics
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "acceptance"))

import api  # noqa: E402
import support  # noqa: E402

PAUSE_SECONDS = 0.03
TEXT_WORDS = 300


class Client:
    """One connection that is kept, as a page or a program would."""

    def __init__(self, node):
        self.connection = api.UnixConnection(node.folder / "api.sock")

    def ask(self, method, target, body=None):
        data = None if body is None else json.dumps(body).encode()
        self.connection.request(method, target, data)
        response = self.connection.getresponse()
        return response.status, response.read()


class Arrivals(threading.Thread):
    """When B's listener heard of each record."""

    def __init__(self, node):
        super().__init__(daemon=True)
        self.heard = {}
        self.connection = api.UnixConnection(node.folder / "api.sock")
        self.connection.connect()
        line = self.connection.sock
        line.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        self.stream = line.makefile("rb")

    def run(self):
        for line in self.stream:
            now = time.perf_counter()
            if line.startswith(b"data: ") and b'"revision"' in line:
                self.heard[json.loads(line[6:])["revision"]] = now

    def wait_for(self, revision, seconds=10):
        end = time.monotonic() + seconds
        while revision not in self.heard:
            support.need(time.monotonic() < end, f"{revision} has not arrived")
            time.sleep(0.0005)
        return self.heard[revision]


def record(root, number):
    path = support.write_record(root, "live.md", f"Live {number}", TEXT_WORDS, number)
    return {"network": "Live", "kind": "practice-write-up", "file": path.read_text("utf-8")}


def sync_seconds(root):
    """One small write that is durable when it returns, as a node makes several of."""
    with open(root / "synced", "ab") as file:
        begin = time.perf_counter()
        file.write(bytes(2048))
        file.flush()
        os.fdatasync(file.fileno())
        return time.perf_counter() - begin


def cpu_seconds(node):
    """Of all its threads, finer than the ticks of `Node.cpu_seconds`."""
    tasks = pathlib.Path(f"/proc/{node.process.pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def shown(name, seconds):
    ordered = sorted(seconds)
    p95 = ordered[min(len(ordered) - 1, len(ordered) * 95 // 100)]
    middle = statistics.median(ordered)
    print(f"{name:<44} {middle * 1000:8.2f} {p95 * 1000:8.2f} {ordered[-1] * 1000:8.2f}")


def measure(world, publishes):
    a, b = world.node("a"), world.node("b")
    a.run("network", "create", "Live", "--focus", "literacy-and-oracy").ok()
    support.join(b, a, "Live")
    support.in_sync([a, b], "Live")
    arrivals = Arrivals(b)
    arrivals.start()
    at_a, at_b = Client(a), Client(b)
    at_b.ask("GET", "/api/v1/records")
    times = {"publish at A, until its answer": [], "from the answer until B's event": [],
             "from the answer until B's GET": [], "from the call until B's event": [],
             "from the call until B's GET": [], "bare sync of 2 KB": []}
    before = [cpu_seconds(node) for node in (a, b)]
    for number in range(publishes):
        body = record(world.root, number)
        time.sleep(PAUSE_SECONDS)
        times["bare sync of 2 KB"].append(sync_seconds(world.root))
        time.sleep(PAUSE_SECONDS)
        begin = time.perf_counter()
        status, answer = at_a.ask("POST", "/api/v1/records", body)
        acknowledged = time.perf_counter()
        support.need(status == 201, f"{status} {answer}")
        times["publish at A, until its answer"].append(acknowledged - begin)
        revision = json.loads(answer)["revision"]
        if number % 2 == 0:
            heard = arrivals.wait_for(revision)
            times["from the answer until B's event"].append(heard - acknowledged)
            times["from the call until B's event"].append(heard - begin)
            continue
        while at_b.ask("GET", f"/api/v1/records/{revision}")[0] != 200:
            pass
        now = time.perf_counter()
        times["from the answer until B's GET"].append(now - acknowledged)
        times["from the call until B's GET"].append(now - begin)
    print(f"{publishes} publishes, milliseconds                    median      95 %      most")
    for name, seconds in times.items():
        shown(name, seconds)
    sync, answer = (statistics.median(times[name]) for name in (
        "bare sync of 2 KB", "publish at A, until its answer"))
    print(f"the answer takes two bare syncs and {(answer - 2 * sync) * 1000:23.2f}")
    for node, begin in zip((a, b), before):
        used = (cpu_seconds(node) - begin) / publishes
        print(f"CPU at {node.name} a publish, index included {used * 1000:13.2f}")


def main():
    publishes = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    with support.World() as world:
        measure(world, publishes)


if __name__ == "__main__":
    main()
