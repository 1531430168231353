"""The table of next_steps_test: a mistake, the words that must appear, the command that works
then."""

import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import QUICK_TIP

NETWORK = "Rivers"
FULL_ID = "a" * 52
GOOD = f'---\ntitle: "{{}}"\nlang: en\nlicence: CC-BY-4.0\n{QUICK_TIP}---\n{{}}\n'
COMMENT = "---\nkind: comment\ntitle: Thanks for this\nlang: en\nlicence: CC-BY-4.0\n---\nThanks.\n"


class Row:
    """What is typed; what must have been said after the step; what is typed then."""

    def __init__(self, typed, then, *told, fill=None, codes=(1, 2, 5, 6), before=None,
                 step_codes=(0, 4), **options):
        self.typed = typed
        self.then = then
        self.told = told
        self.fill = fill or {}
        self.codes = codes
        self.step_codes = step_codes
        self.before = before  # called between the step and what is typed then: a person's hand
        self.options = options


def write(world, name, text):
    path = pathlib.Path(world.root) / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def reading_rows(world, ids):
    """Commands that read: wrong ids, names, words and numbers."""
    title, own = "Two voices in every discussion", ids["own"]
    out = world.root / "out"
    plain = write(world, "a-file", "x")
    return [
        Row(["show", "Two voices in evry discussion"], ["show", own[:8]], "did you mean", own[:8]),
        Row(["show", own[:5]], ["show", own[:8]], own[:8]),
        Row(["show", "quite another thing"], ["show", own[:8]], own[:8]),
        Row(["show", FULL_ID], ["show", own[:8]], own[:8]),
        Row(["show", own + "@9"], ["show", own + "@1"], "1 revision"),
        Row(["history", "Two voices in every discusion"], ["history", title], title),
        Row(["lineage", "zzzz"], ["lineage", own[:8]], own[:8]),
        Row(["diff", own[:8] + "@1", own[:4] + "@1"], ["diff", own[:8] + "@1", own[:8]], own[:8]),
        Row(["diff", ids["taken"], own], ["diff", own, own], "taken back"),
        Row(["files", "zzzz"], ["files", own[:8]], own[:8]),
        Row(["export", "zzzz", "-o", out], ["export", own[:8], "-o", out], own[:8]),
        Row(["export", "-o", out], ["export", "--all", "-o", out], "--all"),
        Row(["export", own, "--all", "-o", out], ["export", "--all", "-o", out], "not both"),
        Row(["export", own], ["export", own, "-o", out], "--out"),
        Row(["export", own, "-o", plain], ["export", own, "-o", out]),
        Row(["export", own, "-o", out, "--format", "bibtx"],
            ["export", own, "-o", out, "--format", "bibtex"], "bibtex"),
        Row(["list", "--network", "Rivrs"], ["list", "--network", NETWORK], "did you mean",
            NETWORK),
        Row(["list", "--network", "Elsewhere"], ["list", "--network", "Downs"], "Downs", NETWORK),
        Row(["list", "--kind", "comments"], ["list", "--kind", "comment"], "'comment'"),
        Row(["list", "--netwrk", NETWORK], ["list", "--network", NETWORK], "--network"),
        Row(["--network", NETWORK, "list"], ["list", "--network", NETWORK], "behind"),
        Row(["lst"], ["list"], "'list'"),
        Row(["list", "--dry-run"], ["list"], "--dry-run"),
        Row(["search", "voices", "--focus", "litracy"],
            ["search", "voices", "--focus", "literacy-and-oracy"], "literacy-and-oracy"),
        Row(["search", "voices", "--phase", "primry"], ["search", "voices", "--phase", "primary"],
            "primary"),
        Row(["search", "voices", "--school", "Hilside school"],
            ["search", "voices", "--school", "hillside school"], "hillside school"),
        Row(["search", "voices", "--network", "rivres"],
            ["search", "voices", "--network", "rivers"], NETWORK),
        Row(["search", "voices", "--since", "yesterday"],
            ["search", "voices", "--since", "2026-01-31"], "YYYY-MM-DD"),
        Row(["search", "voices", "--limit", "0"], ["search", "voices", "--limit", "1"], "1"),
        Row(["search", "voices", "--in", "titel"], ["search", "voices", "--in", "title"], "title"),
        Row(["search"], ["search", "voices"], "QUERY"),
        Row(["network", "show", "rivrs"], ["network", "show", "rivers"], NETWORK),
        Row(["log", "--level", "warn"], ["log", "--level", "warning"], "warning"),
        Row(["log", "--lines", "0"], ["log", "--lines", "1"], "1"),
        Row(["completions", "tcsh"], ["completions", "bash"], "bash"),
        Row(["template", "writeup"], ["template", "practice-write-up"], "practice-write-up"),
        Row(["template", "comment", "--form", "quick-tip"], ["template", "comment"]),
        Row(["new", "call"], ["template", "call"], "terminal", stdin=subprocess.DEVNULL,
            fill={"FILE": world.root / "from-template.md"}, step_codes=(0, 5)),  # not filled in yet
    ]


