# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Reads the compiler flags of our C sources from make -n and from kbuild's .cmd files."""
import re
import shlex
import subprocess
import sys
from pathlib import Path

from checker import BUILD, TOP, Subject

sys.path.insert(0, str(TOP / "selftests"))
from listed import read_kernels

# The module is checked with the flags of the newest kernel that it was built for and that the host's clang can
# parse. Kernels with a toolchain of their own are excluded.
KERNELS = [name for name, _, _, toolchain, tests in reversed(read_kernels().values())
           if toolchain == "host" and tests.strip("[]") == "full"]
# Flags that decide on the meaning of a source: gcc's other flags control code generation, or are unknown to clang
MEANING = re.compile(r"-(I|D|U|std=|nostdinc$|isystem|fshort-wchar$|funsigned-char$|m64$|mcmodel=|mno-|pthread$)")


def meaningful(words):
    """Return the flags that decide on the meaning of a source."""
    kept, words = [], iter(words)
    for word in words:
        if word in ("-include", "-isystem", "-I"):
            kept += [word, next(words)]
        elif MEANING.match(word) and not word.startswith("-Wp,"):
            kept.append(word)
    return kept


def of_directory(name):
    """Return the Subjects that `make` in a directory compiles, by path."""
    directory = TOP / name
    command = ["make", "-nB", "--no-print-directory", "-C", directory, f"O={BUILD}", "V=1"]
    dry = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False).stdout
    found = {}
    for line in dry.replace("\\\n", " ").splitlines():
        if not re.match(r"\s*(\S*cc|\S*gcc\S*)\s.*\.c\b", line):
            continue
        words = shlex.split(line)
        for word in words:
            path = directory / word
            if word.endswith(".c") and path.is_file():
                path = path.resolve()
                found.setdefault(path, Subject(path, meaningful(words), directory))
    return found


def programs(*directories):
    """Return all Subjects of these directories; of a source compiled several times, the first one. Generated
    sources are not ours."""
    found = {}
    for name in directories:
        found = of_directory(name) | found
    return [found[path] for path in sorted(found) if path.is_relative_to(TOP) and not path.is_relative_to(BUILD)]


def module():
    """Return all Subjects of the module; none if it was built for no kernel with readable headers."""
    for kernel in KERNELS:
        built = BUILD / "module" / kernel
        commands = sorted((built / "module").rglob(".*.o.cmd"))
        if commands:
            headers = subprocess.run([TOP / "selftests/vm/fetch.sh", "kernel", kernel], stdout=subprocess.PIPE,
                                     text=True, check=True).stdout.strip()
            subjects = [of_kbuild(path, built, Path(headers) / "headers") for path in commands]
            # A file of an earlier build may have been moved or removed since
            return [subject for subject in subjects if subject.path.exists()]
    return []


def of_kbuild(command, built, headers):
    """Return the Subject of a .cmd file of kbuild, which is below built as its source is below TOP."""
    first = command.read_text().splitlines()[0].split(":=", 1)[1].split(" ; ")[0]
    words = shlex.split(first)
    subject = Subject(TOP / command.parent.relative_to(built) / Path(words[-1]).name, meaningful(words), headers)
    # The dependencies of the last build; unless one of them changes, no other file can be included
    listed = command.read_text().split("\ndeps_", 1)[1].split("\n\n")[0].split()
    subject.reads = [subject.path] + [word for word in listed if word.startswith("/")]
    return subject
