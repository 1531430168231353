"""HTTP as RFC 9110 and 9112 have it, at the doors of a real node: requests of careful clients,
proxies, monitors and scanners, and strangers who hold places and say nothing."""

import email.utils
import json
import pathlib
import re
import socket
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from api import call, get, post
from support import PROJECT, QUICK_TIP, World, need, wait_until

RECORD = {"file": f'---\ntitle: "Grids"\nlicence: CC-BY-4.0\n{QUICK_TIP}---\nSome words.\n'}
HOST = b"Host: localhost\r\n"


def line_to(node, over_tcp=True):
    if over_tcp:
        host, port = node.web.rsplit(":", 1)
        return socket.create_connection((host, int(port)), 10)
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(10)
    line.connect(str(node.folder / "api.sock"))
    return line


def read_all(line):
    """Until the other side closes, or has said nothing for a second."""
    said = b""
    line.settimeout(1)
    try:
        while piece := line.recv(1 << 16):
            said += piece
    except OSError:
        pass
    return said


def talk(node, words, over_tcp=True):
    with line_to(node, over_tcp) as line:
        try:
            line.sendall(words)
        except OSError:
            pass  # refused in the middle: the answer can still be read
        return read_all(line)


def statuses(said):
    return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3}) ", said)]


def headers_of(said):
    head = said.split(b"\r\n\r\n", 1)[0].decode()
    lines = [line.split(": ", 1) for line in head.split("\r\n")[1:]]
    return {name.lower(): value for name, value in lines}


