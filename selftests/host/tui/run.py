#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Compares the screen of pgtop in a real terminal (tmux) with expected screens, on the host. TAP.

run.py              build, then test
run.py --update     replace the expected screens by the current ones: read the diff
run.py -k WORD      compare only screens with WORD in their names
"""
import difflib
import fcntl
import gzip
import os
import pty
import random
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "lib"))
import tap

EXPECTED = HERE / "expected"
BUILD = Path(os.environ.get("PGWALK_BUILD", HERE / "../../../build")).resolve()
OUT = BUILD / "selftests/host/tui"
SCREEN = OUT / "screen"
PGTOP = BUILD / "bin/pgtop"
# The same with the sanitizers
CHECKED = BUILD / "selftests/host/golden/bin/pgtop"
UPDATE = "--update" in sys.argv
ONLY = sys.argv[sys.argv.index("-k") + 1] if "-k" in sys.argv else None
SOCKET = f"pgwalk-tui-{os.getpid()}"
# Seconds, for a loaded machine: a screen that is as expected ends the wait at once
PATIENCE = 15
MODES = {
    "utf8": {"LC_ALL": "C.UTF-8", "TERM": "tmux-256color"},
    "c": {"LC_ALL": "C", "TERM": "tmux-256color"},
    "vt100": {"LC_ALL": "C.UTF-8", "TERM": "vt100"},
    "nocolor": {"LC_ALL": "C.UTF-8", "TERM": "tmux-256color", "NO_COLOR": "1"},
}
TEXT = "="      # prefix of a key that is sent as literal text
NOTHING = "~"   # prefix of a key of a recorded stream that changes nothing

# name: scene, keys, options. At 80x24 in UTF-8; the screens of BOTH also at 200x60, those of ASCII also in the C locale
SCREENS = {
    "mappings": ("server", []),
    "latency": ("server", ["Tab"]),
    "gain": ("server", ["Tab", "Tab"]),
    "access": ("server", ["Tab", "Tab", "Tab"]),
    "threads": ("server", ["t"]),
    "stacks": ("server", ["U", "Down"]),
    "system": ("server", ["v"]),
    "pages": ("server", ["Enter", "Down"]),
    "page": ("server", ["Enter", "Down", "Enter"]),
    "help": ("server", ["?"]),
    "processes": ("all", []),
    "cgroup": ("cgroup", []),
    "bare": ("bare", []),
    "empty": ("empty", []),
    "odd": ("odd", []),
    "odd-cursor": ("odd", ["Down", "Down", "Down"]),
    "gone": ("gone", []),
    "many": ("many", ["End"]),
}
BOTH = list(SCREENS)
ASCII = ["mappings", "latency", "page", "odd", "bare"]
KEYS = {
    "bare-threads": ("bare", ["t"]),
    "bare-stacks": ("bare", ["U"]),
    "bare-pages": ("bare", ["Enter"]),
    "bare-system": ("bare", ["v"]),
    "gone-page": ("gone", ["Enter", "Enter"]),
    "page-cannot": ("cannot", ["Enter", "Enter"]),
    "zoom": ("server", ["+", "+"]),
    "zoom-back": ("server", ["+", "+", "-", "-", "-"]),
    "zoom-other": ("server", ["Down", "+", "+", "+", "+", "+"]),
    "down": ("server", ["Down", "Down", "Up"]),
    "page-down": ("many", ["NPage", "NPage", "PPage", "Down"]),
    "home": ("many", ["End", "Home", "Down"]),
    "right": ("server", ["Right", "Right", "Right", "Left"]),
    "sort-next": ("server", [">", ">"]),
    "sort-before": ("server", ["<"]),
    "reverse": ("server", ["R"]),
    "sort-prompt": ("server", ["s", "=ma"]),
    "sort-name": ("server", ["s", "=mapping", "Enter"]),
    "sort-key": ("server", ["s", "=p99_ns", "Enter"]),
    "sort-wrong": ("server", ["s", "=weight", "Enter"]),
    "sort-given-up": ("server", ["s", "=max", "Escape"]),
    "delay-prompt": ("server", ["d", "=0.25x", "BSpace"]),
    "delay": ("server", ["d", "=0.25", "Enter"]),
    "delay-wrong": ("server", ["d", "=soon", "Enter"]),
    "delay-small": ("server", ["d", "=0", "Enter"]),
    "find": ("server", ["/", "=libc", "BSpace", "BSpace", "BSpace", "BSpace", "=swap", "Enter"]),
    "find-next": ("server", ["/", "=heap", "Enter", "n"]),
    "find-not": ("server", ["/", "=nosuch", "Enter"]),
    "find-in-help": ("server", ["h", "/", "=shared-write", "Enter"]),
    "filter-prompt": ("server", ["\\"]),
    "filter": ("server", ["\\", "=HEAP", "Enter"]),
    "filter-none": ("server", ["\\", "=nosuch", "Enter"]),
    "filter-off": ("server", ["\\", "=heap", "Enter", "Escape"]),
    "pause": ("server", ["p"]),
    "go-on": ("server", ["p", "p"]),
    "reset": ("server", ["r"]),
    "refresh": ("server", ["Space", "Space"]),
    "cursor-stays": ("server", ["Down", "Down", "s", "=mapping", "Enter"]),
    "threads-off": ("server", ["t", "t"]),
    "stacks-off": ("server", ["U", "U"]),
    "code": ("server", ["Down", "Down", "c"]),
    "code-left": ("server", ["c", "Escape"]),
    "code-stale": ("server", ["c", "m", "U"]),
    "code-none": ("server", ["v", "c"]),
    "places": ("server", ["U", "Enter", "Down"]),
    "places-code": ("server", ["U", "Enter", "Down", "Enter"]),
    "places-left": ("server", ["c", "Enter", "Escape"]),
    "tab-back": ("server", ["BTab"]),
    "help-left": ("server", ["v", "h", "q"]),
    "help-end": ("server", ["h", "End"]),
    "pages-left": ("server", ["Enter", "Escape"]),
    "page-left": ("server", ["Enter", "Enter", "Escape"]),
    "page-again": ("server", ["Enter", "Enter", "Space"]),
    "first-again": ("server", ["v", "m"]),
    "escape": ("server", ["v", "Escape"]),
    "enter-nothing": ("server", ["End", "Enter"]),
    "enter-process": ("all", ["Enter"]),
    "enter-pages": ("all", ["Enter", "Enter"]),
    "enter-filter": ("all", ["Enter", "\\", "=heap", "Enter", "Escape"]),
    "enter-left": ("cgroup", ["Down", "Enter", "v", "Escape", "Escape"]),
    "enter-paused": ("all late", ["p", "Enter"]),
    "enter-early": ("all late", ["Enter", "Escape"]),
    "enter-late": ("all late", ["p", "Enter", "Space"]),
    "enter-others": ("all", ["Down", "Down", "Enter"]),
    "threads-of-many": ("all", ["t"]),
    "step-live": ("server", ["."]),
    "unknown-key": ("server", ["%", "F7"]),
}
OPTIONS = {
    "begin-threads": ("server threads", []),
    "recorded-pages": ("server replay", ["Enter"]),
    "recorded-page": ("server replay", ["Enter", "Enter"]),
    "recorded-other": ("server replay", ["Down", "Enter"]),
    "recorded-enter": ("all replay", ["Enter"]),
    "recorded-delay": ("server replay", ["d"]),
}
# Recorded streams played by pgtop itself: paused, then advanced by so many intervals
STREAMS = {
    "classes": ("classes", ["p", "Space"]),
    "classes-next": ("classes", ["p", "Space", "Space"]),
    "names": ("names", ["p", "Space"]),
    "nomodule": ("nomodule", ["p", "Space"]),
    "unattributed": ("unattributed", ["p", "Space"]),
    "signals": ("signals", ["p", "Space", "Tab"]),
    "threads": ("threads", ["p", "Space", "t"]),
    "stacks": ("stacks", ["p", "Space", "U"]),
    "code": ("stacks", ["p", "Space", "Down", "Down", "c"]),
    "places": ("stacks", ["p", "Space", "U", "Enter"]),
    "processes": ("processes", ["p", "Space"]),
    "cgroup": ("cgroup", ["p", "Space"]),
    "pages": ("pages", ["p", "Space", "Space", "Enter"]),
    "pages-page": ("pages", ["p", "Space", "Space", "Enter", "Enter"]),
    "all": ("classes", ["p", "Space", "Space", "a"]),
    "all-off": ("classes", ["p", "Space", "Space", "a", "a"]),
    "all-reset": ("classes", ["p", "Space", "a", "r", "Space"]),
    "all-processes": ("processes", ["p", "Space", "Space", "a"]),
    "all-stacks": ("stacks", ["p", "Space", "Space", "U", "a"]),
    "back": ("stacks", ["p", "Space", "Space", "Space", ","]),
    "first": ("stacks", ["p", "Space", "Space", "[", "~,"]),
    "step": ("stacks", ["p", "Space", ".", "."]),
    "ten": ("stacks", ["p", "Space", "]"]),
    "ten-back": ("stacks", ["p", "Space", "]", "["]),
    "go": ("stacks", ["p", "Space", "g", "=3", "Enter"]),
    "go-part": ("stacks", ["p", "Space", "g", "=100%", "Enter"]),
    "go-by": ("stacks", ["p", "Space", "Space", "g", "=-1", "Enter"]),
    "go-time": ("stacks", ["p", "Space", "g", "=00:00:02", "Enter"]),
    "go-late": ("stacks", ["p", "Space", "g", "=23:00", "Enter"]),
    "go-wrong": ("stacks", ["p", "Space", "g", "=soon", "Enter"]),
    "go-all": ("stacks", ["p", "Space", "Space", "Space", "a", ","]),
    "loop-begin": ("stacks", ["p", "Space", "l"]),
    "loop": ("stacks", ["p", "Space", ".", "l", ".", "l", "Space"]),
    "loop-again": ("stacks", ["p", "Space", ".", "l", ".", "l", "Space", "Space", "Space"]),
    "loop-end": ("stacks", ["p", "Space", "l", ".", "l", "l", "Space"]),
    "fold": ("fold", ["p", "Space", "Space", "End"]),
    "memory": ("memory", ["p", "Space", "C", "=pss,uss,frames,eligible,tables", "Enter"]),
    "memory-prompt": ("memory", ["p", "Space", "C", "=pss", "Enter", "C"]),
    "memory-wrong": ("memory", ["p", "Space", "C", "=weight", "Enter"]),
    "memory-off": ("memory", ["p", "Space", "C", "=all", "Enter", "C", "C-u", "Enter"]),
    "memories": ("memories", ["p", "Space", "C", "=all", "Enter"]),
}
# The same, in Chinese: characters of two columns in headings, keys and notes, beside names of columns that stay English
CHINESE = {
    "classes": ("classes", ["p", "Space", "Down"]),
    "classes-filter": ("classes", ["p", "Space", "\\", "=nosuch", "Enter"]),
    "classes-sort": ("classes", ["p", "Space", "s"]),
    "latency": ("classes", ["p", "Space", "Tab"]),
    "help": ("classes", ["p", "Space", "?"]),
    "help-end": ("classes", ["p", "Space", "?", "End"]),
    "system": ("classes", ["p", "Space", "v"]),
    "all": ("classes", ["p", "Space", "Space", "a"]),
    "threads": ("threads", ["p", "Space", "t"]),
    "places": ("stacks", ["p", "Space", "U", "Enter"]),
    "loop": ("stacks", ["p", "Space", ".", "l", ".", "l"]),
    "pages": ("pages", ["p", "Space", "Space", "Enter"]),
    "processes": ("processes", ["p", "Space"]),
    "nomodule": ("nomodule", ["p", "Space"]),
}
SIZES = [(40, 10), (50, 12), (60, 16), (79, 20), (100, 30), (39, 10), (40, 9), (12, 3)]

RESULTS = tap.Tap()
BEGUN = time.monotonic()


def report(good, title, why=()):
    if os.environ.get("TIMED"):
        tap.comment(f"{time.monotonic() - BEGUN:.1f}")
    RESULTS.result(good, title, [line.rstrip("\n") for line in list(why)[:40]])


def tmux(*args):
    environment = {k: v for k, v in os.environ.items() if k not in ("TMUX", "NO_COLOR", "LINES", "COLUMNS")}
    environment.update({"LC_ALL": "C.UTF-8", "TZ": "UTC"})
    return subprocess.run(["tmux", "-u", "-L", SOCKET, "-f", "/dev/null", *args], env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False).stdout.decode()


class Terminal:
    """A terminal that shows the screen."""

    def __init__(self, name, arguments, size=(80, 24), mode="utf8", after="sleep 1000", command=None):
        self.name, self.size = name, size
        self.work = Path(tempfile.mkdtemp(prefix="pgwalk-tui-"))
        settings = " ".join(f"{k}={v}" for k, v in MODES[mode].items()) + f" SCREEN_FILE={self.work}/written"
        command = command or f"{settings} {SCREEN} {arguments} 2> {self.work}/err"
        # print the status last: the output of the shell after the screen is not compared
        tmux("new-session", "-d", "-s", name, "-x", str(size[0]), "-y", str(size[1]),
             f"stty -a > {self.work}/before; {command}; echo $? > {self.work}/status; stty -a > {self.work}/after; {after}")

    def press(self, keys):
        for key in keys:
            if key.startswith(TEXT):
                tmux("send-keys", "-t", self.name, "-l", "--", key[1:])
            else:
                tmux("send-keys", "-t", self.name, key)
            # keys that follow Esc without a pause are one sequence
            if key == "Escape":
                time.sleep(0.1)

    def capture(self, *options):
        return tmux("capture-pane", "-p", "-t", self.name, *options)

    def wait(self):
        """Wait for the first drawing: before it the terminal would echo keys."""
        end = time.monotonic() + PATIENCE
        while not self.capture().strip() and time.monotonic() < end:
            time.sleep(0.02)

    def settled(self, wanted=None, options=()):
        """Return the screen when it is as wanted, or no longer changes."""
        end = time.monotonic() + PATIENCE
        seen, still = "", 0
        while time.monotonic() < end:
            now = self.capture(*options)
            if wanted is not None and now == wanted:
                return now
            still = still + 1 if now == seen and now.strip() else 0
            seen = now
            if still >= 10 and wanted is None:
                break
            time.sleep(0.05)
        return seen

    def ended(self):
        """Wait for the end of the screen; return its status."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if (self.work / "after").exists() and (self.work / "after").read_text().count(";") > 10:
                return int((self.work / "status").read_text())
            time.sleep(0.05)
        return None

    def is_restored(self):
        flags = tmux("display-message", "-p", "-t", self.name, "#{alternate_on} #{cursor_flag} #{keypad_flag}").strip()
        same = (self.work / "before").read_text() == (self.work / "after").read_text()
        return flags == "0 1 0" and same, [flags, "modes " + ("restored" if same else "changed")]

    def close(self):
        tmux("kill-session", "-t", self.name)
        error = (self.work / "err").read_text() if (self.work / "err").exists() else ""
        subprocess.run(["rm", "-rf", str(self.work)], check=False)
        return error


