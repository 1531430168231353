"""A school whose machine is gone comes back by its recovery phrase; the old disk is shut out.

Real nodes, records of the corpus. Each row of bad input is told in a plain sentence what to do.
"""

import json
import pathlib
import shutil
import signal
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import BIN_DIR, CONFIRMED, World, corpus, free_port, in_sync, join, need, wait_until
from support import write_record

NETWORK = "Rivers"
DOWNS = "Downs"
RECORDS = 60
SECONDS = 30
ATTENTION = 4


def codes(node):
    return {item["code"] for item in node.json("status")["attention"]}


def publish(node, root, title, network=NETWORK):
    path = write_record(root, f"{title.replace(' ', '-')}.md", title)
    return node.json("publish", path, "--network", network)["id"]


def code_of(node):
    return node.json("network", "invite", NETWORK)["code"]


def three_schools(world):
    """A and B stay; C, with a phrase on file, is the one that will be lost."""
    a, b = world.node("a"), world.node("b")
    a.run("network", "create", NETWORK, "--focus", "writing").ok()
    join(b, a, NETWORK)
    phrase = world.root / "phrase.txt"
    c = world.node("c", "--phrase-out", phrase)
    join(c, a, NETWORK)
    return a, b, c, phrase


def empty_school(world, name):
    node = support.Node(world.root, name)
    world.nodes.append(node)
    return node


def recover(node, *more, **options):
    return node.run("recover", "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0", *more, **options)


def source(member, code):
    return "--from", member.listen, "--network-code", code


def titles(node):
    return sorted(row["title"] for row in node.lines("list"))


