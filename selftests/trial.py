# SPDX-License-Identifier: GPL-2.0
"""What the trials of pgtop share: programs to watch, pgtop beside them, the kernel's own counts, and TAP.

It judges what is true of every trial: pgtop's total is the kernel's to the unit, nothing is lost, and next to nothing
stands without a mapping. It knows no program.
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

TOP = Path(__file__).resolve().parents[1]
BUILD = Path(os.environ.get("PGWALK_BUILD", TOP / "build"))
PGTOP = BUILD / "bin/pgtop"
EXACT = BUILD / "selftests/pgtop_exact"
LIVELY = BUILD / "selftests/lively"
PROGRAMS = Path(os.environ.get("PGWALK_PROGRAMS", "/nonexistent"))
ROOT = Path("/run/programs/root")
PAGE = 4096
# Where a program is slow to start under emulation
PATIENCE = 90
# Faults without a mapping that were under way as the watch began; any other was skipped by the kernel
UNDER_WAY = 2
# Faults that the kernel does not count, for nothing came of them: told beside the total
FAILED = ("segv-map", "segv-access", "sigbus", "oom")

_outcomes = []
_started = []


def claim(good, text):
    """One line of TAP."""
    _outcomes.append(bool(good) or "# TODO" in text)
    print(f"{'ok' if good else 'not ok'} {len(_outcomes)} - {text}", flush=True)
    return good


def remark(text):
    print(f"# {text}", flush=True)


def skip(why):
    print(f"1..0 # SKIP {why}")
    sys.exit(0)


def _end_all():
    for process in _started:
        if process.poll() is None:
            end_family(process)


def run_all(names):
    """Runs trial() of each module of these names, and exits."""
    atexit.register(_end_all)
    for name in names:
        started = time.monotonic()
        try:
            importlib.import_module(name).trial()
        except Exception:   # whatever it was: the others still run
            text = traceback.format_exc()
            claim(False, f"{name}: the trial itself: {text.splitlines()[-1]}")
            remark(text.replace("\n", "\n# "))
        remark(f"{name}: {time.monotonic() - started:.0f} s")
    print(f"1..{len(_outcomes)}")
    sys.exit(0 if _outcomes and all(_outcomes) else 1)


def enter():
    """Mounts the cached root below memory, so that programs can write; nothing of it reaches the host."""
    if not (PROGRAMS / ".format").exists():
        skip("no root with programs in the cache (selftests/vm/fetch.sh programs makes it)")
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
    """The command line that runs a command in the root."""
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
    """Runs a command to its end and gives what it wrote to stdout."""
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=seconds, check=False, **more)
    if done.returncode:
        raise RuntimeError(f"{command} ended with {done.returncode}: {done.stdout[-400:]}")
    return done.stdout


def wait_for(test, what):
    """Until it is so; gives what the test gave."""
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        if result := test():
            return result
        time.sleep(0.05)
    raise RuntimeError(f"waited {PATIENCE} s for {what}")


def stat(pid):
    """Fields of /proc/PID/stat from the third on, by their number there."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return dict(enumerate(fields, 3))


def counted(pid):
    """Minor and major faults, as the kernel has them: fields 10 and 12."""
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
    """Its children, theirs, and so on, as far as they live that long."""
    found = []
    with contextlib.suppress(OSError):
        found = children(pid)
    return found + [below for child in found for below in descendants(child)]


def end_family(process):
    """Kills a process we started, and all below it."""
    for pid in [*descendants(process.pid), process.pid]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def stop(pid):
    """Stops a process: when all its threads stand, its counts do."""
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
    """Names of all BPF programs, maps and links there are; with those of bpftool itself, which are always there."""
    found = []
    for kind in ("prog", "map", "link"):
        found += [f"{kind} {thing.get('type', '?')} {thing.get('name', '')}"
                  for thing in json.loads(run(["bpftool", "--json", kind, "list"]) or "[]")]
    return sorted(found)


def bpf_bytes():
    """Memory of all BPF maps there are."""
    return sum(int(thing.get("bytes_memlock", 0)) for thing in json.loads(run(["bpftool", "--json", "map", "list"])))


class Stream:
    """What pgtop -j wrote, added up."""

    def __init__(self, text):
        self.intervals = [line for line in map(json.loads, text.splitlines()) if line.get("type") == "interval"]

    def total(self, key):
        return sum(interval["total"][key] or 0 for interval in self.intervals)

    def missed_runs(self):
        return sum(interval["missed_runs"] for interval in self.intervals)

    def lost(self):
        return sum(interval["lost"] for interval in self.intervals)

    def counts(self, test=lambda mapping: True, key="count"):
        """Faults (or another column) by class, of the mappings that pass the test."""
        sums = {}
        for interval in self.intervals:
            for mapping in filter(test, interval["mappings"]):
                for name, faults in mapping["classes"].items():
                    sums[name] = sums.get(name, 0) + (faults[key] or 0)
        return sums

    def base(self):
        return self.intervals[0]["base"]["minor"], self.intervals[0]["base"]["major"]


