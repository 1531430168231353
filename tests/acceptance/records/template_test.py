"""Templates are written, filled in with an editor and published, or kept and said where."""

import os
import pathlib
import pty
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, need

KINDS = (
    "practice-write-up", "enquiry-finding", "peer-review-note", "adoption", "comment", "call",
)
FILLED = {
    "title:": "title: A box for wet playtimes",
    "form: write-up": "form: quick-tip",
    "authors: []": 'authors: ["A. Teacher"]',
    "<!-- What do you want to say or ask? At most 4,000 characters. -->": "We shall try it.",
}


def editor(world, name, body):
    """A program that edits the file it is given."""
    path = pathlib.Path(world.root) / name
    path.write_text("#!/usr/bin/env python3\nimport pathlib, sys\n"
                    "path = pathlib.Path(sys.argv[-1])\ntext = path.read_text()\n" + body)
    path.chmod(0o755)
    return str(path)


def fill_in(world):
    lines = "".join(f"text = text.replace({old + chr(10)!r}, {new + chr(10)!r}, 1)\n"
                    for old, new in FILLED.items())
    return editor(world, "fill", lines + "path.write_text(text)\n")


def with_editor(value):
    return {**os.environ, "VISUAL": "", "EDITOR": value}


def answering(node, answers, *arguments, **options):
    """A call of the command line whose standard input is a terminal with these answers typed."""
    terminal, line = pty.openpty()
    os.write(terminal, "".join(answer + "\n" for answer in answers).encode())
    try:
        return node.run(*arguments, stdin=line, **options)
    finally:
        os.close(line)
        os.close(terminal)


def every_template():
    """template: each kind and form is a file that says what it lacks when it is published"""
    with World() as world:
        node = world.node("a")
        forms = [(kind,) for kind in KINDS] + [
            ("practice-write-up", "--form", form)
            for form in ("quick-tip", "lesson-study", "resource", "case-study")
        ]
        for index, arguments in enumerate(forms):
            text = node.run("template", *arguments).ok().out
            need(text.startswith("---\n# Fill in"), text[:80])
            path = pathlib.Path(world.root) / f"{index}.md"
            path.write_text(text, encoding="utf-8")
            # Of a comment or a call the words are all that has to be there.
            needed = "no words" if arguments[0] in ("comment", "call") else "no title"
            node.run("publish", path).refused(5, needed)
        node.run("template", "writeup").refused(2, "writeup", "practice-write-up")
        node.run("template", "practice-write-up", "--form", "tip").refused(2, "quick-tip")
        node.run("template", "consent").refused(2, "consent")
        need(not node.lines("list"), "a template was published")


NO_TERMINAL = {"stdin": subprocess.DEVNULL}


def refused_without_a_terminal():
    """new: without a terminal no editor is started and no file is made; the next step goes on"""
    with World() as world:
        node = world.node("a")
        path = pathlib.Path(world.root) / "a tip.md"
        for value in ("true", "vi", "sleep 600"):
            refused = node.run("new", "call", path, timeout=10, env=with_editor(value),
                               **NO_TERMINAL)
            refused.refused(1, "terminal", "staffroom template call", "staffroom publish")
            need(not path.exists(), "a file was made")


def kept_unless_asked_for():
    """new: what nobody publishes is kept, and the command to publish it is printed"""
    with World() as world:
        node = world.node("a")
        path = pathlib.Path(world.root) / "a tip.md"
        result = answering(node, [], "--no-input", "new", "practice-write-up", path,
                           env=with_editor(fill_in(world))).ok()
        need("staffroom publish" in result.out, result.out)
        need("A box for wet playtimes" in path.read_text(), "the editor's words are not there")
        need(not node.lines("list"), "it was published unasked")
        answering(node, [], "new", "call", path, env=with_editor("true")).refused(1, "exists")

        other = pathlib.Path(world.root) / "other.md"
        unchanged = answering(node, [], "new", "call", other, env=with_editor("true")).ok()
        need("Nothing was written" in unchanged.out, unchanged.out)
        other.unlink()
        failed = answering(node, [], "new", "call", other, env=with_editor("false"))
        failed.refused(1, str(other))
        other.unlink()
        answering(node, [], "new", "call", other,
                  env=with_editor("no-such-editor --wait")).refused(1, "no-such-editor", str(other))
        other.unlink()
        marker = pathlib.Path(world.root) / "marker"
        shell = f"touch {marker};true"
        answering(node, [], "new", "call", other, env=with_editor(shell)).ok()
        need(not marker.exists(), "a shell read the variable")


def published_from_a_terminal():
    """new: at a terminal it asks where to; what cannot be published is kept and named"""
    with World() as world:
        node = world.node("a")
        environment = with_editor(fill_in(world) + "  --quietly")
        first = pathlib.Path(world.root) / "first.md"
        unfinished = answering(node, ["s"], "new", "practice-write-up", first, env=environment)
        unfinished.refused(5, "first.md", "what-to-watch", "draft")
        listed = node.lines("list")
        need([row["title"] for row in listed] == ["A box for wet playtimes"], f"{listed}")
        need(listed[0]["reach"] == "draft", f"{listed}")
        whole = support.write_record(world.root, "whole.md", "A whole tip", 20)
        target = node.json("publish", whole)["id"]

        second = pathlib.Path(world.root) / "second.md"
        answering(node, ["n", "Nowhere"], "new", "practice-write-up", second,
                  env=environment).refused(1, "second.md")
        need("A box for wet playtimes" in second.read_text(), "the words are gone")
        third = pathlib.Path(world.root) / "third.md"
        comment = answering(node, ["s", target], "new", "comment", third, env=environment)
        shown = node.json("show", comment.ok().out.strip())
        need(shown["about"][0]["relation"] == "comments-on", f"{shown['about']}")
        fourth = pathlib.Path(world.root) / "fourth.md"
        answering(node, [""], "new", "call", fourth, env=environment).ok()
        need(len(node.lines("list")) == 3, "published unasked")


def a_network_at_the_question():
    """new: the name of a network is an answer as well, whatever it begins with"""
    with World() as world:
        node = world.node("a")
        for name in ("Southdowns", "Downs", "Nene Valley"):
            node.run("network", "create", name, "--focus", "writing").ok()
        text = support.write_record(world.root, "tip.md", "A tip", 20).read_text()
        for number, (answers, network) in enumerate((
            (["Southdowns"], "Southdowns"), (["downs"], "Downs"), (["Nene Valley"], "Nene Valley"),
            (["n", "Downs"], "Downs"), (["network", "southdowns"], "Southdowns"),
        )):
            words = text.replace("A tip", f"Tip {number}")
            program = editor(world, f"write-{number}", f"path.write_text({words!r})\n")
            path = pathlib.Path(world.root) / f"tip-{number}.md"
            published = answering(node, answers, "new", "practice-write-up", path,
                                  env=with_editor(program)).ok()
            need(f"Published to {network}" in published.err, f"{answers}: {published.err}")
            shown = node.json("show", published.out.strip())
            need(shown["network"] == [node.network(network)["id"]], f"{answers}: {shown}")


support.main(
    every_template,
    refused_without_a_terminal,
    kept_unless_asked_for,
    published_from_a_terminal,
    a_network_at_the_question,
)
