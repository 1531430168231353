"""The API as programs use it: events that resume, tags, keys, readiness, hostile bytes."""

import json
import pathlib
import re
import signal
import socket
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from api import EventStream, call, get, post
from support import QUICK_TIP, Skipped, World, need, need_memory, wait_until, write_record

NETWORK = "Rivers"
def tip(title):
    """A record that lacks nothing."""
    return {"file": f'---\ntitle: "{title}"\nlicence: CC-BY-4.0\n{QUICK_TIP}---\nSome words.\n'}


RECORD = tip("Grids in Year 8")


def publish(node, title):
    return post(node, "/api/v1/records", tip(title)).json()


def pair(world):
    a, b = world.node("a"), world.node("b")
    a.run("network", "create", NETWORK, "--focus", "writing").ok()
    support.join(b, a, NETWORK)
    return a, b


def events():
    """http: events come as they happen, with what was missed and with a gap after a restart"""
    with World() as world:
        a, b = pair(world)
        stream = EventStream(a)
        path = write_record(world.root, "one.md", "From the other school")
        record = b.json("publish", path, "--network", NETWORK)["id"]
        wait_until(lambda: stream.of("record.arrived"), 30, "the event at A")
        told = stream.of("record.arrived")[0]
        need(told["id"] == record and told["title"] == "From the other school", f"{told}")
        need(told["school_name"] == "b school", f"{told}")
        need(told["network"] == a.network(NETWORK)["id"], f"{told}")
        stream.close()

        missed = publish(a, "Nobody was listening")["id"]
        again = EventStream(a, place=stream.last_id)
        wait_until(lambda: again.of("record.published"), 30, "the event that was missed")
        need(again.of("record.published")[0]["id"] == missed, "another record")
        need(not again.of("gap"), "a gap though nothing was lost")
        seen = [number for _, number, _ in stream.events + again.events]
        need(len(set(seen)) == len(seen), f"an event came twice: {seen}")
        by_query = EventStream(a, after=stream.last_id)
        wait_until(lambda: by_query.of("record.published"), 20, "the same by ?after=")

        b.stop()
        wait_until(lambda: again.of("neighbour.changed"), 30, "the neighbour that left")
        need(again.of("neighbour.changed")[-1]["state"] != "in sync", "still in sync")
        a.stop()
        wait_until(lambda: again.ended, 20, "the end of the stream")
        a.start()
        after_restart = EventStream(a, place=again.last_id)
        wait_until(lambda: after_restart.of("gap"), 20, "the gap after a restart")
        need(after_restart.of("gap")[0]["after"] == again.last_id, "another place")


def heartbeat():
    """http: a quiet stream gives signs of life; the 33rd listener is refused until one goes"""
    with World() as world:
        node = world.node("a", start=False)
        node.environment["STAFFROOM_LIMITS_EVENT_HEARTBEAT_SECONDS"] = "1"
        node.environment["STAFFROOM_LIMITS_WEB_CONNECTIONS"] = "128"
        node.start()
        streams = [EventStream(node) for _ in range(32)]
        wait_until(lambda: streams[0].comments >= 2, 20, "two signs of life")
        need(not streams[0].events, f"events on a quiet node: {streams[0].events}")
        need(get(node, "/api/v1/events").code() == "events.too-many", "33 streams")
        streams.pop().close()
        wait_until(lambda: is_opened(node), 20, "the freed place")


def is_opened(node):
    try:
        EventStream(node).close()
    except AssertionError:
        return False
    return True


def slow_reader():
    """http: a listener who never reads is cut off, and nobody waits for him"""
    with World() as world:
        node = world.node("a")
        quick = EventStream(node)
        slow = socket.socket(socket.AF_UNIX)
        slow.connect(str(node.folder / "api.sock"))
        slow.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n")
        wait_until(lambda: slow.recv(1), 20, "the first byte")
        title = "A title of some length that is in every event " * 3
        for batch in range(60):
            records = [tip(f"{title}{batch} {i}") for i in range(64)]
            answer = post(node, "/api/v1/records/batch", {"records": records})
            need(answer.status == 200, f"{answer.status}")
        wait_until(lambda: len(quick.of("record.published")) == 60 * 64, 60, "all at the other")
        slow.settimeout(20)
        read = 0
        while piece := slow.recv(1 << 16):
            read += len(piece)
        events_bytes = len(title) * 60 * 64
        need(read < events_bytes, f"{read} bytes came, as if he had read all the time")
        need_memory(node.rss_bytes(), 200 << 20)


