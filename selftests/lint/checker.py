# SPDX-License-Identifier: GPL-2.0
"""What the checkers share: the files they look at, clean verdicts kept by contents, TAP. It knows no checker.

A verdict hangs on the checker's version, its options and the contents of every file it reads, and on nothing else:
where these are what they were when nothing was found, the file is not looked at again. Complaints are never kept. The
cache is ${XDG_CACHE_HOME:-~/.cache}/pgwalk/lint (or $PGWALK_CACHE/lint); without it everything is only slower.
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
BUILD = Path(os.environ.get("PGWALK_BUILD", TOP / "build")).resolve()
KEPT_DAYS = 30
KSFT_SKIP = 4


def cache_directory():
    """Where verdicts are kept."""
    if base := os.environ.get("PGWALK_CACHE"):
        return Path(base) / "lint"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pgwalk/lint"


class Subject:
    """A file that is looked at: with which flags and in which directory, where it is compiled."""

    def __init__(self, path, flags=(), directory=TOP):
        self.path, self.flags, self.directory = Path(path), list(flags), directory
        self.complaints = []
        # The files that are read for it, where that is known without asking the compiler
        self.reads = []

    def headers(self):
        """All files that are read when it is compiled."""
        if self.reads:
            return self.reads
        listed = subprocess.run(["gcc", "-M", *self.flags, self.path], cwd=self.directory, capture_output=True,
                                text=True, check=True).stdout
        return listed.replace("\\\n", " ").split(":", 1)[1].split()

    def title(self):
        """The path as people know it."""
        return str(self.path.relative_to(TOP)) if self.path.is_relative_to(TOP) else self.path.name


class Checker:
    """What one checker must tell of itself."""

    name = ""
    # Leaves out what takes seconds a file
    quick = False

    def version(self):
        """Text that changes whenever verdicts could: the tool's version, options, configuration."""
        raise NotImplementedError

    def subjects(self):
        """All Subjects there are; none if the checker cannot work here."""
        raise NotImplementedError

    def inputs(self, subject):
        """The files that are read for a Subject."""
        return [subject.path]

    def examine(self, subjects, workers):
        """Appends what is wrong with each Subject to its complaints."""
        raise NotImplementedError

    def planted(self, directory):
        """A list of (claim, Subject): files made in the directory that have one defect each."""
        raise NotImplementedError

    def sound(self, directory):
        """A Subject made in the directory that has none."""
        raise NotImplementedError


class Compiler(Checker):
    """A checker that looks at C sources one at a time, as compilers do."""

    def inputs(self, subject):
        return subject.headers()

    def examine(self, subjects, workers):
        for future in [workers.submit(self.examine_one, subject) for subject in subjects]:
            future.result()

    def examine_one(self, subject):
        """Appends what is wrong with it to its complaints."""
        raise NotImplementedError


class Verdicts:
    """The clean verdicts of one checker: empty files, named for all that they hang on."""

    def __init__(self, checker):
        self.checker, self.version = checker, checker.version()
        self.directory = cache_directory() / checker.name
        self.hashes = {}

    def content(self, path):
        """The hash of a file, read once."""
        if path not in self.hashes:
            self.hashes[path] = hashlib.sha256(Path(path).read_bytes()).hexdigest()
        return self.hashes[path]

    def place(self, subject):
        """The file that says this Subject is clean."""
        told = [self.version, str(subject.path), *subject.flags]
        for path in self.checker.inputs(subject):
            absolute = subject.directory / path
            told.append(f"{path} {self.content(absolute)}")
        # Wherever the tree lies
        text = "\0".join(told).replace(str(BUILD), "$BUILD").replace(str(TOP), "$TOP")
        return self.directory / hashlib.sha256(text.encode()).hexdigest()

    def expire(self):
        """What was of no use for long goes."""
        old = time.time() - KEPT_DAYS * 86400
        for entry in self.directory.iterdir():
            try:
                if entry.stat().st_mtime < old:
                    entry.unlink()
            except FileNotFoundError:
                pass


def written(directory, name, text):
    """A Subject of its own, with this text."""
    path = directory / name
    path.write_text(text)
    return Subject(path)


def seconds_used():
    """Processor time of this process and those it waited for."""
    kinds = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(kind.ru_utime + kind.ru_stime for kind in kinds)


def tell(outcomes):
    """Prints (title, complaints) as TAP; gives the exit status."""
    print(f"TAP version 13\n1..{len(outcomes)}")
    for number, (title, complaints) in enumerate(outcomes, 1):
        print(f"{'not ok' if complaints else 'ok'} {number} - {title}")
        for line in complaints:
            print(f"#   {line}")
    return int(any(complaints for _, complaints in outcomes))


def check(checker, wanted, workers):
    """Looks at what is due; gives the exit status."""
    subjects = checker.subjects()
    if not subjects:
        print("1..0 # SKIP nothing built that it could look at")
        return KSFT_SKIP
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
    status = tell([(subject.title(), subject.complaints) for subject in subjects])
    print(f"# {len(due)} of {len(subjects)} files were due: {seconds_used():.1f} s of processor time")
    return status


def self_test(checker, workers):
    """Each planted defect must be complained of, and a file without one must not be."""
    outcomes = []
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        planted = checker.planted(directory)
        sound = checker.sound(directory)
        checker.examine([subject for _, subject in planted] + [sound], workers)
        for claim, subject in planted:
            told = any(claim in line for line in subject.complaints)
            outcomes.append((f"it complains: {claim}", [] if told else ["it does not", *subject.complaints]))
        outcomes.append(("it does not complain of what is sound", sound.complaints))
    return tell(outcomes)


def main(checker):
    """The command line of every checker."""
    parser = argparse.ArgumentParser(description=sys.modules["__main__"].__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", help="look at these alone, named from the top directory")
    parser.add_argument("-j", "--jobs", type=int, default=int(os.environ.get("LINT_JOBS", "1")),
                        help="files at a time (1)")
    parser.add_argument("--quick", action="store_true", help="without what takes seconds a file, where there is such")
    parser.add_argument("--self-test", action="store_true", help="show that it can say no")
    options = parser.parse_args()
    checker.quick = options.quick
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as workers:
        if options.self_test:
            sys.exit(self_test(checker, workers))
        sys.exit(check(checker, options.files, workers))
