#!/usr/bin/env python3
"""Records cross a link, beside a copy of as many inside one network, in the same run.

Three real nodes on loopback. One publishes for its network and for a linked one while both others
are off: a school of its own network, and the only school of the other one. Then each of them is
started by itself, and the clock runs from "ready" until it has all records with their words: for
the first a copy as of all schools, for the second what a gateway brings, each record proven by
passport, head and path. The bytes are all that the receiver counts on its lines. Records are
slices of 2 KB of the corpus.

  STAFFROOM_BIN_DIR=build/bin python3 tests/benchmarks/crossing_bench.py [--records 10000]
"""

import argparse
import json
import pathlib
import statistics
import tempfile
import time

from bench_nodes import (
    NETWORK, Caller, Texts, cpu_seconds, publish, sync_bytes, wait_for_index,
)
from support import Node, free_port, in_sync, join, need, wait_until

OTHER = "Downs"
SECONDS = 1800


class LinkedTexts(Texts):
    """Texts that another network reads, too."""

    def record(self):
        return {**super().record(), "links": [OTHER]}


def timed(node, sender, is_whole):
    """Starts a node; seconds until it has all, CPU of both sides, and bytes on its lines."""
    before = cpu_seconds(sender)
    node.start()
    begin = time.monotonic()
    wait_until(is_whole, SECONDS, f"{node.name} has all", 0.05)
    seconds = time.monotonic() - begin
    used = cpu_seconds(sender) - before + cpu_seconds(node)
    return seconds, used, sync_bytes(Caller(node))


def run_once(root, records):
    port, far_port = free_port(), free_port()
    hub = Node(root, "hub", port=port).init("--address", f"127.0.0.1:{port}").start()
    hub.run("network", "create", NETWORK, "--focus", "writing").ok()
    near = Node(root, "near").init().start()
    join(near, hub, NETWORK)
    far = Node(root, "far", port=far_port).init("--address", f"127.0.0.1:{far_port}").start()
    far.run("network", "create", OTHER, "--focus", "writing").ok()
    code = hub.json("link", "invite", NETWORK)["code"]
    far.json("link", "accept", code, hub.listen, "--network", OTHER, "--yes")
    in_sync((hub, near), NETWORK)
    near.stop()
    far.stop()
    publish(hub, LinkedTexts(), records)
    wait_until(lambda: hub.json("link", "show", OTHER)["crossing"]["ours"]["cleared"] == records,
               SECONDS, "all are signed to cross", 0.2)
    wait_for_index(hub)

    def is_copied():
        state = near.network(NETWORK)
        return state["records"] == records and state["missing_bodies"] == 0

    def has_crossed():
        crossing = far.json("link", "show", NETWORK).get("crossing")
        return crossing is not None and crossing["theirs"]["count"] == records

    copied = timed(near, hub, is_copied)
    near.stop()
    crossed = timed(far, hub, has_crossed)
    refused = far.json("link", "show", NETWORK)["crossing"]["theirs"]["refused"]
    need(not refused, f"{refused}")
    for node in (far, hub):
        node.stop()
    return copied, crossed


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--work", help="a folder on the disk to measure")
    options = parser.parse_args()
    runs = []
    for _ in range(options.runs):
        with tempfile.TemporaryDirectory(dir=options.work, prefix="staffroom-") as folder:
            runs.append(run_once(pathlib.Path(folder), options.records))

    def median(which, what):
        return statistics.median(run[which][what] for run in runs)

    print(json.dumps({
        "records": options.records,
        "copy_s": round(median(0, 0), 2),
        "crossing_s": round(median(1, 0), 2),
        "rate_of_copy": round(median(0, 0) / median(1, 0), 2),
        "copy_cpu_us_a_record": round(median(0, 1) / options.records * 1e6),
        "crossing_cpu_us_a_record": round(median(1, 1) / options.records * 1e6),
        "bytes_beyond_a_copy_a_record": round((median(1, 2) - median(0, 2)) / options.records),
    }))


if __name__ == "__main__":
    main()