def tags():
    """http: a tag spares the second reading, and is another one after a change"""
    with World() as world:
        node = world.node("a")
        imported = {**RECORD, "origin": "a.md", "imported": {}}
        record = post(node, "/api/v1/records", imported).json()
        target = "/api/v1/records/" + record["id"]
        first = get(node, target)
        tag = first.headers["ETag"]
        need(tag.startswith(f'"{record["revision"]}.'), f"the tag is {tag}")
        again = get(node, target, If_None_Match=tag)
        need(again.status == 304 and again.headers["ETag"] == tag, f"{again.status}")
        need(again.headers["Content-Length"] is None, "a length that is not the answer's")
        changed = post(node, "/api/v1/records", {**imported, **tip("Grids in Year 9")}).json()
        need(changed["outcome"] == "revised", f"{changed}")
        after = get(node, target, If_None_Match=tag)
        need(after.status == 200 and after.headers["ETag"] != tag, "the old tag still fits")


def keys():
    """http: a request that is sent again with its key is carried out once"""
    with World() as world:
        node = world.node("a")
        first = post(node, "/api/v1/records", RECORD, Idempotency_Key="one")
        again = post(node, "/api/v1/records", RECORD, Idempotency_Key="one")
        need(first.status == again.status == 201, f"{first.status} {again.status}")
        need(first.body == again.body, "another answer")
        need(again.headers["Idempotent-Replay"] == "true", "not marked as the first answer")
        other = post(node, "/api/v1/records", tip("Another one"), Idempotency_Key="one")
        need((other.status, other.code()) == (422, "request.key-reused"), f"{other.status}")
        bad = post(node, "/api/v1/records", RECORD, Idempotency_Key="k" * 201)
        need((bad.status, bad.code()) == (400, "request.key-malformed"), f"{bad.status}")

        lost = socket.socket(socket.AF_UNIX)
        lost.connect(str(node.folder / "api.sock"))
        body = json.dumps(tip("The answer is lost")).encode()
        head = "POST /api/v1/records HTTP/1.1\r\nHost: x\r\nIdempotency-Key: two\r\n"
        lost.sendall(head.encode() + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        lost.close()
        answers = []

        def is_answered():
            answers.append(post(node, "/api/v1/records", body, Idempotency_Key="two"))
            return answers[-1].status == 201 or answers[-1].code() != "request.in-progress"

        wait_until(is_answered, 20, "the answer that was lost")
        need(answers[-1].status == 201, f"{answers[-1].status}")
        need(len(node.lines("list")) == 2, "a record was published twice")


def small_disk(world, megabytes):
    folder = world.root / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode != 0:
        raise Skipped("a small disk cannot be mounted here")
    return folder


def readiness():
    """http: readiness says why it is lost, over TCP too, and comes back by itself"""
    with World() as world:
        disk = small_disk(world, 60)
        try:
            node = support.Node(disk, "a").init()
            world.nodes.append(node)
            node.environment["STAFFROOM_NODE_DISK_FLOOR_MB"] = "30"
            node.start()
            wait_until(lambda: get(node, "/readyz").status == 200, 20, "ready")
            (disk / "ballast").write_bytes(bytes(40 << 20))
            answer = get(node, "/readyz")
            need((answer.status, answer.code()) == (503, "disk.low"), f"{answer.status}")
            far = call(node, "GET", "/readyz", over=node.web)
            need((far.status, far.code()) == (503, "disk.low"), f"{far.status} over TCP")
            need(call(node, "GET", "/healthz", over=node.web).status == 200, "health follows")
            need(publish(node, "Text still saves")["outcome"] == "published", "not saved")
            (disk / "ballast").unlink()
            need(get(node, "/readyz").status == 200, "not ready again")
        finally:
            for node in world.nodes:
                node.stop()
            world.nodes.clear()
            subprocess.run(["umount", str(disk)], check=True)


NAUGHTY = [
    b"", b"\r\n\r\n", b"\x00" * 1000, b"GET", b"GET / HTTP/9.9\r\n\r\n", b"GET /healthz",
    b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 60000 + b"\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\n" + b"A: b\r\n" * 5000 + b"\r\n",
    b"POST /api/v1/records HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    b"POST /api/v1/records HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    b"POST /api/v1/records HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{",
    b"POST /api/v1/records HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    b"POST /api/v1/records HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"ffffffffffffffff\r\n{}\r\n",
    b"POST /api/v1/records HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
    b"Content-Length: 5\r\n\r\n0\r\n\r\n",
    b"POST /api/v1/records HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    + b"10000\r\n" + b"x" * 65536 + b"\r\n" * 40,
    b"GET /api/v1/events HTTP/1.1\r\nHost: x\r\nLast-Event-ID: " + b"z" * 9000 + b"\r\n\r\n",
    b"GET /api/v1/records/%00%ff%2e%2e%2f HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /" + b"%" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /healthz HTTP/1.1\r\nHost: x\r\nIdempotency-Key: \xff\xfe\r\n\r\n" * 20,
]


def naughty_bytes():
    """http: half requests, huge headers and broken chunks never end the node, over both doors"""
    with World() as world:
        node = world.node("a")
        host, port = node.web.rsplit(":", 1)

        # No more at one time than the node takes, or many would be closed unread.
        room = threading.Semaphore(16)

        def send(family, address, raw, cut):
            with room, socket.socket(family) as line:
                line.settimeout(20)
                line.connect(address)
                try:
                    line.sendall(raw[:cut])
                    line.shutdown(socket.SHUT_WR)
                    while line.recv(1 << 16):
                        pass
                except OSError:
                    pass  # refused in the middle: that is an answer, too

        local = (socket.AF_UNIX, str(node.folder / "api.sock"))
        doors = (local, (socket.AF_INET, (host, int(port))))
        threads = [
            threading.Thread(target=send, args=(*door, raw, cut))
            for raw in NAUGHTY for door in doors for cut in (len(raw), len(raw) // 2, 30)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
            need(not thread.is_alive(), "a line that never ends")
        need(node.process.poll() is None, "the node has ended")
        need(get(node, "/healthz").status == 200, "no answer afterwards")
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(local[1])
            line.sendall(b"What is this?\r\n\r\n")
            said = line.recv(1 << 16)
            need(said.startswith(b"HTTP/1.1 400 ") and b"is no HTTP" in said, f"{said[:200]}")
        need(not node.lines("list"), "noise became a record")
        need_memory(node.rss_bytes(), 200 << 20)


class Reader:
    """A command that goes on, its lines as they come."""

    def __init__(self, node, *arguments):
        command = [support.BIN_DIR / "staffroom", "--data", node.folder, *arguments]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.lines = []
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()

    def _read(self):
        for line in iter(self.process.stdout.readline, ""):
            self.lines.append(line)

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(20)
        self.thread.join(20)
        said = self.process.stderr.read()
        self.process.stdout.close()
        self.process.stderr.close()
        return code, said


def watching():
    """http: watch prints each event, comes back after a restart, and Ctrl-C ends it with 130"""
    with World() as world:
        node = world.node("a")
        plain, as_json = Reader(node, "watch"), Reader(node, "--json", "watch")
        streams = "staffroom_http_request_duration_seconds_count"
        listening = re.compile(streams + r'\{[^}]*route="/api/v1/events"[^}]*\} 2')
        wait_until(lambda: listening.search(get(node, "/metrics").body.decode()), 20, "two streams")
        hostile = {**tip("Seen by nobody"), "set": {"title": "Seen by \u001b[31mwatch"}}
        need(post(node, "/api/v1/records", hostile).status == 201, "not published")
        publish(node, "Seen by watch")
        wait_until(lambda: any("Seen by watch" in line for line in plain.lines), 20, "the line")
        need(not any("\u001b" in line for line in plain.lines), f"raw escape: {plain.lines}")
        wait_until(lambda: len(as_json.lines) >= 2, 20, "the line as JSON")
        event = json.loads(as_json.lines[-1])
        need(event["event"] == "record.published", f"{event}")
        need(event["data"]["title"] == "Seen by watch", f"{event}")

        node.stop()
        node.start()
        wait_until(lambda: any("gap" in line for line in plain.lines), 30, "the gap")
        publish(node, "After the restart")
        wait_until(lambda: any("After the" in line for line in plain.lines), 20, "the later line")
        for reader in (plain, as_json):
            code, said = reader.interrupt()
            need(code == 130, f"exit {code}: {said}")
            need("Traceback" not in said and "unforeseen" not in said, said)
        node.stop()
        node.run("watch").refused(3, "not running")


def log():
    """http: log shows what the node said, follows it over a restart, and keeps to the level"""
    with World() as world:
        node = world.node("a")
        shown = node.run("log").ok().out
        need("node.ready" in shown, shown)
        need(not node.run("log", "--level", "error").ok().out, "an error on a quiet node")
        rows = node.lines("log", "--lines", "1")
        need(len(rows) == 1 and rows[0]["number"] >= 1, f"{rows}")
        node.run("log", "--level", "loud").refused(2)
        reader = Reader(node, "log", "--follow")
        wait_until(lambda: any("node.ready" in line for line in reader.lines), 20, "the start")
        node.run("network", "create", NETWORK, "--focus", "writing").ok()
        wait_until(lambda: any("membership" in line for line in reader.lines), 20, "the change")
        node.stop()
        node.start()
        wait_until(
            lambda: sum("node.ready" in line for line in reader.lines) == 2, 20, "the second start"
        )
        code, said = reader.interrupt()
        need(code == 130, f"exit {code}: {said}")


support.main(
    events, heartbeat, slow_reader, tags, keys, readiness, naughty_bytes, watching, log
)
