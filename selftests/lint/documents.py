#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Checks names in the documents: messages of the programs, files of the tree, suites of tests; one test each. TAP.

A message is a line of Documentation/troubleshooting.rst that begins with a quote; it may have several, separated by
commas. "..." stands for a part that varies. The other parts must be in one source, in their order.

A file is a word of a document that begins with a directory of the tree. It must exist, unless it is in the kernel's tree
(KERNEL), or has NAME in it.

A suite of selftests/suites must be in the table of Documentation/testing.rst, by its name or by the part before a dash;
each name of the table must be that of a suite, or one of OTHERS.

A document in reStructuredText is valid: rst2html (Docutils) has no warning.

The screen of pgtop names parts of the section REMEDIES of pgtop(8); they must exist.
"""
import re
import shutil
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "selftests/lib"))
import tap

TROUBLES = TOP / "Documentation/troubleshooting.rst"
SOURCES = [path for pattern in ("userspace/**/*.c", "module/**/*.c", "selftests/vm/*.sh") for path in TOP.glob(pattern)]
DOCUMENTS = [TOP / "README.md", TOP / "CONTRIBUTING.rst", TOP / "NEWS",
             *sorted(path for path in (TOP / "Documentation").rglob("*") if path.suffix == ".rst" or path.parent.name == "abi")]
FILE = re.compile(r"(?<![\w/~$.{-])(?:module|bpf|userspace|selftests|Documentation)/[\w./-]*[\w/](?![\w./-]*: )")
KERNEL = re.compile(r"Documentation/process/|selftests/mm$")
# Builds are tests too
OTHERS = {"build"}


def joined(path):
    """Return the text of a source, with adjacent C strings and continued shell strings joined."""
    return re.sub(r'"\s*\\?\s*"', "", path.read_text(encoding="utf-8"))


def messages():
    """Return the title of each test of a message, and whether it passes."""
    texts = [joined(path) for path in SOURCES]
    for line in TROUBLES.read_text(encoding="utf-8").splitlines():
        for message in re.findall(r'"([^"]+)"', line) if line.startswith('"') else ():
            pattern = re.compile(".*?".join(re.escape(part) for part in message.split("...") if part))
            yield f"a source has the message: {message}", any(pattern.search(text) for text in texts)


def files():
    """Return the title of each test of a document, and whether it passes."""
    for path in DOCUMENTS:
        named = set(FILE.findall(path.read_text(encoding="utf-8")))
        missing = sorted(name for name in named
                         if "NAME" not in name and not KERNEL.match(name) and not (TOP / name).exists())
        yield f"{path.relative_to(TOP)}: the files it names exist: {' '.join(missing) or len(named)}", not missing


def markup():
    """Return the title of each test of the markup of a document, and whether it passes."""
    for path in DOCUMENTS if shutil.which("rst2html") else ():
        if path.suffix == ".rst":
            done = subprocess.run(["rst2html", "--strict", path, "/dev/null"], stderr=subprocess.PIPE, text=True, check=False)
            yield f"{path.relative_to(TOP)} is valid: {done.stderr.partition(chr(10))[0] or 'no warning'}", not done.returncode


def remedies():
    """Return the title of each test of a heading that the screen of pgtop names, and whether it passes."""
    source = (TOP / "userspace/present/tui/advice.c").read_text(encoding="utf-8")
    manual = (TOP / "Documentation/pgtop.8.rst").read_text(encoding="utf-8").partition("\nREMEDIES\n====")[2]
    for heading in re.findall(r'^#define [A-Z]+\t"(.*)"$', source, re.M):
        yield f"pgtop(8), REMEDIES, has the part: {heading}", f"\n{heading}\n{'-' * len(heading)}\n" in manual


def suites():
    """Return the title of each test of the list of suites, and whether it passes."""
    listed = {line.split("|")[0].strip() for line in (TOP / "selftests/suites").read_text(encoding="utf-8").splitlines()
              if "|" in line and not line.startswith(("#", "guest "))}
    table = (TOP / "Documentation/testing.rst").read_text(encoding="utf-8").partition("\nsuite ")[2].split("\n====")[1]
    rows = "\n".join(line[:21].strip() for line in table.splitlines()[1:] if line[:1].isalpha())
    named = set(re.findall(r"[\w-]+", rows)) - OTHERS

    def covers(name, suite):
        return suite == name or suite.startswith(f"{name}-")

    missing = sorted(suite for suite in listed if not any(covers(name, suite) for name in named))
    unknown = sorted(name for name in named if not any(covers(name, suite) for suite in listed))
    yield f"testing.rst has all suites: {' '.join(missing) or len(listed)}", bool(listed) and not missing
    yield f"testing.rst has suites only: {' '.join(unknown) or len(named)}", bool(named) and not unknown


def main():
    results = list(messages())
    results += [("troubleshooting.rst has messages", bool(results)), *files(), *markup(), *suites()]
    headings = list(remedies())
    results += [("the screen of pgtop names parts of the manual", bool(headings)), *headings]
    return tap.print_all((good, title) for title, good in results)


sys.exit(main())
