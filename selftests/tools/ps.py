#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Compares pgwalk ps with smaps_rollup, status and stat, and columns of pgwalk vmas with smaps and pagemap, on stopped processes with memory of each kind and on all others;
processes that exit, that may not be read, and those of a cgroup; the order of -s. TAP.

	ps.py PGWALK
"""
import atexit
import contextlib
import ctypes
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))
import tap
from memory import BASE, GIB, HUGE, NOHUGEPAGE, PAGE, configure, end, libc, many_mappings, set_up, start, stop_khugepaged
from zoo import POOL, THP, distinct, family, fields, smaps_of, swap_file

PGWALK = sys.argv[1]
# pgwalk must not map the file of a locale, which Python and so the targets have
os.environ["LC_ALL"] = "C"
PR_CAPBSET_DROP, CAP_SYS_PTRACE = 24, 19
PF_KTHREAD = 0x200000
USER = 1000
TRIES = 3
# The kernel's name of each figure
ROLLUP = {
    "resident": ("Rss",), "uss": ("Private_Clean", "Private_Dirty"), "swapped": ("Swap",), "anon_huge": ("AnonHugePages",),
    "hugetlb": ("Private_Hugetlb", "Shared_Hugetlb"), "lazyfree": ("LazyFree",),
}


@functools.cache
def own_command():
    """Return pgwalk with its own copy of its libraries: mapped by pgwalk, the pages of the others have another mapcount."""
    text = subprocess.run(["ldd", PGWALK], check=True, stdout=subprocess.PIPE, text=True).stdout
    libraries = [word for word in text.split() if word.startswith("/")]
    directory = Path(tempfile.mkdtemp())
    atexit.register(functools.partial(shutil.rmtree, directory))
    for library in libraries:
        shutil.copy(library, directory)
    loader, = (directory / Path(library).name for library in libraries if "/ld-" in library)
    return [str(loader), "--library-path", str(directory), PGWALK]


def ps(*arguments, run=None):
    """Return the rows by PID, in their order, and the total."""
    command = [*own_command(), "ps", "-j", *map(str, arguments)]
    text = subprocess.run(command, check=True, stdout=subprocess.PIPE, **(run or {})).stdout
    *rows, total = [json.loads(line) for line in text.splitlines()]
    assert total["schema"] == "pgwalk.process.total/1"
    return {row["pid"]: row for row in rows}, total


def stat_of(pid):
    """Return the fields of stat from the third one on."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def counters(pid):
    """Return minor and major faults."""
    words = stat_of(pid)
    return int(words[7]), int(words[9])


def has_memory(pid):
    return "Rss" in fields(f"/proc/{pid}/smaps_rollup")


def processes():
    """Return the PIDs of all processes with memory, but this one's children of the moment."""
    found = set()
    for name in os.listdir("/proc"):
        with contextlib.suppress(OSError, IndexError):
            if name.isdigit() and not int(stat_of(name)[6]) & PF_KTHREAD and has_memory(name):
                found.add(int(name))
    return found


def differences(row, rollup, mappings):
    """Return the figures of a row that differ from smaps_rollup. smaps_rollup rounds the sum down, a row each mapping. While
    pgwalk reads, it maps some of the shared pages itself, of libc: they have one mapping more than in smaps_rollup."""
    bad = []
    for key, names in ROLLUP.items():
        want = sum(rollup.get(name, 0) for name in names)
        if row[key] != want:
            bad.append(f"{key}: {row[key]}, {' + '.join(names)} {want}")
    of_pgwalk = (rollup["Shared_Clean"] + rollup["Shared_Dirty"]) // 50
    if not row["pss"] >> 10 <= rollup["Pss"] >> 10 <= (row["pss"] + mappings + of_pgwalk) >> 10:
        bad.append(f"pss: {row['pss']}, Pss {rollup['Pss']}")
    return bad


def compare(pid):
    """Compare one process; other processes may map the same pages, or unmap them, between two reads: try again then."""
    bad = []
    for _ in range(TRIES):
        rows, _ = ps()
        rollup, status = fields(f"/proc/{pid}/smaps_rollup"), fields(f"/proc/{pid}/status")
        with open(f"/proc/{pid}/maps") as maps:
            number = sum("[vsyscall]" not in line for line in maps)
        bad = differences(rows[pid], rollup, number)
        if rows[pid]["mappings"] != number:
            bad.append(f"mappings: {rows[pid]['mappings']}, {number} lines of maps")
        if rows[pid]["tables"] != status["VmPTE"]:
            bad.append(f"tables: {rows[pid]['tables']}, VmPTE {status['VmPTE']}")
        if (rows[pid]["minor_total"], rows[pid]["major_total"]) != counters(pid):
            bad.append(f"faults {rows[pid]['minor_total']}, {rows[pid]['major_total']}: {counters(pid)} in stat")
        if rows[pid]["name"] != Path(f"/proc/{pid}/comm").read_text().strip():
            bad.append(f"name {rows[pid]['name']}")
        if not bad:
            break
    return bad


