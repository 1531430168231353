"""The parts that the acceptance tests share: real nodes on loopback, the command line, a clock that
is wrong.

Python's standard library only. STAFFROOM_BIN_DIR names the folder with staffroomd and staffroom,
TEST_SHARED_DIR the folder with the corpus (default: ../shared beside the project). A test file that
needs something that is not there exits with 77.
"""

import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

from proxy import Proxy

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
SHARED = pathlib.Path(os.environ.get("TEST_SHARED_DIR", PROJECT.parent / "shared"))
BIN_DIR = pathlib.Path(os.environ.get("STAFFROOM_BIN_DIR", PROJECT / "build" / "bin"))
START_SECONDS = 20
STOP_SECONDS = 20
CALL_SECONDS = 180
# Of documents of the corpus: the pupils that some of them name are illustrations.
CONFIRMED = ("--confirm-pupil-details", "published as it stands; its pupils are illustrations")


class Skipped(Exception):
    """Something outside the project that the test needs is not there."""


def need(condition, message):
    """An assertion that also runs under python -O."""
    if not condition:
        raise AssertionError(message)


def corpus():
    folder = SHARED / "corpus"
    if not (folder / "manifest.tsv").is_file():
        raise Skipped(f"{folder} is not there")
    return folder


def wait_until(condition, seconds, what, pause=0.05):
    """The first true answer of `condition`; fails with `what` when there was none in time."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(pause)


class Result:
    """One call of the command line."""

    def __init__(self, arguments, process):
        self.arguments = arguments
        self.code = process.returncode
        self.out = process.stdout
        self.err = process.stderr

    def document(self):
        return json.loads(self.out)

    def documents(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def ok(self, *codes):
        allowed = codes or (0,)
        need(self.code in allowed, f"{self.arguments}: exit {self.code}, not {allowed}\n{self.err}")
        return self

    def refused(self, codes, *words):
        """A failure with one of `codes`, all `words` said, the next step in its last line."""
        allowed = codes if isinstance(codes, tuple) else (codes,)
        self.ok(*allowed)
        for word in words:
            need(word.lower() in self.err.lower(), f"{self.arguments}: no '{word}' in: {self.err}")
        lines = self.err.strip().splitlines()
        has_next = bool(lines) and lines[-1].startswith("Next: ")
        need(has_next, f"{self.arguments}: no next step: {self.err}")
        return self


def cli(folder, *arguments, timeout=CALL_SECONDS, **options):
    command = [str(BIN_DIR / "staffroom"), "--data", str(folder), *map(str, arguments)]
    process = subprocess.run(
        command,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
        **options,
    )
    return Result(" ".join(command[1:]), process)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Node:
    """A school: its data folder and, while it runs, its process."""

    def __init__(self, root, name, port=0):
        self.name = name
        self.folder = pathlib.Path(root) / name
        self.port = port
        self.process = None
        self.listen = None
        self.web = None
        self.https = None  # where the page is served by TLS, if the settings say so
        self.environment = {}

    def init(self, *more):
        self.run(
            "init", "--school", f"{self.name} school", "--listen", f"127.0.0.1:{self.port}",
            "--web", "127.0.0.1:0", *more,
        ).ok()
        return self

    def start(self, prefix=(), more=()):
        command = [*prefix, str(BIN_DIR / "staffroomd"), "--data", str(self.folder), *more]
        trace = open(self.folder.parent / f"{self.name}.trace", "ab")
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=trace, env={**os.environ, **self.environment}
        )
        trace.close()
        line = self._first_line()
        need(line.startswith("ready "), f"{self.name} is not ready: {line!r}\n{self.trace()}")
        addresses = dict(word.split("=", 1) for word in line.split()[1:])
        self.listen, self.web = addresses["listen"], addresses["web"]
        self.https = addresses.get("https")
        return self

    def _first_line(self):
        lines = []
        stream = self.process.stdout
        reader = threading.Thread(target=lambda: lines.append(stream.readline()), daemon=True)
        reader.start()
        reader.join(START_SECONDS)
        return lines[0].decode() if lines else ""

    def start_in_vain(self, prefix=()):
        """Starts a node that must not come up; its exit code and what it said."""
        command = [*prefix, str(BIN_DIR / "staffroomd"), "--data", str(self.folder)]
        process = subprocess.run(
            command, capture_output=True, text=True, timeout=START_SECONDS, check=False,
            env={**os.environ, **self.environment},
        )
        return Result(" ".join(command), process)

    def stop(self):
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(STOP_SECONDS)
        self._forget()
        return code

    def kill(self):
        self.process.kill()
        self.process.wait(STOP_SECONDS)
        self._forget()

    def _forget(self):
        self.process.stdout.close()
        self.process = None

    def trace(self):
        path = self.folder.parent / f"{self.name}.trace"
        return path.read_text(errors="replace")[-4000:] if path.exists() else ""

    def run(self, *arguments, **options):
        return cli(self.folder, *arguments, **options)

    def json(self, *arguments, **options):
        return self.run("--json", *arguments, **options).ok().document()

    def lines(self, *arguments):
        return self.run("--json", *arguments).ok().documents()

    def network(self, name):
        return self.json("network", "show", name)

    def digest(self, name):
        return self.network(name)["digest"]

    def rss_bytes(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024

    def cpu_seconds(self):
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text()
        fields = stat.rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def join(newcomer, inviter, network, address=None):
    """Invites at `inviter`, joins with `newcomer` at `address` (the inviter's own by default)."""
    code = inviter.json("network", "invite", network)["code"]
    return newcomer.json("network", "join", code, address or inviter.listen)


def in_sync(nodes, network, seconds=60):
    """Waits until all nodes hold the same, and asks them to compare meanwhile."""
    for node in nodes:
        node.run("sync")

    def equal():
        return len({node.digest(network) for node in nodes}) == 1

    wait_until(equal, seconds, "equal digests", 0.2)


# What a quick tip needs for a network beside title, language and licence.
QUICK_TIP = """form: quick-tip
phase: primary
focus: reading
authors: [A. Teacher]
what-we-do: A card at the end of the lesson.
where-it-worked: Two classes of Year 4.
what-to-watch: The cards pile up.
"""


def write_record(folder, name, title, words=200, seed=None):
    """A Markdown file whose words hardly compress, so that sizes on the wire are sizes on disk."""
    source = random.Random(seed if seed is not None else name)
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    text = " ".join("".join(source.choices(alphabet, k=source.randint(3, 9))) for _ in range(words))
    path = pathlib.Path(folder) / name
    front_matter = f'---\ntitle: "{title}"\nlang: "en"\nlicence: "CC-BY-4.0"\n{QUICK_TIP}---\n'
    path.write_text(front_matter + text + "\n", encoding="utf-8")
    return path


def text_of(data):
    """The bytes after the closing --- line; all of them without front matter."""
    lines = data.split(b"\n")
    if lines[0].rstrip(b"\r") != b"---":
        return data
    for number, line in enumerate(lines[1:], 1):
        if line.rstrip(b"\r") == b"---":
            return b"\n".join(lines[number + 1:])
    return data


class World:
    """A temporary folder and the nodes in it; all are stopped at the end."""

    def __enter__(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="staffroom-"))
        self.nodes = []
        self.proxies = []
        return self

    def __exit__(self, kind, value, trace):
        for node in self.nodes:
            if kind is not None:
                print(f"--- trace of {node.name}\n{node.trace()}", file=sys.stderr)
            if node.process is not None:
                node.kill()
        for proxy in self.proxies:
            proxy.close()
        shutil.rmtree(self.root, ignore_errors=True)

    def node(self, name, *options, port=0, start=True):
        node = Node(self.root, name, port).init(*options)
        self.nodes.append(node)
        return node.start() if start else node

    def proxy(self, target):
        proxy = Proxy(target)
        self.proxies.append(proxy)
        return proxy


