"""The records that the scenarios write, and how they read them: whole records of each kind,
pairs of schools on a line that can be taken down, a search for words in every file, and a
terminal."""

import ctypes
import fcntl
import os
import pathlib
import pty
import struct
import subprocess
import termios
import threading

from support import BIN_DIR, CALL_SECONDS, PROJECT, cli, in_sync, join, need, wait_until

NETWORK = "Rivers"
FAILED, USAGE, REFUSED = 1, 2, 5
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
UNPACKED_BYTES_MAX = 1 << 20  # far above any record
DICTIONARY = PROJECT / "protocol" / "records" / "dictionary" / "dictionary_1.zdict"

ENVELOPE = {
    "authors": ["A. Teacher"],
    "language": "en-GB",
    "licence": "CC-BY-4.0",
    "phases": ["primary"],
    "focus": ["reading"],
    "context-place": "A village school with two classes",
}
WRITE_UP = {
    **ENVELOPE,
    "summary": "Pupils write one thing learned and one thing unclear on a card.",
    "form": "write-up",
    "evidence-strength": "1",
    "field-of-knowledge": "practice",
    "why": "We were marking what we already knew.",
    "how-we-got-here": "First in exercise books, which nobody had time to read.",
    "outcome-for-pupils": "Fewer repeat the same slip the next day.",
}
ADOPTION = {
    **ENVELOPE,
    "stage": "finished",
    "mode": "from",
    "kept": "A card at the end of the lesson",
    "changed": "Pictures instead of words for the youngest",
    "outcome": "worked-after-changes",
    "what-happened": "The same muddle stood on half the cards and was taught again.",
}
REVIEW = {
    **ENVELOPE,
    "relation": "peer",
    "protocol": "tuning",
    "clear-enough-to-try": "yes",
    "evidence-seen": "1",
    "evidence-reason": "Well described; nobody has counted yet.",
    "would-it-travel": "with-changes",
    "what-went-well": "The dead ends are told as well.",
}
FINDING = {
    **ENVELOPE,
    "summary": "Twice as many pupils spoke when the question stood on the wall.",
    "evidence-strength": "1",
    "field-of-knowledge": "practice",
    "stage": "plan",
    "question": "Do more pupils speak when they can read the question?",
}
CALL = {**ENVELOPE, "type": "call-for-help", "until": "2027-03-31"}
KINDS = {
    "practice-write-up": WRITE_UP,
    "enquiry-finding": FINDING,
    "adoption": ADOPTION,
    "peer-review-note": REVIEW,
    "call": CALL,
    "comment": ENVELOPE,
}


def yaml_text(value):
    """A double-quoted scalar of YAML; what is not printable is written as an escape."""
    out = ""
    for character in str(value):
        code = ord(character)
        if character in '"\\':
            out += "\\" + character
        elif character.isprintable():
            out += character
        elif code <= 0xFF:
            out += f"\\x{code:02x}"
        else:
            out += f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
    return f'"{out}"'


def has_search():
    """Whether this build has a search."""
    return "search" in cli("none", "--help").ok().out.split()


def front_matter(fields):
    lines = []
    for key, value in fields.items():
        if value is None:
            continue
        if isinstance(value, (list, tuple)):
            lines.append(f"{key}: [{', '.join(map(yaml_text, value))}]")
        else:
            lines.append(f"{key}: {yaml_text(value)}")
    return "---\n" + "\n".join(lines) + "\n---\n"


def write(folder, name, title, kind="practice-write-up", text="", **fields):
    """A whole record of `kind`; fields by name with _ for -; None leaves one out."""
    given = {key.rstrip("_").replace("_", "-"): value for key, value in fields.items()}
    if kind == "practice-write-up" and not text:
        text = "## What we do\n\nA card at the end of every lesson, read before the next.\n"
    path = pathlib.Path(folder) / name
    path.write_text(
        front_matter({"kind": kind, "title": title, **KINDS[kind], **given}) + (text or "\n"),
        encoding="utf-8",
    )
    return path


def publish(node, path, *options, network=NETWORK):
    """The id of the new record."""
    return node.json("publish", path, "--network", network, *options)["id"]


def founded(world, name, *options, network=NETWORK):
    node = world.node(name, *options)
    node.run("network", "create", network, "--focus", "reading").ok()
    return node


