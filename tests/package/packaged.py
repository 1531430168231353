"""Two schools on two bare Debian systems, by the package: from installing to purging.

Usage: packaged.py ROOT_A ROOT_B PACKAGE, as root, called by `configs/fresh.sh --package`, which has
installed what the package depends on; no network is needed here. The systems are booted: systemd
starts the service, and pulling the plug kills every process of a system at once.
"""

import hashlib
import json
import os
import pathlib
import re
import signal
import ssl
import subprocess
import sys
import tempfile
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "acceptance"))

from people import PASSWORD, Browser
from support import PROJECT, need, wait_until

STATE = "var/lib/staffroom"
SETTINGS = "etc/staffroom/staffroom.toml"
LINK = "etc/systemd/system/multi-user.target.wants/staffroom.service"
CGROUP = pathlib.Path("/sys/fs/cgroup/systemd")
INSIDE = ("env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8")
# What dpkg, apt, systemd and the tools for users keep of every package, whatever it is.
NOT_OURS = re.compile(
    r"^(proc|sys|dev|run|tmp|srv|var/log|var/lib/(dpkg|apt|systemd))/"
    r"|^var/cache/(apt|ldconfig|debconf)/"
    r"|^etc/((passwd|group|shadow|gshadow|subuid|subgid)-?|\.pwd\.lock|ld\.so\.cache|\.updated)$"
    r"|^var/\.updated$")
RECORD = "two-voices-in-every-discussion.md"


