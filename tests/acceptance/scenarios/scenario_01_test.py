"""Scenario 1 of the domain: what one school shares, another reads, images included, and keeps.

The picture and the documents are those of the corpus; the long file is made here.
"""

import hashlib
import pathlib
import random
import shutil
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import QUICK_TIP, Skipped, World, cli, corpus, in_sync, join, need, wait_until

NETWORK = "Rivers"
LONG_BYTES = 20 * 1024 * 1024
PIECE_BYTES = 64 * 1024
SEED = 20261123


def pictures():
    found = sorted((corpus() / "attachments").rglob("*.png"))
    if len(found) < 3:
        raise Skipped("no pictures in the corpus")
    return found


def write_up(world, title, files):
    folder = world.root / title.replace(" ", "-")
    folder.mkdir()
    envelope = f'title: "{title}"\nlang: "en"\nlicence: CC-BY-4.0\n{QUICK_TIP}'
    words = [f"---\n{envelope}---\n", "What we tried.\n\n"]
    for number, file in enumerate(files):
        shutil.copyfile(file, folder / file.name)
        words.append(f"![Picture {number}]({file.name})\n\n")
    path = folder / "write-up.md"
    path.write_text("".join(words), encoding="utf-8")
    return path


def publish(node, path):
    return node.run("publish", path, "--network", NETWORK).ok().out.strip()


def files_of(node, record):
    return node.run("--json", "files", record).ok(0, 4).document()["files"]


def all_here(node, record):
    files = files_of(node, record)
    return bool(files) and all(file["here"] for file in files)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def two_schools(world, through=None):
    a = world.node("a")
    c = world.node("c")
    a.run("network", "create", NETWORK, "--focus", "writing").ok()
    join(c, a, NETWORK, through(a) if through else None)
    return a, c


def images_arrive_and_stay():
    """scenario 1: the other school reads text and images after one sync, and on its own"""
    images = pictures()[:3]
    with World() as world:
        a, c = two_schools(world)
        record = publish(a, write_up(world, "Grids in Year 8", images))

        c.run("sync", "--wait").ok()

        need(all_here(c, record), f"not here after the sync: {files_of(c, record)}")
        a.stop()
        shown = c.run("show", record).ok().out
        need("What we tried." in shown and images[0].name in shown, shown)
        c.run("files", record, "-o", world.root / "out").ok()
        for image in images:
            need(digest(world.root / "out" / image.name) == digest(image), f"{image.name} differs")
        # Nothing is overwritten, and nothing is lost by a start.
        c.run("files", record, "-o", world.root / "out").refused(1, "there already")
        c.stop()
        c.start()
        need(all_here(c, record), "gone after a start")
        verified = c.json("verify")
        need(verified["damaged"] == [], f"damaged: {verified['damaged'][:3]}")


def through_a_middle():
    """scenario 1: two schools that never meet get each other's files through a third"""
    images = pictures()
    with World() as world:
        b, a = two_schools(world)
        c = world.node("d")
        join(c, b, NETWORK)
        first = publish(a, write_up(world, "From one end", images[:2]))
        second = publish(c, write_up(world, "From the other end", images[1:3]))
        nodes = (a, b, c)
        in_sync(nodes, NETWORK)
        for node in nodes:
            for record in (first, second):
                wait_until(lambda: all_here(node, record), 60, f"files of {record} at {node.name}")
        b.stop()
        need(all_here(c, first) and all_here(a, second), "files that are here stay")


def cut_in_the_middle():
    """scenario 1: a 20 MB file goes on where the line was cut"""
    with World() as world:
        lines = []

        def through(a):
            lines.append(world.proxy(a.listen))
            return lines[0].address

        a, c = two_schools(world, through)
        proxy = lines[0]
        long_file = world.root / "recording.pdf"
        long_file.write_bytes(b"%PDF-1.7\n" + random.Random(SEED).randbytes(LONG_BYTES - 9))
        path = write_up(world, "A long recording", [long_file])
        proxy.reset()
        cuts = (3_000_000, 5_000_000, 4_000_000)
        proxy.cut_after(cuts[0])
        record = publish(a, path)
        for number, cut in enumerate(cuts, 1):
            wait_until(lambda: proxy.cuts >= number, 120, f"cut {number}")
            proxy.cut_after(cuts[number] if number < len(cuts) else None)
            c.run("sync")
        wait_until(lambda: all_here(c, record), 180, "the long file", 0.2)

        passed = proxy.total()
        lost_max = len(cuts) * (8 * PIECE_BYTES + 64 * 1024)  # under way, and in the sockets
        print(f"{LONG_BYTES} bytes, {passed} passed, {proxy.cuts} cuts")
        need(passed < LONG_BYTES * 1.02 + lost_max, f"{passed} bytes: begun again, not resumed")
        c.run("files", record, "-o", world.root / "out").ok()
        need(digest(world.root / "out" / long_file.name) == digest(long_file), "other bytes")


def refused_files():
    """scenario 1: what could run, and what is too large, is refused in a plain sentence"""
    with World() as world:
        node = world.node("a")
        page = world.root / "page.html"
        page.write_text("<html></html>")
        drawing = world.root / "drawing.svg"
        drawing.write_text('<svg xmlns="http://www.w3.org/2000/svg" onload="x()"></svg>')
        plain = world.root / "plain.svg"
        plain.write_text('<svg xmlns="http://www.w3.org/2000/svg"><circle r="3"/></svg>')
        large = world.root / "large.pdf"
        with large.open("wb") as file:
            file.truncate(25 * 1024 * 1024 + 1)
        for number, (file, word) in enumerate(
            ((page, "web page"), (drawing, "event handler"), (large, "more than 25 MiB"))
        ):
            path = write_up(world, f"Refused {number}", [file])
            node.run("publish", path).refused(5, file.name, word)
        need(node.lines("list") == [], "a refused record was published")
        node.run("publish", write_up(world, "Taken", [plain])).ok()
        lost = cli(node.folder, "files", "nothing-here")
        lost.refused(1, "id")


support.main(images_arrive_and_stay, through_a_middle, cut_in_the_middle, refused_files)
