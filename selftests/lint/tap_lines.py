#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Checks that tests print results through the TAP printer of their language, never with a statement of their own. TAP.

The printers are selftests/lib/tap.py, selftests/lib/tap.sh and the kernel's kselftest.h. A statement of C, Python, shell or
awk that prints a version, a plan, a result or "Bail out!" is a complaint. Comments (# ...) may be printed in any way.
"""
import re
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "selftests/lib"))
import tap

PRINTERS = [TOP / "selftests/lib/tap.py", TOP / "selftests/lib/tap.sh"]
STATEMENT = r"\b(?:[fdv]?printf|f?puts|print|echo|write)\b"
# Before the text: a bracket, a stream or a descriptor, an option of echo, a quote, a format or an expression in braces
BEFORE = r"""\s*\(?\s*(?:[\w.>-]+\s*,\s*)?(?:-[neE]+\s+)?[fr]{0,2}["']?(?:%s|\{["'])?"""
LINE = r"""(?:TAP\ version|(?:not\ )?ok(?:["']|\s+[-%{$\d"'])|1\.\.[%{$\d]|Bail\ out!)"""
PRINTS = re.compile(STATEMENT + BEFORE + LINE)
COMMENT = re.compile(r"^[ \t]*(?:#|//|/?\*).*$", re.M)
# Statements that must be found, and others that must not
PLANTED = [
    'printf("TAP version 13\\n");', 'printf("ok %u - %s\\n", n, claim);', 'printf("%sok %u\\n", good ? "" : "not ", n);',
    'fprintf(stdout,\n\t"not ok 3 - %s\\n", claim);', 'dprintf(1, "1..%u\\n", n);', 'puts("Bail out! no memory");',
    'print(f"ok {n} - {claim}")', "print(f\"{'ok' if good else 'not ok'} {n}\")", 'print(f"1..{n}", flush=True)',
    'sys.stdout.write("not ok 1 - it\\n")', 'echo "ok $n - $1"', "printf 'not ok %d - %s\\n' 1 \"$2\"", 'echo "1..$n"',
    'awk \'{ print "ok " NR " - " $0 }\'', "echo 1..3",
]
SOUND = [
    'ksft_test_result(good, "%s\\n", claim);', 'tap.result(good, "ok 1 counts")', 'check("it is ok", 1)', 'report $? "ok"',
    '("a passed test counts", "1..1\\nok 1 a\\n", 0, (1, 0, 0)),', 'printf("# ok so far\\n");', "echo okay", 'print("books 1")',
    '/* print "Bail out!" and exit */', "grep '^ok 1' file",
]


def statements(text):
    """Return the line number of each statement that prints a line of TAP."""
    text = COMMENT.sub("", text)
    return [text.count("\n", 0, match.start()) + 1 for match in PRINTS.finditer(text)]


def sources():
    """Return all files of the tests that contain code; a script without a suffix begins with #!."""
    for path in sorted((TOP / "selftests").rglob("*")):
        if path in PRINTERS or path == Path(__file__).resolve() or not path.is_file():
            continue
        if path.suffix in (".c", ".h", ".py", ".sh") or (not path.suffix and path.read_bytes()[:2] == b"#!"):
            yield path


def main():
    found, files = [], 0
    for path in sources():
        files += 1
        found += [f"{path.relative_to(TOP)}:{line}: print this line with a TAP printer"
                  for line in statements(path.read_text(encoding="utf-8", errors="replace"))]
    missed = [text for text in PLANTED if not statements(text)]
    wrong = [text for text in SOUND if statements(text)]
    return tap.print_all([
        (not missed, f"each of {len(PLANTED)} planted statements is found", missed),
        (not wrong, f"none of {len(SOUND)} other lines is a complaint", wrong),
        (files > 100 and not found, f"no test prints lines of TAP by itself, {files} files", found),
    ])


sys.exit(main())
