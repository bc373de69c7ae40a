#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Compares the page of pgwalk report with the verbs on a stopped process, and the page of pgtop --html with the JSON of the same
recording. TAP.

	report.py DIRECTORY of pgwalk and pgtop
"""
import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))
import report_page
import tap
from memory import (
    HUGE, HUGEPAGE, NOHUGEPAGE, NORESERVE, PAGE, READ, SHARED, TIB, configure, libc, read_page, set_up,
    stop_khugepaged, write_pages)

PROGRAMS = Path(sys.argv[-1])
THP = Path("/sys/kernel/mm/transparent_hugepage")
BASE = 0x100000000000
# Both end elements of a page, if they are taken for HTML
MEMFD, COMM = "</script><script>alert(1)</script>", b"</title><b>"
PR_SET_NAME = 15


def be_target():
    """Make mappings of several kinds: huge, small with holes, zeroes, shared, reserved; names that look like HTML."""
    libc.prctl(PR_SET_NAME, COMM, 0, 0, 0)
    set_up(BASE, 2 * HUGE, advice=HUGEPAGE)
    set_up(BASE + 8 * HUGE, 64 * PAGE, advice=NOHUGEPAGE, touch=False)
    for page in range(0, 64, 3):
        write_pages(BASE + 8 * HUGE, 1, page)
    libc.mprotect(BASE + 8 * HUGE + 40 * PAGE, 4 * PAGE, READ)
    set_up(BASE + 16 * HUGE, 16 * PAGE, advice=NOHUGEPAGE, touch=False)
    read_page(BASE + 16 * HUGE)
    memfd = os.memfd_create(MEMFD)
    os.truncate(memfd, 23 * PAGE)
    set_up(BASE + 32 * HUGE, 23 * PAGE, flags=SHARED, fd=memfd)
    set_up(BASE + TIB, TIB, flags=NORESERVE, touch=False)
    os.kill(os.getpid(), signal.SIGSTOP)


@contextlib.contextmanager
def target():
    """A stopped process with these mappings. It is no child of ours by fork() alone: its pages would be shared with ours."""
    with subprocess.Popen([sys.executable, __file__, "--target", PROGRAMS]) as process:
        os.waitpid(process.pid, os.WUNTRACED)
        try:
            yield process.pid
        finally:
            process.kill()


def pgwalk(*arguments):
    done = subprocess.run([PROGRAMS / "pgwalk", *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode or done.stderr:
        raise ValueError(f"pgwalk {arguments}: status {done.returncode}: {done.stderr}")
    return done.stdout


def objects(pid):
    """Return the objects of all verbs that a page has."""
    stack = next(json.loads(line) for line in pgwalk("mm", "-j", pid).splitlines() if '"pgwalk.mm/1"' in line)["start_stack"]
    verbs = (("vmas", pid), ("mm", pid), ("tables", pid), ("reach", pid), ("info",), ("translate", pid, stack),
             ("pages", pid, f"{BASE:x}-{BASE + 2 * TIB:x}"))
    return [json.loads(line) for verb in verbs for line in pgwalk(*verb, "-j").splitlines()]


def steady(found):
    """Return the objects without those that count the module's own work, the CPU that pgwalk ran on, and other processes."""
    return [{key: value for key, value in (report_page.without_others(one) if one["schema"].startswith("pgwalk.vma") else one).items()
             if key != "cpu"} for one in found if one["schema"] != "pgwalk.info/1"]


def read(pid):
    """Return the page and the objects, read while nothing changed: before and after, up to three times."""
    for _ in range(3):
        before = objects(pid)
        text = pgwalk("report", pid)
        if steady(before) == steady(objects(pid)):
            return report_page.Page(text), before
    return None, None


def test_process(results):
    with target() as pid:
        page, found = read(pid)
        if not page:
            results.skip("the page has the data of the verbs", "the process changed during each read")
            return
        data = page.data()
        for one in found:
            if "cpu" in one and one["schema"] == "pgwalk.reach.total/1":
                one["cpu"] = data["reach_total"]["cpu"]
        wrong = report_page.compare_report(data, found, report_page.without_others) + report_page.compare_kinds(data)
        results.result(not wrong, "the page has the data of the verbs", wrong)
        cells = [cell for cell in report_page.unpack_cells(data["cells"]) if BASE <= cell[0] < BASE + 2 * TIB]
        wrong = report_page.compare_pages(cells, [o for o in found if o["schema"] == "pgwalk.pages/1"])
        results.result(not wrong, "the cells have the pages of pages", wrong)
        wrong = page.wrong + report_page.unexplained(data, json.loads(page.texts["words"]))
        results.result(not wrong and page.size < 1 << 20, f"the page is well-formed, explained, and below 1 MB ({page.size})", wrong)
        names = [m["name"] for m in report_page.unpack(data["mappings"]) if m["name"].startswith("/memfd:")]
        good = names == [f"/memfd:{MEMFD} (deleted)"] and data["comm"] == COMM.decode() and len(page.named("script")) == 3
        results.result(good, "names of a target that look like HTML are text", [names, data["comm"], len(page.named("script"))])
        huge = sum(kind["huge"] for kind in data["kinds"])
        results.result(huge >= 2 * HUGE and any(kind["reserved"] >= TIB for kind in data["kinds"]),
                       "the page has the huge pages and the reserved memory of the process", data["kinds"])


def test_recording(results):
    with tempfile.TemporaryDirectory() as directory:
        stream, to = Path(directory) / "stream", Path(directory) / "page.html"
        done = subprocess.run([PROGRAMS / "pgtop", "-b", "-i", "0.2", f"--record={stream}", f"--html={to}", "--", sys.executable, "-c",
                               "import time; a = [bytearray(1 << 20) for _ in range(8)]; time.sleep(1)"],
                              capture_output=True, text=True, check=False)
        live = to.read_text(encoding="utf-8") if to.exists() else ""
        again = subprocess.run([PROGRAMS / "pgtop", f"--replay={stream}", f"--html={to}"], capture_output=True, text=True, check=False)
        good = not done.returncode and not again.returncode and not again.stdout and to.read_text(encoding="utf-8") == live
        results.result(good, "the page of a live session is that of its recording", [done.stderr, again.stderr, again.stdout[:200]])
        lines = subprocess.run([PROGRAMS / "pgtop", "-j", "--regions", f"--replay={stream}"], capture_output=True, text=True,
                               check=True).stdout.splitlines()
        data = report_page.Page(live).data()
        wrong = report_page.compare_recording(data, [json.loads(line) for line in lines])
        results.result(not wrong and data["faults"] > 0, "the page of a recording has its faults", wrong)


def main():
    results = tap.Tap()
    stop_khugepaged()
    configure(THP / "enabled", "madvise")
    test_process(results)
    test_recording(results)
    return results.end()


libc.prctl.argtypes = [ctypes.c_int, ctypes.c_char_p] + [ctypes.c_ulong] * 3
if "--target" in sys.argv:
    be_target()
else:
    sys.exit(main())
