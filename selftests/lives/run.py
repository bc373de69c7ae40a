#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What may happen to a target, to pgtop and to the module while all three are at work, in a guest with pgwalk.ko loaded.
TAP. Each kind has a file beside this.

	run.py [KIND...]	of ends, mappings, pair, unload, day, lacking; else all
"""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import trial    # pylint: disable=wrong-import-position

trial.run_all(sys.argv[1:] or ["ends", "mappings", "pair", "unload", "day", "lacking"])
