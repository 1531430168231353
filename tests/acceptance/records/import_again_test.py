"""A folder that is imported again: what has not changed is passed over, and no change is missed."""

import hashlib
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, need

NETWORK = "Rivers"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
# What a folder does not say of its documents, and a manifest does.
SAID = ("licence=CC-BY-4.0", "phases=primary", "focus=writing", "form=resource")
COUNT = 700  # more than the command line asks about in one call


def document(number):
    return f"# Lesson {number}\n\nWhat the class of group {number} did with its words.\n"


def write_folder(root):
    folder = pathlib.Path(root) / "documents"
    for number in range(COUNT):
        path = folder / f"{number % 3}" / f"{number:04}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(document(number))
    (folder / "0" / "0000.md").write_text(document(0) + "\n![A boat](boat.png)\n")
    (folder / "1" / "0001.md").write_bytes(document(1).replace("\n", "\r\n").encode())
    return folder


def write_manifest(folder, licence="CC-BY-4.0"):
    names = ("path", "title", "creator", "source_repository", "source_path", "licence", "lang",
             "suggested_kind", "suggested_focus", "suggested_phase", "sha256")
    lines = ["\t".join(names)]
    for path in sorted(folder.glob("*/*.md")):
        relative = path.relative_to(folder).as_posix()
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        lines.append("\t".join((
            relative, f"Lesson {path.stem}", "A. Author", "example.org/lessons", relative, licence,
            "en", "practice-write-up", "writing", "primary", digest)))
    manifest = folder / "manifest.tsv"
    manifest.write_text("\n".join(lines) + "\n")
    return manifest


def outcome(node, place, *more):
    words = [] if place.is_file() else [word for each in SAID for word in ("--set", each)]
    found = node.run("--json", "--yes", *more, "import", place, "--network", NETWORK, *words)
    found = found.ok(0, 4).document()
    return tuple(found[name] for name in ("published", "revised", "skipped", "refused"))


def changes(node, folder, place):
    """Every kind of change after the first import, each noticed by itself."""
    first = outcome(node, place())
    need(first == (COUNT, 0, 0, 0), f"first: {first}")
    need(outcome(node, place()) == (0, 0, COUNT, 0), "the same again is not passed over")
    need(outcome(node, place()) == (0, 0, COUNT, 0), "nor a third time")

    # An edit that leaves length and time of the file as they were.
    edited = folder / "2" / "0602.md"
    before = edited.stat()
    edited.write_text(document(602).replace("did with", "had with"))
    os.utime(edited, ns=(before.st_atime_ns, before.st_mtime_ns))
    need(edited.stat().st_size == before.st_size, "the edit has another length")
    need(outcome(node, place()) == (0, 1, COUNT - 1, 0), "an edit was missed")
    need(outcome(node, place()) == (0, 0, COUNT, 0), "the edit was made twice")

    # A picture that was missing comes, and the text that names it is the same.
    (folder / "0" / "boat.png").write_bytes(PICTURE)
    need(outcome(node, place()) == (0, 1, COUNT - 1, 0), "the picture was missed")
    need(outcome(node, place()) == (0, 0, COUNT, 0), "the picture was brought twice")

    # Back to words of before.
    edited.write_text(document(602))
    need(outcome(node, place()) == (0, 1, COUNT - 1, 0), "words of before were missed")
    node.stop()
    node.start()
    need(outcome(node, place()) == (0, 0, COUNT, 0), "not known after a start")
    listed = node.json("network", "show", NETWORK)["records"]
    need(listed == COUNT, f"{listed} records")


def from_a_manifest():
    """import again, from a manifest: edits of equal length and time, pictures, another licence"""
    with World() as world:
        folder = write_folder(world.root)
        node = world.node("a")
        node.run("network", "create", NETWORK, "--focus", "writing").ok()
        changes(node, folder, lambda: write_manifest(folder))
        # A manifest that says something else is looked at; its texts are the same.
        manifest = write_manifest(folder, "CC-BY-SA-4.0")
        need(outcome(node, manifest) == (0, 0, COUNT, 0), "another licence")
        # A file that is not what its manifest says is refused, though it was imported just so.
        (folder / "1" / "0004.md").write_text("# Another\n\nText.\n")
        need(outcome(node, manifest) == (0, 0, COUNT - 1, 1), "a file of another checksum")


def from_a_folder():
    """import again, from a folder: by the place where each document stands"""
    with World() as world:
        folder = write_folder(world.root)
        node = world.node("a")
        node.run("network", "create", NETWORK, "--focus", "writing").ok()
        changes(node, folder, lambda: folder)
        need(outcome(node, folder, "--dry-run") == (0, 0, COUNT, 0), "a dry run finds others")


support.main(from_a_manifest, from_a_folder)
