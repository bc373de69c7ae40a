#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Tests pgtop while its target, pgtop itself or the module start and end at any time, in a guest with pgwalk.ko
loaded. TAP. Each test has a file of its own here.

	run.py [TEST...]	ends, mappings, pair, unload, rest, day, lacking (default: all)
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import pgtop_harness

pgtop_harness.run_all(sys.argv[1:] or ["ends", "mappings", "pair", "unload", "rest", "day", "lacking"])
