"""The output of --json fits the schemas, for every command; every failure names its next step."""

import json
import os
import pathlib
import pty
import select
import signal
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from certificates import Authority
from linking import every_link_command
from lost_school import every_key_command
from membership import every_membership_command
from people import EVERY_COMMAND
from sample import Sample
from support import PROJECT, World, need, write_record

SCHEMAS = PROJECT / "cli" / "schemas"
NETWORK = "Rivers"

try:
    from jsonschema import Draft202012Validator
except ImportError:
    Draft202012Validator = None


def schema(name):
    """A schema with the shapes of common.json in itself, so that no resolver is needed."""
    def read(file):
        text = (SCHEMAS / f"{file}.json").read_text()
        return json.loads(text.replace("common.json#", "#"))

    return {**read(name), "$defs": read("common")["$defs"]}


def validate(document, name):
    """Fails with the first place that does not fit."""
    if Draft202012Validator is None:
        raise support.Skipped("python3-jsonschema is not there")
    for error in Draft202012Validator(schema(name)).iter_errors(document):
        raise AssertionError(f"{name}: {error.json_path}: {error.message}")


def commands():
    """Every command that can be run, from the parser's own tree."""
    lines = support.cli("/nowhere", "--json", "commands").ok().documents()
    return [line["command"] for line in lines if line["runs"]]


def schema_name(command):
    return command.replace(" ", "-")


