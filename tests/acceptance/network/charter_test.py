"""The charter of a network: revised by a member, signed by the others, the same at every school."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, in_sync, join, need, wait_until

NETWORK = "Rivers"
SECONDS = 60
OLD = "We read what others write.\nWe say when nothing changed.\n"
NEW = OLD + "We ask before we judge.\n"


def founded(world, *names):
    """Nodes of one network with a charter, founded by the first."""
    charter = world.root / "charter.md"
    charter.write_text(OLD)
    nodes = [world.node(name) for name in names]
    nodes[0].run("network", "create", NETWORK, "--focus", "writing", "--charter", charter).ok()
    for node in nodes[1:]:
        join(node, nodes[0], NETWORK)
    for node in nodes:
        wait_until(lambda node=node: len(node.lines("network", "members", NETWORK)) == len(nodes),
                   SECONDS, "all are known")
    return nodes


def show(node):
    return node.json("network", "charter", "show", NETWORK)


def in_force(node):
    book = show(node)
    return next(each for each in book["charters"] if each["id"] == book["in_force"])


def attention(node):
    return {each["code"] for each in node.json("status")["attention"]}


def revise(node, world, text):
    file = world.root / f"{node.name}-next.md"
    file.write_text(text)
    return node.json("network", "charter", "revise", NETWORK, file, "--yes")["charter"]


def more_than_half():
    """network charter: put to all, in force once more than half have signed, the same everywhere"""
    with World() as world:
        a, b, c = founded(world, "a", "b", "c")
        need(in_force(a)["text"] == OLD and in_force(c)["number"] == 1, f"{show(c)}")
        need(len(in_force(b)["signed_by"]) == 3, "all agreed when they joined")
        file = world.root / "next.md"
        file.write_text(NEW)
        dry = b.run("network", "charter", "revise", NETWORK, file, "--dry-run").ok()
        need("1 signature is missing" in dry.out + dry.err, f"{dry.out}{dry.err}")
        need(len(show(b)["charters"]) == 1, "a dry run wrote it")
        made = revise(b, world, NEW)
        need(made["number"] == 2 and made["state"] == "put-forward", f"{made}")
        wait_until(lambda: len(show(a)["charters"]) == 2, SECONDS, "it arrives at a")
        need(in_force(a)["text"] == OLD, "one of three decides")
        need("network.charter-unsigned" in attention(a), "a is not told")
        need("network.charter-unsigned" not in attention(b), "its author is asked to sign")
        shown = a.run("network", "charter", "show", NETWORK).ok().out
        need("+We ask before we judge." in shown and made["id"] in shown, shown)
        c.stop()
        signed = a.json("network", "charter", "sign", NETWORK, made["id"][:8], "--yes")
        need(signed["charter"]["state"] == "in-force", f"{signed}")
        wait_until(lambda: in_force(b)["text"] == NEW, SECONDS, "in force at b")
        c.start()
        wait_until(lambda: in_force(c)["text"] == NEW, SECONDS, "in force at c, which was away")
        need("network.charter-unsigned" in attention(c), "c is not told")
        c.run("network", "charter", "sign", NETWORK, "--yes").ok()
        in_sync((a, b, c), NETWORK)
        need(show(a) == {**show(b), "charters": show(a)["charters"]}, "another book")
        for node in (a, b, c):
            need(len(in_force(node)["signed_by"]) == 3, f"{in_force(node)}")
        before = in_force(b)["id"]
        b.kill()
        b.start()
        need(in_force(b)["id"] == before, "forgotten at a start")


def who_counts():
    """network charter: who observes or was removed counts for nothing, also afterwards"""
    with World() as world:
        a, b, c, d = founded(world, "a", "b", "c", "d")
        a.run("network", "role", NETWORK, "b school", "coordinator", "--yes").ok()
        a.run("network", "role", NETWORK, "c school", "observer", "--yes").ok()

        def role_at(node, name):
            rows = {row["name"]: row for row in node.lines("network", "members", NETWORK)}
            return rows[name].get("role", rows[name]["state"])

        wait_until(lambda: role_at(c, "c school") == "observer", SECONDS, "c observes")
        text = world.root / "next.md"
        text.write_text(NEW)
        c.run("network", "charter", "revise", NETWORK, text, "--yes").refused(5, "observe")
        made = revise(d, world, NEW)
        wait_until(lambda: len(show(a)["charters"]) == 2, SECONDS, "it arrives at a")
        a.run("network", "charter", "sign", NETWORK, "--yes").ok()
        wait_until(lambda: in_force(b)["id"] == made["id"], SECONDS, "two of three")
        # d goes; its signature goes with it, and one of two is not more than half.
        b.run("network", "role", NETWORK, "d school", "observer", "--yes").ok()
        wait_until(lambda: in_force(a)["text"] == OLD, SECONDS, "d's signature counts still")


def bad_input():
    """network charter: signed twice, no words, too many, a wrong id: a sentence and a next step"""
    with World() as world:
        a, b = founded(world, "a", "b")
        text = world.root / "next.md"

        def revised(content):
            text.write_bytes(content)
            return a.run("network", "charter", "revise", NETWORK, text, "--yes")

        revised(b" \n").refused((1, 2), "no words")
        revised(OLD.encode()).refused((1, 2), "word for word")
        revised(b"a" * (64 * 1024 + 1)).refused((1, 2, 5), "64 KiB")
        revised(b"be\x00kind").refused((1, 2, 5), "text")
        a.run("network", "charter", "revise", NETWORK, world.root / "none.md").refused(
            (1, 2), "none.md")
        a.run("network", "charter", "revise", NETWORK).refused(2, "FILE")
        a.run("network", "charter", "sign", NETWORK).refused((1, 5), "not signed")
        a.run("network", "charter", "sign", NETWORK, "zzzzzzzz").refused(1, "No charter")
        a.run("network", "charter", "show", "Downs").refused((1, 2, 3), "Downs")
        a.run("network", "charter", "tear", NETWORK).refused(2, "tear")
        made = revise(a, world, NEW)
        a.run("network", "charter", "sign", NETWORK, made["id"], "--yes").refused(
            5, "has signed this charter")
        a.run("network", "charter", "revise", NETWORK, world.root / "a-next.md",
              "--yes").refused(5, "has signed this charter")
        need(len(show(a)["charters"]) == 2, f"{show(a)}")
        wait_until(lambda: len(show(b)["charters"]) == 2, SECONDS, "it arrives at b")
        # Two beside each other: neither is the newest, and none is signed unnamed.
        other = revise(a, world, "Be bold.")
        wait_until(lambda: len(show(b)["charters"]) == 3, SECONDS, "the other arrives at b")
        asked = b.run("network", "charter", "sign", NETWORK, "--yes").refused((1, 2), "Name one")
        need(made["id"][:8] in asked.err and other["id"][:8] in asked.err, f"{asked.err}")


if __name__ == "__main__":
    support.main(more_than_half, who_counts, bad_input)
