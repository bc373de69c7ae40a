#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Runs the commands of Documentation/tutorial.rst, and compares their output with the recorded one. TAP.

	tutorial.py            one test for each recorded output in English, and for each picture
	tutorial.py --chinese    one test for each recorded output in Chinese
	tutorial.py --print    print all outputs, for selftests/lint/readme.py --record-tutorial
	tutorial.py --pictures    print all pictures, for selftests/lint/readme.py --record-pictures

All run in a guest with pgwalk.ko and a scratch disk. expected/tutorial has the recorded output, which the tutorial shows in
both languages, and again as NAME.zh_CN where it has text in Chinese; selftests/lint/readme.py compares the documents with it.
This test compares the lines and their words with those of a new run, with a placeholder for each number: shape_of() lists the
exceptions.

Documentation/pictures has the recorded pictures: their groups, titles and texts are compared, without numbers.

The processes are workloads/tutorial, and those of pgwalk lab. A step whose output differs is repeated: the kernel may have
changed pages in between.
"""
import ctypes
import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "lib"))
import pgtop_harness as harness
from memory import stop_khugepaged
from readme_output import EXPECTED, WORKLOADS, words_of

RECORDED = EXPECTED / "tutorial"
TRIES = 3
# The row of the stack in a list of mappings
STACK = re.compile(r"#-# .*\bstack\b")
# Rows of pgtop that shape_of() leaves out
VARIES = re.compile(r"stack|vdso|heap|cow-reuse|\bother\b|^# (?:retries|mapped|vm/s|self|# mapping)")
# Lines of the laboratory that repeat the upper levels of a walk
BRIEF = "grep -v -e 'p[4gum]d ' -e '^#L' -e '^# CLASS' -e '^# no'"
# The end of the name of an output in Chinese, and the words of the commands that filter text
CHINESE = ".zh_CN"
FILTERS = {"'^# no'": "'^# 在这个内核'", "'^# gs has'": "'^# gs 的'", "'TLB entries'": "'TLB 表项'"}
# The commands, by name of the recorded output. Words in braces are printed by workloads/tutorial, or made by values()
COMMANDS = {
    "vmas": ["pgwalk vmas -a {pid}"],
    "mm": ["pgwalk mm {pid}"],
    "flags": ["pgwalk vmas -o range,vm_flags,flags {pid} | grep -v '^# '",
              "pgwalk vmas -o range,perms,offset,inode,file {pid} | grep -v '^# '"],
    "flags2": ["pgwalk vmas -o range,perms,flags,resident {pid} | grep -e RANGE -e ,lo,"],
    "states": ["pgwalk vmas -a -o range,kind,size,resident,zero,swapped {pid} | grep -e RANGE -e anon",
               "pgwalk translate --explain {pid} {absent} | tail -n 1", "pgwalk translate --explain {pid} {zero} | tail -n 1",
               "pgwalk translate {pid} {swapped}"],
    "demand": [f"pgwalk lab --no-pause demand | {BRIEF}"],
    "gdt": ["pgwalk gdt | head -n 10"],
    "segments": ["pgwalk segments {pid}"],
    "selector": ["pgwalk translate {pid} fs:28"],
    "ldt": ["pgwalk lab --no-pause ldt | grep -A 6 '^# gs has'"],
    "levels": ["pgwalk translate --explain {pid} {small} | head -n 9"],
    "bits": ["pgwalk translate --explain {pid} {small} | tail -n 15"],
    "leaf": ["pgwalk translate {pid} {huge}", "pgwalk info | tail -n 5"],
    "leaf2": ["pgwalk translate {pid} {inside} | tail -n 1"],
    "tables": ["pgwalk tables {pid}", "pgwalk vmas -o range,size,resident,tables {pid} | grep -e RANGE -e ' 10M'"],
    "map": ["pgwalk lab --no-pause map 'map 0 rw, map 1000 r, map 0 rw' | grep -v -e '^# CLASS' -e '^# no'"],
    "map2": ["pgwalk lab --no-pause map 'map 0 rw, map 200000 r' | tail -n 4"],
    "tlb": ["pgwalk reach {pid} | grep -A 3 'TLB entries'",
            f"pgwalk lab --no-pause map 'map 0 rw, thread, protect 0 r' | {BRIEF} | tail -n 8"],
    "flushes": ["pgwalk info | grep paging", "pgtop -j -n 1 -i 2 {threads} | grep -o '\"tlb_target\":{{[^}}]*}}'"],
    "faults": ["pgtop -b -i 60 -- tutorial faults lesson"],
    "kernel": ["pgtop -j -i 60 -- tutorial faults lesson | grep -o '\"anon-new\":{{[^}}]*}}' | grep '\"count\":500,' | "
               "grep -o -e '\"count\":[0-9]*' -e '\"read\".*\"kernel\":[0-9]*'"],
    "kinds": ["pgtop -b -i 60 -- tutorial faults lesson | grep -e '^# pgtop' -e file- -e segv"],
    "exec": ["pgtop -b -i 60 -- tutorial nothing"],
    "file": [f"pgwalk lab --no-pause file | {BRIEF}"],
    "allocator": [f"pgwalk lab --no-pause allocator | {BRIEF}"],
    "commands": ["pgtop -b -n 1 -i 2 | grep -e FAULT -e tutorial"],
    "cow": ["pgwalk cow {pid}"],
    "copy": [f"pgwalk lab --no-pause cow | {BRIEF}"],
    "shared": ["pgwalk rmap {pid} {text}", "pgwalk rmap {pid} {shared}"],
    "libc": ["pgwalk file {libc} 0-fff | grep -e '#' -e sleep"],
    "threads": ["pgtop -b -n 1 -i 2 -t {threads}"],
    "rmap": ["pgwalk rmap {pid} {cow}", "pgwalk rmap {pid} {copied}"],
    "frame": ["pgwalk frame {frame}"],
    "huge": ["pgwalk huge {pid}"],
    "split": ["pgwalk lab --no-pause huge | " + BRIEF.replace("p[4gum]d ", "^ p[4gu]d ")],
    "locked": [f"pgwalk lab --no-pause mlock | {BRIEF}"],
    "swap": [f"pgwalk lab --no-pause swap | {BRIEF}"],
    "lru": ["pgwalk frame {frame} | grep -e lru -e gen", "pgwalk frame {locked} | grep -e lru -e gen",
            "grep -E '^((Ina|A)ctive.(anon|file).|Dirty|Writeback):' /proc/meminfo"],
    "reclaim": ["mkdir -p /sys/fs/cgroup/small", "echo 8M > /sys/fs/cgroup/small/memory.max",
                "pgtop -b -i 60 -- tutorial reclaim /sys/fs/cgroup/small | grep -e '^# pgtop' -e FAULT -e anon-new -e swap",
                "grep -E '^pg(scan|steal)_(kswapd|direct) ' /sys/fs/cgroup/small/memory.stat"],
    "wss": ["pgwalk wss --clear -i 2 {again}"],
    "nodes": ["pgwalk vmas -o range,kind,resident,node {pid} | grep -e RANGE -e anon -e total",
              "grep -E '^(numa_hit|thp_fault_alloc|thp_split_pmd|thp_collapse_alloc) ' /proc/vmstat"],
}


# The pictures of the process, by name of the file
PICTURES = {
    "space.svg": "pgwalk report --svg=space {pid}",
    "walk.svg": "pgwalk report --svg=walk {pid} {small}",
    "tables.svg": "pgwalk report --svg=tables {pid}",
}
PICTURE_DIRECTORY = EXPECTED.parents[2] / "Documentation/pictures"
# A README or a page of documentation stays small
PICTURE_BYTES = 40 << 10


def picture_shape(text):
    """Return the compared parts of a picture: elements with a name, titles and texts, without numbers, sorted.

    A title and a text are compared as words. Bars are no part of the shape: their lengths are numbers.
    """
    root = ElementTree.fromstring(text)
    found = {"size " + str(len(root.get("viewBox", "").split()))}
    for one in root.iter():
        name = one.tag.rpartition("}")[2]
        for key in ("id", "data-kind"):
            if one.get(key):
                found.add(f"{name} {key} {one.get(key)}")
        if name in ("text", "title") and one.text and one.get("class") != "bit":
            found.add(f"{name} {words_of(one.text).replace('zero', '#')}")
    return sorted(found)


def shape_of(text):
    """Return the compared lines: words, and # for each number.

    The row of the stack is left out: which of its pages are used depends on its random address. Rows of pgtop are sorted,
    because close rates may change places; without those of the start of the program, and of pages that are reused, and counts
    that are printed only if they are not 0. pgtop may not have the kind of a mapping of a process that has ended: bss equals
    anon. Whether a page that comes back is still in the swap cache depends on the device: swap-cached equals swap-read.
    """
    lines = [words_of(line).replace("zero", "#").replace("swap-cached", "swap-read") for line in text.splitlines()]
    lines = [line for line in lines if not STACK.match(line)]
    if "$ pgtop" not in text:
        return lines
    lines = [line.replace(" -", " #").replace(" bss", " anon") for line in lines if not VARIES.search(line)]
    return sorted(set(lines))


def make_swap():
    """Enable a swap area on the scratch disk, which is the current directory."""
    Path("swap").write_bytes(bytes(64 << 20))
    os.chmod("swap", 0o600)
    harness.run(["mkswap", "swap"])
    if ctypes.CDLL(None).swapon(os.fsencode(Path("swap").absolute()), 0):
        raise RuntimeError("swapon failed")


def start(scene):
    """Start a scene of workloads/tutorial; return its PID and the words that it printed."""
    process = harness.start([WORKLOADS / "tutorial", scene], stdout=subprocess.PIPE, text=True)
    words = {}
    for line in process.stdout:
        name, value = line.split()
        if name == "ready":
            break
        words[name] = value
    return process.pid, words


def frame_of(pid, address):
    """Return the number of the frame at an address."""
    lines = harness.run([harness.BUILD / "bin/pgwalk", "translate", "-j", pid, address]).splitlines()
    return f"{int(json.loads(lines[-1])['pa'], 16) // harness.PAGE:x}"


def libc():
    """Return the path of libc that programs of this machine map."""
    return next(line.split()[5] for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines() if "/libc.so" in line)


def prepare():
    """Make the processes; return the words of COMMANDS."""
    os.environ["PATH"] = f"{harness.BUILD}/bin:{WORKLOADS}:{os.environ['PATH']}"
    os.environ["TMPDIR"] = os.environ["PGWALK_SCRATCH"]
    os.chdir(os.environ["PGWALK_SCRATCH"])
    harness.run(["insmod", Path(os.environ["PGWALK_KO"]).with_name("pgwalk_lab.ko")])
    stop_khugepaged()
    make_swap()
    Path("/sys/fs/cgroup/cgroup.subtree_control").write_text("+memory", encoding="ascii")
    for _ in range(2):
        harness.start(["sleep", "1000"])
    pid, words = start("hold")
    # Moves pages from the lists of each CPU to the LRU
    Path("/proc/sys/vm/compact_memory").write_text("1", encoding="ascii")
    more = {"pid": pid, "again": start("again")[0], "threads": start("threads")[0], "libc": libc()}
    more["inside"] = f"{int(words['huge'], 16) + 0x12345:x}"
    return words | more | {"frame": frame_of(pid, words["cow"]), "locked": frame_of(pid, words["fixed"])}


def add_chinese():
    """Make a locale zh_CN.UTF-8, as selftests/lib/chinese.sh; return the environment of programs that use it."""
    if not (path := Path("locale/zh_CN.UTF-8").absolute()).exists():
        shutil.copytree("/usr/lib/locale/C.utf8", path)
    return dict(os.environ, LOCPATH=path.parent, LC_ALL="zh_CN.UTF-8")


def output_of(name, values):
    """Return the commands of a recorded output, in its language, with what they print."""
    commands, environment = [command.format(**values) for command in COMMANDS[name.removesuffix(CHINESE)]], None
    if name.endswith(CHINESE):
        environment = add_chinese()
        for english, chinese in FILTERS.items():
            commands = [command.replace(english, chinese) for command in commands]
    return "".join(f"$ {command}\n{harness.run(['sh', '-c', command], env=environment)}" for command in commands)


def picture_of(name, values):
    """Return a picture."""
    return harness.run(["sh", "-c", PICTURES[name].format(**values)])


def print_pictures():
    values = prepare()
    for name in PICTURES:
        print(f"==> {name}\n{picture_of(name, values)}", end="")


def compare_picture(name, values):
    """Claim that a picture has the shape of the recorded one, and is small."""
    path = PICTURE_DIRECTORY / name
    recorded = path.read_text(encoding="utf-8") if path.exists() else "<svg/>"
    was, now, size = picture_shape(recorded), [], 0
    for _ in range(TRIES):
        picture = picture_of(name, values)
        now, size = picture_shape(picture), len(picture.encode())
        if now == was:
            break
    if not harness.claim(now == was and size < PICTURE_BYTES and len(recorded.encode()) < PICTURE_BYTES,
                         f"{name}: the picture has the recorded parts and texts, and less than 40K"):
        harness.diag("\n".join(difflib.unified_diff(was, now, "recorded", "now", lineterm="")))
        harness.diag(f"{size} bytes")


def print_all():
    values = prepare()
    for name, commands in COMMANDS.items():
        print(f"==> {name}\n{output_of(name, values)}", end="")
        if commands[0].startswith("pgwalk") and not (output := output_of(name + CHINESE, values)).isascii():
            print(f"==> {name}{CHINESE}\n{output}", end="")


def compare(name, values, recorded):
    """Claim that an output has the shape of the recorded one."""
    was = shape_of(recorded)
    for _ in range(TRIES):
        output = output_of(name, values)
        if (now := shape_of(output)) == was:
            break
    if not harness.claim(now == was, f"{name}: the output has the recorded lines and words"):
        harness.diag("\n".join(difflib.unified_diff(was, now, "recorded", "now", lineterm="")))
        harness.diag(output)


def test():
    recorded = {path.name: path.read_text(encoding="utf-8") for path in RECORDED.iterdir()}
    harness.claim({name.removesuffix(CHINESE) for name in recorded} == set(COMMANDS), "each recorded output has its command")
    values = prepare()
    language = CHINESE if "--chinese" in sys.argv else ""
    for name in [name + language for name in COMMANDS if name + language in recorded]:
        compare(name, values, recorded[name])
    for name in PICTURES if not language else ():
        compare_picture(name, values)
    # Suites after this one load it themselves
    harness.claim(subprocess.run(["rmmod", "pgwalk_lab"], check=False).returncode == 0, "pgwalk_lab.ko can be removed")


if __name__ == "__main__":
    if "--print" in sys.argv:
        print_all()
    elif "--pictures" in sys.argv:
        print_pictures()
    else:
        harness.run_all(["tutorial"])