def compare(name, terminal, title, options=()):
    path = EXPECTED / f"{name}.screen"
    wanted = None if UPDATE or not path.exists() else path.read_text()
    seen = terminal.settled(wanted, options)
    if UPDATE:
        path.write_text(seen)
        wanted = seen
    report(seen == wanted, title, difflib.unified_diff((wanted or "").splitlines(), seen.splitlines(), "expected", "seen",
                                                      lineterm=""))


def golden(cases):
    """Start all terminals, then send all keys, then compare: the terminals run in parallel."""
    terminals = []
    for case in cases:
        name, (arguments, _), size, mode, _ = case
        terminals.append(Terminal(name.replace(".", "_"), arguments, size, mode))
    for case, terminal in zip(cases, terminals):
        terminal.wait()
        terminal.press(case[1][1])
    for case, terminal in zip(cases, terminals):
        compare(case[0], terminal, f"{case[0]}: the screen equals the expected screen", case[4])
    errors = "".join(terminal.close() for terminal in terminals)
    if errors:
        report(False, "the screen writes nothing to stderr", errors.splitlines())


def test_goldens():
    cases = []
    for name, screen in SCREENS.items():
        cases.append((name, screen, (80, 24), "utf8", ()))
    for name in BOTH:
        cases.append((name + "-200x60", SCREENS[name], (200, 60), "utf8", ()))
    for name in ASCII:
        cases.append((name + "-c", SCREENS[name], (80, 24), "c", ()))
    for size in SIZES:
        cases.append((f"mappings-{size[0]}x{size[1]}", SCREENS["mappings"], size, "utf8", ()))
    cases.append(("stacks-60x20", SCREENS["stacks"], (60, 20), "utf8", ()))
    cases.append(("mappings-colour", SCREENS["mappings"], (80, 24), "utf8", ("-e",)))
    cases.append(("odd-colour", SCREENS["odd"], (80, 24), "utf8", ("-e",)))
    cases += [("key-" + name, key, (80, 24), "utf8", ()) for name, key in KEYS.items()]
    cases += [("with-" + name, option, (80, 24), "utf8", ()) for name, option in OPTIONS.items()]
    cases = [case for case in cases if not ONLY or ONLY in case[0]]
    for at in range(0, len(cases), 40):
        golden(cases[at:at + 40])


