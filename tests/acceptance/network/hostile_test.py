"""Hostile neighbours on real sockets: strangers in crowds, and a member that keeps no rule.

hostile_test.py [--unknown-keys N] [--rate R] [--seconds S] [--mode NAME ...]
[--only slow|keys|member|promises]. Time is printed and
never a reason to fail; only a node that hardly gets anything done any more fails.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import resource
import statistics
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from api import get
from hostile import NETWORK, Honest, misbehave, say, stranger, with_member
from support import Skipped, World, need, need_memory, wait_until

SLOW_LINES = 2000
GROWTH_MAX = 64 << 20
STORE_GROWTH_MAX = 8 << 20
PROMISE_SECONDS = 60  # ended before, once what is to be seen has been seen
QUIET_SHARE = 0.5  # of a core
FLOODS = ("pings", "pongs", "asks", "ranges", "chains", "chunks", "crumbs", "pushes")
# What keeps to its bounds without a word: floods, and what is doubted, left alone or not read.
QUIET = (*FLOODS, "withhold", "lies", "elsewhere", "mute", "notices", "heads")
# Any of these ends the line or slows it down; the quiet ones only once they take much of a core.
CODES = {
    "wants": {"too_large", "throttled"},
    "withhold": {"throttled"},  # doubted: see `promises`
    "lies": {"throttled"},      # its log is left alone, not the member
    "elsewhere": {"throttled"}, # doubted
    "mute": {"busy", "throttled"},
    "hellos": {"busy"},
    "garbage": {"decrypt_failed", "too_large"},
    "sealed-garbage": {"unknown_value", "malformed", "truncated", "too_large"},
    "oversized-frame": {"too_large"},
    "oversized-message": {"too_large"},
    "replay": {"decrypt_failed"},
    "anonymous": {"busy", "too_large", "not_a_member", "throttled"},
    "reconnect": set(),  # gone before anything could be said of it: only the others are looked at
    "notices": {"throttled"},  # a school's quota
    "heads": {"throttled"},    # likewise; the last, because then there is no room for more logs
}

options = argparse.ArgumentParser(description=__doc__)
options.add_argument("--unknown-keys", type=int, default=1000)
options.add_argument("--rate", type=float, default=150)
options.add_argument("--seconds", type=float, default=1.2, help="of each mode of the member")
options.add_argument("--mode", action="append", help="of the member; all where none is named")
options.add_argument("--only", choices=("slow", "keys", "member", "promises"))
options = options.parse_args()


class Watch:
    """What a node uses while others misbehave: its peak of memory and of open files."""

    def __init__(self, node):
        self.node = node
        self.memory = self.peak = node.rss_bytes()
        self.files = self.files_peak = self.count_files()
        self.is_over = False
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.thread.start()

    def count_files(self):
        return len(os.listdir(f"/proc/{self.node.process.pid}/fd"))

    def _look(self):
        while not self.is_over and self.node.process is not None:
            self.peak = max(self.peak, self.node.rss_bytes())
            self.files_peak = max(self.files_peak, self.count_files())
            time.sleep(0.05)

    def growth(self):
        return self.peak - self.memory

    def end(self):
        self.is_over = True
        self.thread.join()


def allow_files(wanted):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise Skipped(f"this user may open only {hard} files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


def drain(lines):
    """Bytes that strangers were sent; those whose line has ended are closed and left out."""
    answered, left = 0, []
    for line in lines:
        try:
            data = line.recv(4096)
        except BlockingIOError:
            left.append(line)
            continue
        except OSError:
            data = b""
        answered += len(data)
        if data:
            left.append(line)
        else:
            line.close()
    return answered, left


def slow_lines():
    """hostile: 2,000 slow strangers from 64 addresses get 0 bytes and hold up nobody"""
    allow_files(SLOW_LINES * 2 + 400)
    with World() as world:
        honest = Honest(world)
        watch, cpu = Watch(honest.a), honest.a.cpu_seconds()
        begin = time.monotonic()
        lines, answered = [], 0
        for number in range(SLOW_LINES):
            line = stranger(honest.a.listen, f"127.0.{1 + number % 64}.1")
            say(line, (b"", b"\x00", b"\x00\x40" + os.urandom(30))[number % 3])
            lines.append(line)
        held = len(lines)
        for _ in range(3):
            more, lines = drain(lines)
            answered += more
            for line in lines:
                say(line, os.urandom(1))
            honest.ratio_during(f"{len(lines)} of {held} slow strangers still there")
        files = watch.files_peak - watch.files
        watch.end()
        for line in lines:
            line.close()
        spent, seconds = honest.a.cpu_seconds() - cpu, time.monotonic() - begin
        print(f"slow strangers: {watch.growth() >> 10} KiB more, {files} files more, "
              f"{spent:.2f} s of CPU in {seconds:.1f} s")
        need(answered == 0, f"{answered} bytes to strangers")
        need_memory(watch.growth(), GROWTH_MAX)
        need(files <= 300, f"{files} files more")
        wait_until(lambda: watch.count_files() <= watch.files + 4, 30, "as few files as before")
        honest.need_equal()


def unknown_keys():
    """hostile: well-formed first frames of unknown keys get 0 bytes, at a steady rate"""
    with World() as world:
        honest = Honest(world)
        watch, cpu = Watch(honest.a), honest.a.cpu_seconds()
        begin = time.monotonic()
        lines, answered, ratios = [], 0, []
        stop = threading.Event()

        def knock():
            nonlocal lines, answered
            for number in range(options.unknown_keys):
                line = stranger(honest.a.listen, f"127.1.{number % 200}.1")
                say(line, b"\x00\x40" + os.urandom(64))
                lines.append(line)
                more, lines = drain(lines)
                answered += more
                left = begin + (number + 1) / options.rate - time.monotonic()
                time.sleep(max(0, left))
            stop.set()

        thread = threading.Thread(target=knock, daemon=True)
        thread.start()
        while not stop.is_set():
            ratios.append(honest.ratio_during("unknown keys"))
            time.sleep(min(5, options.unknown_keys / options.rate / 6))
        thread.join()
        wait_until(lambda: not drain(lines)[1], 30, "all unknown keys turned away")
        watch.end()
        spent, seconds = honest.a.cpu_seconds() - cpu, time.monotonic() - begin
        print(f"{options.unknown_keys} unknown keys in {seconds:.0f} s: median ratio "
              f"{statistics.median(ratios):.2f}, {watch.growth() >> 10} KiB more, "
              f"{watch.files_peak - watch.files} files more, {spent:.2f} s of CPU")
        need(answered == 0, f"{answered} bytes to strangers")
        need_memory(watch.growth(), GROWTH_MAX)
        wait_until(lambda: watch.count_files() <= watch.files + 4, 30, "as few files as before")
        honest.need_equal()


# ------------------------------------------------------------------------------ a hostile member

def ended_codes(node):
    """code -> links that ended with it, and how often one was slowed down."""
    text = get(node, "/metrics").body.decode()
    trace = (node.folder.parent / f"{node.name}.trace").read_text(errors="replace")
    found = re.findall(r'^staffroom_sync_failures_total\{reason="([^"]+)"\} ([0-9.]+)', text, re.M)
    codes = collections.Counter({code: int(float(count)) for code, count in found})
    codes["throttled"] = trace.count("link.throttled")
    return codes


def store_bytes(node):
    return sum(path.stat().st_size for path in (node.folder / "store").rglob("*")
               if path.is_file())


def one_mode(honest, former, mode, watch):
    a = honest.a
    before, stored, cpu = ended_codes(a), store_bytes(a), a.cpu_seconds()
    honest.look_again()
    begin = time.monotonic()
    process = misbehave(former, a, mode, options.seconds)
    ratio = honest.ratio_during(mode, lambda: process.poll() is not None)
    said = process.communicate(timeout=60)[0]
    need(process.returncode == 0, f"{mode}: the member ended with {process.returncode}")
    share = (a.cpu_seconds() - cpu) / (time.monotonic() - begin)
    codes = ended_codes(a) - before
    done = json.loads(said)
    print(f"  {done['sent'] >> 10} KiB sent, {done['received'] >> 10} KiB received, "
          f"{done['lines']} lines of which {done['ended']} were ended; node: {dict(codes)}, "
          f"{watch.growth() >> 10} KiB more, {share:.0%} of a core", flush=True)
    need_memory(watch.growth(), GROWTH_MAX, mode)
    grown = store_bytes(a) - stored
    need(grown <= STORE_GROWTH_MAX, f"{mode}: {grown} bytes more in the store")
    allowed = CODES.get(mode, {"throttled", "busy", "too_large", "malformed"})
    need(done["sent"] > 0 or done["lines"] > 1, f"{mode}: the member has done nothing")
    # A sanitizer's own work is no sign of a flood.
    is_quiet = mode in QUIET and (share < QUIET_SHARE or support.sanitizer_runtime() != [])
    is_named = not allowed or is_quiet or bool(allowed & set(codes))
    return ratio, "" if is_named else f"{mode}: neither ended nor slowed: {codes}, {share:.0%}"


def promises():
    """hostile: governance that is promised and never sent holds up neither records nor sync"""
    with World() as world:
        honest, former = with_member(world)
        process = misbehave(former, honest.a, "withhold", PROMISE_SECONDS)
        for number in range(4):
            # Too large to be pushed with its head: it has to be asked for.
            path = support.write_record(world.root, f"l{number}.md", f"Large {number}", 10_000)
            begin = time.monotonic()
            record = honest.c.json("publish", path, "--network", NETWORK)["id"]
            wait_until(lambda: get(honest.a, "/api/v1/records/" + record).status == 200, 60,
                       "a large record beside a neighbour that withholds", 0.01)
            seconds = time.monotonic() - begin
            print(f"a large record took {seconds:.1f} s beside broken promises")
            need(process.poll() is None, f"the record came after {seconds} s, when they had ended")
        begin = time.monotonic()
        honest.c.run("sync", "--wait").ok()
        print(f"sync --wait of the honest pair took {time.monotonic() - begin:.1f} s")
        need(process.poll() is None, "the honest pair was in sync only when it was over")
        process.kill()
        process.communicate()
        honest.need_equal()


def member():
    """hostile: a member that floods, withholds, lies or never reads harms nobody and is named"""
    with World() as world:
        honest, former = with_member(world)
        watch = Watch(honest.a)
        ratios, unnamed = {}, []
        for mode in options.mode or [*FLOODS, *CODES]:
            ratios[mode], fault = one_mode(honest, former, mode, watch)
            unnamed += [fault] if fault else []
        watch.end()
        worst = max(ratios, key=ratios.get)
        print(f"{len(ratios)} modes: median ratio {statistics.median(ratios.values()):.2f}, worst "
              f"{ratios[worst]:.2f} ({worst}), {watch.growth() >> 10} KiB more at most")
        need(not unnamed, f"{unnamed}")
        wait_until(lambda: watch.count_files() <= watch.files + 4, 30, "as few files as before")
        honest.need_equal()
        honest.c.run("sync", "--wait").ok()
        need(honest.a.json("verify")["damaged"] == [], "damaged")


TESTS = {"slow": slow_lines, "keys": unknown_keys, "member": member, "promises": promises}
support.main(*(TESTS[name] for name in TESTS if options.only in (None, name)))
