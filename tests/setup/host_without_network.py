"""Run on a machine without a network, by the Python that a bundle carries: installs it, asks it, stops it, tells how it went.

host_without_network.py TREE PORT, inside `unshare --net --mount`: prints one line of JSON.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

MINUTES = 10
QUESTION = "饭店黄了，食品证咋退"


def ask(address: str, body: dict[str, str] | None = None) -> tuple[int, str]:
    """The status and the text of an answer; 0 where nobody answers."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def main(tree: Path, port: str) -> None:
    """Install and start, twice: the first time everything is installed, the second time nothing."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    home = tree.parent / "home"
    home.mkdir()
    told: dict[str, object] = {"routes": Path("/proc/net/route").read_text().splitlines()[1:]}
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=tree, check=True)
    for which in ("first", "second"):
        log = tree.parent / f"{which}.log"
        began = time.monotonic()
        with log.open("wb") as out:
            running = subprocess.Popen(
                [shutil.which("make") or "make", "run", f"PORT={port}"],
                cwd=tree,
                env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(home), "LANG": "C.UTF-8"},
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            address = f"http://127.0.0.1:{port}"
            ready = 0
            while ready != 200 and running.poll() is None and time.monotonic() - began < MINUTES * 60:
                time.sleep(0.2)
                ready, _ = ask(f"{address}/readyz")
            seconds = time.monotonic() - began
            status, answer = ask(f"{address}/api/chat", {"conversation_id": which, "text": QUESTION})
            os.killpg(running.pid, signal.SIGTERM)
            running.wait(60)
        told[which] = {
            "ready": ready,
            "seconds": round(seconds, 1),
            "status": status,
            "answer": json.loads(answer) if status == 200 else answer,
            "printed": log.read_text("utf-8", "replace")[-4000:],
        }
    print(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
