#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""The screen of pgtop in a real terminal (tmux), against the screens it must give; on the host, no kernel of ours. TAP.

run.py              build, then test
run.py --update     write what is seen now as what must be seen: read the diff
run.py -k WORD      only screens with WORD in their names, nothing else
"""
import difflib
import fcntl
import os
import pty
import random
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUILD = Path(os.environ.get("PGWALK_BUILD", HERE / "../../build")).resolve()
OUT = BUILD / "selftests/tui"
SCREEN = OUT / "screen"
PGTOP = BUILD / "bin/pgtop"
UPDATE = "--update" in sys.argv
ONLY = sys.argv[sys.argv.index("-k") + 1] if "-k" in sys.argv else None
SOCKET = f"pgwalk-tui-{os.getpid()}"
# A loaded machine is slow: a screen that is right ends the wait at once
PATIENCE = 15
MODES = {
    "utf8": {"LC_ALL": "C.UTF-8", "TERM": "tmux-256color"},
    "c": {"LC_ALL": "C", "TERM": "tmux-256color"},
    "vt100": {"LC_ALL": "C.UTF-8", "TERM": "vt100"},
    "nocolor": {"LC_ALL": "C.UTF-8", "TERM": "tmux-256color", "NO_COLOR": "1"},
}
TEXT = "="      # a key that begins so is typed as it is

# name: scene, keys, options. At 80x24 in UTF-8; those of BOTH at 200x60 too, those of ASCII in the C locale too
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
    "sort-asks": ("server", ["s", "=ma"]),
    "sort-name": ("server", ["s", "=mapping", "Enter"]),
    "sort-key": ("server", ["s", "=p99_ns", "Enter"]),
    "sort-wrong": ("server", ["s", "=weight", "Enter"]),
    "sort-given-up": ("server", ["s", "=max", "Escape"]),
    "delay-asks": ("server", ["d", "=0.25x", "BSpace"]),
    "delay": ("server", ["d", "=0.25", "Enter"]),
    "delay-wrong": ("server", ["d", "=soon", "Enter"]),
    "delay-small": ("server", ["d", "=0", "Enter"]),
    "find": ("server", ["/", "=libc", "BSpace", "BSpace", "BSpace", "BSpace", "=swap", "Enter"]),
    "find-next": ("server", ["/", "=heap", "Enter", "n"]),
    "find-not": ("server", ["/", "=nosuch", "Enter"]),
    "find-in-help": ("server", ["h", "/", "=shared-write", "Enter"]),
    "filter-asks": ("server", ["\\"]),
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
    "threads-of-many": ("all", ["t"]),
    "unknown-key": ("server", ["%", "F7"]),
}
OPTIONS = {
    "begin-threads": ("server threads", []),
    "recorded-pages": ("server replay", ["Enter"]),
    "recorded-page": ("server replay", ["Enter", "Enter"]),
    "recorded-other": ("server replay", ["Down", "Enter"]),
    "recorded-delay": ("server replay", ["d"]),
}
# Recorded streams through pgtop itself: held, then so many intervals on
STREAMS = {
    "classes": ("classes", ["p", "Space"]),
    "classes-next": ("classes", ["p", "Space", "Space"]),
    "names": ("names", ["p", "Space"]),
    "nomodule": ("nomodule", ["p", "Space"]),
    "unattributed": ("unattributed", ["p", "Space"]),
    "signals": ("signals", ["p", "Space", "Tab"]),
    "threads": ("threads", ["p", "Space", "t"]),
    "stacks": ("stacks", ["p", "Space", "U"]),
    "processes": ("processes", ["p", "Space"]),
    "cgroup": ("cgroup", ["p", "Space"]),
    "pages": ("pages", ["p", "Space", "Space", "Enter"]),
    "pages-page": ("pages", ["p", "Space", "Space", "Enter", "Enter"]),
    "fold": ("fold", ["p", "Space", "Space", "End"]),
}
SIZES = [(40, 10), (50, 12), (60, 16), (79, 20), (100, 30), (39, 10), (40, 9), (12, 3)]

number = 0
failed = 0
BEGUN = time.monotonic()


def report(good, title, why=()):
    global number, failed
    if os.environ.get("TIMED"):
        print(f"# {time.monotonic() - BEGUN:.1f}")
    number += 1
    failed += not good
    print(f"{'' if good else 'not '}ok {number} - {title}")
    if not good:
        for line in list(why)[:40]:
            print("# " + line.rstrip("\n"))
    sys.stdout.flush()


def tmux(*args):
    environment = {k: v for k, v in os.environ.items() if k not in ("TMUX", "NO_COLOR", "LINES", "COLUMNS")}
    environment["LC_ALL"] = "C.UTF-8"
    return subprocess.run(["tmux", "-u", "-L", SOCKET, "-f", "/dev/null", *args], env=environment,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False).stdout.decode()


class Terminal:
    """A terminal with the screen in it."""

    def __init__(self, name, arguments, size=(80, 24), mode="utf8", after="sleep 1000", command=None):
        self.name, self.size = name, size
        self.work = Path(tempfile.mkdtemp(prefix="pgwalk-tui-"))
        settings = " ".join(f"{k}={v}" for k, v in MODES[mode].items()) + f" SCREEN_FILE={self.work}/written"
        command = command or f"{settings} {SCREEN} {arguments} 2> {self.work}/err"
        # the status last: what is seen of the shell behind the screen is not compared
        tmux("new-session", "-d", "-s", name, "-x", str(size[0]), "-y", str(size[1]),
             f"stty -a > {self.work}/before; {command}; echo $? > {self.work}/status; stty -a > {self.work}/after; {after}")

    def press(self, keys):
        for key in keys:
            if key.startswith(TEXT):
                tmux("send-keys", "-t", self.name, "-l", key[1:])
            else:
                tmux("send-keys", "-t", self.name, key)
            # what follows an Esc at once belongs to it
            if key == "Escape":
                time.sleep(0.1)

    def capture(self, *options):
        return tmux("capture-pane", "-p", "-t", self.name, *options)

    def wait(self):
        """Until there is something: before the first drawing the terminal would echo what is typed."""
        end = time.monotonic() + PATIENCE
        while not self.capture().strip() and time.monotonic() < end:
            time.sleep(0.02)

    def settled(self, wanted=None, options=()):
        """What is seen when it is as wanted, or no longer changes."""
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
        """The status of the screen, when it has ended."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if (self.work / "after").exists() and (self.work / "after").read_text().count(";") > 10:
                return int((self.work / "status").read_text())
            time.sleep(0.05)
        return None

    def is_restored(self):
        flags = tmux("display-message", "-p", "-t", self.name, "#{alternate_on} #{cursor_flag} #{keypad_flag}").strip()
        same = (self.work / "before").read_text() == (self.work / "after").read_text()
        return flags == "0 1 0" and same, [flags, "modes " + ("the same" if same else "differ")]

    def close(self):
        tmux("kill-session", "-t", self.name)
        error = (self.work / "err").read_text() if (self.work / "err").exists() else ""
        subprocess.run(["rm", "-rf", str(self.work)], check=False)
        return error


