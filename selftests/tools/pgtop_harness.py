# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Functions that the tests of pgtop on live programs share: targets, pgtop beside a target, and the kernel's counts.

check_stream() makes the claims that hold in each test: pgtop's total equals the kernel's count, no event is lost, and
nearly all faults have a mapping.
"""
import atexit
import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))
import json_schema
import tap

TOP = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ.get("PGWALK_BUILD", TOP / "build"))
PGTOP = BUILD / "bin/pgtop"
EXACT = BUILD / "selftests/tools/pgtop_exact"
PUPPET = BUILD / "selftests/tools/puppet"
PROGRAMS = Path(os.environ.get("PGWALK_PROGRAMS", "/nonexistent"))
ROOT = Path("/run/programs/root")
PAGE = 4096
# Seconds that a program may take to start under emulation
PATIENCE = 90
# Faults that were in progress when the watch began have no mapping; any other such fault was skipped by the kernel
UNDER_WAY = 2
# Classes of faults that failed: the kernel does not count them, and pgtop reports them beside the total
FAILED = ("segv-map", "segv-access", "sigbus", "oom")

_results = tap.Tap()
_started = []
claim = _results.result
diag = tap.comment


def skip(why):
    """End the suite as skipped."""
    sys.exit(tap.skip_all(why))


def _end_all():
    for process in _started:
        if process.poll() is None:
            end_family(process)


def run_all(names):
    """Run test() of each of the modules, and exit."""
    atexit.register(_end_all)
    for name in names:
        started = time.monotonic()
        try:
            importlib.import_module(name).test()
        except Exception:   # any failure: the other tests still run
            text = traceback.format_exc()
            claim(False, f"{name}: the test raised: {text.splitlines()[-1]}")
            diag(text)
        diag(f"{name}: {time.monotonic() - started:.0f} s")
    sys.exit(_results.end())


def enter():
    """Mount the cached root directory below an overlay in memory, so that programs can write without changing the host."""
    if not (PROGRAMS / ".format").exists():
        skip("no root directory with programs in the cache (selftests/vm/fetch.sh programs makes it)")
    if (ROOT / "proc/self").exists():
        return
    subprocess.run(["modprobe", "overlay"], check=False)
    base = ROOT.parent
    ROOT.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", base], check=True)
    for name in ("root", "upper", "work"):
        (base / name).mkdir()
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o",
                    f"lowerdir={PROGRAMS},upperdir={base}/upper,workdir={base}/work", ROOT], check=True)
    for name in ("proc", "sys", "dev"):
        subprocess.run(["mount", "--rbind", f"/{name}", ROOT / name], check=True)


def inside(*command, user=None):
    """Return the command line that runs a command in the root directory."""
    return ["chroot", *([f"--userspec={user}"] if user else []), ROOT, "env", "LC_ALL=C",
            "PATH=/usr/bin:/bin:/usr/sbin:/sbin", *command]


def start(command, **more):
    more.setdefault("stdout", subprocess.DEVNULL)
    more.setdefault("stderr", subprocess.DEVNULL)
    more.setdefault("stdin", subprocess.DEVNULL)
    process = subprocess.Popen([str(word) for word in command], **more)
    _started.append(process)
    return process


def run(command, seconds=PATIENCE, **more):
    """Run a command to its end; return its stdout."""
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=seconds, check=False, **more)
    if done.returncode:
        raise RuntimeError(f"{command} ended with {done.returncode}: {done.stdout[-400:]}")
    return done.stdout


def wait_for(test, what):
    """Wait until test() returns a true value; return it."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        if result := test():
            return result
        time.sleep(0.05)
    raise RuntimeError(f"waited {PATIENCE} s for {what}")


def stat(pid):
    """Return the fields of /proc/PID/stat by number, from the third on."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return dict(enumerate(fields, 3))


def counted(pid):
    """Return the kernel's counts of minor and major faults (fields 10 and 12)."""
    fields = stat(pid)
    return int(fields[10]), int(fields[12])


