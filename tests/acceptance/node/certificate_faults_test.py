"""HTTPS where something is wrong: a chain that OpenSSL refuses, files that the node may not read or
that are no files, a door that another program has. The node serves on, and says why."""

import os
import pathlib
import shutil
import socket
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from api import call
from certificates import NAME, Authority, fingerprint, fingerprint_shown
from support import Skipped, World, build_clock_shim, need, shifted_clock, wait_until

NOBODY = 65534


def with_https(world, listen="127.0.0.1:0", **settings):
    node = world.node("a", start=False)
    node.environment["STAFFROOM_HTTPS_LISTEN"] = listen
    node.environment |= {f"STAFFROOM_{key}": str(value) for key, value in settings.items()}
    return node


def checks_of(node):
    checks = node.run("--json", "doctor").ok(0, 4).document()["checks"]
    return {check["code"]: check for check in checks}


def put(pair, places):
    for source, place in zip(pair, places):
        shutil.copy(source, f"{place}.new")
        os.replace(f"{place}.new", place)


def live_files(world):
    live = world.root / "live"
    live.mkdir()
    return live / "fullchain.pem", live / "privkey.pem"


def weak_chain():
    """certificate: a chain that OpenSSL refuses is refused, and the node starts again"""
    with World() as world:
        good = Authority(world.root / "good").server("good")
        weak = Authority(world.root / "weak", digest="-sha1").server("weak")
        node = with_https(world, NODE_WEB_NAMES=NAME).start()
        node.run("tls", "import", *good).ok()
        kept = (node.folder / "https.imported.pem").read_bytes()
        refused = node.run("--json", "tls", "import", *weak)
        need("certificate.weak-key" in refused.out + refused.err, f"taken: {refused.out}")
        need((node.folder / "https.imported.pem").read_bytes() == kept, "kept all the same")
        node.stop()
        need(fingerprint_shown(node.start()) == fingerprint(good[0]), "not after a start")
        node.stop()
        # One that was kept when this machine asked for less.
        (node.folder / "https.imported.pem").write_bytes(
            weak[1].read_bytes() + weak[0].read_bytes())
        node.start()
        need(node.json("tls", "show")["source"] == "own", "not the node's own")
        need("certificate.weak-key" in checks_of(node), "not told after a start")
        node.stop()
        (node.folder / "https.imported.pem").unlink()

        places = live_files(world)
        put(good, places)
        node.environment |= {"STAFFROOM_HTTPS_CERTIFICATE": str(places[0]),
                             "STAFFROOM_HTTPS_KEY": str(places[1])}
        node.start()
        put(weak, places)
        wait_until(lambda: checks_of(node).get("certificate.weak-key"), 20, "told", 1)
        time.sleep(8)  # two more looks
        need("certificate.weak-key" in checks_of(node), "told once only")
        need(fingerprint_shown(node) == fingerprint(good[0]), "the good one is gone")
        node.stop()
        node.start()
        need(node.json("tls", "show")["source"] == "own", "not the node's own")
        need("certificate.weak-key" in checks_of(node), "not told after a start")


def closed_files():
    """certificate: files that the node may not read are taken once it may"""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        raise Skipped("only root can start the node of another user")
    with World() as world:
        pair = Authority(world.root / "ca").server("page")
        places = live_files(world)
        put(pair, places)
        node = with_https(world, NODE_WEB_NAMES=NAME, HTTPS_CERTIFICATE=places[0],
                          HTTPS_KEY=places[1])
        world.root.chmod(0o755)
        daemon = shutil.copy(support.BIN_DIR / "staffroomd", world.root / "staffroomd")
        for path in [node.folder, *node.folder.rglob("*"), *places]:
            os.chown(path, NOBODY, NOBODY)
        places[1].chmod(0)
        # The daemon's own path is one that this user cannot reach: $0 stands for it.
        node.start(["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "sh",
                    "-c", f'shift; exec {daemon} "$@"', "sh"])
        need("certificate.file-closed" in checks_of(node), f"{checks_of(node)}")
        need(fingerprint_shown(node) != fingerprint(pair[0]), "read without the right to")
        places[1].chmod(0o600)
        wait_until(lambda: fingerprint_shown(node) == fingerprint(pair[0]), 20, "taken", 1)
        need("certificate.file-closed" not in checks_of(node), "still told")


def first_day_to_come():
    """certificate: files whose first day is to come are taken when it has"""
    with World() as world:
        shim = build_clock_shim(world.root)
        pair = Authority(world.root / "ca").server("page")
        places = live_files(world)
        put(pair, places)
        node = with_https(world, NODE_WEB_NAMES=NAME, HTTPS_CERTIFICATE=places[0],
                          HTTPS_KEY=places[1])
        node.environment |= shifted_clock(shim, -30)
        node.start()
        need("certificate.not-yet" in checks_of(node), f"{checks_of(node)}")
        wait_until(lambda: fingerprint_shown(node) == fingerprint(pair[0]), 100, "taken", 2)
        need("certificate.not-yet" not in checks_of(node), "still told")


def pipes():
    """certificate: a pipe or a folder in the place of a file holds nothing up"""
    with World() as world:
        places = live_files(world)
        os.mkfifo(places[0])
        places[1].mkdir()
        for first, second in (places, places[::-1]):
            node = with_https(world) if not world.nodes else world.nodes[0]
            node.environment |= {"STAFFROOM_HTTPS_CERTIFICATE": str(first),
                                 "STAFFROOM_HTTPS_KEY": str(second)}
            node.start()
            told = checks_of(node)["certificate.no-file"]
            need(str(first) in told["sentence"], f"{told}")
            need(node.json("tls", "show")["source"] == "own", "not the node's own")
            need(node.stop() == 0, "not stopped")


def taken_port():
    """https: a door that cannot be opened ends nothing, is told, and is opened once it can"""
    with World() as world:
        other = socket.create_server(("127.0.0.1", 0))
        address = "127.0.0.1:%d" % other.getsockname()[1]
        node = with_https(world, address).start()
        console = [node.process.stdout.readline().decode() for _ in range(2)]
        need(any(line.startswith("https none: ") and address in line for line in console),
             f"{console}")
        need(node.https is None, f"ready with https={node.https}")
        need(call(node, "GET", "/healthz", over=node.web).status == 200, "the page is gone")
        told = checks_of(node)["port.https"]
        need(told["level"] == "trouble" and address in told["sentence"], f"{told}")
        need("https.listen" in told["next"], f"{told}")
        node.run("tls", "show").refused(1, "doctor")
        need(node.json("setup", "code")["https"] == "", "an address that nobody serves")
        other.close()
        node.https = address
        wait_until(lambda: "port.https" not in checks_of(node), 30, "the door", 1)
        need(fingerprint_shown(node) == node.json("tls", "show")["fingerprint"], "not served")
        node.stop()
        node.environment["STAFFROOM_HTTPS_LISTEN"] = "192.0.2.77:7443"
        node.start()
        need("192.0.2.77" in checks_of(node)["port.https"]["sentence"], f"{checks_of(node)}")
        need(call(node, "GET", "/healthz", over=node.web).status == 200, "the page is gone")


if __name__ == "__main__":
    from support import main

    main(weak_chain, closed_files, pipes, taken_port, first_day_to_come)