def pair(world, first="heathview", second="oakdene"):
    """Two schools of one network, and the line over which the second calls the first."""
    a = founded(world, first)
    b = world.node(second)
    line = world.proxy(a.listen)
    join(b, a, NETWORK, line.address)
    for node in (a, b):
        wait_until(lambda: knows_both(node), 60, f"{node.name} knows both schools")
    meet((a, b))
    return a, b, line


def knows_both(node):
    schools = node.network(NETWORK)["schools"]
    return len(schools) == 2 and all(each["joined"] and each["name"] for each in schools)


def meet(nodes, network=NETWORK, seconds=60):
    """All hold the same, words included."""
    in_sync(nodes, network, seconds)
    for node in nodes:
        wait_until(lambda: node.network(network)["missing_bodies"] == 0, seconds,
                   f"all words at {node.name}")


def with_id(rows, record):
    """The row of this record; fails when it is not there once."""
    found = [row for row in rows if row["id"] == record]
    need(len(found) == 1, f"{len(found)} rows of {record} in {rows}")
    return found[0]


def unpacked(data):
    """What the Zstandard frames in these bytes hold (RFC 8878), by the node's own library, with its
    dictionary and without."""
    zstd = ctypes.CDLL("libzstd.so.1")
    text, size_of = ctypes.c_char_p, ctypes.c_size_t
    zstd.ZSTD_createDCtx.restype = ctypes.c_void_p
    zstd.ZSTD_freeDCtx.argtypes = [ctypes.c_void_p]
    zstd.ZSTD_findFrameCompressedSize.restype = size_of
    zstd.ZSTD_findFrameCompressedSize.argtypes = [text, size_of]
    zstd.ZSTD_getFrameContentSize.restype = ctypes.c_ulonglong
    zstd.ZSTD_getFrameContentSize.argtypes = [text, size_of]
    zstd.ZSTD_decompress_usingDict.restype = size_of
    zstd.ZSTD_decompress_usingDict.argtypes = [
        ctypes.c_void_p, text, size_of, text, size_of, text, size_of,
    ]
    context = zstd.ZSTD_createDCtx()
    words = DICTIONARY.read_bytes()
    place = data.find(ZSTD_MAGIC)
    while place >= 0:
        rest = data[place : place + UNPACKED_BYTES_MAX]
        packed = zstd.ZSTD_findFrameCompressedSize(rest, len(rest))
        size = zstd.ZSTD_getFrameContentSize(rest, len(rest))
        if packed <= len(rest) and size <= UNPACKED_BYTES_MAX:
            out = ctypes.create_string_buffer(max(size, 1))
            for dictionary in (words, b""):
                if zstd.ZSTD_decompress_usingDict(
                    context, out, size, rest, packed, dictionary, len(dictionary)
                ) == size:
                    yield out.raw[:size]
        place = data.find(ZSTD_MAGIC, place + 1)
    zstd.ZSTD_freeDCtx(context)


def files_with(words, *folders):
    """Every file below the folders that holds one of the words, as it is or in a packed body."""
    wanted = [word.encode() if isinstance(word, str) else word for word in words]
    found = []
    for folder in folders:
        paths = [folder] if folder.is_file() else sorted(folder.rglob("*"))
        for path in paths:
            if not path.is_file():
                continue
            data = path.read_bytes()
            if any(word in text for text in (data, *unpacked(data)) for word in wanted):
                found.append(str(path))
    return found


def on_terminal(node, *arguments, columns=120):
    """Everything that a call of the command line writes to a terminal, as bytes, and its code."""
    control, line = pty.openpty()
    fcntl.ioctl(line, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    settings = termios.tcgetattr(line)
    settings[1] &= ~termios.OPOST  # the terminal adds no carriage returns of its own
    termios.tcsetattr(line, termios.TCSANOW, settings)
    command = [str(BIN_DIR / "staffroom"), "--data", str(node.folder), *map(str, arguments)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=line, stderr=line,
                               env={**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm",
                                    "NO_COLOR": "1"})
    os.close(line)
    written = bytearray()

    def read():
        try:
            while data := os.read(control, 65536):
                written.extend(data)
        except OSError:  # the last writer has closed the line
            pass

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    code = process.wait(CALL_SECONDS)
    reader.join(CALL_SECONDS)
    os.close(control)
    return bytes(written), code