class Machine:
    """One bare system: its root and, while it is on, its process 1."""

    def __init__(self, root, ports):
        self.root = pathlib.Path(root)
        self.listen, self.web, self.https = (f"127.0.0.1:{port}" for port in ports)
        self.outer = None
        self.first = None

    def boot(self):
        def into_group():
            if CGROUP.is_dir():
                group = CGROUP / f"staffroom-{self.root.name}"
                group.mkdir(exist_ok=True)
                (group / "cgroup.procs").write_text(str(os.getpid()))

        self.outer = subprocess.Popen(
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--cgroup", "--uts", "--ipc",
             HERE / "boot.sh", self.root], stdin=subprocess.DEVNULL,
            stderr=open(f"{self.root}.boot", "ab"), preexec_fn=into_group)
        children = pathlib.Path(f"/proc/{self.outer.pid}/task/{self.outer.pid}/children")
        wait_until(lambda: self.outer.poll() is not None or children.read_text(), 10, "a process 1")
        need(self.outer.poll() is None, f"no system can be booted here; see {self.root}.boot")
        self.first = children.read_text().split()[0]
        wait_until(lambda: "running" in self.do("systemctl", "is-system-running", codes=(0, 1)), 60,
                   "a system that runs", 0.5)

    def pull_the_plug(self):
        """Every process of the system dies at once with its first."""
        if self.outer is not None:
            os.kill(int(self.first), signal.SIGKILL)
            self.outer.wait(20)
            self.outer = None
            group = CGROUP / f"staffroom-{self.root.name}"
            if group.is_dir():
                subprocess.run(["find", group, "-depth", "-type", "d", "-exec", "rmdir", "{}", "+"],
                               stderr=subprocess.DEVNULL, check=False)

    def enter(self, words, typed=None):
        around = ("nsenter", "-t", self.first, "-m", "-p", "-u", "-i", "-C", "-r", "-w", *INSIDE)
        return subprocess.run([*around, *words], input=typed or "", capture_output=True, text=True,
                              check=False)

    def do(self, *words, codes=(0,), typed=None):
        done = self.enter(words, typed)
        need(done.returncode in codes,
             f"{words}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def staffroom(self, *words, typed=None):
        """The command line as an administrator types it: no folder is named."""
        done = self.enter(("runuser", "-u", "staffroom", "--", "staffroom", *words), typed)
        need(done.returncode == 0, f"{words}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def install(self, package):
        (self.root / "srv" / package.name).write_bytes(package.read_bytes())
        return self.do("apt-get", "install", "-y", "--no-install-recommends",
                       f"/srv/{package.name}")

    def is_active(self):
        return self.do("systemctl", "is-active", "staffroom", codes=(0, 3)).strip() == "active"

    def files(self):
        found = subprocess.run(["find", self.root, "-xdev", "!", "-type", "d", "-printf", "%P\\n"],
                               capture_output=True, text=True, check=True)
        return {name for name in found.stdout.splitlines() if not NOT_OURS.search(name)}

    def held(self):
        """Who the school is and what its networks hold, digest and all."""
        status = json.loads(self.staffroom("--json", "status"))
        digests = [network["digest"] for network in status["networks"]]
        need(digests, f"no network in {status}")
        return status["school"], digests, self.staffroom("--plain", "list")


def installing(machine, package):
    """Asks nothing, starts the service, tells page and code; the user owns a closed folder"""
    said = machine.install(package)
    need(machine.is_active(), f"the service does not run: {said}")
    shown = dict(re.findall(r"^(Code|Page|HTTPS|SHA-256) +(\S+)$", said, re.M))
    need(set(shown) == {"Code", "Page", "HTTPS", "SHA-256"}, f"no page and no code: {said}")
    seen = ssl.get_server_certificate(("127.0.0.1", 7443))
    mark = hashlib.sha256(ssl.PEM_cert_to_DER_cert(seen)).hexdigest().upper()
    need(shown["SHA-256"].replace(":", "") == mark, "another certificate at the port of HTTPS")
    need("staffroom:" in (machine.root / "etc/passwd").read_text(), "no user")
    need((machine.root / STATE).stat().st_mode & 0o777 == 0o700, "the folder is open")
    need((machine.root / LINK).is_symlink(), "the unit is not enabled")
    return shown


def set_up(machine, shown, school):
    """The page's way from the code to a school with a name and a lead."""
    page = shown["Page"].replace("127.0.0.1:7480", machine.web)
    with urllib.request.urlopen(page, timeout=10) as answer:
        need(b"<!doctype html" in answer.read().lower(), "no page")
    browser = Browser(machine)
    begun = browser.post("/api/v1/setup/session", {"code": shown["Code"]})
    need(begun.status == 200, f"the code opens nothing: {begun.status} {begun.body!r}")
    browser.csrf = begun.json()["csrf"]
    made = browser.post("/api/v1/setup/school", {"name": school, "place": ""}).json()
    words = made["phrase"].split()
    right = {str(place): words[place - 1] for place in made["check"]}
    need(browser.post("/api/v1/setup/phrase", {"words": right}).status == 200, "not right")
    lead = {"name": "Lea Dee", "password": PASSWORD, "role": "lead"}

    def made_account():
        try:
            answer = browser.post("/api/v1/setup/accounts", lead)
        except OSError:
            return None  # the node begins again, with its name
        return answer if answer.status != 503 else None

    need(wait_until(made_account, 20, "the school with its name", 0.2).status == 201, "no lead")


def joining(a, b):
    """A record goes from one to the other, after B has joined by a code"""
    shown = b.staffroom("--plain", "config", "show", "--origin")
    need(re.search(r"node\.web\t.*7481.*\t/etc/staffroom/staffroom\.toml:\d+", shown), shown)
    need(re.search(r"school\.name\t.*Riverside.*\t/var/lib/staffroom/staffroom\.", shown), shown)
    a.staffroom("network", "create", "Rivers", "--focus", "literacy-and-oracy")
    code = re.search(r"^Code +(\S+)", a.staffroom("network", "invite", "Rivers"), re.M).group(1)
    b.staffroom("network", "join", "-", a.listen, typed=code + "\n")
    text = (PROJECT / "configs/demo/records" / RECORD).read_text()
    (a.root / "srv" / RECORD).write_text(text)
    a.staffroom("publish", f"/srv/{RECORD}", "--network", "Rivers")
    a.staffroom("sync", "--wait")
    need("Two voices" in b.staffroom("list"), "nothing arrived")
    need(b.staffroom("doctor"), "doctor says nothing")


def unplugging(machine):
    """A machine whose plug is pulled starts its node by itself, with every record"""
    here = machine.held()
    machine.pull_the_plug()
    machine.boot()
    wait_until(machine.is_active, 30, "the service after a power cut", 0.5)
    need(machine.held() == here, "not what was there before the power cut")


def upgrading(machine, package, is_wanted):
    """A higher version keeps school, records, changed settings, and whether it is wanted"""
    before = (machine.root / SETTINGS).read_bytes()
    if not is_wanted:
        machine.do("systemctl", "disable", "--now", "staffroom.service")
    here = machine.held() if is_wanted else None
    with tempfile.TemporaryDirectory() as place:
        raw = pathlib.Path(place) / "raw"
        subprocess.run(["dpkg-deb", "-R", package, raw], check=True)
        control = raw / "DEBIAN/control"
        newer, count = re.subn(r"^(Version: .*)$", r"\1+1", control.read_text(), flags=re.M)
        need(count == 1, "no version")
        control.write_text(newer)
        subprocess.run(["dpkg-deb", "--root-owner-group", "-b", raw, f"{place}/newer.deb"],
                       check=True, stdout=subprocess.DEVNULL)
        machine.install(pathlib.Path(place) / "newer.deb")
    need("+1" in machine.do("dpkg-query", "-W", "-f", "${Version}", "staffroom"), "not upgraded")
    need((machine.root / SETTINGS).read_bytes() == before, "settings were changed")
    need((machine.root / LINK).is_symlink() == is_wanted, "another wish than the administrator's")
    need(machine.is_active() == is_wanted, "another state than before")
    need(not is_wanted or machine.held() == here, "not what was there before the upgrade")


def removing(machine, package):
    """Removing keeps the school, so that the same one starts after installing again"""
    here = machine.held()
    said = machine.do("apt-get", "remove", "-y", "staffroom")
    need("stays in /var/lib/staffroom" in said, said)
    need(not machine.is_active(), "the node still runs")
    need(not (machine.root / "usr/bin/staffroomd").exists(), "the program stays")
    need((machine.root / STATE / "keys").is_file(), "the school is gone")
    said = machine.install(package)
    need(machine.is_active() and "Code " not in said, f"not as it was: {said}")
    need(machine.held() == here, "another school, or not all of it")


def purging(machine, before):
    """Purging takes the state and everything of the package, and nothing else"""
    kept = machine.root / "home/backup-of-staffroom.tar"
    kept.write_text("words")
    machine.do("apt-get", "purge", "-y", "staffroom")
    need(kept.read_text() == "words", "a backup is gone")
    kept.unlink()
    need(machine.files() == before,
         f"left: {machine.files() - before}; gone: {before - machine.files()}")
    need(not (machine.root / STATE).exists(), "the state stays")
    machine.do("dpkg", "--audit")


def change_ports(machine):
    """B stands behind the same loopback as A, so it gets ports of its own, by the machine's file"""
    settings = machine.root / SETTINGS
    text = settings.read_text()
    for old, new in (('#listen = "0.0.0.0:7420"', f'listen = "{machine.listen}"'),
                     ('#web = "127.0.0.1:7480"', f'web = "{machine.web}"'),
                     ('listen = "0.0.0.0:7443"', f'listen = "{machine.https}"')):
        need(old in text, text)
        text = text.replace(old, new)
    settings.write_text(text)
    machine.do("systemctl", "restart", "staffroom")


def main():
    a, b = (Machine(root, (7420 + n, 7480 + n, 7443 + n)) for n, root in enumerate(sys.argv[1:3]))
    package = pathlib.Path(sys.argv[3])

    def step(name, perform, *words):
        done = perform(*words)
        print(f"packaged: {name}: as it should be", flush=True)
        return done

    try:
        a.boot()
        before = a.files()
        shown = step("install A", installing, a, package)
        step("set up A", set_up, a, shown, "Hillside Primary")
        a.do("systemctl", "stop", "staffroom")
        b.boot()
        step("install B", installing, b, package)
        change_ports(b)
        a.do("systemctl", "start", "staffroom")
        code = dict(re.findall(r"^(\w+) +(\S+)$", b.staffroom("setup", "code"), re.M))
        step("set up B", set_up, b, code, "Riverside Primary")
        step("join", joining, a, b)
        step("pull the plug", unplugging, a)
        step("upgrade A", upgrading, a, package, True)
        step("upgrade B, which is disabled", upgrading, b, package, False)
        step("remove A, install again", removing, a, package)
        step("purge A", purging, a, before)
    finally:
        a.pull_the_plug()
        b.pull_the_plug()


if __name__ == "__main__":
    main()
