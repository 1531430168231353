"""A stranger gets from a node 0 bytes, and a bounded part of its memory and time."""

import os
import pathlib
import random
import resource
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, in_sync, join, need, need_memory, wait_until, write_record

NETWORK = "Rivers"
FIRST_FRAME_BYTES = 64
STRANGERS = 1000
GROWTH_MAX = 48 * 1024 * 1024
CPU_SECONDS_MAX = 10.0


def answer_to(address, *parts, patience=1.0):
    """What the node sends back before it closes, or within `patience` seconds."""
    host, port = address.rsplit(":", 1)
    received = b""
    with socket.create_connection((host, int(port)), timeout=5) as line:
        line.settimeout(patience)
        try:
            for part in parts:
                line.sendall(part)
                time.sleep(0.02)
            while True:
                data = line.recv(4096)
                if not data:
                    break
                received += data
        except OSError:
            pass
    return received


def silent(address, *parts, what):
    answer = answer_to(address, *parts)
    need(answer == b"", f"{what}: {len(answer)} bytes answered")


def pair_of_friends(world):
    a = world.node("a")
    c = world.node("c")
    a.run("network", "create", NETWORK, "--focus", "writing").ok()
    proxy = world.proxy(a.listen)
    join(c, a, NETWORK, proxy.address)
    return a, c, proxy


def publish(world, node, name):
    path = write_record(world.root, name, f"Record {name}")
    node.run("publish", path, "--network", NETWORK).ok()


def honest_work(world, a, c, name):
    """A record published at A arrives at C."""
    publish(world, a, name)
    wait_until(lambda: a.digest(NETWORK) == c.digest(NETWORK), 30, "sync between honest nodes")


def silence():
    """stranger: random bytes, half handshakes and other protocols are answered with 0 bytes"""
    source = random.Random(7)
    with World() as world:
        a, c, _ = pair_of_friends(world)
        for count in (0, 1, 15, 16, 63, 64, 65, 200, 65536):
            silent(a.listen, source.randbytes(count), what=f"{count} random bytes")
        silent(a.listen, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n", what="HTTP")
        client_hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + source.randbytes(512)
        silent(a.listen, client_hello, what="TLS")
        for value in (0, 255):
            silent(a.listen, bytes([value]) * FIRST_FRAME_BYTES, what=f"a frame of bytes {value}")
        honest_work(world, a, c, "after.md")


def replay():
    """stranger: first frames of honest nodes, whole, halved, altered and again, get 0 bytes"""
    source = random.Random(8)
    with World() as world:
        a, c, proxy = pair_of_friends(world)
        for _ in range(3):
            proxy.cut_now()
            connections = proxy.connections
            c.run("sync")
            wait_until(lambda: proxy.connections > connections, 30, "a new connection")
            c.run("sync", "--wait").ok()
        frames = [frame[:FIRST_FRAME_BYTES] for frame in proxy.first_frames]
        frames = [frame for frame in frames if len(frame) == FIRST_FRAME_BYTES]
        need(len(frames) >= 3, f"only {len(frames)} first frames recorded")
        for frame in frames:
            silent(a.listen, frame, what="a replayed first frame")
            silent(a.listen, frame[:32], what="half a first frame")
            silent(a.listen, frame[:32] + source.randbytes(32), what="a frame with another tail")
            silent(a.listen, source.randbytes(16) + frame[16:], what="a frame with another mac")
        silent(a.listen, frames[-1], source.randbytes(300), what="a replay with more behind it")
        honest_work(world, a, c, "after.md")


def crowd():
    """stranger: 1,000 connections cost bounded memory and time, and honest neighbours go on"""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = STRANGERS * 2 + 200
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise support.Skipped(f"this user may open only {hard} files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    with World() as world:
        a, c, proxy = pair_of_friends(world)
        honest_work(world, a, c, "before.md")
        memory, cpu = a.rss_bytes(), a.cpu_seconds()
        host, port = a.listen.rsplit(":", 1)
        lines = []
        answered = 0
        try:
            for number in range(STRANGERS):
                line = socket.create_connection((host, int(port)), timeout=5)
                lines.append(line)
                line.setblocking(False)
                try:
                    line.send(os.urandom(number % 64))  # always less than a first frame
                except OSError:
                    pass
            honest_work(world, a, c, "during.md")
            for line in lines:
                try:
                    answered += len(line.recv(4096))
                except OSError:
                    pass
            growth = a.rss_bytes() - memory
        finally:
            for line in lines:
                line.close()
        spent = a.cpu_seconds() - cpu
        print(f"{STRANGERS} strangers: {growth // 1024} KiB more, {spent:.2f} s of CPU")
        need(answered == 0, f"{answered} bytes answered")
        need_memory(growth, GROWTH_MAX)
        need(spent < CPU_SECONDS_MAX, f"{spent} s of CPU")

        proxy.cut_now()
        honest_work(world, a, c, "after.md")
        in_sync((a, c), NETWORK)


support.main(silence, replay, crowd)
