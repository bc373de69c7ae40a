# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Locks the kernel down for confidentiality, until the next boot: BPF may not read kernel memory, and pgtop reports that it
is not permitted. Not among the default tests: no later test of the same guest could work.
"""
import subprocess
from pathlib import Path

from lacking import refused
from pgtop_harness import claim

LOCKDOWN = Path("/sys/kernel/security/lockdown")


def test():
    if not LOCKDOWN.exists():
        subprocess.run(["mount", "-t", "securityfs", "securityfs", "/sys/kernel/security"], check=False)
    if "[confidentiality]" not in LOCKDOWN.read_text():
        LOCKDOWN.write_text("confidentiality")
    claim("[confidentiality]" in LOCKDOWN.read_text(), "the kernel is locked down")
    refused("lockdown", 77, ".*not permitted")
