"""One process of a service: `python -m examples.stage.worker module:factory fd`.

Its standard input begins with a line, the deployment, and its end ends the process.
"""

from __future__ import annotations

import socket
import sys

from examples.stage.hand_over import read
from examples.stage.serving import Server, app_of


def main(factory: str, descriptor: str) -> None:
    """Serves on a socket that listens, until standard input ends."""
    deployment = read(sys.stdin.buffer.readline())
    with socket.socket(fileno=int(descriptor)) as listener, Server(app_of(factory, deployment), listener):
        print("ready", flush=True)
        sys.stdin.buffer.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
