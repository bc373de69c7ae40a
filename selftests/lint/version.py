#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Checks that all parts have the version of the file module/VERSION: NEWS, tools, man pages, modules that were built. TAP."""
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "selftests/lib"))
import tap

BUILD = Path(os.environ.get("PGWALK_BUILD", TOP / "build")).resolve()
FILE = TOP / "module/VERSION"
VERSION = FILE.read_text().rstrip("\n")
# Where the number must not stand: these parts get it from module/VERSION
PARTS = ("module", "bpf", "userspace", "Documentation", "Kbuild", "Makefile", "README.md", "CONTRIBUTING.rst")
# These formats need a literal: the version follows the text
LITERALS = {"debian/changelog": r"\Apgwalk \((\S+)\) ", "dkms.conf": r'^PACKAGE_VERSION="(.*)"$',
            "Documentation/packaging/pgwalk.spec": r"^Version:\s+(\S+)$", "Documentation/packaging/pgwalk-kmod.spec": r"^Version:\s+(\S+)$"}


def literals():
    """Return the files that have the version as a literal."""
    number = re.compile(rf"(?<![\w.]){re.escape(VERSION)}(?![\w.])")
    paths = [path for part in PARTS for path in [TOP / part, *(TOP / part).rglob("*")]
             if path.is_file() and path != FILE]
    names = {str(path.relative_to(TOP)) for path in paths if number.search(path.read_text(errors="replace"))}
    return sorted(names - set(LITERALS))


def news():
    """Return the version of the first section of NEWS."""
    heading = re.search(r"^Version (\S+) \((?:not yet released|\d{4}-\d\d-\d\d)\)\n-+$", (TOP / "NEWS").read_text(), re.M)
    return heading[1] if heading else "no heading 'Version X.Y.Z (YYYY-MM-DD)' or '(not yet released)'"


def man_pages(directory):
    """Build the man pages; return {name: version}."""
    subprocess.run(["make", "-s", "-C", TOP / "Documentation", f"O={directory}"], check=True)
    found = {}
    for path in sorted(Path(directory, "man").iterdir()):
        title = re.search(r'^\.TH .* "pgwalk (\S+)" "pgwalk"$', path.read_text(), re.M)
        found[path.name] = title[1] if title else "no version in .TH"
    return found


def main():
    results = tap.Tap()

    def equal(what, got):
        results.result(got == VERSION, f"{what} has the version {VERSION}", [f"it is {got}"])

    results.result(re.fullmatch(r"\d+\.\d+\.\d+", VERSION), "module/VERSION is MAJOR.MINOR.PATCH", [VERSION])
    found = literals()
    results.result(not found, "no other file has the version as a literal", found)
    equal("the first section of NEWS", news())
    for name, pattern in LITERALS.items():
        found = re.search(pattern, (TOP / name).read_text(), re.M)
        equal(name, found[1] if found else "missing")
    for tool in ("pgtop", "pgwalk"):
        path = BUILD / "bin" / tool
        if path.exists():
            equal(tool, subprocess.run([path, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout.split()[1])
        else:
            results.skip(tool, "it was not built")
    if shutil.which("rst2man"):
        with tempfile.TemporaryDirectory() as directory:
            try:
                for name, version in man_pages(directory).items():
                    equal(f"man page {name}", version)
            except subprocess.CalledProcessError as error:
                results.result(False, "rst2man builds the man pages", [str(error)])
    else:
        results.skip("man pages", "rst2man is not installed")
    for path in sorted(BUILD.glob("module/*/pgwalk.ko")):
        if path.stat().st_mtime >= FILE.stat().st_mtime:
            version = re.search(rb"\0version=([^\0]*)\0", path.read_bytes())
            equal(f"the module for {path.parent.name}", version[1].decode() if version else "none")
    return results.end()


sys.exit(main())