class Calls:
    """Two schools in one network, and one call or more of every command there."""

    def __init__(self, world):
        self.world = world
        self.a, self.b = world.node("a"), world.node("b")
        self.called = set()

    def call(self, node, command, *arguments, codes=(0,)):
        """Runs a command with --json and holds each line that it prints against its schema."""
        result = node.run("--json", *command.split(), *arguments).ok(*codes)
        documents = result.documents()
        need(documents, f"{command} printed nothing")
        for document in documents:
            validate(document, schema_name(command))
        self.called.add(command)
        return documents[0]

    def dry(self, node, command, *arguments, codes=(0,)):
        document = self.call(node, command, *arguments, "--dry-run", codes=codes)
        need(document["dry_run"] is True, f"{command}: {document}")

    def school(self):
        node = support.Node(self.world.root, "c")
        self.dry(node, "init", "--school", "C")
        need(not node.folder.exists(), "init --dry-run made something")
        self.call(node, "init", "--school", "C")
        words = self.world.root / "words"
        other = support.Node(self.world.root, "d")
        self.call(other, "init", "--school", "D", "--phrase-out", str(words))

    def networks(self):
        create = (NETWORK, "--focus", "writing")
        self.dry(self.a, "network create", *create)
        need(self.a.lines("network", "list") == [], "network create --dry-run made one")
        self.call(self.a, "network create", *create)
        self.dry(self.a, "network invite", NETWORK)
        need(self.a.network(NETWORK)["open_invitations"] == 0, "invite --dry-run made a code")
        code = self.call(self.a, "network invite", NETWORK)["code"]
        self.call(self.a, "network invite", NETWORK)
        made = self.call(self.a, "invitation list")["id"]
        other = [each["id"] for each in self.a.lines("invitation", "list")]
        need(len(other) == 2 and made in other, f"codes: {other}")
        self.dry(self.b, "network join", code, self.a.listen)
        self.call(self.b, "network join", code, self.a.listen)
        still_open = next(each["id"] for each in self.a.lines("invitation", "list")
                          if each["state"] == "open")
        self.dry(self.a, "invitation end", still_open)
        self.call(self.a, "invitation end", still_open)
        self.call(self.a, "network list")
        self.call(self.b, "network show", NETWORK)
        charter = self.world.root / "charter.md"
        charter.write_text("We say when nothing changed.\n")
        self.dry(self.b, "network charter", "revise", NETWORK, charter)
        self.call(self.b, "network charter", "revise", NETWORK, charter, "--yes")
        self.call(self.b, "network charter", "show", NETWORK)

    def neighbours(self):
        address = f"127.0.0.1:{support.free_port()}"
        arguments = (address, "--network", NETWORK)
        self.dry(self.a, "neighbour add", *arguments)
        known = [each["address"] for each in self.a.lines("neighbour", "list")]
        need(address not in known, "neighbour add --dry-run added it")
        self.call(self.a, "neighbour add", *arguments)
        self.call(self.a, "neighbour list")
        self.dry(self.a, "neighbour remove", address)
        self.call(self.a, "neighbour remove", address)
        self.call(self.a, "neighbour add", *arguments)
        self.call(self.a, "sync")
        self.call(self.b, "sync", "--wait")

    def refused(self, node, *arguments):
        """A refused record: the failure says what is wrong and where the words are kept."""
        document = node.run("--json", *arguments).refused(5).document()
        validate(document, "error")
        need(document["problems"], f"{arguments}: nothing is wrong: {document}")
        return document["draft"]["id"]

    def records(self):
        folder = self.world.root / "texts"
        folder.mkdir()
        first = write_record(folder, "first.md", "The first")
        write_record(folder, "second.md", "The second")
        self.dry(self.a, "publish", first, "--network", NETWORK)
        self.dry(self.a, "import", folder, "--network", NETWORK, codes=(0, 4))
        need(self.a.lines("list") == [], "a dry run published")
        record = self.call(self.a, "publish", first, "--network", NETWORK)["id"]
        self.call(self.a, "import", folder, "--network", NETWORK, codes=(0, 4))
        self.call(self.a, "list")
        self.call(self.a, "show", record)
        bare = folder / "bare.txt"
        bare.write_text("# Grids in Year 8\n\nWe tried them.\n")
        draft = self.refused(self.a, "publish", bare, "--network", NETWORK)
        need(self.a.json("show", draft)["reach"] == "draft", "the words are not kept")

    def revisions(self):
        sample = Sample(self.a, self.b, NETWORK, self.world.root)
        sample.everything()
        text = write_record(self.world.root, "again.md", "Once more")
        record = self.call(self.a, "publish", text, "--network", NETWORK)["id"]
        text.write_text(text.read_text() + "\nMore of it.\n")
        self.dry(self.a, "revise", record, text, "--network", NETWORK)
        need(self.a.json("show", record)["revisions"] == 1, "revise --dry-run wrote")
        self.call(self.a, "revise", record, text, "--network", NETWORK, "--why", "More")
        self.call(self.a, "diff", f"{record}@1", f"{record}@2")
        self.call(self.a, "diff", f"{record}@1", f"{record}@1")
        self.dry(self.a, "retract", record, "--reason", "Wrong")
        need(self.a.json("show", record)["state"] == "active", "retract --dry-run wrote")
        self.call(self.a, "retract", record, "--reason", "Wrong")
        self.call(self.a, "show", record)
        self.call(self.a, "history", record)
        self.call(self.a, "retract", record, "--undo")
        for node in (self.a, self.b):
            for each in sample.ids.values():
                for command in ("show", "history", "lineage"):
                    self.call(node, command, each)
            self.call(node, "list")
            self.call(node, "inbox")
            self.call(node, "report")
        self.files(sample)

    def files(self, sample):
        out = self.world.root / "out"
        self.dry(self.a, "export", "--all", "-o", out, codes=(0, 4))
        need(not out.exists(), "export --dry-run wrote")
        forms = ("--format", "markdown,jsonld,bibtex,ris")
        self.call(self.a, "export", "--all", "-o", out, *forms, codes=(0, 4))
        self.call(self.a, "export", sample.ids["finding"], "-o", out)
        self.call(self.b, "files", sample.ids["picture"], codes=(0, 4))
        self.call(self.a, "files", sample.ids["picture"], "-o", self.world.root / "pictures")
        self.call(self.a, "search", "slips")
        named = self.world.root / "named.md"
        named.write_text("# A tray\n\nAisha (4B) said so.\n")
        need(self.call(self.a, "check", named, codes=(4,))["lines"], "check found nothing")
        self.call(self.a, "template", "adoption")
        self.call(self.a, "template", "practice-write-up", "--form", "quick-tip")

    def erasure(self):
        """What has to go, and what this school takes off its own disk."""
        text = write_record(self.world.root, "goes.md", "It has to go")
        record = self.call(self.a, "publish", text, "--network", NETWORK)["id"]
        theirs = self.call(self.b, "publish", text, "--network", NETWORK)["id"]
        draft = self.call(self.a, "publish", text, "--reach", "draft", "--yes")["id"]
        support.in_sync((self.a, self.b), NETWORK)
        self.dry(self.a, "erase", record, "--reason", "mistake")
        need(self.a.json("show", record)["body_state"] == "have", "erase --dry-run erased")
        self.call(self.a, "erase", record, "--reason", "mistake", "--yes")
        support.wait_until(lambda: not self.a.lines("erasure", "list", "--open"), 30, "receipts")
        self.call(self.a, "erasure list")
        self.call(self.b, "erasure status", record)
        receipts = self.world.root / "receipts.json"
        self.call(self.a, "erasure receipts", record, "-o", receipts)
        self.call(self.a, "verify", "--evidence", receipts)
        self.call(self.b, "show", record)
        self.dry(self.a, "refuse", theirs)
        self.call(self.a, "refuse", theirs, "--yes")
        self.dry(self.a, "draft delete", draft)
        self.call(self.a, "draft delete", draft, "--yes")

    def new(self):
        """Kept where nobody answers."""
        editor = self.world.root / "editor"
        editor.write_text("#!/bin/sh\necho More >> \"$1\"\n")
        editor.chmod(0o755)
        file = self.world.root / "new.md.txt"
        variables = {**os.environ, "VISUAL": "", "EDITOR": str(editor)}
        near, far = pty.openpty()
        result = self.a.run("--json", "--no-input", "new", "comment", file, env=variables,
                            stdin=far).ok()
        os.close(near)
        os.close(far)
        validate(result.document(), "new")
        self.called.add("new")

    def watch(self):
        """What is written while somebody watches; Ctrl-C ends it."""
        command = [support.BIN_DIR / "staffroom", "--data", self.a.folder, "--json", "watch"]
        kinds = set()
        with subprocess.Popen(command, stdout=subprocess.PIPE, bufsize=0) as process:
            try:
                # A stream begins with what comes after it, so something comes until it is seen.
                for number in range(20):
                    self.event(number)
                    kinds |= self.seen(process)
                    if {"record.published", "record.retracted"} <= kinds:
                        break
            finally:
                process.send_signal(signal.SIGINT)
        need({"record.published", "record.retracted"} <= kinds, f"only {kinds}")
        need(process.returncode == 130, f"watch ended with {process.returncode}")
        self.called.add("watch")

    def event(self, number):
        text = write_record(self.world.root, f"event{number}.md", f"News {number}", words=20)
        record = self.a.json("publish", text, "--network", NETWORK)["id"]
        self.a.run("retract", record, "--reason", "No news").ok()

    def seen(self, process):
        """The events that have come; each line fits the schema."""
        kinds = set()
        while select.select([process.stdout], [], [], 0.5)[0]:
            line = process.stdout.readline()
            if not line:
                break
            validate(json.loads(line), "watch")
            kinds.add(json.loads(line)["event"])
        return kinds

    def care(self):
        for command in ("status", "verify", "config show", "config check", "commands"):
            self.call(self.a, command)
        self.call(self.a, "doctor", codes=(0, 4))
        self.call(self.a, "log", "--lines", "1000")
        bad = self.world.root / "bad.toml"
        bad.write_text("[node]\nlissten = 'x'\n")
        self.call(self.a, "config check", bad, codes=(78,))
        for shell in ("bash", "zsh", "fish"):
            self.call(self.a, "completions", shell)
        backups = self.world.root / "backups"
        self.call(self.a, "backup create", "-o", backups)
        self.call(self.a, "backup list", "-o", backups)
        self.call(self.a, "backup verify", "-o", backups)
        self.call(self.a, "backup restore", backups, "--to", self.world.root / "again")
        self.call(self.a, "support", "-o", self.world.root / "support.txt", "--yes")
        staff = self.world.root / "staff.csv"
        staff.write_text("name,role\nIda Fox,teacher\nTom Reed,techer\n")
        self.call(self.a, "users import", staff, codes=(4,))
        self.settle()
        self.call(self.b, "doctor", codes=(4,))
        self.call(self.b, "verify")

    def tls(self):
        """The certificate of a node that serves its page by HTTPS."""
        node = self.world.node("t", start=False)
        node.environment["STAFFROOM_HTTPS_LISTEN"] = "127.0.0.1:0"
        node.start()
        pair = Authority(self.world.root / "ca").server("schemas")
        self.call(node, "setup code")
        self.call(node, "tls show")
        self.dry(node, "tls import", *pair)
        self.call(node, "tls import", *pair)
        self.dry(node, "tls new")
        self.call(node, "tls new", "--yes")
        self.call(self.a, "tls show")
        node.stop()

    def settle(self):
        """As if b had come back from a backup while a says nothing."""
        self.b.stop()
        (self.b.folder / "restored").touch()
        self.a.process.send_signal(signal.SIGSTOP)
        self.b.start()
        self.call(self.b, "backup settle", "--yes")
        self.a.process.send_signal(signal.SIGCONT)
        self.b.stop()