def compare_streams(streams, prefix, locale):
    """Replay streams with pgtop, and compare the screen after the keys. @locale: settings of the shell"""
    with tempfile.TemporaryDirectory() as work:
        for name, (stream, keys) in streams.items():
            if ONLY and ONLY not in f"{prefix}-{name}":
                continue
            recorded = Path(work) / stream
            with open(HERE / f"../golden/expected/{stream}.stream") as text:
                if subprocess.run([OUT / "encode", recorded], stdin=text, check=False).returncode:
                    report(False, f"{name}: the text of the stream is encoded")
                    continue
            terminal = Terminal("stream", "", command=f"{locale} TERM=tmux-256color {PGTOP} --speed=0.02 --replay={recorded}")
            terminal.wait()
            for key in keys:
                before = terminal.capture()
                terminal.press([key.removeprefix(NOTHING)])
                # the effect of a key has to be visible before the next key is sent
                end = time.monotonic() + PATIENCE / 3
                while key != "p" and not key.startswith(NOTHING) and terminal.capture() == before and time.monotonic() < end:
                    time.sleep(0.02)
            compare(f"{prefix}-{name}", terminal, f"{prefix}: {name}: the screen equals the expected screen")
            terminal.press(["Escape", "Escape", "q"])
            report(terminal.ended() == 0 and terminal.is_restored()[0], f"{prefix}: {name}: q ends pgtop and restores the terminal")
            terminal.close()


