#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Runs the kernel's coccinelle scripts (linux-source's scripts/coccinelle) over the module; one test a file. TAP.

Each script with a report mode runs on each file by itself, like `make coccicheck MODE=report`.
"""
import re
import subprocess

import checker
from checker import TOP, Subject

# Scripts that do not run or do not apply, each with its reason
LEFT_OUT = {
    "api/check_bq27xxx_data.cocci": "checks one driver's tables, and needs OCaml",
    "null/badzero.cocci": "needs OCaml; sparse reports 0 used as NULL",
}


def scripts():
    """Return (name, path, options) of the scripts with a report mode."""
    source = subprocess.run([TOP / "selftests/vm/fetch.sh", "source"], stdout=subprocess.PIPE, text=True, check=True)
    house = checker.Path(source.stdout.strip()) / "scripts/coccinelle"
    found = []
    for path in sorted(house.rglob("*.cocci")):
        text, name = path.read_text(), str(path.relative_to(house))
        if name in LEFT_OUT or not re.search(r"^virtual.*\breport\b", text, re.M):
            continue
        options = re.search(r"^// *Options: *(.*)$", text, re.M)
        found.append((name, path, options[1].split() if options else []))
    return found


class Cocci(checker.Checker):
    """Coccinelle."""

    name = "cocci"

    def __init__(self):
        self.scripts = scripts()

    def version(self):
        told = subprocess.run(["spatch", "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
        return told + "".join(path.read_text() for _, path, _ in self.scripts)

    def subjects(self):
        return [Subject(path) for path in sorted((TOP / "module").rglob("*.[ch]"))]

    def examine(self, subjects, workers):
        if subjects:
            for future in [workers.submit(self.run, script, subjects) for script in self.scripts]:
                future.result()

    @staticmethod
    def run(script, subjects):
        """Run one script over all Subjects: it is parsed once."""
        name, path, options = script
        command = ["spatch", "-D", "report", "--very-quiet", "--no-show-diff", "--cocci-file", path, *options,
                   "-I", TOP / "module", "-I", TOP / "module/uapi", *[s.path for s in subjects]]
        done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=False)
        for line in done.stdout.splitlines():
            for subject in subjects:
                if line.startswith(f"{subject.path}:"):
                    subject.complaints.append(f"{line.replace(f'{TOP}/', '')} [{name}]")
        if done.returncode:
            last = done.stderr.splitlines()[-1:]
            for subject in subjects:
                subject.complaints.append(f"{name}: spatch exited with {done.returncode} {last}")

    def planted(self, directory):
        cases = [
            ("free/ifnullfree.cocci", "void planted(char *at)\n{\n\tif (at)\n\t\tkfree(at);\n}\n"),
            ("locks/mini_lock.cocci", "int planted(int n)\n{\n\tmutex_lock(&lock);\n\tif (n)\n\t\treturn -EINVAL;\n"
                                      "\tmutex_unlock(&lock);\n\treturn 0;\n}\n"),
            ("null/deref_null.cocci", "int planted(struct thing *at)\n{\n\tif (!at)\n\t\treturn at->count;\n"
                                      "\treturn 0;\n}\n"),
            ("free/kfree.cocci", "int planted(struct thing *at)\n{\n\tkfree(at);\n\treturn at->count;\n}\n"),
        ]
        self.scripts = [script for script in self.scripts if script[0] in dict(cases)]
        return [(name, checker.written(directory, f"{number}.c", text)) for number, (name, text) in enumerate(cases)]

    def sound(self, directory):
        return checker.written(directory, "sound.c", "void planted(char *at)\n{\n\tkfree(at);\n}\n")


if __name__ == "__main__":
    checker.main(Cocci())