def every_command():
    """--json: each command of the tree has a schema, is called here, and prints what fits it"""
    with World() as world:
        calls = Calls(world)
        for part in (calls.school, calls.networks, calls.neighbours,
                     calls.records, calls.revisions, calls.erasure, calls.new,
                     calls.watch, calls.care, calls.tls):
            part()
        every_key_command(calls)
        every_link_command(calls, NETWORK)
        every_membership_command(calls)
        for call in EVERY_COMMAND:
            calls.call(calls.a, *call)
        for command in commands():
            path = SCHEMAS / f"{schema_name(command)}.json"
            need(path.is_file(), f"`staffroom {command}` has no cli/schemas/{path.name}")
            need(command in calls.called, f"`staffroom {command}` is called nowhere in this test")


def strict_schemas():
    """--json: the schemas are schemas, and refuse what is wrong"""
    for path in SCHEMAS.glob("*.json"):
        if Draft202012Validator is not None:
            Draft202012Validator.check_schema(schema(path.stem))
    good = {"code": "usage", "detail": "There is no such word.", "next": "see help.", "exit": 2}
    validate(good, "error")
    for change in ({"exit": 0}, {"next": ""}, {"more": 1}, {"detail": None}):
        try:
            validate({**good, **change}, "error")
        except AssertionError:
            continue
        raise AssertionError(f"error.json takes {change}")


