#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Tests check.py's counting and choosing, without a kernel. Speaks TAP."""
import sys

import check
import listed


def selftest():
    """Shows that what must count against a suite does, and where a suite runs."""
    cases = [
        ("a test passes", "1..1\nok 1 a\n", 0, (1, 0, 0)),
        ("a failed test", "1..2\nok 1 a\nnot ok 2 b\n", 1, (1, 1, 0)),
        ("a failed test, status 0", "1..1\nnot ok 1 a\n", 0, (0, 1, 0)),
        ("a skipped test", "1..1\nok 1 a # SKIP no swap\n", 0, (0, 0, 1)),
        ("everything skipped", "1..0 # SKIP not here\n", 4, (0, 0, 1)),
        ("a missing test", "1..2\nok 1 a\n", 0, (1, 1, 0)),
        ("one test too many", "1..1\nok 1 a\nok 2 b\n", 0, (2, 1, 0)),
        ("no plan", "ok 1 a\n", 0, (1, 1, 0)),
        ("a status that disagrees", "1..1\nok 1 a\n", 139, (1, 1, 0)),
        ("a bail-out at once", "Bail out! no memory\n", 0, (0, 2, 0)),
        ("a bail-out", "1..1\nok 1 a\nBail out! no memory\n", 1, (1, 1, 0)),
        ("nested tests do not count", "1..1\n# ok 1 inner\n  not ok 2 inner\nok 1 a\n", 0, (1, 0, 0)),
        ("a plain program passes", "hello\n", 0, (1, 0, 0)),
        ("a plain program fails", "hello\n", 1, (0, 1, 0)),
        ("a plain program skips", "", 4, (0, 0, 1)),
        ("a suite out of time", "", 124, (0, 1, 0)),
    ]
    marks = "\n@m begin a\n1..1\nok 1\n\n@m end a 0 3\n\n@m begin b\nok 1\n"
    splits = [
        ("a suite that ended", "a", (True, (0, 3))),
        ("a suite cut off", "b", (True, None)),
        ("a suite not begun", "c", (False, None)),
    ]
    rows = listed.read_kernels()
    known = {name: listed.choose_kernels([name])[0] for name in rows}
    known["none"] = None
    places = [
        ("a kernel is one of the suite's", "6.12 (debug)", False, "6.12", True),
        ("one in brackets is not", "6.12 (debug)", False, "debug", False),
        ("unless it was named", "6.12 (debug)", True, "debug", True),
        ("each kernel is", "*", False, "debug", True),
        ("and each with all tests", "full", False, "7.3", True),
        ("of which the debug kernel is none", "full", True, "debug", False),
        ("nor one with core tests", "full (short)", True, "7.3-rt", False),
        ("that is what core is for", "full core", False, "7.3-rt", True),
        ("also of a kernel with no tests by default", "core", True, "6.1-rt", True),
        ("a cloud kernel has what needs no root of the host", "full core", True, "6.1-cloud", False),
        ("both debug kernels have short tests", "short", False, "debug-7.3", True),
        ("and none is not", "*", False, "none", False),
        ("unless it is asked for", "-", False, "none", True),
    ]
    guests = listed.Guests(["guest a | full core | -m 1", "guest a | short | -m 2 --append 'b c'", "guest d | * |"])
    options = [
        ("a guest has options", "a", "6.1", ("-m", "1")),
        ("and others on another kernel", "a", "debug", ("-m", "2", "--append", "b c")),
        ("or none", "d", "debug", ()),
    ]
    choices = [
        ("without KERNELS: kernels that have tests", [], {name: row[4] for name, row in rows.items() if row[4][0] != "("}),
        ("a kernel can get every suite", ["7.2:full", "debug"], {"7.2": "full", "debug": "short"}),
        ("one without tests gets those of core", ["6.1-rt"], {"6.1-rt": "core"}),
    ]
    outcomes = [(claim, listed.Kernels(names, named).has(known[kernel]) == expected)
                for claim, names, named, kernel, expected in places]
    outcomes += [(claim, guests.options(where, known[kernel]) == expected) for claim, where, kernel, expected in options]
    outcomes += [(claim, {kernel.name: kernel.level for kernel in listed.choose_kernels(wanted)} == expected)
                 for claim, wanted, expected in choices]
    for claim, text, status, expected in cases:
        result = check.Result("", "")
        check.judge_tap(result, text, status)
        outcomes.append((claim, (result.passed, result.failed, result.skipped) == expected))
    for claim, name, expected in splits:
        text, ended = check.between(marks, "@m", name)
        outcomes.append((claim, (bool(text), ended) == expected))
    print(f"TAP version 13\n1..{len(outcomes)}")
    for number, (claim, good) in enumerate(outcomes, 1):
        print(f"{'ok' if good else 'not ok'} {number} - {claim}")
    return 0 if all(good for _, good in outcomes) else 1


if __name__ == "__main__":
    sys.exit(selftest())
