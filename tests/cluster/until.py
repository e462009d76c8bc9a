# SPDX-License-Identifier: Apache-2.0
"""Waiting for servers that begin."""
import time


def until(ready, what, logs, seconds):
    """Returns when ready() does not give False; after so many seconds fails with the ends of the logs in a folder."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            texts = "".join(f"--- {path.name}\n{path.read_text()[-2000:]}" for path in logs.glob("*.log"))
            raise RuntimeError(f"{what}: not ready after {seconds} s\n{texts}")
        time.sleep(0.1)
