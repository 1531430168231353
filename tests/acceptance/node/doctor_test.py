"""Each fault of doctor is induced on a real node: its own code comes back, and one next step."""

import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, join, need, wait_until

ATTENTION = 4
NETWORK = "Rivers"
NOBODY = 65534
A_DAY = 86400


@contextlib.contextmanager
def listener(meet):
    """A server that is no node: `meet` is called with each connection. Yields its address."""
    server = socket.create_server(("127.0.0.1", 0))
    lines = []

    def serve():
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            lines.append(line)
            meet(line)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield "127.0.0.1:%d" % server.getsockname()[1]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        for line in lines:
            line.close()


def founded(world, name, **options):
    node = world.node(name, **options)
    node.run("network", "create", NETWORK, "--focus", "writing").ok()
    return node


def faults(node, **options):
    """code -> check of all that doctor finds wrong; each with a sentence and one next step."""
    result = node.run("--json", "doctor", **options)
    checks = result.ok(0, ATTENTION).document()["checks"]
    wrong = [check for check in checks if check["level"] == "trouble"]
    notes = [check for check in checks if check["level"] == "note"]
    need(result.code == (ATTENTION if wrong else 0), f"exit {result.code} with {wrong}")
    for check in wrong:
        need(check["sentence"][-1] in ".?", f"no sentence: {check}")
        need(check["next"].endswith("."), f"no next step: {check}")
    for check in notes:
        need(check["next"].endswith("."), f"no next step: {check}")
    for check in checks:
        need(check["code"] != "", f"no code: {check}")
        need(check["ok"] == (check["level"] != "trouble"), f"another verdict: {check}")
        need(check["level"] != "ok" or check["next"] == "", f"a next step, all well: {check}")
    return {check["code"]: check for check in wrong}


def notes(node):
    checks = node.run("--json", "doctor").ok(0, ATTENTION).document()["checks"]
    return {check["code"]: check for check in checks if check["level"] == "note"}


def need_faults(node, *codes, **options):
    found = faults(node, **options)
    need(set(found) == set(codes), f"not {set(codes)}: {found}")
    return found


def need_fault_once_stopped(node, code, **options):
    return need_faults(node, code, "node.running", **options)[code]


def whole_nodes():
    """doctor: a node that is well has no fault; a stopped one has that fault alone"""
    with World() as world:
        node = founded(world, "a")
        need_faults(node)
        node.stop()
        need_faults(node, "node.running")


def missing_folders():
    """folder.missing: no school was ever made there"""
    with World() as world:
        node = support.Node(world.root, "nowhere")
        need_faults(node, "folder.missing")


def damaged_keys():
    """folder.keys, folder.newer: keys that are damaged, keys of a newer version"""
    with World() as world:
        node = world.node("a", start=False)
        keys = node.folder / "keys"
        whole = keys.read_bytes()
        keys.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        found = need_fault_once_stopped(node, "folder.keys")
        need("backup" in found["next"], f"next: {found}")
        keys.write_bytes(whole[:16] + b"\x00\x02" + whole[18:])
        need_fault_once_stopped(node, "folder.newer")
        keys.write_bytes(whole)
        need_faults(node, "node.running")


def exposed_keys():
    """folder.keys-exposed: others may read the keys, while the node runs and while it does not"""
    with World() as world:
        node = founded(world, "a")
        (node.folder / "keys").chmod(0o644)
        found = need_faults(node, "folder.keys-exposed")["folder.keys-exposed"]
        need("chmod 600" in found["next"], f"next: {found}")
        node.stop()
        need_fault_once_stopped(node, "folder.keys-exposed")


