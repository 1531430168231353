"""Every kind of bad input has its own plain sentence and exit code, and nothing is lost by it."""

import contextlib
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import QUICK_TIP, World, in_sync, join, need, wait_until, write_record

NETWORK = "Rivers"
FAILED, USAGE, REFUSED, UNREACHABLE, BAD_CONFIGURATION = 1, 2, 5, 6, 78
TEN_YEARS = 10 * 365 * 86400


@contextlib.contextmanager
def listener(answer=None):
    """A server that is no node: sends `answer` to whoever connects, or nothing.

    Yields its address and the list of those who came.
    """
    server = socket.create_server(("127.0.0.1", 0))
    visits = []

    def serve():
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            visits.append(line)
            if answer is not None:
                try:
                    line.sendall(answer)
                except OSError:
                    pass

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield "127.0.0.1:%d" % server.getsockname()[1], visits
    finally:
        server.shutdown(socket.SHUT_RDWR)  # else the port stays taken while accept() waits
        server.close()
        for line in visits:
            line.close()


def founded(world, name, network=NETWORK, **options):
    node = world.node(name, **options)
    node.run("network", "create", network, "--focus", "writing").ok()
    return node


def mistyped(code):
    """The code with one symbol changed and with two neighbours swapped."""
    other = "7" if code[2] != "7" else "8"
    yield code[:2] + other + code[3:]
    pairs = range(len(code) - 1)
    place = next(i for i in pairs if code[i] != code[i + 1] and "-" not in code[i:i + 2])
    yield code[:place] + code[place + 1] + code[place] + code[place + 2:]
    yield code[:-1]
    yield "HELLO"


def wrong_codes():
    """codes: one typed wrongly is found before anything is sent"""
    with World() as world:
        a = founded(world, "a")
        c = world.node("c")
        code = a.json("network", "invite", NETWORK)["code"]
        with listener() as (address, visits):
            for wrong in mistyped(code):
                c.run("network", "join", wrong, address).refused((FAILED, USAGE, REFUSED), "code")
            need(not visits, "something was sent")
        c.run("network", "join", code.lower().replace("-", " "), a.listen).ok()


def spent_codes():
    """codes: one used twice is refused and says so; the first school stays"""
    with World() as world:
        a = founded(world, "a")
        c, d = world.node("c"), world.node("d")
        code = a.json("network", "invite", NETWORK)["code"]
        c.run("network", "join", code, a.listen).ok()
        d.run("network", "join", code, a.listen).refused(REFUSED, "used")
        names = {school["name"] for school in a.network(NETWORK)["schools"]}
        need(names == {"a school", "c school"}, f"schools: {names}")


def ended_codes():
    """codes: one past its end is refused and says so"""
    with World() as world:
        shim = support.build_clock_shim(world.root)
        a = founded(world, "a", port=support.free_port())
        c = world.node("c")
        code = a.json("network", "invite", NETWORK, "--hours", "1")["code"]
        a.stop()
        a.environment = support.shifted_clock(shim, 2 * 3600)
        a.start()
        c.run("network", "join", code, a.listen).refused(REFUSED, "end")


def foreign_codes():
    """codes: one for another network is refused, whoever of its members is asked"""
    with World() as world:
        a, b = founded(world, "a"), founded(world, "b", "Forest")
        c = world.node("c")
        code = a.json("network", "invite", NETWORK)["code"]
        c.run("network", "join", code, b.listen).refused((REFUSED, UNREACHABLE), "code")
        need(c.lines("network", "list") == [], "joined something")
        c.run("network", "join", code, a.listen).ok()


def wrong_addresses():
    """addresses: nobody there, something else, silence and our own each get a sentence"""
    with World() as world:
        a = founded(world, "a")
        c = world.node("c")
        code = a.json("network", "invite", NETWORK)["code"]
        nobody = "127.0.0.1:%d" % support.free_port()
        c.run("network", "join", code, nobody).refused(UNREACHABLE, "nobody answered")
        unknown = c.run("network", "join", code, "school.invalid:7420")
        unknown.refused(UNREACHABLE, "looked up")
        http = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n" * 8
        for answer in (http, b"SSH-2.0-x\r\n", None):
            with listener(answer) as (address, _):
                joined = c.run("network", "join", code, address)
                joined.refused(UNREACHABLE, "answers at the address")
        c.run("network", "join", code, "no-port").refused((FAILED, USAGE), "no-port")
        c.run("network", "join", code, c.listen).refused((FAILED, REFUSED), "this node")
        c.run("network", "join", code, a.listen).ok()


