"""C++ text as the rules of tests/tidy see it: without comments and strings, cut into statements.

Not a compiler: it leans on the tree being formatted by clang-format (a space before the brace of a
block, none before the brace of a value). Called by the rule files and by nobody else.
"""

import bisect
import dataclasses
import re

TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^()\\ ]{0,16})\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"'
    r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*'",
    re.DOTALL,
)
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


@dataclasses.dataclass(frozen=True, order=True)
class Finding:
    path: str
    line: int
    message: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.message}"


@dataclasses.dataclass
class Statement:
    """Text up to ';' or a block's brace, with the blocks inside it left out."""

    text: str
    line: int
    owner: str  # what stands before the block that the statement is in


@dataclasses.dataclass
class Block:
    owner: str
    open_line: int
    close_line: int
    depth: int  # of blocks that are neither namespace nor type


def blank(text):
    """Spaces of the same length; line ends stay where they are."""
    return re.sub(r"[^\n]", " ", text)


def code_of(text):
    """The text with comments and the insides of strings blanked out."""

    def replace(match):
        found = match.group(0)
        if found[0] in "\"'":
            return found[0] + blank(found[1:-1]) + found[-1]
        return blank(found)

    return TOKEN.sub(replace, text)


def comments_of(text):
    """The text with everything but comments blanked out."""
    out, last = [], 0
    for match in TOKEN.finditer(text):
        out.append(blank(text[last:match.start()]))
        found = match.group(0)
        out.append(found if found.startswith("/") else blank(found))
        last = match.end()
    out.append(blank(text[last:]))
    return "".join(out)


def without_directives(code):
    """Preprocessor lines have no statements."""
    return re.sub(r"^[ \t]*#.*(?:\\\n.*)*$", lambda match: blank(match.group(0)), code, flags=re.M)


def includes_of(text):
    """(line, is_system, path) of each #include."""
    return [
        (line_of(text, match.start(1)), match.group(1) == "<", match.group(2))
        for match in INCLUDE.finditer(text)
    ]


def line_of(text, place):
    return text.count("\n", 0, place) + 1


def matches(pattern, code):
    """(line, found) of each match."""
    return [(line_of(code, m.start()), m.group(0)) for m in re.finditer(pattern, code)]


def is_value_brace(code, place):
    """True for the brace of a value (T{...}, {.a = b}), false for that of a block."""
    before = code[:place].rstrip(" \n\t")
    if not before:
        return False
    if before[-1] in "=,([" or (before[-1] == "{" and place == len(before)):
        return True
    if re.search(r"\b(?:co_return|return|co_yield)$", before[-12:]):
        return True
    return place == len(before) and re.search(r"[\w>\]]$", before[-1]) is not None


def is_outer(owner):
    """Namespaces and types hold functions; they are not functions themselves."""
    bare = owner
    while "(" in bare:
        shorter = re.sub(r"\([^()]*\)", "", bare)
        if shorter == bare:
            break
        bare = shorter
    bare = re.sub(r"<[^<>]*>", "", bare)
    return re.search(r"\b(?:namespace|class|struct|union|enum|extern)\b", bare) is not None


@dataclasses.dataclass
class _Open:
    begin: int
    kind: str  # "block", "value" or "paren"
    owner: str
    parts: list
    start: int
    opened: int = 0


class Parsed:
    """Statements and blocks of one file."""

    def __init__(self, text):
        self.statements = []
        self.blocks = []
        self._code = without_directives(code_of(text))
        self._lines = [m.start() for m in re.finditer("\n", self._code)]
        self._cut()

    def _line(self, place):
        return bisect.bisect_left(self._lines, place) + 1

    def _emit(self, scope, end):
        text = "".join(scope.parts) + self._code[scope.start:end]
        first = len(text) - len(text.lstrip())
        if text.strip():
            place = scope.begin + first
            self.statements.append(Statement(text.strip(), self._line(place), scope.owner))
        return text.strip()

    def _cut(self):
        code = self._code
        stack = [_Open(0, "block", "", [], 0)]
        for match in re.finditer(r"[(){};\[\]]", code):
            place, mark = match.start(), match.group(0)
            top = stack[-1]
            if mark in "([" or (mark == "{" and is_value_brace(code, place)):
                stack.append(_Open(place, "value" if mark == "{" else "paren", top.owner, [], 0))
            elif mark == "{":
                self._open_block(stack, place)
            elif mark == "}" and top.kind == "block" and len(stack) > 1:
                self._close_block(stack, place)
            elif mark in ")]}" and top.kind != "block":
                stack.pop()
            elif mark == ";" and top.kind == "block":
                self._emit(top, place)
                top.parts, top.start, top.begin = [], place + 1, place + 1

    def _open_block(self, stack, place):
        holder = next(scope for scope in reversed(stack) if scope.kind == "block")
        owner = "".join(holder.parts) + self._code[holder.start:place]
        inside_expression = stack[-1].kind != "block"
        if inside_expression:
            holder.parts.append(self._code[holder.start:place])
            holder.start = place
        else:
            owner = self._emit(holder, place)
            holder.parts, holder.start = [], place
        stack.append(_Open(place + 1, "block", owner.strip(), [], place + 1, place))

    def _close_block(self, stack, place):
        scope = stack.pop()
        self._emit(scope, place)
        depth = sum(1 for each in stack if each.kind == "block" and each.owner
                    and not is_outer(each.owner))
        open_line, close_line = self._line(scope.opened), self._line(place)
        self.blocks.append(Block(scope.owner, open_line, close_line, depth))
        holder = next(each for each in reversed(stack) if each.kind == "block")
        if stack[-1].kind == "block":
            holder.parts, holder.start, holder.begin = [], place + 1, place + 1
        else:
            inside = self._code[holder.start + 1:place]
            holder.parts.append("{" + blank(inside) + "}")
            holder.start = place + 1
