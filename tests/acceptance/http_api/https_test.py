"""The page by HTTPS, the node's own: its certificate, what a client may speak, who is led where,
and strangers who begin and never end."""

import pathlib
import re
import socket
import ssl
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from api import call
from certificates import (Page, blind, fingerprint, fingerprint_shown, line_to, openssl, shown_to,
                          trusting)
from people import PASSWORD
from support import World, need, wait_until

OWN = "https.pem"


def with_https(world, name="a", **settings):
    node = world.node(name, start=False)
    node.environment["STAFFROOM_HTTPS_LISTEN"] = "127.0.0.1:0"
    node.environment |= {f"STAFFROOM_{key}": value for key, value in settings.items()}
    return node.start()


def first_start():
    """https: the first start makes a certificate, whose fingerprint is told wherever it is asked"""
    with World() as world:
        node = with_https(world)
        kept = node.folder / OWN
        need(kept.stat().st_mode & 0o777 == 0o600, f"mode {kept.stat().st_mode:o}")
        mark = fingerprint(kept)
        need(fingerprint_shown(node) == mark, "another certificate is served")
        console = node.process.stdout.readline().decode()
        need(mark in console and "from=own" in console, f"console: {console}")
        need(node.json("tls", "show")["fingerprint"] == mark, "tls show")
        code = node.json("setup", "code")
        need(code["fingerprint"] == mark and code["self_signed"], f"{code}")
        need(code["https"].startswith("https://") and code["https"].endswith(
            f":{node.https.rsplit(':', 1)[1]}/"), f"{code}")
        checks = {check["code"]: check for check in node.json("doctor")["checks"]}
        need(mark in checks["certificate.own"]["sentence"], f"{checks.get('certificate.own')}")
        need(checks["certificate.expiry"]["level"] == "ok", f"{checks['certificate.expiry']}")
        said = openssl("x509", "-in", kept, "-noout", "-text")
        for word in ("ASN1 OID: prime256v1", "CA:FALSE", "TLS Web Server Authentication",
                     "DNS:localhost", "IP Address:127.0.0.1",
                     f"DNS:{socket.gethostname().lower()}"):
            need(word in said, f"no {word!r} in {said}")
        shown = set(re.findall(r"IP Address:([0-9A-Fa-f.:]+)", said))
        need(shown == {"127.0.0.1", "0:0:0:0:0:0:0:1"}, f"strangers read of other wires: {shown}")
        need(node.stop() == 0, "not stopped")
        need(fingerprint_shown(node.start()) == mark, "another certificate after a restart")
        need("BEGIN" not in node.trace() and "PRIVATE" not in node.trace(), "a key in the trace")


def signing_in():
    """https: over TLS a session has a __Host- cookie, and a page by http may change nothing"""
    with World() as world:
        node = with_https(world)
        page = Page(node, trusting(node.folder / OWN))  # checks the name localhost
        code = node.json("setup", "code")["code"]
        page.csrf = page.post("/api/v1/setup/session", {"code": code}).json()["csrf"]
        first = {"name": "Lea Dee", "password": PASSWORD, "role": "lead"}
        made = page.post("/api/v1/setup/accounts", first)
        need(made.status == 201, f"{made.status} {made.body!r}")
        page.csrf = made.json()["csrf"]
        need("__Host-staffroom" in page.cookies, f"{page.set}")
        need(all("; Secure" in cookie for cookie in page.set), f"{page.set}")
        need(page.get("/api/v1/session").status == 200, "not signed in")
        host = f"localhost:{node.https.rsplit(':', 1)[1]}"
        found = {"name": "Rivers", "focus": "writing"}
        other = page.post("/api/v1/networks", found, Origin=f"http://{host}")
        need(other.status == 403 and other.code() == "request.origin", f"{other.status}")
        own = page.post("/api/v1/networks", found, Origin=f"https://{host}")
        need(own.status == 201, f"{own.status} {own.body!r}")
        # The cookie of TLS opens nothing where there is none.
        cookie = "; ".join(f"{name}={value}" for name, value in page.cookies.items())
        plain = call(node, "GET", "/api/v1/session", over=node.web, Cookie=cookie)
        need(plain.status == 401, f"{plain.status}")
        need("Strict-Transport-Security" not in page.get("/").headers, "a pin on a warning")
        names = page.get("/", Host="stranger.example")
        need(names.status == 421, f"another name: {names.status}")


def spoken():
    """https: TLS 1.2 and 1.3 with ciphers that keep the past secret; no ticket, nothing else"""
    with World() as world:
        node = with_https(world)
        for version in ("-tls1_2", "-tls1_3"):
            said = shown_to(node, version)
            good = re.search(r"Cipher is (TLS_|ECDHE-ECDSA-(AES|CHACHA))", said)
            need(good, f"{version}: {said}")
            need("Compression: NONE" in said or version == "-tls1_3", f"{version}: {said}")
            need("TLS session ticket:" not in said, f"{version}: a ticket: {said}")
            need("New Session Ticket arrived" not in said, f"{version}: a ticket")
        weak = ("-cipher", "ALL:@SECLEVEL=0")
        for refused in (("-tls1_1", *weak), ("-tls1", *weak),
                        ("-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"),
                        ("-tls1_2", "-cipher", "AES128-GCM-SHA256")):
            said = shown_to(node, *refused)
            need("Cipher is (NONE)" in said, f"{refused}: {said}")
        need("Cipher is (NONE)" in shown_to(node, "-alpn", "h2,ftp"), "another protocol")
        need("ALPN protocol: http/1.1" in shown_to(node, "-alpn", "h2,http/1.1"), "no http/1.1")


