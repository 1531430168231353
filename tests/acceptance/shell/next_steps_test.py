"""Every error's next step, carried out, helps.

A table of situations over all commands (next_steps_rows). Each is provoked; its last line is read;
every command that stands there in backticks is run, with the obvious words filled in; what it needs
to go on must have been said by then; and what is typed next, as the step says, works.
"""

import os
import pathlib
import re
import shlex
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from next_steps_rows import (
    GOOD, NETWORK, detail_rows, file_rows, network_rows, reading_rows, write, writing_rows,
)
from support import World, need

def commands_in(step):
    return re.findall(r"`(staffroom [^`]+)`", step)


def filled(command, fill):
    for word, value in fill.items():
        place = rf"(?<![\w-]){re.escape(word)}(?![\w:])"
        command = re.sub(place, shlex.quote(str(value)), command)
    return shlex.split(command)[1:]


def run_as_typed(node, arguments):
    """A command with what a shell makes of > and <."""
    words, streams = arguments, {"stdin": subprocess.DEVNULL}
    if "<" in words:
        streams = {"input": pathlib.Path(words[-1]).read_text()}
        words = words[:-2]
    to_file = ">" in words
    result = node.run(*(words[:-2] if to_file else words), **streams)
    if to_file:
        pathlib.Path(words[-1]).write_text(result.out)
    return result


def try_row(node, row, done):
    """Provokes one error, takes its step, goes on."""
    failed = node.run(*row.typed, **row.options)
    what = f"{failed.arguments}\n{failed.err}"
    need(failed.code in row.codes, f"exit {failed.code} of {what}")
    lines = failed.err.strip().splitlines()
    need(lines and lines[-1].startswith("Next: "), f"no next step: {what}")
    step = lines[-1].removeprefix("Next: ")
    need(step.endswith("."), f"no sentence: {what}")
    said = failed.err
    for command in commands_in(step):
        if "..." in command:
            continue
        arguments = filled(command, row.fill)
        if arguments == [str(word) for word in (row.then or ())]:
            continue  # it is run below
        result = run_as_typed(node, arguments)
        need(result.code in row.step_codes,
             f"the step `{command}` ends with {result.code}: {result.err}"
                                    f"\nafter {what}")
        said += result.out + result.err
    for word in row.told:
        need(word.lower() in said.lower(), f"nobody says '{word}': {what}")
    if row.before:
        row.before()
    if row.then is not None:
        after = node.run(*row.then, stdin=subprocess.DEVNULL)
        need(after.code in (0, 4), f"{row.then} still fails: {after.err}\nafter {what}")
    done.append(row)


def two_schools(world):
    hill, river = world.node("hillside"), world.node("riverside")
    hill.run("network", "create", NETWORK, "--focus", "writing").ok()
    hill.run("network", "create", "Downs", "--focus", "reading").ok()
    support.join(river, hill, NETWORK)
    return hill, river


def prepared(world):
    """Two schools that know each other, with a record each, and one taken back."""
    hill, river = two_schools(world)
    own_file = write(world, "own.md", GOOD.format("Two voices in every discussion", "Voices."))
    theirs_file = write(world, "theirs.md", GOOD.format("A tray with three piles", "Piles."))
    spare_file = write(world, "spare.md", GOOD.format("A spare one", "Spare."))
    taken_file = write(world, "taken.md", GOOD.format("It did not work", "No."))
    inside_file = write(world, "inside.md", GOOD.format("For ourselves", "Us."))
    (world.root / "texts").mkdir()
    (world.root / "texts" / "one.md").write_text(GOOD.format("One of the texts", "One."))
    ids = {
        "own": hill.json("publish", own_file, "--network", NETWORK)["id"],
        "own_file": own_file,
        "theirs": river.json("publish", theirs_file, "--network", NETWORK)["id"],
        "spare": hill.json("publish", spare_file, "--network", NETWORK)["id"],
        "taken": hill.json("publish", taken_file, "--network", NETWORK)["id"],
        "inside_file": inside_file,
        "code": hill.json("network", "invite", NETWORK)["code"],
    }
    hill.run("retract", ids["taken"], "--reason", "too few").ok()
    ids["inside"] = hill.json("publish", inside_file)["id"]
    support.in_sync([hill, river], NETWORK)
    return hill, river, ids