def test_streams():
    compare_streams(STREAMS, "replay", "LC_ALL=C.UTF-8")


def test_chinese():
    with tempfile.TemporaryDirectory() as locale:
        # the C.UTF-8 of the machine by another name, as in ../../lib/chinese.sh
        shutil.copytree("/usr/lib/locale/C.utf8", Path(locale) / "zh_CN.UTF-8")
        compare_streams(CHINESE, "zh", f"LOCPATH={locale} LC_ALL=zh_CN.UTF-8")


def encoded(path, text):
    if subprocess.run([OUT / "encode", path], input=text, text=True, check=False).returncode:
        report(False, f"{path.name}: the text of the stream is encoded")


def replayed(work, title, options, steps, wanted_status, check=lambda screen: True, shell=None):
    """Replay with the sanitizers. A step: a key, a function, or a key with the text that the screen has then."""
    command = shell or f"{CHECKED} {options}"
    terminal = Terminal("stream", "", command=f"LC_ALL=C.UTF-8 TERM=tmux-256color {command} 2> {work}/stderr")
    terminal.wait()
    missing = []
    for step in steps:
        if callable(step):
            step()
            continue
        key, text = step if isinstance(step, tuple) else (step, None)
        terminal.press([key])
        end = time.monotonic() + PATIENCE / 3
        while text and text not in terminal.capture() and time.monotonic() < end:
            time.sleep(0.02)
        if text and text not in terminal.capture():
            missing.append(f"{key}: no {text} in:\n{terminal.capture()}")
            break
    terminal.press(["q"])
    status = terminal.ended()
    screen = terminal.capture("-S", "-")
    error = Path(work, "stderr").read_text()
    good = not missing and status == wanted_status and terminal.is_restored()[0] and "Sanitizer" not in error and check(screen)
    report(good, f"pgtop --replay: {title}", "\n".join([*missing, f"status {status}", error, "" if good else screen]).splitlines())
    terminal.close()