def renegotiation():
    """https: who asks for another handshake inside a connection gets none"""
    with World() as world:
        node = with_https(world)
        said = openssl("s_client", "-connect", node.https, "-tls1_2", typed=b"R\n", codes=None)
        need("RENEGOTIATING" in said and "no renegotiation" in said.lower(), f"{said}")
        need(Page(node, blind()).get("/healthz").status == 200, "not served after that")


def plain_http():
    """https: plain HTTP at its port is led to the same host, or told so in one sentence"""
    with World() as world:
        node = with_https(world)
        led = call(node, "GET", "/plain?a=b", over=node.https)
        need(led.status == 307, f"{led.status} {led.body!r}")
        need(led.headers["Location"] == f"https://{node.https}/plain?a=b", f"{led.headers}")
        for host in ("stranger.example", "127.0.0.1.stranger.example"):
            other = call(node, "GET", "/", over=node.https, Host=host)
            need(other.status == 400 and other.code() == "request.https", f"{host}: {other.status}")
        told = call(node, "POST", "/api/v1/session", {"name": "x"}, over=node.https)
        need(told.status == 400 and told.code() == "request.https", f"{told.status}")
        need(told.headers["Connection"] == "close", "it stays open")
        with socket.create_connection(node.https.rsplit(":", 1)) as line:
            line.sendall(b"\x80\x2e\x01\x00\x02 SSL 2 or anything else\r\n\r\n")
            line.settimeout(15)
            need(b"TLS" not in line.recv(4096), "a word for what is no HTTP")


def big_answers():
    """https: large answers and bodies come whole, and one connection serves many requests"""
    with World() as world:
        node = with_https(world)
        with line_to(node, blind()) as line:
            for _ in range(20):
                line.sendall(b"GET /plain/style.css HTTP/1.1\r\nHost: localhost\r\n\r\n")
                head = b""
                while b"\r\n\r\n" not in head:
                    head += line.recv(65536)
                size = int(re.search(rb"Content-Length: (\d+)", head).group(1))
                body = head.split(b"\r\n\r\n", 1)[1]
                while len(body) < size:
                    body += line.recv(65536)
                need(len(body) == size and size > 1000, f"{len(body)} of {size} bytes")
        token = (node.folder / "api.token").read_text().strip()
        page = Page(node, blind())
        answer = page.get("/api/v1/openapi.json", Authorization=f"Bearer {token}")
        need(answer.status == 200 and len(answer.body) > 100_000, f"{len(answer.body)} bytes")
        refused = page.post("/api/v1/session", {"name": "x" * 60_000})
        need(refused.status in (413, 422), f"{refused.status}")
        # A stream goes on until its reader goes, and ends with a goodbye when the node stops.
        with line_to(node, blind(), timeout=30) as line:
            line.sendall(b"GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                         + token.encode() + b"\r\n\r\n")
            need(b"200 OK" in line.recv(4096), "no stream")


def half_handshakes():
    """https: a thousand who begin a handshake and stop keep nobody out, and lose their places"""
    with World() as world:
        node = with_https(world)
        host, port = node.https.rsplit(":", 1)
        hello = client_hello()
        begun = []
        for number in range(1000):
            line = socket.create_connection((host, int(port)))
            line.sendall((b"", hello[:1], hello[:40], hello)[number % 4])
            begun.append(line)
            if number % 250 == 249:
                need(Page(node, blind()).get("/healthz").status == 200, f"kept out by {number}")
        need(call(node, "GET", "/healthz", over=node.web).status == 200, "HTTP is kept out")
        files = len(list(pathlib.Path(f"/proc/{node.process.pid}/fd").iterdir()))
        need(files < 200, f"{files} files are open")
        need(node.rss_bytes() < 200 << 20, f"{node.rss_bytes()} bytes of memory")

        def all_gone():
            return all(is_closed(line) for line in begun)

        wait_until(all_gone, 20, "the end of every handshake")
        for line in begun:
            line.close()


def client_hello():
    """The first message of a client, as Python's ssl makes it."""
    into, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    talk = blind().wrap_bio(into, out, server_hostname="localhost")
    try:
        talk.do_handshake()
    except ssl.SSLWantReadError:
        pass
    return out.read()


def is_closed(line):
    line.setblocking(False)
    try:
        while line.recv(1 << 16):
            pass
        return True
    except BlockingIOError:
        return False
    except OSError:
        return True


def drop_by_drop():
    """https: who sends a byte now and then is cut off, in the handshake and after it"""
    with World() as world:
        node = with_https(world)
        hello, head = client_hello(), b"GET / HTTP/1.1\r\nHost: localhost\r\nX: "
        raw = socket.create_connection(node.https.rsplit(":", 1))
        inside = line_to(node, blind())
        began = time.monotonic()
        ends = {}
        while len(ends) < 2 and time.monotonic() - began < 30:
            at = int(time.monotonic() - began)
            for name, line, data in (("handshake", raw, hello), ("head", inside, head)):
                try:
                    if name not in ends:
                        line.sendall(data[at:at + 1] or b"x")
                except OSError:
                    ends[name] = at
            time.sleep(1)
        need(set(ends) == {"handshake", "head"}, f"not cut off: {ends}")
        need(all(8 <= at <= 16 for at in ends.values()), f"cut off after {ends} s")


if __name__ == "__main__":
    from support import main

    main(first_start, signing_in, spoken, renegotiation, plain_http, big_answers, half_handshakes,
         drop_by_drop)
