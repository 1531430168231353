"""Two real nodes on loopback, measured as whole processes; the limits of the machine beside them.

Usage: node_bench.py [--records 10000,100000] [--runs 3] [--idle-seconds 60] [--only NAME,...]
Needs STAFFROOM_BIN_DIR (default: build/bin). Prints a table; each figure is the median of the runs.
Measures: cold (from connect until every chunk is durable, heads verified and `list` complete),
difference (100 new records among so many, and a meeting with nothing new), idle, year. Nothing here
is held against a clock; the bars stand beside the figures.
"""

import argparse
import json
import pathlib
import shutil
import statistics
import subprocess
import tempfile
import time

from bench_nodes import (
    HIGH_WATER, NETWORK, RESIDENT, Caller, Texts, cpu_seconds, disk_bytes,
    forget_high_water, memory_bytes, publish, sync_bytes, wait_for_index,
)
from delayed_line import DelayedLine
from support import BIN_DIR, Node, free_port, join, wait_until

DELAY = 0.05  # each way, where rounds are counted
NEW = 100
BARE_RECORDS_MAX = 200_000  # of a bare database; its rate falls with its size


def median(values):
    return statistics.median(values)


def row(what, figure, bar=""):
    print(f"| {what} | {figure} | {bar} |", flush=True)


class Shelf:
    """Three schools: one with so many records, two that are members and have none yet."""

    def __init__(self, root, records):
        self.root = pathlib.Path(root) / str(records)
        self.root.mkdir()
        self.records = records
        self.a = Node(self.root, "a", free_port()).init().start()
        self.b = Node(self.root, "b").init().start()
        self.a.run("network", "create", NETWORK, "--focus", "writing").ok()
        self.c = Node(self.root, "c").init().start()
        self.line = DelayedLine(self.a.listen)
        join(self.b, self.a, NETWORK, self.a.listen)
        join(self.c, self.a, NETWORK, self.line.address)
        for node in (self.b, self.c):
            wait_until(lambda: is_whole(Caller(node), 0), 20, "an empty network")
        self.line.take_down()
        self.b.stop()
        shutil.copytree(self.root / "b", self.root / "b.empty")
        self.texts = Texts()
        begin = time.monotonic()
        publish(self.a, self.texts, records)
        self.publish_seconds = time.monotonic() - begin
        wait_for_index(self.a)

    def empty_newcomer(self):
        self.stop_newcomer()
        shutil.rmtree(self.root / "b", ignore_errors=True)
        shutil.copytree(self.root / "b.empty", self.root / "b")

    def stop_newcomer(self):
        if self.b.process is not None:
            self.b.stop()

    def close(self):
        for node in (self.a, self.b, self.c):
            if node.process is not None:
                node.stop()
        shutil.rmtree(self.root)


def is_whole(caller, records):
    seen = caller.get(f"/api/v1/networks/{NETWORK}")
    return (seen["records"], seen["missing_bodies"], seen["missing_entries"]) == (records, 0, 0)


def cold(shelf):
    """One cold copy: from the newcomer's start until `list` is complete."""
    shelf.empty_newcomer()
    forget_high_water(shelf.a)
    cpu_before = cpu_seconds(shelf.a)
    begin = time.monotonic()
    caller = Caller(shelf.b.start())
    wait_until(lambda: is_whole(caller, shelf.records), 7200, "all records", 0.01)
    held = time.monotonic() - begin
    cpu = (cpu_seconds(shelf.a) - cpu_before, cpu_seconds(shelf.b))
    memory = max(memory_bytes(shelf.a, HIGH_WATER), memory_bytes(shelf.b, HIGH_WATER))
    listed = caller.get("/api/v1/status")["store"]["records"]
    seconds = time.monotonic() - begin
    if listed != shelf.records or not caller.get("/api/v1/records?limit=100")["records"]:
        raise RuntimeError(f"listed {listed}")
    wire = sync_bytes(caller)
    wait_for_index(shelf.b)
    return {
        "rate": shelf.records / seconds, "held_seconds": held, "seconds": seconds,
        "cpu_us": sum(cpu) / shelf.records * 1e6, "memory": memory,
        "memory_listed": memory_bytes(shelf.b, HIGH_WATER),
        "wire": wire / shelf.texts.bytes,
        "disk": disk_bytes(shelf.root / "b", "store") / shelf.texts.bytes,
        "index_seconds": time.monotonic() - begin - seconds,
    }


def bare_limits(root, records, runs):
    """What the machine does alone with as many records."""
    count = min(records, BARE_RECORDS_MAX)
    limits = json.loads(subprocess.check_output(
        [BIN_DIR / "baseline_bench", root, str(count), str(runs)]
    ))
    n = f"{count:,}"
    row(f"bare LevelDB, Snappy, 100 a batch, a sync each, {n}", f"{limits['leveldb']:,} records/s")
    row(f"bare hashing (BLAKE2b), {n}", f"{limits['hashing']:,} records/s")
    row(f"bare sealed line over loopback, {n}", f"{limits['sealed_line']:,} records/s")
    row(f"bare copy from segment to segment, {n}", f"{limits['segment_copy']:,} records/s")
    return limits


