"""The browser of the end-to-end tests: `python -m tests.chromium` installs it where that may be.

Debian's own package, by apt, when the machine lets us (root) and it is missing; nothing is
downloaded in any other way. Says what it did.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The path of an installed Chromium, or None."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def main() -> int:
    """Installs Chromium if it is missing and can be; never fails: the tests say what is skipped."""
    if find():
        return 0
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        print("No Chromium here and no right to install it: the browser tests will be skipped.")
        return 0
    print("Installing Chromium for the browser tests (apt-get install chromium) …", flush=True)
    quiet = {"DEBIAN_FRONTEND": "noninteractive", **os.environ}
    for command in ([apt, "update", "-qq"], [apt, "install", "-y", "-qq", "chromium"]):
        done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{' '.join(command)} failed: {done.stderr.strip()[-300:]}", file=sys.stderr)
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
