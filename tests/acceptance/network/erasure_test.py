"""Erasure with real nodes: what a school orders to go is in no file of any school's folder."""

import base64
import json
import pathlib
import random
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from people import join as join_people
from support import BIN_DIR, Skipped, World, build_clock_shim, free_port, in_sync
from support import join, need, shifted_clock, wait_until, write_record

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


def unpacked_words_in(folder, words):
    """(file, word) pairs of what stands in tables and in compressed frames, which this language
    cannot read."""
    program = BIN_DIR / "raw_search"
    if not program.is_file():
        raise Skipped(f"{program} is not there")
    lines = "".join(f"{word}\n" for word in words)
    process = subprocess.run(
        [program, folder], input=lines, capture_output=True, text=True, check=True, timeout=60)
    found = [line.split("\t") for line in process.stdout.splitlines()]
    return [(pathlib.Path(path).name, word) for word, path in found]


class Canaries:
    """Words that stand in no other text, in every place that a record has for words."""

    def __init__(self, name):
        self.name = name
        # The index leaves out what a word has in common with the one before it in the alphabet.
        source = random.Random(name)
        self.title, self.text, self.author, self.file, content = (
            "".join(source.choices("bcdfghjklmnpqrstvwxz", k=16)) for _ in range(5)
        )
        self.content_word = content
        self.content = content.encode() * 20
        self.record = None
        self.payloads = []

    def words(self):
        return [self.title, self.text, self.author, self.file]

    def publish(self, node, root, *more, network=NETWORK, link=None):
        (root / f"{self.file}.txt").write_bytes(self.content)
        path = write_record(root, f"{self.name}.md", f"About {self.title}")
        text = path.read_text().replace("authors: [A. Teacher]", f"authors: [{self.author}]")
        path.write_text(f"{text}\n{self.text} and more.\n\n[A plan]({self.file}.txt)\n")
        reach = ("--network", network) if network else ("--reach", "draft")
        if link:
            reach = ("--link", link)
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
        for name, word in unpacked_words_in(folder, [*self.words(), self.content_word]):
            found.append((name, "content" if word == self.content_word else word))
        return found

    def need_gone(self, *nodes):
        for node in nodes:
            found = self.found_in(node.folder)
            need(not found, f"{self.name} is still at {node.name}: {found}")

    def wait_for(self, *nodes):
        """Until everything is there: words, index, file."""
        for node in nodes:
            missing = set()

            def is_there(node=node, missing=missing):
                found = {what for _, what in self.found_in(node.folder)}
                missing.clear()
                missing.update({"content", "body", self.title} - found)
                return not missing
            try:
                wait_until(is_there, SECONDS, f"{self.name} at {node.name}")
            except AssertionError as late:
                raise AssertionError(f"{late}, without {sorted(missing)}") from late


def three_schools(world):
    """A chain of which the ends never meet."""
    # They come back after a kill, and have to be found where they were.
    a, b, c = (world.node(name, port=free_port()) for name in ("a", "b", "c"))
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


def away_restored_killed():
    """one school away for 400 days, one with an old copy of its folder, one killed: all erase"""
    with World() as world:
        shim = build_clock_shim(world.root)
        a, b, c = three_schools(world)
        d = world.node("d")
        join(d, b, NETWORK)
        stays = Canaries("other")
        all_gone = [Canaries(f"pupil{number}") for number in range(8)]
        for canaries in (stays, *all_gone):
            canaries.publish(a, world.root)
        for canaries in (stays, *all_gone):
            canaries.wait_for(a, b, c, d)
        gone = all_gone[-1]
        c.stop()
        d.stop()
        copy = world.root / "old-copy"
        shutil.copytree(d.folder, copy)
        d.start()
        for canaries in all_gone:
            a.run("erase", canaries.record, "--reason", "asked", "--yes").ok()
            b.kill()
            b.start()
        wait_until(lambda: states(a, gone.record).get("b school") == "erased", SECONDS, "b")
        need(states(a, gone.record)["c school"] == "unheard", f"{states(a, gone.record)}")
        need(a.lines("erasure", "list", "--open"), "nothing is open")
        d.stop()
        shutil.rmtree(d.folder)
        shutil.copytree(copy, d.folder)
        need(all(each.found_in(d.folder) for each in all_gone), "the old copy has nothing of it")
        for canaries in all_gone:
            canaries.need_gone(a, b)
        a.stop()
        b.stop()
        for node in (a, b, c, d):
            node.environment = shifted_clock(shim, 400 * 24 * 3600)
        for node in (a, b, d, c):
            node.start()
        for node in (a, b, c, d):
            for canaries in all_gone:
                wait_erased(node, canaries.record, 4)
        shutil.rmtree(copy)
        for canaries in all_gone:
            canaries.need_gone(a, b, c, d)
        stays.wait_for(a, b, c, d)
        in_sync((a, b, c, d), NETWORK)
        need(not a.lines("erasure", "list", "--open"), "still open")