def folders_that_cannot_be_written():
    """folder.writable: the folder lets nobody write"""
    with World() as world:
        node = world.node("a", start=False)
        if os.geteuid() != 0:
            node.folder.chmod(0o500)
            need_fault_once_stopped(node, "folder.writable")
            node.folder.chmod(0o700)
            return
        if shutil.which("setpriv") is None:
            raise support.Skipped("root may write everywhere, and there is no setpriv")
        # root is refused nothing: the folder and the command become another user's.
        world.root.chmod(0o755)
        for path in [node.folder, *node.folder.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
        node.folder.chmod(0o500)
        user = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        binary = shutil.copy(support.BIN_DIR / "staffroom", world.root / "staffroom")
        command = [*user, binary, "--data", node.folder, "--json", "doctor"]
        process = subprocess.run(command, capture_output=True, text=True, check=False)
        result = support.Result("doctor", process).ok(ATTENTION)
        wrong = {check["code"] for check in result.document()["checks"]
                 if check["level"] == "trouble"}
        need(wrong == {"folder.writable", "node.running"}, f"found {wrong}")


def wrong_settings():
    """settings.unreadable: a mistyped key is named with its line and the nearest one"""
    with World() as world:
        node = world.node("a", start=False)
        settings = node.folder / "staffroom.toml"
        settings.write_text(settings.read_text().replace("listen", "lissten"))
        sentence = need_fault_once_stopped(node, "settings.unreadable")["sentence"]
        need(f"{settings}:" in sentence and '"listen"' in sentence, sentence)
        node.run("config", "check").refused(78, "lissten", f"{settings}:")


def taken_ports():
    """port.listen, port.web: another program has the port"""
    with World() as world:
        node = world.node("a", start=False)
        for setting in ("listen", "web"):
            with listener(lambda line: None) as address:
                environment = {**os.environ, f"STAFFROOM_NODE_{setting.upper()}": address}
                found = need_fault_once_stopped(node, f"port.{setting}", env=environment)
                need(address in found["sentence"], f"{found}")


def full_disks():
    """disk.low: less room than the floor, while the node runs and while it does not"""
    with World() as world:
        node = founded(world, "a")
        node.stop()
        mib = shutil.disk_usage(node.folder).free // (1024 * 1024) + 1_000_000
        node.environment = {"STAFFROOM_LIMITS_DISK_LOW_MIB": str(mib)}
        need_fault_once_stopped(node, "disk.low", env={**os.environ, **node.environment})
        node.start()
        need_faults(node, "disk.low")


def wrong_clocks():
    """clock: before the school was made, while the node runs and while it does not"""
    with World() as world:
        node = founded(world, "a")
        keys = node.folder / "keys"
        later = time.time() + 2 * A_DAY
        os.utime(keys, (later, later))
        need_faults(node, "clock")
        node.stop()
        need_fault_once_stopped(node, "clock")
        shim = support.build_clock_shim(world.root)
        shifted = {**os.environ, **support.shifted_clock(shim, 3 * A_DAY)}
        need_faults(node, "node.running", env=shifted)


def damaged_stores():
    """store.damaged: the index cannot be opened; the node's next start mends it"""
    with World() as world:
        node = founded(world, "a")
        node.stop()
        (node.folder / "store" / "index" / "CURRENT").write_bytes(b"MANIFEST-999999\n")
        need_fault_once_stopped(node, "store.damaged")
        node.start()
        need_faults(node)


def stores_in_use():
    """store.in-use: a node that nobody can talk to holds the store"""
    with World() as world:
        node = founded(world, "a")
        (node.folder / "api.sock").unlink()
        found = faults(node)
        need("store.in-use" in found, f"found {found}")


def lonely_nodes():
    """school.name is trouble; network.none a note: nothing to share with yet"""
    with World() as world:
        node = world.node("a", start=False)
        settings = node.folder / "staffroom.toml"
        settings.write_text(settings.read_text().replace("a school", ""))
        node.start()
        need_faults(node, "school.name")
        need("network.none" in notes(node), f"notes: {notes(node)}")


def single_coordinators():
    """network.one-coordinator: one school alone can invite, which is a note and exit 0"""
    with World() as world:
        a, b = founded(world, "a"), world.node("b")
        join(b, a, NETWORK)
        a.run("sync", "--wait").ok()
        for node in (a, b):
            need_faults(node)
            told = notes(node)["network.one-coordinator"]["sentence"]
            need(("this school" in told) == (node is a), f"{node.name}: {told}")
        need("All is well." in a.run("status").ok().out, "status knows better")


def neighbour_faults():
    """neighbour.*: no such name, nobody there, silence, refusal, something else, ourselves"""
    http = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n" * 8
    with World() as world, \
            listener(lambda line: None) as silent, \
            listener(lambda line: line.close()) as refusing, \
            listener(lambda line: line.sendall(http)) as other:
        node = founded(world, "a")
        addresses = {
            "neighbour.name": "school.invalid:7420",
            "neighbour.unreachable": f"127.0.0.1:{support.free_port()}",
            "neighbour.silent": silent,
            "neighbour.refused": refusing,
            "neighbour.not-staffroom": other,
            "neighbour.self": node.listen,
        }
        for address in addresses.values():
            node.run("neighbour", "add", address, "--network", NETWORK).ok()
        wanted = {"neighbours.reached", *addresses}
        wait_until(lambda: set(faults(node)) >= wanted, 60, f"all of {wanted}", 1)
        found = need_faults(node, *wanted)
        for code, address in addresses.items():
            need(address in found[code]["sentence"], f"{code}: {found[code]}")
        steps = {check["next"] for check in found.values()}
        need(len(steps) == len(found), f"one next step for two faults: {found}")
        shown = node.run("doctor").ok(ATTENTION).out
        need(shown.count("TROUBLE") == len(found), f"not all shown: {shown}")
        need(shown.count("Next: ") == len(found) + len(notes(node)), f"no step each: {shown}")


support.main(
    whole_nodes, missing_folders, damaged_keys, exposed_keys, folders_that_cannot_be_written,
    wrong_settings, taken_ports, full_disks, wrong_clocks, damaged_stores, stores_in_use,
    lonely_nodes, single_coordinators, neighbour_faults,
)
