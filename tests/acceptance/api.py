"""HTTP calls to a node as any program would make them: over its Unix socket, or over TCP.

Python's standard library only. Used by the tests of the API; the command line has its own client.
"""

import http.client
import json
import socket
import threading

from support import need, wait_until

CALL_SECONDS = 60


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout=CALL_SECONDS):
        super().__init__("localhost", timeout=timeout)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()
        self.type = (response.headers.get_content_type() if self.body else "")

    def json(self):
        return json.loads(self.body)

    def code(self):
        """The code of a problem; fails for anything else."""
        need(self.type == "application/problem+json", f"no problem: {self.status} {self.body!r}")
        return self.json()["code"]


def call(node, method, target, body=None, over=None, **headers):
    """One request; `over` is HOST:PORT instead of the node's socket. a_name stands for A-Name."""
    if over:
        connection = http.client.HTTPConnection(over, timeout=CALL_SECONDS)
    else:
        connection = UnixConnection(node.folder / "api.sock")
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    data = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    connection.request(method, target, data, named)
    answer = Answer(connection.getresponse())
    connection.close()
    return answer


def get(node, target, **headers):
    return call(node, "GET", target, **headers)


def post(node, target, body, **headers):
    return call(node, "POST", target, body, **headers)


class EventStream:
    """The events of a node, read by a thread of their own until `close`."""

    def __init__(self, node, place=None, after=None):
        self.events = []
        self.comments = 0
        self.last_id = None
        self.ended = False
        self.connection = UnixConnection(node.folder / "api.sock")
        headers = {"Last-Event-ID": place} if place else {}
        target = "/api/v1/events" + (f"?after={after}" if after else "")
        self.connection.connect()
        self.line = self.connection.sock  # http.client lets go of it once a stream has begun
        self.connection.request("GET", target, headers=headers)
        self.response = self.connection.getresponse()
        need(self.response.status == 200, f"events: {self.response.status}")
        kind = self.response.headers.get_content_type()
        need(kind == "text/event-stream", f"events are {kind}")
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        wait_until(lambda: self.last_id, 20, "the first place of a stream")

    def _read(self):
        event = {}
        try:
            for line in iter(self.response.readline, b""):
                text = line.decode().rstrip("\n")
                if text.startswith(":"):
                    self.comments += 1
                elif text:
                    name, _, value = text.partition(": ")
                    event[name] = value
                else:
                    self._take(event)
                    event = {}
        except (OSError, ValueError, AttributeError):
            pass  # closed from this side
        self.ended = True

    def _take(self, event):
        if "id" in event:
            self.last_id = event["id"]
        if "data" in event:
            data = json.loads(event["data"])
            self.events.append((event.get("event", "message"), self.last_id, data))

    def of(self, kind):
        return [data for name, _, data in self.events if name == kind]

    def close(self):
        self.line.shutdown(socket.SHUT_RDWR)
        self.reader.join(20)
        self.connection.close()
