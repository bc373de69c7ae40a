# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""The base of the checkers: selection of files, a cache of clean verdicts, TAP.

A verdict depends on the checker's version and options, and on the contents of every file that it reads. A file is skipped
if all of them equal those of a run without complaints. Complaints are not cached. The cache is
${XDG_CACHE_HOME:-~/.cache}/pgwalk/lint (or $PGWALK_CACHE/lint); removing it only costs time.
"""
import argparse
import concurrent.futures
import hashlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / "selftests/lib"))
import tap

BUILD = Path(os.environ.get("PGWALK_BUILD", TOP / "build")).resolve()
KEPT_DAYS = 30


def cache_directory():
    """Return the directory of the cached verdicts."""
    if base := os.environ.get("PGWALK_CACHE"):
        return Path(base) / "lint"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pgwalk/lint"


class Subject:
    """A file to check, with the compiler's flags and directory."""

    def __init__(self, path, flags=(), directory=TOP):
        self.path, self.flags, self.directory = Path(path), list(flags), directory
        self.complaints = []
        # The files that it includes, if they are known without a run of the compiler
        self.reads = []

    def headers(self):
        """Return all files that a compilation reads."""
        if self.reads:
            return self.reads
        listed = subprocess.run(["gcc", "-M", *self.flags, self.path], cwd=self.directory, capture_output=True,
                                text=True, check=True).stdout
        return listed.replace("\\\n", " ").split(":", 1)[1].split()

    def title(self):
        """Return the path relative to the top directory."""
        return str(self.path.relative_to(TOP)) if self.path.is_relative_to(TOP) else self.path.name


class Checker:
    """The interface of a checker."""

    name = ""
    # Set by --quick: skip analyses that take seconds a file
    quick = False

    def version(self):
        """Return the tool's version, options and configuration as text."""
        raise NotImplementedError

    def subjects(self):
        """Return all Subjects; none if the checker cannot run here."""
        raise NotImplementedError

    def inputs(self, subject):
        """Return the files that are read for a Subject."""
        return [subject.path]

    def examine(self, subjects, workers):
        """Append the complaints about each Subject."""
        raise NotImplementedError

    def planted(self, directory):
        """Return a list of (claim, Subject): files made in the directory, with one defect each."""
        raise NotImplementedError

    def sound(self, directory):
        """Return a Subject made in the directory, without a defect."""
        raise NotImplementedError


class Compiler(Checker):
    """A checker that runs on one C source at a time."""

    def inputs(self, subject):
        return subject.headers()

    def examine(self, subjects, workers):
        for future in [workers.submit(self.examine_one, subject) for subject in subjects]:
            future.result()

    def examine_one(self, subject):
        """Append the complaints about one Subject."""
        raise NotImplementedError


class Verdicts:
    """The clean verdicts of one checker: empty files, named by the hash of all inputs."""

    def __init__(self, checker):
        self.checker, self.version = checker, checker.version()
        self.directory = cache_directory() / checker.name
        self.hashes = {}

    def content(self, path):
        """Return the hash of a file; each file is read once."""
        if path not in self.hashes:
            self.hashes[path] = hashlib.sha256(Path(path).read_bytes()).hexdigest()
        return self.hashes[path]

    def place(self, subject):
        """Return the path of a Subject's verdict."""
        parts = [self.version, str(subject.path), *subject.flags]
        for path in self.checker.inputs(subject):
            absolute = subject.directory / path
            parts.append(f"{path} {self.content(absolute)}")
        # Independent of the tree's location
        text = "\0".join(parts).replace(str(BUILD), "$BUILD").replace(str(TOP), "$TOP")
        return self.directory / hashlib.sha256(text.encode()).hexdigest()

    def expire(self):
        """Remove verdicts that were not used for KEPT_DAYS."""
        old = time.time() - KEPT_DAYS * 86400
        for entry in self.directory.iterdir():
            try:
                if entry.stat().st_mtime < old:
                    entry.unlink()
            except FileNotFoundError:
                pass


def written(directory, name, text):
    """Return a Subject with this text."""
    path = directory / name
    path.write_text(text)
    return Subject(path)


def seconds_used():
    """Return the CPU time of this process and the children that it waited for."""
    kinds = [resource.getrusage(scope) for scope in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(kind.ru_utime + kind.ru_stime for kind in kinds)


def check(checker, wanted, workers):
    """Check the files without a cached verdict; return the exit status."""
    subjects = checker.subjects()
    if not subjects:
        return tap.skip_all("no file was built that this checker reads")
    subjects = [s for s in subjects if not wanted or s.title() in wanted]
    verdicts = Verdicts(checker)
    places = dict(zip(subjects, workers.map(verdicts.place, subjects)))
    due = [subject for subject, place in places.items() if not place.exists()]
    checker.examine(due, workers)
    verdicts.directory.mkdir(parents=True, exist_ok=True)
    for subject, place in places.items():
        if not subject.complaints:
            place.touch()
    verdicts.expire()
    status = tap.print_all((not subject.complaints, subject.title(), subject.complaints) for subject in subjects)
    tap.comment(f"{len(due)} of {len(subjects)} files were checked: {seconds_used():.1f} s of CPU time")
    return status


def self_test(checker, workers):
    """Check that each planted defect causes a complaint, and that a file without a defect causes none."""
    outcomes = []
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        planted = checker.planted(directory)
        sound = checker.sound(directory)
        checker.examine([subject for _, subject in planted] + [sound], workers)
        for claim, subject in planted:
            found = any(claim in line for line in subject.complaints)
            outcomes.append((found, f"a defect causes a complaint: {claim}", ["no such complaint", *subject.complaints]))
        outcomes.append((not sound.complaints, "a file without a defect causes no complaint", sound.complaints))
    return tap.print_all(outcomes)


def main(checker):
    """Run the command line of a checker."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", help="check only these, named from the top directory")
    parser.add_argument("-j", "--jobs", type=int, default=int(os.environ.get("LINT_JOBS", "1")),
                        help="files at a time (1)")
    parser.add_argument("--quick", action="store_true", help="skip analyses that take seconds a file")
    parser.add_argument("--self-test", action="store_true", help="check that planted defects are found")
    options = parser.parse_args()
    checker.quick = options.quick
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as workers:
        if options.self_test:
            sys.exit(self_test(checker, workers))
        sys.exit(check(checker, options.files, workers))