def killed_at_every_moment():
    """a node that is killed again and again while it erases ends with nothing of the words"""
    with World() as world:
        a, b, _ = three_schools(world)
        gone = [Canaries(f"number{number}") for number in range(8)]
        for canaries in gone:
            canaries.publish(a, world.root)
        for canaries in gone:
            canaries.wait_for(a, b)
        moments = random.Random(7)
        for canaries in gone:
            a.run("erase", canaries.record, "--reason", "asked", "--yes").ok()
            time.sleep(moments.random() * 0.1)
            for node in (a, b):
                node.kill()
                node.start()
        for canaries in gone:
            for node in (a, b):
                wait_until(lambda node=node, one=canaries: states(node, one.record)["b school"] ==
                           states(node, one.record)["a school"] == "erased", SECONDS, "receipts")
            canaries.need_gone(a, b)
        need(a.run("verify").ok() and b.run("verify").ok(), "verify")


def own_texts_and_files():
    """the drafts from which a record was made go with it; a file that another record names stays"""
    with World() as world:
        a, b, c = three_schools(world)
        gone = Canaries("draft")
        draft = gone.publish(a, world.root, network=None)
        path = world.root / "draft.md"
        record = a.json("revise", draft, path, "--network", NETWORK, "--files")["id"]
        gone.keep_payload(a, record)
        gone.record = record
        gone.wait_for(a, b, c)
        other = world.root / "shares.md"
        other.write_text(write_record(world.root, "shares.md", "Shares the file").read_text() +
                         f"\n[A plan]({gone.file}.txt)\n")
        shares = a.json("publish", other, "--network", NETWORK, "--files")["id"]
        in_sync((a, b, c), NETWORK)
        need(a.json("erase", record, "--reason", "asked", "--dry-run")["own_texts"] == 1, "draft")
        a.run("erase", record, "--reason", "asked", "--yes").ok()
        wait_erased(a, record, 3)
        for node in (a, b, c):
            found = {what for _, what in gone.found_in(node.folder)}
            # The name of the file is the other record's as well.
            need(found <= {"content", gone.file}, f"{node.name}: {found}")
            need("content" in found, f"{node.name} has lost the file of another record")
        a.run("erase", shares, "--reason", "rights", "--files-only", "--yes").ok()
        wait_erased(a, shares, 3)
        for node in (a, b, c):
            found = {what for _, what in gone.found_in(node.folder)}
            need(found <= {gone.file}, f"{node.name}: {found}")
            need(node.json("show", shares)["title"] == "Shares the file", "its text is gone")


def here_alone():
    """a refused record and a deleted draft are in no file here; others keep what was refused"""
    with World() as world:
        a, b, _ = three_schools(world)
        theirs, draft = Canaries("theirs"), Canaries("mine")
        theirs.publish(a, world.root)
        draft.publish(b, world.root, network=None)
        theirs.wait_for(a, b)
        draft.wait_for(b)
        b.run("refuse", theirs.record, "--yes").ok()
        b.run("draft", "delete", draft.record, "--yes").ok()
        theirs.need_gone(b)
        draft.need_gone(b)
        b.stop()
        b.start()
        wait_until(lambda: b.run("sync", "--wait", "--timeout", "5").code == 0, SECONDS, "sync")
        theirs.need_gone(b)
        theirs.wait_for(a)
        need(b.json("show", theirs.record)["body_state"] == "refused", "it came back")