def from_nothing_but_the_phrase():
    """recover: three schools, one wiped; all its records are back and no step follows the phrase"""
    documents = corpus()
    with World() as world:
        a, b, c, phrase = three_schools(world)
        c.run("import", documents / "manifest.tsv", "--network", NETWORK, "--limit", RECORDS,
              *CONFIRMED).ok(0, ATTENTION)
        (world.root / "plan.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200_000))
        path = write_record(world.root, "picture.md", "With a picture")
        path.write_text(path.read_text() + "\n![A plan](plan.png)\n")
        own = c.json("publish", path, "--network", NETWORK)["id"]
        publish(b, world.root, "Of another school")
        code = code_of(a)
        in_sync((a, b, c), NETWORK)
        school = c.json("status")["school"]["id"]
        wanted = titles(c)
        old_logs = c.json("key", "status")["servers"][0]["logs"]
        c.stop()
        c.folder.rename(world.root / "old-disk")

        d = empty_school(world, "d")
        begin = time.monotonic()
        back = d.json("recover", "--phrase-file", phrase, "--from", b.listen, "--network-code",
                      code, "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0",
                      "--no-other-network")
        print(f"{len(wanted)} records back in {time.monotonic() - begin:.1f} s")
        need(back["id"] == school and back["name"] == "c school", f"{back}")
        need(back["ended_keys"] == 1 and old_logs > 0, f"{back}, {old_logs} logs")
        digest = a.digest(NETWORK)
        need([one["digest"] for one in back["networks"]] == [digest], f"{back}, not {digest}")
        need(not (d.folder / "recovering").exists(), "left unfinished")

        # The person starts the node, and nothing else.
        d.start()
        need(d.digest(NETWORK) == digest, "another digest")
        need(titles(d) == wanted, "not all records")
        shown = d.json("show", own)
        need(shown["text"].endswith("![A plan](plan.png)\n"), "an own text")
        need([file["here"] for file in shown["attachments"]] == [True], "an own picture")
        for node in (a, b):
            need(node.digest(NETWORK) == digest, f"{node.name} holds something else")
        later = publish(d, world.root, "Written afterwards")
        in_sync((a, b, d), NETWORK)
        need(a.json("show", later)["title"] == "Written afterwards", "a reader of the new node")

        old_disk_is_shut_out(world, (a, b, d), school)


def old_disk_is_shut_out(world, others, school):
    """The image of the lost machine is started again: one sentence, and nothing of it counts."""
    a, _, d = others
    old = empty_school(world, "old-disk")
    old.start()
    wait_until(lambda: "node.key-ended" in codes(old), SECONDS, "the old disk is told", 0.2)
    said = [item for item in old.json("status")["attention"] if item["code"] == "node.key-ended"]
    need(len(said) == 1 and said[0]["sentence"].count(". ") == 0, f"{said}")
    path = write_record(world.root, "thief.md", "By a thief")
    old.run("publish", path, "--network", NETWORK).refused(5, "ended this server's key")
    old.run("key", "status").ok()
    need(old.json("key", "status")["is_ended"], "key status is silent")
    in_sync((a, d), NETWORK)
    need("By a thief" not in titles(a), "the thief is heard")
    need(d.json("status")["school"]["id"] == school, "the school")
    need("node.cloned" not in codes(d), "a clone that is none")


def interrupted():
    """recover: cut off at any moment and typed again it goes on, and leaves one server"""
    with World() as world:
        a, b, c, phrase = three_schools(world)
        for number in range(20):
            publish(c, world.root, f"Record {number}")
        code = code_of(a)
        in_sync((a, b, c), NETWORK)
        wanted = titles(c)
        c.stop()
        d = empty_school(world, "d")
        typed = [str(BIN_DIR / "staffroom"), "--data", str(d.folder), "recover", "--phrase-file",
                 str(phrase), "--from", a.listen, "--network-code", code, "--listen",
                 "127.0.0.1:0", "--web", "127.0.0.1:0", "--no-other-network"]
        for pause in (0.3, 0.6, 0.9, 1.2):
            process = subprocess.Popen(typed, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(pause)
            process.send_signal(signal.SIGKILL)
            process.wait()
        last = subprocess.run(typed, capture_output=True, text=True, timeout=120, check=False)
        if last.returncode != 0:
            # One of the four may have been quick enough to finish.
            need("already holds a school" in last.stderr, last.stderr)
        d.start()
        in_sync((a, b, d), NETWORK)
        need(titles(d) == wanted, f"{titles(d)}")
        servers = d.json("key", "status")["servers"]
        need([one["state"] for one in servers].count("this server") == 1, f"{servers}")
        need("another server" not in [one["state"] for one in servers], f"{servers}")


def old_server_still_runs():
    """recover: while the old server is linked it says so, and only --yes goes on"""
    with World() as world:
        a, _, c, phrase = three_schools(world)
        publish(c, world.root, "Before")
        in_sync((a, c), NETWORK)
        d = empty_school(world, "d")
        good = ("--phrase-file", phrase, *source(a, code_of(a)), "--no-other-network")
        recover(d, *good).refused(5, "server of this school is linked", "--yes")
        need(not d.folder.exists() or not any(d.folder.iterdir()), "something was written")
        recover(d, *good, "--yes").ok()
        wait_until(lambda: "node.key-ended" in codes(c), SECONDS, "the old server is told", 0.2)
        d.start()
        need(titles(d) == ["Before"], f"{titles(d)}")


def wrong_phrase(text, change):
    words = text.split()
    return " ".join(change(words))


def bad_input():
    """recover: a wrong word, a wrong order, a wrong code, a used folder: a sentence and a step"""
    with World() as world:
        a, b, c, phrase = three_schools(world)
        c.stop()
        d = empty_school(world, "d")
        code = code_of(a)
        words = phrase.read_text().split()
        bad = world.root / "bad.txt"

        def typed(text, *more):
            bad.write_text(text)
            return recover(d, "--phrase-file", bad, "--from", a.listen, "--network-code", code,
                           *more)

        typed(" ".join(["abandom", *words[1:]])).refused(2, "word 1", '"abandom"', '"abandon"')
        swapped = next(words[:i] + [words[i + 1], words[i]] + words[i + 2:]
                       for i in range(23) if words[i] != words[i + 1])
        result = typed(" ".join(swapped))
        # One order in 256 passes its checksum, and is then nobody's phrase.
        result.refused((2, 5), "phrase")
        typed(" ".join(words[:-1])).refused(2, "24 words", "there are 23")
        typed("").refused(2, "24 words", "there are 0")

        good = ("--phrase-file", phrase)
        recover(d, *good).refused(2, "--from", "--network-code")
        recover(d, *good, "--from", a.listen).refused(2, "no code", "coordinator")
        recover(d, *good, "--from", "nowhere", "--network-code", code).refused(2, "HOST:PORT")
        recover(d, *good, "--from", f"127.0.0.1:{free_port()}", "--network-code", code).refused(
            6, "nobody answers")
        wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
        recover(d, *good, "--from", a.listen, "--network-code", wrong).refused(
            2, "code is not right")

        # A code of another network: unknown at B; at A known, and the school is not in it.
        a.run("network", "create", DOWNS, "--focus", "reading").ok()
        other = a.json("network", "invite", DOWNS)["code"]
        recover(d, *good, "--from", b.listen, "--network-code", other).refused(
            6, "does not know this code")
        recover(d, *good, "--from", a.listen, "--network-code", other).refused(
            5, "no school in the network")
        # Another school's phrase.
        theirs = world.root / "theirs.txt"
        world.node("e", "--phrase-out", theirs, start=False)
        recover(d, "--phrase-file", theirs, "--from", a.listen, "--network-code", code).refused(
            5, "no school in the network")
        # A folder that is somebody's.
        d.folder.mkdir(exist_ok=True)
        (d.folder / "letter.txt").write_text("Mine")
        recover(d, *good, "--from", a.listen, "--network-code", code).refused(
            1, "not empty", "letter.txt")
        need([file.name for file in d.folder.iterdir()] == ["letter.txt"], "the folder was touched")
        recover(c, *good, "--from", a.listen, "--network-code", code).refused(1, "holds a school")
        shutil.rmtree(d.folder)

        said = d.run("--json", "recover", *good, "--from", a.listen, "--network-code", code,
                     "--dry-run").ok().document()
        need(said["name"] == "c school" and said["networks"] == [NETWORK], json.dumps(said))
        need(not d.folder.exists(), "a dry run wrote something")


def from_a_backup_of_the_chain():
    """recover: the file `identity` of a backup stands in for a neighbour"""
    with World() as world:
        a, _, c, phrase = three_schools(world)
        school = c.json("status")["school"]["id"]
        c.stop()
        d = empty_school(world, "d")
        d.folder.mkdir(mode=0o700)
        shutil.copyfile(c.folder / "identity", d.folder / "identity")
        back = recover(d, "--phrase-file", phrase, "--school", "c school").ok(ATTENTION)
        need(school in back.out and "key rotate" in back.err, f"{back.out}{back.err}")
        d.start()
        join(d, a, NETWORK)
        d.run("key", "rotate", "--phrase-file", phrase).refused(5, "--no-other-network")
        d.run("key", "rotate", "--phrase-file", phrase, "--yes").refused(5, "--no-other-network")
        d.run("key", "rotate", "--phrase-file", phrase, "--no-other-network").ok()
        c.start()
        wait_until(lambda: "node.key-ended" in codes(c), SECONDS, "the old server is told", 0.2)


def a_neighbour_that_is_behind():
    """recover: a machine certified on a chain that was left long ago gets another key"""
    with World() as world:
        a, b, c, phrase = three_schools(world)
        publish(c, world.root, "Before")
        code = code_of(a)
        in_sync((a, b, c), NETWORK)
        # B knows nothing of two new keys; then only B is there.
        b.stop()
        for _ in range(2):
            c.run("key", "rotate", "--phrase-file", phrase).ok()
        publish(c, world.root, "After")
        in_sync((a, c), NETWORK)
        for node in (c, a):
            node.stop()
        b.start()
        d = empty_school(world, "d")
        good = ("--phrase-file", phrase, *source(b, code), "--no-other-network")
        recover(d, *good).ok()
        # A brings the chain that counts while the command is not done yet.
        d.start()
        a.start()
        b.run("neighbour", "add", a.listen, "--network", NETWORK).ok(0, ATTENTION)
        wait_until(lambda: "node.key-ended" in codes(d), SECONDS, "the new machine is told", 0.2)
        d.stop()
        (d.folder / "recovering").touch()
        recover(d, *good).ok()
        d.start()
        need("node.key-ended" not in codes(d), "its key has ended")
        publish(d, world.root, "Written afterwards")
        in_sync((a, b, d), NETWORK)
        need(titles(a) == ["After", "Before", "Written afterwards"], f"{titles(a)}")
        states = [one["state"] for one in d.json("key", "status")["servers"]]
        need(states.count("this server") == 1 and "another server" not in states, f"{states}")


def the_better_chain():
    """recover: a folder with a newer chain than the neighbour's goes on with its own"""
    with World() as world:
        a, b, c, phrase = three_schools(world)
        code = code_of(a)
        in_sync((a, b, c), NETWORK)
        b.stop()
        c.run("key", "rotate", "--phrase-file", phrase).ok()
        newer = c.json("key", "status")["changes"]
        for node in (c, a):
            node.stop()
        b.start()
        d = empty_school(world, "d")
        d.folder.mkdir(mode=0o700)
        shutil.copyfile(c.folder / "identity", d.folder / "identity")
        recover(d, "--phrase-file", phrase, *source(b, code), "--no-other-network").ok()
        d.start()
        need(d.json("key", "status")["changes"] > newer, "an older chain")


def two_networks(world):
    """C wrote a record in a network of A and one in a network of B, and is gone."""
    a, b, c, phrase = three_schools(world)
    b.run("network", "create", DOWNS, "--focus", "reading").ok()
    join(c, b, DOWNS)
    publish(c, world.root, "In Rivers")
    publish(c, world.root, "In Downs", DOWNS)
    in_sync((a, b, c), NETWORK)
    in_sync((b, c), DOWNS)
    c.stop()
    return a, b, phrase


def a_network_that_nobody_named():
    """recover: with a code of one network the old key stays, and no word in the other is lost"""
    with World() as world:
        a, b, phrase = two_networks(world)
        d = empty_school(world, "d")
        code = code_of(a)
        b.stop()
        back = recover(d, "--phrase-file", phrase, *source(a, code), "--yes")
        back.ok(ATTENTION)
        need("key rotate --phrase-file" in back.err.splitlines()[-1], back.err)
        need(f"networks that are here: {NETWORK}." in back.err, back.err)
        need("Not reached: b school." in back.err, back.err)
        b.start()
        d.start()
        join(d, b, DOWNS)
        # The lost server will never say that it has erased anything.
        written = publish(d, world.root, "Has to go")
        in_sync((a, d), NETWORK)
        d.run("erase", written, "--reason", "mistake", "--yes").ok()
        waits = "whose key counts still"
        wait_until(lambda: waits in d.run("erasure", "status", written).ok().err, SECONDS, "why")
        need("key rotate --phrase-file" in d.run("erasure", "status", written).err, "no step")
        d.run("key", "rotate", "--phrase-file", phrase, "--no-other-network").ok()
        need(waits not in d.run("erasure", "status", written).ok().err, "it waits for nobody")
        publish(d, world.root, "Written afterwards", DOWNS)
        in_sync((b, d), DOWNS)
        need(titles(d) == ["In Downs", "In Rivers", "Written afterwards"], f"{titles(d)}")
        need(set(titles(d)) <= set(titles(b)), f"{titles(b)}")


def both_networks_at_once():
    """recover: codes of two networks and the phrase come from standard input, in this order"""
    with World() as world:
        a, b, phrase = two_networks(world)
        d = empty_school(world, "d")
        codes_of_both = (code_of(a), b.json("network", "invite", DOWNS)["code"])
        # As `init` prints them: six words a line; what follows is for somebody else.
        words = phrase.read_text().split()
        lines = [" ".join(words[at:at + 6]) for at in range(0, 24, 6)]
        back = d.run("--json", "recover", "--phrase-file", "-", *source(a, "-"), *source(b, "-"),
                     "--no-other-network", "--listen", "127.0.0.1:0", "--web", "127.0.0.1:0",
                     input="\n".join((*codes_of_both, *lines)) + "\n").ok().document()
        need(back["ended_keys"] == 1 and back["kept_keys"] == 0, f"{back}")
        need(sorted(one["name"] for one in back["networks"]) == [DOWNS, NETWORK], f"{back}")
        d.start()
        need(titles(d) == ["In Downs", "In Rivers"], f"{titles(d)}")
        in_sync((b, d), DOWNS)
        need(set(titles(d)) <= set(titles(b)), f"{titles(b)}")


if __name__ == "__main__":
    support.main(
        from_nothing_but_the_phrase, interrupted, old_server_still_runs, bad_input,
        from_a_backup_of_the_chain, a_neighbour_that_is_behind, the_better_chain,
        a_network_that_nobody_named, both_networks_at_once,
    )
