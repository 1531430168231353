"""Completions and man pages keep up with the parser, the exit codes, the settings and doctor."""

import pathlib
import re
import shutil
import subprocess
import sys
import tomllib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import PROJECT, Skipped, need

PAGES = PROJECT / "configs" / "man"


def tree():
    """The parser's own tree: one document for each command; first staffroom itself."""
    return support.cli("/nowhere", "--json", "commands").ok().documents()


def script(shell):
    return support.cli("/nowhere", "completions", shell).ok().out


def shell_or_skip(name):
    found = shutil.which(name)
    if found is None:
        raise Skipped(f"{name} is not installed")
    return found


def completed_by_bash(*words):
    """What bash offers for the last of `words`, by running the generated function."""
    lines = [
        script("bash"),
        "COMP_WORDS=(" + " ".join(f"'{word}'" for word in words) + ")",
        f"COMP_CWORD={len(words) - 1}",
        "_staffroom",
        "printf '%s\\n' \"${COMPREPLY[@]}\"",
    ]
    bash = shell_or_skip("bash")
    process = subprocess.run(
        [bash, "--norc", "-c", "\n".join(lines)], capture_output=True, text=True, check=True,
        cwd=PROJECT,
    )
    return set(process.stdout.split("\n")) - {""}


def long_names(command):
    return {name for option in command["options"] for name in option["names"]
            if name.startswith("--")}


def bash_completes():
    """bash: the script is valid; commands, options, choices and files are offered"""
    subprocess.run([shell_or_skip("bash"), "-n", "-c", script("bash")], check=True)
    kinds = completed_by_bash("staffroom", "publish", "--kind", "")
    need({"practice-write-up", "adoption"} <= kinds, f"kinds: {kinds}")
    cases = {
        ("staffroom", "net"): {"network"},
        ("staffroom", "--data", "network", "net"): {"network"},
        ("staffroom", "--data", "/d", "network", "in"): {"invite"},
        ("staffroom", "network", "create", "x", "--focus", "rea"): {"reading"},
        ("staffroom", "publish", "x", "--reach", "=", "dr"): {"draft"},
        ("staffroom", "--color", "n"): {"never"},
        ("staffroom", "status", "--color", "a"): {"auto", "always"},
        ("staffroom", "completions", "z"): {"zsh"},
        ("staffroom", "publish", "READ"): {"README.md"},
        ("staffroom", "publish", "--author", "READ"): set(),
    }
    for words, wanted in cases.items():
        found = completed_by_bash(*words)
        need(found == wanted, f"{words}: {found}, not {wanted}")


def bash_knows_the_tree():
    """bash: every command is offered after its noun, every option after its command"""
    commands = tree()
    everywhere = long_names(commands[0])
    for command in commands:
        path = command["command"].split()
        if path:
            above = completed_by_bash("staffroom", *path[:-1], path[-1])
            need(path[-1] in above, f"{path} is not offered: {above}")
        offered = completed_by_bash("staffroom", *path, "--")
        need(offered >= long_names(command) | everywhere, f"{path}: only {offered}")
        for option in command["options"]:
            for choice in option["choices"]:
                offered = completed_by_bash("staffroom", *path, option["names"][-1], choice)
                need(choice in offered, f"{path} {option['names']}: no {choice}")


def zsh_completes():
    """zsh: the script is valid, and its function offers the tree"""
    zsh = shell_or_skip("zsh")
    subprocess.run([zsh, "-n"], input=script("zsh"), text=True, check=True)
    for command in tree():
        path = command["command"].split()
        words = " ".join(["staffroom", *path, "''"])
        lines = [
            "compadd() { shift; print -rl -- \"$@\" }", "_files() { : }", script("zsh"),
            f"words=({words})", f"CURRENT={len(path) + 2}", "_staffroom",
        ]
        process = subprocess.run(
            [zsh, "-f", "-c", "\n".join(lines)], capture_output=True, text=True, check=True
        )
        offered = set(process.stdout.split("\n"))
        need(offered >= long_names(command), f"{path}: only {offered}")


def fish_completes():
    """fish: the script is valid, and fish offers the tree"""
    fish = shell_or_skip("fish")
    subprocess.run([fish, "-n"], input=script("fish"), text=True, check=True)
    for command in tree():
        line = " ".join(["staffroom", *command["command"].split(), "--"])
        process = subprocess.run(
            [fish, "--no-config", "-c", f"{script('fish')}\ncomplete -C '{line}'"],
            capture_output=True, text=True, check=True,
        )
        offered = {each.split("\t")[0] for each in process.stdout.splitlines()}
        need(offered >= long_names(command), f"{line}: only {offered}")