def test_figures(results, parent, child):
    for pid, title in (parent, "parent"), (child, "child that shares its memory"):
        bad = compare(pid)
        results.result(not bad, f"{title}: smaps_rollup, status and stat have the same figures", bad)
    rows, _ = ps()
    for key, least in ("uss", 11 * PAGE), ("swapped", 0), ("lazyfree", 0), ("hugetlb", 0), ("anon_huge", 0):
        results.result(rows[parent][key] >= least and (least or rows[parent][key] > 0 or key_is_missing(key)),
                       f"the zoo has {key}", [rows[parent]])


def key_is_missing(key):
    """Test if this machine has no such memory."""
    if key == "swapped":
        return len(Path("/proc/swaps").read_text().splitlines()) < 2
    if key == "lazyfree":
        return False
    return not THP.exists() if key == "anon_huge" else int(POOL.read_text()) < 2


def compare_mappings(pid):
    """Return the differences between the columns of vmas and smaps, pagemap and status. Relatives that run, as this program,
    copy pages that they share: each pss and uss is between those of smaps before and after."""
    bad = []
    for _ in range(TRIES):
        before = smaps_of(pid)
        command = [*own_command(), "vmas", "-j", "-o", "frames,eligible", str(pid)]
        text = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        *rows, total = [json.loads(line) for line in text.splitlines()]
        after, status = smaps_of(pid), fields(f"/proc/{pid}/status")
        bad = []
        for row in rows:
            limit, values, eligible = after[int(row["start"], 16)]
            want = {
                "pss": values["Pss"], "uss": values["Private_Clean"] + values["Private_Dirty"],
                "lazyfree": values["LazyFree"], "resident": values["Rss"], "swapped": values["Swap"],
                "eligible": eligible,
            }
            got = {key: row[key] for key in want}
            got["pss"] = got["pss"] >> 10 << 10
            if int(row["start"], 16) in before:
                old = before[int(row["start"], 16)][1]
                for key, value in ("pss", old["Pss"]), ("uss", old["Private_Clean"] + old["Private_Dirty"]):
                    if value <= got[key] <= want[key]:
                        want[key] = got[key]
            if got != want and row["kind"] != "vdso":
                bad.append(f"{row['start']}-{limit:x} {row['name']}: {got}, expected {want}")
        expected = distinct(pid, [(at, values[0]) for at, values in after.items() if values[1]["Size"] < GIB])
        bad += [f"{row['start']} {row['name']}: frames {row['frames']}, {expected[int(row['start'], 16)]} expected"
                for row in rows if row["frames"] != expected[int(row["start"], 16)] and row["kind"] not in ("vdso", "device")]
        if total["tables"] != status["VmPTE"] or total["tables"] != sum(row["tables"] for row in rows):
            bad.append(f"tables {total['tables']}, VmPTE {status['VmPTE']}")
        for key in "uss", "frames":
            if total[key] != sum(row[key] for row in rows):
                bad.append(f"{key} {total[key]} in the total")
        if not bad:
            break
    return bad, {int(row["start"], 16): row for row in rows}


def test_mappings(results, parent, child):
    for pid, title in (child, "child that shares its memory"), (parent, "parent"):
        bad, rows = compare_mappings(pid)
        results.result(not bad, f"{title}: each mapping has the figures of smaps, and the frames of pagemap", bad)
    # The first mapping has the table of the 512 GiB around it, each mapping that of its GiB and of its 2 MiB
    found = [rows[BASE + place * GIB]["tables"] for place in range(3)]
    results.result(found == [3 * PAGE, 2 * PAGE, 2 * PAGE], "a page table counts in the first mapping that it covers", found)
    found = [rows[BASE + 7 * GIB + place * HUGE]["frames"] for place in range(3)]
    results.result(found == [13 * PAGE, 0, 0], "memory that is mapped three times has its frames once", found)
    found = {row["eligible"] for row in rows.values()}
    results.result(found >= {True, False} or not THP.exists(), "some mappings may have huge pages, others not", found)


