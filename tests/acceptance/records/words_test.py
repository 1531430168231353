"""The words of the command line: widths, sentences, questions, times, codes, lost answers."""

import fcntl
import json
import os
import pathlib
import pty
import re
import struct
import subprocess
import sys
import termios
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import QUICK_TIP, World, need

NETWORK = "Rivers"
BINARY = support.BIN_DIR / "staffroom"
LONG = "What happened when every discussion in our mixed-age class had two voices and a chair"


def record(world, name, title):
    path = pathlib.Path(world.root) / name
    path.write_text(f'---\ntitle: "{title}"\nlang: en\nlicence: CC-BY-4.0\n{QUICK_TIP}---\nText.\n')
    return path


def on_terminal(node, *arguments, columns=80, typed="", environment=None):
    """Runs a command whose three streams are one terminal; its exit code and what it showed."""
    near, far = pty.openpty()
    fcntl.ioctl(far, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    shown = []

    def read():
        while True:
            try:
                piece = os.read(near, 65536)
            except OSError:
                return
            if not piece:
                return
            shown.append(piece)

    variables = {k: v for k, v in os.environ.items() if k != "COLUMNS"}
    process = subprocess.Popen(
        [BINARY, "--data", node.folder, *map(str, arguments)], stdin=far, stdout=far, stderr=far,
        env={**variables, "TERM": "xterm", "NO_COLOR": "1", **(environment or {})},
    )
    os.close(far)
    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    if typed:
        os.write(near, typed.encode())
    code = process.wait(60)
    reader.join(5)
    os.close(near)
    return code, b"".join(shown).decode().replace("\r\n", "\n")


def tables_fit():
    """tables: as wide as the terminal, ids short, titles whole, states marked; whole in a pipe"""
    with World() as world:
        node = world.node("a")
        node.run("network", "create", NETWORK, "--focus", "writing").ok()
        path = record(world, "long.md", LONG)
        whole = node.json("publish", path, "--network", NETWORK)["id"]
        node.run("publish", record(world, "d.md", "Only a draft"), "--reach", "draft").ok()
        node.run("publish", record(world, "s.md", "For us alone")).ok()
        taken = node.json("publish", record(world, "t.md", "Not so"), "--network", NETWORK)["id"]
        node.run("retract", taken, "--reason", "wrong").ok()
        tables = (["list"], ["search", "text"], ["history", whole], ["network", "list"],
                  ["network", "show", NETWORK], ["neighbour", "list"], ["report"], ["commands"],
                  ["config", "show", "--origin"])
        support.wait_until(lambda: node.lines("search", "text"), 10, "an index")
        for columns in (40, 59, 60, 80, 100, 139, 200):
            for command in tables:
                code, text = on_terminal(node, *command, columns=columns)
                need(code == 0, f"{command}: exit {code}\n{text}")
                widest = max(map(len, text.splitlines()), default=0)
                is_fixed = command[1:2] == ["show"] and command[0] == "network"  # its digest
                need(widest <= columns or is_fixed, f"{command} at {columns}: {widest}\n{text}")
            _, text = on_terminal(node, "list", columns=columns)
            words = re.sub(r"\s+", " ", text)
            for word in LONG.split():
                need(word in words, f"at {columns} '{word}' is missing:\n{text}")
            need(whole[:8] in text and whole not in text, text)
            for state in ("[draft]", "[taken back]"):
                need(state.split()[0] in text, f"{state} at {columns}:\n{text}")
            is_narrow = columns < 60
            need(("ID  " in text) != is_narrow, f"at {columns}:\n{text}")
        _, text = on_terminal(node, "list", columns=200, environment={"COLUMNS": "50"})
        need(max(map(len, text.splitlines())) <= 50, f"COLUMNS is not heard:\n{text}")
        rows = [line.split("\t") for line in node.run("list").ok().out.splitlines()]
        need(all(len(row) == 6 and len(row[0]) == 52 for row in rows), f"{rows}")
        need({row[5] for row in rows} == {"", "draft", "this school only", "taken back"}, f"{rows}")


def deeds_are_said():
    """publish, revise, retract: what was done, who reads it now, the id last and alone on stdout"""
    with World() as world:
        a, b, c = world.node("a"), world.node("b"), world.node("c")
        a.run("network", "create", NETWORK, "--focus", "writing").ok()
        path = record(world, "one.md", "Two voices")
        alone = a.run("publish", path, "--network", NETWORK, "--yes").ok()
        need("where no other school is yet" in alone.err, alone.err)
        for node in (b, c):
            support.join(node, a, NETWORK)
        support.in_sync([a, b, c], NETWORK)
        told = a.run("publish", path, "--network", NETWORK, "--yes").ok()
        need("Published to 2 schools of Rivers" in told.err, told.err)
        need(re.fullmatch(r"[a-z2-7]{52}\n", told.out), told.out)
        inside = a.run("publish", record(world, "two.md", "For us alone")).ok()
        need("for this school only" in inside.err, inside.err)
        draft = a.run("publish", record(world, "three.md", "Not yet"), "--reach", "draft").ok()
        need("as a draft" in draft.err, draft.err)
        path.write_text(path.read_text() + "More.\n")
        revised = a.run("revise", told.out.strip(), path).ok()
        need("newer text" in revised.err and "2 schools of Rivers" in revised.err, revised.err)
        taken = a.run("retract", told.out.strip(), "--reason", "wrong").ok()
        need("Taken back" in taken.err and taken.out == told.out, taken.err + taken.out)
        code, screen = on_terminal(a, "publish", record(world, "four.md", "On a screen"))
        need(code == 0 and re.fullmatch(r"[a-z2-7]{52}", screen.splitlines()[-1]), screen)


def twice_is_asked():
    """publish, network create: the same again is asked, or refused, or done with --yes"""
    with World() as world:
        node = world.node("a")
        node.run("network", "create", NETWORK, "--focus", "writing").ok()
        path = record(world, "one.md", "Two voices")
        publish = ("publish", path, "--network", NETWORK)
        first = node.run(*publish).ok().out.strip()
        node.run(*publish).refused(5, "Two voices", first[:8], "--yes")
        document = node.run("--json", *publish).ok(5).document()
        need(document["code"] == "record.same-text", f"{document}")
        for typed, code in (("n\n", 5), ("\n", 5), ("y\n", 0)):
            got, text = on_terminal(node, *publish, typed=typed)
            need(got == code and "second time" in text, f"{typed!r}: {got}\n{text}")
        node.run(*publish, "--yes").ok()
        node.run("--yes", *publish).ok()
        need(len(node.lines("list")) == 4, f"{node.lines('list')}")
        # What was kept as a draft goes on from there, and is no double.
        small = pathlib.Path(world.root) / "small.md"
        small.write_text("---\ntitle: Not much yet\n---\nWords.\n")
        for _ in range(2):
            node.run("publish", small, "--network", NETWORK).refused(5, "lacks", "draft")
        need(len(node.lines("list")) == 5, f"{node.lines('list')}")
        create = ("network", "create", "RIVERS", "--focus", "writing")
        node.run(*create).refused(5, "Rivers", "--yes")
        got, text = on_terminal(node, *create, typed="n\n")
        need(got == 5 and "Found another one?" in text, text)
        need(len(node.lines("network", "list")) == 1, "a second one was founded")
        node.run(*create, "--yes").ok()
        ouse = ("network", "create", "Ouse", "--focus", "litracy")
        got, text = on_terminal(node, *ouse, typed="n\n")
        need(got != 0 and "literacy-and-oracy" in text, text)


def codes_as_people_type_them():
    """network join: a code with dashes, spaces, case and look-alikes; from stdin, or asked for"""
    with World() as world:
        a = world.node("a")
        a.run("network", "create", NETWORK, "--focus", "writing").ok()
        spellings = (
            lambda code: code.replace("-", "\u2013"), lambda code: code.replace("-", "\u00a0"),
            lambda code: code.lower().replace("0", "o").replace("1", "l"),
            lambda code: "  " + code.replace("-", " \u2014 ") + "\u200b",
            lambda code: "".join(chr(ord(c) - 33 + 0xFF01) for c in code),
        )
        code = a.json("network", "invite", NETWORK)["code"]
        for spell in spellings:
            a.run("network", "join", spell(code), a.listen, "--dry-run").ok()
        b, c, d = world.node("b"), world.node("c"), world.node("d")
        joined = b.run("network", "join", "-", a.listen, input=code + "\n").ok()
        need("Joined    Rivers" in joined.out, joined.out)
        code = a.json("network", "invite", NETWORK)["code"]
        exit_code, text = on_terminal(c, "network", "join", a.listen, typed=code.lower() + "\n")
        need(exit_code == 0 and "The code" in text and "Joined    Rivers" in text, text)
        d.run("network", "join", a.listen, stdin=subprocess.DEVNULL).refused(2, "No code")
        d.run("network", "join", "-", a.listen, stdin=subprocess.DEVNULL).refused(2, "No code")
        invited = a.run("network", "invite", NETWORK).ok()
        ends = re.search(r"^Ends      \d{4}-\d\d-\d\d \d\d:\d\d \S+$", invited.out, re.M)
        need(ends, invited.out)


def joined_over_a_cut_line():
    """network join: over a line that is cut anywhere it says joined, or joins when asked again"""
    with World() as world:
        a = world.node("a")
        a.run("network", "create", NETWORK, "--focus", "writing").ok()
        proxy = world.proxy(a.listen)
        told = 0
        for number, cut in enumerate((200, 700, 1100, 1300, 1500, 1700, 2000, 2600, 4000)):
            node = world.node(f"n{number}")
            code = a.json("network", "invite", NETWORK)["code"]
            proxy.cut_after(cut)
            first = node.run("--json", "network", "join", code, proxy.address)
            told += first.code == 0
            proxy.cut_after(None)
            again = node.run("--json", "network", "join", code, proxy.address).ok().document()
            need(len(again["words"]) == 4, f"cut after {cut}: {again}")
            need(again["network"]["name"] == NETWORK, f"{again}")
            if first.code == 0:
                need(again["again"] is True, f"cut after {cut}: {again}")
            # Both screens show the words of the answer that was heard last.
            shown = [each["sentence"] for each in a.json("status")["attention"]]
            need(any(" ".join(again["words"]) in sentence for sentence in shown),
                 f"cut after {cut}: {again['words']}, the inviter shows {shown}")
            third = node.run("network", "join", code, proxy.address).ok()
            need("joined already" in third.err and "Words     " in third.out, third.err + third.out)
            need(len(node.lines("network", "list")) == 1, "joined twice")
            node.stop()
        print(f"{told} of 9 heard it on the first call")
        need(told >= 4, "a cut line is never mended by the call itself")


def times_have_zones():
    """times: of the place where they are read, with the zone, in every table"""
    with World() as world:
        a, b = world.node("a"), world.node("b")
        a.run("network", "create", NETWORK, "--focus", "writing").ok()
        support.join(b, a, NETWORK)
        own = a.json("publish", record(world, "one.md", "Two voices"), "--network", NETWORK)["id"]
        support.in_sync([a, b], NETWORK)
        note = pathlib.Path(world.root) / "note.md"
        note.write_text("---\nkind: comment\ntitle: Thanks\nlang: en\nlicence: CC-BY-4.0\n"
                        "authors: [B]\n---\nThanks.\n")
        b.run("publish", note, "--network", NETWORK, "--about", own).ok()
        support.in_sync([a, b], NETWORK)
        for zone, name in (("UTC", "UTC"), ("Europe/London", "(GMT|BST)"), ("XYZ-9", "XYZ")):
            text = a.run("inbox", env={**os.environ, "TZ": zone}).ok().out
            need(re.search(rf"\d\d:\d\d {name}\t", text), f"{zone}: {text}")
        for columns in (40, 60, 80, 120):
            for command in ("inbox", ("neighbour", "list"), ("network", "list")):
                words = (command,) if isinstance(command, str) else command
                _, text = on_terminal(a, *words, columns=columns)
                need(max(map(len, text.splitlines())) <= columns, f"at {columns}:\n{text}")
                need(command != "inbox" or "Thanks" in text and "voices" in text, text)


def nothing_is_lost_in_silence():
    """output: what cannot be written is a failure with a sentence, help included"""
    with World() as world:
        node = world.node("a")
        calls = (["--help"], ["--version"], ["list", "--help"], ["list"], ["status"],
                 ["--json", "status"], ["commands"], ["completions", "bash"], ["template", "call"],
                 ["config", "show"], ["doctor"])
        for call in calls:
            with open("/dev/full", "w", encoding="utf-8") as full:
                failed = subprocess.run([BINARY, "--data", node.folder, *call], stdout=full,
                                        stderr=subprocess.PIPE, text=True, check=False)
            if call == ["list"]:
                need(failed.returncode == 0, failed.stderr)  # there are no records: nothing to say
                continue
            need(failed.returncode == 1, f"{call}: exit {failed.returncode}: {failed.stderr}")
            need("could not be written" in failed.stderr, f"{call}: {failed.stderr}")
            need(failed.stderr.splitlines()[-1].startswith("Next: "), failed.stderr)


def globals_stand_anywhere():
    """options: what every command understands is understood before and after it"""
    with World() as world:
        node = world.node("a")
        for words in (["--json"], ["--plain"], ["--color", "never"], ["--color=never"],
                      ["--no-input"], ["--yes"]):
            node.run(*words, "status").ok()
            node.run("status", *words).ok()
            node.run("neighbour", *words, "list").ok()
        for command in (["network", "create", "Ouse", "--focus", "writing"],
                        ["init", "--school", "X"]):
            folder = world.root / "x" if command[0] == "init" else node.folder
            for call in (["--dry-run", *command], [*command, "--dry-run"]):
                result = support.cli(folder, *call).ok()
                need("Would" in result.out, result.out)
        for command in (["list"], ["status"], ["sync"]):
            node.run("--dry-run", *command).refused(2, "--dry-run")
        document = node.run("--version", "status").ok()
        need(document.out.startswith("staffroom "), document.out)
        need(json.loads(node.run("status", "--json").ok().out)["school"], "no document")


support.main(
    tables_fit,
    deeds_are_said,
    twice_is_asked,
    codes_as_people_type_them,
    joined_over_a_cut_line,
    times_have_zones,
    nothing_is_lost_in_silence,
    globals_stand_anywhere,
)
