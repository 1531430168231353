"""Rules about the words of the code: what a layer may not use, and how co_await may be written.

Each rule takes the files (path -> text) and gives findings; check.py runs them all.
"""

import re

from source import Finding, Parsed, code_of, includes_of, is_value_brace, matches

IMPURE = (
    (r"::now\s*\(", "reads a clock"),
    (r"\brandom_device\b", "reads a random source"),
    (r"\bstd::j?thread\b", "starts a thread"),
    (r"\bstd::(?:\w+_)?mutex\b", "locks"),
    (r"\bf(?:open|reopen|dopen)\s*\(", "opens a file"),
    (r"\bstd::[io]?fstream\b", "opens a file"),
    (r"\bstd::locale\b", "depends on the locale"),
)
IMPURE_HEADERS = re.compile(
    r"^(?:fstream|filesystem|thread|mutex|shared_mutex|condition_variable|future|locale"
    r"|sys/socket\.h|netinet/.*|arpa/.*|netdb\.h|unistd\.h|fcntl\.h|boost/.*)$"
)
EXCEPTIONS = r"\b(?:throw|try|catch)\b"
AWAIT = re.compile(r"\bco_await\b")
COROUTINE = re.compile(r"\bco_(?:await|return|yield)\b")
COPYING_LAMBDA = re.compile(r"(?:^|[(,={]|\breturn)\s*\[(?!\s*(?:&|\]|this\s*\]))[^\[\]]*\]\s*[({]")
LAMBDA_OWNER = re.compile(r"(?:^|[(,={&|]|\breturn|\bco_return)\s*\[[^\[\]]*\]\s*(?:\(.*\))?"
                          r"\s*(?:mutable\s*)?(?:noexcept\s*)?(?:->[^;]*)?$", re.DOTALL)


def cpp_files(files, *layers):
    for path, text in files.items():
        if path.endswith((".hpp", ".cpp")) and path.startswith(layers):
            yield path, text


def pure_protocol(files):
    """protocol/ reads no clock, no random source, no file, no socket; it has no thread."""
    found = []
    for path, text in cpp_files(files, "protocol/"):
        code = code_of(text)
        for pattern, reason in IMPURE:
            for line, word in matches(pattern, code):
                found.append(Finding(path, line, f"{word.strip()} {reason}; protocol/ is pure"))
        for line, is_system, included in includes_of(text):
            if is_system and IMPURE_HEADERS.match(included):
                found.append(Finding(path, line, f"<{included}> has no place in protocol/"))
    return found


def no_exceptions(files):
    """protocol/ and storage/ contain no throw, try or catch."""
    return [
        Finding(path, line, f"{word}: failures are Result<T> here")
        for path, text in cpp_files(files, "protocol/", "storage/")
        for line, word in matches(EXCEPTIONS, code_of(text))
    ]


def one_owner_of_expected(files):
    """tl:: is named in base/result.hpp alone, so that std::expected can replace it."""
    found = []
    for path, text in cpp_files(files, ""):
        if path == "protocol/base/result.hpp":
            continue
        code = code_of(text)
        found += [Finding(path, line, "names tl::") for line, _ in matches(r"\btl::", code)]
        found += [
            Finding(path, line, f"includes <{included}>")
            for line, _, included in includes_of(text) if included.startswith("tl/")
        ]
    return found


CODECS = ("_codec.cpp", "log/log_shapes.hpp")


def generated_code_in_wire(files):
    """Protobuf's generated code is included by codecs only: protocol/wire and *_codec.cpp."""
    return [
        Finding(path, line, f"includes {included}")
        for path, text in cpp_files(files, "")
        if not path.startswith("protocol/wire/") and not path.endswith(CODECS)
        for line, _, included in includes_of(text)
        if included.endswith(".pb.h")
    ]


def has_value_brace(text):
    return any(is_value_brace(text, match.start()) for match in re.finditer(r"\{", text))


def awaiting_statements(files):
    for path, text in cpp_files(files, "node/", "cli/", "tests/"):
        if not COROUTINE.search(text):
            continue
        for statement in Parsed(text).statements:
            if AWAIT.search(statement.text):
                yield path, statement


def one_await_a_statement(files):
    """Two co_await in one statement leave the order of evaluation to luck."""
    return [
        Finding(path, statement.line, "two co_await in one statement")
        for path, statement in awaiting_statements(files)
        if len(AWAIT.findall(statement.text)) > 1
    ]


def no_conditional_await(files):
    """?: in a statement with co_await destroys twice under g++ 12.2."""
    return [
        Finding(path, statement.line, "?: in a statement with co_await; use if")
        for path, statement in awaiting_statements(files)
        if "?" in statement.text
    ]


def no_brace_temporary_with_await(files):
    """A value in braces inside a statement with co_await is freed twice by g++ 12.2."""
    return [
        Finding(path, statement.line, "{...} in a statement with co_await: name it, then await it")
        for path, statement in awaiting_statements(files)
        if has_value_brace(statement.text)
    ]


def no_copying_lambda_with_await(files):
    """A lambda that captures by copy beside co_await is destroyed twice by g++ 12.2."""
    return [
        Finding(path, statement.line, "a lambda that captures by copy beside co_await")
        for path, statement in awaiting_statements(files)
        if COPYING_LAMBDA.search(statement.text)
    ]


def no_lambda_coroutine(files):
    """A lambda coroutine outlives its captures: spawn named functions."""
    found = set()
    for path, text in cpp_files(files, "node/", "cli/", "tests/"):
        if not COROUTINE.search(text):
            continue
        for statement in Parsed(text).statements:
            if COROUTINE.search(statement.text) and LAMBDA_OWNER.search(statement.owner):
                found.add(Finding(path, statement.line, "a lambda coroutine"))
    return sorted(found)


def nothing_detached(files):
    """Every co_spawn has a completion handler that traces."""
    return [
        Finding(path, line, "detached: give co_spawn a handler that traces")
        for path, text in cpp_files(files, "node/", "cli/", "tests/")
        for line, _ in matches(r"\bdetached\b", code_of(text))
    ]


RULES = (
    pure_protocol, no_exceptions, one_owner_of_expected, generated_code_in_wire,
    one_await_a_statement, no_conditional_await, no_brace_temporary_with_await,
    no_copying_lambda_with_await, no_lambda_coroutine, nothing_detached,
)
