"""Folders as other projects keep them: all texts in, all pictures found, nothing replaced, nothing
hidden published, nothing passed over without its name.
"""

import pathlib
import shutil
import sys
import unicodedata
import zipfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import QUICK_TIP, World, need

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff\xe0"

# A project: its files (a picture where the name says so), and the titles and names of its pictures.
# A leading "-" marks what is not to be published.
PROJECTS = {
    "jekyll": {
        "_config.yml": "baseurl: /notes",
        "index.md": "---\nlayout: home\n---\n# Home of Jekyll\n\n"
                    "![a]({{ site.baseurl }}/assets/img/a.png)\n",
        "_posts/2020-01-02-first.md": "---\nlayout: post\ntitle: First post\n---\n"
                                      "![b]({{ '/assets/img/b.png' | relative_url }}) "
                                      "![c](/notes/assets/img/c.png)\n",
        "_posts/2020-01-03-second.markdown": "---\ntitle: Second post\n---\n"
                                             "{% include figure image_path=\"/assets/img/d.png\" "
                                             "%}\n",
        "assets/img/a.png": PNG, "assets/img/b.png": PNG, "assets/img/c.png": PNG,
        "assets/img/d.png": PNG, "_layouts/home.html": "<html></html>",
        "-.jekyll-cache/x.md": "# Cached\n",
    },
    "hugo": {
        "hugo.toml": "title = 'x'",
        "content/posts/bundle/index.md": "---\ntitle: A bundle\n---\n![e](e.png)\n"
                                         "{{< figure src=\"f.jpg\" title=\"f\" >}}\n",
        "content/posts/bundle/e.png": PNG, "content/posts/bundle/f.jpg": JPEG,
        "content/posts/plain.md": "---\ntitle: Plain Hugo\n---\n![g](/images/g.png)\n",
        "static/images/g.png": PNG,
        "content/_index.md": "---\ntitle: Root of Hugo\n---\nWords of the root.\n",
    },
    "docusaurus": {
        "docs/intro.md": "---\ntitle: Docusaurus intro\n---\n![h](/img/h.png) ![i](./i.png)\n",
        "docs/part/page.mdx": "---\ntitle: MDX page\n---\nimport plan from './j.png';\n\n"
                              "<img src={plan} />\n\n<img src={require('./k.png').default} />\n\n"
                              "![l](@site/static/img/l.png)\n",
        "docs/i.png": PNG, "docs/part/j.png": PNG, "docs/part/k.png": PNG,
        "static/img/h.png": PNG, "static/img/l.png": PNG,
        "-node_modules/x/README.md": "# Of a tool\n",
    },
    "quarto": {
        "_quarto.yml": "project:\n  type: book\n",
        "index.qmd": "---\ntitle: Quarto book\n---\n![m](images/m.png){width=50%}\n",
        "chapter.Rmd": "---\ntitle: R chapter\n---\n```{r}\nplot(1)\n```\n\n"
                       "![n](<my pictures/n 1.png>)\n",
        "images/m.png": PNG, "my pictures/n 1.png": PNG,
    },
    "obsidian": {
        "Daily/2021-03-04.md": "Words of a day. ![[o.png|300]] and [[Other note]]\n",
        "Other note.md": "# Other note\n\n![[Pasted image 1.png]] ![p](Pasted%20image%202.png)\n",
        "Attachments/o.png": PNG, "Attachments/Pasted image 1.png": PNG,
        "Attachments/Pasted image 2.png": PNG,
        "-.trash/Deleted.md": "# Deleted\n", "-.obsidian/plugins/x/README.md": "# Plugin\n",
    },
    "word": {
        "Lesson 1.md": "# Word lesson\n\n![](media/image1.png){width=\"3in\"}\n\n"
                       "<img src=\"media/image2.JPG\" style=\"width:1in\" />\n\n"
                       "![](media\\image3.png)\n",
        "media/image1.png": PNG, "media/image2.JPG": JPEG, "media/image3.png": PNG,
    },
    "names": {
        "Sch\u00e4rfe.md": "# Normal forms\n\n![q](Bild\u00e4.png) ![r](B%C3%ACld.png) "
                              "![s](CASE.PNG)\n",
        unicodedata.normalize("NFD", "Bild\u00e4.png"): PNG,
        unicodedata.normalize("NFD", "B\u00ecld.png"): PNG,
        "case.png": PNG,
        "README.MD": "# Shouted\n\n![t](t (copy).png)\n", "t (copy).png": PNG,
        "a.mdown": "# Mdown\n\nWords alone.\n",
    },
    "mkdocs": {
        "mkdocs.yml": "site_name: x",
        "docs/index.md": "# MkDocs home\n\n![u](img/u.png#only-light)\n",
        "docs/a/b.md": "# MkDocs page\n\n![v](../img/v.png?raw=true)\n",
        "docs/img/u.png": PNG, "docs/img/v.png": PNG,
    },
    "carpentries": {
        "_episodes/01-intro.md": "---\ntitle: \"An episode\"\n---\n![w](../fig/w.png)\n",
        "_episodes_rmd/02.Rmd": "---\ntitle: Another episode\n---\n<img src=\"../fig/x.svg\">\n",
        "fig/w.png": PNG, "fig/x.svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    },
    "myst": {
        "intro.md": "# MyST intro\n\n```{figure} pictures/y.png\n:name: y\n```\n\n![z][pic]\n\n"
                    "[pic]: pictures/z.png\n",
        "pictures/y.png": PNG, "pictures/z.png": PNG,
    },
}


def tip(words):
    """A text that a school may publish, not only import."""
    return f'---\ntitle: "A quick tip"\nlang: en\nlicence: CC-BY-4.0\n{QUICK_TIP}---\n{words}\n'


def is_text(name):
    return name.lower().rsplit(".", 1)[-1] in ("md", "markdown", "mdx", "qmd", "rmd", "mdown")


def is_picture(name):
    return name.lower().endswith((".png", ".jpg", ".svg"))


def build(root, files):
    for name, content in files.items():
        path = root / name.removeprefix("-")
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content + name.encode() if is_picture(name) and b"<" not in content
                             else content)
        else:
            path.write_text(content, encoding="utf-8")