def test_seeks():
    """Seeks, and the end of a replay, in files that are replaced, cut, or can be read only once."""
    text = (HERE / "../golden/expected/stacks.stream").read_text()
    four = ["p", ("Space", "1/4")]
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        encoded(work / "f", text)
        encoded(work / "none", "target 22 server none module\n")
        slow = f"--speed=0.02 --replay={work}"
        subprocess.run(["cp", work / "f", work / "replaced"], check=True)
        replayed(work, "a file that was replaced by one without intervals leaves the screen as it was", f"{slow}/replaced",
                 [*four, ("Space", "2/4"), lambda: os.replace(work / "none", work / "replaced"), (",", "cut short"), "Down",
                  ("v", "RATE/s"), ("m", "2/4"), (",", "cut short"), ("m", "2/4")], 1)
        (work / "cut").write_bytes(gzip.decompress((work / "f").read_bytes())[:-8])
        replayed(work, "damage is an error also if the user goes back from it", f"--speed=0 --replay={work}/cut",
                 [("Down", "3/3"), (",", "2/3")], 1)
        replayed(work, "q at the end of a loop writes the summary and the call stacks", f"--folded={work}/folded {slow}/f",
                 [*four, ("l", "loop begins"), (".", "2/4"), ("l", "loop over")], 0,
                 lambda screen: "summary" in screen and (work / "folded").read_text().count("alloc_page") == 2)
        replayed(work, "no loop with --openmetrics", f"--openmetrics={work}/metrics {slow}/f",
                 [*four, ("l", "no loop"), ("Space", "2/4"), ("l", "no loop"), (",", "no seek"), ("Space", "3/4")], 0)
        once = ["p", ("Space", "FAULT"), (",", "only once"), ("l", "only once"), (".", ":02+00:00"), ("g", "hh:mm"), "=00:00:01", ("Enter", "only once"),
                ("g", "hh:mm"), "=1", ("Enter", "only once"), (".", ":03+00:00")]
        replayed(work, "a pipe of the shell is not read again", "", once, 0,
                 shell=f"bash -c '{CHECKED} --speed=0.02 --replay=<(cat {work}/f)'")
        os.mkfifo(work / "fifo")
        replayed(work, "a named pipe is not read again", "", once, 0,
                 shell=f"cat {work}/f > {work}/fifo & {CHECKED} {slow}/fifo")
        day = 1767225600 * 10**9
        encoded(work / "midnight", "target 22 server none module\n" + "".join(
            f"fault a0 10000-20000 rw-p anon-new 3 write=3 lat=1000*3\ninterval {i + 1}000000000 1000000000 wall={day + t * 10**9}\n"
            for i, t in enumerate((85800, 86280, 86700, 87000))))
        replayed(work, "a time of day after midnight is that of the next day", f"{slow}/midnight",
                 four + [step for when, number in (("00:05", 3), ("23:55", 2), ("00:06", 4), ("23:40", 1), ("00:30", 1), ("23:59", 3))
                         for step in (("g", "hh:mm"), f"={when}", ("Enter", f"{number}/4"))], 0)


