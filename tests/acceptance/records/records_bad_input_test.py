"""Records that break a rule, hide something in their words, or are too much: each is refused in a
plain sentence or shown without harm, and the node goes on.
"""

import json
import pathlib
import re
import sys
import time
import unicodedata

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import QUICK_TIP, World, need, need_memory, wait_until
from written import (
    FAILED, NETWORK, REFUSED, founded, has_search, meet, on_terminal, pair, publish, write,
)

# What a terminal could obey: controls of both sets, marks of direction, the two Unicode line ends.
HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
OWN_NAUGHTY = [
    "\x1b]0;owned\x07 a new title of the window",
    "\x1b[2J\x1b[H a cleared screen",
    "\x9b31m red by one byte",
    "\u202e reversed to the end \u2066 and isolated \u2069",
    "\u200e left \u200f right \u061c Arabic mark",
    "two\u2028lines and\u2029paragraphs",
    "\ufeff a byte order mark within",
    "bell \x07 backspace \x08\x08\x08 delete \x7f",
    "carriage\rreturn and \x0b vertical \x0c tabs",
    "\ttabs\tbetween\twords",
    "<script>alert(1)</script> <img src=x onerror=alert(1)>",
    "$(reboot) `reboot` ; reboot | reboot && reboot",
    "../../../etc/passwd",
    "%s%s%s%n %d {0} ${x} {{x}}",
    "' OR 1=1; -- \" quoted",
    "Z\u0310\u0351a\u0322\u0353l\u0334\u0348g\u0337\u033co with marks on marks",
    "\U000e0001\U000e0041 tags that nobody sees",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 a family of joiners",
]
RIGHT_TO_LEFT = [
    "\u0628\u0637\u0627\u0642\u0629 \u0641\u064a"
    " \u0646\u0647\u0627\u064a\u0629 \u0627\u0644\u062f\u0631\u0633",
    "\u05db\u05e8\u05d8\u05d9\u05e1 \u05d1\u05e1\u05d5\u05e3 \u05d4\u05e9\u05d9\u05e2\u05d5\u05e8",
]
# Free text of a write-up: where people write what they like.
TEXT_FIELDS = (
    "summary", "why", "how-we-got-here", "outcome-for-pupils", "outcome-for-adults", "materials",
    "what-matters", "depends-on-whom", "tailoring", "context-place", "context-need",
    "context-time", "context-staff", "context-size-band", "context-phase-mix", "priorities",
    "learning-mode", "licence-note", "attribution",
)


def not_ours():
    """records: another school's record can neither be revised nor taken back, by id or revision"""
    with World() as world:
        a, b, _ = pair(world)
        path = write(world.root, "cards.md", "A card at the end of the lesson")
        record = publish(a, path)
        meet((a, b))
        digest = a.digest(NETWORK)
        for name in (record, record[:8], f"{record}@1"):
            b.run("revise", name, path).refused(REFUSED, "heathview school", "only they")
            b.run("retract", name, "--reason", "not good").refused(REFUSED)
        for options in (("--beside",), ("--join",), ("--joint-with", "oakdene school")):
            b.run("revise", record, path, *options).refused(REFUSED, "only they")
        a.run("retract", record, "--undo").refused(REFUSED, "has not been taken back")
        a.run("retract", record, "--reason", "x" * 601).refused((FAILED, REFUSED), "600")
        a.run("retract", record).refused((FAILED, REFUSED, 2), "reason")
        # The reason is shown at every school for ever.
        a.run("retract", record, "--reason", "Jayden M. in 4B was named in it").refused(
            REFUSED, "may itself tell who a pupil is")
        meet((a, b))
        need(a.digest(NETWORK) == digest == b.digest(NETWORK), "something was written")

        # Of a joint record the other school writes revisions, but only its own takes it back.
        joint = publish(a, path, "--joint-with", "oakdene school")
        meet((a, b))
        taken_back = b.run("retract", joint, "--reason", "not good")
        taken_back.refused(REFUSED, "only the school that began")


