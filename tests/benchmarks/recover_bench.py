#!/usr/bin/env python3
"""A school whose machine is gone, brought back by its phrase: from nothing to an equal digest.

Two real nodes on loopback. One publishes, the other copies; the first one's folder is taken away,
and the command line brings it back from the other. The clock runs from the call of
`recover` until it has returned: keys made, joined, everything fetched and durable, the lost key
ended, the neighbour told. Beside it stands, in the same run, a cold copy of as many records into a
school that joins as any does. Records are slices of 2 KB of the corpus.

  STAFFROOM_BIN_DIR=build/bin python3 tests/benchmarks/recover_bench.py [--records 10000] [--runs 3]
"""

import argparse
import json
import pathlib
import shutil
import statistics
import tempfile
import time

from bench_nodes import NETWORK, Texts, publish
from support import Node, in_sync, join, need, wait_until


def copied(root, hub, records):
    """Seconds of a cold copy into a newcomer, from its join until all records are there."""
    node = Node(root, "newcomer").init().start()
    begin = time.monotonic()
    join(node, hub, NETWORK)
    wait_until(lambda: node.network(NETWORK)["records"] == records, 600, "the copy", 0.05)
    seconds = time.monotonic() - begin
    node.stop()
    return seconds


def run_once(root, records):
    hub = Node(root, "hub").init().start()
    hub.run("network", "create", NETWORK, "--focus", "writing").ok()
    phrase = root / "phrase"
    school = Node(root, "school").init("--phrase-out", phrase).start()
    join(school, hub, NETWORK)
    publish(school, Texts(), records)
    in_sync((hub, school), NETWORK, 600)
    school.stop()
    shutil.rmtree(school.folder)
    code = hub.json("network", "invite", NETWORK)["code"]
    begin = time.monotonic()
    back = school.json(
        "recover", "--phrase-file", phrase, "--from", hub.listen, "--network-code", code,
        "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0", "--no-other-network", timeout=3600)
    seconds = time.monotonic() - begin
    need(back["networks"][0]["digest"] == hub.digest(NETWORK), "another digest")
    need(back["records"] == records, f"{back}")
    cold = copied(root, hub, records)
    hub.stop()
    return seconds, cold


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--work", help="a folder on the disk to measure")
    options = parser.parse_args()
    times = []
    for _ in range(options.runs):
        with tempfile.TemporaryDirectory(dir=options.work, prefix="staffroom-") as folder:
            times.append(run_once(pathlib.Path(folder), options.records))
    print(json.dumps({
        "records": options.records,
        "recover_s": round(statistics.median(one for one, _ in times), 2),
        "cold_copy_s": round(statistics.median(one for _, one in times), 2),
        "runs": [[round(one, 2) for one in pair] for pair in times],
    }))


if __name__ == "__main__":
    main()
