"""On a terminal: progress as a bar, colours, and no name that steers it; plain lines elsewhere."""

import os
import pathlib
import pty
import select
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, join, need, write_record


def on_terminal(node, *arguments, environment=None, answer=None, answers=()):
    """What a command writes to a terminal of 100 columns, and its exit code.

    `answer` is typed at the first [y/N]; `answers` are pairs of a prompt's end and what is typed.
    """
    waiting = [("[y/N] ", answer)] if answer is not None else list(answers)
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
        if waiting and shown.endswith(waiting[0][0].encode()):
            os.write(parent, waiting.pop(0)[1].encode() + b"\n")
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


def the_question_before_old_keys_end():
    """terminal: recover asks for code and phrase; only "none" to other networks ends old keys"""
    for answer, ended in (("none", 1), ("y", 0)):
        with World() as world:
            hub = world.node("hub")
            hub.run("network", "create", "Rivers", "--focus", "writing").ok()
            phrase = world.root / "phrase.txt"
            school = world.node("school", "--phrase-out", phrase)
            join(school, hub, "Rivers")
            code = hub.json("network", "invite", "Rivers")["code"]
            school.run("sync", "--wait").ok()
            school.stop()
            back = support.Node(world.root, "back")
            typed = code + "\n" + phrase.read_text().strip()
            exit_code, shown = on_terminal(
                back, "recover", "--phrase-file", "-", "--from", hub.listen, "--listen",
                "127.0.0.1:0", "--web", "127.0.0.1:0", "--yes",
                answers=(("given for " + hub.listen + ": ", typed),
                         ("anything else to keep them: ", answer)))
            need(exit_code == (0 if ended else 4), f"{exit_code}: {shown!r}")
            need(f"Ended     {ended} older key".encode() in shown, f"{shown!r}")


support.main(progress_and_hostile_names, colours, the_question_before_old_keys_end)