def test_list(results):
    """Each process with memory has a row; kernel threads and zombies have none."""
    zombie = os.fork()
    if not zombie:
        os._exit(0)     # pylint: disable=protected-access
    os.waitid(os.P_PID, zombie, os.WEXITED | os.WNOWAIT)
    before = processes()
    rows, total = ps()
    after = processes()
    results.result(before & after <= set(rows), "each process with memory has a row", [before & after, sorted(rows)])
    threads = [pid for pid in rows if Path(f"/proc/{pid}").exists() and int(stat_of(pid)[6]) & PF_KTHREAD]
    results.result(not threads and 2 not in rows and total["kernel_threads"] > 0, "kernel threads have no row", threads)
    results.result(zombie not in rows and total["zombies"] > 0, "a zombie has no row, and is counted", [total])
    results.result(total["processes"] == len(rows) and not total["unreadable"], "the total counts the rows", [total])
    for key in "pss", "uss", "swapped", "tables":
        results.result(total[key] == sum(row[key] for row in rows.values()), f"the total has the sum of {key}", [total])
    os.waitpid(zombie, 0)


def test_order(results):
    for key in "pss", "resident", "uss", "swapped", "tables", "minor_total", "pid":
        found = [row[key] for row in ps("-s", key)[0].values()]
        results.result(found == sorted(found, reverse=True) and len(found) > 2, f"-s {key} sorts from the largest", found)
    found = [row["name"] for row in ps("-s", "name")[0].values()]
    results.result(found == sorted(found), "-s name sorts from the smallest", found)
    found = [row["pss"] for row in ps()[0].values()]
    results.result(found == sorted(found, reverse=True), "without -s by PSS", found)


def churn(stop):
    """Processes that live for a moment, or execute another program."""
    while not stop.is_set():
        pid = os.fork()
        if not pid:
            if time.monotonic_ns() & 1:
                os.execv("/bin/true", ["true"])
            os._exit(0)     # pylint: disable=protected-access
        os.waitpid(pid, 0)


