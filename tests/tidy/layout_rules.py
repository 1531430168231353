"""Rules about the place of things: layers, rooms, lengths, widths, the top level of the project.

Each rule takes the files (path -> text) and gives findings; check.py runs them all.
"""

import ast
import re

from source import Finding, Parsed, includes_of, is_outer

LAYERS = ("protocol", "storage", "node", "cli")
LINES_MAX = 400
# The coordinator of all parts grows a little with each of them, unless it has a bound of its own.
COORDINATOR, COORDINATOR_LINES_MAX = "protocol/replica/replica.cpp", 249
ROOM_FILES_MAX = 20
FUNCTION_LINES_MAX = 60
COLUMNS_MAX = 100
MEASURED = (".hpp", ".cpp", ".py", ".sh", ".ts", ".svelte", ".mjs", ".css")
TOP_LEVEL = {
    ".ci", ".clang-format", ".clang-tidy", ".git", ".gitignore", "CMakeLists.txt", "LICENSE",
    "README.md", "cli", "configs", "node", "protocol", "storage", "tests",
}


def is_cpp(path):
    return path.endswith((".hpp", ".cpp"))


def layer_of(path):
    first = path.split("/", 1)[0]
    return LAYERS.index(first) if first in LAYERS else None


def layer_direction(files):
    """A layer includes only itself and layers below it, and never the tests."""
    found = []
    for path, text in files.items():
        own = layer_of(path)
        if own is None or not is_cpp(path):
            continue
        for line, _, included in includes_of(text):
            other = layer_of(included)
            if included.startswith("tests/") or (other is not None and other > own):
                found.append(Finding(path, line, f"{LAYERS[own]} must not include {included}"))
    return found


def room_of(path):
    """A room is a folder of a layer; what stands beside rooms in one is a room of its own."""
    return path.rsplit("/", 1)[0] if layer_of(path) is not None and "/" in path else None


def room_edges(files):
    """room -> {room it includes: (path, line) of the first such include}."""
    edges = {}
    for path in sorted(files):
        room = room_of(path)
        if room is None or not is_cpp(path):
            continue
        for line, _, included in includes_of(files[path]):
            other = room_of(included)
            if other not in (None, room):
                edges.setdefault(room, {}).setdefault(other, (path, line, included))
    return edges


def reaches(edges, start, goal):
    pending, seen = [start], set()
    while pending:
        room = pending.pop()
        if room == goal:
            return True
        if room not in seen:
            seen.add(room)
            pending.extend(edges.get(room, {}))
    return False


def rooms_without_circle(files):
    """Rooms have an order: none includes one that leads back to it."""
    edges = room_edges(files)
    found = []
    for room, others in edges.items():
        for other, (path, line, included) in others.items():
            if reaches(edges, other, room):
                message = f"circle of rooms: {room} includes {included}, and {other} leads back"
                found.append(Finding(path, line, message))
    return found


def room_size(files):
    """A room has at most 20 sources and headers: what a reader can look over."""
    rooms = {}
    for path in sorted(files):
        if is_cpp(path) and room_of(path) is not None:
            rooms.setdefault(room_of(path), []).append(path)
    return [
        Finding(paths[0], 1, f"{room} has {len(paths)} files; at most {ROOM_FILES_MAX}")
        for room, paths in rooms.items() if len(paths) > ROOM_FILES_MAX
    ]


PLACE = re.compile(r"(?<![\w/.<\"-])((?:[a-z_]+/)+[a-z_]+)(?![\w/]|\.[ch]pp)")


def named_places(files):
    """A comment that names a file by its folders names them as they are now."""
    places = {path.rsplit(".", 1)[0] for path in files if is_cpp(path)}
    folders = {part for place in places for part in place.split("/")[:-1]}
    stems = {place.rsplit("/", 1)[-1] for place in places}
    known = " ".join(f"/{place}/" for place in sorted(places))
    found = []
    for path, text in files.items():
        if not is_cpp(path):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            if line.startswith("#") or "//" not in line:
                continue
            for word in PLACE.findall(line[line.index("//"):]):
                first, last = word.split("/")[0], word.rsplit("/", 1)[-1]
                if first in folders and last in stems and f"/{word}/" not in known:
                    found.append(Finding(path, number, f"there is no {word}"))
    return found


def file_length(files):
    """A file of ours has at most 400 lines."""
    found = []
    for path, text in files.items():
        lines = text.count("\n") + (not text.endswith("\n"))
        if path.endswith(MEASURED) and lines > LINES_MAX:
            found.append(Finding(path, lines, f"{lines} lines; at most {LINES_MAX}"))
    return found


def coordinator_length(files):
    """The coordinator of a replica has under 250 lines: parts know what to do, it knows when."""
    lines = files.get(COORDINATOR, "").count("\n")
    if lines <= COORDINATOR_LINES_MAX:
        return []
    return [Finding(COORDINATOR, lines, f"{lines} lines; at most {COORDINATOR_LINES_MAX}")]


def long_cpp_functions(path, text):
    for block in Parsed(text).blocks:
        is_function = block.depth == 0 and "(" in block.owner and not is_outer(block.owner)
        lines = block.close_line - block.open_line
        if is_function and lines > FUNCTION_LINES_MAX:
            name = re.sub(r"\s+", " ", block.owner.split("(")[0]).strip()[-60:]
            yield Finding(path, block.open_line, f"function of {lines} lines: {name}")


def long_python_functions(path, text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = node.end_lineno - node.lineno
            if lines > FUNCTION_LINES_MAX:
                yield Finding(path, node.lineno, f"function of {lines} lines: {node.name}")


def function_length(files):
    """A function has at most 60 lines."""
    found = []
    for path, text in files.items():
        if is_cpp(path):
            found.extend(long_cpp_functions(path, text))
        elif path.endswith(".py"):
            found.extend(long_python_functions(path, text))
    return found


def columns(files):
    """A line has at most 100 characters."""
    found = []
    for path, text in files.items():
        if not path.endswith((*MEASURED, ".proto", ".c")):
            continue
        for number, line in enumerate(text.split("\n"), 1):
            if len(line) > COLUMNS_MAX:
                found.append(Finding(path, number, f"{len(line)} columns; at most {COLUMNS_MAX}"))
    return found


def pragma_once(files):
    """Each header can be included twice."""
    return [
        Finding(path, 1, "no #pragma once")
        for path, text in files.items()
        if path.endswith(".hpp") and not re.search(r"^#pragma once$", text, re.MULTILINE)
    ]


def top_level(files):
    """The top level has only the entries that the layout names."""
    entries = {path.split("/", 1)[0] for path in files}
    return [
        Finding(entry, 1, "has no place at the top level") for entry in sorted(entries - TOP_LEVEL)
    ]


RULES = (
    layer_direction, rooms_without_circle, room_size, named_places, file_length,
    coordinator_length, function_length, columns, pragma_once, top_level,
)
