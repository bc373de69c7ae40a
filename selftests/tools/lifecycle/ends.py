# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Checks the total against the kernel's when a target exits, executes another program or is killed in the middle of an
interval, with thousands of threads, and when pgtop is stopped for a second.
"""
import os
import signal
import tempfile
import time
from pathlib import Path

from pgtop_harness import PAGE, Puppet, Watch, claim, check_stream, named

# Seconds of an interval that is long enough to end the target in its middle
LONG = 1


def watched_to_end(what, act, interval=LONG):
    """Watch a target while act() ends it; return the stream."""
    target = Puppet()
    target.do("maps 10")
    watch = Watch(target.pid, interval=interval)
    act(target)
    stream = watch.ended()
    check_stream(what, stream, target.counted_at_end())
    claim(stream.intervals[-1]["exited"] and stream.intervals[-1]["last"], f"{what}: the last interval reports the exit")
    target.forget()
    return stream


def exits_while_sampled(target):
    """Let the target's memory be freed while pgtop reads its mappings."""
    target.do("fill 4000")
    target.send("maps 100")
    target.send("exit")


def killed(target):
    target.send("storm")
    time.sleep(LONG / 2)
    os.kill(target.pid, signal.SIGKILL)


def test():
    watched_to_end("exit with many samples", exits_while_sampled, 0.02)
    watched_to_end("SIGKILL", killed)

    with tempfile.TemporaryDirectory() as work:
        path = Path(work) / "executed"
        path.write_bytes(bytes(69 * PAGE))

        def executes(target):
            target.do("threads 40")
            target.do("children 3")
            target.do(f"exec split {path}")
            target.send("exit")
        stream = watched_to_end("execve and exit", executes)
        counts = stream.counts(named("executed"))
        claim(counts == {"file-cow": 69}, f"the faults of the new program are in its mapping: {counts}")

    target = Puppet()
    watch = Watch(target.pid, interval=0.1)
    target.do("threads 1500")
    os.kill(watch.process.pid, signal.SIGSTOP)
    target.do("maps 2000")
    target.do("threads 500")
    time.sleep(1)
    os.kill(watch.process.pid, signal.SIGCONT)
    time.sleep(0.5)
    stream, kernel = watch.end_stopped()
    check_stream("2000 threads, and pgtop stopped for a second", stream, kernel)
    claim(stream.total("faults") > 2 * (1500 + 2000 + 500), f"pgtop counts the faults made while it was stopped: {stream.total('faults')} faults")
    target.forget()
