"""Three schools in a chain A-B-C share the whole corpus; A and C never meet."""

import csv
import json
import pathlib
import shutil
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, join, need, text_of, wait_until

NETWORK = "Rivers"


def read_manifest(corpus):
    with open(corpus / "manifest.tsv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def half_manifest(root, name, corpus, rows):
    """A folder with some rows of the manifest and the corpus's own documents beside it."""
    folder = pathlib.Path(root) / name
    folder.mkdir()
    for inner in ("documents", "attachments"):
        shutil.copytree(corpus / inner, folder / inner)
    lines = ["\t".join(rows[0])] + ["\t".join(row.values()) for row in rows]
    (folder / "manifest.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder / "manifest.tsv"


def neighbour_schools(node):
    neighbours = node.lines("neighbour", "list")
    return {each["school"]["name"] for each in neighbours if each.get("school")}


def import_half(node, manifest, count):
    result = node.run("--json", "import", manifest, "--network", NETWORK,
                      *support.CONFIRMED).ok(0, 4).document()
    need(result["refused"] == 0, f"{node.name} refused some: {result['attention'][:3]}")
    need(result["published"] == count, f"{node.name} published {result['published']}, not {count}")


def check_texts(node, corpus, rows):
    by_origin = {f"{row['source_repository']}/{row['source_path']}": row for row in rows}
    listed = node.lines("list", "--network", NETWORK)
    need(len(listed) == len(rows), f"{node.name} lists {len(listed)} records")
    for record in listed:
        shown = node.json("show", record["id"])
        row = by_origin.pop(shown["origin"])
        expected = text_of((corpus / row["path"]).read_bytes())
        need(shown["text"].encode() == expected, f"{node.name}: {row['path']} differs")
        need(shown["title"] == row["title"], f"{node.name}: {shown['title']} is not {row['title']}")
    need(not by_origin, f"{node.name} lacks {list(by_origin)[:3]}")


def the_chain():
    """chain: three schools end with the same 529 records, byte for byte; A and C never meet"""
    corpus = support.corpus()
    rows = read_manifest(corpus)
    with World() as world:
        a, b, c = (world.node(name) for name in "abc")
        a.run("network", "create", NETWORK, "--focus", "literacy-and-oracy").ok()
        join(b, a, NETWORK)
        code = a.json("network", "invite", NETWORK)["code"]
        a.run("sync", "--wait").ok()
        c.json("network", "join", code, b.listen)
        wait_until(lambda: len(a.network(NETWORK)["schools"]) == 3, 30, "A sees three schools")

        half = len(rows) // 2
        import_half(a, half_manifest(world.root, "first", corpus, rows[:half]), half)
        import_half(c, half_manifest(world.root, "second", corpus, rows[half:]), len(rows) - half)

        begin = time.monotonic()
        nodes = (a, b, c)
        wait_until(lambda: b.network(NETWORK)["records"] == len(rows), 60, "all records at B", 0.2)
        support.in_sync(nodes, NETWORK, 60)
        for node in nodes:
            held = node.network(NETWORK)["records"]
            need(held == len(rows), f"{node.name} holds {held} records")
        print(f"three equal digests {time.monotonic() - begin:.1f} s after the import's end")
        for node in nodes:
            node.run("sync", "--wait", "--timeout", "30").ok()

        need(neighbour_schools(a) == {"b school"}, f"A met {neighbour_schools(a)}")
        need(neighbour_schools(b) == {"a school", "c school"}, f"B met {neighbour_schools(b)}")
        need(neighbour_schools(c) == {"b school"}, f"C met {neighbour_schools(c)}")
        for node in nodes:
            check_texts(node, corpus, rows)


def import_twice():
    """import: run again it publishes nothing and leaves the digest as it was"""
    corpus = support.corpus()
    with World() as world:
        node = world.node("a")
        node.run("network", "create", NETWORK, "--focus", "writing").ok()
        arguments = ("import", corpus / "manifest.tsv", "--network", NETWORK, "--limit", "40",
                     *support.CONFIRMED)
        first = node.run("--json", *arguments).ok(0, 4).document()
        digest = node.digest(NETWORK)

        second = node.run("--json", *arguments).ok(0, 4).document()

        need(first["published"] == 40, f"published {first['published']}")
        need(second["published"] == 0 and second["skipped"] == 40, json.dumps(second)[:300])
        need(node.digest(NETWORK) == digest, "the digest changed")
        matching = node.run("--json", "import", corpus / "manifest.tsv", "--network", NETWORK,
                            "--match", "documents/raspberrypi/*",
                            *support.CONFIRMED).ok(0, 4).document()
        need(matching["published"] == 23, f"matched {matching['published']}")


support.main(the_chain, import_twice)
