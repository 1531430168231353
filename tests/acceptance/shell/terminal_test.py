"""On a terminal: progress as a bar, colours, and no name that steers it; plain lines elsewhere."""

import os
import pathlib
import pty
import select
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, need, write_record


def on_terminal(node, *arguments, environment=None, answer=None):
    """What a command writes to a terminal of 100 columns, and its exit code."""
    parent, child = pty.openpty()
    os.set_blocking(parent, False)
    command = [str(support.BIN_DIR / "staffroom"), "--data", str(node.folder), *map(str, arguments)]
    variables = {**os.environ, "TERM": "xterm", **(environment or {})}
    process = subprocess.Popen(
        command, stdin=child, stdout=child, stderr=child, close_fds=True, env=variables
    )
    os.close(child)
    shown = b""
    while True:
        ready, _, _ = select.select([parent], [], [], 30)
        need(ready, f"{arguments} says nothing more: {shown!r}")
        try:
            piece = os.read(parent, 65536)
        except OSError:  # the terminal's other side is closed
            break
        if not piece:
            break
        shown += piece
        if answer is not None and shown.endswith(b"[y/N] "):
            os.write(parent, answer.encode() + b"\n")
            answer = None
    os.close(parent)
    return process.wait(support.CALL_SECONDS), shown


def progress_and_hostile_names():
    """terminal: a bar is drawn, a question asked, and no name of a file steers the terminal"""
    with World() as world:
        node = world.node("a")
        folder = world.root / "texts"
        folder.mkdir()
        for number in range(70):
            write_record(folder, f"r{number}.md", f"Record {number}", words=20)
        hostile = folder / "x\x1b]0;owned\x07\x1b[2Jy\r\n.md"
        hostile.write_bytes(b"\xff\xfe is no text")
        code, shown = on_terminal(node, "import", folder, answer="n")
        need(code == 130 and b"Publish 71 documents?" in shown, f"{code}: {shown!r}")
        need(node.lines("list") == [], "imported without a yes")
        code, shown = on_terminal(node, "import", folder, answer="y")
        need(code == 4, f"exit {code}: {shown!r}")
        need(b"[####" in shown and b"71 of 71 documents" in shown, f"no bar: {shown!r}")
        for harmful in (b"\x1b", b"\x07"):
            need(harmful not in shown, f"a name steers the terminal: {shown!r}")
        need("\ufffd".encode() in shown, "the hostile name is not shown at all")
        plain = node.run("import", folder).ok(4).err
        need("100 %: 71 of 71 documents" in plain, f"no lines of progress: {plain}")
        need("\r" not in plain and "[#" not in plain, f"a bar off a terminal: {plain!r}")


def colours():
    """terminal: colour only on one, never with NO_COLOR or TERM=dumb, and always when asked"""
    with World() as world:
        node = world.node("a", start=False)  # a node that does not run is trouble
        coloured = [
            on_terminal(node, "doctor"),
            on_terminal(node, "doctor", "--color=always", environment={"NO_COLOR": "1"}),
            (0, node.run("doctor", "--color", "always").out.encode()),
        ]
        bare = [
            on_terminal(node, "doctor", environment={"NO_COLOR": "1"}),
            on_terminal(node, "doctor", environment={"TERM": "dumb"}),
            on_terminal(node, "doctor", "--color=never"),
            (0, node.run("doctor").out.encode()),
        ]
        for _, shown in coloured:
            need(b"\x1b[1;31mTROUBLE" in shown, f"no colour: {shown!r}")
        for _, shown in bare:
            need(b"\x1b" not in shown and b"TROUBLE" in shown, f"colour: {shown!r}")
        _, table = on_terminal(node, "config", "show")
        need(b"SETTING" in table, f"no titles on a terminal: {table!r}")
        _, plain = on_terminal(node, "config", "show", "--plain")
        need(b"SETTING" not in plain and b"node.listen\t" in plain, f"not plain: {plain!r}")


support.main(progress_and_hostile_names, colours)
