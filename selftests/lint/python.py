#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Runs pylint over our Python sources, with the checks of pylintrc; one test a file. TAP."""
import subprocess

import checker
from checker import TOP, Path, Subject

RULES = Path(__file__).resolve().parent / "pylintrc"


class Python(checker.Checker):
    """pylint."""

    name = "python"

    def version(self):
        printed = subprocess.run(["pylint", "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
        return printed + RULES.read_text()

    def subjects(self):
        houses = ("module", "bpf", "userspace", "selftests", "Documentation")
        return [Subject(path) for house in houses for path in sorted((TOP / house).rglob("*.py"))]

    def inputs(self, subject):
        """Return the file, and all files that it may import: those of its directory and of the ones above, in the tree."""
        return [subject.path] + [other.path for other in self.subjects() if other.path != subject.path]

    def examine(self, subjects, workers):
        if not subjects:
            return
        done = subprocess.run(["pylint", f"--rcfile={RULES}", "--msg-template={abspath}:{line}: {msg} [{symbol}]",
                               *[subject.path for subject in subjects]],
                              cwd=TOP, capture_output=True, text=True, check=False)
        for subject in subjects:
            subject.complaints += [line.replace(f"{TOP}/", "") for line in done.stdout.splitlines()
                                   if line.startswith(f"{subject.path}:")]
            if done.returncode & 32:
                subject.complaints += done.stderr.splitlines()[-1:]

    def planted(self, directory):
        cases = [
            ("undefined-variable", "print(nowhere)\n"),
            ("unused-import", "import os\n"),
            ("unused-variable", "def planted():\n    never = 1\n"),
            ("useless-return", "def planted():\n    print('end')\n    return None\n"),
        ]
        return [(claim, checker.written(directory, f"planted_{number}.py", text))
                for number, (claim, text) in enumerate(cases)]

    def sound(self, directory):
        return checker.written(directory, "sound.py", "print('all is well')\n")


if __name__ == "__main__":
    checker.main(Python())
