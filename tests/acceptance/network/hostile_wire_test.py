"""Attackers on the wire of real nodes: they do not learn who is there, get no answer to a repeated
frame, and have no place in the address book but their own.

hostile_wire_test.py [--only hearsay|curious|replays|admits]
"""

import argparse
import json
import pathlib
import socket
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from api import get
from hostile import NETWORK, misbehave, say, stranger, with_member
from support import World, join, need, wait_until

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--only", choices=("hearsay", "curious", "replays", "admits", "closings"))
options = options.parse_args()


class Eavesdropper:
    """Carries one line on, and keeps the first frame that it carried."""

    def __init__(self, target):
        self.target, self.frame = target, bytearray()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near = self.listener.accept()[0]
            except OSError:
                return
            host, port = self.target.rsplit(":", 1)
            far = socket.create_connection((host, int(port)))
            for source, sink, keeps in ((near, far, True), (far, near, False)):
                threading.Thread(
                    target=self._carry, args=(source, sink, keeps), daemon=True).start()

    def _carry(self, source, sink, keeps):
        try:
            while data := source.recv(65536):
                if keeps and len(self.frame) < 66:
                    self.frame += data[:66 - len(self.frame)]
                sink.sendall(data)
        except OSError:
            pass
        for line in (source, sink):
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self.listener.close()


def hearsay():
    """hostile: who publishes new addresses without end fills neither the book nor the dials"""
    with World() as world:
        honest, former = with_member(world)
        process = misbehave(former, honest.a, "addresses", 6)
        most = 0
        while process.poll() is None:
            book = get(honest.a, "/api/v1/neighbours").json()
            book = book if isinstance(book, list) else book["neighbours"]
            most = max(most, sum(one["source"] == "published" for one in book))
            honest.ratio_during("hearsay")
        done = json.loads(process.communicate(timeout=60)[0])
        print(f"at most {most} published addresses in the book, {done['acts']} acts")
        need(most > 0, "nothing was published")
        need(most <= 8, f"{most} published addresses of one school in the book")
        honest.need_equal()


def curious():
    """hostile: who knows a node's key and no network hears neither hello, networks nor chain"""
    with World() as world:
        honest, former = with_member(world)
        honest.a.run("network", "create", "Second", "--focus", "numbers").ok()
        process = misbehave(former, honest.a, "curious", 3)
        ratio = honest.ratio_during("curious", lambda: process.poll() is not None)
        done = json.loads(process.communicate(timeout=60)[0])
        print(f"{done['lines']} lines, {done['acts']} things learned, ratio {ratio:.2f}")
        need(done["lines"] > 0, "the handshake never ended well")
        need(done["acts"] == 0, f"{done['acts']} things learned")
        honest.need_equal()


def replays():
    """hostile: a first frame said again gets 0 bytes, also after the node has started anew"""
    with World() as world:
        a = world.node("a", port=support.free_port())
        c = world.node("c")
        a.run("network", "create", NETWORK, "--focus", "writing").ok()
        first = Eavesdropper(a.listen)
        join(c, a, NETWORK, first.address)
        wait_until(lambda: len(first.frame) == 66, 20, "a first frame to say again")
        for begin in ("running", "started anew", "started anew"):
            if begin != "running":
                a.stop()
                a.start()
            said = stranger(a.listen, "127.0.0.1")
            said.setblocking(True)
            said.settimeout(20)
            say(said, bytes(first.frame))
            try:
                answer = said.recv(4096)
            except ConnectionResetError:
                answer = b""
            print(f"{begin}: {len(answer)} bytes to who says a first frame again")
            need(answer == b"", f"{begin}: {len(answer)} bytes to a replayed first frame")
            said.close()
        first.close()


def admits():
    """hostile: who copies one admit thousands of times stops nobody, and admits nobody"""
    with World() as world:
        honest, former = with_member(world)
        process = misbehave(former, honest.a, "admits", 12)
        ratio = honest.ratio_during("admits", lambda: process.poll() is not None)
        process.communicate(timeout=60)
        name = get(honest.a, "/api/v1/networks").json()["networks"][0]["name"]
        members = get(honest.a, f"/api/v1/networks/{name}").json()["schools"]
        print(f"ratio {ratio:.2f}, {len(members)} members")
        need(len(members) == 3, f"{len(members)} members")
        honest.need_equal()


def closings():
    """hostile: a member that closes every school thousands of times takes nobody's place or role"""
    with World() as world:
        honest, former = with_member(world)
        network = get(honest.a, "/api/v1/networks").json()["networks"][0]["name"]
        before = get(honest.a, f"/api/v1/networks/{network}").json()["schools"]
        process = misbehave(former, honest.a, "closings", 12)
        ratio = honest.ratio_during("closings", lambda: process.poll() is not None)
        done = json.loads(process.communicate(timeout=60)[0])
        need(done["sent"] > 500_000, f"the log was not taken: {done}")
        after = get(honest.a, f"/api/v1/networks/{network}").json()["schools"]
        print(f"ratio {ratio:.2f}, {len(after)} members")
        need(roles_of(after) == roles_of(before), f"{roles_of(before)} became {roles_of(after)}")
        honest.need_equal()


def roles_of(schools):
    return {school["id"]: school["coordinator"] for school in schools}


TESTS = {
    "hearsay": hearsay, "curious": curious, "replays": replays, "admits": admits,
    "closings": closings,
}
support.main(*(TESTS[name] for name in TESTS if options.only in (None, name)))
