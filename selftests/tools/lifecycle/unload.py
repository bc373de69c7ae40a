# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Loads and removes the module while pgtop runs: rmmod fails while a pgtop uses the module, and a pgtop that started without
the module continues without it.
"""
import os
import subprocess
import time

from pgtop_harness import PATIENCE, Puppet, Watch, claim, check_stream, reload_module, run


def check_rmmod_fails():
    target = Puppet()
    watch = Watch(target.pid)
    done = subprocess.run(["rmmod", "pgwalk"], stderr=subprocess.PIPE, text=True, check=False)
    claim(done.returncode and "in use" in done.stderr,
          f"rmmod of a module in use fails with a message: {done.stderr.strip()}")
    target.do("maps 50")
    stream, kernel = watch.end_stopped()
    check_stream("rmmod fails", stream, kernel)
    claim("anon-new" in stream.counts(), "the module still serves pgtop after the failed rmmod")
    target.forget()


def remove():
    """Remove the module; the references of a pgtop that has just ended are dropped one grace period later."""
    limit = time.monotonic() + PATIENCE
    while subprocess.run(["rmmod", "pgwalk"], stderr=subprocess.PIPE, check=False).returncode:
        if time.monotonic() > limit:
            run(["rmmod", "pgwalk"])
        time.sleep(0.1)


def check_late_module():
    remove()
    target = Puppet()
    watch = Watch(target.pid, interval=0.2, quiet=False)
    target.do("maps 50")
    reload_module()
    target.do("maps 50")
    run(["rmmod", "pgwalk"])
    claim(not os.path.exists("/sys/module/pgwalk"), "pgtop does not use a module that was loaded later")
    reload_module()
    stream, kernel = watch.end_stopped()
    check_stream("the module is loaded later", stream, kernel)
    claim("pgwalk.ko not loaded" in watch.stderr and watch.stderr.count("is loaded now") == 1 and watch.stderr.count("\n") == 2,
          "pgtop reports the missing module once, and once that it was loaded")
    claim(not stream.intervals[-1]["module"], "the stream has no module")
    target.forget()


def test():
    check_rmmod_fails()
    check_late_module()
    claim(os.path.exists("/sys/module/pgwalk"), "the module is loaded again")
