#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Tests check.py's counting of TAP and its selection of suites, without a kernel. TAP."""
import contextlib
import io
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import check
import listed

sys.path.insert(0, str(check.TOP / "selftests/lib"))
import tap

directory = tempfile.TemporaryDirectory()

def failed_suites(count, second):
    """Return a Progress with failed suites; "second" is their TAP if they run again, or None if they may not."""
    def again(progress):
        result = check.Result("suite", "kernel")
        check.count_tap(result, second, 0)
        progress.results.append(result)

    progress = check.Progress()
    progress.message = lambda text: None
    for number in range(count):
        result = check.Result("suite", "kernel")
        result.log = Path(directory.name) / f"{number}.log"
        result.log.touch()
        result.fail("not ok a")
        result.again = again if second else None
        progress.results.append(result)
    return progress


class Built:
    """Builds that have succeeded."""

    @staticmethod
    def has(_kernel):
        return True


def skipped_when(late, seconds):
    """Run a suite on the host when so many seconds have passed; return the number of skipped ones."""
    progress, begun = check.Progress(), check.BEGUN
    check.BEGUN = time.monotonic() - seconds
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            check.run_on_host(progress, Built, listed.Suite("a | host | - | | true"), None, late)
    finally:
        check.BEGUN = begun
    return progress.total()[2]


