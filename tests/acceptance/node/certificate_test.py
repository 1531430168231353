"""The certificate of the page: imported from the school's authority, renewed by somebody else's
files, renewed by the node; what cannot be used, and when it ends."""

import os
import pathlib
import re
import shutil
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from api import call
from certificates import (NAME, Authority, Page, blind, fingerprint, fingerprint_shown, line_to,
                          openssl, shown_to, trusting)
from support import World, build_clock_shim, need, shifted_clock, wait_until

DAY = 86400


def with_https(world, name="a", start=True, **settings):
    node = world.node(name, start=False)
    node.environment["STAFFROOM_HTTPS_LISTEN"] = "127.0.0.1:0"
    node.environment |= {f"STAFFROOM_{key}": str(value) for key, value in settings.items()}
    return node.start() if start else node


def checks_of(node):
    checks = node.run("--json", "doctor").ok(0, 4).document()["checks"]
    return {check["code"]: check for check in checks}


def expiry_in_metrics(node):
    token = (node.folder / "api.token").read_text().strip()
    text = call(node, "GET", "/metrics", over=node.web, Authorization=f"Bearer {token}").body
    found = re.search(rb"^staffroom_certificate_expiry_timestamp_seconds (\S+)$", text, re.M)
    return float(found.group(1)) if found else None


def importing():
    """certificate: one of the school's authority is taken with its chain, and stays"""
    with World() as world:
        node = with_https(world, NODE_WEB_NAMES=NAME)
        own = fingerprint_shown(node)
        authority = Authority(world.root / "ca")
        for kind in ("p384", "ec", "rsa"):
            chain, key = authority.server(kind, kind=kind)
            would = node.json("tls", "import", chain, key, "--dry-run")
            need(would["fingerprint"] == fingerprint(chain), f"{would}")
            need(fingerprint_shown(node) != fingerprint(chain), "a dry run takes it")
            shown = node.json("tls", "import", chain, key)
            need(shown["source"] == "imported" and shown["fits_this_machine"], f"{shown}")
            need(not shown["self_signed"] and not shown["trusted"], f"{shown}")
            need(fingerprint_shown(node) == fingerprint(chain), "another one is served")
            verified = shown_to(node, "-CAfile", authority.root[0], "-verify_hostname", NAME)
            need("Verify return code: 0 (ok)" in verified, f"{verified}")
        page = Page(node, trusting(authority.root[0]), NAME)
        need(page.get("/healthz").status == 200, "no trust")
        kept = node.folder / "https.imported.pem"
        need(kept.stat().st_mode & 0o777 == 0o600, f"mode {kept.stat().st_mode:o}")
        need(checks_of(node)["certificate.expiry"]["level"] == "ok", "trouble")
        need("certificate.own" not in checks_of(node), "said to be the node's own")
        until = node.json("tls", "show")["until_ms"] / 1000
        need(expiry_in_metrics(node) == until, f"{expiry_in_metrics(node)} is not {until}")
        node.stop()
        need(fingerprint_shown(node.start()) == fingerprint(chain), "gone after a restart")
        node.run("tls", "new", "--dry-run").ok()
        need(fingerprint_shown(node) == fingerprint(chain), "a dry run changes it")
        again = node.json("tls", "new", "--yes")
        need(again["source"] == "own" and again["fingerprint"] != own, f"{again}")
        need(fingerprint_shown(node) == again["fingerprint"], "not the new one")
        need(not kept.exists(), "the imported one is kept")


