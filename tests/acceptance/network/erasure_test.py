"""Erasure with real nodes: what a school orders to go is in no file of any school's folder."""

import base64
import pathlib
import random
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from support import World, in_sync, join, need, wait_until, write_record

NETWORK = "Rivers"
SECONDS = 30
MAGIC = b"SRB"
HEAD_BYTES = 56  # of a record in a segment: magic, lengths, id, check


def files_of(folder):
    return [path for path in pathlib.Path(folder).rglob("*") if path.is_file()]


def raw_id(text):
    return base64.b32decode(text.upper() + "====")


def payload_of(folder, record):
    """The bytes of a record's words as they stand in a segment, salt and all."""
    for path in files_of(folder / "store" / "segments"):
        data = path.read_bytes()
        at = data.find(raw_id(record))
        while at >= 8:
            begin = at - 8
            if data[begin:begin + 3] == MAGIC:
                length = int.from_bytes(data[begin + 4:begin + 8], "big")
                return data[begin + HEAD_BYTES:begin + HEAD_BYTES + length]
            at = data.find(raw_id(record), at + 1)
    return b""


def pieces_of(payload, size=24):
    return [payload[at:at + size] for at in range(0, len(payload) - size, size)]


class Canaries:
    """Words that stand in no other text, in every place that a record has for words."""

    def __init__(self, name):
        self.name = name
        # The index leaves out what a word has in common with the one before it in the alphabet.
        source = random.Random(name)
        self.title, self.text, self.author, self.file, content = (
            "".join(source.choices("bcdfghjklmnpqrstvwxz", k=16)) for _ in range(5)
        )
        self.content = content.encode() * 20
        self.record = None
        self.payloads = []

    def words(self):
        return [self.title, self.text, self.author, self.file]

    def publish(self, node, root, *more, network=NETWORK):
        (root / f"{self.file}.txt").write_bytes(self.content)
        path = write_record(root, f"{self.name}.md", f"About {self.title}")
        text = path.read_text().replace("authors: [A. Teacher]", f"authors: [{self.author}]")
        path.write_text(f"{text}\n{self.text} and more.\n\n[A plan]({self.file}.txt)\n")
        reach = ("--network", network) if network else ("--reach", "draft")
        answer = node.json("publish", path, "--files", *reach, *more)
        self.record = answer["id"]
        self.keep_payload(node, self.record)
        return self.record

    def keep_payload(self, node, record):
        payload = payload_of(node.folder, record)
        need(payload, f"no body of {record} in {node.name}")
        self.payloads.append(payload)

    def found_in(self, folder):
        """What is there of them: (file, what) pairs."""
        found = []
        for path in files_of(folder):
            data = path.read_bytes()
            lower = data.lower()
            found += [(path.name, word) for word in self.words() if word[4:].encode() in lower]
            if self.content[:40] in data:
                found.append((path.name, "content"))
            for payload in self.payloads:
                if any(piece in data for piece in pieces_of(payload)):
                    found.append((path.name, "body"))
        return found

    def need_gone(self, *nodes):
        for node in nodes:
            found = self.found_in(node.folder)
            need(not found, f"{self.name} is still at {node.name}: {found}")

    def wait_for(self, *nodes):
        """Until everything is there: words, index, file."""
        for node in nodes:
            def is_there(node=node):
                found = {what for _, what in self.found_in(node.folder)}
                return {"content", "body", self.title} <= found
            wait_until(is_there, SECONDS, f"{self.name} at {node.name}")


def three_schools(world):
    """A chain of which the ends never meet."""
    a, b, c = world.node("a"), world.node("b"), world.node("c")
    b.run("network", "create", NETWORK, "--focus", "writing").ok()
    join(a, b, NETWORK)
    join(c, b, NETWORK)
    in_sync((a, b, c), NETWORK)
    return a, b, c


def status(node, record):
    return node.json("erasure", "status", record)


def states(node, record):
    return {row["name"]: row["state"] for row in status(node, record)["schools"]}


def wait_erased(node, record, count):
    def all_have():
        answer = status(node, record)
        return answer["erased"] == answer["of"] == count and not answer["open"]
    wait_until(all_have, SECONDS, f"{count} receipts at {node.name}: {states(node, record)}", 0.2)


def erase_everywhere():
    """a school erases a record with a file, and no byte of it is left in three folders"""
    with World() as world:
        a, b, c = three_schools(world)
        gone, stays = Canaries("gone"), Canaries("stays")
        gone.publish(a, world.root)
        stays.publish(a, world.root)
        for canaries in (gone, stays):
            canaries.wait_for(a, b, c)
        plan = a.json("erase", gone.record, "--reason", "pupil", "--dry-run")
        need(plan["entries"] == 1 and len(plan["networks"][0]["schools"]) == 3, f"{plan}")
        gone.wait_for(a, b, c)
        a.run("erase", gone.record, "--reason", "pupil").refused(5, "--yes")
        answer = a.json("erase", gone.record, "--reason", "pupil", "--yes")
        need(len(answer["orders"]) == 1, f"{answer}")
        for node in (a, b, c):
            wait_erased(node, gone.record, 3)
        gone.need_gone(a, b, c)
        stays.wait_for(a, b, c)
        in_sync((a, b, c), NETWORK)
        for node in (a, b, c):
            need(node.json("show", gone.record)["body_state"] == "erased", "it is shown")
            need(node.json("show", stays.record)["title"] == f"About {stays.title}", "lost")
            need(not node.lines("search", gone.title), "it is found")
            need(len(node.lines("search", stays.title)) == 1, "the other is not found")
            need(node.run("verify").ok(), "verify")
        a.run("erase", gone.record, "--reason", "pupil", "--yes").refused(5, "already")
        b.run("erase", stays.record, "--reason", "pupil", "--yes").refused(5, "only")
        need(a.lines("erasure", "list") and not a.lines("erasure", "list", "--open"), "open")


if __name__ == "__main__":
    from support import main

    main(erase_everywhere)
