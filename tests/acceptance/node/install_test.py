"""`cmake --install`: unit, user, folder and settings come along and fit together."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import support
from support import PROJECT, Skipped, need

BUILD = support.BIN_DIR.parent


def installed(root, prefix="/usr"):
    if shutil.which("cmake") is None or not (BUILD / "cmake_install.cmake").is_file():
        raise Skipped("no build folder beside the programs")
    subprocess.run(
        ["cmake", "--install", BUILD, "--component", "service", "--prefix", prefix],
        check=True, capture_output=True, env={**os.environ, "DESTDIR": str(root)},
    )
    return pathlib.Path(str(root) + prefix)


def service_files():
    """install: unit, sysusers, tmpfiles and example are there and name one user and folder"""
    with tempfile.TemporaryDirectory() as root:
        there = installed(root)
        unit = (there / "lib/systemd/system/staffroom.service").read_text()
        users = (there / "lib/sysusers.d/staffroom.conf").read_text()
        folders = (there / "lib/tmpfiles.d/staffroom.conf").read_text()
        example = (there / "share/doc/staffroom/node.example.toml").read_text()
        need(example == (PROJECT / "configs/node.example.toml").read_text(), "another example")
        setting = dict(re.findall(r"^(\w+)=(.*)$", unit, re.MULTILINE))
        program, flag, folder = setting["ExecStart"].split()
        need(program.endswith("/bin/staffroomd") and flag == "--data", f"{setting['ExecStart']}")
        need(folder == "/var/lib/" + setting["StateDirectory"], f"folder {folder}")
        need(re.search(rf"^u {setting['User']} .* {folder} ", users, re.MULTILINE), users)
        need(f"d {folder} 0700 {setting['User']} {setting['Group']}" in folders, folders)
        need("~@privileged @resources" in unit, "a line of the unit was changed")
        need("useradd" not in unit, "a user without a home")
        need(int(setting["StartLimitBurst"]) < 10, "it starts for ever")
        need("78" in setting["RestartPreventExitStatus"], "settings are tried again")
        if shutil.which("systemd-sysusers"):
            (pathlib.Path(root) / "etc").mkdir()
            subprocess.run(
                ["systemd-sysusers", f"--root={root}", there / "lib/sysusers.d/staffroom.conf"],
                check=True, capture_output=True,
            )
            passwd = (pathlib.Path(root) / "etc/passwd").read_text()
            need("/var/lib/staffroom" in passwd, passwd)


support.main(service_files)
