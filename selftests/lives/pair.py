# SPDX-License-Identifier: GPL-2.0
"""Several pgtops at once, on the same and on other targets: each is exact. One that is killed leaves nothing behind, and
the module can be removed soon after.
"""
import os
import signal
import time

from trial import Lively, Watch, bpf_objects, claim, counted, judge, reload_module, remark, run, stop, wait_for

# The kernel frees BPF programs after grace periods, which emulation and a busy machine make long
SECONDS = 80


def trial():
    before = bpf_objects()
    first, second = Lively(), Lively()
    watches = [Watch(first.pid, interval=0.3), Watch(first.pid, interval=0.7), Watch(second.pid, interval=0.2)]
    claim(len(bpf_objects()) > len(before), "a pgtop that runs is seen in bpftool's lists")
    first.tell("storm")
    second.tell("storm")
    time.sleep(1.5)
    watches[0].process.send_signal(signal.SIGKILL)
    watches[0].process.wait()
    time.sleep(0.5)
    for target in (first, second):
        stop(target.pid)
    for what, watch, target in (("on the same target as one that was killed", watches[1], first),
                                ("beside two of another target", watches[2], second)):
        kernel = counted(target.pid)
        judge(f"pgtop {what}", watch.end(), kernel)
    gone(before)
    for target in (first, second):
        target.forget()
    removed()


def gone(before):
    """Of the one that was killed, too."""
    limit = time.monotonic() + SECONDS
    wait_for(lambda: bpf_objects() == before or time.monotonic() > limit, "the programs to go")
    left = [name for name in bpf_objects() if name not in before]
    remark(f"waited {time.monotonic() - limit + SECONDS:.1f} s for the programs to go")
    claim(not left, f"a killed pgtop leaves no program, map or link: {left or 'none'}")


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
