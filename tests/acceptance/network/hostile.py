"""The parts that the tests of hostile neighbours share: two schools that go on working, a member
that keeps no rule, a stranger's line."""

import pathlib
import random
import socket
import statistics
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from api import get, post
from support import QUICK_TIP, Skipped, join, need, wait_until

NETWORK = "Rivers"
RATIO_MAX = 25  # far above the 2 that is aimed at: a loaded machine is no fault of the node
ROUNDS = 9


class Honest:
    """Two schools that go on working; `median` is what a record takes from one to the other."""

    def __init__(self, world):
        self.a = world.node("a", port=support.free_port())
        self.c = world.node("c")
        self.count = 0
        self.a.run("network", "create", NETWORK, "--focus", "writing").ok()
        join(self.c, self.a, NETWORK)
        self.rounds(ROUNDS)  # the first ones are slower
        self.quiet = statistics.median(self.rounds(2 * ROUNDS))
        print(f"quiet: {self.quiet * 1000:.1f} ms from the author to the other school's list")

    def round(self):
        self.count += 1
        words = " ".join(random.choices("abcdefghij", k=400))
        file = f'---\ntitle: "Record {self.count}"\nlicence: CC-BY-4.0\n{QUICK_TIP}---\n{words}\n'
        begin = time.monotonic()
        answer = post(self.a, "/api/v1/records", {"file": file, "network": NETWORK})
        need(answer.status == 201, f"publish: {answer.status} {answer.body}")
        path = "/api/v1/records/" + answer.json()["id"]
        wait_until(lambda: get(self.c, path).status == 200, 60, "an honest record", 0.001)
        return time.monotonic() - begin

    def rounds(self, count):
        return [self.round() for _ in range(count)]

    def look_again(self):
        """The quiet time just before something begins: the machine has others to serve as well."""
        self.quiet = statistics.median(self.rounds(ROUNDS))

    def ratio_during(self, what, is_over=lambda: True):
        """Prints and returns how much longer a record takes now, and until that is over."""
        seconds = self.rounds(ROUNDS)
        while not is_over():
            seconds.append(self.round())
        ratio = statistics.median(seconds) / self.quiet
        print(f"{what}: honest sync takes {ratio:.2f} x its quiet time, "
              f"at worst {max(seconds) / self.quiet:.1f} x", flush=True)
        need(ratio < RATIO_MAX, f"{what}: honest sync takes {ratio:.1f} times as long")
        return ratio

    def need_equal(self):
        wait_until(lambda: self.a.digest(NETWORK) == self.c.digest(NETWORK), 60, "equal digests")


def stranger(address, source):
    host, port = address.rsplit(":", 1)
    line = socket.create_connection((host, int(port)), timeout=10, source_address=(source, 0))
    line.setblocking(False)
    return line


def say(line, data):
    try:
        line.send(data)
    except OSError:
        pass  # ended by the node meanwhile


def misbehave(node, target, mode, seconds):
    command = ["nice", "-n", "19", support.BIN_DIR / "hostile_member", node.folder, target.listen]
    process = subprocess.Popen(
        [*map(str, command), mode, str(seconds)], stdout=subprocess.PIPE, bufsize=0)
    need(process.stdout.readline() == b"in\n", f"{mode}: the member was never let in")
    return process


def with_member(world):
    if not (support.BIN_DIR / "hostile_member").is_file():
        raise Skipped("hostile_member is not built")
    honest = Honest(world)
    former = world.node("h")
    join(former, honest.a, NETWORK)
    former.run("sync", "--wait").ok()
    former.stop()
    return honest, former