def receipts_offline():
    """receipts are checked without a node; a changed one, and one for another order, is bad"""
    with World() as world:
        a, b, c = three_schools(world)
        gone = Canaries("receipt")
        gone.publish(a, world.root)
        gone.wait_for(a, b, c)
        a.run("erase", gone.record, "--reason", "asked", "--yes").ok()
        wait_erased(a, gone.record, 3)
        file = world.root / "receipts.json"
        a.run("erasure", "receipts", gone.record, "-o", file).ok()
        good = json.loads(file.read_text())
        for node in (a, b, c):
            node.stop()
        need(a.json("verify", "--evidence", file)["good"] == 3, "not good")

        def count_good(change):
            document = json.loads(json.dumps(good))
            change(document)
            file.write_text(json.dumps(document))
            return a.run("--json", "verify", "--evidence", file).ok(4).document()["good"]

        def other_notice(document):
            first, second = document["receipts"][:2]
            first["notice"] = second["notice"]

        def flipped(document):
            notice = document["receipts"][0]["notice"]
            document["receipts"][0]["notice"] = ("b" if notice[0] == "a" else "a") + notice[1:]

        need(count_good(flipped) == 2, "a changed signature")
        need(count_good(other_notice) == 2, "a receipt of another school")
        need(count_good(lambda document: document.update(position=10 ** 6)) == 0, "a later order")
        need(count_good(lambda document: document.update(log=good["id"])) == 0, "another log")
        file.write_text("no json")
        a.run("verify", "--evidence", file).refused(2, "no receipts")


def many_at_once():
    """more than 20 entries wait for a second person and a day, over a restart; fewer do not"""
    with World() as world:
        shim = build_clock_shim(world.root)
        a, b, c = three_schools(world)
        for number in range(23):
            path = write_record(world.root, f"flood{number}.md", f"Flood {number}", words=20)
            a.run("publish", path, "--network", NETWORK).ok()
        in_sync((a, b, c), NETWORK)
        behind = ("erase", "--school", "a school", "--reason", "flood", "--after")
        # The first entry of a log opens it.
        few = a.json(*behind, 22, "--yes")
        need(few["entries"] == 2 and few["waits_for"] is None, f"{few}")
        wait_erased(a, few["orders"][0], 3)
        plan = a.json(*behind, 0, "--dry-run")
        need(plan["entries"] == 21 and not plan["orders"], f"{plan}")
        for _ in range(2):
            asked = a.run("--json", *behind, 0, "--yes").ok(4).document()
            need(asked["waits_for"] == "second-person" and not asked["orders"], f"{asked}")
        a.stop()
        a.start()
        lead = join_people(a, "Lee Marsh", "lead")
        wish = {"school": "a school", "after": 0, "reason": "flood"}
        answer = lead.post("/api/v1/erasures", wish)
        need(answer.status == 200 and answer.json()["waits_for"] == "time", f"{answer.body!r}")
        need(a.run("--json", *behind, 0, "--yes").ok(4).document()["waits_for"] == "time", "early")
        need(len(a.lines("erasure", "list")) == 1, "ordered before the day was over")
        a.stop()
        a.environment = shifted_clock(shim, 25 * 3600)
        a.start()
        done = a.json(*behind, 0, "--yes")
        need(done["waits_for"] is None and len(done["orders"]) == 1, f"{done}")
        wait_erased(a, done["orders"][0], 3)
        need(not b.lines("search", "flood"), "it is found")
        b.run(*behind, 0, "--yes").refused(5)
        a.run(*behind, 999, "--yes").refused(5, "nothing")
        a.run("erase", "--school", "a school", "--reason", "flood").refused(2, "--after")


if __name__ == "__main__":
    from support import main

    main(erase_everywhere, away_restored_killed, killed_at_every_moment, own_texts_and_files,
         here_alone, receipts_offline, many_at_once)