def test_without_colour():
    """Without colours the screen has the same characters."""
    for mode in ("vt100", "nocolor"):
        for name in ("mappings", "stacks"):
            terminal = Terminal(f"{name}-{mode}", SCREENS[name][0], mode=mode)
            terminal.wait()
            terminal.press(SCREENS[name][1])
            wanted = (EXPECTED / f"{name}.screen").read_text()
            seen = terminal.settled(wanted)
            colours = re.findall(r"\x1b\[(?:\d+;)*[34][0-7]m", terminal.capture("-e"))
            report(seen == wanted and not colours, f"{name}, {mode}: the characters are the same without colours",
                   list(difflib.unified_diff(wanted.splitlines(), seen.splitlines(), lineterm="")) + colours)
            terminal.close()
    colours = re.findall(r"\x1b\[(?:\d+;)*3[0-7]m", (EXPECTED / "mappings-colour.screen").read_text())
    report(len(set(colours)) >= 4, "a terminal with colours shows at least 4")


def test_ways_out():
    for name, leave, status in (("q", lambda t: t.press(["q"]), [0]),
                                ("q below two Enter", lambda t: t.press(["Enter", "Enter", "q"]), [0]),
                                ("SIGTERM", lambda t: send(t, signal.SIGTERM), [0]),
                                ("SIGSEGV", lambda t: send(t, signal.SIGSEGV), [1, 134, 139]),
                                ("SIGABRT", lambda t: send(t, signal.SIGABRT), [1, 134]),
                                ("SIGFPE", lambda t: send(t, signal.SIGFPE), [1, 134, 136])):
        terminal = Terminal("out", "server")
        terminal.settled((EXPECTED / "mappings.screen").read_text())
        leave(terminal)
        got = terminal.ended()
        good, why = terminal.is_restored() if got is not None else (False, ["the screen did not end"])
        report(good and got in status, f"{name}: the terminal is restored", why + [f"status {got}"])
        terminal.close()