def failing_calls():
    """errors: exit code, last line "Next: ", and one JSON object where nothing else was printed"""
    with World() as world:
        node = world.node("a")
        stopped = world.node("b", start=False)
        record = write_record(world.root, "good.md", "A good record")
        failing = [
            (node, 2, ("frobnicate",)),
            (node, 2, ("list", "--netwrok", "x")),
            (node, 2, ("publish", record, "--kind", "practise-write-up")),
            (node, 2, ("sync", "--timeout", "soon")),
            (node, 2, ("--color", "sometimes", "status")),
            (node, 1, ("network", "show", "Lakes")),
            (node, 1, ("network", "show", "Lakes", "--plain")),
            (node, 1, ("publish", world.root / "absent.md")),
            (node, 5, ("publish", record, "--reach", "public")),
            (node, 5, ("publish", record, "--reach", "public", "--dry-run")),
            (node, 1, ("publish", record, "--network", "Lakes", "--dry-run")),
            (node, 1, ("network", "join", "HELLO", "127.0.0.1:1", "--dry-run")),
            (node, 1, ("network", "join", "HELLO", "127.0.0.1:1")),
            (node, 1, ("init", "--school", "Again")),
            (node, 1, ("init", "--school", "Again", "--dry-run")),
            (node, 1, ("show", "aaaaaaaa")),
            (node, 6, ("sync", "--wait")),
            (stopped, 3, ("status",)),
            (stopped, 3, ("network", "list")),
            (stopped, 1, ("config", "check", world.root / "absent.toml")),
        ]
        for where, code, arguments in failing:
            plain = where.run(*arguments).refused(code)
            need(plain.out == "", f"{arguments} printed a result: {plain.out}")
            result = where.run("--json", *arguments).refused(code)
            documents = result.documents()
            need(len(documents) == 1, f"{arguments}: {result.out}")
            if arguments[:2] == ("sync", "--wait"):
                validate(documents[0], "sync")
                continue
            validate(documents[0], "error")
            need(documents[0]["exit"] == code, f"{arguments}: {documents[0]}")
            last = result.err.strip().splitlines()[-1]
            need(last == f"Next: {documents[0]['next']}", f"{arguments}: {last}")


support.main(strict_schemas, every_command, failing_calls)
