#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Checks on the host that every CO-RE relocation of the probes has a target in a kernel's BTF, and that the kernel has the functions
and tracepoints that they attach to. TAP.

	relocations.py			all kernels of selftests/vm/kernels that are in the cache
	relocations.py NAME|FILE...	these kernels, or files with BTF (raw, or a vmlinux)

A relocation without a target is correct only in code that is never reached: if a test in the probes (field_exists,
type_exists, ...) checks the same field of the same flavour of the type, or if such a test finds the field in another
flavour. A field that is tested for must exist in at least one kernel of the cache, or its name is wrong. Kernels of another
architecture are compared with the probes that are compiled for it. A file is one of this machine's architecture.
"""
import os
import re
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(TOP / "selftests"), str(TOP / "selftests/lib")]
import tap
from listed import choose_kernels, read_kernels

BUILD = Path(os.environ.get("PGWALK_BUILD", TOP / "build")).resolve()
PROBES = "bpf/probes.linked.o"
CACHE = Path(os.environ.get("PGWALK_CACHE") or
             Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pgwalk")
LINE = re.compile(r"libbpf: prog '(.*?)': relo #(\d+): (.*)")
# The loader does without these
OPTIONAL = {"btf_trace_tlb_flush", "handle_userfault", "cgroup_move_task"}
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


def read_btf(path):
    """Return the BTF of a file: the section of an ELF file of 64 bits, or the whole file."""
    image = path.read_bytes()
    if not image.startswith(b"\x7fELF"):
        return image
    table, size, count, names = struct.unpack_from("<40xQ10xHHH", image)
    sections = [struct.unpack_from("<I20xQQ", image, table + number * size) for number in range(count)]
    start = sections[names][1]
    for name, offset, length in sections:
        if image.startswith(b".BTF\0", start + name):
            return image[offset:offset + length]
    sys.exit(f"{path} has no BTF")


def btf_of(kernel):
    """Return the BTF of a kernel of the cache, or of a file; None if the cache lacks it."""
    if Path(kernel).is_file():
        return read_btf(Path(kernel))
    directory = CACHE / "kernels" / kernel.replace("/", "-")
    found = [path for path in (directory / "base.btf", directory / "headers/vmlinux") if path.exists()]
    return read_btf(found[0]) if found else None


def probes_for(kernel):
    """Return the object file of the probes for the architecture of a kernel."""
    arch = choose_kernels([kernel])[0].arch if kernel in read_kernels() else "amd64"
    if arch == "amd64":
        return BUILD / PROBES
    out = BUILD / "relocations" / arch
    subprocess.run(["make", "-s", "-C", TOP / "bpf", f"O={out}", f"ARCH={arch.replace('riscv64', 'riscv')}", out / PROBES], check=True, stdout=sys.stderr)
    return out / PROBES


def strings_of(btf):
    """Return the names in a BTF."""
    header, at, size = struct.unpack_from("<4xI8xII", btf)
    return set(btf[header + at:header + at + size].decode().split("\0"))


def unattachable(probes, btf):
    """Return the functions and tracepoints that a kernel lacks."""
    text = subprocess.run(["readelf", "-SW", probes], capture_output=True, text=True, check=True).stdout
    targets = {f"btf_trace_{name}" if kind == "tp_btf" else name
               for kind, name in re.findall(r" (tp_btf|fentry|fexit)/(\w+) ", text)}
    return sorted(targets - strings_of(btf) - OPTIONAL) if targets else ["any target"]


def relocate(probes, btf):
    """Return the Relocations as libbpf resolves them, and bpftool's status."""
    with tempfile.TemporaryDirectory() as work:
        base = Path(work) / "kernel.btf"
        base.write_bytes(btf)
        done = subprocess.run(["bpftool", "-d", "gen", "min_core_btf", base, Path(work) / "out", probes],
                              capture_output=True, text=True, check=False)
    return list(read_log(done.stdout + done.stderr).values()), done.returncode


def in_cache():
    return [name for name in read_kernels() if (CACHE / "kernels" / name.replace("/", "-") / "release").exists()]


def main():
    kernels = sys.argv[1:] or in_cache()
    outcomes, tested, existing = [], set(), set()
    for kernel in kernels:
        probes, btf = probes_for(kernel), btf_of(kernel)
        if not btf:
            continue
        relocations, status = relocate(probes, btf)
        wrong = untested(relocations) + unattachable(probes, btf)
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
