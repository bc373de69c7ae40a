#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Real programs under pgtop, in a guest with pgwalk.ko loaded. TAP. It knows no program: each has a file beside this.

	run.py [TRIAL...]	of redis, postgres, java, stress_ng; else all

The programs are in a root of their own in the cache (selftests/vm/fetch.sh programs); without it all is skipped.
"""
import importlib
import sys
import time
import traceback

import trial

TRIALS = ["redis", "postgres", "java", "stress_ng"]


def main():
    trial.enter()
    for name in sys.argv[1:] or TRIALS:
        started = time.monotonic()
        try:
            importlib.import_module(name).trial()
        except (RuntimeError, OSError, KeyError, ValueError, IndexError):
            trial.claim(False, f"{name}: the trial itself: {traceback.format_exc().splitlines()[-1]}")
            trial.remark(traceback.format_exc().replace("\n", "\n# "))
        trial.remark(f"{name}: {time.monotonic() - started:.0f} s")
    return trial.finish()


sys.exit(main())