def targets_that_are_none():
    """records: a target that is not here, is a draft, or would close a circle is refused by name"""
    with World() as world:
        a, b, line = pair(world)
        first = publish(a, write(world.root, "first.md", "The first of all cards"))
        path = write(world.root, "note.md", "On another record", kind="comment")
        unknown = first[:-12] + "aaaaaaaaaaaa"
        options = ("--network", NETWORK, "--about")
        a.run("publish", path, *options, unknown).refused((FAILED, REFUSED), "no record here")
        nowhere = a.run("publish", path, *options, "../../x")
        nowhere.refused((FAILED, REFUSED), "No record here has the id")
        a.run("publish", path, *options, "").refused((FAILED, REFUSED, 2))
        a.run("publish", path, *options, f"{first}@7").refused((FAILED, REFUSED), "1 revision here")
        note = write(world.root, "orphan.md", "On nothing at all", kind="peer-review-note")
        a.run("publish", note, "--network", NETWORK).refused(REFUSED, "which record it is about")
        draft = a.json("publish", write(world.root, "d.md", "A thought for later"), "--reach",
                       "draft")["id"]
        colleague = write(world.root, "c.md", "On a thought", kind="comment", authors=["C. Other"])
        a.run("publish", colleague, *options, draft).refused(REFUSED, "still a draft")

        adapted = ("--relation", "adapted-from")
        second = publish(a, write(world.root, "second.md", "Cards with pictures"), "--about", first,
                         *adapted)
        third = publish(a, write(world.root, "third.md", "Cards with sounds"), "--about", second,
                        *adapted)
        again = write(world.root, "again.md", "The first of all cards, again")
        for target in (first, second, third, f"{third}@1"):
            a.run("revise", first, again, "--about", target, *adapted).refused(REFUSED, "circle")
        a.run("revise", first, again, "--about", third, "--relation", "cites").ok()

        # Two schools that cannot hear each other can close a circle; every walk still ends.
        meet((a, b))
        x = publish(a, write(world.root, "x.md", "Round cards in one school"))
        y = publish(b, write(world.root, "y.md", "Round cards in the other"))
        meet((a, b))
        line.take_down()
        a.run("revise", x, write(world.root, "x.md", "Round cards, adapted"), "--about", y,
              *adapted).ok()
        b.run("revise", y, write(world.root, "y.md", "Round cards, adapted too"), "--about", x,
              *adapted).ok()
        line.bring_up()
        meet((a, b))
        for node in (a, b):
            for start in (x, y):
                lineage = node.json("lineage", start)
                need({each["id"] for each in lineage["nodes"]} == {x, y}, f"{lineage}")
                need(lineage["steps_back"] <= 2, f"{lineage['steps_back']}")
            node.run("report").ok()


IN_EVERY_TEXT = "quokka"


def naughty_strings():
    """The published list where it is there, and our own; without NUL, which no text may have."""
    path = support.SHARED / "vectors" / "naughty-strings.json"
    listed = [each["s"] for each in json.loads(path.read_text())] if path.is_file() else []
    strings = [text for text in (*OWN_NAUGHTY, *listed) if text.strip() and "\0" not in text]
    return [text for text in strings if not re.search("[\ud800-\udfff\ufffe\uffff]", text)]


def need_harmless(node, *arguments):
    written, code = on_terminal(node, "--color", "never", *arguments)
    text = written.decode("utf-8")  # bytes that are no text would fail here
    need(code == 0, f"{arguments}: exit {code}: {text[:500]}")
    found = HARMFUL.search(text)
    need(not found, f"{arguments}: {found and found.group()!r} in "
                    f"{text[max(0, found.start() - 80):found.start() + 80]!r}" if found else "")
    return text


def write_naughty(world, name, strings, **fields):
    """A record with one of the strings in each field that takes words: its title and file."""
    given = {field.replace("-", "_"): text[:180]
             for field, text in zip(TEXT_FIELDS, strings[2:])}
    title = (strings[0] + " as a title")[:200]
    authors = [strings[1][:200], "A. Teacher"]
    text = f"## What we do\n\n{IN_EVERY_TEXT}\n\n" + "\n\n".join(strings) + "\n"
    return title, write(world.root, name, title, text=text, authors=authors, **given, **fields)


