#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Small targets for the tests of pgtop and pgwalk: targets.py NAME [ARGUMENT...]. Each function describes one."""
import ctypes
import mmap
import os
import signal
import sys
import threading
import time

PAGE = 4096
# A prime number of pages, and no multiple of the fault-around window
TIMES = 23
FOREVER = 1000
PR_SET_NAME = 15
SYS_EXIT = 60
MADV_NOHUGEPAGE = 15
MAP_PRIVATE, MAP_FIXED, MAP_ANONYMOUS = 2, 16, 32
MAP_NORESERVE, MLOCK_ONFAULT, MADV_WIPEONFORK = 0x4000, 1, 18
PROT_READ, PROT_WRITE, PROT_EXEC = 1, 2, 4

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]


def set_name(name):
    libc.prctl(PR_SET_NAME, name.encode())


def touch(memory, number):
    for page in range(number):
        memory[page * PAGE] = 1


def small_pages(number):
    """Map private anonymous memory that gets no huge page."""
    memory = mmap.mmap(-1, number * PAGE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    memory.madvise(mmap.MADV_NOHUGEPAGE)
    return memory


def end_child():
    """Exit without the handlers of the parent."""
    os._exit(0)     # pylint: disable=protected-access


def file_mapping(path):
    """Write 23 pages of a private mapping of a file, and unmap it."""
    with mmap.mmap(os.open(path, os.O_RDWR), TIMES * PAGE, mmap.MAP_PRIVATE, mmap.PROT_READ | mmap.PROT_WRITE) as memory:
        touch(memory, TIMES)


def touch_repeatedly(times, pause=0):
    """Map and touch 64 pages again and again."""
    while times:
        with mmap.mmap(-1, 64 * PAGE) as memory:
            touch(memory, 64)
        times -= 1
        if pause:
            time.sleep(pause)


def start_threads(number, function, *arguments):
    threads = [threading.Thread(target=function, args=arguments) for _ in range(number)]
    for thread in threads:
        thread.start()
    return threads


def threads_with_mappings():
    """Four threads map and touch 64 pages, 40 times each."""
    for thread in start_threads(4, touch_repeatedly, 40):
        thread.join()


def three_threads():
    """Three threads fault until they are killed."""
    start_threads(3, touch_repeatedly, -1, 0.05)


def threads_counted(path):
    """Four threads touch 23, 46, 69 and 92 pages; each writes its id and, at the end, its number and the kernel's count."""
    lock, ready, done = threading.Lock(), threading.Barrier(5), threading.Barrier(5)

    def faults_so_far():
        with open("/proc/thread-self/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return int(fields[7]) + int(fields[9])

    def work(number, out):
        with lock:
            out.write(f"{threading.get_native_id()} ")
        ready.wait()
        touch(small_pages(TIMES * (number + 1)), TIMES * (number + 1))
        with lock:
            out.write(f"{number} {faults_so_far()}\n")
            out.flush()
        done.wait()

    with open(path, "w") as out:
        for number in range(4):
            threading.Thread(target=work, args=(number, out)).start()
        ready.wait()
        done.wait()


def faults_on_signal(number):
    """Touch pages at each SIGUSR1, until SIGTERM."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1, signal.SIGTERM})
    while signal.sigwait({signal.SIGUSR1, signal.SIGTERM}) == signal.SIGUSR1:
        touch(small_pages(int(number)), int(number))


def pages(number):
    """Allocate objects of a page each."""
    return [bytearray(PAGE) for _ in range(int(number))]


def bad_write():
    """Write to an address without a mapping."""
    libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
    libc.memset(8, 1, 1)


def zombie_after_faults():
    """Print the pid of a child that touches 230 pages at SIGUSR1 and stays a zombie."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    pid = os.fork()
    if not pid:
        signal.sigwait({signal.SIGUSR1})
        touch(small_pages(230), 230)
        end_child()
    print(pid, flush=True)
    signal.pause()


def zombie(name):
    """Print the pid of a zombie with this name."""
    pid = os.fork()
    if not pid:
        set_name(name)
        end_child()
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    print(pid, flush=True)
    time.sleep(FOREVER)


def leaderless(name):
    """Exit the main thread; another thread faults."""
    start_threads(1, touch_repeatedly, -1, 0.05)
    set_name(name)
    libc.syscall(SYS_EXIT, 0)


class Iovec(ctypes.Structure):
    """struct iovec."""

    _fields_ = [("base", ctypes.c_void_p), ("len", ctypes.c_size_t)]


def remote(path, done):
    """Print the pids of an owner of memory and of a process "scanner", which at SIGUSR1 reads 230 pages of a file and writes
    230 anonymous pages of the owner. The scanner has mappings of its own at the same addresses.
    """
    number, file, memory = 230, 1 << 44, 2 << 44

    def map_at(address, prot, descriptor):
        flags = MAP_PRIVATE | MAP_FIXED | (MAP_ANONYMOUS if descriptor < 0 else 0)
        assert libc.mmap(address, number * PAGE, prot, flags, descriptor, 0) == address
        libc.madvise(address, number * PAGE, MADV_NOHUGEPAGE)

    def each_page(call, owner, address):
        buffer = ctypes.create_string_buffer(b"x" * PAGE, PAGE)
        local = Iovec(ctypes.addressof(buffer), PAGE)
        for page in range(number):
            there = Iovec(address + page * PAGE, PAGE)
            assert call(owner, ctypes.byref(local), 1, ctypes.byref(there), 1, 0) == PAGE

    map_at(file, PROT_READ, os.open(path, os.O_RDONLY))
    map_at(memory, PROT_READ | PROT_WRITE, -1)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    owner, scanner = os.getpid(), os.fork()
    if not scanner:
        set_name("scanner")
        map_at(file, PROT_READ | PROT_WRITE, -1)
        map_at(memory, PROT_READ | PROT_WRITE, -1)
        signal.sigwait({signal.SIGUSR1})
        each_page(libc.process_vm_readv, owner, file)
        each_page(libc.process_vm_writev, owner, memory)
        with open(done, "w") as out:
            out.write("done\n")
        signal.pause()
    print(owner, scanner, flush=True)
    signal.pause()


def advise():
    """Map pages with a flag each."""
    advice = (mmap.MADV_DONTFORK, MADV_WIPEONFORK, mmap.MADV_DONTDUMP, mmap.MADV_SEQUENTIAL, mmap.MADV_RANDOM)
    base = libc.mmap(None, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    for i, one in enumerate(advice):
        libc.madvise(ctypes.c_void_p(base + i * PAGE), PAGE, one)
    libc.mlock(ctypes.c_void_p(base + 5 * PAGE), PAGE)
    libc.mlock2(ctypes.c_void_p(base + 6 * PAGE), PAGE, MLOCK_ONFAULT)


def all_kinds():
    """Print the pid of a child that shares 23 pages with this process, which has mappings of all other kinds: huge, copied
    by the child, reserved.
    """
    shared = mmap.mmap(-1, TIMES * PAGE)
    huge = mmap.mmap(-1, 8 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    reserved = mmap.mmap(-1, 64 << 40, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | MAP_NORESERVE, mmap.PROT_READ | mmap.PROT_WRITE)
    if os.path.exists("/sys/kernel/mm/transparent_hugepage"):
        huge.madvise(mmap.MADV_HUGEPAGE)
    advise()
    touch(shared, TIMES)
    touch(huge, (8 << 20) // PAGE)
    ready, written = os.pipe()
    child = os.fork()
    if not child:
        touch(shared, TIMES)
        touch(huge, 100)
        os.write(written, b"x")
        time.sleep(FOREVER)
    os.read(ready, 1)
    print(child, flush=True)
    time.sleep(FOREVER)
    reserved.close()


def places():
    """Print three addresses: of a file mapped at an offset that allows huge pages, mapped one page beside it, and of
    execute-only memory.
    """
    size = 8 << 20
    shared = os.memfd_create("places")
    os.ftruncate(shared, size)
    base = libc.mmap(None, 64 << 20, 0, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) + (4 << 20) & ~((2 << 20) - 1)
    good = libc.mmap(base, size, PROT_READ | PROT_WRITE, mmap.MAP_SHARED | MAP_FIXED, shared, 0)
    beside = libc.mmap(base + (16 << 20) + PAGE, size, PROT_READ | PROT_WRITE, mmap.MAP_SHARED | MAP_FIXED, shared, 0)
    code = libc.mmap(None, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    for address in good + (4 << 20), beside + (4 << 20), code:
        ctypes.memset(address, 1, 1)
    libc.mprotect(code, PAGE, PROT_EXEC)
    print(f"{good + (4 << 20):x} {beside + (4 << 20):x} {code:x}", flush=True)
    time.sleep(FOREVER)


def untouched(directory):
    """Map two pages of a new file beyond its end, shared and private, touch none, and wait for the end of stdin."""
    path = f"{directory}/untouched"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    os.write(descriptor, b"contents" * 2048)
    mappings = [mmap.mmap(descriptor, 4 * PAGE, flags) for flags in (mmap.MAP_SHARED, mmap.MAP_PRIVATE)]
    os.ftruncate(descriptor, 2 * PAGE)
    os.unlink(path)
    print("ready", flush=True)
    sys.stdin.read()
    return mappings


def huge_leaf(directory):
    """Write one byte of a file of 16M on DAX, so that it is mapped by a leaf of 2M; print its mapping."""
    path = f"{directory}/huge-leaf"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT)
    os.posix_fallocate(descriptor, 0, 16 << 20)
    mapping = mmap.mmap(descriptor, 16 << 20)
    mapping[8 << 20] = 1
    os.unlink(path)
    print("ready", flush=True)
    sys.stdin.read()
    return mapping


TARGETS = (file_mapping, threads_with_mappings, three_threads, threads_counted, faults_on_signal, pages, bad_write,
           zombie_after_faults, zombie, leaderless, remote, all_kinds, places, untouched, huge_leaf)

if __name__ == "__main__":
    next(target for target in TARGETS if target.__name__ == sys.argv[1].replace("-", "_"))(*sys.argv[2:])
