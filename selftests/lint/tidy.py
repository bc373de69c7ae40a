#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Runs clang-tidy over the module and the programs, with the .clang-tidy nearest to each file; one test a file. TAP.

The module is parsed with the flags of kbuild for 6.12 (or 6.1), so it must have been built. With --quick clang's analyzer
runs on the module only: gcc's (analyzer.py) checks the programs in a tenth of the time.
"""
import re
import subprocess

import checker
import compiled
from checker import TOP, Subject

CONFIGURATIONS = (TOP / "userspace/.clang-tidy", TOP / "module/.clang-tidy")
COMPLAINT = re.compile(r"(.*?):\d+:\d+: (warning|error): .*\[")


class Tidy(checker.Compiler):
    """clang-tidy."""

    name = "tidy"

    def version(self):
        told = subprocess.run(["clang-tidy", "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
        return told + "".join(path.read_text() for path in CONFIGURATIONS) + "quick" * self.quick

    def subjects(self):
        return compiled.module() + compiled.programs("userspace")

    def examine_one(self, subject):
        command = ["clang-tidy", "--quiet", "--header-filter=/(module|userspace|selftests)/", subject.path, "--",
                   *subject.flags]
        if not subject.path.is_relative_to(TOP):
            command.insert(1, f"--config-file={subject.configuration}")
        elif self.quick and not subject.path.is_relative_to(TOP / "module"):
            command.insert(1, "--checks=-clang-analyzer-*")
        done = subprocess.run(command, cwd=subject.directory, capture_output=True, text=True, check=False)
        lines = [line.replace(f"{TOP}/", "") for line in done.stdout.splitlines()
                 if (found := COMPLAINT.match(line)) and self.is_ours(found[1], subject)]
        if done.returncode and not lines:
            lines = [f"clang-tidy exited with {done.returncode}", *done.stderr.splitlines()[-3:]]
        subject.complaints += lines

    @staticmethod
    def is_ours(path, subject):
        """Return whether a complaint is about our sources: clang's analyzer misreads the asm() of kernel headers."""
        absolute = (subject.directory / path).resolve()
        return absolute.is_relative_to(TOP) or absolute == subject.path

    def planted(self, directory):
        cases = [
            ("userspace/lib/text.c", TOP / "userspace/.clang-tidy", "clang-analyzer-core.NullDereference",
             "int planted(int n);\nint planted(int n)\n{\n\tint *at = 0;\n\n\treturn n ? *at : 0;\n}\n"),
            ("userspace/lib/text.c", TOP / "userspace/.clang-tidy", "bugprone-",
             "unsigned long planted(const int *v);\nunsigned long planted(const int *v)\n{\n"
             "\treturn sizeof(sizeof(v)) + sizeof(v) / sizeof(v[0]);\n}\n"),
            ("module/target.c", TOP / "module/.clang-tidy", "clang-analyzer-core.NullDereference",
             "int planted(int n);\nint planted(int n)\n{\n\tint *at = NULL;\n\n\treturn n ? *at : 0;\n}\n"),
            ("module/target.c", TOP / "module/.clang-tidy", "linuxkernel-must-use-errs",
             "long planted(void);\nlong planted(void)\n{\n\tERR_PTR(-EINVAL);\n\treturn 0;\n}\n"),
        ]
        return [(claim, self.copy(directory, number, original, configuration, text))
                for number, (original, configuration, claim, text) in enumerate(cases)]

    def sound(self, directory):
        return self.copy(directory, "sound", "userspace/lib/text.c", TOP / "userspace/.clang-tidy", "")

    def copy(self, directory, number, original, configuration, text):
        """Return a copy of one of our sources with text appended, compiled like the original."""
        model = next(s for s in self.subjects() if s.title() == original)
        path = directory / f"{number}.c"
        path.write_text(model.path.read_text() + text)
        subject = Subject(path, ["-iquote", str(model.path.parent), *model.flags], model.directory)
        subject.configuration = configuration
        return subject


if __name__ == "__main__":
    checker.main(Tidy())
