#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Compares JSON of all verbs of pgwalk with /proc and with each other, for the target all_kinds of targets.py. TAP.

	pgwalk_claims.py PGWALK TARGET CHILD DIR

DIR has the output of each verb for the target, as VERB.json, and "each.json" of pages -p.
"""
import contextlib
import functools
import json
import os
import struct
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))
import tap
from pgwalk_totals import differences, size_of

PGWALK, TARGET, CHILD, DIRECTORY = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
HAS_THP = os.path.exists("/sys/kernel/mm/transparent_hugepage")
MGLRU, DAMON_STAT = Path("/sys/kernel/mm/lru_gen/enabled"), Path("/sys/module/damon_stat/parameters/enabled")
PAGES = 23
HUGE = 2 << 20
SYS_WRITE = "1"
# Flags of smaps whose bits have numbers from 32 on
HIGH_FLAGS = {"ss", "mt", "ui", "sl", "dp", "ur"}
# Flags that the target's advised pages have
ADVISED = {"dc", "wf", "dd", "sr", "rr", "lo", "lf", "nr", "gd"}
RESULTS = tap.Tap()


def objects(text):
    return [json.loads(line) for line in text.decode().splitlines()]


@functools.cache
def load(name):
    """Return the objects of a file of DIR."""
    return objects((DIRECTORY / f"{name}.json").read_bytes())


def query(*arguments):
    """Return the objects that pgwalk writes now."""
    return objects(subprocess.run([PGWALK, *map(str, arguments), "-j"], check=True, stdout=subprocess.PIPE).stdout)


def claim(title, good, *details):
    RESULTS.result(good, title, details)


def status_of_target():
    """Return the values of /proc/PID/status by name."""
    with open(f"/proc/{TARGET}/status") as file:
        return {line.split(":")[0]: (line.split() + [""])[1] for line in file}


def smaps():
    """Return {"START-END": {field: bytes}}; VmFlags is a list."""
    found, fields = {}, {}
    with open(f"/proc/{TARGET}/smaps") as file:
        for line in file:
            words = line.split()
            if not words[0].endswith(":"):
                fields = found[words[0]] = {}
            elif words[0] == "VmFlags:":
                fields["VmFlags"] = words[1:]
            elif words[1].isdigit():
                fields[words[0][:-1]] = int(words[1]) * 1024
    return found


def vmas():
    rows, total, kernel = load("vmas")[:-1], load("vmas")[-1], smaps()
    differ = [(row["start"], key, row[key], kernel[where][field]) for row in rows
              for where in [f'{row["start"]}-{row["end"]}'] if where in kernel
              for key, field in (("resident", "Rss"), ("swapped", "Swap"), ("anon_huge", "AnonHugePages"), ("size", "Size"),
                                 ("lazyfree", "LazyFree"))
              if row[key] != kernel[where][field]]
    claim("vmas: each mapping equals its entry in smaps", not differ and len(rows) >= len(kernel) - 1, differ)
    differ = [(row["start"], row["flags"], kernel[where]["VmFlags"]) for row in rows
              for where in [f'{row["start"]}-{row["end"]}'] if where in kernel
              if [flag for flag in row["flags"] if not flag.startswith("bit")] != [
                  flag for flag in kernel[where]["VmFlags"] if flag not in HIGH_FLAGS]]
    seen = {flag for row in rows for flag in row["flags"]}
    claim("vmas: the names of the flags are those of smaps", not differ and seen >= ADVISED, differ[:5], sorted(ADVISED - seen))
    keys = ("resident", "pss", "lazyfree", "swapped", "shared", "exclusive", "young", "huge_2m")
    claim("vmas: the total is the sum of the mappings",
          all(total[key] == sum(row[key] for row in rows) for key in keys) and total["mappings"] == len(rows), total)
    huge = [row for row in rows if row["anon_huge"] >= HUGE and row["exclusive"] + row["shared"] == row["resident"]]
    claim("vmas: the mapping of 8M has a huge page", huge or not HAS_THP, [row for row in rows if row["size"] == 8 << 20])


def page_tables():
    mapped = next(row["start"] for row in load("vmas")[:-1] if row["resident"])
    tables = [step["table_pfn"] for step in query("translate", TARGET, mapped) if step["schema"] == "pgwalk.step/1"]
    kinds = [query("frame", TARGET, pfn)[0]["kind"] for pfn in tables]
    claim("frame PID: the tables of the process have the kind pgtable", len(kinds) >= 4 and set(kinds) == {"pgtable"}, kinds)


def setting(path):
    return path.read_text().strip() if path.exists() else ""


def clearing():
    """Return the mechanisms that clear accessed bits, from the kernel's settings."""
    return (["damon_stat"] * (setting(DAMON_STAT) == "Y")
            + ["mglru"] * (int(setting(MGLRU) or "0", 16) & 1))