GET = b"GET /healthz HTTP/1.1\r\n"
POST = b"POST /api/v1/records HTTP/1.1\r\n"
# What is sent, and the statuses that come back; "healthz" after each must not be answered when the
# first is refused, or two readers of one line could see different requests.
RAW = [
    (b"GET /healthz HTTP/1.1\r\n" + HOST, [200]),
    (b"GET http://localhost/healthz HTTP/1.1\r\n" + HOST, [200]),
    (b"GET HTTP://other.example:80/healthz?x=1 HTTP/1.1\r\n" + HOST, [200]),
    (b"\r\n\r\nGET /healthz HTTP/1.1\r\n" + HOST, [200]),
    (GET + HOST + b"X-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\n"
     b"Forwarded: for=203.0.113.9\r\nVia: 1.1 proxy\r\n", [200]),
    (GET + HOST + b"Range: bytes=0-1\r\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
     [200]),
    (GET + HOST + b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n", [200]),
    (GET + HOST + b"Accept: text/html, */*;q=0.1\r\nAccept-Encoding: gzip, br\r\n", [200]),
    (GET + HOST + b"Accept: application/xml\r\n", [406]),
    (GET, "refused 400"),
    (GET + HOST + HOST, "refused 400"),
    (GET + b"Host: a b\r\n", "refused 400"),
    (GET + HOST + b"Authorization: Bearer a\r\nAuthorization: Bearer b\r\n", "refused 400"),
    (GET + HOST + b"Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "refused 400"),
    (GET + HOST + b"Transfer-Encoding: gzip, chunked\r\n", "refused 501"),
    (GET + HOST + b"Transfer-Encoding: identity\r\n", "refused 501"),
    (GET + HOST + b"Transfer-Encoding : chunked\r\n", "refused 400"),
    (GET + HOST + b"Content-Length: 3\r\nContent-Length: 4\r\n", "refused 400"),
    (GET + HOST + b"Content-Length: 3, 3\r\n", "refused 400"),
    (GET + HOST + b"Content-Length: +3\r\n", "refused 400"),
    (GET + HOST + b"Content-Length: 0x3\r\n", "refused 400"),
    (GET + HOST + b"Content-Length: \r\n", "refused 400"),
    (GET + HOST + b"No-Colon\r\n", "refused 400"),
    (GET + HOST + b"Nul: a\x00b\r\n", "refused 400"),
    (GET + HOST + b"Expect: the-best\r\n", "refused 417"),
    (GET + HOST + b"Content-Encoding: gzip\r\n", "refused 415"),
    (b"GET healthz HTTP/1.1\r\n" + HOST, "refused 400"),
    (b"GET /healthz a HTTP/1.1\r\n" + HOST, "refused 400"),
    (b"GET /healthz HTTP/1.1\n" + HOST, "refused 400"),
    (b"GET /healthz HTTP/2.0\r\n" + HOST, "refused 505"),
    (b"PRI * HTTP/2.0\r\n", "refused 505"),
    (b"GET /" + b"a" * 20000 + b" HTTP/1.1\r\n" + HOST, "refused 414"),
    (GET + HOST + b"X: " + b"a" * 20000 + b"\r\n", "refused 431"),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n", "refused 400"),
    (b"TRACE /healthz HTTP/1.1\r\n" + HOST, [501]),
    (b"BREW /healthz HTTP/1.1\r\n" + HOST, [501]),
    (b"get /healthz HTTP/1.1\r\n" + HOST, [501]),
    (b"CONNECT localhost:80 HTTP/1.1\r\n" + HOST, [501]),
    (b"DELETE /healthz HTTP/1.1\r\n" + HOST, [405]),
    (b"OPTIONS * HTTP/1.1\r\n" + HOST, [204]),
    (b"OPTIONS /healthz HTTP/1.1\r\n" + HOST
     + b"Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n", [204]),
    (b"GET * HTTP/1.1\r\n" + HOST, [400]),
    (b"GET /healthz?a=%zz HTTP/1.1\r\n" + HOST, [400]),
    (b"GET /../../etc/passwd HTTP/1.1\r\n" + HOST, [404]),
    (b"GET //healthz HTTP/1.1\r\n" + HOST, [404]),
]


def raw_rules():
    """http rules: each line on the wire has the answer that the RFC gives, and no second one"""
    with World() as world:
        node = world.node("a")
        for words, wanted in RAW:
            for over_tcp in (True, False):
                said = talk(node, words + b"\r\n" + GET + HOST + b"Connection: close\r\n\r\n",
                            over_tcp)
                got = statuses(said)
                what = f"{words[:90]!r} over {'TCP' if over_tcp else 'the socket'}: {got}"
                if isinstance(wanted, str):
                    need(got == [int(wanted.split()[1])], f"{what}, not {wanted}")
                    need(b"\r\nConnection: close\r\n" in said, f"{what}: not closed")
                else:
                    need(got == [*wanted, 200], f"{what}, not {wanted}")
                need(said.count(b"\r\nDate: ") == len(got), f"{what}: a Date is missing")
                need(b"\r\nServer:" not in said, f"{what}: names what it runs on")
                need(b"\r\nAccess-Control-" not in said, f"{what}: opens itself to web pages")


def old_http():
    """http rules: HTTP/1.0 needs no Host, and its line is closed after the answer"""
    with World() as world:
        node = world.node("a")
        for more in (b"", b"Connection: keep-alive\r\n"):
            said = talk(node, b"GET /healthz HTTP/1.0\r\n" + more + b"\r\n" + GET + HOST + b"\r\n")
            need(statuses(said) == [200], f"{statuses(said)}")
        said = talk(node, POST.replace(b"1.1", b"1.0") + b"Content-Length: 2\r\n\r\n{}", False)
        need(statuses(said) == [422], f"{said}")


def head():
    """http rules: HEAD has the headers of GET, its length too, and no body; OPTIONS has Allow"""
    with World() as world:
        node = world.node("a")
        record = post(node, "/api/v1/records", RECORD).json()["id"]
        targets = ["/healthz", "/readyz", "/api/v1/problems", "/api/v1/openapi.json",
                   "/api/v1/networks", f"/api/v1/records/{record}", "/api/v1/records/none",
                   f"/api/v1/records/{record}/export?format=bibtex", "/api/v1/nothing",
                   "/api/v1/sync"]
        for target in targets:
            whole, bare = (call(node, method, target) for method in ("GET", "HEAD"))
            need(whole.status == bare.status, f"{target}: {whole.status} and {bare.status}")
            need(bare.body == b"" and whole.body, f"{target}: a body for HEAD")
            names = [name for name in whole.headers if name not in ("Date", "X-Request-Id")]
            need(set(whole.headers) == set(bare.headers), f"{target}: other headers")
            for name in names:
                need(whole.headers[name] == bare.headers[name], f"{target}: another {name}")
        tag = get(node, targets[5]).headers["ETag"]
        need(call(node, "HEAD", targets[5], If_None_Match=tag).status == 304, "HEAD with its tag")
        events = call(node, "HEAD", "/api/v1/events")
        need(events.status == 200 and events.body == b"", f"{events.status} for a stream")
        over = {"over": node.web}
        need(call(node, "HEAD", "/healthz", **over).headers["Content-Length"] == "15", "no length")
        need(call(node, "HEAD", "/api/v1/status", **over).status == 401, "no token needed")
        for target, allowed in (("/api/v1/records", "GET, HEAD, POST, OPTIONS"),
                                ("/api/v1/sync", "POST, OPTIONS"),
                                ("/healthz", "GET, HEAD, OPTIONS")):
            answer = call(node, "OPTIONS", target)
            need((answer.status, answer.headers["Allow"]) == (204, allowed), f"{target}")
            need(answer.headers["Content-Length"] is None, "a length of nothing")
            refused = call(node, "PUT", target, {})
            need((refused.status, refused.headers["Allow"]) == (405, allowed), f"{target}")
            need(refused.code() == "request.method", f"{target}: {refused.body}")


def bodies():
    """http rules: 100-continue, chunks, trailers, pipelining, and a refusal that can be read"""
    with World() as world:
        node = world.node("a")
        body = json.dumps(RECORD).encode()
        with line_to(node, False) as line:
            line.sendall(POST + HOST + b"Expect: 100-continue\r\n"
                         b"Content-Length: %d\r\n\r\n" % len(body))
            need(line.recv(1 << 16) == b"HTTP/1.1 100 Continue\r\n\r\n", "no 100 Continue")
            line.sendall(body)
            need(statuses(read_all(line)) == [201], "not published after 100 Continue")
        huge = POST + HOST + b"Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n"
        need(statuses(talk(node, huge, False)) == [413], "invited to send too much")
        whole = (POST + HOST + b"Expect: 100-continue\r\nIdempotency-Key: a\r\n"
                 b"Content-Length: %d\r\n\r\n" % len(body)) + body
        need(statuses(talk(node, whole, False))[-1] == 201, "the body came with the head")

        pieces = b"".join(b"%x;ext=1\r\n%s\r\n" % (len(part), part)
                          for part in (body[:10], body[10:50], body[50:]))
        chunked = (POST + HOST + b"Transfer-Encoding: chunked\r\nTrailer: Idempotency-Key\r\n\r\n"
                   + pieces + b"0\r\nIdempotency-Key: a\r\nX: y\r\n\r\n")
        said = talk(node, chunked, False)
        need(statuses(said) == [201], f"chunks: {said[:300]}")
        need(b"Idempotent-Replay" not in said, "a trailer was taken for a header")
        token = (node.folder / "api.token").read_text().strip().encode()
        sneaky = (b"GET /api/v1/status HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n"
                  b"0\r\nAuthorization: Bearer " + token + b"\r\n\r\n")
        need(statuses(talk(node, sneaky)) == [401], "a token in a trailer")

        three = (GET + HOST + b"\r\n") * 2 + b"GET /readyz HTTP/1.1\r\n" + HOST + b"\r\n"
        said = talk(node, three)
        need(statuses(said) == [200] * 3 and said.endswith(b"ready\"}"), f"{said}")

        too_much = b"x" * (3 << 20)
        answer = post(node, "/api/v1/records", too_much)
        need((answer.status, answer.code()) == (413, "limit.too-large"), f"{answer.status}")


SAFE = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def safe_headers():
    """http rules: every answer, errors too, has what keeps a browser from keeping or running it"""
    with World() as world:
        node = world.node("a")
        record = post(node, "/api/v1/records", RECORD).json()["id"]
        token = "Bearer " + (node.folder / "api.token").read_text().strip()
        for target, headers, status in (
            ("/healthz", {}, 200), ("/readyz", {}, 200), ("/api/v1/nothing", {}, 404),
            ("/metrics", {"Authorization": token}, 200), ("/metrics", {}, 401),
            (f"/api/v1/records/{record}", {"Authorization": token}, 200),
            (f"/api/v1/records/{record}/export", {"Authorization": token + "x"}, 401),
            (f"/api/v1/records/{record}/export", {"Authorization": "bearer" + token[6:]}, 200),
            ("/api/v1/problems/internal", {}, 200), ("/api/v1/problems/none", {}, 404),
        ):
            answer = call(node, "GET", target, over=node.web, **headers)
            need(answer.status == status, f"{target}: {answer.status}")
            for name, value in SAFE.items():
                found = answer.headers.get_all(name)
                need(found and len(found) == 1 and found[0].startswith(value), f"{target}: {name}")
            sent = email.utils.parsedate_to_datetime(answer.headers["Date"]).timestamp()
            need(abs(sent - time.time()) < 5, f"{target}: {answer.headers['Date']}")
            asks = answer.headers["WWW-Authenticate"] or ""
            need(asks.startswith("Bearer realm=") == (status == 401), f"{target}: {asks!r}")
        forwarded = {"X_Forwarded_For": "127.0.0.1", "Forwarded": "for=127.0.0.1"}
        for headers, status in (({}, 401), ({"Authorization": token}, 200)):
            answer = call(node, "GET", "/api/v1/status", over=node.web, **headers, **forwarded)
            need(answer.status == status, "a proxy's word gives or takes rights")


def problem_types():
    """http rules: the type of each problem is an address that says what it means"""
    with World() as world:
        node = world.node("a")
        known = get(node, "/api/v1/problems").json()["problems"]
        need(len(known) > 50, f"{len(known)} kinds of problem")
        for each in known:
            told = call(node, "GET", each["type"], over=node.web)
            need(told.status == 200 and told.type == "text/plain", f"{each}: {told.status}")
            need(each["title"] in told.body.decode(), f"{each}: another title")
        refused = call(node, "GET", "/api/v1/status", over=node.web).json()
        need(call(node, "GET", refused["type"], over=node.web).status == 200, f"{refused}")
        need(refused["instance"].endswith(refused["request_id"]), f"{refused}")
        need(get(node, refused["instance"]).json()["events"] == [], "another request's events")
        # Whatever code the sources have is a type that is served.
        sources = [*(PROJECT / "node" / "http").rglob("*.cpp"),
                   *(PROJECT / "node" / "services").rglob("*.cpp")]
        elsewhere = {"news.cpp", "event_hub.cpp", "health.cpp", "folder_health.cpp", "indexer.cpp",
                     "verdict.cpp", "damage_book.cpp"}
        families = ("request", "id", "input", "limit", "rule", "network", "neighbour", "invitation",
                    "record", "file", "events", "node", "disk", "store", "search", "version",
                    "configuration", "session", "setup", "text")
        pattern = re.compile(rf'"((?:{"|".join(families)})\.[a-z]+(?:-[a-z]+)*)"')
        codes = {code for source in sources if source.name not in elsewhere
                 and "plain" not in source.parts  # whose words are those of the page
                 for code in pattern.findall(pathlib.Path(source).read_text())}
        missing = codes - {each["code"] for each in known}
        need(len(codes) > 40 and not missing, f"no type for {missing}: add it to problem_types.cpp")


def slow_strangers():
    """http rules: 300 strangers who say nothing, or a letter now and then, silence nobody"""
    with World() as world:
        node = world.node("a")
        lines, ended = [], threading.Event()
        begun = [b"", b"G", GET, GET + HOST + b"X-Slow: ",
                 GET + HOST + b"Content-Length: 9\r\n\r\n"]

        def drip():
            while not ended.wait(0.5):
                for line in lines[::3]:
                    try:
                        line.send(b"a")
                    except OSError:
                        pass

        for number in range(300):
            line = line_to(node)
            line.sendall(begun[number % len(begun)])
            line.setblocking(False)
            lines.append(line)
        dripping = threading.Thread(target=drip)
        dripping.start()
        try:
            for _ in range(40):
                asked = time.monotonic()
                answer = call(node, "GET", "/healthz", over=node.web)
                need(answer.status == 200, f"{answer.status}")
                need(time.monotonic() - asked < 1, f"{time.monotonic() - asked:.1f} s")
                need(get(node, "/healthz").status == 200, "the node's own socket")
                time.sleep(0.05)
        finally:
            ended.set()
            dripping.join()
        # And nobody holds a place for ever: all are gone once the time for a head has passed.
        wait_until(lambda: all(is_closed(line) for line in lines), 20, "the end of the slow lines")
        for line in lines:
            line.close()


def is_closed(line):
    try:
        return line.recv(1 << 16) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def full_house():
    """http rules: who comes when all places are at work is told so, and when to come again"""
    with World() as world:
        node = world.node("a", start=False)
        node.environment["STAFFROOM_LIMITS_WEB_CONNECTIONS"] = "4"
        node.start()
        node.run("network", "create", "Rivers", "--focus", "writing").ok()
        silent = socket.create_server(("127.0.0.1", 0))  # takes a call and says nothing
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        node.run("neighbour", "add", address, "--network", "Rivers").ok()
        waiting = []
        for _ in range(4):
            line = line_to(node, False)
            line.sendall(b"POST /api/v1/sync HTTP/1.1\r\n" + HOST + b"Content-Length: 40\r\n\r\n"
                         + json.dumps({"wait": True, "timeout_s": 8}).encode().ljust(40))
            waiting.append(line)
        time.sleep(0.5)
        said = talk(node, GET + HOST + b"\r\n", False)
        need(statuses(said) == [503], f"{said}")
        need(headers_of(said)["retry-after"].isdigit(), f"{said}")
        need(json.loads(said.split(b"\r\n\r\n", 1)[1])["code"] == "node.busy", f"{said}")
        need(call(node, "GET", "/healthz", over=node.web).status == 200, "TCP is kept out, too")
        waiting.pop().close()
        asked = GET + HOST + b"\r\n"
        wait_until(lambda: statuses(talk(node, asked, False)) == [200], 20, "a place")
        for line in [*waiting, silent]:
            line.close()


if __name__ == "__main__":
    from support import main

    main(raw_rules, old_http, head, bodies, safe_headers, problem_types, slow_strangers,
         full_house)