def at_a_running_node():
    """A running node: what is wrong in a call, a file, an id or a name is mended by its step"""
    with World() as world:
        world.root = pathlib.Path(world.root)
        hill, _, ids = prepared(world)
        done, failed = [], []
        for row in (*reading_rows(world, ids), *writing_rows(world, ids),
                    *detail_rows(world, ids), *file_rows(world, ids),
                    *network_rows(world, hill, ids)):
            try:
                try_row(hill, row, done)
            except AssertionError as problem:
                failed.append(str(problem))
        print(f"{len(done)} next steps help")
        need(not failed, f"{len(failed)} do not:\n" + "\n\n".join(failed))
        need(len(done) >= 80, f"only {len(done)} rows")


def at_a_member():
    """A member that may not invite is told who may; a lost neighbour is found in the list"""
    with World() as world:
        hill, river, _ = prepared(world)
        refused = river.run("network", "invite", NETWORK).refused(5, "coordinator",
                                                                 "hillside school")
        need("correct" not in refused.err, refused.err)
        hill.run("network", "invite", NETWORK).ok()
        spent = hill.json("network", "invite", NETWORK)["code"]
        third = world.node("third")
        third.run("network", "join", spent, hill.listen).ok()
        fourth = world.node("fourth")
        told = fourth.run("network", "join", spent, hill.listen).refused(5, "new code")
        need("used already" in told.err, told.err)
        fresh = hill.json("network", "invite", NETWORK)["code"]
        fourth.run("network", "join", fresh, hill.listen).ok()
        alone = world.node("alone")
        alone.run("list", "--network", NETWORK).refused(1, "no network yet")
        step = alone.run("sync", "--wait", "--timeout", "2").refused(6, "neighbour list")
        for command in commands_in(step.err):
            alone.run(*filled(command, {})).ok()


def at_a_stopped_node():
    """A stopped node, an empty folder, settings that are wrong: the step starts what is missing"""
    with World() as world:
        root = pathlib.Path(world.root)
        empty = root / "empty"
        bare = support.BIN_DIR / "staffroom"
        lost = subprocess.run([bare, "status"], capture_output=True, text=True, check=False,
                              env={**{k: v for k, v in os.environ.items() if k != "STAFFROOM_DATA"},
                                   "XDG_DATA_HOME": str(root / "home")})
        # Nobody named a folder: it is the usual one, and it is said which.
        usual = root / "home" / "staffroom"
        need(lost.returncode == 3 and f"--data {usual} init" in lost.stderr, lost.stderr)
        told = support.cli(empty, "status").refused(3, "no school yet", "init --school")
        step = re.search(r"`staffroom --data (\S+) init --school NAME`", told.err)
        need(step and step[1] == str(empty), told.err)
        node = support.Node(root, "empty")
        node.init()
        world.nodes.append(node)
        stopped = node.run("list").refused(3, "staffroomd --data")
        need(str(node.folder) in stopped.err, stopped.err)
        for codes, words, arguments in (
            (1, ("already",), ("init", "--school", "Again")),
            (2, ("cannot be seen",), ("init", "--school", "Hill\u200bside")),
            (2, ("empty, or only spaces",), ("init", "--school", "\u00a0")),
            (2, ("turns the text around",), ("init", "--school", "\u202eH")),
            (2, ("listen",), ("init", "--school", "H", "--listen", "x")),
            (2, ("--data", "more than once"), ("--data", "y", "init", "--school", "H")),
        ):
            folder = node.folder if "Again" in arguments else root / "x"
            failed = support.cli(folder, *arguments).refused(codes, *words)
            for command in commands_in(failed.err.splitlines()[-1]):
                node.run(*filled(command, {})).ok()
        need(not (root / "x").exists(), "a folder was made")
        phrase = root / "phrase.txt"
        phrase.write_text("x")
        other = support.Node(root, "other")
        other.run("init", "--school", "Other", "--phrase-out", phrase).refused(1, "--phrase-out")
        other.run("init", "--school", " Other ", "--phrase-out", root / "phrase-2.txt").ok()
        node.start()
        node.run("list").ok()


support.main(at_a_running_node, at_a_member, at_a_stopped_node)
