"""People who sign in at a node as their browser does: over TCP, with cookies.

Python's standard library only. Used by the tests of accounts.
"""

import http.client
import json

from api import CALL_SECONDS, Answer, call
from support import need

PASSWORD = "a password for tests"
UNTIL = ("--until", "2099-01-01")
# Every command about people once, on a node that has none.
EVERY_COMMAND = (
    ("setup code",),
    ("users add", "Ann Bell", "--role", "teacher"),
    ("users add", "Lee Marsh", "--role", "teacher"),
    ("users list",),
    ("users role", "Ann Bell", "lead", *UNTIL),
    ("users reset", "Ann Bell"),
    ("users sessions", "Ann Bell"),
    ("users sessions", "Ann Bell", "--end"),
    ("users leave", "Ann Bell", "--to", "Lee Marsh"),
    ("tokens add", "timetable", "--scope", "read", *UNTIL),
    ("tokens list",),
    ("tokens end", "timetable"),
)


class Browser:
    """One browser: its cookies, and what its changes carry."""

    def __init__(self, node, agent="test"):
        self.node = node
        self.agent = agent
        self.cookies = {}
        self.csrf = None

    def ask(self, method, target, body=None, **headers):
        """One request; a_name stands for A-Name, and None for a header that is left out."""
        host, port = self.node.web.rsplit(":", 1)
        connection = http.client.HTTPConnection(host, int(port), timeout=CALL_SECONDS)
        named = {"User-Agent": self.agent}
        if self.cookies:
            named["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.csrf and method != "GET":
            named["Staffroom-CSRF"] = self.csrf
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        named = {name: value for name, value in named.items() if value is not None}
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        connection.request(method, target, data, named)
        answer = Answer(connection.getresponse())
        connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";", 1)[0].split("=", 1)
            self.cookies[name] = value
            if "Max-Age=0" in cookie:
                del self.cookies[name]
        return answer

    def get(self, target, **headers):
        return self.ask("GET", target, **headers)

    def post(self, target, body=None, **headers):
        return self.ask("POST", target, {} if body is None else body, **headers)

    def take(self, answer):
        """Goes on in the session that the answer begins."""
        need(answer.status in (200, 201), f"not signed in: {answer.status} {answer.body!r}")
        self.csrf = answer.json()["csrf"]
        return self

    def sign_in(self, name, password=PASSWORD, **headers):
        return self.ask("POST", "/api/v1/session", {"name": name, "password": password}, **headers)


def link_token(link):
    need(link.startswith("/#/welcome/"), f"no link: {link}")
    return link.rsplit("/", 1)[1]


def join(node, name, role):
    """Somebody new, invited by the machine's owner and signed in by the link."""
    link = node.json("users", "add", name, "--role", role)["link"]
    browser = Browser(node)
    body = {"token": link_token(link), "password": PASSWORD}
    return browser.take(browser.post("/api/v1/session/link", body))


class Program(Browser):
    """The same with a bearer's token."""

    def __init__(self, node, token):
        super().__init__(node, "program")
        self.token = token

    def ask(self, method, target, body=None, **headers):
        headers.setdefault("Authorization", f"Bearer {self.token}")
        return super().ask(method, target, body, **headers)


class Socket:
    """The machine's owner, at the Unix socket."""

    def __init__(self, node):
        self.node = node

    def ask(self, method, target, body=None):
        return call(self.node, method, target, body)