def ports_in_use():
    """start: a port in use is named"""
    with World() as world:
        with listener() as (address, _):
            port = address.rsplit(":", 1)[1]
            node = world.node("a", port=int(port), start=False)
            node.start_in_vain().refused((FAILED, BAD_CONFIGURATION), port, "use")
            checks = node.run("--json", "doctor").ok(4).document()["checks"]
            listen = next(check for check in checks if check["code"] == "port.listen")
            need(not listen["ok"], "doctor finds the port free")
        node.start()


def folders_of_others():
    """start: keys or a store of another school are refused, and both folders still work"""
    with World() as world:
        a, b = founded(world, "a"), founded(world, "b", "Forest")
        a.stop()
        b.stop()
        kept = world.root / "kept"
        shutil.copytree(a.folder, kept)
        shutil.copy2(b.folder / "keys", a.folder / "keys")
        a.start_in_vain().refused((FAILED, BAD_CONFIGURATION), "school")
        shutil.copy2(kept / "keys", a.folder / "keys")
        shutil.rmtree(a.folder / "store")
        shutil.copytree(b.folder / "store", a.folder / "store")
        a.start_in_vain().refused((FAILED, BAD_CONFIGURATION), "school")
        shutil.rmtree(a.folder / "store")
        shutil.copytree(kept / "store", a.folder / "store")
        a.start()
        b.start()
        need(a.network(NETWORK)["records"] == 0, "the network is gone")


def newer_folders():
    """start: a folder made by a newer version is refused and left as it is"""
    with World() as world:
        node = world.node("a", start=False)
        keys = (node.folder / "keys").read_bytes()
        newer = keys[:16] + b"\x00\x02" + keys[18:]
        (node.folder / "keys").write_bytes(newer)
        node.start_in_vain().refused((FAILED, BAD_CONFIGURATION), "newer")
        need((node.folder / "keys").read_bytes() == newer, "the folder was changed")
        (node.folder / "keys").write_bytes(keys)
        node.start()


def read_only_folders():
    """start: a folder that cannot be written to is refused by name"""
    with World() as world:
        node = founded(world, "a")
        node.stop()
        if os.geteuid() != 0:
            os.chmod(node.folder, 0o555)
            try:
                node.start_in_vain().refused((FAILED, BAD_CONFIGURATION), "a")
            finally:
                os.chmod(node.folder, 0o755)
        else:
            # Permissions do not bind root; a mount of its own that can only be read does.
            script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
            prefix = ("unshare", "-m", "sh", "-c", script, str(node.folder))
            if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode != 0:
                raise support.Skipped("no mount of its own can be made here")
            node.start_in_vain(prefix).refused((FAILED, BAD_CONFIGURATION), "read")
        node.start()


def folders_in_use():
    """start: a folder in use by another node is refused, and that node goes on"""
    with World() as world:
        node = founded(world, "a")
        node.start_in_vain().refused((FAILED, BAD_CONFIGURATION), "use")
        need(node.network(NETWORK)["name"] == NETWORK, "the first node is disturbed")
        node.run("init", "--school", "Again").refused(FAILED, "already")


def bad_settings():
    """start: a wrong setting is named with its line and ends with 78"""
    with World() as world:
        node = world.node("a", start=False)
        settings = node.folder / "staffroom.toml"
        good = settings.read_text()
        settings.write_text(good + "\n[nod]\nlisten = 'x'\n")
        node.start_in_vain().refused(BAD_CONFIGURATION, "nod")
        settings.write_text("listen = \n")
        node.start_in_vain().refused(BAD_CONFIGURATION, "staffroom.toml:1:")
        settings.write_text(good)
        node.start()


