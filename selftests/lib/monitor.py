# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""QEMU's human monitor, on the unix socket of the option --monitor of selftests/vm/run.sh."""
import socket

PROMPT = b"(qemu) "


class Monitor:
    """A connection to the monitor of a guest."""

    def __init__(self, path, seconds=60):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(seconds)
        self.socket.connect(str(path))
        self.read()

    def read(self):
        """Return the text up to the next prompt."""
        text = b""
        while not text.endswith(PROMPT):
            got = self.socket.recv(65536)
            if not got:
                raise EOFError("QEMU has ended")
            text += got
        return text.decode(errors="replace")

    def run(self, command):
        """Run a command; return its output."""
        self.socket.sendall(command.encode() + b"\n")
        return self.read()
