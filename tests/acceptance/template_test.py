"""Templates are written, filled in with an editor and published, or kept and said where."""

import os
import pathlib
import pty
import subprocess

import support
from support import World, need

KINDS = (
    "practice-write-up", "enquiry-finding", "peer-review-note", "adoption", "comment", "call",
)
FILLED = {
    "title:": "title: A box for wet playtimes",
    "form: write-up": "form: quick-tip",
    "authors: []": 'authors: ["A. Teacher"]',
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
            node.run("publish", path).refused(5, "no title")
        node.run("template", "writeup").refused(2, "writeup", "practice-write-up")
        node.run("template", "practice-write-up", "--form", "tip").refused(2, "quick-tip")
        node.run("template", "event").refused(2, "event")
        need(not node.lines("list"), "a template was published")


NO_TERMINAL = {"stdin": subprocess.DEVNULL}


def kept_without_a_terminal():
    """new: without a terminal the file is kept, and the command to publish it is printed"""
    with World() as world:
        node = world.node("a")
        path = pathlib.Path(world.root) / "a tip.md"
        result = node.run("new", "practice-write-up", path, env=with_editor(fill_in(world)),
                          **NO_TERMINAL).ok()
        need("staffroom publish" in result.out, result.out)
        need("A box for wet playtimes" in path.read_text(), "the editor's words are not there")
        need(not node.lines("list"), "it was published unasked")
        node.run("new", "call", path, env=with_editor("true"), **NO_TERMINAL).refused(1, "exists")

        other = pathlib.Path(world.root) / "other.md"
        unchanged = node.run("new", "call", other, env=with_editor("true"), **NO_TERMINAL).ok()
        need("Nothing was written" in unchanged.out, unchanged.out)
        other.unlink()
        failed = node.run("new", "call", other, env=with_editor("false"), **NO_TERMINAL)
        failed.refused(1, str(other))
        other.unlink()
        node.run("new", "call", other, env=with_editor("no-such-editor --wait"),
                 **NO_TERMINAL).refused(1, "no-such-editor", str(other))
        other.unlink()
        marker = pathlib.Path(world.root) / "marker"
        shell = f"touch {marker};true"
        node.run("new", "call", other, env=with_editor(shell), **NO_TERMINAL).ok()
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


support.main(every_template, kept_without_a_terminal, published_from_a_terminal)
