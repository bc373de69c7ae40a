# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Runs several pgtops at once, on the same and on different targets: each counts exactly. A pgtop that is killed leaves no
BPF object in the kernel, and the module can be removed soon after.
"""
import os
import signal
import time

from pgtop_harness import Puppet, Watch, bpf_objects, claim, counted, check_stream, reload_module, diag, run, stop, wait_for

# Until BPF programs are freed: the kernel waits for grace periods, which emulation and a busy machine make long
SECONDS = 80


def test():
    before = bpf_objects()
    first, second = Puppet(), Puppet()
    watches = [Watch(first.pid, interval=0.3), Watch(first.pid, interval=0.7), Watch(second.pid, interval=0.2)]
    claim(len(bpf_objects()) > len(before), "bpftool lists the objects of a running pgtop")
    first.send("storm")
    second.send("storm")
    time.sleep(1.5)
    watches[0].process.send_signal(signal.SIGKILL)
    watches[0].process.wait()
    time.sleep(0.5)
    for target in (first, second):
        stop(target.pid)
    for what, watch, target in (("on the target of a killed pgtop", watches[1], first),
                                ("with two pgtops on another target", watches[2], second)):
        kernel = counted(target.pid)
        check_stream(f"pgtop {what}", watch.end(), kernel)
    check_objects_freed(before)
    for target in (first, second):
        target.forget()
    check_module_removed()


def check_objects_freed(before):
    """The BPF objects of all pgtops are freed, also those of the killed one."""
    limit = time.monotonic() + SECONDS
    wait_for(lambda: bpf_objects() == before or time.monotonic() > limit, "the BPF objects to be freed")
    left = [name for name in bpf_objects() if name not in before]
    diag(f"waited {time.monotonic() - limit + SECONDS:.1f} s for the BPF objects to be freed")
    claim(not left, f"a killed pgtop leaves no program, map or link: {left or 'none'}")


def check_module_removed():
    """The module can be removed after a pgtop was killed during a storm of faults."""
    target = Puppet()
    watch = Watch(target.pid)
    target.send("storm")
    time.sleep(0.5)
    os.kill(watch.process.pid, signal.SIGKILL)
    watch.process.wait()
    started = time.monotonic()
    while time.monotonic() < started + SECONDS:
        try:
            run(["rmmod", "pgwalk"])
            break
        except RuntimeError:
            time.sleep(0.1)
    seconds = time.monotonic() - started
    claim(not os.path.exists("/sys/module/pgwalk"), f"the module can be removed {seconds:.1f} s after pgtop was killed")
    target.forget()
    reload_module()