def report_cold(shelf, runs):
    limits = bare_limits(shelf.root / "bare", shelf.records, runs)
    all_runs = [cold(shelf) for _ in range(runs)]
    middle = {name: median([one[name] for one in all_runs]) for name in all_runs[0]}
    n = f"{shelf.records:,}"
    share, of_copy = (middle["rate"] / limits[name] for name in ("leveldb", "segment_copy"))
    bare = "bare LevelDB" if limits["records"] == shelf.records else (
        f"bare LevelDB with {limits['records']:,}")
    row(f"cold copy of {n}", f"{middle['rate']:,.0f} records/s ({middle['seconds']:.2f} s), "
        f"{share:.2f} of {bare}, {of_copy:.2f} of the bare copy", "at least 0.6 of the bare copy")
    row(f"CPU of both sides, {n}", f"{middle['cpu_us']:.1f} us a record", "40")
    row(f"memory of either side in the copy, {n}", f"{middle['memory'] / 1e6:.0f} MB", "100")
    row(f"memory with list and index, {n}", f"{middle['memory_listed'] / 1e6:.0f} MB")
    row(f"on the wire, {n}", f"{middle['wire']:.3f} of the text", "0.65")
    row(f"on disk without index, {n}", f"{middle['disk']:.3f} of the text", "0.8")
    row(f"the index catches up after, {n}", f"{middle['index_seconds']:.1f} s")
    row(f"publishing before, {n}", f"{shelf.publish_seconds / shelf.records * 1e6:.0f} us a record")
    return middle["wire"]


class Meeting:
    """The third school, whole, which knows the first by the line's address alone."""

    def __init__(self, shelf):
        self.shelf = shelf
        self.caller = Caller(shelf.c)
        self.held = shelf.records
        shelf.line.bring_up(0)
        self.caller.call("POST", "/api/v1/sync", {})
        wait_until(lambda: is_whole(self.caller, self.held), 3600, "all records at the third", 0.1)
        wait_for_index(shelf.c)

    def after(self, new, delay):
        """So many records later: seconds from connect until all are here, bytes of the meeting."""
        line = self.shelf.line
        line.take_down()
        wait_until(lambda: not self.is_connected(), 30, "the end of the line")
        if new > 0:
            publish(self.shelf.a, self.shelf.texts, new)
            wait_for_index(self.shelf.a)
            self.held += new
        line.bring_up(delay)
        self.caller.call("POST", "/api/v1/sync", {})
        wait_until(lambda: line.opened, 30, "a new line", 0.0002)
        wait_until(lambda: is_whole(self.caller, self.held), 60, "the difference", 0.0002)
        seconds = time.monotonic() - line.opened
        time.sleep(0.5 + 6 * delay)
        return seconds, line.bytes

    def is_connected(self):
        states = self.caller.get("/api/v1/neighbours")["neighbours"]
        return any(one["state"] in ("connected", "in sync") for one in states)


def report_difference(shelf, meeting, wire_share, runs):
    n = f"{shelf.records:,}"
    near = [meeting.after(NEW, 0) for _ in range(runs)]
    far = [meeting.after(NEW, DELAY) for _ in range(runs)]
    seconds = median([one[0] for one in near])
    there_and_back = (median([one[0] for one in far]) - seconds) / (2 * DELAY)
    text = shelf.texts.bytes / shelf.texts.made
    beyond = median([one[1] for one in near]) - NEW * wire_share * text
    row(f"difference of {NEW} in {n}, from connect", f"{seconds * 1e3:.1f} ms", "20 ms")
    row(f"difference of {NEW} in {n}, round trips", f"{there_and_back:.1f}", "3 and the handshake")
    row(f"difference of {NEW} in {n}, beyond the records", f"{beyond / 1000:.1f} KB", "8 KB")
    again = [meeting.after(0, 0)[1] for _ in range(runs)]
    row(f"meeting again, nothing new in {n}", f"{median(again):.0f} bytes", "1,024")


def report_idle(shelf, seconds):
    """The third school with one neighbour, after everything is settled, started anew."""
    shelf.stop_newcomer()
    shelf.c.stop()
    shelf.c.start()
    Caller(shelf.c).get("/api/v1/records?limit=20")
    time.sleep(5)
    before = cpu_seconds(shelf.c)
    time.sleep(seconds)
    spent = (cpu_seconds(shelf.c) - before) * 60 / seconds
    n = f"{shelf.records:,}"
    row(f"idle with {n}, one neighbour: memory", f"{memory_bytes(shelf.c, RESIDENT) / 1e6:.0f} MB",
        "100 MB")
    row(f"idle with {n}, one neighbour: CPU in 60 s", f"{spent * 1e3:.1f} ms", "20 ms")


def measure(root, records, options):
    shelf = Shelf(root, records)
    try:
        share = 0.6
        if "cold" in options.only:
            share = report_cold(shelf, options.runs)
        if "difference" in options.only or "idle" in options.only:
            meeting = Meeting(shelf)
        if "difference" in options.only:
            report_difference(shelf, meeting, share, options.runs)
        if "idle" in options.only:
            report_idle(shelf, options.idle_seconds)
    finally:
        shelf.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", default="10000,100000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--idle-seconds", type=int, default=60)
    parser.add_argument("--only", default="cold,difference,idle,year")
    parser.add_argument("--work", default=None, help="a folder on the disk to be measured")
    options = parser.parse_args()
    options.only = options.only.split(",")
    with tempfile.TemporaryDirectory(prefix="staffroom-bench-", dir=options.work) as root:
        print("| what | figure | bar |\n|---|---|---|")
        for records in options.records.split(","):
            measure(root, int(records), options)
        if "year" in options.only:
            year = json.loads(subprocess.check_output([BIN_DIR / "year_bench", "24000"]))
            row(f"a year of {year['schools']:,} schools verified ({year['entries']:,} entries)",
                f"{year['seconds']} s, {year['cpu_us_a_school']} us a school")


main()
