# SPDX-License-Identifier: GPL-2.0
"""A kernel that is locked down for confidentiality, as it stays until the next boot: BPF may not read the kernel, and pgtop
says so. Not among the usual kinds: nothing that comes after in this guest could work.
"""
import subprocess
from pathlib import Path

from lacking import refused
from trial import claim

LOCKDOWN = Path("/sys/kernel/security/lockdown")


def trial():
    if not LOCKDOWN.exists():
        subprocess.run(["mount", "-t", "securityfs", "securityfs", "/sys/kernel/security"], check=False)
    if "[confidentiality]" not in LOCKDOWN.read_text():
        LOCKDOWN.write_text("confidentiality")
    claim("[confidentiality]" in LOCKDOWN.read_text(), "the kernel is locked down")
    refused("lockdown", 77, ".*not permitted")
