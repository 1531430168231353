"""Records leave a school as files and come back without loss, byte for byte."""

import csv
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, need

NETWORK = "Rivers"
DEMO = support.PROJECT / "configs" / "demo"
# What depends on the node that holds the record, not on the record.
OF_THIS_NODE = (
    "id", "document", "revision", "revision_number", "revisions", "school", "school_name",
    "network", "heads", "origin", "reach", "owner", "owner_name", "head_revisions", "incoming",
)


def facts(node, identity):
    shown = node.json("show", identity)
    for key in OF_THIS_NODE:
        shown.pop(key)
    shown.pop("safe", None)  # which other schools hold it
    # A copy is about the same ids, also where what they name has not come along.
    shown["about"] = [(each["relation"], each["id"]) for each in shown["about"]]
    return json.dumps(shown, sort_keys=True)


def all_facts(node):
    return sorted(facts(node, row["id"]) for row in node.lines("list"))


def export_all(node, folder, *more):
    result = node.run("--json", "export", "--all", "-o", folder, *more).ok(0, 4).document()
    need(not result["attention"], f"export: {result['attention'][:3]}")
    return result


def markdown_in(folder):
    return {path.name: path.read_bytes() for path in sorted(pathlib.Path(folder).glob("*.md"))}


def come_back(world, source, name, *where):
    """What `source` holds, exported and imported into a new school: compared in every way."""
    first = pathlib.Path(world.root) / f"{name}-first"
    count = len(source.lines("list"))
    export_all(source, first)
    need(len(list(first.glob("*.md"))) == count, "one file for each record")
    home = source.run("--json", "import", first).ok(0, 4).document()
    need(home["skipped"] == count and home["refused"] == 0, f"at home: {home}"[:400])

    empty = world.node(name)
    if where:
        empty.run("network", "create", NETWORK, "--focus", "writing").ok()
    result = empty.run("--json", "import", first, *where).ok(0, 4).document()
    need(result["published"] == count, f"published {result['published']}: {result}"[:600])
    need(all_facts(empty) == all_facts(source), "something is not what it was")
    again = empty.run("--json", "import", first, *where).ok(0, 4).document()
    need(again["skipped"] == count and again["refused"] == 0, f"twice: {again}"[:400])

    second = pathlib.Path(world.root) / f"{name}-second"
    export_all(empty, second)
    need(markdown_in(second) == markdown_in(first), "a second export writes other files")
    return first