def unusable_files():
    """records: too long, not text or with a wrong word: refused, and nothing is published"""
    with World() as world:
        node = founded(world, "a")
        long_file = write_record(world.root, "long.md", "A long record", 60_000)
        need(long_file.stat().st_size > 300 * 1024, "the long file is short")
        just_over = world.root / "over.md"
        just_over.write_bytes(b"---\ntitle: Just over the limit\n---\n" + b"x" * (256 * 1024 + 1))
        not_text = world.root / "latin.md"
        not_text.write_bytes(b"---\ntitle: Caf\xe9 caf\xc3\xa9 talk\n---\ntext\n")
        with_nul = world.root / "nul.md"
        with_nul.write_bytes(b"---\ntitle: A title here\n---\nte\x00xt\n")
        good = write_record(world.root, "good.md", "A good record")
        publish = ("publish", "--network", NETWORK)
        node.run(*publish, long_file).refused(REFUSED, "256 KiB")
        node.run(*publish, just_over).refused(REFUSED, "256 KiB")
        node.run(*publish, not_text).refused(REFUSED, "UTF-8", "byte 14")
        node.run(*publish, with_nul).refused(REFUSED, "NUL", "byte 30")
        node.run(*publish, good, "--set", "flavour=sweet").refused((USAGE, REFUSED), "flavour")
        wrong_kind = node.run(*publish, good, "--kind", "practice-writeup")
        wrong_kind.refused((USAGE, REFUSED), "practice-write-up")
        node.run(*publish, good, "--reach", "circle").refused(REFUSED, "circle")
        node.run(*publish, good, "--reach", "public").refused(REFUSED, "public")
        node.run(*publish, world.root / "absent.md").refused(FAILED, "absent.md")
        node.run("publish", good, "--network", "Lakes").refused(FAILED, "Lakes")
        need(node.network(NETWORK)["records"] == 0, "something was published")

        exact = world.root / "exact.md"
        opening = f"---\ntitle: Exactly at the limit\nlicence: CC-BY-4.0\n{QUICK_TIP}---\n"
        exact.write_bytes(opening.encode() + b"x" * (256 * 1024))
        record = node.json(*publish, exact)["id"]
        need(len(node.json("show", record)["text"]) == 256 * 1024, "the text was changed")


def bad_imports():
    """import: files that cannot be records are listed at the end, the others are there"""
    with World() as world:
        node = founded(world, "a")
        folder = world.root / "texts"
        folder.mkdir()
        for number in range(3):
            write_record(folder, f"good{number}.md", f"Good record {number}")
        (folder / "latin.md").write_bytes(b"---\ntitle: Caf\xe9 caf\xc3\xa9 talk\n---\ntext\n")
        (folder / "nul.md").write_bytes(b"te\x00xt")

        result = node.run("--json", "import", folder, "--network", NETWORK).ok(4).document()

        need(result["published"] == 3 and result["refused"] == 2, f"{result}")
        by_path = {item["path"]: item["sentence"] for item in result["attention"]}
        need("byte 14" in by_path["latin.md"], f"{by_path}")
        need("byte 2" in by_path["nul.md"], f"{by_path}")
        node.run("import", world.root / "absent").refused(FAILED, "absent")


def wrong_clocks():
    """clocks: ten years ahead or behind, records still reach everybody and nothing is lost"""
    with World() as world:
        shim = support.build_clock_shim(world.root)
        a = founded(world, "a", port=support.free_port())
        c = world.node("c")
        join(c, a, NETWORK)
        expected = 0
        for shift in (TEN_YEARS, -TEN_YEARS, 0):
            a.stop()
            a.environment = support.shifted_clock(shim, shift)
            a.start()
            for node in (a, c):
                title = f"Written at {node.name}, {shift} s off"
                path = write_record(world.root, f"{node.name}{shift}.md", title)
                node.run("publish", path, "--network", NETWORK).ok()
                expected += 1
            wait_until(lambda: c.network(NETWORK)["records"] == expected, 60, "all records at C")
            in_sync((a, c), NETWORK)
            for node in (a, c):
                held = node.network(NETWORK)["records"]
                need(held == expected, f"{held} of {expected} records at {node.name}")


def wrong_words():
    """usage: wrong words end with 2 and name the right one; unknown ids are named"""
    with World() as world:
        node = founded(world, "a")
        node.run("statsu").refused(USAGE, "status")
        node.run("network", "shw", NETWORK).refused(USAGE, "show")
        node.run("sync", "--timeout", "soon").refused(USAGE)
        node.run("show", "abcdefgh").refused(FAILED, "abcdefgh")
        node.run("network", "show", "Lakes").refused(FAILED, "Lakes")
        node.run("sync", "--wait", "--timeout", "2").refused(UNREACHABLE)


support.main(
    wrong_codes,
    spent_codes,
    ended_codes,
    foreign_codes,
    wrong_addresses,
    ports_in_use,
    folders_of_others,
    newer_folders,
    read_only_folders,
    folders_in_use,
    bad_settings,
    unusable_files,
    bad_imports,
    wrong_clocks,
    wrong_words,
)
