#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Frames of memory that is added, goes offline and is removed, with its struct pages in itself (memmap_on_memory).

	hotremove.py KERNEL	boot a guest, in which QEMU adds a memory device and removes it
	hotremove.py --guest	the part in the guest

The kernel frees the struct pages with the memory: reading one of them then is a page fault. The frames with the struct pages are
the first ones of the memory, and the notice of the kernel that memory goes offline is not about them. TAP.
"""
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / "selftests/lib"))
import tap
from monitor import Monitor

BUILD = Path(os.environ.get("PGWALK_BUILD", TOP / "build")).resolve()
BLOCKS = Path("/sys/devices/system/memory")
FRAMES = 2048		# of 32768; the first 512 have the struct pages
ADD = ("object_add memory-backend-ram,id=memory,size=128M", "device_add pc-dimm,id=dimm,memdev=memory")
REMOVE = ("device_del dimm",)


def blocks():
    return {path.name for path in BLOCKS.glob("memory[0-9]*")}


def wait_for(condition):
    """Waits until the condition is true; the guest has a time limit."""
    while not condition():
        time.sleep(0.05)


def has_set(path, value):
    """Writes a value; returns whether the kernel did not refuse it, because something is busy at the moment."""
    try:
        path.write_text(value)
    except OSError:
        return False
    return True


def print_kinds(title, pfn):
    lines = subprocess.run([BUILD / "bin/pgwalk", "-j", "frame", f"{pfn:x}+{FRAMES}"],
                           stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    kinds = [row["kind"] for row in map(json.loads, lines) if "kind" in row]
    print("kinds", title, len(kinds), *sorted(set(kinds)), flush=True)


def guest():
    if Path("/sys/module/memory_hotplug/parameters/memmap_on_memory").read_text().strip() not in ("Y", "1"):
        print("none", flush=True)
        return 0
    old = blocks()
    print("add", flush=True)
    wait_for(lambda: blocks() - old)
    block = BLOCKS / (blocks() - old).pop()
    size = int((BLOCKS / "block_size_bytes").read_text(), 16)
    pfn = int((block / "phys_index").read_text(), 16) * size // 4096
    # Its pages can be moved, so that it can go offline
    wait_for(lambda: has_set(block / "state", "online_movable"))
    print_kinds("online", pfn)
    wait_for(lambda: has_set(block / "state", "offline"))
    print_kinds("offline", pfn)
    print("remove", flush=True)
    wait_for(lambda: not block.exists())
    print_kinds("removed", pfn)
    return 0


def run_guest(kernel, directory):
    """Returns the sets of kinds by title, and the exit status."""
    kinds = {}
    with subprocess.Popen(
            [TOP / "selftests/vm/run.sh", "-k", kernel, "-m", "1024,slots=1,maxmem=2G", "-t", "120", "--unpacked",
             "--append", "memory_hotplug.memmap_on_memory=1 memhp_default_state=offline", "--monitor", directory / "monitor", "--",
             Path(__file__).resolve(), "--guest"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, cwd=TOP) as process:
        monitor = None
        for line in process.stdout:
            words = line.split()
            if words in (["add"], ["remove"]):
                monitor = monitor or Monitor(directory / "monitor")
                for command in ADD if words == ["add"] else REMOVE:
                    monitor.run(command)
            elif words == ["none"]:
                kinds = None
            elif words[:1] == ["kinds"]:
                kinds[words[1]] = words[2:]
            else:
                tap.comment(line.rstrip())
    return kinds, process.returncode


def main():
    if sys.argv[1] == "--guest":
        return guest()
    kernel = sys.argv[1]
    if not (BUILD / f"module/{kernel}/pgwalk.ko").exists():
        return tap.skip_all(f"no module for {kernel} was built")
    with tempfile.TemporaryDirectory(prefix="pgwalk-hotremove-") as name:
        kinds, status = run_guest(kernel, Path(name))
    if kinds is None:
        return tap.skip_all("this kernel has no memmap_on_memory")
    online = kinds.get("online", [])
    return tap.print_all((
        (online[:1] == [str(FRAMES)] and not {"offline", "none"} & set(online), "added memory is online", [online]),
        (kinds.get("offline") == [str(FRAMES), "offline"], "memory that went offline is offline", [kinds]),
        (kinds.get("removed") == [str(FRAMES), "none"], "removed memory has no frames", [kinds]),
        (status == 0, "the guest ends with status 0", [f"exit status {status}"]),
    ))


if __name__ == "__main__":
    sys.exit(main())
