# SPDX-License-Identifier: GPL-2.0
"""Several pgtops at once, on the same and on other targets: each is exact. One that is killed leaves nothing behind, and
the module can be removed soon after.
"""
import os
import signal
import time

from trial import Lively, Watch, bpf_objects, claim, counted, judge, reload_module, run, stop, wait_for

# The kernel frees BPF programs after grace periods, which emulation makes long
SECONDS = 10


def together():
    first, second = Lively(), Lively()
    watches = [Watch(first.pid, interval=0.3), Watch(first.pid, interval=0.7), Watch(second.pid, interval=0.2)]
    first.tell("storm")
    second.tell("storm")
    time.sleep(2)
    for target in (first, second):
        stop(target.pid)
    for number, (watch, target) in enumerate(zip(watches, (first, first, second)), 1):
        kernel = counted(target.pid)
        judge(f"pgtop {number} of 3", watch.end(), kernel)
    for target in (first, second):
        target.forget()


def killed():
    before = bpf_objects()
    target = Lively()
    watch, other = Watch(target.pid), Watch(target.pid)
    claim(len(bpf_objects()) > len(before), "a pgtop that runs is seen in bpftool's lists")
    target.tell("storm")
    time.sleep(0.5)
    watch.process.send_signal(signal.SIGKILL)
    watch.process.wait()
    time.sleep(0.5)
    judge("the other one is killed", *other.end_stopped())
    started = time.monotonic()
    wait_for(lambda: bpf_objects() == before or time.monotonic() > started + SECONDS, "the programs to go")
    left = [name for name in bpf_objects() if name not in before]
    claim(not left, f"a killed pgtop leaves no program, map or link: {left or 'none'}")
    target.forget()


def removed():
    """Of a pgtop that was killed in a storm, at once."""
    target = Lively()
    watch = Watch(target.pid)
    target.tell("storm")
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
    claim(not os.path.exists("/sys/module/pgwalk"), f"the module can be removed {seconds:.1f} s after")
    target.forget()
    reload_module()


def trial():
    together()
    killed()
    removed()