def send(terminal, signal_number):
    pid = tmux("display-message", "-p", "-t", terminal.name, "#{pane_pid}").strip()
    child = subprocess.run(["pgrep", "-P", pid], stdout=subprocess.PIPE, check=False).stdout.split()
    os.kill(int(child[0]), signal_number)


def test_no_terminal():
    for title, settings, redirect, word in (
            ("a terminal without cursor addressing", "TERM=dumb", "", "not supported"),
            ("an unknown terminal", "TERM=nosuch", "", "not supported"),
            ("no terminal", "TERM=tmux-256color", "> /dev/null", "Inappropriate ioctl")):
        terminal = Terminal("none", "",
                            # ncurses leaks memory for an unknown terminal
                            command=f"ASAN_OPTIONS=detect_leaks=0 {settings} {SCREEN} server {redirect} 2> /tmp/{SOCKET}")
        status = terminal.ended()
        error = Path(f"/tmp/{SOCKET}").read_text()
        report(status == 3 and word in error, f"{title}: tui__create() returns an error", [str(status), error])
        os.unlink(f"/tmp/{SOCKET}")
        terminal.close()


def test_written():
    terminal = Terminal("write", "odd")
    wanted = (EXPECTED / "odd.screen").read_text()
    seen = terminal.settled(wanted)
    terminal.press(["w"])
    end = time.monotonic() + PATIENCE
    path = terminal.work / "written"
    while time.monotonic() < end and not (path.exists() and path.read_text().count("\n") == 24):
        time.sleep(0.05)
    text = path.read_text() if path.exists() else ""
    report([line.rstrip() for line in text.splitlines()] == [line.rstrip() for line in seen.splitlines()],
           "w writes the screen to a file", difflib.unified_diff(seen.splitlines(), text.splitlines(), lineterm=""))
    terminal.close()


def test_resize():
    """Resizes of any size at any time leave no trace on the screen."""
    rng = random.Random(4211)
    terminal = Terminal("resize", "server")
    wanted = (EXPECTED / "mappings.screen").read_text()
    terminal.settled(wanted)
    for _ in range(60):
        tmux("resize-window", "-t", "resize", "-x", str(rng.randint(1, 220)), "-y", str(rng.randint(1, 70)))
        terminal.press([rng.choice(["Down", "Up", "Tab", "v", "m", "h"])])
    terminal.press(["Escape", "m", "Home"])
    for name, size in (("-200x60", (200, 60)), ("-40x10", (40, 10)), ("-12x3", (12, 3)), ("", (80, 24))):
        tmux("resize-window", "-t", "resize", "-x", str(size[0]), "-y", str(size[1]))
        wanted = (EXPECTED / f"mappings{name}.screen").read_text()
        seen = terminal.settled(wanted)
        report(seen == wanted, f"after 60 random sizes the screen at {size[0]}x{size[1]} equals the expected screen",
               difflib.unified_diff(wanted.splitlines(), seen.splitlines(), lineterm=""))
    report(not terminal.close(), "resizes write nothing to stderr")


def set_size(fd, columns, lines):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


SPECIAL = [b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"\x1bOA", b"\x1bOB", b"\x1bOC", b"\x1bOD", b"\x1b[5~", b"\x1b[6~",
           b"\x1b[1~", b"\x1b[4~", b"\x1b[Z", b"\x1bOP", b"\x1b", b"\r", b"\t", b"\x7f", b"\x1b[3~", b"\xff", b"\xe6\x97\xa5",
           b"\x0c", b"\0", b" "]