def compare(name, terminal, title, options=()):
    path = HERE / f"{name}.screen"
    wanted = None if UPDATE or not path.exists() else path.read_text()
    seen = terminal.settled(wanted, options)
    if UPDATE:
        path.write_text(seen)
        wanted = seen
    report(seen == wanted, title, difflib.unified_diff((wanted or "").splitlines(), seen.splitlines(), "must be", "is",
                                                      lineterm=""))


def golden(cases):
    """Starts all, then presses keys, then looks: they run side by side."""
    terminals = []
    for case in cases:
        name, (arguments, _), size, mode, _ = case
        terminals.append(Terminal(name.replace(".", "_"), arguments, size, mode))
    for case, terminal in zip(cases, terminals):
        terminal.wait()
        terminal.press(case[1][1])
    for case, terminal in zip(cases, terminals):
        compare(case[0], terminal, f"{case[0]}: as it must be", case[4])
    errors = "".join(terminal.close() for terminal in terminals)
    if errors:
        report(False, "nothing is said but on the screen", errors.splitlines())


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


def test_streams():
    with tempfile.TemporaryDirectory() as work:
        for name, (stream, keys) in STREAMS.items():
            if ONLY and ONLY not in f"replay-{name}":
                continue
            recorded = Path(work) / stream
            with open(HERE / f"../golden/{stream}.stream") as text:
                if subprocess.run([OUT / "encode", recorded], stdin=text, check=False).returncode:
                    report(False, f"{name}: can be encoded")
                    continue
            terminal = Terminal("stream", "", command=f"LC_ALL=C.UTF-8 TERM=tmux-256color {PGTOP} --speed=0.02 --replay={recorded}")
            terminal.wait()
            for key in keys:
                before = terminal.capture()
                terminal.press([key])
                # what a key shows is to be there before the next one
                end = time.monotonic() + PATIENCE / 3
                while key != "p" and terminal.capture() == before and time.monotonic() < end:
                    time.sleep(0.02)
            compare(f"replay-{name}", terminal, f"pgtop --replay: {name}: as it must be")
            terminal.press(["Escape", "Escape", "q"])
            report(terminal.ended() == 0 and terminal.is_restored()[0], f"pgtop --replay: {name}: ends by q")
            terminal.close()