def crowd():
    """Many processes that vanish when they are killed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    pids = []
    for _ in range(40):
        pid = os.fork()
        if not pid:
            signal.pause()
            os._exit(0)     # pylint: disable=protected-access
        pids.append(pid)
    return pids


def test_killed(results):
    """Processes are killed while they are read, one of them in the middle."""
    bad = []
    for delay in 0.2, 0.4, 0.6, 0.8:
        leader, pids, _ = start(crowd)
        with subprocess.Popen([PGWALK, "ps", "-s", "pid"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as run:
            time.sleep(delay)
            for pid in pids:
                os.kill(pid, signal.SIGKILL)
            text = run.communicate()[1]
        if run.returncode or text:
            bad.append(f"status {run.returncode}: {text}")
        end(leader)
    results.result(not bad, "processes that are killed while they are read do not end the list", bad)


def test_exits(results, pid):
    """Processes exit and execute other programs while they are read."""
    stop = threading.Event()
    thread = threading.Thread(target=churn, args=(stop,))
    thread.start()
    bad = []
    try:
        for _ in range(5):
            run = subprocess.run([PGWALK, "ps", "-j"], check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            if run.returncode or run.stderr or f'"pid":{pid},' not in run.stdout:
                bad.append(f"status {run.returncode}: {run.stderr}")
    finally:
        stop.set()
        thread.join()
    results.result(not bad, "processes that exit while they are read do not end the list", bad)


def as_user():
    os.setresgid(USER, USER, USER)
    os.setresuid(USER, USER, USER)


def test_unreadable(results):
    """Without CAP_SYS_PTRACE, a /proc with hidepid=1 shows the PIDs of other users, and nothing more."""
    pid, _, _ = start(as_user)
    with tempfile.TemporaryDirectory() as proc:
        subprocess.run(["mount", "-t", "proc", "-o", "hidepid=1,gid=23", "proc", proc], check=True)
        try:
            rows, total = ps(f"--proc={proc}", run={
                "preexec_fn": lambda: libc.prctl(PR_CAPBSET_DROP, ctypes.c_ulong(CAP_SYS_PTRACE), 0, 0, 0)})
        finally:
            subprocess.run(["umount", proc], check=True)
            end(pid)
    row = rows.get(pid, {})
    results.result(row.get("error") == "Operation not permitted" and row["resident"] is None and row["pss"] is None,
                   "a process that may not be read has a row without figures, and the reason", [row])
    results.result(total["unreadable"] == sum(row["error"] is not None for row in rows.values()) > 0 and
                   total["processes"] == len(rows), "and is counted", [total])


@contextlib.contextmanager
def cgroups():
    """A cgroup with another one below it."""
    with tempfile.TemporaryDirectory() as top:
        subprocess.run(["mount", "-t", "cgroup2", "none", top], check=True)
        outer = Path(top) / "pgwalk-ps"
        try:
            (outer / "inner").mkdir(parents=True)
            yield outer
        finally:
            for directory in outer / "inner", outer:
                with contextlib.suppress(OSError):
                    directory.rmdir()
            subprocess.run(["umount", top], check=True)


def test_cgroup(results, parent, child):
    home = Path("/proc/self/cgroup").read_text().rsplit(":", 1)[1].strip()
    with cgroups() as outer:
        (outer / "cgroup.procs").write_text(str(parent))
        (outer / "inner/cgroup.procs").write_text(str(child))
        rows, total = ps("-c", outer)
        results.result(set(rows) == {parent, child} and total["processes"] == 2,
                       "-c lists the processes of a cgroup and of the one below it", [rows])
        rows, _ = ps("-c", outer / "inner")
        results.result(set(rows) == {child}, "-c lists no processes of the cgroup above", [rows])
        (outer / "cgroup.procs").write_text(str(child))
        (outer / "inner/cgroup.type").write_text("threaded")
        run = subprocess.run([PGWALK, "ps", "-c", outer / "inner"], check=False, stderr=subprocess.PIPE, text=True)
        results.result(run.returncode == 1 and "threaded cgroup" in run.stderr, "-c refuses a threaded cgroup", [run.stderr])
        rows, _ = ps("-c", outer)
        results.result(set(rows) == {parent, child}, "a threaded cgroup below is no error", [rows])
        for pid in parent, child:
            (outer.parent / home.lstrip("/") / "cgroup.procs").write_text(str(pid))


def fault(stop):
    """Fault until the end."""
    while not stop.is_set():
        set_up(BASE + 9 * GIB, 23 * PAGE, advice=NOHUGEPAGE)
        libc.munmap(BASE + 9 * GIB, 23 * PAGE)
        time.sleep(0.01)


def test_faults(results, stopped):
    """Faults of an interval are at most those between a reading before it and one after it."""
    stop = threading.Event()
    thread = threading.Thread(target=fault, args=(stop,))
    thread.start()
    try:
        before = counters(os.getpid())
        rows, total = ps("-i", 0.5, "-s", "faults")
        after = counters(os.getpid())
    finally:
        stop.set()
        thread.join()
    row = rows[os.getpid()]
    results.result(0 < row["faults"] <= sum(after) - sum(before) and row["major"] <= after[1] - before[1],
                   "-i shows the faults of the interval", [row, before, after])
    results.result(before[0] <= row["minor_total"] <= after[0], "the counters are those of stat", [row, before, after])
    results.result(rows[stopped]["faults"] == 0 == rows[stopped]["major"], "a stopped process has no fault",
                   [rows[stopped]])
    results.result(row["milliseconds"] >= 500 and total["faults"] >= row["faults"], "the interval is at least that long", [row])
    results.result(ps()[0][stopped]["faults"] is None, "without -i no faults are shown")


def test_many(results):
    """A process with 60 000 mappings: its row, and the order of its mappings."""
    pid, _, _ = start(many_mappings)
    try:
        bad = compare(pid)
        results.result(not bad, "60 000 mappings: smaps_rollup, status and stat have the same figures", bad)
        limit = int(Path("/proc/sys/vm/max_map_count").read_text())
        _, total = ps()
        results.result(total["map_limit"] == limit and total["near_limit"] == (60000 > limit * 0.8),
                       "60 000 mappings are near vm.max_map_count", [limit, total])
        text = subprocess.run([PGWALK, "vmas", "-j", "-s", "resident", "-o", "frames", str(pid)], check=True,
                              stdout=subprocess.PIPE).stdout
        *rows, total = [json.loads(line) for line in text.splitlines()]
        found = [row["resident"] for row in rows]
        results.result(found == sorted(found, reverse=True) and len(rows) == total["mappings"] > 60000,
                       "vmas -s sorts 60 000 mappings, and drops none", [len(rows), total])
        tables = fields(f"/proc/{pid}/status")["VmPTE"]
        results.result(total["tables"] == tables, "60 000 mappings: their page tables add up to VmPTE", [tables, total])
    finally:
        end(pid)


def main():
    results = tap.Tap()
    with swap_file():
        test_all(results)
    return results.end()


def test_all(results):
    # khugepaged must not collapse pages between two reads
    stop_khugepaged()
    configure(THP / "enabled", "madvise")
    configure(POOL, 4)
    parent, child, _ = start(family)
    try:
        test_figures(results, parent, child)
        test_mappings(results, parent, child)
        test_list(results)
        test_order(results)
        test_exits(results, parent)
        test_killed(results)
        test_unreadable(results)
        test_cgroup(results, parent, child)
        test_faults(results, parent)
        test_many(results)
    finally:
        os.kill(child, 9)
        end(parent)


sys.exit(main())
