"""The Debian package of a build folder: what is in it, what its scripts do, what lintian says.

Usage: package_test.py BUILD_FOLDER; exit 77 where Debian's tools are missing. Installing it for
real, with a node and a neighbour, is `configs/fresh.sh --package`.
"""

import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import tomllib

PROJECT = pathlib.Path(__file__).resolve().parents[2]
TOOLS = ("cpack", "dpkg-deb", "dpkg-shlibdeps", "file", "lintian")
WANTED = (
    "usr/bin/staffroom", "usr/bin/staffroomd", "etc/staffroom/staffroom.toml",
    "lib/systemd/system/staffroom.service", "lib/sysusers.d/staffroom.conf",
    "lib/tmpfiles.d/staffroom.conf", "share/man/man8/staffroomd.8.gz",
    "share/man/man5/staffroom.toml.5.gz", "share/bash-completion/completions/staffroom",
    "share/zsh/site-functions/_staffroom", "share/fish/vendor_completions.d/staffroom.fish",
    "share/doc/staffroom/changelog.gz", "share/doc/staffroom/copyright",
    "share/doc/staffroom/server.md", "share/doc/staffroom/node.example.toml",
)
# They build the page, and no byte of them is in it.
BUILD_ONLY = {"vite", "@sveltejs/vite-plugin-svelte"}


def need(condition, sentence):
    if not condition:
        raise AssertionError(sentence)


def run(*words, **more):
    done = subprocess.run(words, capture_output=True, text=True, check=False, **more)
    need(done.returncode == 0, f"{' '.join(map(str, words))}: {done.stdout}{done.stderr}")
    return done.stdout


def make(build, folder):
    epoch = run("dpkg-parsechangelog", "-l", PROJECT / "configs/package/changelog", "-S",
                "Timestamp").strip()
    run("cpack", "--config", build / "CPackConfig.cmake", "-B", folder,
        env={**os.environ, "SOURCE_DATE_EPOCH": epoch})
    made = list(folder.glob("*.deb"))
    need(len(made) == 1, f"{made}")
    return made[0]


def fields_fit(package):
    """The name, the version of the programs, and a dependency for each library that they link"""
    version = re.search(r"VERSION (\S+) ", (PROJECT / "CMakeLists.txt").read_text()).group(1)
    machine = run("dpkg", "--print-architecture").strip()
    need(package.name == f"staffroom_{version}_{machine}.deb", package.name)
    changelog = (PROJECT / "configs/package/changelog").read_text()
    need(changelog.startswith(f"staffroom ({version}) "), "the changelog has another version")
    needs = run("dpkg-deb", "-f", package, "Depends")
    for library in ("libsodium", "libleveldb", "libprotobuf-lite", "libssl3", "libc6", "systemd"):
        need(library in needs, f"no {library} in {needs}")


def files_fit(root):
    """Everything is there, root's, closed to other writers; the settings change nothing"""
    for wanted in WANTED:
        place = root / (wanted if wanted.startswith(("etc", "usr")) else f"usr/{wanted}")
        need(place.is_file(), f"no {place}")
    for place in root.rglob("*"):
        need(place.is_symlink() or not place.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH),
             f"others may write in {place}")
    unit = (root / "usr/lib/systemd/system/staffroom.service").read_bytes()
    need(unit == (PROJECT / "configs/staffroom.service").read_bytes(), "another unit")
    settings = (root / "etc/staffroom/staffroom.toml").read_text()
    own = {section: values for section, values in tomllib.loads(settings).items() if values}
    need(own == {"https": {"listen": "0.0.0.0:7443"}}, f"settings of the package's own: {own}")
    uncommented = tomllib.loads(re.sub(r"^#(?=[a-z_]+ = )", "", settings, flags=re.M))
    uncommented["https"]["listen"] = ""
    need(uncommented == tomllib.loads((PROJECT / "configs/node.example.toml").read_text()),
         "the settings are not those of the example")
    for program in ("staffroom", "staffroomd"):
        need(run(root / "usr/bin" / program, "--version").startswith(program), program)
    run(root / "usr/bin/staffroom", "config", "check", root / "etc/staffroom/staffroom.toml")


def page_is_in(root):
    """The page is built into the node: a package without one would be found out by teachers"""
    program = (root / "usr/bin/staffroomd").read_bytes()
    need(b"<!doctype html" in program.lower() and b"/assets/index-" in program, "no page in it")


def copyright_names_all(root):
    """Every library of the page stands in the copyright file, in words that Debian knows"""
    text = (root / "usr/share/doc/staffroom/copyright").read_text()
    wanted = json.loads((PROJECT / "node/web/package.json").read_text())["dependencies"]
    for name in set(wanted) - BUILD_ONLY:
        need(re.search(rf"\b{re.escape(name.split('/')[-1].replace('hashes', 'noble-hashes'))}\b",
                       text), f"{name} stands not in configs/package/copyright")


def purge_takes_state_only(control):
    """Removing keeps the school; purging deletes it and leaves what lies beside it"""
    with tempfile.TemporaryDirectory() as place:
        root = pathlib.Path(place)
        kept = [root / name for name in (
            "var/lib/staffroom-old/keys", "var/backups/staffroom/one", "home/a/staffroom.toml",
            "etc/passwd", "srv/elsewhere/file")]
        state = root / "var/lib/staffroom/store/index"
        gone = [state, root / "var/lib/staffroom/keys", root / "var/cache/staffroom/x"]
        for name in (*kept, *gone):
            name.parent.mkdir(parents=True, exist_ok=True)
            name.write_text("words")
        # What a link leads to was not made by the node.
        (root / "var/lib/staffroom/link").symlink_to(root / "srv/elsewhere")
        around = {**os.environ, "DPKG_ROOT": place}
        said = run("sh", control / "postrm", "remove", env=around)
        need(all(name.is_file() for name in (*kept, *gone)), "removing took something away")
        need("/var/lib/staffroom" in said, "nobody is told that the school stays")
        run("sh", control / "postrm", "purge", env=around)
        need(all(name.is_file() for name in kept), "purging took what is no state")
        need(not (root / "var/lib/staffroom").exists(), "the state stays")
        need(not (root / "var/cache/staffroom").exists(), "the cache stays")


def lintian_is_content(package):
    """lintian has no error and no warning, and nothing silences it"""
    need(not list((PROJECT / "configs").rglob("*lintian-overrides*")), "an override")
    run("lintian", "--allow-root", "--fail-on", "error,warning", package)


def main():
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    build = pathlib.Path(sys.argv[1]).resolve()
    if missing or "STAFFROOM_SANITIZE:STRING=\n" not in (build / "CMakeCache.txt").read_text():
        print(f"skipped: package_test: {', '.join(missing) or 'this build has sanitizers'}")
        return 77
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        package = make(build, folder / "made")
        run("dpkg-deb", "-x", package, folder / "root")
        run("dpkg-deb", "-e", package, folder / "control")
        fields_fit(package)
        files_fit(folder / "root")
        page_is_in(folder / "root")
        copyright_names_all(folder / "root")
        purge_takes_state_only(folder / "control")
        lintian_is_content(package)
        print(f"{package.name}: {package.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
