# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Memory of the calling process at fixed addresses, by the system calls themselves, processes that stop with it, and
settings of the kernel."""
import atexit
import ctypes
import json
import os
import re
import resource
import signal
import struct
import subprocess
from pathlib import Path

PAGE, HUGE, GIB, TIB = 4096, 2 << 20, 1 << 30, 1 << 40
READ, WRITE, EXEC = 1, 2, 4
SHARED, PRIVATE, FIXED, ANONYMOUS, NORESERVE, HUGETLB = 1, 2, 0x10, 0x20, 0x4000, 0x40000
DONTNEED, FREE, HUGEPAGE, NOHUGEPAGE, PAGEOUT, COLLAPSE, HWPOISON, GUARD = 4, 8, 14, 15, 21, 25, 100, 102
MREMAP_MAYMOVE, MREMAP_FIXED = 1, 2

# Addresses from here on are free in every process
BASE = 0x100000000000

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
for call in (libc.munmap, libc.mprotect, libc.madvise):
    call.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * (call is not libc.munmap)
libc.mremap.restype = ctypes.c_void_p
libc.mremap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t, ctypes.c_int, ctypes.c_void_p]


def check(good, name):
    if not good:
        raise OSError(ctypes.get_errno(), name)


def write_pages(at, pages, first=0):
    """Write one byte of each page."""
    for page in range(first, first + pages):
        ctypes.c_byte.from_address(at + page * PAGE).value = 1


def read_page(at):
    return ctypes.c_byte.from_address(at).value


def madvise(at, size, advice):
    """Return 0, or the errno."""
    return ctypes.get_errno() if libc.madvise(at, size, advice) else 0


def set_up(address, size, flags=0, advice=None, touch=True, fd=-1, offset=0):
    """Map memory at an address and write each page of it."""
    flags |= FIXED | (ANONYMOUS if fd < 0 else 0) | (0 if flags & SHARED else PRIVATE)
    check(libc.mmap(address, size, READ | WRITE, flags, fd, offset) == address, "mmap")
    check(not advice or not libc.madvise(address, size, advice), "madvise")
    if touch:
        write_pages(address, size // PAGE)


def move(at, to, size):
    check(libc.mremap(at, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, to) == to, "mremap")


def start(make, then=None, stay=False):
    """Run a function in a process that stops afterwards. Return its PID, the result, and a function: it lets the process
    continue, and returns the result of the other function. The process exits then; with @stay it stops again."""
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reader)
        result = make()
        os.write(writer, json.dumps(result).encode() + b"\n")
        os.kill(os.getpid(), signal.SIGSTOP)
        if then:
            os.write(writer, json.dumps(then(result)).encode() + b"\n")
            if stay:
                os.kill(os.getpid(), signal.SIGSTOP)
        os._exit(0)     # pylint: disable=protected-access
    os.close(writer)
    file = open(reader, "rb")   # pylint: disable=consider-using-with
    text = file.readline()
    os.waitpid(pid, os.WUNTRACED)

    def proceed():
        os.kill(pid, signal.SIGCONT)
        done = json.loads(file.readline())
        if stay:
            os.waitpid(pid, os.WUNTRACED)
        return done
    return pid, json.loads(text), proceed


def end(pid):
    """Kill a process of start() and wait for it."""
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def run_in(command, limit):
    """Run a command with a limit in bytes of its private writable memory; return the finished process, with its stderr."""
    return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)))


def least_memory(command):
    """Return the smallest limit with which a command works, in steps of 64 KiB; None: more than 64 MiB."""
    low, high = 0, 1024
    while high - low > 1:
        middle = (low + high) // 2
        if not run_in(command, middle << 16).returncode:
            high = middle
        else:
            low = middle
    return high << 16 if high < 1024 else None


def set_up_swap(path):
    """Make a swap file of 16 MiB, and use it."""
    header = bytearray(PAGE)
    header[1024:1032] = struct.pack("II", 1, (16 << 20) // PAGE - 1)
    header[-10:] = b"SWAPSPACE2"
    path.write_bytes(bytes(header) + bytes((16 << 20) - PAGE))
    os.sync()
    libc.swapon(str(path).encode(), 0)


def remove_swap(path):
    """Free the swap file, which other suites must not use."""
    if path.exists():
        libc.swapoff(str(path).encode())
        path.unlink()


def many_mappings():
    """Make 60 000 mappings of a page, every second one in memory."""
    set_up(BASE, 60000 * PAGE, advice=NOHUGEPAGE, touch=False)
    for page in range(0, 60000, 2):
        libc.mprotect(BASE + page * PAGE, PAGE, READ)
    for page in range(1, 60000, 2):
        write_pages(BASE, 1, page)


def sparse():
    """Reserve 64 TiB, with 23 pages in memory."""
    set_up(BASE, 64 * TIB, NORESERVE, NOHUGEPAGE, touch=False)
    for part in range(23):
        write_pages(BASE + (64 * TIB // 23 * part & -PAGE), 1)


# Settings before the suite: other suites run in the same guest
settings = {}


def configure(path, value):
    """Change a setting of the kernel, where it has it, until the suite ends."""
    if not path.exists():
        return
    if not settings:
        atexit.register(restore, os.getpid())
    chosen = re.search(r"\[(\w+)\]", path.read_text())
    settings.setdefault(path, chosen[1] if chosen else path.read_text().strip())
    path.write_text(f"{value}\n")


def stop_khugepaged():
    """Let khugepaged read one page in ten minutes, so that it collapses none. The write of the interval wakes it once."""
    khugepaged = Path("/sys/kernel/mm/transparent_hugepage/khugepaged")
    configure(khugepaged / "pages_to_scan", 1)
    configure(khugepaged / "scan_sleep_millisecs", 600000)


def restore(pid):
    """Set all settings back; not in a child of the suite."""
    if os.getpid() == pid:
        for path, value in settings.items():
            path.write_text(f"{value}\n")
