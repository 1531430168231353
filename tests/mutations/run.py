"""Plants each bug of the files beside it in turn and runs the test that catches it.

Usage: run.py [--build FOLDER] [WORDS OF A NAME...]
       run.py --check    plants nothing: looks whether each line still stands where it is named
The tree must have no uncommitted change: files are changed in place and put back. Exit 0 when every
bug was caught; a bug that nothing caught, a test that passes only without it, or a line that is no
longer there ends with 1.
"""

import argparse
import pathlib
import subprocess
import sys
import time

from backup_mutations import BACKUP_MUTATIONS
from erasure_mutations import ERASURE_MUTATIONS
from link_mutations import LINK_MUTATIONS
from mutations import MUTATIONS
from renewal_mutations import RENEWAL_MUTATIONS
from settings_mutations import SETTINGS_MUTATIONS
from tls_mutations import TLS_MUTATIONS

ALL_MUTATIONS = (
    MUTATIONS
    + BACKUP_MUTATIONS
    + ERASURE_MUTATIONS
    + LINK_MUTATIONS
    + RENEWAL_MUTATIONS
    + SETTINGS_MUTATIONS
    + TLS_MUTATIONS
)

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent


def shell(command, folder, seconds=1200):
    return subprocess.run(
        ["bash", "-c", command], cwd=folder, capture_output=True, text=True, errors="replace",
        timeout=seconds, check=False,
    )


def build(folder, targets):
    return shell(f"ninja -C '{folder}' {targets}", PROJECT, 3600)


def said(text):
    """The first line in which a test says what failed."""
    lines = [line.strip() for line in text.splitlines()]
    marks = ("FAILED", "violat", "AssertionError", "Assertion", "terminate", "seed ")
    return next((line for line in lines if any(mark in line for mark in marks)), lines[-1:] or "")


def plant(folder, mutation):
    """What became of one bug, in a word, and what the test said."""
    _, file, there, planted, targets, command = mutation
    path = PROJECT / file
    before = path.read_text(encoding="utf-8")
    if before.count(there) != 1:
        return "LINE GONE", f"{before.count(there)} times in {file}"
    try:
        path.write_text(before.replace(there, planted), encoding="utf-8")
        built = build(folder, targets)
        if built.returncode != 0:
            return "NOT BUILT", built.stdout[-300:]
        try:
            ran = shell(command, folder)
        except subprocess.TimeoutExpired:
            return "caught", "it never ended"
    finally:
        path.write_text(before, encoding="utf-8")
    if ran.returncode == 0:
        return "NOT CAUGHT", command
    return "caught", said(ran.stdout + ran.stderr)


def check():
    """Prints each bug whose line is not there exactly once; the exit code."""
    gone = [
        f"{name}: {count} times in {file}"
        for name, file, there, *_ in ALL_MUTATIONS
        if (count := (PROJECT / file).read_text(encoding="utf-8").count(there)) != 1
    ]
    print("\n".join(gone) or f"{len(ALL_MUTATIONS)} planted bugs have their line")
    return 1 if gone else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=str(PROJECT / "build"))
    parser.add_argument("--check", action="store_true")
    parser.add_argument("words", nargs="*")
    options = parser.parse_args()
    if options.check:
        sys.exit(check())
    if shell("git status --porcelain --untracked-files=no", PROJECT).stdout.strip():
        sys.exit("there are uncommitted changes: commit or put them away first")
    wanted = [one for one in ALL_MUTATIONS if all(word in one[0] for word in options.words)]
    bad = 0
    for mutation in wanted:
        begin = time.monotonic()
        outcome, detail = plant(options.build, mutation)
        bad += outcome != "caught"
        seconds = time.monotonic() - begin
        print(f"{outcome:10} {mutation[0]} ({seconds:.0f} s): {detail}", flush=True)
    targets = sorted({target for one in wanted for target in one[4].split()})
    if build(options.build, " ".join(targets)).returncode != 0:
        sys.exit("the tree does not build without a planted bug")
    for command in sorted({one[5] for one in wanted}):
        if shell(command, options.build).returncode != 0:
            bad += 1
            print(f"FAILS WITHOUT A BUG {command}", flush=True)
    print(f"{len(wanted)} bugs planted, {bad} of them not as they should be")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