def shown(node):
    return [node.json("show", row["id"]) for row in node.lines("list")]


def each_project():
    """foreign folders: of ten kinds of projects all texts come in, with all their pictures"""
    with World() as world:
        node = world.node("a")
        texts, pictures = 0, 0
        for name, files in PROJECTS.items():
            root = world.root / name
            build(root, files)
            result = node.run("--json", "import", root).ok(0, 4).document()
            wanted = [file for file in files if is_text(file) and not file.startswith("-")]
            need(result["published"] == len(wanted), f"{name}: {result}")
            need(result["revised"] == result["refused"] == 0, f"{name}: {result}")
            texts += len(wanted)
            pictures += sum(is_picture(file) for file in files)
            troubles = [item for item in result["attention"] if "The file" in item["sentence"]]
            need(not troubles, f"{name}: {troubles}")
            said = {item["path"] for item in result["attention"] + result["passed_over"]}
            for file in files:
                path = file.removeprefix("-")
                is_known = file in wanted or is_picture(file)
                need(is_known or any(path.startswith(each) for each in said),
                     f"{name}: {path} is passed over without a word: {said}")
            again = node.run("--json", "import", root).ok(0, 4).document()
            need(again["skipped"] == len(wanted) and again["published"] == 0, f"{name}: {again}")
        records = shown(node)
        need(len(records) == texts, f"{len(records)} records of {texts} texts")
        held = [file for record in records for file in record["attachments"]]
        need(len(held) == pictures and all(file["here"] for file in held),
             f"{len(held)} pictures of {pictures}")
        titles = " ".join(record["title"] for record in records)
        for hidden in ("Cached", "Deleted", "Plugin", "Of a tool"):
            need(hidden not in titles, f"{hidden} was published")


def nothing_is_replaced():
    """foreign folders: documents of one name in two folders stay two; a moved one stays one"""
    with World() as world:
        node = world.node("a")
        build(world.root / "school", {
            "biology/index.md": "# Biology\n\nCells divide, and each keeps its chromosomes.\n",
            "chess/index.md": "# Chess\n\nThe knight moves in an odd way.\n",
            **{f"p{number}/README.md": f"# Project {number}\n\nRead{number} me{number}.\n"
               for number in range(8)},
        })
        counts = lambda result: (result["published"], result["revised"], result["skipped"])
        run = lambda *path: counts(node.run("--json", "import", *path).ok(0, 4).document())
        school = world.root / "school"
        need(run(school / "biology") == (1, 0, 0), "biology is not new")
        need(run(school / "chess") == (1, 0, 0), "chess replaced something")
        for number in range(8):
            need(run(school / f"p{number}") == (1, 0, 0), f"p{number} replaced something")
        need(run(school) == (0, 0, 10), "doubles of the same folder by another root")
        need(run(school / "chess" / "index.md") == (0, 0, 1), "a double of one file")

        # A change in place is a revision, by whatever root.
        text = school / "chess" / "index.md"
        text.write_text(text.read_text() + "\nThe bishop does not.\n")
        need(run(school) == (0, 1, 9), "a change is no revision")
        # Moved: known by its bytes.
        shutil.move(school, world.root / "moved")
        need(run(world.root / "moved") == (0, 0, 10), "a moved folder makes doubles")
        # Another text where one stood: asked about, and refused where nobody answers.
        build(school, {"biology/index.md": "# Poetry\n\nA sonnet has fourteen lines.\n"})
        node.run("import", school).refused(5)
        need(len(node.lines("list")) == 10, "another text replaced biology")
        titles = {row["title"] for row in node.lines("list")}
        need("Biology" in titles and "Poetry" not in titles, f"{titles}")
        need(run(school, "--yes") == (0, 1, 0), "--yes does not replace it")


