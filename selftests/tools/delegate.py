#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""The verbs of pgwalk as a user without CAP_SYS_ADMIN, with delegate=1: run by selftests/module/delegate.

	delegate.py PGWALK

Prints what is wrong; exit status 1 if something is. The oracle of the figures is smaps of the same process.
"""
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

# Keys that have to be null, and verbs that have to be refused
NO_FRAMES = {"pfn", "swap", "mapcount", "node", "frame_kind", "order", "frame", "table_pfn", "value", "pa", "pgd", "pgd_pa",
             "users", "count", "nr_tasks", "large", "ksm", "node_bytes", "zero_pfn", "attached", "lock_holds", "frames",
             "buffer_bytes", "rmap_passes"}
REFUSED = ["huge {0}", "rmap {0} {1}", "pages -b anon {0}", "translate {0} fs:0"]  # the others: suite golden-pgwalk

wrong = []


def check(claim, text):
    """Print a claim that does not hold."""
    if not claim:
        wrong.append(text)
        print(f"# {text}")


def run(pgwalk, arguments):
    """Run a verb: status, output, messages."""
    done = subprocess.run([pgwalk, *arguments.split()], capture_output=True, text=True, timeout=100, check=False)
    return done.returncode, done.stdout, done.stderr.strip()


def check_verb(pgwalk, arguments):
    """Check that a verb works without frames. Return the rows."""
    status, text, message = run(pgwalk, arguments + " -j")
    rows = [json.loads(line) for line in text.splitlines()]
    check(status == 0 and rows, f"{arguments} -j: {status}: {message}")
    for row in rows:
        for key in NO_FRAMES & set(row) - ({"swap"} if row["schema"] == "pgwalk.mm/1" else set()):
            check(row[key] is None, f"{arguments}: {key} is {row[key]}")
    return rows


def smaps(pid):
    """Return Rss and Pss of each mapping without a file, in bytes, by start. Pgwalk itself maps the same pages of files."""
    text = Path(f"/proc/{pid}/smaps").read_text(encoding="utf-8", errors="replace")
    sizes = re.findall(r"^([0-9a-f]{8,})-[0-9a-f]+ \S+ \S+ 00:00 0 .*?^Rss: +(\d+) kB$.*?^Pss: +(\d+) kB$", text, re.M | re.S)
    return {start: (int(rss) * 1024, int(pss) * 1024) for start, rss, pss in sizes}


def check_figures(pgwalk, pid):
    """Compare resident and proportional size with smaps."""
    for _ in range(3):
        before = smaps(pid)
        rows = [row for row in check_verb(pgwalk, f"vmas -a {pid}") if row["schema"] == "pgwalk.vma/1"]
        if smaps(pid) == before:
            break
    got = {row["start"]: (row["resident"], row["pss"]) for row in rows if row["inode"] is None and row["kind"] != "vdso"}
    want = {start: before.get(start) for start in got}
    check(got and got == want and any(rss for rss, _ in got.values()), f"Rss and Pss are {want}, not {got}")


def main():
    """Run all verbs on a process of this user, and on process 1."""
    pgwalk = sys.argv[1]
    with subprocess.Popen(["sleep", "1000"]) as child:
        os.waitid(os.P_PID, child.pid, os.WNOWAIT | os.WEXITED | os.WNOHANG)
        maps = Path(f"/proc/{child.pid}/maps").read_text(encoding="utf-8")
        stack = re.search(r"-([0-9a-f]+) .*\[stack\]", maps)
        addr = f"{int(stack[1], 16) - 0x1000:x}" if stack else "1000"
        for verb in ("info", f"pages {child.pid}", f"pages -p {child.pid}", f"tables {child.pid}", f"mm {child.pid}",
                     f"translate {child.pid} {addr}", f"wss {child.pid}", "ps",
                     f"vmas -a -o range,resident,large,node,frames {child.pid}"):
            check_verb(pgwalk, verb)
        check_figures(pgwalk, child.pid)
        status, text, _ = run(pgwalk, f"translate -e {child.pid} {addr}")
        check(status == 0 and "Physical address: not reported" in text, f"translate -e: {text}")
        status, text, _ = run(pgwalk, "info")
        check("delegate,redacted" in text, f"info does not show the state: {text}")
        for verb in REFUSED:
            status, text, message = run(pgwalk, verb.format(child.pid, addr))
            check(status == 77 and "without CAP_SYS_ADMIN" in message and not text, f"{verb}: {status}: {message}")
        status, _, message = run(pgwalk, "vmas 1")
        check(status == 77 and "you may not read this process" in message, f"vmas 1: {status}: {message}")
        child.send_signal(signal.SIGKILL)
    sys.exit(1 if wrong else 0)


main()
