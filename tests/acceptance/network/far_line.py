"""Two network namespaces and a line between them that is slow, late and loses packets.

The line is two TUN devices and this process, which carries the packets: whatever the kernel's own
netem would do, without needing that module. Needs root, `ip` and /dev/net/tun.
"""

import collections
import fcntl
import os
import pathlib
import random
import select
import shutil
import struct
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from support import Skipped

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
QUEUE_PACKETS_MAX = 100  # a packet beyond is lost, as in any router
TCP, SYN, ACK = 6, 0x02, 0x10


def ip(*words):
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Skipped(f"ip {' '.join(words)}: {done.stderr.strip()}")


def begins_connection(packet):
    """A TCP packet over IPv4 with SYN and without ACK."""
    if len(packet) < 40 or packet[0] >> 4 != 4 or packet[9] != TCP:
        return False
    flags = packet[(packet[0] & 15) * 4 + 13]
    return flags & SYN and not flags & ACK


class Way:
    """One direction of a line."""

    def __init__(self, seed):
        self.source = random.Random(seed)
        self.queue = collections.deque()  # (due, packet)
        self.free_at = 0.0
        self.bytes = self.lost = self.packets = self.refused = 0

    def take(self, packet, line):
        self.packets += 1
        if len(self.queue) >= QUEUE_PACKETS_MAX or self.source.random() < line.loss:
            self.lost += 1
            return
        now = time.monotonic()
        self.free_at = max(now, self.free_at)
        if line.bits_per_second:
            self.free_at += len(packet) * 8 / line.bits_per_second
        self.bytes += len(packet)
        self.queue.append((self.free_at + line.delay, packet))


class FarLine:
    """Addresses 10.77.0.1 (namespace `near`) and 10.77.0.2 (`far`)."""

    def __init__(self, delay=0.0, loss=0.0, bits_per_second=0, is_one_way=False, seed=1):
        if os.geteuid() != 0 or not shutil.which("ip") or not os.path.exists("/dev/net/tun"):
            raise Skipped("network namespaces need root, ip and /dev/net/tun")
        self.delay, self.loss, self.bits_per_second = delay, loss, bits_per_second
        self.is_one_way = is_one_way  # nobody can dial from near to far
        mark = f"{os.getpid() % 100000}{random.randrange(1000)}"
        self.near, self.far = f"staffroom-n{mark}", f"staffroom-f{mark}"
        self.files, self.spaces = [], []
        self.outward, self.inward = Way(seed), Way(seed + 1)
        self.is_over = False
        try:
            self._build(mark)
        except (OSError, Skipped) as error:
            self.close()
            raise Skipped(f"no network namespaces here: {error}") from error
        self.thread = threading.Thread(target=self._carry, daemon=True)
        self.thread.start()

    def _build(self, mark):
        for number, space in enumerate((self.near, self.far), 1):
            device = f"sr{number}{mark}"
            ip("netns", "add", space)
            self.spaces.append(space)
            file = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            self.files.append(file)
            wish = struct.pack("16sH22x", device.encode(), IFF_TUN | IFF_NO_PI)
            fcntl.ioctl(file, TUNSETIFF, wish)
            ip("link", "set", device, "netns", space)
            ip("-n", space, "addr", "add", f"10.77.0.{number}/24", "dev", device)
            ip("-n", space, "link", "set", device, "up")
            ip("-n", space, "link", "set", "lo", "up")

    def _carry(self):
        near, far = self.files
        while not self.is_over:
            now = time.monotonic()
            due = now + 0.02
            for way, file in ((self.outward, far), (self.inward, near)):
                while way.queue and way.queue[0][0] <= now:
                    os.write(file, way.queue.popleft()[1])
                if way.queue:
                    due = min(due, way.queue[0][0])
            for file in select.select([near, far], [], [], max(0, due - now))[0]:
                packet = os.read(file, 65536)
                way = self.outward if file == near else self.inward
                if self.is_one_way and file == near and begins_connection(packet):
                    way.refused += 1
                    continue
                way.take(packet, self)

    def total(self):
        return self.outward.bytes + self.inward.bytes

    def close(self):
        self.is_over = True
        if hasattr(self, "thread"):
            self.thread.join(5)
        for file in self.files:
            os.close(file)
        for space in self.spaces:
            subprocess.run(["ip", "netns", "del", space], check=False)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
