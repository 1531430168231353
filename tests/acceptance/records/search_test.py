"""A person searches by words: on a real node, with the real documents, whatever is typed."""

import json
import os
import pathlib
import pty
import random
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import World, join, need, wait_until

NETWORK = "Rivers"
SPANISH = "Enseñando a enseñar entre comunidades en español"
WELSH = "Boat race, step 9: Her: gwella dy gêm"
ARABIC = "Boat race, step 2: الشروع في البدء"
UKRAINIAN = "Boat race, step 9: Завдання: поліпшення гри"


def titles(node, *arguments):
    """Titles of all that is found, best first."""
    result = node.run("--json", "search", "--limit", "1000", *arguments).ok()
    return [json.loads(line)["title"] for line in result.out.splitlines()]


def indexed(node, seconds=120):
    """Waits until the node says that nothing is left to be indexed."""
    def is_done():
        result = node.run("search", "nothingcalledthis").ok()
        return "to be indexed" not in result.err
    wait_until(is_done, seconds, "everything indexed", 0.2)


def check_languages(node):
    for words, title in (
        ("enseñar hispanohablantes", SPANISH),
        ("ENSENAR hispanohablantes", SPANISH),
        ("gêm ychwanegu rwystrau", WELSH),
        ("gem ychwanegu rwystrau", WELSH),
        ("حمّل المشروع البداية", ARABIC),
        ("حمل المشروع البداية", ARABIC),
        ("сповільнював човен", UKRAINIAN),
        ("СПОВІЛЬНЮВАВ човен", UKRAINIAN),
    ):
        found = titles(node, words)
        need(title in found, f"{words}: {found}")
        need(len(found) < 10, f"{words} finds {len(found)}")


def check_words(node):
    both = set(titles(node, "working memory"))
    phrase = set(titles(node, '"working memory"'))
    need(phrase and phrase < both, f"{len(phrase)} of {len(both)}")
    need(set(titles(node, "“working memory”")) == phrase, "curly quotation marks")
    need(set(titles(node, '"working memory')) == phrase, "a quotation mark left open")
    word = set(titles(node, "metacognition"))
    begun = set(titles(node, "metacog*"))
    need(word and word < begun, f"{len(word)} of {len(begun)}")
    need(titles(node, "Enseñando", "--in", "title") == [SPANISH], "not by title")
    need(SPANISH not in titles(node, "hispanohablantes", "--in", "title"), "text is not title")
    by_author = titles(node, "Bellini", "--in", "author")
    need(SPANISH in by_author and len(by_author) < 20, f"by author: {by_author}")
    need(titles(node, "Bellini", "--in", "title", "--in", "outcome") == [], "author is no title")


def check_filters(node):
    every = titles(node, "behaviour")
    by_kind = [
        titles(node, "behaviour", "--kind", kind)
        for kind in ("practice-write-up", "enquiry-finding")
    ]
    need(sum(map(len, by_kind)) == len(every), "kinds do not join to the whole")
    adult = titles(node, "behaviour", "--phase", "adult")
    need(0 < len(adult) <= len(every), f"{len(adult)} for adults")
    need(titles(node, "behaviour", "--phase", "early-years", "--subject", "music") == [], "music")
    focus = titles(node, "behaviour", "--focus", "behaviour-and-routines")
    need(0 < len(focus) < len(every), f"{len(focus)} by focus")
    need(titles(node, "behaviour", "--network", NETWORK) == every, "by network")
    need(titles(node, "behaviour", "--school", "a school") == every, "by school")
    need(titles(node, "behaviour", "--since", "2099-01-01") == [], "of the future")
    need(titles(node, "behaviour", "--since", "1971-01-01") == every, "since long ago")
    node.run("search", "x", "--kind", "practise-write-up").refused(2, "practice-write-up")
    node.run("search", "x", "--phase", "primry").refused(2, '"primary"')
    node.run("search", "x", "--in", "titel").refused(2, '"title"')
    node.run("search", "x", "--school", "Nowhere").refused(1, "Nowhere")
    node.run("search", "x", "--network", "Nowhere").refused(1, "Nowhere")
    node.run("search", "x", "--since", "yesterday").refused(1, "YYYY-MM-DD")


