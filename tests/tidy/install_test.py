"""Everything that a build and the scripts use is in configs/install.sh.

A machine that already has a package hides that nobody installs it. So this asks `dpkg -S` to whom
each header and library belongs that the build opened, each program that a script or a test starts
and each Python module that one imports; each has to be of a package that is listed, that a listed
one depends on, or that every Debian has. Usage: install_test.py BUILD_FOLDER; exit 77 elsewhere
than on Debian.
"""

import ast
import os
import pathlib
import re
import shutil
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parents[2]
PATH = "/usr/bin:/bin:/usr/sbin:/sbin"
# What `mmdebstrap --variant=apt` has: essential packages and apt.
ALWAYS_THERE = ["apt"]
SHELL_WORD = re.compile(r"(?:^|[|;&(`{!]|\b(?:if|then|else|elif|do|while|until|exec|sudo)\s)\s*"
                        r"(?:[A-Za-z_]+=\S*\s+)*([a-z][a-z0-9_.+-]*)(?=\s|$|\))")


def output(*words):
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout


def opened_by_build(build):
    """Headers that compilers read, and libraries on the lines that link, outside the project."""
    files = set()
    for line in output("ninja", "-C", str(build), "-t", "deps").splitlines():
        if line.startswith("    "):
            files.add(line.strip())
    for line in output("ninja", "-C", str(build), "-t", "commands").splitlines():
        files.update(word for word in line.split()
                     if re.search(r"\.(so|a)(\.[0-9.]+)?$", word) or word.startswith("/usr/bin/"))
        for name in re.findall(r"\s-l([A-Za-z0-9_.+-]+)", line):
            found = output("c++", f"-print-file-name=lib{name}.so").strip()
            files.add(found if "/" in found else f"(the library {name})")
    inside = (str(PROJECT), str(pathlib.Path(build).resolve()))
    kept = set()
    for name in files:
        whole = os.path.normpath(os.path.join(build, name)) if name[0] != "(" else name
        if not whole.startswith(inside):
            kept.add(whole)
    return kept


def scripts():
    for top in ("configs", "tests", ".ci"):
        for path in sorted((PROJECT / top).rglob("*")):
            if path.suffix in (".sh", ".py") or path.parent.name == ".ci":
                yield path


def started_by_shell(text):
    names = set()
    functions = set(re.findall(r"^(\w+)\(\) \{", text, flags=re.M))
    for line in re.sub(r"<<\s*'?(\w+)'?\n.*?\n\1\n", "\n", text, flags=re.S).splitlines():
        line = re.sub(r"(^|\s)#.*", "", re.sub(r"'[^']*'", "''", line))
        names.update(SHELL_WORD.findall(line))
    return names - functions


def started_by_python(tree):
    """The first word of every list of words, and what which() is asked for."""
    names = set()
    for part in ast.walk(tree):
        first = None
        if isinstance(part, ast.List) and part.elts:
            first = part.elts[0]
        elif isinstance(part, ast.Call) and getattr(part.func, "attr", "") == "which" and part.args:
            first = part.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            names.add(first.value)
    return names


def imported_by_python(tree):
    names = set()
    for part in ast.walk(tree):
        if isinstance(part, ast.Import):
            names.update(alias.name.split(".")[0] for alias in part.names)
        elif isinstance(part, ast.ImportFrom) and part.module and not part.level:
            names.add(part.module.split(".")[0])
    return names - set(sys.stdlib_module_names)


def module_file(name):
    found = output("/usr/bin/python3", "-c",
                   "import importlib.util, sys; s = importlib.util.find_spec(sys.argv[1]);"
                   "print((s and s.origin) or '')", name).strip()
    return found or f"(the Python module {name})"


def used_by_scripts():
    """Files of the programs and modules, by the script that uses them."""
    used, modules, local = {}, {}, set()
    for path in scripts():
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".py":
            local.add(path.stem)
            tree = ast.parse(text)
            names = started_by_python(tree)
            for module in imported_by_python(tree):
                modules.setdefault(module, path)
        else:
            names = started_by_shell(text)
        for name in names:
            place = shutil.which(name, path=PATH) if re.fullmatch(r"[\w.+-]+", name) else None
            if place:
                used.setdefault(place, path)
    for module, path in modules.items():
        if module not in local and not (PROJECT / "tests" / module).is_dir():
            used.setdefault(module_file(module), path)
    return used


def owners(files):
    """The packages of each file; dpkg knows a file by the name under which it was installed."""
    found = {}
    names = sorted(files)
    spellings = {}
    for name in names:
        for spelling in {name, os.path.realpath(name)}:
            spellings.setdefault(spelling, name)
            if spelling.startswith("/usr/"):
                spellings.setdefault(spelling[4:], name)
            else:
                spellings.setdefault("/usr" + spelling, name)
    words = sorted(spellings)
    for at in range(0, len(words), 400):
        for line in output("dpkg-query", "-S", *words[at:at + 400]).splitlines():
            packages, _, place = line.rpartition(": ")
            if place in spellings and not packages.startswith("diversion"):
                found.setdefault(spellings[place], set()).update(
                    package.split(":")[0] for package in packages.split(", "))
    return {name: found.get(name, set()) for name in names}


def depended_on(packages):
    """The listed packages, those that every Debian has, and all that these need."""
    needs, essential, provides = {}, set(), {}
    for line in output("dpkg-query", "-W", "-f",
                       "${Package}\t${Essential}\t${Provides}\t${Pre-Depends}, ${Depends}\n"
                       ).splitlines():
        name, is_essential, provided, depends = line.split("\t")
        needs[name] = re.findall(r"(?:^|[,|])\s*([a-z0-9.+-]+)", depends)
        if is_essential == "yes":
            essential.add(name)
        for other in re.findall(r"(?:^|,)\s*([a-z0-9.+-]+)", provided):
            provides.setdefault(other, set()).add(name)
    reached, waiting = set(), [*packages, *essential, *ALWAYS_THERE]
    while waiting:
        name = waiting.pop()
        if name in reached:
            continue
        reached.add(name)
        waiting.extend(needs.get(name, []))
        waiting.extend(provides.get(name, []))
    return reached


def main():
    if not shutil.which("dpkg-query"):
        print("skipped: install_test: this is no Debian system")
        return 77
    build = pathlib.Path(sys.argv[1])
    installer = str(PROJECT / "configs" / "install.sh")
    listed = output("bash", installer, "--tests", "--deep", "--package", "--list").split()
    allowed = depended_on(listed)
    used = {name: "the build" for name in opened_by_build(build)}
    headers = len(used)
    for name, path in used_by_scripts().items():
        used.setdefault(name, str(path.relative_to(PROJECT)))
    faults = []
    for name, packages in owners(used).items():
        if not packages:
            if name.startswith(("/usr/", "/lib", "/bin", "(")):
                faults.append(f"{name}, used by {used[name]}, belongs to no package")
        elif not packages & allowed:
            faults.append(f"{name}, used by {used[name]}, is of {', '.join(sorted(packages))}, "
                          "which configs/install.sh does not install")
    if headers < 500:
        faults.append(f"the build in {build} opened only {headers} files: is it whole?")
    print(f"{len(used)} files of {len(listed)} listed packages and what these need")
    for fault in faults:
        print("install:", fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
