"""A store that is damaged under its running node: found, asked for again, given back."""

import pathlib
import shutil
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, in_sync, join, need, wait_until, write_record

NETWORK = "Rivers"
RECORDS = 12


def damage(folder):
    """Rubbish over every body: nobody has read them since the node started."""
    for segment in (folder / "store" / "segments").iterdir():
        size = segment.stat().st_size
        with open(segment, "r+b") as file:
            file.seek(size // 3)
            file.write(b"\x55" * (size // 3))


def found_by_verify(node):
    attention = 4
    return node.run("--json", "verify").ok(0, attention).document()["damaged"]


def damaged_bodies():
    """damaged store: bodies that rot under a running node are found by verify and given back"""
    with World() as world:
        one, other = world.node("one"), world.node("other")
        one.run("network", "create", NETWORK, "--focus", "writing").ok()
        join(other, one, NETWORK)
        for i in range(RECORDS):
            record = write_record(world.root, f"r{i}.md", f"Record {i}")
            one.run("publish", record, "--network", NETWORK).ok()
        in_sync([one, other], NETWORK)
        damage(one.folder)

        need(found_by_verify(one) != [], "verify found nothing")

        wait_until(lambda: found_by_verify(one) == [], 60, "nothing damaged any more", 1)

        def is_whole():
            held = one.lines("list", "--network", NETWORK)
            return len(held) == RECORDS and one.network(NETWORK)["missing_bodies"] == 0

        wait_until(is_whole, 60, "every body again", 1)
        for record in one.lines("list", "--network", NETWORK):
            need(one.json("show", record["id"])["text"], f"{record['id']} has no text")
        need(one.digest(NETWORK) == other.digest(NETWORK), "the two differ")


def trouble(node):
    checks = node.run("--json", "doctor").ok(0, 4).document()["checks"]
    return {check["code"] for check in checks if check["level"] == "trouble"}


def remembered_damage():
    """damaged store: what verify found while stopped is said by every start until it is healed"""
    code = "store.places-damaged"
    with World() as world:
        one = world.node("one", port=support.free_port())
        other = world.node("other", port=support.free_port())
        one.run("network", "create", NETWORK, "--focus", "writing").ok()
        join(other, one, NETWORK)
        for i in range(RECORDS):
            record = write_record(world.root, f"r{i}.md", f"Record {i}")
            one.run("publish", record, "--network", NETWORK).ok()
        in_sync([one, other], NETWORK)
        other.stop()
        one.stop()
        damage(one.folder)
        found = len(found_by_verify(one))
        need(found > 0, "verify found nothing")
        need(len(found_by_verify(one)) == found, "forgotten by the second look")
        need(code in trouble(one), f"stopped: {trouble(one)}")
        for _ in range(2):
            one.start()
            need(code in trouble(one), f"after a start: {trouble(one)}")
            need("TROUBLE" in one.run("status").ok().out, "status is silent")
            need(len(found_by_verify(one)) == found, "all is whole, says verify")
            one.stop()
        one.start()
        time.sleep(2)
        told = one.trace().count(code)
        need(told == 3, f"told {told} times in three runs")
        other.start()
        wait_until(lambda: code not in trouble(one), 90, "healed", 1)
        need(one.json("verify")["damaged"] == [], "still damaged")


def damage_rows(folder):
    """Rubbish in the middle of every table of the index."""
    for table in (folder / "store" / "index").glob("*.ldb"):
        size = table.stat().st_size
        with open(table, "r+b") as file:
            file.seek(size // 4)
            file.write(b"\x55" * (size // 2))


def damaged_rows():
    """damaged store: an index that rots is salvaged by the start that meets it, and given back"""
    with World() as world:
        one = world.node("one", port=support.free_port())
        other = world.node("other", port=support.free_port())
        one.run("network", "create", NETWORK, "--focus", "writing").ok()
        join(other, one, NETWORK)
        for i in range(4 * RECORDS):
            record = write_record(world.root, f"r{i}.md", f"Record {i}", words=10)
            one.run("publish", record, "--network", NETWORK).ok()
        in_sync([one, other], NETWORK)
        one.stop()
        one.start()
        one.stop()  # the rows have become a table
        damage_rows(one.folder)
        one.start()

        wait_until(lambda: "store.salvaged" in one.trace(), 60, "a salvage", 1)

        def is_whole():
            held = one.run("--json", "list", "--network", NETWORK)
            return held.code == 0 and len(held.documents()) == 4 * RECORDS

        wait_until(is_whole, 90, "every record again", 1)
        in_sync([one, other], NETWORK, 90)


def damage_headers(folder):
    """Rubbish where headers of records stand: no start reads them, a neighbour does. They fill
    the second block of 4 KiB and the third, of some hundred bytes each."""
    tables = (folder / "store" / "index").glob("*.ldb")
    with open(max(tables, key=lambda table: table.stat().st_size), "r+b") as file:
        file.seek(5000)
        file.write(b"\x55" * 2500)


def heard(listener):
    """What the node has told the service manager so far."""
    messages = []
    try:
        while True:
            messages.append(listener.recv(4096, socket.MSG_DONTWAIT).decode())
    except BlockingIOError:
        return messages


def damaged_while_running():
    """damaged store: an index found damaged while it runs is salvaged without a new process"""
    with World() as world, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(world.root / "notify"))
        one = world.node("one", port=support.free_port(), start=False)
        one.environment = {"NOTIFY_SOCKET": str(world.root / "notify"), "WATCHDOG_USEC": "60000000"}
        one.start()
        one.run("network", "create", NETWORK, "--focus", "writing").ok()
        for i in range(8 * RECORDS):
            record = write_record(world.root, f"r{i}.md", f"Record {i}", words=10)
            one.run("publish", record, "--network", NETWORK).ok()
        one.stop()
        one.start()
        one.stop()  # the rows have become a table
        damage_headers(one.folder)
        heard(listener)
        one.start()

        code = one.json("network", "invite", NETWORK)["code"]
        world.node("other").run("network", "join", code, one.listen)  # perhaps cut off by the end

        wait_until(lambda: "store.salvaged" in one.trace(), 60, "a salvage", 0.2)
        wait_until(lambda: one.run("--json", "status").code == 0, 60, "the node again", 0.2)
        need("store.damaged" in one.trace(), "the start met it already")
        need(one.process.poll() is None, "another process")
        messages = heard(listener)
        need(any("WATCHDOG_USEC=1800000000" in said for said in messages), f"no time: {messages}")
        need(not any("STOPPING" in said for said in messages), f"a stop was told: {messages}")
        need(any("READY=1" in said for said in messages), f"not ready again: {messages}")


def lost_commits():
    """damaged store: an index that lost what was confirmed is told so by verify"""
    with World() as world:
        one = world.node("one")
        one.stop()
        index = one.folder / "store" / "index"
        shutil.copytree(index, world.root / "old")
        one.start()
        one.run("network", "create", NETWORK, "--focus", "writing").ok()
        one.stop()
        shutil.rmtree(index)
        shutil.copytree(world.root / "old", index)

        one.run("verify").refused(4, "has lost", "confirmed")


if __name__ == "__main__":
    support.main(
        damaged_bodies, remembered_damage, damaged_rows, damaged_while_running, lost_commits,
    )