def check_rows(node):
    plain = node.run("search", "metacognition", "--limit", "3").ok()
    rows = [line.split("\t") for line in plain.out.splitlines()]
    need(len(rows) == 3 and all(len(row) == 4 for row in rows), plain.out)
    need(all(len(row[0]) == 52 and row[2] == "a school" for row in rows), plain.out)
    need(all("«" in row[3] and "»" in row[3] for row in rows), plain.out)
    need("There are more" in plain.err, plain.err)
    for line in node.lines("search", "metacognition", "--limit", "3"):
        begin, end = line["marks"][0]
        need(line["snippet"][begin:end].lower() == "metacognition", f"{line}")
    nothing = node.run("search", "nothingcalledthis").ok()
    need(nothing.out == "" and "Nothing found" in nothing.err, nothing.err)
    code, shown = on_terminal(node, {}, "search", "metacognition", "--limit", "1")
    need(code == 0 and "\x1b[1mmetacognition\x1b[22m" in shown.lower(), f"not bold: {shown!r}")
    search = ("search", "metacognition", "--limit", "1")
    unwanted = (({"NO_COLOR": "1"}, []), ({}, ["--color=never"]), ({}, ["--plain"]))
    for environment, option in unwanted:
        code, shown = on_terminal(node, environment, *search, *option)
        need(code == 0 and "\x1b" not in shown and "«" in shown, f"{option}: {shown!r}")
    shown = node.run(*search, "--color=always").ok().out
    need("\x1b" not in shown and "«" in shown, f"marks lost on the way to a file: {shown!r}")


def on_terminal(node, environment, *arguments):
    leader, follower = pty.openpty()
    command = [str(support.BIN_DIR / "staffroom"), "--data", str(node.folder), *arguments]
    process = subprocess.Popen(
        command, stdout=follower, stderr=subprocess.DEVNULL,
        env={**os.environ, "TERM": "xterm", **environment},
    )
    os.close(follower)
    shown = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:  # how Linux says that the other side has closed
            break
        if not part:
            break
        shown += part
    os.close(leader)
    return process.wait(support.CALL_SECONDS), shown.decode()


def check_hostile(node):
    for words in (
        "NEAR(a b, 2)", "a AND", "NOT", "OR OR", "title:x", "^a", "-a", "{text}:w", "a + b",
        "((((x", "\"\"\" x", "'; DROP TABLE words; --", "%00", "\u202e evil", "word* *word",
        "col\\umn", "a" * 500, " ".join(["word"] * 32),
    ):
        node.run("search", "--", words).ok()
    for words in ("", "***", "((((", '""', "-", "ab*", "a" * 501, " ".join(["word"] * 33)):
        node.run("search", "--", words).refused(1, ".")
    source = random.Random(5)
    telling = "\"*():^-+{}' ,.ANDORNOT\u00e9\u4e2d\u202e"
    for _ in range(60):
        words = "".join(source.choice(telling) for _ in range(source.randint(1, 40)))
        node.run("search", "--", words).ok(0, 1)
    need(titles(node, "sabotage -x DROP") is not None, "still answers")


def words_and_filters():
    """search: words, phrases, beginnings, filters and four languages find the right documents"""
    corpus = support.corpus()
    with World() as world:
        node = world.node("a")
        node.run("network", "create", NETWORK, "--focus", "writing").ok()
        node.run("import", corpus / "manifest.tsv", "--network", NETWORK,
                 *support.CONFIRMED).ok(0, 4)
        indexed(node)
        check_languages(node)
        check_words(node)
        check_filters(node)
        check_rows(node)
        check_hostile(node)


def survives():
    """search: what was found is found after stop, kill, and with its index gone or damaged"""
    corpus = support.corpus()
    with World() as world:
        node = world.node("a")
        node.run("network", "create", NETWORK, "--focus", "writing").ok()
        node.run("import", corpus / "manifest.tsv", "--network", NETWORK, "--limit", "200",
                 *support.CONFIRMED).ok(0, 4)
        indexed(node)
        before = titles(node, "practice")
        need(len(before) > 50, f"{len(before)} found")
        index = node.folder / "index"

        def check(what):
            node.start()
            indexed(node)
            need(sorted(titles(node, "practice")) == sorted(before), what)

        node.stop()
        need(not (index / "search.db-wal").exists(), "a log is left behind")
        check("after a stop")
        node.kill()
        check("after a kill")
        node.stop()
        shutil.rmtree(index)
        check("without its index")
        node.stop()
        data = bytearray((index / "search.db").read_bytes())
        data[:4096] = os.urandom(4096)
        (index / "search.db").write_bytes(data)
        check("with a damaged index")
        node.stop()
        subprocess.run(["truncate", "-s", "20000", index / "search.db"], check=True)
        check("with half an index")


def from_another_school():
    """search: a record is found at the school that receives it, by its school's name"""
    with World() as world:
        a = world.node("a", port=support.free_port())
        b = world.node("b")
        a.run("network", "create", NETWORK, "--focus", "writing").ok()
        join(b, a, NETWORK)
        path = support.write_record(world.root, "one.md", "Kingfisher reading", words=50)
        a.run("publish", path, "--network", NETWORK).ok()

        wait_until(lambda: titles(b, "kingfisher"), 60, "the record at B", 0.2)

        need(titles(b, "a school", "--in", "school") == ["Kingfisher reading"], "by its school")
        need(titles(b, "kingfisher", "--school", "a school") == ["Kingfisher reading"], "filter")
        need(titles(b, "kingfisher", "--school", "b school") == [], "another school's")


support.main(words_and_filters, survives, from_another_school)
