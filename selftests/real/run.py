#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Real programs under pgtop, in a guest with pgwalk.ko loaded. TAP. It knows no program: each has a file beside this.

	run.py [TRIAL...]	of redis, postgres, java, stress_ng; else all

The programs are in a root of their own in the cache (selftests/vm/fetch.sh programs); without it all is skipped.
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import trial    # pylint: disable=wrong-import-position

trial.run_all(sys.argv[1:] or ["redis", "postgres", "java", "stress_ng"])