def writing_rows(world, ids):
    """publish, revise, retract: what a person gets wrong in a file or beside it."""
    own = ids["own"]
    good = write(world, "good.md", GOOD.format("A good record", "Good."))
    comment = write(world, "comment.md", COMMENT)
    small = write(world, "small.md", "---\ntitle: Not much yet\n---\nWords.\n")
    whole = write(world, "whole.md", GOOD.format("Not much yet", "Words."))
    bare = write(world, "bare.md", GOOD.format("", "Words."))
    number = write(world, "number.md",
                   "---\ntitle: We tried it\nlang: en\nlicence: CC-BY-4.0\nkind: adoption\n"
                   "pupils-reached: about thirty\n---\nWe did.\n")
    network = ("--network", NETWORK)

    return [
        Row(["publish", world.root / "nothing.md"], ["publish", good, *network], "nothing.md"),
        Row(["publish", world.root], None),
        Row(["publish"], ["template", "call"], "FILE"),
        Row(["publish", bare], ["publish", bare], "title",
            before=mend(bare, b'title: ""', b'title: "It has one now"')),
        Row(["publish", good, "--kind", "writeup"],
            ["publish", good, "--kind", "practice-write-up", "--dry-run", "--yes"],
            "practice-write-up"),
        Row(["publish", good, "--reach", "schol"],
            ["publish", good, "--reach", "school", "--dry-run", "--yes"], "'school'"),
        Row(["publish", good, "--reach", "linked"],
            ["publish", good, *network, "--dry-run", "--yes"], "--link", "--network NET"),
        Row(["publish", good, "--reach", "network"],
            ["publish", good, "--reach", "network", *network, "--dry-run", "--yes"], NETWORK),
        Row(["publish", good, "--reach", "school", *network, "--yes"],
            ["publish", good, *network, "--dry-run", "--yes"], "--reach"),
        Row(["publish", good, "--network", "rivres"],
            ["publish", good, "--network", "rivers", "--dry-run", "--yes"], NETWORK),
        Row(["publish", good, "--set", "licence"],
            ["publish", good, "--set", "licence=CC0-1.0", "--dry-run", "--yes"], "FIELD=VALUE"),
        Row(["publish", good, "--set", "licence=CC-BY"],
            ["publish", good, "--set", "licence=CC-BY-4.0", "--dry-run", "--yes"], "CC-BY-4.0"),
        Row(["publish", comment], ["publish", comment, "--about", own, "--dry-run"], own[:8]),
        Row(["publish", comment, "--about", own[:3]],
            ["publish", comment, "--about", own[:8], "--dry-run"], own[:8]),
        Row(["publish", comment, "--about", "Two voices in every discusion"],
            ["publish", comment, "--about", own[:8], "--dry-run"], own[:8]),
        Row(["publish", comment, "--about", FULL_ID],
            ["publish", comment, "--about", own[:8], "--dry-run"], own[:8]),
        Row(["publish", comment, "--about", own, "--relation", "coments-on"],
            ["publish", comment, "--about", own, "--relation", "comments-on", "--dry-run"],
            "comments-on"),
        Row(["publish", comment, "--about", own, "--relation", "tried-in"],
            ["publish", comment, "--about", own, "--dry-run"], "without --relation"),
        Row(["publish", comment, "--about", own, "--about", own],
            ["publish", comment, "--about", own, "--relation", "comments-on", "--dry-run"],
            "--relation"),
        Row(["publish", number, "--about", own, "--reach", "draft"],
            ["publish", number, "--about", own, "--reach", "draft"], "pupils-reached", "28",
            before=mend(number, b"about thirty", b"28")),
        Row(["publish", small, *network], None, "licence", "--network NET",
            fill={"FILE": whole, "NET": NETWORK}),
        Row(["publish", good, *network], ["publish", good, *network, "--yes"], "--yes",
            "A good record", fill={"FILE": good}),
        Row(["publish", ids["inside_file"], *network], None, "in this school only",
            fill={"FILE": ids["inside_file"]}),
    ]