def what_cannot_come_is_named():
    """foreign folders: a text comes in although a file of it cannot, and that file is named"""
    with World() as world:
        node = world.node("a")
        root = world.root / "course"
        build(root, {
            "run.md": "# Runs\n\n[a program](run.py) ![gone](shelff.png)\n",
            "run.py": "#!/usr/bin/env python3\n", "shelf.png": PNG,
            "many.md": "# Many\n\n" + "".join(f"![]({n}.png)\n" for n in range(21)),
            **{f"{n}.png": PNG for n in range(21)},
            "words.docx": b"PK\x03\x04", "notes.txt": "notes", "slides.html": "<p>x</p>",
        })
        result = node.run("--json", "import", root).ok(4).document()
        need(result["published"] == 2, f"{result}")
        said = [(item["path"], item["sentence"]) for item in result["attention"]]
        for path, word in (("run.md", "run.py"), ("run.md", "did you mean shelf.png?"),
                           ("many.md", "one too many"), ("words.docx", "Word"),
                           ("notes.txt", "plain text"), ("slides.html", "web page")):
            need(any(path == p and word in s for p, s in said), f"{path}, {word}: {said}")
        counts = sorted(len(record["attachments"]) for record in shown(node))
        need(counts == [0, 20], f"attached {counts}")


def a_promise_is_not_made():
    """foreign folders: publish refuses a picture that is not there, and says the nearest name"""
    with World() as world:
        node = world.node("a")
        (world.root / "shelf.png").write_bytes(PNG)
        text = world.root / "a.md"
        text.write_text(tip("![books](shelff.png)"))
        node.run("publish", text).refused(5, "shelff.png", "did you mean shelf.png?", "--yes")
        need(node.lines("list") == [], "published all the same")
        record = node.json("publish", text, "--yes")["id"]
        need(node.json("show", record)["attachments"] == [], "a file that never comes is promised")
        text.write_text(tip("![books](shelf.png)"))
        node.run("revise", record, text).ok()
        need(node.json("show", record)["attachments"][0]["here"], "the picture is not here")
        # An edit from another folder keeps what the record has.
        elsewhere = world.root / "elsewhere"
        elsewhere.mkdir()
        (elsewhere / "a.md").write_text(tip("![books](shelf.png)\n\nMore words."))
        node.run("revise", record, elsewhere / "a.md").ok()
        need(node.json("show", record)["attachments"][0]["here"], "the picture was lost")


def newer_words_are_not_dropped():
    """foreign folders: revise and import tell whose newer words an older file leaves out"""
    with World() as world:
        node = world.node("a")
        old = world.root / "old.md"
        old.write_text(tip("Draw a grid. Fill the cells."))
        record = node.json("publish", old)["id"]
        exported = world.root / "exported"
        node.run("export", record, "-o", exported).ok()
        new = world.root / "new.md"
        new.write_text(old.read_text() + "\nA colleague adds a sentence.\n")
        node.run("revise", record, new).ok()
        node.run("revise", record, old).refused(5, "A colleague adds a sentence", "--over", "@2")
        old.write_text(old.read_text() + "\nMy own words.\n")
        node.run("revise", record, old).refused(5, "A colleague adds a sentence")
        need(node.json("show", record)["revision_number"] == 2, "revised all the same")
        node.run("revise", record, old, "--over", record).refused(2, "ID@N")
        node.run("revise", record, old, "--over", f"{record}@1").refused(5, "meanwhile")
        # An edited export of the older text.
        file = next(exported.glob("*.md"))
        file.write_text(file.read_text() + "\nEdited in the export.\n")
        result = node.run("import", exported).refused(5)
        need("A colleague adds a sentence" in result.out, f"not said: {result.out}")
        node.run("revise", record, file).refused(5, "colleague")
        node.run("revise", record, old, "--over", f"{record}@2").ok()
        need(node.json("show", record)["revision_number"] == 3, "not revised over @2")
        # A newer text of one's own is no trouble.
        old.write_text(old.read_text().replace("cells", "many cells"))
        node.run("revise", record, old).ok()


