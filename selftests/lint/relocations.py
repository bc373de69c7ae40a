#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Checks on the host that every CO-RE relocation of the probes has a target in a kernel's BTF. TAP.

	relocations.py			all kernels of selftests/vm/kernels that are in the cache
	relocations.py NAME|FILE...	these kernels, or files with BTF (raw, or a vmlinux)

A relocation without a target is correct only in code that is never reached: if a test in the probes (field_exists,
type_exists, ...) checks the same field of the same flavour of the type, or if such a test finds the field in another
flavour. A field that is tested for must exist in at least one kernel of the cache, or its name is wrong.
"""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(TOP / "selftests"), str(TOP / "selftests/lib")]
import tap
from listed import read_kernels

PROBES = Path(os.environ.get("PGWALK_BUILD", TOP / "build")) / "bpf/probes.linked.o"
CACHE = Path(os.environ.get("PGWALK_CACHE") or
             Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pgwalk")
LINE = re.compile(r"libbpf: prog '(.*?)': relo #(\d+): (.*)")
SPEC = re.compile(r"<(\w+)> \[\d+\] (?:struct|union|enum|typedef) (.*?)(?: \(.*\)| = .*)?$")


class Relocation:
    """A relocation: its kind, the type without its flavour, the flavour, the field."""

    def __init__(self, kind, name):
        self.kind, self.name, self.found = kind, name, False
        place = re.match(r"(\w+?)(___\w+)?([.:].*)?$", name)
        self.type, self.flavour, self.field = place.groups("") if place else (name, "", "")

    @property
    def is_test(self):
        return self.kind.endswith("_exists") or self.kind == "type_matches"


def read_log(text):
    """Return {(program, number): Relocation} from the messages of libbpf."""
    relocations = {}
    for program, number, rest in LINE.findall(text):
        key = program, int(number)
        if match := SPEC.match(rest):
            relocations[key] = Relocation(*match.groups())
        elif rest.startswith("matching candidate") and key in relocations:
            relocations[key].found = True
    return relocations


def is_guarded(relocation, tests):
    return any((test.type, test.field) == (relocation.type, relocation.field) and
               (test.found or test.flavour == relocation.flavour) for test in tests)


def untested(relocations):
    """Return the names of fields and types that are used without a target and without a test."""
    tests = [one for one in relocations if one.is_test]
    return sorted({one.name for one in relocations
                   if not one.found and not one.is_test and not is_guarded(one, tests)})


def btf_of(kernel, work):
    """Return a file with the BTF of a kernel of the cache, or of a file."""
    path, directory = Path(kernel), CACHE / "kernels" / kernel
    if not path.is_file():
        path = directory / "base.btf" if (directory / "base.btf").exists() else directory / "headers/vmlinux"
    if path.open("rb").read(4) != b"\x7fELF":
        return path
    raw = work / "kernel.btf"
    subprocess.run(["objcopy", "--dump-section", f".BTF={raw}", path, work / "ignored"], check=True,
                   stderr=subprocess.DEVNULL)
    return raw


def relocate(kernel):
    """Return the Relocations as libbpf resolves them, and bpftool's status."""
    with tempfile.TemporaryDirectory() as work:
        base = btf_of(kernel, Path(work))
        done = subprocess.run(["bpftool", "-d", "gen", "min_core_btf", base, Path(work) / "out", PROBES],
                              capture_output=True, text=True, check=False)
    return list(read_log(done.stdout + done.stderr).values()), done.returncode


def in_cache():
    return [name for name in read_kernels() if (CACHE / "kernels" / name / "release").exists()]


def main():
    kernels = sys.argv[1:] or in_cache()
    outcomes, tested, existing = [], set(), set()
    for kernel in kernels:
        relocations, status = relocate(kernel)
        wrong = untested(relocations)
        good = not status and len(relocations) > 100 and not wrong
        outcomes.append((good, f"{kernel}: {len(relocations)} relocations have a target or a test"
                         + (f", but not {' '.join(wrong)}" if wrong else "")))
        tested |= {one.name for one in relocations if one.is_test}
        existing |= {one.name for one in relocations if one.is_test and one.found}
    # One kernel lacks the fields of others: only with all kernels a missing field is an error
    if not sys.argv[1:] and len(kernels) > 2:
        missing = sorted(tested - existing)
        outcomes.append((not missing, f"{len(tested)} names that are tested for exist in some kernel"
                         + (f", but not {' '.join(missing)}" if missing else "")))
    return tap.print_all(outcomes) if outcomes else tap.skip_all("no kernel in the cache")


if __name__ == "__main__":
    sys.exit(main())