def test_without_colour():
    """The same characters, and no colours."""
    for mode in ("vt100", "nocolor"):
        for name in ("mappings", "stacks"):
            terminal = Terminal(f"{name}-{mode}", SCREENS[name][0], mode=mode)
            terminal.wait()
            terminal.press(SCREENS[name][1])
            wanted = (HERE / f"{name}.screen").read_text()
            seen = terminal.settled(wanted)
            colours = re.findall(r"\x1b\[(?:\d+;)*[34][0-7]m", terminal.capture("-e"))
            report(seen == wanted and not colours, f"{name}, {mode}: the same without colours",
                   list(difflib.unified_diff(wanted.splitlines(), seen.splitlines(), lineterm="")) + colours)
            terminal.close()
    colours = re.findall(r"\x1b\[(?:\d+;)*3[0-7]m", (HERE / "mappings-colour.screen").read_text())
    report(len(set(colours)) >= 4, "with colours there are some")


def test_ways_out():
    for name, leave, status in (("q", lambda t: t.press(["q"]), [0]),
                                ("q in the depth", lambda t: t.press(["Enter", "Enter", "q"]), [0]),
                                ("SIGTERM", lambda t: send(t, signal.SIGTERM), [0]),
                                ("SIGSEGV", lambda t: send(t, signal.SIGSEGV), [1, 134, 139]),
                                ("SIGABRT", lambda t: send(t, signal.SIGABRT), [1, 134]),
                                ("SIGFPE", lambda t: send(t, signal.SIGFPE), [1, 134, 136])):
        terminal = Terminal("out", "server")
        terminal.settled((HERE / "mappings.screen").read_text())
        leave(terminal)
        got = terminal.ended()
        good, why = terminal.is_restored() if got is not None else (False, ["it did not end"])
        report(good and got in status, f"{name}: the terminal is as it was", why + [f"status {got}"])
        terminal.close()


def send(terminal, signal_number):
    pid = tmux("display-message", "-p", "-t", terminal.name, "#{pane_pid}").strip()
    child = subprocess.run(["pgrep", "-P", pid], stdout=subprocess.PIPE, check=False).stdout.split()
    os.kill(int(child[0]), signal_number)


def test_no_terminal():
    for title, settings, redirect, word in (
            ("a terminal that can show lines only", "TERM=dumb", "", "not supported"),
            ("a terminal nobody knows", "TERM=nosuch", "", "not supported"),
            ("no terminal", "TERM=tmux-256color", "> /dev/null", "Inappropriate ioctl")):
        terminal = Terminal("none", "",
                            # of a terminal that it does not know ncurses leaks something
                            command=f"ASAN_OPTIONS=detect_leaks=0 {settings} {SCREEN} server {redirect} 2> /tmp/{SOCKET}")
        status = terminal.ended()
        said = Path(f"/tmp/{SOCKET}").read_text()
        report(status == 3 and word in said, f"{title}: is told to whoever wanted the screen", [str(status), said])
        os.unlink(f"/tmp/{SOCKET}")
        terminal.close()


