"""The service unit keeps the node away from everything it does not need (exposure <= 1.2)."""

import pathlib
import re
import shutil
import subprocess
import sys

UNIT = pathlib.Path(__file__).resolve().parents[2] / "configs" / "staffroom.service"
EXPOSURE_MAX = 1.2


def exposure(text):
    """The figure in the last line of `systemd-analyze security`."""
    match = re.search(r"Overall exposure level for \S+: (\d+\.\d+)", text)
    return float(match.group(1)) if match else None


def main():
    if shutil.which("systemd-analyze") is None:
        print("skipped: service_test: systemd-analyze is not there")
        return 77
    analysed = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT)],
        capture_output=True, text=True, check=False,
    )
    measured = exposure(analysed.stdout)
    if measured is None:
        print(f"no exposure level was printed:\n{analysed.stdout}{analysed.stderr}")
        return 1
    print(f"exposure of staffroom.service: {measured}; at most {EXPOSURE_MAX}")
    return 0 if measured <= EXPOSURE_MAX else 1


if __name__ == "__main__":
    sys.exit(main())