def words_that_steer():
    """records: no naughty string in a field steers a terminal, and each comes back whole as JSON"""
    strings = naughty_strings()
    step = len(TEXT_FIELDS) + 2
    chunks = [strings[at:at + step] for at in range(0, len(strings), step)]
    print(f"{len(strings)} strings in {len(chunks)} records of {step} fields")
    with World() as world:
        a, b, _ = pair(world)
        written = []
        for number, chunk in enumerate(chunks):
            title, path = write_naughty(world, f"{number}.md", chunk)
            record = publish(a, path)
            with path.open("ab") as file:
                file.write(b"\nOne line more.\n")  # an unchanged text is no revision
            a.run("revise", record, path, "--why", chunk[-1][:200]).ok()
            written.append((record, title, chunk))
        hostile = OWN_NAUGHTY[0] + OWN_NAUGHTY[2] + OWN_NAUGHTY[3]
        meet((a, b))
        for number, (record, _, _) in enumerate(written[:3]):
            note = write(world.root, f"n{number}.md", (hostile + str(number))[:200],
                         kind="adoption", what_happened=hostile, kept=hostile, changed=hostile)
            publish(b, note, "--about", record)
        meet((a, b))

        for node in (a, b):
            for arguments in (("list",), ("inbox",), ("report",), ("status",)):
                need_harmless(node, *arguments)
        if has_search():
            count = len(written)
            wait_until(lambda: len(b.lines("search", IN_EVERY_TEXT)) == count, 60, "all are found")
            need_harmless(b, "search", IN_EVERY_TEXT)
        for record, title, chunk in written:
            for arguments in (("show", record), ("show", f"{record}@1"), ("history", record),
                              ("lineage", record), ("lineage", record, "--dot"),
                              ("diff", f"{record}@1", f"{record}@2")):
                need_harmless(b, *arguments)
            answer = b.run("--json", "show", record).ok()
            need(not HARMFUL.search(answer.out.rstrip("\n")), f"raw in JSON: {record}")
            shown = answer.document()
            # What nobody can see is no part of a title at its ends.
            seen = title
            while seen and unicodedata.category(seen[0])[0] in "CZ":
                seen = seen[1:]
            while seen and unicodedata.category(seen[-1])[0] in "CZ":
                seen = seen[:-1]
            need(shown["title"] == seen, f"{shown['title']!r} is not {seen!r}")
            need(all(text in shown["text"] for text in chunk), f"words are lost in {record}")
        a.run("retract", written[0][0], "--reason", hostile).ok()
        meet((a, b))
        for node in (a, b):
            for command in ("show", "history", "lineage"):
                need_harmless(node, command, written[0][0])


def right_to_left():
    """records: right-to-left words are printed as they are, and marks that turn a line are not"""
    with World() as world:
        node = founded(world, "heathview")
        for number, words in enumerate(RIGHT_TO_LEFT):
            path = write(world.root, f"{number}.md", words, language="ar", summary=words,
                         authors=[words], why=words, text=f"## What we do\n\n{words}\n")
            record = publish(node, path)
            page = need_harmless(node, "show", record)
            need(page.count(words) >= 5, f"{page}")
            need(words in need_harmless(node, "list"), "not in the list")
            need(words in need_harmless(node, "history", record), "not in the history")
            need(words in need_harmless(node, "lineage", record), "not in the lineage")


BOMBS = {
    "anchors": "a: &a [x, x]\n" + "".join(f"k{i}: &k{i} [*a, *a]\n" for i in range(40)),
    "tag": "title: !!python/object:os.system reboot\n",
    "merge": "base: &b {x: y}\nother:\n  <<: *b\n",
    "deep flow": "a: " + "[" * 8_000 + "]" * 8_000 + "\n",
    "open flow": "a: " + "[" * 16_000 + "\n",
    "deep block": "".join(" " * i + "a:\n" for i in range(170)),
    "17 KiB": "title: A title here\nsummary: " + "x" * (17 * 1024) + "\n",
    "10,000 keys": "".join(f"k{i}: v\n" for i in range(10_000)),
    "201 keys": "".join(f"k{i}: v\n" for i in range(201)),
    "twice": "title: A title here\ntitle: Another title\n",
    "two documents": "title: A title here\n...\n--- # another\ntitle: x\n",
    "a list": "- title\n- here\n",
    "a long list": "authors: [" + ", ".join("x" for _ in range(2_000)) + "]\n",
    "unfinished": 'title: "A title here\n',
}