def test_written():
    terminal = Terminal("write", "odd")
    wanted = (HERE / "odd.screen").read_text()
    seen = terminal.settled(wanted)
    terminal.press(["w"])
    end = time.monotonic() + PATIENCE
    path = terminal.work / "written"
    while time.monotonic() < end and not (path.exists() and path.read_text().count("\n") == 24):
        time.sleep(0.05)
    text = path.read_text() if path.exists() else ""
    report([line.rstrip() for line in text.splitlines()] == [line.rstrip() for line in seen.splitlines()],
           "w writes what is seen", difflib.unified_diff(seen.splitlines(), text.splitlines(), lineterm=""))
    terminal.close()


def test_resize():
    """Any size at any moment; then it is as if nothing had been."""
    chance = random.Random(4211)
    terminal = Terminal("resize", "server")
    wanted = (HERE / "mappings.screen").read_text()
    terminal.settled(wanted)
    for _ in range(60):
        tmux("resize-window", "-t", "resize", "-x", str(chance.randint(1, 220)), "-y", str(chance.randint(1, 70)))
        terminal.press([chance.choice(["Down", "Up", "Tab", "v", "m", "h"])])
    terminal.press(["Escape", "m", "Home"])
    for name, size in (("-200x60", (200, 60)), ("-40x10", (40, 10)), ("-12x3", (12, 3)), ("", (80, 24))):
        tmux("resize-window", "-t", "resize", "-x", str(size[0]), "-y", str(size[1]))
        wanted = (HERE / f"mappings{name}.screen").read_text()
        seen = terminal.settled(wanted)
        report(seen == wanted, f"60 sizes at random, then {size[0]}x{size[1]}",
               difflib.unified_diff(wanted.splitlines(), seen.splitlines(), lineterm=""))
    report(not terminal.close(), "nothing was said")


def set_size(fd, columns, lines):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))


SPECIAL = [b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"\x1bOA", b"\x1bOB", b"\x1bOC", b"\x1bOD", b"\x1b[5~", b"\x1b[6~",
           b"\x1b[1~", b"\x1b[4~", b"\x1b[Z", b"\x1bOP", b"\x1b", b"\r", b"\t", b"\x7f", b"\x1b[3~", b"\xff", b"\xe6\x97\xa5",
           b"\x0c", b"\0", b" "]


def a_key(chance):
    if chance.random() < 0.4:
        return chance.choice(SPECIAL)
    # not q, which ends it, and not ^C and its like, which are signals
    return bytes([chance.choice([c for c in range(32, 127) if c != ord("q")])])


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
    """The screen in a terminal nobody looks at; tells its status and what it said."""
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
        chance = random.Random(seed)
        keys = []
        for _ in range(2000 if arguments[0] != "many" else 300):
            keys.append(a_key(chance))
            if chance.random() < 0.02:
                keys.append((chance.randint(1, 250), chance.randint(1, 80)))
        status, said = play(arguments, mode, keys + LEAVE)
        report(status == 0 and not said, f"{' '.join(arguments)}, {mode}: {len(keys)} keys and sizes at random",
               [f"status {status}", *said.splitlines()])


def test_speed():
    """How long a key takes with 4096 mappings and 60000 regions, with the sanitizers: told, not judged."""
    keys = [b"\x1bOB", b"\x1b[6~", b"\x1b[4~", b"+", b"+", b">", b"R", b"\t", b"m"]
    # each by itself: it has been obeyed when nothing more is drawn
    status, said = play(["many", "timed"], "utf8", keys + [b"q"], 0.1)
    times = [int(line) for line in said.split() if line.isdigit()]
    print(f"# a key in a large process: {max(times or [0])} us at most (with the sanitizers)")
    report(status == 0 and len(times) >= len(keys), "keys are obeyed in a large process", said.splitlines())


def main():
    for target in (["-C", str(HERE / "../.."), "userspace"], ["-C", str(HERE), "all"]):
        if subprocess.run(["make", "-s", f"O={BUILD}", *target], stdout=sys.stderr, check=False).returncode:
            sys.exit(1)
    print("TAP version 13")
    # tmux goes with its last session
    tmux("new-session", "-d", "-s", "keep", "sleep 10000")
    try:
        for test in (test_goldens, test_streams):
            test()
        for test in (test_without_colour, test_ways_out, test_no_terminal, test_written, test_resize, test_fuzz, test_speed):
            if not ONLY:
                test()
    finally:
        tmux("kill-server")
    print(f"1..{number}")
    sys.exit(failed > 0)


main()