def bad_input():
    """certificate: what cannot be used is refused with its own sentence; nothing changes"""
    with World() as world:
        node = with_https(world, NODE_WEB_NAMES=NAME)
        authority = Authority(world.root / "ca")
        chain, key = authority.server("good")
        before = node.json("tls", "show")["fingerprint"]
        here = world.root

        def made(name, content):
            path = here / name
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            return path

        locked, der, pfx = here / "locked.key", here / "good.der", here / "good.pfx"
        openssl("pkey", "-in", key, "-aes128", "-passout", "pass:x1y2", "-out", locked)
        openssl("x509", "-in", chain, "-outform", "der", "-out", der)
        openssl("pkcs12", "-export", "-in", chain, "-inkey", key, "-passout", "pass:", "-out", pfx)
        leaf, middle = re.findall(r"-----BEGIN.*?END CERTIFICATE-----\n", chain.read_text(), re.S)
        over = authority.server("over", days=-1)
        late = authority.server("late")
        rows = (
            ("certificate.other-key", chain, late[1], "does not fit"),
            ("certificate.expired", *over, "expired"),
            ("certificate.chain-order", made("swapped.pem", middle + leaf), key, "out of order"),
            ("certificate.chain-order", made("stranger.pem", leaf + authority.root[0].read_text()),
             key, "out of order"),
            ("certificate.key-locked", chain, locked, "passphrase"),
            ("certificate.binary", der, key, "binary"),
            ("certificate.binary", pfx, key, "binary"),
            ("certificate.unreadable", made("empty.pem", ""), key, "no certificate"),
            ("certificate.unreadable", key, key, "no certificate"),
            ("certificate.unreadable", made("cut.pem", leaf[:200]), key, "no certificate"),
            ("certificate.unreadable", made("noise.pem", b"\x00\xff" * 500), key, "no certificate"),
            ("certificate.no-key", chain, chain, "no private key"),
            ("certificate.too-large", made("many.pem", leaf * 40), key, "more than"),
            ("certificate.weak-key", *authority.server("short", kind="short"), "browsers refuse"),
            ("certificate.weak-key", *authority.server("old", digest="-sha1"), "browsers refuse"),
            ("certificate.weak-key", *authority.server("coin", kind="coin"), "browsers refuse"),
            ("certificate.not-for-page", *authority.server("mail", use="emailProtection"), "use"),
        )
        for code, certificate, its_key, word in rows:
            refused = node.run("--json", "tls", "import", certificate, its_key)
            need(code in refused.out + refused.err, f"{certificate}: no {code}: {refused.err}"
                 f"{refused.out}")
            node.run("tls", "import", certificate, its_key).refused((1, 2, 5), word)
            need(node.json("tls", "show")["fingerprint"] == before, f"{code}: taken all the same")
        node.run("tls", "import", here / "nowhere.pem", key).refused((1, 2), "nowhere.pem")
        need(fingerprint_shown(node) == before, "another one is served")
        need(not (node.folder / "https.imported.pem").exists(), "something was kept")
        # Another machine's name is a warning: it may be right, and the settings late.
        other = authority.server("other", ("DNS:elsewhere.example",))
        taken = node.run("tls", "import", *other).ok()
        need("none of these names" in taken.err, f"no warning: {taken.err}")
        note = checks_of(node)["certificate.name"]
        need(note["level"] == "note" and "elsewhere.example" in note["sentence"], f"{note}")
        star = authority.server("star", ("DNS:*.hillside.example",))
        need(node.json("tls", "import", *star)["fits_this_machine"], "a star does not count")
        off = world.node("off")
        off.run("tls", "show").refused(1, "HTTPS")
        off.run("tls", "import", chain, key).refused(1, "HTTPS")


def watched_files():
    """certificate: the settings' files are taken when they change; bad ones are told"""
    with World() as world:
        authority = Authority(world.root / "ca")
        live = world.root / "live"
        live.mkdir()
        chain, key = live / "fullchain.pem", live / "privkey.pem"

        def put(pair):
            for source, place in zip(pair, (chain, key)):
                shutil.copy(source, f"{place}.new")
                os.replace(f"{place}.new", place)

        first, second, third = (authority.server(name) for name in ("one", "two", "three"))
        put(first)
        node = with_https(world, NODE_WEB_NAMES=NAME, HTTPS_CERTIFICATE=chain, HTTPS_KEY=key)
        need(fingerprint_shown(node) == fingerprint(first[0]), "not the one of the settings")
        need(node.json("tls", "show")["source"] == "files", "not from the files")
        node.run("tls", "import", *second).refused((1, 5), "settings")
        node.run("tls", "new", "--yes").refused((1, 5), "settings")
        with line_to(node, blind()) as line:
            put(second)
            mark = fingerprint(second[0])
            wait_until(lambda: fingerprint_shown(node) == mark, 20, "the second", 1)
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
            need(b" 200 " in line.recv(4096), "a connection of before was cut")
        shutil.copy(first[1], key)  # of another certificate
        wait_until(lambda: checks_of(node).get("certificate.other-key"), 20, "told", 1)
        trouble = checks_of(node)["certificate.other-key"]
        need(trouble["level"] == "trouble" and str(chain) in trouble["sentence"], f"{trouble}")
        need(fingerprint_shown(node) == fingerprint(second[0]), "the good one is gone")
        for bad in (b"", b"not PEM", chain.read_bytes()[:300]):
            chain.write_bytes(bad)
            wait_until(lambda: checks_of(node).get("certificate.unreadable"), 20, "told", 1)
            need(fingerprint_shown(node) == fingerprint(second[0]), "the good one is gone")
        chain.unlink()
        wait_until(lambda: checks_of(node).get("certificate.file-missing"), 20, "told", 1)
        need(fingerprint_shown(node) == fingerprint(second[0]), "the good one is gone")
        put(third)
        wait_until(lambda: fingerprint_shown(node) == fingerprint(third[0]), 20, "the third", 1)
        bad_codes = {"certificate.other-key", "certificate.unreadable", "certificate.file-missing"}
        need(not bad_codes & set(checks_of(node)), "still told")
        # A start with bad files has another certificate, and says so.
        node.stop()
        key.write_text("nothing")
        node.start()
        need(node.json("tls", "show")["source"] == "own", "not the node's own")
        need("certificate.no-key" in checks_of(node), "not told after a start")


