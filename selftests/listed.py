# SPDX-License-Identifier: GPL-2.0
"""What selftests/suites says: suites, where they run, and the guests that are named there. Runs nothing."""
import fnmatch
import shlex
import sys
from pathlib import Path

LIST = Path(__file__).resolve().parent / "suites"
SUITE_SECONDS = 300
# Kernels that are no package, and what makes them
OPTIONAL = {"debug": "make debug-kernel"}


def fields_of(line, number, form):
    fields = [field.strip() for field in line.split("|", number - 1)]
    if len(fields) != number:
        sys.exit(f"selftests/suites: not '{form}': {line}")
    return fields


class Kernels:
    """The third field of a line of selftests/suites."""

    def __init__(self, names, all_asked):
        # In brackets: only if somebody named the kernels that are to be checked
        self.names = [name.strip("()") for name in names.split() if all_asked or not name.startswith("(")]

    def has(self, kernel):
        groups = ["*"] if kernel in OPTIONAL else ["*", "stock"]
        return kernel in self.names or kernel != "-" and any(name in self.names for name in groups)


class Suite:
    """A line of selftests/suites."""

    def __init__(self, line, kernels_named=True):
        fields = fields_of(line, 5, "name | where | kernels | seconds | command")
        self.name, self.where, kernels, seconds, self.command = fields
        self.kernels = Kernels(kernels, kernels_named)
        self.seconds = int(seconds or SUITE_SECONDS)

    def runs_on(self, kernel):
        return self.kernels.has(kernel)

    @property
    def in_guest(self):
        return self.where != "host"


class Guests:
    """What the lines "guest NAME" of selftests/suites say: with which options of run.sh, on which kernel."""

    def __init__(self, lines):
        self.kinds = []
        for line in lines:
            name, kernels, options = fields_of(line, 3, "guest NAME | kernels | options")
            self.kinds.append((name.split()[1], Kernels(kernels, True), tuple(shlex.split(options))))

    def options(self, where, kernel):
        for name, kernels, options in self.kinds:
            if name == where and kernels.has(kernel):
                return options
        sys.exit(f"selftests/suites: no line 'guest {where}' for the kernel {kernel}")


def read_list(wanted, kernels_named=True):
    """The guests, and the suites whose name is wanted."""
    lines = LIST.read_text().splitlines()
    lines = [line for line in lines if line.strip() and not line.startswith("#")]
    guests = Guests(line for line in lines if line.startswith("guest "))
    suites = [Suite(line, kernels_named) for line in lines if not line.startswith("guest ")]
    return guests, [suite for suite in suites if any(fnmatch.fnmatch(suite.name, pattern) for pattern in wanted)]
