# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Parses selftests/suites and selftests/vm/kernels: suites, guests, and the kernels they run on."""
import fnmatch
import shlex
import sys
from pathlib import Path

LIST = Path(__file__).resolve().parent / "suites"
TABLE = LIST.parent / "vm/kernels"
SUITE_SECONDS = 300
# Values of the column "tests"; in parentheses for kernels that are checked only if KERNELS names them, in brackets for those
# that are also checked without it, if there is time
LEVELS = ("full", "core", "short", "bare", "arm64", "arm64-probes", "build")


class Kernel:
    """A kernel to check: a row of selftests/vm/kernels, and the level of its tests."""

    def __init__(self, row, level, late=False):
        self.name, self.image, self.level, self.late = row[0], row[2], level, late

    @property
    def arch(self):
        """The Debian architecture, as env.sh derives it from the name."""
        return self.name.partition("/")[2].partition("-")[0] or "amd64"

    @property
    def path(self):
        """The name as a part of a path."""
        return self.name.replace("/", "-")

    @property
    def command(self):
        """The command that builds the kernel; None for a package, which is downloaded."""
        return f"make debug-kernel KERNEL={self.name}" if self.image.startswith("linux-source-") else None

    @property
    def has_checkers(self):
        return self.command is not None


def read_kernels():
    """Return {name: row} of the table, in its order."""
    rows = [line.split() for line in TABLE.read_text().splitlines() if line.strip() and not line.startswith("#")]
    for row in rows:
        if len(row) != 5 or row[4].strip("()[]") not in LEVELS:
            sys.exit(f"selftests/vm/kernels: not 'name suites image toolchain tests': {' '.join(row)}")
    return {row[0]: row for row in rows}


def choose_kernels(wanted):
    """Return the kernels of KERNELS ("NAME" or "NAME:full", ...); without it those with tests by default."""
    rows = read_kernels()
    if not wanted:
        return [Kernel(row, row[4].strip("[]"), row[4].startswith("[")) for row in rows.values() if not row[4].startswith("(")]
    kernels = []
    for word in wanted:
        name, _, level = word.partition(":")
        if name not in rows:
            sys.exit(f"no kernel {name}: selftests/vm/kernels has {' '.join(rows)}")
        usual = rows[name][4].strip("()[]")
        level = level or usual
        if level not in LEVELS:
            sys.exit(f"{word}: the level must be one of {' '.join(LEVELS)}")
        if level.startswith("arm64") != usual.startswith("arm64"):
            sys.exit(f"{word}: kernels of arm64 have the levels arm64 and arm64-probes, and no others have these")
        kernels.append(Kernel(rows[name], level))
    return kernels


def fields_of(line, number, form):
    fields = [field.strip() for field in line.split("|", number - 1)]
    if len(fields) != number:
        sys.exit(f"selftests/suites: not '{form}': {line}")
    return fields


def names_of(kernel):
    """Return the words of selftests/suites that select a kernel."""
    # arm64-probes includes arm64
    return ("*", kernel.name, kernel.level, kernel.level.removesuffix("-probes")) if kernel else ("-",)


class Kernels:
    """The third field of a line of selftests/suites: levels, and names of kernels."""

    def __init__(self, words, kernels_named):
        # A word in parentheses counts only if KERNELS was given; one in brackets also without it, if there is time
        self.words = [word.strip("()[]") for word in words.split() if kernels_named or not word.startswith("(")]
        self.late = [] if kernels_named else [word.strip("[]") for word in words.split() if word.startswith("[")]
        known = ("*", "-") + LEVELS + tuple(read_kernels())
        for word in words.split():
            if word.strip("()[]") not in known:
                sys.exit(f"selftests/suites: {word} is neither a kernel nor a level")

    def has(self, kernel):
        """Return whether a Kernel is selected; None stands for a run on the host that depends on no kernel."""
        return any(word in self.words for word in names_of(kernel))

    def is_late(self, kernel):
        """Return whether the suite runs on a kernel only if there is time."""
        found = [word for word in names_of(kernel) if word in self.words]
        return bool(found) and all(word in self.late for word in found)


class Suite:
    """A line of selftests/suites."""

    def __init__(self, line, kernels_named=True):
        fields = fields_of(line, 5, "name | where | kernels | seconds | command")
        self.name, self.where, kernels, seconds, self.command = fields
        self.kernels = Kernels(kernels, kernels_named)
        self.seconds = int(seconds or SUITE_SECONDS)

    def runs_on(self, kernel):
        return self.kernels.has(kernel)

    def is_late(self, kernel):
        """Return whether it runs on a kernel (None: on the host) only if there is time."""
        return self.kernels.is_late(kernel) or bool(kernel and kernel.late)

    @property
    def in_guest(self):
        return self.where != "host"


class Guests:
    """The lines "guest NAME" of selftests/suites: the options of run.sh, for each guest on each kernel."""

    def __init__(self, lines):
        self.kinds = []
        for line in lines:
            name, kernels, options = fields_of(line, 3, "guest NAME | kernels | options")
            self.kinds.append((name.split()[1], Kernels(kernels, True), tuple(shlex.split(options))))

    def options(self, where, kernel):
        for name, kernels, options in self.kinds:
            if name == where and kernels.has(kernel):
                return options
        sys.exit(f"selftests/suites: no line 'guest {where}' for the kernel {kernel.name}")


def same_names(suites):
    """Return the names that two Suites have on one kernel. Marks and logs have these names, so each must be of one suite."""
    kernels = [None] + [Kernel(row, level) for row in read_kernels().values() for level in LEVELS]
    return sorted({suite.name for kernel in kernels for number, suite in enumerate(suites) if suite.runs_on(kernel)
                   and any(other.name == suite.name and other.runs_on(kernel) for other in suites[:number])})


def read_list(wanted, kernels_named=True):
    """Return the guests, and the suites with a name that matches a pattern."""
    lines = LIST.read_text().splitlines()
    lines = [line for line in lines if line.strip() and not line.startswith("#")]
    guests = Guests(line for line in lines if line.startswith("guest "))
    lines = [line for line in lines if not line.startswith("guest ")]
    if names := same_names([Suite(line) for line in lines]):
        sys.exit(f"selftests/suites: two suites on one kernel have the name {' '.join(names)}")
    suites = [Suite(line, kernels_named) for line in lines]
    return guests, [suite for suite in suites if any(fnmatch.fnmatch(suite.name, pattern) for pattern in wanted)]
