#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Runs real programs under pgtop, in a guest with pgwalk.ko loaded. TAP. Each program has a file of its own here.

	run.py [PROGRAM...]	redis, postgres, java, stress_ng (default: all)

The programs are in a root directory in the cache (selftests/vm/fetch.sh programs); without it all tests are skipped.
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import pgtop_harness

pgtop_harness.run_all(sys.argv[1:] or ["redis", "postgres", "java", "stress_ng"])
