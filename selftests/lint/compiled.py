# SPDX-License-Identifier: GPL-2.0
"""How our C sources are compiled, as make and kbuild say it themselves. It compiles nothing."""
import re
import shlex
import subprocess
import sys
from pathlib import Path

from checker import BUILD, TOP, Subject

sys.path.insert(0, str(TOP / "selftests"))
from listed import read_kernels    # noqa: E402 pylint: disable=wrong-import-position

# The module is checked as one of these kernels compiles it: the first that was built, newest first. The host's clang
# cannot read the headers of kernels that need a newer toolchain.
KERNELS = [name for name, _, _, toolchain, tests in reversed(read_kernels().values())
           if toolchain == "host" and tests == "full"]
# What decides on what a source means: the rest of gcc's flags is about code, or unknown to clang
MEANING = re.compile(r"-(I|D|U|std=|nostdinc$|isystem|fshort-wchar$|funsigned-char$|m64$|mcmodel=|mno-|pthread$)")


def meaningful(words):
    """Of the flags of a compiler's command line those that decide on what a source means."""
    kept, words = [], iter(words)
    for word in words:
        if word in ("-include", "-isystem", "-I"):
            kept += [word, next(words)]
        elif MEANING.match(word) and not word.startswith("-Wp,"):
            kept.append(word)
    return kept


def of_directory(name):
    """The Subjects that `make` in a directory would compile, by their path."""
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
    """All Subjects of these directories; a source that several compile counts as the first compiles it."""
    found = {}
    for name in directories:
        found = of_directory(name) | found
    return [found[path] for path in sorted(found) if path.is_relative_to(TOP)]


def module():
    """All Subjects of the module; none if it was not built for a kernel whose headers can be read."""
    for kernel in KERNELS:
        commands = sorted((BUILD / "module" / kernel / "module").glob(".*.o.cmd"))
        if commands:
            headers = subprocess.run([TOP / "selftests/vm/fetch.sh", "kernel", kernel], stdout=subprocess.PIPE,
                                     text=True, check=True).stdout.strip()
            return [of_kbuild(path, Path(headers) / "headers") for path in commands]
    return []


def of_kbuild(command, headers):
    """The Subject of a file that kbuild leaves beside an object."""
    first = command.read_text().splitlines()[0].split(":=", 1)[1].split(" ; ")[0]
    words = shlex.split(first)
    subject = Subject(TOP / "module" / Path(words[-1]).name, meaningful(words), headers)
    # Those of the last build: while none of them changes there are no others
    listed = command.read_text().split("\ndeps_", 1)[1].split("\n\n")[0].split()
    subject.reads = [subject.path] + [word for word in listed if word.startswith("/")]
    return subject