def accessed():
    cleared = load("vmas")[-1]["accessed_cleared_by"], load("pages")[-1]["accessed_cleared_by"]
    claim("vmas, pages: accessed_cleared_by equals the kernel's settings", cleared == (clearing(), clearing()), cleared, clearing())
    for path, word, off, on in ((MGLRU, "mglru", "n", "y"), (DAMON_STAT, "damon_stat", "N", "Y")):
        before, seen = setting(path), []
        if not before:
            continue
        for value in (off, on):
            path.write_text(value)
            by_vmas, by_pages = (query(verb, TARGET)[-1]["accessed_cleared_by"] for verb in ("vmas", "pages"))
            seen.append((word in by_vmas, word in by_pages, by_vmas == clearing()))
        path.write_text(before)
        claim(f"vmas, pages: {word} is in accessed_cleared_by while it is enabled",
              seen == [(False, False, True), (True, True, True)], seen)


def pages():
    for name in ("pages", "each"):
        found = differences(load(name), load("vmas"), live=True)
        claim(f"{name}: the totals equal those of vmas, and the sums of the rows", not found, *found)
    heap = next(row for row in load("vmas")[:-1] if row["name"] == "[heap]")
    rows = query("pages", TARGET, "[heap]")
    claim("pages: a mapping is found by its name", rows[-1]["present"] == heap["resident"], rows[-1], heap)
    for bits, test in (("huge", lambda run: run["leaf"] != "4K"),
                       ("anon,~huge", lambda run: "anonymous" in run["frame"] and run["leaf"] == "4K"),
                       ("~write,present", lambda run: "RW" not in run["entry"] and run["kind"] == "present")):
        selected, wanted = query("pages", TARGET, "-b", bits)[:-1], list(filter(test, load("pages")[:-1]))
        claim(f"pages: -b {bits} selects pages by flags", (selected or bits == "huge" and not HAS_THP)
              and all(map(test, selected)) and size_of(selected) == size_of(wanted), size_of(selected), size_of(wanted))


