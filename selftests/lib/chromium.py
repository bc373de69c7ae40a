# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""A headless Chromium that tests drive through --remote-debugging-pipe: pages, keys, screenshots. No other library is needed.

It is Debian's, in the cache (selftests/vm/fetch.sh browser), or that of this machine.
"""
import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

FETCH = Path(__file__).resolve().parents[1] / "vm/fetch.sh"
# For machines where the other one cannot be fetched
NAMES = ("chromium", "chromium-browser", "google-chrome")
# Seconds, for a loaded machine
PATIENCE = 60


def find():
    """Return the path of the program; None: there is none."""
    fetched = subprocess.run([FETCH, "browser"], stdout=subprocess.PIPE, text=True, check=False)
    if not fetched.returncode:
        return fetched.stdout.strip()
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Failed(Exception):
    """The browser reported an error, or did not respond."""


class Browser:
    """One browser with one page. Errors of the page and requests of it to the network are collected."""

    def __init__(self, program):
        self.directory = tempfile.mkdtemp(prefix="pgwalk-chromium-")
        to_read, self.to = os.pipe()
        self.source, to_write = os.pipe()

        def connect():
            # The browser reads descriptor 3 and writes descriptor 4, which may be ends of the pipes already
            ends = os.dup(to_read), os.dup(to_write)
            high = [os.dup2(end, number) for end, number in zip(ends, (20, 21))]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self.process = subprocess.Popen(  # pylint: disable=consider-using-with,subprocess-popen-preexec-fn
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--remote-debugging-pipe",
             "--no-first-run", "--disable-background-networking", f"--user-data-dir={self.directory}", "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=False, preexec_fn=connect)
        os.close(to_read)
        os.close(to_write)
        self.number, self.buffer, self.errors, self.requests, self.loaded = 0, b"", [], [], False
        self.session = None
        target = next(t for t in self.call("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def close(self):
        """End the browser."""
        self.process.kill()
        self.process.wait()
        os.close(self.to)
        os.close(self.source)
        shutil.rmtree(self.directory, ignore_errors=True)

    def message(self, deadline):
        """Return the next message of the browser."""
        while b"\0" not in self.buffer:
            if not select.select([self.source], [], [], max(0, deadline - time.monotonic()))[0]:
                raise Failed("the browser did not respond")
            data = os.read(self.source, 1 << 20)
            if not data:
                raise Failed("the browser has ended")
            self.buffer += data
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def note(self, message):
        """Collect an event."""
        method, values = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            details = values["exceptionDetails"]
            self.errors.append(details.get("exception", {}).get("description", details["text"]))
        elif method == "Log.entryAdded" and values["entry"]["level"] == "error":
            self.errors.append(values["entry"]["text"])
        elif method == "Runtime.consoleAPICalled" and values["type"] in ("error", "warning"):
            self.errors.append(str(values["args"]))
        elif method == "Network.requestWillBeSent":
            self.requests.append(values["request"]["url"])
        elif method == "Page.loadEventFired":
            self.loaded = True

    def call(self, method, **values):
        """Call a method of the protocol; return its result."""
        self.number += 1
        request = {"id": self.number, "method": method, "params": values}
        if self.session:
            request["sessionId"] = self.session
        data = json.dumps(request).encode() + b"\0"
        while data:
            data = data[os.write(self.to, data):]
        deadline = time.monotonic() + PATIENCE
        while True:
            message = self.message(deadline)
            if message.get("id") != self.number:
                self.note(message)
            elif "error" in message:
                raise Failed(f"{method}: {message['error']['message']}")
            else:
                return message["result"]

    def open(self, path, width=1280, height=900, scheme="light"):
        """Show a file in a window of a size."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.loaded, self.requests = False, []
        self.call("Page.navigate", url=f"file://{path}")
        deadline = time.monotonic() + PATIENCE
        while not self.loaded:
            self.note(self.message(deadline))

    def run(self, script):
        """Evaluate an expression in the page; return its value."""
        result = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in result:
            raise Failed(result["exceptionDetails"].get("exception", {}).get("description", script))
        return result["result"].get("value")

    def press(self, key, code=0):
        """Press and release a key; a character is typed, and Enter is a carriage return."""
        text = {"text": "\r" if key == "Enter" else key} if len(key) == 1 or key == "Enter" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    def screenshot(self, path, whole=True):
        """Write the page as PNG."""
        image = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        with open(path, "wb") as file:
            file.write(base64.b64decode(image["data"]))