def near_its_end():
    """certificate: its end is a note from thirty days on and trouble from seven"""
    with World() as world:
        node = with_https(world, NODE_WEB_NAMES=NAME)
        authority = Authority(world.root / "ca")
        for days, level in ((40, "ok"), (29, "note"), (8, "note"), (6, "trouble"), (1, "trouble")):
            node.run("tls", "import", *authority.server(f"of-{days}", days=days)).ok()
            check = checks_of(node)["certificate.expiry"]
            need(check["level"] == level, f"{days} days: {check}")
            until = time.time() + days * DAY
            need(abs(expiry_in_metrics(node) - until) < 600, f"{days}: {expiry_in_metrics(node)}")
            need(level == "ok" or "tls import" in check["next"], f"{check}")


def clock_goes_on():
    """certificate: one that ends is told; the node's own is renewed with the same key"""
    with World() as world:
        shim = build_clock_shim(world.root)
        authority = Authority(world.root / "ca")

        def later(node, days):
            node.stop()
            node.environment |= shifted_clock(shim, days * DAY)
            return node.start()

        node = with_https(world, NODE_WEB_NAMES=NAME)
        first = node.json("tls", "show")
        same = later(node, 300).json("tls", "show")
        need(same["fingerprint"] == first["fingerprint"], "renewed too early")
        later(node, 355)
        wait_until(lambda: node.json("tls", "show")["fingerprint"] != first["fingerprint"], 10,
                   "a renewal while it runs", 0.5)
        renewed = node.json("tls", "show")
        need(renewed["key_fingerprint"] == first["key_fingerprint"], "another key")
        need(fingerprint_shown(node) == renewed["fingerprint"], "the old one is served")
        need(checks_of(node)["certificate.expiry"]["level"] == "ok", f"{checks_of(node)}")
        over = later(node, 2000).json("tls", "show")
        need(over["key_fingerprint"] == first["key_fingerprint"], "another key after a long sleep")
        node.stop()
        other = with_https(world, "b")
        other.run("tls", "import", *authority.server("short-lived", days=10)).ok()
        ended = checks_of(later(other, 11))["certificate.expired"]
        need(ended["level"] == "trouble" and "tls import" in ended["next"], f"{ended}")


def pinned():
    """certificate: browsers are bound to HTTPS by one of an authority known here"""
    with World() as world:
        authority = Authority(world.root / "ca")
        node = with_https(world, NODE_WEB_NAMES=NAME, start=False)
        node.environment["SSL_CERT_FILE"] = str(authority.root[0])
        node.start()
        pin = "Strict-Transport-Security"
        need(pin not in Page(node, blind()).get("/").headers, "pinned to its own")
        need(node.json("tls", "import", *authority.server("known", days=20))["trusted"], "unknown")
        page = Page(node, trusting(authority.root[0]), NAME)
        value = page.get("/", Host=NAME).headers[pin]
        need(value == f"max-age={7 * DAY}", f"pinned for longer than a week: {value}")
        said = node.run("tls", "new", "--dry-run").ok()
        need("7 days" in said.err, f"not told who stays out: {said.err}")
        node.run("tls", "import", *authority.server("soon", days=3)).ok()
        value = page.get("/", Host=NAME).headers[pin]
        seconds = int(re.fullmatch(r"max-age=(\d+)", value).group(1))
        need(2 * DAY < seconds <= 3 * DAY, f"pinned for longer than it is good: {value}")
        need(pin not in call(node, "GET", "/", over=node.web).headers, "pinned by plain HTTP")
        node.stop()
        node.environment["STAFFROOM_NODE_WEB"] = "0.0.0.0:0"
        node.start()
        need(pin not in Page(node, trusting(authority.root[0]), NAME).get("/", Host=NAME).headers,
             "pinned though the page is served by HTTP to others")


def damaged_file():
    """certificate: a file that is damaged or empty is replaced, and the page is served"""
    with World() as world:
        node = with_https(world)
        first = fingerprint_shown(node)
        for content in (b"", b"\x00" * 4096, (node.folder / "https.pem").read_bytes()[:400]):
            node.stop()
            (node.folder / "https.pem").write_bytes(content)
            need(fingerprint_shown(node.start()) != first, "served out of nothing")
        node.stop()
        (node.folder / "https.imported.pem").write_bytes(b"half")
        node.start()
        need("certificate.damaged" in checks_of(node), "not told")


if __name__ == "__main__":
    from support import main

    main(importing, bad_input, watched_files, near_its_end, clock_goes_on, pinned, damaged_file)