def mend(path, old, new):
    """A person's hand in the file, between the step and the next try."""
    return lambda: path.write_bytes(path.read_bytes().replace(old, new))


def detail_rows(world, _):
    """Lines that may tell who a pupil is: changed, or confirmed."""
    clean = write(world, "clean.md", GOOD.format("A clean tray", "A pupil said so."))
    named = write(world, "named.md", GOOD.format("A named tray", "Aisha in 4B said so."))
    trusted = write(world, "trusted.md", GOOD.format("A trusted tray", "Tom (5C) said so."))
    network = ("--network", NETWORK)
    return [
        Row(["check", world.root / "nothing.md"], ["check", clean], "nothing.md"),
        Row(["publish", named, *network], ["publish", named, *network], "name-with-class",
            fill={"FILE": named, "NET": NETWORK}, step_codes=(5,),  # not changed yet
            before=mend(named, b"Aisha in 4B", b"A pupil")),
        Row(["publish", trusted, *network],
            ["publish", trusted, *network, "--confirm-pupil-details", "an invented child"],
            "--confirm-pupil-details", fill={"FILE": trusted, "NET": NETWORK}, step_codes=(5,)),
    ]


def file_rows(world, ids):
    """Files that cannot be read, records that are somebody else's, folders."""
    own, theirs = ids["own"], ids["theirs"]
    good = write(world, "good.md", GOOD.format("A good record", "Good."))
    large = write(world, "large.md", GOOD.format("A large one", "x" * 300_000))
    latin = write(world, "latin.md", GOOD.format("Caf: a room", "x").encode().replace(
        b"Caf", b"Caf\xe9 na\xc3\xafve"))
    focus = write(world, "focus.md",
                  GOOD.format("A wrong word", "x").replace("focus: reading", "focus: readng"))
    return [
        Row(["publish", large], ["publish", large], "256 KiB",
            before=mend(large, b"x" * 280_000, b"")),
        Row(["publish", latin], ["publish", latin], "UTF-8", before=mend(latin, b"\xe9", b"e")),
        Row(["publish", focus], ["publish", focus], "reading",
            before=mend(focus, b"readng", b"reading")),
        Row(["revise", own], ["revise", own, ids["own_file"]], "FILE"),
        Row(["revise", own[:4], ids["own_file"]], ["revise", own[:8], ids["own_file"]], own[:8]),
        Row(["revise", ids["spare"], good, "--reach", "school"], ["list"], "narrowed",
            fill={"TEXT": "narrowed"}),
        Row(["retract", own], ["retract", own, "--reason", "wrong", "--dry-run"], "--reason"),
        Row(["revise", own, good, "--network", "Downs"], None, "record of its own"),
        Row(["revise", theirs, good], None),
        Row(["retract", theirs], None),
        Row(["retract", own, "--undo"], ["show", own]),
        Row(["erase", own, "--reason", "pupils"],
            ["erase", own, "--reason", "pupil", "--dry-run"], "'pupil'"),
        Row(["erase", own], ["erase", own, "--reason", "asked", "--dry-run"], "--reason"),
        Row(["erase", theirs, "--reason", "asked"], None, "can order this"),
        Row(["erase", ids["inside"], "--reason", "asked"], None, "has not left the school"),
        Row(["erasure", "status", FULL_ID], ["erasure", "list"], "No order"),
        Row(["erasure", "receipts", FULL_ID, "-o", world.root / "receipts.json"],
            ["erasure", "list"], "No order"),
        Row(["refuse", own, "--yes"], ["show", own], "of this school"),
        Row(["draft", "delete", own, "--yes"], ["show", own], "no draft"),
        Row(["retract", own, "--undo", "--reason", "x"],
            ["retract", own, "--reason", "x", "--dry-run"], "--undo"),
        Row(["import", world.root / "nowhere"], ["import", world.root / "texts", "--dry-run"],
            "nowhere"),
        Row(["import", world.root / "texts", "--network", "rivres"],
            ["import", world.root / "texts", "--network", "rivers", "--dry-run"], NETWORK),
        Row(["import", world.root / "texts", "--set", "licence"],
            ["import", world.root / "texts", "--set", "licence=CC0-1.0", "--dry-run"],
            "FIELD=VALUE"),
    ]


