# SPDX-License-Identifier: GPL-2.0
"""The module comes and goes while pgtop runs: it cannot go while a pgtop asks it, and one that began without it goes on
without.
"""
import os
import subprocess
import time

from trial import PATIENCE, Lively, Watch, claim, judge, reload_module, run


def refused():
    target = Lively()
    watch = Watch(target.pid)
    done = subprocess.run(["rmmod", "pgwalk"], stderr=subprocess.PIPE, text=True, check=False)
    claim(done.returncode and "in use" in done.stderr,
          f"a module that is in use is not removed, and rmmod says so: {done.stderr.strip()}")
    target.do("maps 50")
    stream, kernel = watch.end_stopped()
    judge("the module stays", stream, kernel)
    claim("anon-new" in stream.counts(), "and answers")
    target.forget()


def remove():
    """What a pgtop that has just ended held is let go of a grace period later."""
    limit = time.monotonic() + PATIENCE
    while subprocess.run(["rmmod", "pgwalk"], stderr=subprocess.PIPE, check=False).returncode:
        if time.monotonic() > limit:
            run(["rmmod", "pgwalk"])
        time.sleep(0.1)


def late():
    remove()
    target = Lively()
    watch = Watch(target.pid, interval=0.2, quiet=False)
    target.do("maps 50")
    reload_module()
    target.do("maps 50")
    run(["rmmod", "pgwalk"])
    claim(not os.path.exists("/sys/module/pgwalk"), "what came later is not held")
    reload_module()
    stream, kernel = watch.end_stopped()
    judge("the module comes later", stream, kernel)
    claim("pgwalk.ko not loaded" in watch.told and watch.told.count("\n") == 1, "that it lacks is said once")
    claim(not stream.intervals[-1]["module"], "and the stream says so")
    target.forget()


def trial():
    refused()
    late()
    claim(os.path.exists("/sys/module/pgwalk"), "the module is there again")