def skipped_in_guest(late):
    """Run the script of a guest whose time has passed; return whether its suite was skipped."""
    begun = check.BEGUN
    check.BEGUN = time.monotonic() - check.LATE_END
    try:
        boot = check.Boot(listed.choose_kernels(["6.12"])[0], (), late)
        boot.suites = [listed.Suite("a | views | * | | true")]
        script = boot.script("@m")
    finally:
        check.BEGUN = begun
    out = subprocess.run(["bash", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                         text=True, cwd=check.TOP, check=True).stdout
    text, ended = check.between(out, "@m", "a")
    return "SKIP no time left" in text and ended[0] == check.KSFT_SKIP


def selftest():
    """Check that failures of every kind count, and on which kernels a suite runs."""
    cases = [
        ("a passed test counts", "1..1\nok 1 a\n", 0, (1, 0, 0)),
        ("a failed test counts", "1..2\nok 1 a\nnot ok 2 b\n", 1, (1, 1, 0)),
        ("a failed test counts with status 0", "1..1\nnot ok 1 a\n", 0, (0, 1, 0)),
        ("a skipped test counts as skipped", "1..1\nok 1 a # SKIP no swap\n", 0, (0, 0, 1)),
        ("a skipped suite counts as skipped", "1..0 # SKIP not here\n", 4, (0, 0, 1)),
        ("a missing test is a failure", "1..2\nok 1 a\n", 0, (1, 1, 0)),
        ("a test beyond the plan is a failure", "1..1\nok 1 a\nok 2 b\n", 0, (2, 1, 0)),
        ("a missing plan is a failure", "ok 1 a\n", 0, (1, 1, 0)),
        ("an exit status that disagrees is a failure", "1..1\nok 1 a\n", 139, (1, 1, 0)),
        ("a bail-out without tests is a failure", "Bail out! no memory\n", 0, (0, 2, 0)),
        ("a bail-out after a test is a failure", "1..1\nok 1 a\nBail out! no memory\n", 1, (1, 1, 0)),
        ("nested tests do not count", "1..1\n# ok 1 inner\n  not ok 2 inner\nok 1 a\n", 0, (1, 0, 0)),
        ("a program without TAP passes by its status", "hello\n", 0, (1, 0, 0)),
        ("a program without TAP fails by its status", "hello\n", 1, (0, 1, 0)),
        ("a program without TAP skips by its status", "", 4, (0, 0, 1)),
        ("a timeout is a failure", "", 124, (0, 1, 0)),
    ]
    notes = [
        ("a failure is noted with the comments before it", "1..2\n# far\nok 1 a\n# near\nnot ok 2 b\n", ["not ok b", "  # near"]),
        ("a failure is noted with the comments after it", "1..2\nnot ok 1 a\n# why\nok 2 b\n# far\n", ["not ok a", "  # why"]),
        ("the comments of the next test are not noted", "1..2\nnot ok 1 a\n#  RUN b\n# b\nok 2 b\n", ["not ok a"]),
    ]
    repeats = [
        ("a suite that passes the second time counts as passed, and as unstable", 1, "1..1\nok 1 a\n", (0, 1)),
        ("a suite that fails twice counts as failed", 1, "1..1\nnot ok 1 a\n", (1, 0)),
        ("a suite that is skipped the second time counts as failed", 1, "1..0 # SKIP not here\n", (1, 0)),
        ("many failed suites do not run again", 4, "1..1\nok 1 a\n", (4, 0)),
        ("a suite that may not run again counts as failed", 1, None, (1, 0)),
    ]
    marks = "\n@m begin a\n1..1\nok 1\n\n@m end a 0 3\n\n@m begin b\nok 1\n"
    splits = [
        ("the output of a complete suite is found", "a", (True, (0, 3))),
        ("the output of an incomplete suite is found", "b", (True, None)),
        ("a suite that was not started has no output", "c", (False, None)),
    ]
    rows = listed.read_kernels()
    known = {name: listed.choose_kernels([name])[0] for name in rows}
    known["none"] = None
    places = [
        ("a suite runs on a kernel that it names", "6.12 (debug)", False, "6.12", True),
        ("a suite does not run on a kernel in parentheses", "6.12 (debug)", False, "debug", False),
        ("a suite runs on a kernel in parentheses if KERNELS is given", "6.12 (debug)", True, "debug", True),
        ("* is each kernel", "*", False, "debug", True),
        ("full is each kernel with all tests", "full", False, "7.3", True),
        ("full is no debug kernel", "full", True, "debug", False),
        ("full is no kernel with core tests", "full (short)", True, "7.3-rt", False),
        ("core is a kernel with core tests", "full core", False, "7.3-rt", True),
        ("core is a kernel without tests by default", "core", True, "6.1-rt", True),
        ("arm64 is each kernel of arm64", "(arm64)", True, "7.3/arm64-16k", True),
        ("arm64-probes is not each kernel of arm64", "(arm64-probes)", True, "6.1/arm64", False),
        ("arm64-probes is a kernel of arm64 with fentry", "(arm64-probes)", True, "7.3/arm64", True),
        ("arm64 is no other kernel", "arm64", True, "7.3", False),
        ("full is no kernel of arm64", "full core short bare", True, "6.1/arm64", False),
        ("core is no cloud kernel", "full core", True, "6.1-cloud", False),
        ("short is both debug kernels", "short", False, "debug-7.3", True),
        ("* is not a run without a kernel", "*", False, "none", False),
        ("- is a run without a kernel", "-", False, "none", True),
    ]
    guests = listed.Guests(["guest a | full core | -m 1", "guest a | short | -m 2 --append 'b c'", "guest d | * |"])
    options = [
        ("a guest has the options of its line", "a", "6.1", ("-m", "1")),
        ("a guest has other options on another kernel", "a", "debug", ("-m", "2", "--append", "b c")),
        ("a guest may have no options", "d", "debug", ()),
    ]
    choices = [
        ("without KERNELS each kernel with tests is checked", [], 
         {name: row[4].strip("[]") for name, row in rows.items() if row[4][0] != "("}),
        ("NAME:full selects every suite", ["7.2:full", "debug"], {"7.2": "full", "debug": "short"}),
        ("a kernel without tests by default gets those of core", ["6.1-rt"], {"6.1-rt": "core"}),
    ]
    lateness = [
        ("brackets: the suite is late", "[6.12] (full)", False, "6.12", True),
        ("brackets: with KERNELS it is not late", "[6.12] (full)", True, "6.12", False),
        ("brackets: another level selects it without them", "[6.12] full", False, "6.12", False),
        ("brackets: a run without a kernel", "[-]", False, "none", True),
        ("no brackets: it is not late", "full", False, "6.12", False),
        ("no brackets: a kernel in brackets is late", "core", False, "7.3-rt", True),
    ]
    usual = {kernel.name: kernel for kernel in listed.choose_kernels([])}
    doubles = [
        ("two suites of one name on one kernel are found", ["a | host | 6.12 | | x", "a | host | 7.3 (full) | | y"], ["a"]),
        ("two suites of one name on different kernels are accepted", ["a | host | full | | x", "a | host | short | | y"], []),
        ("two suites of one name without a kernel are found", ["a | host | - | | x", "a | host | - | | y"], ["a"]),
    ]
    outcomes = [(claim, listed.Kernels(names, named).has(known[kernel]) == expected)
                for claim, names, named, kernel, expected in places]
    outcomes += [(claim, listed.Suite(f"a | host | {names} | | x", named).is_late(usual.get(kernel)) == expected)
                 for claim, names, named, kernel, expected in lateness]
    outcomes += [(claim, skipped_when(late, begun) == expected) for claim, late, begun, expected in (
        ("a late suite is skipped after the limit", True, check.LATE_START + 1, 1),
        ("a late suite runs before the limit", True, check.LATE_START - 100, 0),
        ("another suite runs after the limit", False, check.LATE_START + 1, 0))]
    outcomes += [(claim, skipped_in_guest(late) == expected) for claim, late, expected in (
        ("a late suite of a guest is skipped after the limit", True, True),
        ("another suite of a guest runs after the limit", False, False))]
    outcomes += [(claim, guests.options(where, known[kernel]) == expected) for claim, where, kernel, expected in options]
    outcomes += [(claim, {kernel.name: kernel.level for kernel in listed.choose_kernels(wanted)} == expected)
                 for claim, wanted, expected in choices]
    outcomes += [(claim, listed.same_names([listed.Suite(line) for line in lines]) == expected)
                 for claim, lines, expected in doubles]
    for claim, text, status, expected in cases:
        result = check.Result("", "")
        check.count_tap(result, text, status)
        outcomes.append((claim, (result.passed, result.failed, result.skipped) == expected))
    for claim, text, expected in notes:
        result = check.Result("", "")
        check.count_tap(result, text, 1)
        outcomes.append((claim, result.complaints == expected))
    for claim, count, second, expected in repeats:
        progress = failed_suites(count, second)
        progress.run_failed_again()
        outcomes.append((claim, (progress.total()[1], len(progress.unstable)) == expected))
    for claim, name, expected in splits:
        text, ended = check.between(marks, "@m", name)
        outcomes.append((claim, (bool(text), ended) == expected))
    return tap.print_all((good, claim) for claim, good in outcomes)


if __name__ == "__main__":
    sys.exit(selftest())