def sections(text):
    """Heading of each part of a page -> its text."""
    parts = re.split(r"^##? (.*)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def pages_name_the_tree():
    """man: every command has its part in one page, with every one of its options"""
    texts = {page.name: page.read_text() for page in PAGES.glob("*.scd")}
    parts = {}
    for text in texts.values():
        parts |= sections(text)
    commands = tree()
    everywhere = long_names(commands[0])
    for name in everywhere:
        need(f"*{name}*" in texts["staffroom.1.scd"], f"staffroom(1) does not name {name}")
    for command in commands[1:]:
        if not command["runs"]:
            continue
        path = command["command"]
        found = [text for heading, text in parts.items() if f"{heading} ".startswith(f"{path} ")]
        need(len(found) == 1, f"`{path}` has {len(found)} parts in the man pages")
        for name in long_names(command) - everywhere:
            need(f"*{name}*" in found[0], f"the man page of `{path}` does not name {name}")
        stated = set(re.findall(r"^\*(--[a-z-]+)\*", found[0], flags=re.MULTILINE))
        need(stated <= long_names(command), f"`{path}` has no {stated - long_names(command)}")


def pages_name_the_rest():
    """man: exit codes, settings and doctor's codes are all explained"""
    exits = sections((PAGES / "staffroom.1.scd").read_text())["EXIT STATUS"]
    source = (PROJECT / "node" / "http" / "answers" / "exit_code.hpp").read_text()
    codes = re.findall(r"^    \w+ = (\d+),", source, flags=re.MULTILINE)
    need(len(codes) == 9, f"exit codes: {codes}")
    need(re.findall(r"^\*(\d+)\*", exits, flags=re.MULTILINE) == codes, f"staffroom(1): {exits}")

    settings = tomllib.loads((PROJECT / "configs" / "node.example.toml").read_text())
    names = {f"{section}.{key}" for section, keys in settings.items() for key in keys}
    stated = sections((PAGES / "staffroom.toml.5.scd").read_text())["SETTINGS"]
    found = set(re.findall(r"^\*([a-z_]+\.[a-z_]+)\*", stated, flags=re.MULTILINE))
    need(found == names, f"staffroom.toml(5) differs in {found ^ names}")

    faults = sections((PAGES / "staffroom-care.1.scd").read_text())["FAULTS"]
    places = ["cli/settings/folder_owner.cpp", "cli/settings/local_checks.cpp",
              "node/services/health/health.cpp",
              "node/services/health/folder_health.cpp", "node/services/verdict.cpp",
              "node/services/backup/backup_fault.cpp", "node/services/backup/backup_health.cpp",
              "node/services/certificates/certificate_book.cpp", "node/tls/fault_texts.cpp",
              "node/services/certificates/certificate_files.cpp",
              "node/services/certificates/certificate_health.cpp",
              "protocol/replica/status/status.cpp"]
    text = "".join((PROJECT / place).read_text() for place in places)
    rooms = ("folder|disk|settings|port|store|neighbour|neighbours|network|node|log|school|link|"
             "backup|certificate")
    used = set(re.findall(rf'"((?:{rooms})\.[a-z-]+)"', text)) | {"clock"}
    # These only ever tell that something is well, or are names of settings.
    used -= {"node.addresses", "neighbours.none", "network.admitted", "node.listen", "node.web",
             "backup.running"}
    # These are said to whoever imports one.
    used -= {"certificate.files-named", "certificate.not-kept", "certificate.in-use",
             "certificate.busy"}
    stated = set(re.findall(r"\*([a-z]+(?:\.[a-z-]+)?)\*(?=[,\n])", faults))
    need(stated == used, f"staffroom-care(1) and doctor differ in {stated ^ used}")


def pages_name_the_daemon():
    """man: staffroomd(8) names every option of the daemon"""
    helped = subprocess.run(
        [support.BIN_DIR / "staffroomd", "--help"], capture_output=True, text=True, check=True
    )
    options = set(re.findall(r"--[a-z-]+", helped.stdout))
    need(len(options) >= 4, f"options of the daemon: {options}")
    page = (PAGES / "staffroomd.8.scd").read_text()
    for name in options:
        need(f"*{name}*" in page, f"staffroomd(8) does not name {name}")


def scdoc_takes_each_page():
    """man: scdoc makes each page, and each begins with examples after its name"""
    scdoc = shell_or_skip("scdoc")
    pages = sorted(PAGES.glob("*.scd"))
    need(len(pages) >= 10, f"only {pages}")
    for page in pages:
        made = subprocess.run([scdoc], input=page.read_bytes(), capture_output=True, check=False)
        need(made.returncode == 0, f"{page.name}: {made.stderr.decode()}")
        headings = re.findall(r"^# (.*)$", page.read_text(), flags=re.MULTILINE)
        need(headings[:2] == ["NAME", "EXAMPLES"], f"{page.name} begins with {headings[:2]}")


support.main(
    bash_completes, bash_knows_the_tree, zsh_completes, fish_completes, pages_name_the_tree,
    pages_name_the_rest, pages_name_the_daemon, scdoc_takes_each_page,
)