def random_key(rng):
    if rng.random() < 0.4:
        return rng.choice(SPECIAL)
    # neither q, which ends the screen, nor ^C and other keys that send signals
    return bytes([rng.choice([c for c in range(32, 127) if c != ord("q")])])


def drain(fd, seconds=0.0):
    got = b""
    while select.select([fd], [], [], seconds)[0]:
        try:
            part = os.read(fd, 65536)
        except OSError:
            break
        if not part:
            break
        got += part
    return got


def play(arguments, mode, keys, pause=0.0):
    """Run the screen in a terminal that is not compared; return its status and stderr."""
    err = tempfile.TemporaryFile()
    pid, fd = pty.fork()
    if not pid:
        os.dup2(err.fileno(), 2)
        environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "LINES", "COLUMNS")}
        environment.update(MODES[mode])
        os.execve(SCREEN, [str(SCREEN), *arguments], environment)
    set_size(fd, 80, 24)
    first = b""
    while b"\x1b" not in first:
        first += drain(fd, 1)
    for key in keys:
        if isinstance(key, tuple):
            set_size(fd, *key)
            os.kill(pid, signal.SIGWINCH)
        else:
            os.write(fd, key)
        drain(fd, pause)
    end = time.monotonic() + 60
    status = None
    while time.monotonic() < end:
        drain(fd, 0.02)
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            break
    else:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        status = None
    os.close(fd)
    err.seek(0)
    return status, err.read().decode(errors="replace")


LEAVE = [b"\r", b"\r", b"\x1b", b"q", b"q"]


def test_fuzz():
    for seed, (arguments, mode) in enumerate(((["server"], "utf8"), (["odd"], "c"), (["many"], "vt100"), (["all"], "utf8"),
                                              (["gone", "replay"], "nocolor"), (["bare"], "utf8"))):
        rng = random.Random(seed)
        keys = []
        for _ in range(2000 if arguments[0] != "many" else 300):
            keys.append(random_key(rng))
            if rng.random() < 0.02:
                keys.append((rng.randint(1, 250), rng.randint(1, 80)))
        status, error = play(arguments, mode, keys + LEAVE)
        report(status == 0 and not error, f"{' '.join(arguments)}, {mode}: {len(keys)} random keys and sizes cause no error",
               [f"status {status}", *error.splitlines()])


def test_speed():
    """Measure the time of a key with 4096 mappings and 60000 regions, with the sanitizers; it is printed only."""
    keys = [b"\x1bOB", b"\x1b[6~", b"\x1b[4~", b"+", b"+", b">", b"R", b"\t", b"m"]
    # one key at a time: it is processed when nothing more is drawn
    status, error = play(["many", "timed"], "utf8", keys + [b"q"], 0.1)
    times = [int(line) for line in error.split() if line.isdigit()]
    tap.comment(f"a key in a large process: {max(times or [0])} us at most (with the sanitizers)")
    report(status == 0 and len(times) >= len(keys), "keys are processed in a large process", error.splitlines())


def main():
    for target in (["-C", str(HERE / "../../.."), "userspace"], ["-C", str(HERE), "all"]):
        if subprocess.run(["make", "-s", f"O={BUILD}", *target], stdout=sys.stderr, check=False).returncode:
            sys.exit(1)
    # locked, as in ../golden
    if subprocess.run(["flock", BUILD / "golden.lock", "make", "-s", "-C", HERE / "../golden", f"O={BUILD}", "pgtop"],
                      stdout=sys.stderr, check=False).returncode:
        sys.exit(1)
    # tmux exits with its last session
    tmux("new-session", "-d", "-s", "keep", "sleep 10000")
    try:
        for test in (test_goldens, test_streams, test_chinese):
            test()
        if not ONLY or ONLY == "seeks":
            test_seeks()
        for test in (test_without_colour, test_ways_out, test_no_terminal, test_written, test_resize, test_fuzz, test_speed):
            if not ONLY:
                test()
    finally:
        tmux("kill-server")
    sys.exit(RESULTS.end())


main()
