#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Runs gcc -fanalyzer over the programs of userspace/; one test a file. TAP. It does not support the module's code."""
import os
import re
import subprocess

import checker
import compiled
from checker import TOP, Subject

OPTIONS = ["-O2", "-fanalyzer", "-fdiagnostics-plain-output", "-c", "-o", "/dev/null"]
# False positives of gcc 12: it does not track memory that is stored at an unknown index or pointer, or that is referenced by
# a pointer into its middle. One entry for a function; an entry without a warning fails the test.
MISTAKEN = {
    ("userspace/collect/symbols/symbol.c", "resolve", "-Wanalyzer-malloc-leak"),
    ("userspace/collect/symbols/mmap_watch.c", "copy_record", "-Wanalyzer-malloc-leak"),
    ("userspace/model/faults.c", "take_sum", "-Wanalyzer-malloc-leak"),
    ("userspace/model/string_pool.c", "string_pool__create", "-Wanalyzer-malloc-leak"),
}


class Analyzer(checker.Compiler):
    """gcc's static analyzer."""

    name = "analyzer"

    def version(self):
        version = subprocess.run(["gcc", "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
        return version + " ".join(OPTIONS) + str(sorted(MISTAKEN))

    def subjects(self):
        return compiled.programs("userspace")

    def examine_one(self, subject):
        done = subprocess.run(["gcc", *OPTIONS, *subject.flags, subject.path], cwd=subject.directory,
                              env=dict(os.environ, LC_ALL="C"), stderr=subprocess.PIPE, text=True, check=False)
        mistaken = {known for known in MISTAKEN if known[0] == subject.title()}
        unreported, function = set(mistaken), ""
        for line in done.stderr.splitlines():
            if inside := re.search(r": In function '(\w+)':$", line):
                function = inside[1]
            elif found := re.search(r": (?:warning|error): .*?(?:\[(-W[\w-]+)\])?$", line):
                known = (subject.title(), function, found[1])
                unreported.discard(known)
                if known not in mistaken:
                    subject.complaints.append(line.replace(f"{TOP}/", ""))
        subject.complaints += [f"{function}: no {warning} is reported: remove it from MISTAKEN"
                               for _, function, warning in sorted(unreported)]
        if done.returncode and not subject.complaints:
            subject.complaints.append(f"gcc exited with {done.returncode}")

    def planted(self, directory):
        cases = [
            ("-Wanalyzer-double-free", "free(at);\n\tfree(at);\n\treturn 0;"),
            ("-Wanalyzer-null-dereference", "at = 0;\n\treturn *at;"),
            ("-Wanalyzer-use-after-free", "free(at);\n\treturn *at;"),
        ]
        return [(claim, self.written(directory, number, body)) for number, (claim, body) in enumerate(cases)]

    def sound(self, directory):
        return self.written(directory, "sound", "free(at);\n\treturn 0;")

    @staticmethod
    def written(directory, name, body):
        """Return a source with one function."""
        path = directory / f"{name}.c"
        path.write_text(f"#include <stdlib.h>\nint planted(int *at);\nint planted(int *at)\n{{\n\t{body}\n}}\n")
        return Subject(path, ["-std=gnu11"])


if __name__ == "__main__":
    checker.main(Analyzer())
