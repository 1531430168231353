"""A document cannot make the program read other files, nor a folder make it write elsewhere."""

import hashlib
import json
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import QUICK_TIP, World, need

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nc2VjcmV0\n-----END OPENSSH PRIVATE KEY-----\n"


def tip(title, words):
    """A text that a school may publish."""
    return f'---\ntitle: "{title}"\nlang: en\nlicence: CC-BY-4.0\n{QUICK_TIP}---\n{words}\n'


def home_of(world):
    """A home folder as they are: keys, a school's data, pictures; and a file from elsewhere."""
    home = world.root / "home"
    for folder in (".ssh", "pictures", "texts", "school", "school/inner"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    (home / ".ssh" / "id_ed25519").write_text(KEY)
    (home / ".env").write_text("SECRET=1\n")
    (home / "school" / "keys").write_bytes(b"staffroom-keys\r\n" + bytes(200))
    (home / "school" / "identity").write_bytes(bytes(100))
    (home / "school" / "inner" / "a.png").write_bytes(PNG)
    (home / "id_ed25519.txt").write_text(KEY)
    (home / "passwords.kdbx").write_bytes(b"\x03\xd9\xa2\x9a" + bytes(40))
    (home / "pictures" / "cat.png").write_bytes(PNG)
    (home / "link.png").symlink_to(home / ".ssh" / "id_ed25519")
    (home / "behind").symlink_to(home / "school" / "inner")
    (home / "hard.txt").hardlink_to(home / ".env")
    os.mkfifo(home / "pipe.png")
    return home


STOLEN = (
    ".ssh/id_ed25519", ".env", "school/keys", "school/inner/a.png", "behind/a.png", "link.png",
    "hard.txt", "pipe.png", "id_ed25519.txt", "passwords.kdbx", "texts/../.ssh/id_ed25519",
    "%2essh/id_ed25519", ".\\.ssh\\id_ed25519", "/etc/passwd", "/proc/self/environ", "../a.png",
    "school/KEYS", ".SSH/id_ed25519",
)


def forms_of(path):
    return (
        f"![x](<{path}>)", f'<img src="{path}">', f"[x](<{path}>)", f"![[{path}]]",
        f'{{{{< figure src="{path}" >}}}}', f"[r]: <{path}>\n\n![x][r]",
    )


def published_files(node):
    return [file for row in node.lines("list")
            for file in node.json("show", row["id"])["attachments"]]


def a_text_steals_nothing():
    """theft: a text in a home folder takes no key, no data folder, no link, no device with it"""
    with World() as world:
        node = world.node("a")
        home = home_of(world)
        (world.root / "a.png").write_bytes(PNG)
        for path in STOLEN:
            for number, form in enumerate(forms_of(path)):
                text = home / "note.md"
                text.write_text(tip(f"Note {number}", f"Words.\n\n{form}"))
                node.run("publish", text, "--yes", "--files").ok()
                node.run("publish", text).ok(0, 5)  # a name without an ending may be a page's
        need(published_files(node) == [], f"stolen: {published_files(node)}")
        data = b"".join(path.read_bytes() for path in node.folder.rglob("*") if path.is_file())
        need(b"BEGIN OPENSSH" not in data, "a key stands in the data folder")


def what_goes_along_is_said():
    """theft: what goes along is listed; ../ only below a folder that was asked for by name"""
    with World() as world:
        node = world.node("a")
        home = home_of(world)
        text = home / "texts" / "cat.md"
        text.write_text(tip("A cat", "![cat](../pictures/cat.png)"))
        node.run("publish", text).refused(5, "../pictures/cat.png", "outside", "--yes")
        need(node.lines("list") == [], "published all the same")
        result = node.run("publish", text, "--below", home).ok()
        need("pictures/cat.png" in result.err, f"not listed: {result.err}")
        need([file["type"] for file in published_files(node)] == ["image/png"], "not attached")
        node.run("publish", text, "--below", home / "school").refused(5, "data folder")
        node.run("publish", text, "--below", home / "pictures").refused(2, "--below")


def an_import_stays_in_its_folder():
    """theft: an import reads nothing hidden, linked, behind a link or in a data folder"""
    with World() as world:
        node = world.node("a")
        home = home_of(world)
        (world.root / "diary.md").write_text("# Diary\n\nMine alone.\n")
        (home / "linked.md").symlink_to(world.root / "diary.md")
        (home / "hard.md").hardlink_to(world.root / "diary.md")
        (home / "school" / "plan.md").write_text("# Plan\n\nOf the data folder.\n")
        (home / ".trash").mkdir()
        (home / ".trash" / "deleted.md").write_text("# Deleted\n\nGone.\n")
        (home / "texts" / "own.md").write_text(
            "# Own\n\n" + " ".join(form for path in STOLEN for form in forms_of(path)) + "\n")
        os.mkfifo(home / "pipe.md")
        result = node.run("--json", "import", home).ok(4).document()
        titles = [row["title"] for row in node.lines("list")]
        need(titles == ["Own"], f"imported {titles}: {result}")
        need(published_files(node) == [], f"stolen: {published_files(node)}")
        said = json.dumps(result)
        for name in ("linked.md", "hard.md", "school/", ".trash/", "pipe.md", "behind", ".ssh/"):
            need(f'"{name}"' in said, f"{name} is not named: {said}")
        for path in (node.folder, home / "school", home / "school" / "inner"):
            node.run("import", path).refused(5, "data folder")


def a_manifest_steals_nothing():
    """theft: a row of a manifest leads to no hidden, linked or outer file"""
    with World() as world:
        node = world.node("a")
        home = home_of(world)
        (world.root / "diary.md").write_text("# Diary\n\nMine alone.\n")
        (home / "linked.md").symlink_to(world.root / "diary.md")
        (home / "own.md").write_text("# Own\n\nMy words.\n")
        rows = ["path\tsha256"]
        for path in ("linked.md", ".env", "own.md", "behind/a.png", "school/keys"):
            rows.append(f"{path}\t{hashlib.sha256((home / path).read_bytes()).hexdigest()}")
        (home / "manifest.tsv").write_text("\n".join(rows) + "\n")
        result = node.run("--json", "import", home / "manifest.tsv").ok(4).document()
        need(result["published"] == 1 and result["refused"] == 4, f"{result}")
        (home / "manifest.tsv").write_text("path\tsha256\n../diary.md\t" + "a" * 64 + "\n")
        node.run("import", home / "manifest.tsv").refused(1, "outside")


def an_export_writes_where_it_was_told():
    """theft: an export follows no planted link, and writes nothing that a click would run"""
    with World() as world:
        node = world.node("a")
        (world.root / "漢字.png").write_bytes(PNG)
        text = world.root / "a.md"
        text.write_text(tip("Signs of Han", "![x](漢字.png)"))
        record = node.json("publish", text)["id"]
        first = node.json("export", "--all", "-o", world.root / "first")["files"]
        out = world.root / "out"
        out.mkdir()
        victim = world.root / "victim"
        victim.write_text("mine")
        (world.root / "elsewhere").mkdir()
        for name in first:
            if "/" not in name:
                (out / f"{name}.part").symlink_to(victim)
        node.run("export", "--all", "-o", out).ok()
        need(victim.read_text() == "mine", "the export wrote through a planted link")
        need(len(list(out.glob("*.md"))) == 1, "nothing was exported")
        other = world.root / "other"
        other.mkdir()
        (other / "files").symlink_to(world.root / "elsewhere")
        node.run("export", "--all", "-o", other).refused(1, "link")
        need(list((world.root / "elsewhere").iterdir()) == [], "written behind a link")
        written = node.json("files", record, "-o", world.root / "files")["files"]
        need(written[0]["path"].endswith("/漢字.png"), f"{written}")


def a_fetched_launcher_is_not_written():
    """theft: a launcher under any name that a record brings is not written out"""
    with World() as world:
        node = world.node("a")
        text = world.root / "a.md"
        for number, (name, words) in enumerate((
            ("run.desktop", "[Desktop Entry]\nExec=x\n"), ("page.url", "[InternetShortcut]\nURL=x"),
            ("notes.txt", "[Desktop Entry]\nExec=x\n"), ("x.py", "print()"), ("x.lnk", "L"),
            ("x.webloc", "<plist/>"),
        )):
            (world.root / name).write_text(words)
            text.write_text(tip(f"Launcher {number}", f"[x]({name})"))
            node.run("publish", text).refused(5, name)
            node.run("publish", text, "--yes").ok()
        need(published_files(node) == [], f"{published_files(node)}")


def what_is_only_linked_stays():
    """theft: without a terminal a file that is only linked goes along with --files or --yes only"""
    with World() as world:
        node = world.node("a")
        home = world.root / "home2"
        home.mkdir()
        (home / "passwords.csv").write_text("name,password\nann,secret\n")
        (home / "a.png").write_bytes(PNG)
        text = home / "a.md"
        text.write_text(tip("Hidden link", "Words [ ](passwords.csv) ![](a.png)"))
        names = lambda: sorted(each["name"] for row in node.lines("list")
                               for each in node.json("show", row["id"])["attachments"])
        result = node.run("import", home).ok(4)
        need("passwords.csv is only linked" in result.out, f"not named: {result.out}")
        need(names() == ["a.png"], f"{names()}")
        text.write_text(tip("Hidden link once more", "Words [ ](passwords.csv) ![](a.png)"))
        published = node.run("publish", text).ok(4)
        need("passwords.csv is only linked" in published.err, f"not named: {published.err}")
        need(names() == ["a.png", "a.png"], f"{names()}")
        text.write_text(tip("A list that is meant", "Words [list](passwords.csv)"))
        node.run("publish", text, "--files").ok()
        need("passwords.csv" in names(), f"{names()}")


def a_named_hash_brings_nothing():
    """theft: a hash in the exported part of somebody else's file publishes no file of a draft"""
    with World() as world:
        node = world.node("a")
        (world.root / "secret.png").write_bytes(PNG + b"private")
        text = world.root / "private.md"
        text.write_text("---\ntitle: \"Private plan\"\n---\nWords ![](secret.png)\n")
        record = node.json("publish", text, "--reach", "draft")["id"]
        [held] = node.json("show", record)["attachments"]
        out = world.root / "out"
        node.run("export", record, "-o", out).ok()
        [file] = out.glob("*.md")
        need(held["hash"] in file.read_text(), "an export without its hash")
        # The same hash in a text that comes without the bytes.
        lure = world.root / "lure"
        lure.mkdir()
        (lure / "x.md").write_text(
            "\n".join(line for line in file.read_text().replace("Private", "Public").splitlines()
                      if not line.startswith("origin:")) + "\n")
        node.run("import", lure).ok(4)
        shown = [node.json("show", row["id"]) for row in node.lines("list")]
        lured = [each for each in shown if each["title"] == "Public plan"]
        need(len(lured) == 1 and not lured[0]["attachments"][0]["hash"], f"{lured}")
        # With the bytes beside it, the record has them.
        node.run("import", out).ok(0, 4)
        other = world.node("b")
        other.run("import", out).ok(0, 4)
        [row] = other.lines("list")
        need(other.json("show", row["id"])["attachments"][0]["here"], "the picture was lost")


support.main(
    what_is_only_linked_stays, a_named_hash_brings_nothing,
    a_text_steals_nothing, what_goes_along_is_said, an_import_stays_in_its_folder,
    a_manifest_steals_nothing, an_export_writes_where_it_was_told,
    a_fetched_launcher_is_not_written,
)