def the_corpus():
    """round trip: 529 documents out and back into an empty school, in a network and at school"""
    corpus = support.corpus()
    with World() as world:
        source = world.node("a")
        source.run("network", "create", NETWORK, "--focus", "writing").ok()
        manifest = corpus / "manifest.tsv"
        source.run("import", manifest, "--network", NETWORK, *support.CONFIRMED).ok(0, 4)
        with open(manifest, encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        need(len(source.lines("list")) == len(rows), "the corpus is not there")

        folder = come_back(world, source, "b", "--network", NETWORK)
        come_back(world, source, "c")

        texts = {(corpus / row["path"]).read_bytes() for row in rows}
        without_front_matter = {support.text_of(text) for text in texts}
        exported = {support.text_of(text) for text in markdown_in(folder).values()}
        need(exported == without_front_matter, "a text is not the document's own")


def publish_demo(nodes):
    """The records of configs/demo in their order, each by its school; id by row."""
    schools = {node.name: node for node in nodes}
    with open(DEMO / "records.tsv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    ids = {}
    for row in rows:
        about = ()
        if row["about"]:
            about = ("--about", ids[row["about"]], "--relation", row["relation"])
            support.in_sync(nodes, NETWORK)
        node = schools[row["school"]]
        made = node.json("publish", DEMO / row["file"], "--network", NETWORK, *about)
        need(not any("Not given" in note for note in made["notes"]), f"{row['file']}: {made}")
        ids[row["order"]] = made["id"]
    support.in_sync(nodes, NETWORK)
    return rows, ids


def every_kind():
    """round trip: records of six kinds and three schools, with what they are about"""
    with World() as world:
        schools = [world.node(name) for name in ("a", "b", "c")]
        source = schools[0]
        source.run("network", "create", NETWORK, "--focus", "writing").ok()
        for school in schools[1:]:
            support.join(school, source, NETWORK)
        rows, ids = publish_demo(schools)
        kinds = {row["kind"] for row in source.lines("list")}
        need(len(kinds) == 6 and len(rows) == 30, f"{len(rows)} records of {kinds}")

        come_back(world, source, "d", "--network", NETWORK)

        copy = world.nodes[-1].json("show", ids[rows[0]["order"]])
        need(copy["school_name"] == "d school", "the old id does not lead to the copy")


def counts_below_six():
    """export: a count of 4 pupils leaves its school as "fewer than 6", also in the front matter"""
    with World() as world:
        a, b = world.node("a"), world.node("b")
        a.run("network", "create", NETWORK, "--focus", "writing").ok()
        support.join(b, a, NETWORK)
        path = pathlib.Path(world.root) / "small.md"
        path.write_text(
            "---\ntitle: A quiet corner\nkind: adoption\npupils-reached: 4\nlicence: CC0-1.0\n"
            "context: One small school.\nstage: finished\nmode: from\nkept: All.\nchanged: None.\n"
            "outcome: mixed\nwhat-happened: It was quiet.\n---\nWords.\n",
            encoding="utf-8",
        )
        target = a.json("publish", DEMO / "records" / "reading-aloud-after-lunch.md", "--network",
                        NETWORK)["id"]
        made = a.json("publish", path, "--network", NETWORK, "--about", target, "--relation",
                      "tried-in")["id"]
        support.in_sync((a, b), NETWORK)

        outs = {}
        for node in (a, b):
            folder = pathlib.Path(world.root) / f"{node.name}-out"
            node.run("export", made, "-o", folder, "--format", "markdown,jsonld,bibtex,ris").ok()
            outs[node.name] = b"".join(each.read_bytes() for each in sorted(folder.iterdir()))
        need(b"pupils-reached: 4" in outs["a"], "the school's own export has no count")
        need(b"fewer than 6" in outs["b"] and b"pupils-reached: 4" not in outs["b"], "4 left")
        shown = b.json("show", made)
        need(shown["fields"]["pupils-reached"] == "fewer than 6", f"{shown['fields']}")
        need("reached: 4" not in shown["front_matter"], shown["front_matter"])

        c = world.node("c")
        result = c.run("--json", "import", pathlib.Path(world.root) / "b-out").ok(0, 4).document()
        need(result["published"] == 1, f"{result}")
        home = a.run("--json", "import", pathlib.Path(world.root) / "b-out").ok(0, 4).document()
        need(home["skipped"] == 1, f"the count of its own school would be lost: {home}")
        held = b.run("--json", "import", pathlib.Path(world.root) / "a-out").ok(0, 4).document()
        need(held["skipped"] == 1, f"B holds it through the network: {held}")


def files_that_are_there():
    """export: a file that differs is kept, one that is equal is left, --force replaces, dry runs"""
    with World() as world:
        node = world.node("a")
        folder = pathlib.Path(world.root) / "out"
        titles = ("../../etc/passwd", "NUL.x", "مرحبا بالعالم", "a" * 200, "-rf /")
        for index, title in enumerate(titles):
            path = support.write_record(world.root, f"{index}.md", title, 20)
            node.run("publish", path).ok()

        dry = export_all(node, folder, "--dry-run")
        need(dry["written"] == 5 and not folder.exists(), "a dry run wrote something")
        first = export_all(node, folder)
        names = sorted(path.name for path in folder.iterdir())
        need(first["written"] == 5 and len(names) == 5, f"{names}")
        need(all(len(name.encode()) < 255 and name[0] != "-" for name in names), f"{names}")
        need(export_all(node, folder)["unchanged"] == 5, "not the same files again")
        changed = folder / names[0]
        changed.write_text("mine")
        kept = node.run("--json", "export", "--all", "-o", folder).ok(4).document()
        need(kept["kept"] == 1 and changed.read_text() == "mine", f"{kept}")
        need(export_all(node, folder, "--force")["written"] == 1, "--force does not replace")
        node.run("export", "-o", folder).refused(2, "--all")
        node.run("export", "--all", "-o", folder, "--format", "docx").refused(2, "docx")
        node.run("export", "aaaaaaaa", "-o", folder).refused(1, "no record")


support.main(the_corpus, every_kind, counts_below_six, files_that_are_there)
