#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Runs the scenes of pgwalk lab. The steps of the scene map are sent one by one; after each of them VmPTE, pagemap and smaps of
its process must agree with the row. The results of the other scenes must be those of their descriptions. TAP.

	lab.py PGWALK
"""
import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))
import tap
from memory import stop_khugepaged

PGWALK = sys.argv[1]
AREA = 0x200000000000
PAGE = 4096
THP = Path("/sys/kernel/mm/transparent_hugepage/enabled")
FAULTS = ("class", "minor", "major")
LAB_KO = Path(os.environ["PGWALK_KO"]).with_name("pgwalk_lab.ko")


def lab(*arguments):
    """Run a scene; return the exit status, and its steps."""
    done = subprocess.run([PGWALK, "lab", "-j", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, rows, [row for row in rows if row["schema"] == "pgwalk.lab/1"]


class Steps:
    """pgwalk lab map -, with its process."""

    def __init__(self):
        # pylint: disable-next=consider-using-with
        self.tool = subprocess.Popen([PGWALK, "lab", "-j", "map", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     stderr=subprocess.DEVNULL, text=True)
        self.pid = 0

    def step(self, text):
        """Execute a step; return its row."""
        self.tool.stdin.write(text + "\n")
        self.tool.stdin.flush()
        for line in self.tool.stdout:
            row = json.loads(line)
            if row["schema"] == "pgwalk.lab/1":
                break
        else:
            raise EOFError(text)
        self.pid = int(Path(f"/proc/{self.tool.pid}/task/{self.tool.pid}/children").read_text().split()[0])
        return row

    def end(self):
        """End the scene; return the exit status."""
        self.tool.stdin.close()
        self.tool.stdout.read()
        return self.tool.wait()

    def status(self, key):
        """Return a number of bytes of /proc/PID/status."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return int(line.split()[1]) * 1024
        return None

    def frame(self, address):
        """Return the frame that pagemap has; None: no page."""
        with open(f"/proc/{self.pid}/pagemap", "rb") as file:
            file.seek(address // PAGE * 8)
            entry = int.from_bytes(file.read(8), "little")
        return f"{entry & (1 << 55) - 1:x}" if entry >> 63 else None

    def rss(self):
        """Return the resident bytes of the area, from smaps."""
        here = False
        for line in Path(f"/proc/{self.pid}/smaps").read_text().splitlines():
            here = here or line.startswith(f"{AREA:x}-")
            if here and line.startswith("Rss:"):
                return int(line.split()[1]) * 1024
        return None


# Step, result, tables that it adds (None: one for each level below the root), pages of the area after it
MAP_STEPS = (
    ("map 0 rw", "ok", None, 1), ("map 1000 r", "ok", 0, 2), ("map 200000 r", "ok", 1, 3), ("map 40000000 rw", "ok", 2, 4),
    ("map 0 r", "EBUSY", 0, 4), ("write 0", "ok", 0, 4), ("write 1000", "SIGSEGV", 0, 4), ("read 3000", "SIGSEGV", 0, 4),
    ("protect 1000 rw", "ok", 0, 4), ("write 1000", "ok", 0, 4), ("protect 0 r", "ok", 0, 4), ("write 0", "SIGSEGV", 0, 4),
    ("thread", "ok", 0, 4), ("flush 0", "ok", 0, 4), ("unmap 0", "ok", 0, 3), ("unmap 0", "ENOENT", 0, 3), ("read 0", "SIGSEGV", 0, 3),
    ("undo", "ok", 0, 4), ("read 0", "ok", 0, 4), ("undo", "ok", 0, 4), ("write 0", "ok", 0, 4), ("undo", "ok", 0, 4),
    ("undo", "ok", -2, 3), ("undo", "ok", -1, 2), ("undo", "ok", 0, 1), ("undo", "ok", None, 0),
)


def check_step(steps, text, result, built, pages):
    """Return the differences of a step from the kernel's own files."""
    row = steps.step(text)
    wrong = []
    levels = row["levels"] if text != "undo" else row["levels_before"]
    built = built if built is not None else (levels - 1) * (1 if text != "undo" else -1)
    for name, wanted, got in (
            ("result", result, row["result"]), ("built", built, row["built"]),
            ("VmPTE", steps.status("VmPTE"), row["tables"]), ("frame", steps.frame(int(row["addr"], 16)), row["pfn"]),
            ("Rss", pages * PAGE, steps.rss())):
        # a thread has a stack of its own, with tables
        if wanted != got and (name != "built" or text != "thread"):
            wrong.append(f"{text}: {name} is {got}, not {wanted}")
    return wrong


def test_map(results):
    steps = Steps()
    wrong = [why for step in MAP_STEPS for why in check_step(steps, *step)]
    results.result(not wrong, "map: results, VmPTE, pagemap and Rss after each step", wrong)
    results.result(steps.end() == 0, "map: the end of input ends the scene")


def test_flush(results):
    """A flush reaches the CPU of a thread."""
    _, _, steps = lab("map", "map 0 rw, write 0, flush 0, thread, flush 0, unmap 0")
    alone, both = steps[2], steps[4]
    if alone["flush_local"] is None:
        results.skip("flush: local and remote", "no tracepoint tlb:tlb_flush")
        return
    # another process may flush at the same time, and the thread may be between two CPUs
    results.result(alone["flush_local"] >= 1 and alone["flush_pages"] == 1, "flush: one page on the CPU of the process", [alone])
    if os.cpu_count() > 1:
        results.result(both["cpus"] == 2 and both["flush_sent"] >= 1 and both["flush_remote"] >= 1,
                       "flush: the CPU of the thread is reached", [both])


def is_like(step, wanted):
    return all(value(step[key]) if callable(value) else step[key] == value for key, value in wanted.items())


def expect(**wanted):
    return wanted


def no_fault(**wanted):
    return {"class": None, "minor": 0, "major": 0, "result": "ok", **wanted}


def fault(name, **wanted):
    return {"class": name, "result": "ok", **wanted}


def one(name, **wanted):
    return fault(name, minor=1, major=0, **wanted)


SCENES = {
    "demand": (
        no_fault(built=0), one("anon-zero", kind="zero"), one("anon-new", kind="present", built=0), one("anon-new", built=0),
        no_fault(), no_fault(kind="none"), one("anon-zero", kind="zero"), no_fault(), expect(result="SIGSEGV", **{"class": "segv-map"})),
    "cow": (
        no_fault(), fault("anon-new", minor=2), expect(result="ok"), no_fault(), one("cow-copy"), expect(result="ok"),
        one("cow-reuse"), no_fault()),
    "mlock": (
        no_fault(), expect(result="ok", kind="present"), no_fault(), expect(result="EINVAL"), no_fault(kind="present"), no_fault()),
    "allocator": (
        no_fault(), one("anon-new"), no_fault(), one("anon-new"), fault("anon-new", minor=2558, built=4), no_fault(),
        no_fault(kind="none"), no_fault()),
    "ldt": (no_fault(), one("anon-new"), expect(result="ok"), no_fault(byte=0x61), no_fault(byte=0x61)),
    "huge": (
        no_fault(), one("thp-new"), no_fault(), expect(result="ok", kind="none"), no_fault(), fault("anon-new", minor=512),
        no_fault()),
    "file": (
        expect(result="ok"), expect(result="ok", kind="present"), expect(result="ok", kind="present"), expect(result="ok", kind="present"),
        no_fault(kind="none"), one("file-cached"), one("cow-copy"), no_fault()),
}


def moved(name, steps):
    """The frames of a scene: those that copy, and those that do not."""
    if name == "cow":
        return steps[4]["pfn"] != steps[4]["pfn_before"] and steps[6]["pfn"] == steps[6]["pfn_before"] and \
            steps[2]["pfn"] == steps[2]["pfn_before"]
    return True


def run_scene(name):
    """Return the differences of a scene."""
    status, _, steps = lab(name)
    wrong = [f"step {i + 1}: {step}" for i, (step, wanted) in enumerate(zip(steps, SCENES[name])) if not is_like(step, wanted)]
    if status or len(steps) != len(SCENES[name]):
        wrong.append(f"status {status}, {len(steps)} steps")
    return wrong if moved(name, steps) else wrong + ["frames"]


def test_scene(results, name):
    """A scene may meet reclaim or a full list of free huge pages: three tries."""
    for _ in range(3):
        wrong = run_scene(name)
        if not wrong:
            break
    results.result(not wrong, f"{name}: each step has the result of its description", wrong)


def swap_area():
    """Make and enable an area of 64 MiB on the scratch disk; return whether it is enabled."""
    path = Path(os.environ.get("PGWALK_SCRATCH", "/nowhere")) / "lab-swap"
    if not path.parent.is_dir():
        return False
    path.write_bytes(bytes(64 << 20))
    subprocess.run(["mkswap", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return ctypes.CDLL(None).swapon(str(path).encode(), 0) == 0


def test_swap(results):
    if not swap_area():
        results.skip("swap: out and in", "no scratch disk")
        return
    for _ in range(3):
        _, _, steps = lab("swap")
        good = steps[2]["kind"] == "swap" and steps[3]["kind"] == "present" and steps[3]["class"] in ("swap-read", "swap-cached")
        if good:
            break
    results.result(good, "swap: the page goes to swap and comes back by a fault", steps)
    subprocess.run(["swapoff", Path(os.environ["PGWALK_SCRATCH"]) / "lab-swap"], check=True)


def test_ldt_base(results):
    _, rows, _ = lab("ldt")
    walks = {row["register"]: row for row in rows if row["schema"] == "pgwalk.translation/1"}
    good = set(walks) == {"gs", "ds"} and walks["gs"]["addr"] == walks["ds"]["addr"] == "10000123" and \
        walks["gs"]["base"] == "10000000" and walks["ds"]["base"] == "0"
    results.result(good, "ldt: gs:123 with base 10000000 and ds:10000123 with base 0 are one linear address", walks.values())


def main():
    if not LAB_KO.exists():
        return tap.skip_all("no pgwalk_lab.ko")
    os.environ["TMPDIR"] = os.environ.get("PGWALK_SCRATCH", "/tmp")
    results = tap.Tap()
    if not results.result(subprocess.run(["insmod", LAB_KO], check=False).returncode == 0, "the module can be loaded"):
        return results.end()
    stop_khugepaged()
    test_map(results)
    test_flush(results)
    for name in SCENES:
        if name == "huge" and not THP.exists():
            results.skip(name, "no transparent huge pages")
        elif name == "file" and "PGWALK_SCRATCH" not in os.environ:
            results.skip(name, "no scratch disk")
        else:
            test_scene(results, name)
    test_swap(results)
    test_ldt_base(results)
    status, _, steps = lab()
    results.result(status == 0 and not steps, "without a scene the scenes are listed")
    results.result(subprocess.run(["rmmod", "pgwalk_lab"], check=False).returncode == 0, "the module can be removed")
    return results.end()


sys.exit(main())
