"""Two nodes in sync meet again: one round, under 1 KB both ways, handshake included."""

import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, in_sync, join, need, wait_until, write_record

NETWORK = "Rivers"
BYTES_MAX = 1024


def import_records(world, node, begin, end):
    folder = world.root / f"records-{begin}"
    folder.mkdir()
    for number in range(begin, end):
        write_record(folder, f"r{number}.md", f"Record number {number}", 30)
    result = node.run("--json", "import", folder, "--network", NETWORK).ok(0, 4).document()
    need(result["published"] == end - begin, f"published {result}")


def bytes_of_a_meeting(proxy, dialler):
    """Cuts the line, lets the two meet again, counts until both have said "nothing new"."""
    before = proxy.connections
    proxy.cut_now()
    proxy.reset()
    wait_until(lambda: proxy.connections > 0, 30, "the next meeting")
    wait_until(lambda: is_settled(dialler), 30, "nothing new, both ways")
    time.sleep(1)
    need(proxy.connections == 1, f"{before} connections before, {proxy.connections} since")
    return proxy.up, proxy.down


def is_settled(node):
    states = [line["state"] for line in node.lines("neighbour", "list")]
    return states == ["in sync"]


def meet_again():
    """meet again: under 1,024 bytes both ways, however much the two hold"""
    with World() as world:
        a = world.node("a")
        c = world.node("c")
        a.run("network", "create", NETWORK, "--focus", "writing").ok()
        proxy = world.proxy(a.listen)
        join(c, a, NETWORK, proxy.address)
        held = 0
        for count in (0, 10, 400):
            if count > held:
                import_records(world, a, held, count)
                held = count
            in_sync((a, c), NETWORK)
            wait_until(lambda: c.network(NETWORK)["records"] == held, 30, "all records at C")
            c.run("sync", "--wait").ok()
            wait_until(lambda: is_settled(c), 30, "quiet before the cut")

            up, down = bytes_of_a_meeting(proxy, c)

            print(f"{held} records held: {up} bytes up, {down} bytes down")
            need(0 < up + down < BYTES_MAX, f"{up} + {down} bytes with {held} records")


support.main(meet_again)