def front_matter_bombs():
    """records: front matter that explodes, nests or never ends costs little, publishes nothing"""
    with World() as world:
        node = founded(world, "heathview")
        good = publish(node, write(world.root, "good.md", "A good record"))
        before = node.rss_bytes()
        cpu = node.cpu_seconds()
        for name, yaml in BOMBS.items():
            path = world.root / "bomb.md"
            path.write_text(f"---\n{yaml}---\nA text.\n", encoding="utf-8")
            refused = node.run("publish", path, "--network", NETWORK)
            refused.refused((FAILED, REFUSED), "front matter" if name == "17 KiB" else "")
            need(len(refused.err) < 1_000, f"{name}: {len(refused.err)} characters of reasons")
        grown = node.rss_bytes() - before
        spent = node.cpu_seconds() - cpu
        print(f"{len(BOMBS)} bombs: {grown // 1024} KiB more, {spent:.2f} s of CPU")
        need_memory(grown, 32 << 20)
        shared = [row["id"] for row in node.lines("list") if row["reach"] != "draft"]
        need(shared == [good], "something was published")


FILES, BROKEN = 10_000, ("02500.md", "05000.md", "07500.md")


def write_folder(folder):
    folder.mkdir()
    for number in range(FILES):
        name = f"{number:05}.md"
        (folder / name).write_text(
            f"---\ntitle: Small record {number}\nlang: en\nlicence: CC-BY-4.0\n{QUICK_TIP}---\n"
            f"Text of record {number}.\n", encoding="utf-8")
    (folder / BROKEN[0]).write_bytes(b"---\ntitle: Caf\xe9 na\xc3\xafve\n---\ntext\n")
    (folder / BROKEN[1]).write_bytes(b"te\x00xt")
    (folder / BROKEN[2]).write_bytes(b"PK\x03\x04 word/document.xml")


def ten_thousand_files():
    """import: three broken ones of 10,000 files are listed at the end; a second time skips all"""
    with World() as world:
        node = founded(world, "heathview")
        folder = world.root / "texts"
        write_folder(folder)
        before = node.rss_bytes()
        for run in ("first", "again"):
            begin = time.monotonic()
            result = node.run("import", folder, "--network", NETWORK, timeout=500).ok(4)
            seconds = time.monotonic() - begin
            grown = node.rss_bytes() - before
            print(f"{run}: {seconds:.1f} s, the node has grown by {grown >> 20} MiB")
            lines = result.out.splitlines()
            done = FILES - len(BROKEN)
            counts = (f"{done} published, 0 revised, 0 here already, 3 refused."
                      if run == "first" else
                      f"0 published, 0 revised, {done} here already, 3 refused.")
            need(counts in lines, f"{lines[-6:]}")
            begin = lines.index("These need attention:") + 1
            listed = [line.split(":", 1)[0].strip() for line in lines[begin:begin + 3]]
            need(sorted(listed) == sorted(BROKEN), f"{lines[-8:]}")
            steps = lines[begin + 3:]
            need(len(lines) == 8 and steps[0] == "What to do about each:", f"{lines[:9]}")
            need(all(any(name in step for step in steps[1:]) for name in BROKEN), f"{steps}")
            need_memory(grown, 256 << 20)
        need(node.network(NETWORK)["records"] == FILES - len(BROKEN), "not all are in")
        need(len(node.lines("list")) == FILES - len(BROKEN), "not all are listed")


support.main(
    not_ours,
    targets_that_are_none,
    words_that_steer,
    right_to_left,
    front_matter_bombs,
    ten_thousand_files,
)
