#!/usr/bin/env python3
"""Measures what a reader waits, and what memory it costs, while a member's data is at its worst.

Two real nodes on loopback. A writes what the API lets a member write that is dearest to read: a
document revised thousands of times, a long chain of documents with large adoptions of each, one
document with hundreds of comments, large texts that all hold the same word, a text that a Markdown
parser takes longest for. B asks each of its routes for them, one after the other.

  STAFFROOM_BIN_DIR=build/bin python3 tests/benchmarks/worst_reads_bench.py [ROUNDS] [--small]
"""

import argparse
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "acceptance"))

import bench_nodes  # noqa: E402
import support  # noqa: E402
from bench_nodes import BATCH, FRONT_MATTER, HIGH_WATER, NETWORK, RESIDENT  # noqa: E402

COMMON = "lesson "
LARGE_BYTES = 100_000
CALL_BYTES = 1_500_000  # of the 2 MiB that one call may have
KINDS = {
    "adoption": "kind: adoption\nstage: finished\nmode: from\nkept: the cards\nchanged: pictures\n"
    "outcome: no-difference\nwhat-happened: The same slips came back.\n"
    "context-place: A village school with two classes\nphases: [primary]\nfocus: [reading]\n",
    "comment": "kind: comment\n",
}


def text(kind, title, words):
    """A record of another kind than a tip carries that kind's fields instead of the tip's."""
    head = FRONT_MATTER.format(title=title)
    if kind in KINDS:
        head = f'---\ntitle: "{title}"\nlang: "en"\nlicence: "CC-BY-4.0"\n{KINDS[kind]}---\n'
    return head + words + "\n"


class Writer:
    """Collects records for one call of the API."""

    def __init__(self, node):
        self.caller = bench_nodes.Caller(node)

    def all(self, records):
        made = []
        batch = max(1, min(BATCH, CALL_BYTES // max(len(one[2]) for one in records)))
        for begin in range(0, len(records), batch):
            answer = self.caller.call(
                "POST", "/api/v1/records/batch",
                {"records": [self.body(*one) for one in records[begin : begin + batch]]},
            )
            for one in answer["results"]:
                support.need("problem" not in one, f"not published: {one}")
                made.append(one["revision"])
        return made

    def body(self, kind, title, words, about=None, relation=None):
        body = {"network": NETWORK, "file": text(kind, title, words),
                "confirm_pupil_details": "made-up words; there are no pupils"}
        if about is not None:
            body["about"] = [{"id": about, "relation": relation}]
        return body

    def revise(self, document, times):
        for number in range(times):
            self.caller.call(
                "POST", f"/api/v1/records/{document}/revisions",
                {"file": text("", f"Revised {number}", "One slip a pupil."),
                 "confirm_pupil_details": "made-up words; there are no pupils"},
                {"If-Match": "*"},
            )


def write_worst(node, scale):
    writer = Writer(node)
    large = COMMON * (LARGE_BYTES // len(COMMON))
    first = writer.all([("", "The first of a chain", "One slip a pupil.")])[0]
    chain = [first]
    for number in range(200 // scale):
        chain += writer.all(
            [("", f"Link {number}", "One slip a pupil.", chain[-1], "adapted-from")]
        )
    middle = chain[len(chain) // 2]
    writer.all([
        ("adoption", f"Adoption {number}", large, middle, "tried-in")
        for number in range(60 // scale)
    ])
    writer.all([
        ("comment", f"Comment {number}", "Thank you. " * 50, middle, "comments-on")
        for number in range(2000 // scale)
    ])
    writer.all([("", f"Large {number}", large) for number in range(400 // scale)])
    slow = writer.all([("", "A text that is slow to parse", "a" + "<?" * 100_000)])[0]
    revised = writer.all([("", "Revised often", "One slip a pupil.")])[0]
    writer.revise(revised, 5000 // scale)
    return first, middle, slow, revised


def routes_of(first, middle, slow, revised):
    for name, document in (("first of the chain", first), ("middle of the chain", middle),
                           ("slow text", slow), ("revised often", revised)):
        for part in ("", "/lineage", "/history", "/export?format=markdown"):
            yield f"{name}{part}", f"/api/v1/records/{document}{part}"
    yield "list", "/api/v1/records?limit=100"
    yield "list of a network", f"/api/v1/records?limit=100&network={NETWORK}"
    yield "a word in every text", "/api/v1/search?q=lesson"
    yield "words of every text", "/api/v1/search?q=lesson+slip+pupil+one"
    for part in ("inbox", "reports/adoptions", "networks", "status", "neighbours", "kinds"):
        yield part, f"/api/v1/{part}"


def measure(world, rounds, scale):
    a, b = world.node("a"), world.node("b")
    a.run("network", "create", NETWORK, "--focus", "literacy-and-oracy").ok()
    support.join(b, a, NETWORK)
    documents = write_worst(a, scale)
    support.in_sync([a, b], NETWORK)
    caller = bench_nodes.Caller(b)
    support.wait_until(
        lambda: caller.get("/api/v1/search?q=lesson").get("pending", 0) == 0, 600, "indexed"
    )
    print(f"{'request':<48} {'median ms':>10} {'most ms':>9} {'memory MB':>10}")
    for name, target in routes_of(*documents):
        times = []
        bench_nodes.forget_high_water(b)
        before = bench_nodes.memory_bytes(b, RESIDENT)
        for _ in range(rounds):
            begin = time.perf_counter()
            response = caller.answer_to("GET", target, None)
            size = len(response.read())
            times.append((time.perf_counter() - begin) * 1000)
        grown = (bench_nodes.memory_bytes(b, HIGH_WATER) - before) / 1e6
        print(f"{name:<48} {statistics.median(times):10.1f} {max(times):9.1f} {grown:10.1f}"
              f"  {response.status}, {size} bytes", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rounds", type=int, nargs="?", default=5)
    parser.add_argument("--small", action="store_true", help="a twentieth of the data")
    options = parser.parse_args()
    with support.World() as world:
        measure(world, options.rounds, 20 if options.small else 1)


main()
