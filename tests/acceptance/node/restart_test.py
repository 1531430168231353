"""A node ends, gently or suddenly, and everything survives; a folder without a school is
refused."""

import pathlib
import re
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, need, wait_until, write_record

NETWORK = "Rivers"


def acknowledged(lines):
    """The documents that the import has reported as done, by its lines for every tenth."""
    matches = [re.search(r"%: (\d+) of", line) for line in lines]
    return max((int(match.group(1)) for match in matches if match), default=0)


def start_import(node, corpus):
    command = [support.BIN_DIR / "staffroom", "--data", node.folder, "import"]
    command += [corpus / "manifest.tsv", "--network", NETWORK, *support.CONFIRMED]
    return subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def killed_during_import(stop_at):
    corpus = support.corpus()
    with World() as world:
        node = world.node("a")
        node.run("network", "create", NETWORK, "--focus", "writing").ok()
        process = start_import(node, corpus)
        lines = []
        for line in process.stderr:
            lines.append(line)
            if acknowledged(lines) >= stop_at and node.process.poll() is None:
                node.process.kill()
        code = process.wait(support.CALL_SECONDS)
        process.stderr.close()
        need(code != 0, "the import claims success although its node was killed")
        need("Next: " in lines[-1], f"no next step: {lines[-1]}")
        node.process.wait()
        node.start()

        held = node.lines("list", "--network", NETWORK)
        promised = acknowledged(lines)
        need(len(held) >= promised, f"{len(held)} records of {promised} acknowledged")
        for record in held[:: max(1, len(held) // 25)]:
            need(node.json("show", record["id"])["text"], f"{record['id']} has no text")
        node.run("import", corpus / "manifest.tsv", "--network", NETWORK,
                 *support.CONFIRMED).ok(0, 4)

        need(node.network(NETWORK)["records"] == 529, f"{node.network(NETWORK)['records']} records")
        need(node.json("verify")["damaged"] == [], "damaged")


def kill_early():
    """restart: a node killed early in an import keeps every acknowledged record, none twice"""
    killed_during_import(1)


def kill_late():
    """restart: a node killed late in an import keeps every acknowledged record, none twice"""
    killed_during_import(300)


def terminate():
    """restart: SIGTERM ends with 0, and what was there is there after the next start"""
    with World() as world:
        node = world.node("a")
        node.run("network", "create", NETWORK, "--focus", "writing").ok()
        path = write_record(world.root, "one.md", "The only record")
        record = node.json("publish", path, "--network", NETWORK)["id"]
        digest = node.digest(NETWORK)

        code = node.stop()

        need(code == 0, f"exit {code}")
        node.run("status").refused(3, "not running", "staffroomd")
        need(node.run("--json", "verify").ok().document()["damaged"] == [], "damaged")
        node.start()
        need(node.digest(NETWORK) == digest, "the digest changed")
        need(node.json("show", record[:8])["title"] == "The only record", "another title")


def interrupted_import():
    """restart: Ctrl-C ends an import with 130; run again it goes on without doubles"""
    corpus = support.corpus()
    with World() as world:
        node = world.node("a")
        node.run("network", "create", NETWORK, "--focus", "writing").ok()
        process = start_import(node, corpus)
        for line in process.stderr:
            if "%:" in line:
                process.send_signal(signal.SIGINT)
                break
        rest = process.stderr.read()
        code = process.wait(support.CALL_SECONDS)
        process.stderr.close()
        need(code == 130, f"exit {code}: {rest}")
        need(rest.strip().splitlines()[-1].startswith("Next: "), f"no next step: {rest}")

        node.run("import", corpus / "manifest.tsv", "--network", NETWORK,
                 *support.CONFIRMED).ok(0, 4)
        need(node.network(NETWORK)["records"] == 529, f"{node.network(NETWORK)['records']} records")


def without_init():
    """restart: a folder without a school ends with 78 and names init"""
    with World() as world:
        other = world.root / "other"
        other.mkdir()
        (other / "letter.txt").write_text("not ours")  # an empty folder would lead to the page
        for folder in (other, world.root / "absent"):
            node = support.Node(world.root, folder.name)
            node.start_in_vain().refused(78, "init")
            node.run("status").refused(3, "init")


def stays_the_same_school():
    """restart: after kill and start the node is the same school and still meets its neighbour"""
    with World() as world:
        a = world.node("a", port=support.free_port())
        c = world.node("c")
        a.run("network", "create", NETWORK, "--focus", "writing").ok()
        support.join(c, a, NETWORK)
        school = a.json("status")["school"]["id"]
        a.kill()
        a.start()
        need(a.json("status")["school"]["id"] == school, "another school")
        path = write_record(world.root, "one.md", "After the restart")
        a.run("publish", path, "--network", NETWORK).ok()
        wait_until(lambda: c.network(NETWORK)["records"] == 1, 60, "the record at C")


support.main(
    kill_early,
    kill_late,
    terminate,
    interrupted_import,
    without_init,
    stays_the_same_school,
)
