# SPDX-License-Identifier: GPL-2.0
"""A target that exits, executes another program or is killed in the middle of an interval; threads by the thousand; and
a pgtop that is stopped for long. Each time the total is the kernel's.
"""
import os
import signal
import tempfile
import time
from pathlib import Path

from trial import PAGE, Lively, Watch, claim, judge, named

# Long enough to be ended in the middle of
LONG = 1


def watched_to_end(what, act, interval=LONG):
    """Watches a target through what is done to it, until it is no more."""
    target = Lively()
    target.do("maps 10")
    watch = Watch(target.pid, interval=interval)
    act(target)
    stream = watch.ended()
    judge(what, stream, target.counted_at_end())
    claim(stream.intervals[-1]["exited"] and stream.intervals[-1]["last"], f"{what}: the last interval says so")
    target.forget()
    return stream


def exits_while_looked_at(target):
    """Its memory goes while pgtop asks for its mappings."""
    target.do("fill 4000")
    target.tell("maps 100")
    target.tell("exit")


def killed(target):
    target.tell("storm")
    time.sleep(LONG / 2)
    os.kill(target.pid, signal.SIGKILL)


def trial():
    watched_to_end("exit, looked at all the time", exits_while_looked_at, 0.02)
    watched_to_end("SIGKILL", killed)

    with tempfile.TemporaryDirectory() as work:
        path = Path(work) / "executed"
        path.write_bytes(bytes(69 * PAGE))

        def executes(target):
            target.do("threads 40")
            target.do("children 3")
            target.do(f"exec split {path}")
            target.tell("exit")
        stream = watched_to_end("execve and exit", executes)
        counts = stream.counts(named("executed"))
        claim(counts == {"file-cow": 69}, f"the new program's faults are in their mapping: {counts}")

    target = Lively()
    watch = Watch(target.pid, interval=0.1)
    target.do("threads 1500")
    os.kill(watch.process.pid, signal.SIGSTOP)
    target.do("maps 2000")
    target.do("threads 500")
    time.sleep(1)
    os.kill(watch.process.pid, signal.SIGCONT)
    time.sleep(0.5)
    stream, kernel = watch.end_stopped()
    judge("2000 threads, and pgtop stopped for a while", stream, kernel)
    claim(stream.total("faults") > 2 * (1500 + 2000 + 500), f"all of it is told: {stream.total('faults')} faults")
    target.forget()