def network_rows(world, hill, ids):
    """Networks, codes, neighbours."""
    charter = write(world, "charter.txt", "c" * 70_000)
    code = ids["code"]
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    create = ["network", "create"]
    return [
        Row([*create, "Ouse", "--focus", "litracy"],
            [*create, "Ouse", "--focus", "literacy-and-oracy", "--dry-run"], "literacy-and-oracy"),
        Row([*create, "Ouse", "--focus", "litracy"],
            [*create, "Ouse", "--focus", "litracy", "--yes", "--dry-run"], "--yes"),
        Row([*create, "rivers", "--focus", "writing"],
            [*create, "rivers", "--focus", "writing", "--yes", "--dry-run"], NETWORK, "--yes"),
        Row([*create, "  ", "--focus", "writing"],
            [*create, "Ouse", "--focus", "writing", "--dry-run"], "name"),
        Row([*create, "Riv\u200bers", "--focus", "writing"],
            [*create, "Ouse", "--focus", "writing", "--dry-run"], "cannot be seen", "place 4"),
        Row([*create, "\u202esreviR", "--focus", "writing"],
            [*create, "Ouse", "--focus", "writing", "--dry-run"], "place 1"),
        Row([*create, "Ouse"], [*create, "Ouse", "--focus", "writing", "--dry-run"], "--focus"),
        Row([*create, "Ouse", "--focus", "writing", "--charter", charter],
            [*create, "Ouse", "--focus", "writing", "--charter", charter, "--dry-run"], "64 KiB",
            before=lambda: charter.write_text("A charter.")),
        Row([*create, "Ouse", "--focus", "writing", "--charter", world.root / "none.txt"],
            [*create, "Ouse", "--focus", "writing", "--dry-run"], "none.txt"),
        Row(["network", "invite", "rivres"], ["network", "invite", "rivers", "--dry-run"], NETWORK),
        Row(["network", "invite", NETWORK, "--hours", "0"],
            ["network", "invite", NETWORK, "--hours", "1", "--dry-run"], "1 to 8784"),
        Row(["network", "join", wrong, hill.listen],
            ["network", "join", code, hill.listen, "--dry-run"], "compare"),
        Row(["network", "join", "not a code", hill.listen],
            ["network", "join", code, hill.listen, "--dry-run"], "16"),
        Row(["network", "join", code], ["network", "join", code, hill.listen, "--dry-run"],
            "HOST:PORT"),
        Row(["network", "join", code, "nowhere"],
            ["network", "join", code, hill.listen, "--dry-run"], "HOST:PORT"),
        Row(["network", "join", hill.listen], ["network", "join", code, hill.listen, "--dry-run"],
            "network join -", stdin=subprocess.DEVNULL,
            fill={"FILE": write(world, "code.txt", code)}, step_codes=(1,)),  # it is its own code
        Row(["network", "join", code, hill.listen], None, "other school", codes=(1, 5, 6)),
        Row(["network", "join", code, f"127.0.0.1:{support.free_port()}"], None, "address",
            codes=(6,)),
        Row(["neighbour", "add", "nowhere", "--network", NETWORK],
            ["neighbour", "add", hill.listen, "--network", NETWORK, "--dry-run"], "HOST:PORT"),
        Row(["neighbour", "add", hill.listen, "--network", "rivres"],
            ["neighbour", "add", hill.listen, "--network", "rivers", "--dry-run"], NETWORK),
        Row(["neighbour", "add", hill.listen],
            ["neighbour", "add", hill.listen, "--network", NETWORK, "--dry-run"], "--network"),
        Row(["sync", "--timeout", "0"], ["sync", "--timeout", "1"], "1"),
        *membership_rows(),
        *link_rows(ids),
    ]