def build_clock_shim(root):
    """A library that shifts the wall clock of a process that preloads it."""
    compiler = shutil.which("cc")
    if compiler is None:
        raise Skipped("no C compiler for the shifted clock")
    library = pathlib.Path(root) / "shift_clock.so"
    source = PROJECT / "tests" / "support" / "shift_clock.c"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    return library


def sanitizer_runtime():
    """The library of the sanitizer that the node is built with, as a list of none or one."""
    linked = subprocess.run(
        ["ldd", BIN_DIR / "staffroomd"], capture_output=True, text=True, check=True
    ).stdout
    return re.findall(r"lib[at]san\S* => (\S+)", linked)


def need_memory(grown_bytes, bytes_max, what="the node"):
    """A sanitizer holds back what was freed, so only a plain build is kept to it."""
    if not sanitizer_runtime():
        need(grown_bytes <= bytes_max, f"{what}: {grown_bytes} bytes of memory")


def shifted_clock(library, seconds):
    # A sanitizer wants to be first.
    preloaded = " ".join([*sanitizer_runtime(), str(library)])
    return {"LD_PRELOAD": preloaded, "SHIFT_CLOCK_S": str(seconds)}


def main(*tests):
    """Runs the tests in order; exits with 0, 1 when one failed, 77 when all had to be skipped."""
    for binary in ("staffroomd", "staffroom"):
        if not (BIN_DIR / binary).is_file():
            print(f"skipped: {BIN_DIR / binary} is not there (STAFFROOM_BIN_DIR)")
            sys.exit(77)
    failed, skipped = 0, 0
    for test in tests:
        name = test.__doc__.strip().splitlines()[0]
        begin = time.monotonic()
        try:
            test()
        except Skipped as reason:
            print(f"skipped: {name}: {reason}", flush=True)
            skipped += 1
        except Exception:  # a test's failure of any kind is reported and the others still run
            traceback.print_exc()
            print(f"FAILED: {name} ({time.monotonic() - begin:.1f} s)", flush=True)
            failed += 1
        else:
            print(f"passed: {name} ({time.monotonic() - begin:.1f} s)", flush=True)
    sys.exit(1 if failed else 77 if skipped == len(tests) else 0)
