"""The rules that a compiler misses, over the whole tree.

Usage: check.py [ROOT]. Prints one line for each finding and exits with 1 when there is any. The
rules stand in layout_rules, language_rules and text_rules; check_test.py shows that each can fail.
"""

import pathlib
import sys

import language_rules
import layout_rules
import text_rules

RULES = (*layout_rules.RULES, *language_rules.RULES, *text_rules.RULES)
# Nor what is made from other files: the built page, and the types of the API.
LEFT_OUT = {".git", "node_modules", "__pycache__", "dist", "schema.d.ts"}


def is_left_out(part, is_first):
    return part in LEFT_OUT or (is_first and part.startswith("build"))


def read_tree(root):
    """path -> text of every text file, path relative with '/'."""
    files = {}
    pending = [root]
    while pending:
        for entry in sorted(pending.pop().iterdir()):
            if is_left_out(entry.name, entry.parent == root) or entry.is_symlink():
                continue
            if entry.is_dir():
                pending.append(entry)
            elif not entry.name.endswith(".swp"):
                try:
                    files[entry.relative_to(root).as_posix()] = entry.read_text(encoding="utf-8")
                except UnicodeDecodeError:
                    continue  # Not text: pictures and recorded inputs have no style.
    return files


def check(files):
    return sorted({finding for rule in RULES for finding in rule(files)})


def main(arguments):
    root = pathlib.Path(arguments[0] if arguments else pathlib.Path(__file__).parents[2])
    files = read_tree(root.resolve())
    found = check(files)
    for finding in found:
        print(finding)
    print(f"tidy: {len(RULES)} rules, {len(files)} files, {len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
