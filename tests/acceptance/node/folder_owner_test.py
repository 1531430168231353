"""The owner of a data folder: root by mistake, folders open to all, a stranger's socket, long
paths."""

import os
import pathlib
import shutil
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, need

NOBODY = 65534
NETWORK = "Rivers"
ATTENTION = 4


def need_root():
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        raise support.Skipped("only root can make files of two users")


def as_nobody(world):
    """A prefix that runs a program as another user, from a folder that it may read."""
    world.root.chmod(0o755)
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


def give_away(folder):
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)


def programs(world):
    """Copies that every user of this machine may run."""
    folder = world.root / "bin"
    folder.mkdir(exist_ok=True)
    return {name: shutil.copy(support.BIN_DIR / name, folder / name)
            for name in ("staffroom", "staffroomd")}


def started_as_root():
    """owner: root does not start, verify or make another user's school, so the owner can"""
    need_root()
    with World() as world:
        node = world.node("a", start=False)
        user, binary = as_nobody(world), programs(world)
        give_away(node.folder)
        refused = node.start_in_vain().refused(78, "belongs to the user nobody", "root")
        need("sudo -u nobody staffroomd" in refused.err, refused.err)
        node.run("verify").refused(1, "belongs to the user nobody")
        need({path.stat().st_uid for path in node.folder.rglob("*")} == {NOBODY}, "root left files")
        empty = world.root / "empty"
        empty.mkdir(0o700)
        os.chown(empty, NOBODY, NOBODY)
        support.cli(empty, "init", "--school", "x").refused(1, "sudo -u nobody")
        need(list(empty.iterdir()) == [], "root made files")

        process = subprocess.Popen(
            [*user, binary["staffroomd"], "--data", node.folder], stdout=subprocess.PIPE
        )
        try:
            need(process.stdout.readline().startswith(b"ready "), "the owner cannot start")
            # root may ask the node of the folder's owner.
            node.run("status").ok()
        finally:
            process.send_signal(signal.SIGTERM)
            need(process.wait(20) == 0, "no end in order")
            process.stdout.close()


def files_of_another_owner():
    """owner: doctor names a file that the node cannot use, and what heals it"""
    need_root()
    with World() as world:
        node = world.node("a").stop() or world.nodes[-1]
        manifest = next((node.folder / "store" / "index").glob("MANIFEST*"))
        os.chown(manifest, NOBODY, NOBODY)
        result = node.run("--json", "doctor").ok(ATTENTION)
        found = {check["code"]: check for check in result.document()["checks"]}["folder.owner"]
        need(found["level"] == "trouble" and manifest.name in found["sentence"], f"{found}")
        need("chown -R root" in found["next"], f"{found}")


def folders_open_to_all():
    """mode: a folder in which everybody may write is not taken, by daemon, init or verify"""
    with World() as world:
        node = world.node("a", start=False)
        node.folder.chmod(0o777)
        refused = node.start_in_vain().refused(78, "may write in")
        need("chmod 700" in refused.err, refused.err)
        node.run("verify").refused(1, "may write in")
        codes = {check["code"]: check for check in
                 node.run("--json", "doctor").ok(ATTENTION).document()["checks"]}
        need(codes["folder.owner"]["level"] == "trouble", f"{codes['folder.owner']}")
        node.folder.chmod(0o700)
        node.start().stop()
        wide = world.root / "wide"
        wide.mkdir()
        wide.chmod(0o777)
        support.cli(wide, "init", "--school", "x").refused(1, "may write in")


def strangers_sockets():
    """socket: what another user's process answers with gets no code"""
    need_root()
    with World() as world:
        user = as_nobody(world)
        folder = world.root / "trap"
        folder.mkdir()
        folder.chmod(0o777)
        script = (
            "import socket, sys\n"
            "server = socket.socket(socket.AF_UNIX)\n"
            "server.bind(sys.argv[1]); server.listen(4); print('ready', flush=True)\n"
            "while True:\n"
            "    line, _ = server.accept(); data = line.recv(4096)\n"
            "    print('got', len(data), flush=True)\n"
        )
        trap = subprocess.Popen(
            [*user, sys.executable, "-c", script, folder / "api.sock"],
            stdout=subprocess.PIPE, text=True,
        )
        try:
            need(trap.stdout.readline() == "ready\n", "no trap")
            (folder / "api.sock").chmod(0o777)
            code = "0000-0000-0000-0000"
            refused = support.cli(folder, "network", "join", code, "a.example:7420")
            refused.refused(1, "another user", "nothing was sent")
            need(trap.stdout.readline() == "got 0\n", "the trap got something")
        finally:
            trap.kill()
            trap.wait()
            trap.stdout.close()


def long_paths():
    """path: a folder whose socket has no room in an address works like any other"""
    with World() as world:
        deep = world.root.joinpath(*["a-folder-with-a-long-name"] * 7)
        deep.mkdir(parents=True)
        node = support.Node(deep, "school").init()
        world.nodes.append(node)
        need(len(str(node.folder)) > 150, "not long")
        node.start()
        node.run("network", "create", NETWORK, "--focus", "writing").ok()
        need(node.json("network", "show", NETWORK)["name"] == NETWORK, "another network")
        node.kill()  # its socket is left behind, and taken over
        node.start()
        need(node.start_in_vain().refused(1).err != "", "two nodes in one folder")
        node.run("status").ok()
        need(node.stop() == 0, "no end in order")


support.main(
    started_as_root, files_of_another_owner, folders_open_to_all, strangers_sockets, long_paths
)