def membership_rows():
    """Who belongs to a network and how."""
    role, river = ["network", "role"], "riverside school"
    fill = {"NET": NETWORK, "SCHOOL": river}
    return [
        Row(["network", "members", "rivres"], ["network", "members", "rivers"], NETWORK),
        Row([*role, NETWORK, "rivreside school", "observer"],
            [*role, NETWORK, river, "observer", "--dry-run"], river, fill=fill),
        Row([*role, NETWORK, river, "cordinator"],
            [*role, NETWORK, river, "coordinator", "--dry-run"], "coordinator"),
        Row([*role, NETWORK, river, "member"], ["network", "members", NETWORK], "already",
            fill=fill),
        Row([*role, NETWORK, river, "coordinator", "--until", "soon"],
            [*role, NETWORK, river, "coordinator", "--until", "2099-07-31", "--dry-run"],
            "2027-07-31"),
        Row([*role, NETWORK, river, "member", "--until", "2099-07-31"],
            [*role, NETWORK, river, "observer", "--until", "2099-07-31", "--dry-run"], "observes",
            fill={**fill, "DATE": "2099-07-31"}),
        Row([*role, NETWORK, "hillside school", "member"], ["network", "members", NETWORK],
            "only coordinator", river, fill=fill),
        Row(["network", "leave", NETWORK], ["network", "members", NETWORK], "only coordinator",
            fill=fill),
        Row(["network", "suspend", NETWORK, river],
            ["network", "suspend", NETWORK, river, "--reason", "silent", "--dry-run"], "--reason"),
        Row(["network", "suspend", NETWORK, river, "--reason", "stollen"],
            ["network", "suspend", NETWORK, river, "--reason", "stolen", "--dry-run"], "stolen"),
        Row(["network", "resume", NETWORK, river], ["network", "members", NETWORK], "already",
            fill=fill),
        Row(["network", "remove", NETWORK, "hillside school", "--reason", "closed"],
            ["network", "members", NETWORK], "only coordinator", fill=fill),
        Row(["network", "confirm", NETWORK, FULL_ID], ["network", "proposals", NETWORK], "waits",
            fill=fill),
        Row(["network", "settle", NETWORK, FULL_ID], ["network", "members", NETWORK], "in doubt",
            fill=fill),
    ]


def link_rows(ids):
    """Agreements with other networks, of which this school has none yet."""
    invite, accept = ["link", "invite"], ["link", "accept"]
    where = [ids["code"], f"127.0.0.1:{support.free_port()}", "--network", NETWORK]
    return [
        Row([*invite, "rivres"], [*invite, "rivers", "--dry-run"], NETWORK),
        Row([*invite, NETWORK, "--kinds", "enquiry-findings"],
            [*invite, NETWORK, "--kinds", "enquiry-finding", "--dry-run"], "enquiry-finding"),
        Row([*invite, NETWORK, "--pass-on", "maybe"],
            [*invite, NETWORK, "--pass-on", "no", "--dry-run"], "yes"),
        Row([*invite, NETWORK, "--until", "soon"],
            [*invite, NETWORK, "--until", "2099-07-31", "--dry-run"], "2027-07-31"),
        Row([*accept, *where[:-2]], [*invite, NETWORK, "--dry-run"], "--network"),
        Row([*accept, *where, "--dry-run"], ["link", "list"], "nobody answered", "check"),
        Row(["link", "show", "Downs"], ["link", "list"], "no link", "link list"),
        Row(["link", "preview", "Downs"], ["link", "list"], "no link", "link list"),
        Row(["link", "renew", "Downs"], ["link", "list"], "no link", "link list"),
        Row(["link", "end", "Downs", "--reason", "closed"], ["link", "list"], "no link",
            "link list"),
        Row(["link", "end", "Downs"], ["link", "list"], "--reason"),
        Row(["link", "end-code", FULL_ID], ["link", "list"], "no code", "link list"),
    ]
