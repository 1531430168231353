"""Schools far apart: a slow line that loses packets, and one on which only one side can dial."""

import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from far_line import FarLine
from support import Node, World, join, need, wait_until, write_record

NETWORK = "Rivers"
RECORDS = 60
LINE = {"delay": 0.1, "loss": 0.02, "bits_per_second": 1_000_000}  # 200 ms there and back
BYTES_MORE_MAX = 1.5
PORT = 7420


def node_in(world, space, name, address):
    node = Node(world.root, name)
    node.run("init", "--school", f"{name} school", "--listen", address, "--web",
             "127.0.0.1:0").ok()
    world.nodes.append(node)
    return node.start(prefix=("ip", "netns", "exec", space))


def pair(world, line):
    a = node_in(world, line.near, "a", f"10.77.0.1:{PORT}")
    b = node_in(world, line.far, "b", f"10.77.0.2:{PORT}")
    a.run("network", "create", NETWORK, "--focus", "writing").ok()
    join(b, a, NETWORK)
    return a, b


def equal(*nodes):
    return len({node.digest(NETWORK) for node in nodes}) == 1


def bytes_of_a_copy(**line_options):
    """Sixty records from one side to the other; bytes and packets on the line, seconds."""
    with FarLine(**line_options) as line, World() as world:
        a, b = pair(world, line)
        b.run("sync", "--wait").ok()
        folder = world.root / "records"
        folder.mkdir()
        for number in range(RECORDS):
            write_record(folder, f"r{number}.md", f"Record number {number}", 500)
        before, begin = line.total(), time.monotonic()
        a.run("import", folder, "--network", NETWORK, "--yes").ok(0, 4)
        wait_until(lambda: b.network(NETWORK)["records"] == RECORDS and equal(a, b), 60,
                   "all records on the far side", 0.1)
        # And the other way, live.
        path = write_record(world.root, "back.md", "From the far side", 300)
        b.run("publish", path, "--network", NETWORK).ok()
        wait_until(lambda: equal(a, b), 60, "the record from the far side", 0.1)
        need(a.json("verify")["damaged"] == [] == b.json("verify")["damaged"], "damaged")
        lost = line.outward.lost + line.inward.lost
        return line.total() - before, lost, time.monotonic() - begin


def slow_and_lossy():
    """far line: 1 Mbit/s, 200 ms and 2 % loss cost time, hardly more bytes, and nothing is lost"""
    good, _, good_seconds = bytes_of_a_copy()
    bad, lost, bad_seconds = bytes_of_a_copy(**LINE)
    print(f"{RECORDS} records: {good} bytes in {good_seconds:.1f} s on a good line, {bad} bytes in "
          f"{bad_seconds:.1f} s on a bad one that lost {lost} packets: {bad / good:.2f} x")
    need(lost > 0, "the bad line lost nothing")
    need(bad <= good * BYTES_MORE_MAX, f"{bad} bytes instead of {good}")


def only_dials_out():
    """far line: a school that nobody can dial takes full part, and reaches whom it never meets"""
    with FarLine(delay=0.02, is_one_way=True) as line, World() as world:
        a, c = pair(world, line)
        b = node_in(world, line.near, "d", "127.0.0.1:0")
        code = a.json("network", "invite", NETWORK)["code"]
        b.json("network", "join", code, a.listen)
        knock = subprocess.run(
            ["ip", "netns", "exec", line.near, "python3", "-c",
             f"import socket; socket.create_connection(('10.77.0.2', {PORT}), timeout=1)"],
            capture_output=True, check=False)
        need(knock.returncode != 0 and line.outward.refused > 0, "the far side can be dialled")
        for node in (a, b, c):
            path = write_record(world.root, f"{node.name}.md", f"Written at {node.name}", 300)
            node.run("publish", path, "--network", NETWORK).ok()
        wait_until(lambda: equal(a, b, c) and c.network(NETWORK)["records"] == 3, 60,
                   "three records at all three", 0.1)
        c.run("sync", "--wait").ok()
        a.kill()
        path = write_record(world.root, "late.md", "Written meanwhile", 300)
        c.run("publish", path, "--network", NETWORK).ok()
        a.start(prefix=("ip", "netns", "exec", line.near))
        wait_until(lambda: equal(a, b, c) and a.network(NETWORK)["records"] == 4, 60,
                   "what was written while the meeting point was away", 0.1)


support.main(slow_and_lossy, only_dials_out)