def cpu_seconds(pid):
    fields = stat(pid)
    return (int(fields[14]) + int(fields[15])) / os.sysconf("SC_CLK_TCK")


def children(pid):
    return [int(word) for task in Path(f"/proc/{pid}/task").iterdir()
            for word in (task / "children").read_text().split()]


def command_line(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def descendants(pid):
    """Return the children of a process, their children, and so on; some may have exited since."""
    found = []
    with contextlib.suppress(OSError):
        found = children(pid)
    return found + [below for child in found for below in descendants(child)]


def end_family(process):
    """Kill a process started here, and its descendants."""
    for pid in [*descendants(process.pid), process.pid]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def stop(pid):
    """Stop a process and wait until all its threads are stopped, so that its counts are final."""
    os.kill(pid, signal.SIGSTOP)

    def at_rest():
        for task in Path(f"/proc/{pid}/task").iterdir():
            try:
                state = (task / "stat").read_text().rpartition(")")[2].split()[0]
            except (FileNotFoundError, ProcessLookupError):
                continue  # the thread has exited
            if state not in "TZX":
                return False
        return True
    wait_for(at_rest, f"{pid} to stop")


def reload_module():
    run(["insmod", os.environ["PGWALK_KO"]])


def bpf_objects():
    """Return the names of all BPF programs, maps and links; bpftool's own are in each result."""
    found = []
    for kind in ("prog", "map", "link"):
        found += [f"{kind} {thing.get('type', '?')} {thing.get('name', '')}"
                  for thing in json.loads(run(["bpftool", "--json", kind, "list"]) or "[]")]
    return sorted(found)


def bpf_bytes():
    """Return the memory of all BPF maps."""
    return sum(int(thing.get("bytes_memlock", 0)) for thing in json.loads(run(["bpftool", "--json", "map", "list"])))


class Stream:
    """The intervals that pgtop -j wrote, with sums over all of them."""

    def __init__(self, text):
        self.intervals = [line for line in map(json.loads, text.splitlines()) if line.get("type") == "interval"]

    def total(self, key):
        return sum(interval["total"][key] or 0 for interval in self.intervals)

    def missed_runs(self):
        return sum(interval["missed_runs"] for interval in self.intervals)

    def lost(self):
        return sum(interval["lost"] for interval in self.intervals)

    def counts(self, test=lambda mapping: True, key="count"):
        """Return faults (or another column) by class, of the mappings that pass the test."""
        sums = {}
        for interval in self.intervals:
            for mapping in filter(test, interval["mappings"]):
                for name, faults in mapping["classes"].items():
                    sums[name] = sums.get(name, 0) + (faults[key] or 0)
        return sums

    def base(self):
        return self.intervals[0]["base"]["minor"], self.intervals[0]["base"]["major"]


def named(name):
    """Return a test for mappings of a file. A mapping unmapped before pgtop read it has the file's last name only."""
    return lambda mapping: mapping["name"].rpartition("/")[2] == name


def check_stream(what, stream, kernel):
    """Make the claims that hold in each test; kernel is (minor, major)."""
    if not claim(bool(stream.intervals), f"{what}: pgtop wrote intervals"):
        return
    base = stream.base()
    counts = (base[0] + stream.total("minor"), base[1] + stream.total("major"))
    faults, unattributed = stream.total("faults"), stream.total("unattributed")
    claim(counts == kernel, f"{what}: minor and major equal the kernel's counts, {counts[0]} and {counts[1]}"
          + ("" if counts == kernel else f"; the kernel counts {kernel[0]} and {kernel[1]}"))
    in_rows = sum(count for name, count in stream.counts().items() if name not in FAILED)
    claim(in_rows + unattributed == faults, f"{what}: rows and unattributed add up to {faults}")
    claim(unattributed <= stream.missed_runs() + UNDER_WAY,
          f"{what}: {unattributed} of {faults} without a mapping, {stream.missed_runs()} runs missed")
    claim(stream.lost() == 0, f"{what}: no event is lost")
    # under emulation a check of all rows takes minutes
    wrong = [complaint for interval in json_schema.some(stream.intervals)
             for complaint in json_schema.complaints(json_schema.shortened(interval))]
    claim(not wrong, f"{what}: the objects conform to their schema{': '.join([''] + wrong[:1])}")


class Watch:
    """A pgtop that watches a running process."""

    def __init__(self, pid, *options, interval=0.5, quiet=True):
        self.pid, self.quiet, self.stderr = pid, quiet, ""
        self.dir = tempfile.TemporaryDirectory()
        self.out, self.err = Path(self.dir.name) / "json", Path(self.dir.name) / "err"
        began = time.monotonic()
        with open(self.err, "wb") as err:
            self.process = start([PGTOP, "-j", "-i", interval, "-o", self.out, *options, pid], stderr=err)
        wait_for(lambda: self.process.poll() is not None or (self.out.exists() and self.out.stat().st_size),
                 "pgtop's first interval")
        if self.process.poll() is not None and not self.out.exists():
            raise RuntimeError(f"pgtop ended at start with {self.process.poll()}: {self.err.read_text().strip()}")
        self.started = time.monotonic() - began
        self.began, self.used = time.monotonic(), 0.0
        with contextlib.suppress(OSError):      # pgtop may have ended with its target
            self.used = cpu_seconds(self.process.pid)

    def end_stopped(self):
        """Stop the target, end pgtop and let the target continue; return the stream and the kernel's counts at the stop."""
        stop(self.pid)
        kernel = counted(self.pid)
        share = (cpu_seconds(self.process.pid) - self.used) / (time.monotonic() - self.began)
        diag(f"pgtop used {share:.1%} of a CPU after its start, which took {self.started:.1f} s")
        stream = self.end()
        os.kill(self.pid, signal.SIGCONT)
        return stream, kernel

    def end(self):
        """End pgtop, if it runs."""
        self.process.send_signal(signal.SIGINT)
        return self.ended()

    def ended(self):
        """Wait until pgtop has ended."""
        status = self.process.wait(PATIENCE)
        self.stderr = self.err.read_text()
        good = status == 0 and not (self.quiet and self.stderr)
        claim(good, "pgtop ends with status 0" + " and without a message" * self.quiet if good
              else f"pgtop ends with status {status} and the message: {self.stderr.strip()}")
        return Stream(self.out.read_text())


class Puppet:
    """A target that runs commands (selftests/tools/puppet.c). It stays our child, with its counts, until forget()."""

    def __init__(self):
        self.process = start([PUPPET], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.pid = self.process.pid
        self.made = {}

    def send(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def do(self, line):
        """Send a command and wait until it has run; add up the faults it made."""
        self.send(line)
        while (reply := self.process.stdout.readline()) != "done\n":
            if not reply:
                raise RuntimeError(f"puppet ended at: {line}")
            _, name, faults = reply.split()
            self.made[name] = self.made.get(name, 0) + int(faults)

    def counted_at_end(self):
        """Return the counts of the zombie that the target has become."""
        os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        return counted(self.pid)

    def forget(self):
        end_family(self.process)


def watch_command(command):
    """Run a command under pgtop from its execve to its exit; return the stream, the kernel's counts and stdout."""
    with tempfile.TemporaryDirectory() as work:
        out = Path(work) / "json"
        text = run([EXACT, PGTOP, "-j", "-i", "0.5", "-o", out, "--", *command])
        words = text.splitlines()[-1].split()
        return Stream(out.read_text()), (int(words[1]), int(words[2])), text


def print_ratio(what, alone, watched, unit):
    """Print a throughput; never assert it, because time in an emulated guest is not that of a machine."""
    diag(f"{what}: {alone:.0f} {unit} alone, {watched:.0f} with pgtop: {watched / alone:.2f}" if alone else
           f"{what}: no throughput seen")
