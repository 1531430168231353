"""What calls what points down, at link time as well as in the includes.

A header whose bodies stand in another room hides an arrow: the includes look clean while the object
files of two rooms need each other. This asks each object (nm) which symbols of ours it defines and
which it needs. With the includes, rooms must have an order, and no layer may need one above it.
Usage: link_test.py BUILD_FOLDER; exit 77 where sources are compiled together (STAFFROOM_UNITY),
because their objects do not say which source needs what.
"""

import pathlib
import re
import subprocess
import sys

import check
from layout_rules import layer_of, reaches, room_edges, room_of

PROJECT = pathlib.Path(__file__).resolve().parents[2]
OBJECT = re.compile(r"/(\w+)/CMakeFiles/\w+\.dir/(.*\.cpp)\.o$")
OURS = re.compile(r"_Z[A-Z]*N?K?9staffroom")


def sources_in(build):
    """(source, its object) of every source of a layer that is compiled alone."""
    for path in sorted(pathlib.Path(build).resolve().rglob("*.cpp.o")):
        found = OBJECT.search(str(path))
        source = "/".join(found.groups()) if found else ""
        if layer_of(source) is not None and (PROJECT / source).is_file():
            yield source, path


def symbols(objects):
    """symbol -> the source that defines it, and source -> symbols that it needs."""
    home, needs = {}, {}
    for source, path in objects:
        run = subprocess.run(["nm", str(path)], capture_output=True, text=True, check=True)
        for words in map(str.split, run.stdout.splitlines()):
            if OURS.match(words[-1]) and words[-2] in "TDBR":
                home[words[-1]] = source
            elif OURS.match(words[-1]) and words[-2] == "U":
                needs.setdefault(source, set()).add(words[-1])
    return home, needs


def link_edges(home, needs):
    """room -> {room that it needs: (source, source, symbol)}."""
    edges = {}
    for source, wanted in sorted(needs.items()):
        for symbol in sorted(wanted & home.keys()):
            target = home[symbol]
            if room_of(source) != room_of(target):
                arrow = (source, target, symbol)
                edges.setdefault(room_of(source), {}).setdefault(room_of(target), arrow)
    return edges


def findings(linked, included):
    both = {room: dict(others) for room, others in included.items()}
    for room, others in linked.items():
        both.setdefault(room, {}).update(others)
    for room, others in sorted(linked.items()):
        for other, (source, target, symbol) in sorted(others.items()):
            arrow = f"{source} needs {target} ({symbol})"
            if layer_of(target) > layer_of(source):
                yield f"a layer above: {arrow}"
            elif reaches(both, other, room):
                yield f"circle of rooms: {arrow}, and {other} leads back to {room}"


def main(build):
    objects = list(sources_in(build))
    tables = {source for source, _ in objects}
    if len(tables) < 100:
        print("skipped: sources are compiled together here (-DSTAFFROOM_UNITY=OFF)")
        return 77
    home, needs = symbols(objects)
    found = list(findings(link_edges(home, needs), room_edges(check.read_tree(PROJECT))))
    for line in found:
        print(line)
    print(f"link: {len(objects)} objects, {len(home)} symbols of ours, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
