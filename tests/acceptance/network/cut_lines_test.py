"""A line that is cut at random bytes 200 times: both nodes converge by themselves."""

import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, in_sync, join, need, wait_until, write_record

NETWORK = "Rivers"
CUTS = 200
SEED = 20261122
CHUNK_BYTES_MAX = 192 * 1024 + 320 * 1024 + 8 * 1024  # a chunk with the largest body at its end
OVERHEAD = 1.25                                        # headers, proofs, frames beside the bodies


def next_cut(source):
    """From the first byte of a handshake to beyond a whole chunk."""
    return source.randint(1, source.choice((300, 8_000, 400_000)))


class Author:
    """Publishes at one node so that there is always something to fetch."""

    def __init__(self, world, node):
        self.folder = world.root / "records"
        self.folder.mkdir()
        self.node = node
        self.count = 0
        self.bytes = 0

    def publish(self, words):
        path = write_record(self.folder, f"r{self.count}.md", f"Record number {self.count}", words)
        self.node.run("publish", path, "--network", NETWORK).ok()
        self.count += 1
        self.bytes += path.stat().st_size


def cut_lines():
    """cut lines: 200 cuts at random bytes lose nothing and cost at most a chunk each"""
    source = random.Random(SEED)
    print(f"seed {SEED}")
    with World() as world:
        a = world.node("a")
        c = world.node("c")
        a.run("network", "create", NETWORK, "--focus", "writing").ok()
        proxy = world.proxy(a.listen)
        join(c, a, NETWORK, proxy.address)
        author = Author(world, a)
        proxy.reset()
        for _ in range(CUTS * 10):
            if proxy.cuts >= CUTS:
                break
            cuts = proxy.cuts
            proxy.cut_after(next_cut(source))
            if c.network(NETWORK)["records"] == author.count:
                author.publish(source.randint(200, 12_000))
            c.run("sync")
            wait_until(
                lambda: proxy.cuts > cuts or c.network(NETWORK)["records"] == author.count,
                60, f"cut {cuts + 1} or convergence", 0.02,
            )
        need(proxy.cuts >= CUTS, f"only {proxy.cuts} cuts")
        proxy.cut_after(None)

        in_sync((a, c), NETWORK, 120)

        c.run("sync", "--wait").ok()
        records = c.lines("list", "--network", NETWORK)
        need(len(records) == author.count, f"{len(records)} of {author.count} records")
        of_author = a.lines("list", "--network", NETWORK)
        need({r["id"] for r in records} == {r["id"] for r in of_author}, "other ids")
        lost_max = sum(min(size, CHUNK_BYTES_MAX) for size in proxy.cut_sizes)
        passed = proxy.total()
        print(f"{author.count} records, {author.bytes} bytes, {passed} passed, {proxy.cuts} cuts")
        need(passed <= author.bytes * OVERHEAD + lost_max, "more than a chunk was lost by a cut")
        verified = c.json("verify")
        need(verified["damaged"] == [], f"damaged: {verified['damaged'][:3]}")


def killed_neighbour():
    """cut lines: a third node that is killed while it fetches comes back and converges by itself"""
    with World() as world:
        a = world.node("a", port=support.free_port())
        c = world.node("c")
        a.run("network", "create", NETWORK, "--focus", "writing").ok()
        join(c, a, NETWORK)
        author = Author(world, a)
        for _ in range(5):
            for _ in range(10):
                author.publish(2_000)
            c.kill()
            c.start()
        wait_until(lambda: c.network(NETWORK)["records"] == author.count, 60, "all records at C")
        in_sync((a, c), NETWORK)


support.main(cut_lines, killed_neighbour)