def translate():
    present = [int(run["start"], 16) for run in load("each")[:-1] if run["kind"] == "present"]
    wrong = []
    with open(f"/proc/{TARGET}/pagemap", "rb") as file:
        for address in present[::max(1, len(present) // 16)]:
            file.seek(address >> 12 << 3)
            frame = struct.unpack("Q", file.read(8))[0] & (1 << 55) - 1
            step = query("translate", TARGET, f"{address + 0x123:x}")[-1]
            if int(step["pa"], 16) != (frame << 12) + 0x123:
                wrong.append((hex(address), step))
    claim("translate: each address has the frame in pagemap", present and not wrong, wrong)


def tables_and_mm():
    status, total, levels, mm = status_of_target(), load("tables")[-1], load("tables")[:-1], load("mm")
    below = sum(row["bytes"] for row in levels if row["level"] in ("pte", "pmd", "pud"))
    claim("tables: PTE, PMD and PUD tables add up to VmPTE", below == int(status["VmPTE"]) * 1024 == total["pgtables_bytes"],
          levels, status["VmPTE"])
    claim("mm: sizes equal those of /proc/PID/status",
          mm[0]["total"] == int(status["VmSize"]) * 1024 and mm[0]["pgtables"] == int(status["VmPTE"]) * 1024
          and [row["tid"] for row in mm[1:]] == [TARGET], mm)


def rmap_and_frame():
    shared = next(row for row in load("vmas")[:-1] if row["kind"] == "shm" and row["size"] == PAGES * 4096)
    hits = query("rmap", TARGET, shared["start"])
    claim("rmap: both processes that share a page are found",
          sorted((hit["pid"], hit["addr"]) for hit in hits[:-1]) == sorted((pid, shared["start"]) for pid in (TARGET, CHILD))
          and hits[-1]["found"] == hits[-1]["mapcount"] == 2 and hits[-1]["status"] == "done", hits)
    claim("rmap: a lookup by frame finds the same mappings", query("rmap", hits[-1]["pfn"]) == hits, hits)
    frame = query("frame", hits[-1]["pfn"])[0]
    claim("frame: kind and mapcount equal those of rmap",
          frame["kind"] == "shmem" and frame["mapcount"] == 2 and "mmap" in frame["flags"], frame)
    claim("frame: a range has one object for each frame",
          [int(one["pfn"], 16) for one in load("frame")] == list(range(0x1000, 0x1000 + PAGES)))


def segments_and_gdt():
    gdt = load("gdt")
    cpus = [one["cpu"] for one in gdt if one["schema"] == "pgwalk.gdt/1"]
    claim("gdt: every CPU has flat user segments and a TSS",
          cpus == sorted(os.sched_getaffinity(0))
          and all(any(one.get("cpu") == cpu and one.get("dpl") == 3 and "flat" in one.get("flags", []) for one in gdt)
                  and any(one.get("cpu") == cpu and one.get("type") == "TSS busy" and one["slots"] == 2 for one in gdt)
                  for cpu in cpus), cpus)
    registers = {one["register"]: one for one in load("segments") if one["schema"] == "pgwalk.segment/1"}
    claim("segments: cs has privilege level 3, fs has a base",
          registers["cs"]["rpl"] == 3 and registers["cs"]["selector"] == "33" and int(registers["fs"]["base"], 16) > 4096
          and len(registers) == 6, registers)
    step = load("translate")[-1]
    claim("translate: fs:0 is the base of fs",
          step["addr"] == registers["fs"]["base"] and step["status"] == "done" and step["pa"], step)


def wait_until(test):
    while not test():
        time.sleep(0.01)


def program_of(pid):
    """Return the path of the program of a process; None while it exits."""
    with contextlib.suppress(FileNotFoundError):
        return os.readlink(f"/proc/{pid}/exe")
    return None


def is_in_write(pid):
    """Return whether a process waits in write(), of a pipe that nothing reads."""
    return Path(f"/proc/{pid}/syscall").read_text(encoding="ascii").split()[0] == SYS_WRITE


def gone():
    """A process exits, or executes a program, after pgwalk has printed a part of its pages."""
    for line, message in (("pass", "{}: exited while it was read"),
                          ("os.execvp('sleep', ['sleep', '600'])", "{}: executed another program while it was read (try again)")):
        code = f"import os, sys; print('up', flush=True); sys.stdin.readline(); {line}"
        with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as target:
            target.stdout.readline()
            program = program_of(target.pid)
            with subprocess.Popen([PGWALK, "pages", "-p", "-j", str(target.pid)], stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE) as process:
                wait_until(lambda process=process: is_in_write(process.pid))
                os.write(target.stdin.fileno(), b"\n")
                wait_until(lambda target=target, program=program: target.poll() is not None or
                           program_of(target.pid) not in (None, program))
                out, err = process.communicate()
            target.kill()
        claim(f"pages: {message.format('PID')}, after a part of the pages", process.returncode == 1 and out and
              err.decode() == f"pgwalk: {message.format(target.pid)}\n", err, len(out))


def main():
    for part in (vmas, page_tables, accessed, pages, translate, tables_and_mm, rmap_and_frame, segments_and_gdt, gone):
        part()
    return RESULTS.end()


sys.exit(main())