def one_file():
    """foreign folders: import takes one Markdown file as it takes a folder of one"""
    with World() as world:
        node = world.node("a")
        build(world.root / "x", {"a.md": "# One\n\n![](a.png)\n", "a.png": PNG, "b.md": "# Two\n"})
        result = node.run("--json", "import", world.root / "x" / "a.md").ok(0, 4).document()
        need(result["published"] == 1, f"{result}")
        need(shown(node)[0]["attachments"][0]["here"], "without its picture")
        with zipfile.ZipFile(world.root / "c.docx", "w") as packed:
            packed.writestr("[Content_Types].xml", "<Types/>")
            packed.writestr("word/document.xml", "<w:document/>")
        node.run("import", world.root / "c.docx").refused(5, "Word")
        node.run("publish", world.root / "c.docx").refused(5, "Word", "Markdown")
        result = node.run("--json", "import", world.root / "x").ok(0, 4).document()
        need((result["published"], result["skipped"]) == (1, 1), f"{result}")


def a_picture_comes_later():
    """foreign folders: a picture that is put there or changed later goes along, and nothing else"""
    with World() as world:
        node = world.node("a")
        root = world.root / "late"
        build(root, {"a.md": "# Late\n\n![x](late.png) ![y](here.png)\n", "here.png": PNG,
                     "b.md": "# Other\n\nWords.\n"})
        run = lambda: node.run("--json", "import", root, "--files").ok(0, 4).document()
        counts = lambda result: (result["published"], result["revised"], result["skipped"])
        need(counts(run()) == (2, 0, 0), "not imported")
        record = next(row["id"] for row in node.lines("list") if row["title"] == "Late")
        names = lambda: sorted(each["name"] for each in node.json("show", record)["attachments"])
        need(names() == ["here.png"], f"{names()}")
        build(root, {"late.png": PNG})
        need(counts(run()) == (0, 1, 1), "a picture that was put there does not go along")
        need(names() == ["here.png", "late.png"], f"{names()}")
        need(counts(run()) == (0, 0, 2), "nothing has changed, and yet a revision")
        before = node.json("show", record)["attachments"]
        (root / "late.png").write_bytes(PNG + b"other bytes")
        need(counts(run()) == (0, 1, 1), "a changed picture does not go along")
        need(node.json("show", record)["attachments"] != before, "the old bytes stand")
        (root / "here.png").unlink()
        need(counts(run()) == (0, 0, 2), "a picture that has gone makes a revision")
        (root / "a.md").write_text("# Late\n\n![x](late.png) ![y](here.png)\n\nMore words.\n")
        need(counts(run()) == (0, 1, 1), "an edit is no revision")
        need(names() == ["here.png", "late.png"], f"an edit loses a picture: {names()}")


def drafts_stay_drafts():
    """foreign folders: what marks itself as a draft, readably or not, is kept as one"""
    with World() as world:
        node = world.node("a")
        build(world.root / "d", {
            "tab.md": "---\ntitle: Tab\n\tdraft: true\n---\nWords.\n",
            "json.md": "---json\n{\"title\": \"Json\", \"draft\": true}\n---\nWords.\n",
            "_drafts/x.md": "# In the folder\n\nWords.\n",
            "plain.md": "# Plain\n\nWords.\n",
        })
        result = node.run("--json", "import", world.root / "d").ok(4).document()
        said = {item["path"]: item["sentence"] for item in result["attention"]}
        need("Line 3" in said["tab.md"] and "_drafts" in said["_drafts/x.md"], f"{said}")
        reaches = {record["title"]: record["reach"] for record in shown(node)}
        need(reaches == {"Tab": "draft", "Json": "draft", "In the folder": "draft",
                         "Plain": "school"}, f"{reaches}")
        # Publishing the draft once more is no decision either.
        for _ in range(2):
            node.run("publish", world.root / "d" / "tab.md").ok()
        need(all(record["reach"] == "draft" for record in shown(node)
                 if record["title"] == "Tab"), "published at the second time")


support.main(
    a_picture_comes_later, drafts_stay_drafts,
    each_project, nothing_is_replaced, what_cannot_come_is_named, a_promise_is_not_made,
    newer_words_are_not_dropped, one_file,
)