def named(name):
    """A test for mappings of a file; one that was gone before it was looked at has no more than the file's own name."""
    return lambda mapping: mapping["name"].rpartition("/")[2] == name


def judge(what, stream, kernel):
    """The claims that hold of every trial; kernel is (minor, major)."""
    if not claim(bool(stream.intervals), f"{what}: pgtop told of it"):
        return
    base = stream.base()
    told = (base[0] + stream.total("minor"), base[1] + stream.total("major"))
    faults, unattributed = stream.total("faults"), stream.total("unattributed")
    claim(told == kernel, f"{what}: minor and major are the kernel's, {told[0]} and {told[1]}"
          + ("" if told == kernel else f", it has {kernel[0]} and {kernel[1]}"))
    in_rows = sum(count for name, count in stream.counts().items() if name not in FAILED)
    claim(in_rows + unattributed == faults, f"{what}: rows and unattributed add up to {faults}")
    claim(unattributed <= stream.missed_runs() + UNDER_WAY,
          f"{what}: {unattributed} of {faults} without a mapping, {stream.missed_runs()} runs missed")
    claim(stream.lost() == 0, f"{what}: nothing lost")


class Watch:
    """pgtop beside a process that runs."""

    def __init__(self, pid, *options, interval=0.5, quiet=True):
        self.pid, self.quiet, self.told = pid, quiet, ""
        self.dir = tempfile.TemporaryDirectory()
        self.out, self.err = Path(self.dir.name) / "json", Path(self.dir.name) / "err"
        began = time.monotonic()
        with open(self.err, "wb") as err:
            self.process = start([PGTOP, "-j", "-i", interval, "-o", self.out, *options, pid], stderr=err)
        wait_for(lambda: self.process.poll() is not None or (self.out.exists() and self.out.stat().st_size),
                 "pgtop's first interval")
        if self.process.poll() is not None and not self.out.exists():
            raise RuntimeError(f"pgtop ended at once with {self.process.poll()}: {self.err.read_text().strip()}")
        self.started = time.monotonic() - began
        self.began, self.used = time.monotonic(), 0.0
        with contextlib.suppress(OSError):      # it may have ended with its target
            self.used = cpu_seconds(self.process.pid)

    def end_stopped(self):
        """Stops the target, ends pgtop and lets the target go on; gives the stream and the kernel's counts then."""
        stop(self.pid)
        kernel = counted(self.pid)
        share = (cpu_seconds(self.process.pid) - self.used) / (time.monotonic() - self.began)
        remark(f"pgtop took {share:.1%} of a processor once it ran, which it did after {self.started:.1f} s")
        stream = self.end()
        os.kill(self.pid, signal.SIGCONT)
        return stream, kernel

    def end(self):
        """Ends pgtop, if it has not ended by itself."""
        self.process.send_signal(signal.SIGINT)
        return self.ended()

    def ended(self):
        """Waits until it has ended by itself."""
        status = self.process.wait(PATIENCE)
        self.told = self.err.read_text()
        good = status == 0 and not (self.quiet and self.told)
        claim(good, "pgtop ended well" + " and said nothing" * self.quiet if good
              else f"pgtop ended with {status} and said: {self.told.strip()}")
        return Stream(self.out.read_text())


class Lively:
    """A target that does as it is told (selftests/lively.c). It is our child: its counts stay until forget()."""

    def __init__(self):
        self.process = start([LIVELY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.pid = self.process.pid
        self.made = {}

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def do(self, line):
        """Tells it, and waits until it is done; keeps what it made."""
        self.tell(line)
        while (answer := self.process.stdout.readline()) != "done\n":
            if not answer:
                raise RuntimeError(f"lively ended at: {line}")
            _, name, faults = answer.split()
            self.made[name] = self.made.get(name, 0) + int(faults)

    def counted_at_end(self):
        """Of the zombie it has become."""
        os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        return counted(self.pid)

    def forget(self):
        end_family(self.process)


def watch_command(command):
    """A command under pgtop from its execve to its end: the stream, and the kernel's counts."""
    with tempfile.TemporaryDirectory() as work:
        out = Path(work) / "json"
        text = run([EXACT, PGTOP, "-j", "-i", "0.5", "-o", out, "--", *command])
        words = text.splitlines()[-1].split()
        return Stream(out.read_text()), (int(words[1]), int(words[2])), text


def tell_ratio(what, alone, watched, unit):
    """Printed, never asserted: an emulated guest's time says nothing about a machine's."""
    remark(f"{what}: {alone:.0f} {unit} alone, {watched:.0f} with pgtop: {watched / alone:.2f}" if alone else
           f"{what}: no throughput seen")
