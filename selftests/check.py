#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Runs the suites listed in selftests/suites on the host and in guests; the last line is "N passed, N failed".

The set-up comes first and is timed separately. Then all programs and modules are built from scratch in a directory of their
own, with W=1, and with sparse for the packaged kernels: a warning is a failed test. Then the suites run, two jobs at a time;
if a guest dies, each of its suites that had not ended fails.

The tests compare two reads of a kernel that goes on running, and a few of ten thousand may meet a change between them. So if
at most AGAIN suites failed, each of them runs once more at the end, in a guest of its own, and the second result counts; the
failures of the first run are printed as unstable. A guest that died, a report in the kernel's log, and a timeout fail for
good.

Suites and kernels in brackets run last, and only if there is time: so that a slow machine ends in time, too, none of them
starts later than LATE_START seconds after the begin, and in guests none later than LATE_END. The others count as skipped, with
their names. Kernels of other architectures are the first of them; their files are downloaded and installed while the suites
before them run. With KERNELS all suites run.

With --incremental (`make test`) suites run in the usual build directory: only changed files are built, without W=1 and
sparse, and the set-up only downloads missing kernels.
"""
import argparse
import collections
import concurrent.futures
import functools
import os
import re
import secrets
import shlex
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

from listed import choose_kernels, read_list

TOP = Path(__file__).resolve().parent.parent
VM = TOP / "selftests/vm"
BUILD = Path(os.environ.get("PGWALK_BUILD", TOP / "build")).resolve()
OUT = BUILD / "check"
LOGS = OUT / "logs"
# Seconds that a boot may take on a busy machine, in addition to its suites
BOOT_SECONDS = 180
# Between two messages on the suite that runs in a guest
NEWS_SECONDS = 60
# Factor of time limits for a kernel with KASAN and lockdep
SLOWER = 3
KSFT_SKIP = 4
# Exit status of timeout(1)
TIMEOUT = 124
# Comments of a test that are printed if it fails
COMMENTS = 8
# Seconds from the begin, with the set-up: suites in brackets start only before
LATE_START, LATE_END = 1300, 1450
LATE_SKIP = "(. selftests/lib/tap.sh; skip_all 'no time left')"
BEGUN = time.monotonic()
# Suites with failures that run a second time; with more of them something is broken
AGAIN = 3


class Result:
    """The result of one suite (or build) on one kernel."""

    def __init__(self, name, kernel):
        self.name, self.kernel = name, kernel
        self.passed = self.failed = self.skipped = 0
        self.complaints = []
        self.seconds = 0.0
        self.log = None
        # Runs the suite again, with a Progress; None if that is not allowed
        self.again = None

    def fail(self, why):
        self.failed += 1
        self.complaints.append(why)


def count_tap(result, text, status):
    """Count a suite's TAP. A missing test, a wrong plan and a status that disagrees are failures.

    A failure is noted with the comments around it: kselftest_harness prints them before its line, tap.py and tap.sh after it.
    """
    plan, seen, failed_before = None, 0, result.failed
    before, after = collections.deque(maxlen=COMMENTS), 0
    for line in text.splitlines():
        if match := re.match(r"1\.\.(\d+)(\s*#\s*skip.*)?", line, re.I):
            plan = int(match[1])
            if plan == 0:
                result.skipped += 1
        elif match := re.match(r"(not )?ok\b\s*\d*\s*(.*)", line):
            seen += 1
            failed = count_line(result, bool(match[1]), match[2])
            result.complaints += before if failed else ()
            after = COMMENTS if failed else 0
            before.clear()
        elif line.startswith("Bail out!"):
            result.fail(line)
        elif re.match(r"#  RUN", line):
            after = 0
        elif line.startswith("#"):
            before.append(f"  {line}")
            result.complaints += [f"  {line}"] if after else ()
            after = max(0, after - 1)
    if plan is None and seen == 0 and result.failed == failed_before:
        count_status(result, status)
        return
    if plan is None:
        result.fail("no plan (1..N)")
    elif plan != seen:
        result.fail(f"{plan} tests planned, {seen} reported")
    if status not in (0, KSFT_SKIP) and result.failed == failed_before:
        result.fail(f"exit status {status} although no test failed")


def count_line(result, bad, description):
    """Count one test; return whether it failed."""
    if re.search(r"#\s*skip", description, re.I):
        result.skipped += 1
    elif bad and not re.search(r"#\s*todo", description, re.I):
        result.fail(f"not ok {description}")
        return True
    else:
        result.passed += 1
    return False


def count_status(result, status):
    if status == 0:
        result.passed += 1
    elif status == KSFT_SKIP:
        result.skipped += 1
    else:
        result.fail(f"exit status {status}" + (" (timeout)" if status == TIMEOUT else ""))


def skip_late(progress, name, kernel):
    """Count a suite that has no time left."""
    result = Result(name, kernel.name if kernel else "")
    result.skipped += 1
    result.complaints.append(f"no time left: {LATE_START} s have passed (with KERNELS all suites run)")
    progress.add(result, None)


class Progress:
    """Prints a line for each result, with the number of results so far, and adds them up."""

    def __init__(self):
        self.start = time.monotonic()
        self.lock = threading.Lock()
        self.results = []
        self.unstable = []
        self.expected = 0

    def stamp(self):
        count = f"{len(self.results)}/{self.expected}" if self.expected else ""
        return f"[{time.monotonic() - self.start:5.0f} s {count:>7}]"

    def message(self, text):
        with self.lock:
            print(f"{self.stamp()} {text}", flush=True)

    def add(self, result, log):
        parts = [f"{result.passed} passed"]
        parts += [f"{result.failed} FAILED"] if result.failed else []
        parts += [f"{result.skipped} skipped"] if result.skipped else []
        with self.lock:
            result.log = log
            self.results.append(result)
            print(f"{self.stamp()} {result.kernel:9} {result.name:24} {', '.join(parts)} ({result.seconds:.0f} s)")
            print_complaints(result, 40)
            if result.failed:
                print(f"          log: {log}")
            sys.stdout.flush()

    def run_failed_again(self):
        """Run suites with failures a second time, if they are few."""
        failed = [result for result in self.results if result.failed]
        suites = [result for result in failed if result.again]
        if len(suites) > AGAIN:
            return
        for result in suites:
            second = Progress()
            second.start, second.expected = self.start, self.expected
            self.message(f"{result.kernel} {result.name}: runs again")
            result.log.rename(result.log.with_suffix(".first.log"))
            result.again(second)
            passed, failed, skipped = second.total()
            if not failed and skipped <= result.skipped and passed >= result.passed + result.failed:
                self.unstable.append(result)
                self.results.remove(result)
                self.results += second.results

    def repeat_failures(self):
        """Print every failure again: of the output of a long run often only the end is kept."""
        for result in self.unstable:
            print(f"UNSTABLE, passed when run again: {result.kernel} {result.name}:")
            print_complaints(result, 20)
        for result in self.results:
            if result.failed:
                print(f"FAILED {result.kernel} {result.name}:")
                print_complaints(result, 20)

    def total(self):
        return [sum(getattr(result, kind) for result in self.results) for kind in ("passed", "failed", "skipped")]


def print_complaints(result, limit):
    for complaint in result.complaints[:limit]:
        print(f"          {complaint}")
    if len(result.complaints) > limit:
        print(f"          ... and {len(result.complaints) - limit} lines more")


def environment():
    return dict(os.environ, PGWALK_BUILD=str(OUT), LC_ALL="C.UTF-8")


def run_logged(command, log, seconds, **more):
    """Run a command with stdout and stderr in a log; return its status and output."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "w") as out:
        process = subprocess.Popen(["timeout", "-k", "10", str(seconds), *command], cwd=TOP, env=environment(),
                                   stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, **more)
        status = process.wait()
    return status, log.read_text(errors="replace")


def other_architectures(kernels):
    """Return the architectures of kernels that this machine's programs do not run on."""
    return sorted({kernel.arch for kernel in kernels} - {"amd64"})


def set_up_commands(kernels):
    """Return the commands that download kernels, and what kernels of other architectures need in addition."""
    commands = []
    for arch in other_architectures(kernels):
        commands += [[VM / "setup.sh", arch], [VM / "fetch.sh", "root", arch], [VM / "fetch.sh", "toolchain", f"trixie-{arch}"]]
    return commands + [[VM / "fetch.sh", "kernel", kernel.name] for kernel in kernels]


def set_up(kernels, only_kernels):
    """Download and install missing files. A failure ends the run, except for a kernel that is not packaged."""
    commands = [[VM / "setup.sh"], [VM / "fetch.sh", "source"], [VM / "fetch.sh", "toolchain", "trixie"]]
    if only_kernels:
        commands = []
    optional = {kernel.name: kernel for kernel in kernels if kernel.command}
    lacking = []
    for command in commands + set_up_commands(kernels):
        status = subprocess.run(command, stdout=sys.stderr if command[0].name == "setup.sh" else subprocess.DEVNULL,
                                check=False).returncode
        if status and command[-1] in optional:
            lacking.append(optional[command[-1]])
        elif status:
            sys.exit(f"check: the set-up failed ({' '.join(map(str, command))})")
    # Without these programs the suite apps is skipped
    if not only_kernels:
        subprocess.run([VM / "fetch.sh", "programs"], stdout=subprocess.DEVNULL, check=False)
    return [kernel for kernel in kernels if kernel not in lacking]


def has_late_set_up(kernel):
    """Return whether the set-up of a kernel runs beside the suites: that of other architectures is long."""
    return kernel.late and kernel.arch != "amd64"


def set_up_late(progress, kernels):
    """Download and install, beside the suites, missing files of kernels that run last. Return whether all exist."""
    result, started = Result("set-up", "late"), time.monotonic()
    log = LOGS / "set-up-late.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "w") as out:
        for command in set_up_commands(kernels):
            if subprocess.run(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False).returncode:
                result.fail(f"failed: {' '.join(map(str, command))}")
                break
        else:
            result.passed += 1
    result.seconds = time.monotonic() - started
    progress.add(result, log)
    return not result.failed


def skip_lacking(progress, suites, kernel):
    """Count the suites of a missing kernel as skipped."""
    result = Result(f"no kernel: {kernel.command}", kernel.name)
    result.skipped = sum(suite.runs_on(kernel) for suite in suites)
    progress.add(result, None)


def build(progress, name, kernel, command):
    """Run a build as one test: it succeeds without a warning. Return whether it succeeded."""
    result, started = Result(name, kernel), time.monotonic()
    log = LOGS / (f"{name}-{kernel}.log".replace("/", "-") if kernel else f"{name}.log")
    status, text = run_logged(command, log, 900)
    warnings = [line for line in text.splitlines() if re.search(r"warning:|error:|^WARNING|\*\*\*|specified, but", line, re.I)]
    if status or warnings:
        result.fail(warnings[0] if warnings else f"exit status {status}")
        result.complaints += warnings[1:]
    else:
        result.passed += 1
    result.seconds = time.monotonic() - started
    progress.add(result, log)
    return not status


class Builds:
    """
    The builds that the suites wait for, in the order of the suites, on the same workers. Those of late kernels are made by the
    first suite that needs them; "late" is the Future of the set-up of has_late_set_up(), or None.
    """

    def __init__(self, progress, pool, kernels, incremental, late=None):
        make = ["make", "--no-print-directory", f"O={OUT}"]
        self.progress, self.late, self.lock = progress, late, threading.Lock()
        self.programs = pool.submit(build, progress, "build", "", make + ["bpf", "userspace", "selftests", "docs"])
        self.done = {arch: pool.submit(self.cross, arch) for arch in other_architectures(
            kernel for kernel in kernels if not has_late_set_up(kernel))}
        self.run_late = lambda kernel: build(progress, "build", kernel.name, make + (
            ["module", f"KERNEL={kernel.name}"] if incremental else self.module(kernel)))
        self.done |= {kernel.name: pool.submit(self.run_late, kernel) for kernel in kernels if not kernel.late}

    def cross(self, arch):
        """Build the programs of another architecture."""
        return build(self.progress, "build", arch, [VM / "cross.sh", arch])

    @staticmethod
    def module(kernel):
        """Return the arguments of make. Sparse runs for kernels with all suites: builds of one version have equal results."""
        return ["module", f"KERNEL={kernel.name}", "W=1"] + (["C=2"] if kernel.level == "full" else [])

    def has(self, kernel):
        """Wait for the programs, and for the module of a kernel (or None). Return whether they were built."""
        if not kernel:
            return self.programs.result()
        if has_late_set_up(kernel) and not self.late.result():
            return False
        futures = [self.build_once(kernel.name, self.run_late, kernel)]
        if kernel.arch != "amd64":
            futures.append(self.build_once(kernel.arch, self.cross, kernel.arch))
        else:
            futures.append(self.programs)
        # Waits for the builds of other workers only after its own
        return all([future.result() for future in futures])

    def build_once(self, key, run, argument):
        """Build what no worker has begun to build. Return a Future of the result."""
        with self.lock:
            is_first = key not in self.done
            future = self.done.setdefault(key, concurrent.futures.Future())
        if is_first:
            future.set_result(run(argument))
        return future


def is_too_late():
    """Return whether no suite in brackets may start any more."""
    return time.monotonic() - BEGUN > LATE_START


def run_on_host(progress, builds, suite, kernel, late=False):
    """Run a suite with the kernel's name in $KERNEL; the name is empty if the suite depends on no kernel."""
    if late and is_too_late():
        skip_late(progress, suite.name, kernel)
        return
    builds.has(kernel)
    name = kernel.name if kernel else ""
    result, started = Result(suite.name, name), time.monotonic()
    log = LOGS / (f"{kernel.path}-{suite.name}.log" if kernel else f"{suite.name}.log")
    status, text = run_logged(["env", f"KERNEL={name}", "bash", "-c", suite.command], log, suite.seconds)
    count_tap(result, text, status)
    result.seconds = time.monotonic() - started
    if status != TIMEOUT:
        result.again = lambda again: run_on_host(again, builds, suite, kernel)
    progress.add(result, log)


class Boot:
    """Suites that share a guest, because kernel and options are equal."""

    def __init__(self, kernel, options, late=False):
        self.kernel, self.options, self.late, self.suites = kernel, options, late, []
        self.slower = SLOWER if kernel.has_checkers else 1

    def seconds(self):
        return BOOT_SECONDS + sum(suite.seconds for suite in self.suites)

    def script(self, mark):
        """Return a script that runs the suites, each between two marks on both streams."""
        lines = ['begin() { printf "\\n%s begin %s\\n" "$1" "$2"; printf "\\n%s begin %s\\n" "$1" "$2" >&2; }',
                 'end() { printf "\\n%s end %s %s %s\\n" "$1" "$2" "$3" "$4"; }']
        left = int(BEGUN + LATE_END - time.monotonic())
        for suite in self.suites:
            name, command = shlex.quote(suite.name), shlex.quote(suite.command)
            run = f"timeout -k 5 {suite.seconds * self.slower} bash -c {command} < /dev/null"
            if self.late:
                run = f'if [ "$(cut -d. -f1 /proc/uptime)" -ge {left} ]; then {LATE_SKIP}; else {run}; fi'
            lines += [f"begin {mark} {name}", "SECONDS=0", run, f"end {mark} {name} $? $SECONDS"]
        return "\n".join(lines + ["exit 0", ""])

    def run(self, progress, builds, number):
        if self.late and is_too_late():
            self.skip(progress)
            return
        if not builds.has(self.kernel):
            self.give_up(progress)
            return
        if self.late and is_too_late():
            self.skip(progress)
            return
        mark = f"@{secrets.token_hex(8)}"
        base = f"{LOGS}/{self.kernel.path}-boot-{number}"
        script, out, err = Path(base + ".sh"), Path(base + ".out"), Path(base + ".err")
        script.write_text(self.script(mark))
        command = [VM / "run.sh", "-k", self.kernel.name, "-t", str(self.seconds() * self.slower), "--log", base + ".kernel",
                   *self.options, "--", "bash", script]
        started = time.monotonic()
        progress.message(f"{self.kernel.name}: guest {' '.join(self.options)}: {len(self.suites)} suites start, log {out}")
        with open(out, "wb") as out_file, open(err, "wb") as err_file:
            process = subprocess.Popen(command, cwd=TOP, env=environment(), stdin=subprocess.DEVNULL, stdout=out_file,
                                       stderr=err_file)
            while (status := self.wait(process)) is None:
                progress.message(f"{self.kernel.name}: {self.position(mark, out)}")
        self.report(progress, builds, mark, out.read_text(errors="replace"), err.read_text(errors="replace"), status,
                   time.monotonic() - started, base)

    def run_again(self, builds, suite, progress):
        """Run one suite in a guest of its own."""
        boot = Boot(self.kernel, self.options)
        boot.suites = [suite]
        boot.run(progress, builds, f"again-{suite.name}")

    @staticmethod
    def wait(process):
        """Return the exit status, or None after NEWS_SECONDS."""
        try:
            return process.wait(NEWS_SECONDS)
        except subprocess.TimeoutExpired:
            return None

    def position(self, mark, out):
        """Describe the suite that runs, from the output so far."""
        names = re.findall(rf"^{mark} begin (.*)$", out.read_text(errors="replace"), re.M)
        return f"suite {len(names)} of {len(self.suites)} runs: {names[-1]}" if names else "the guest boots"

    def skip(self, progress):
        """Count each suite as skipped, because there is no time left."""
        for suite in self.suites:
            skip_late(progress, suite.name, self.kernel)

    def give_up(self, progress):
        """Count each suite as failed, because its build failed."""
        for suite in self.suites:
            result = Result(suite.name, self.kernel.name)
            result.fail("not run: the build failed")
            progress.add(result, LOGS)

    def report(self, progress, builds, mark, out, err, status, seconds, base):
        spent = 0
        for suite in self.suites:
            result = Result(suite.name, self.kernel.name)
            text, ended = between(out, mark, suite.name)
            if ended:
                count_tap(result, text, ended[0])
                result.seconds = ended[1]
                if ended[0] != TIMEOUT:
                    result.again = functools.partial(self.run_again, builds, suite)
                spent += ended[1]
            else:
                result.fail("the guest ended during this suite" if text else "the guest ended before this suite")
            log = LOGS / f"{self.kernel.path}-{suite.name}.log"
            log.write_text(text + "\n--- stderr ---\n" + between(err, mark, suite.name)[0])
            progress.add(result, log)
        guest = Result("guest " + " ".join(self.options), self.kernel.name)
        guest.seconds = seconds - spent
        if status:
            reasons = [line for line in err.splitlines() if line.startswith("run.sh:")]
            guest.fail(reasons[-1] if reasons else f"run.sh exited with {status}")
        else:
            guest.passed += 1
        progress.add(guest, base + ".kernel")


def between(text, mark, name):
    """Return the output between the marks of a suite, and (status, seconds) if the suite ended."""
    start = text.find(f"\n{mark} begin {name}\n")
    if start < 0:
        return "", None
    body = text[start + 1:].split("\n", 1)[1]
    if match := re.search(rf"^{mark} (?:end {re.escape(name)} (\d+) (\d+)|begin .*)$", body, re.M):
        return body[:match.start()], (int(match[1]), int(match[2])) if match[1] else None
    return body, None


def boots_for(guests, suites, kernels):
    """Return the boots, longest first: two at a time then end together. Those of late suites are last, in the order of the kernels."""
    boots = {}
    for kernel in kernels:
        for suite in suites:
            if suite.in_guest and suite.runs_on(kernel):
                options, late = guests.options(suite.where, kernel), suite.is_late(kernel)
                boots.setdefault((kernel.name, options, late), Boot(kernel, options, late)).suites.append(suite)
    return sorted(boots.values(), key=lambda boot: (boot.late, 0 if boot.late else -boot.seconds()))


def check(options, only_guests=False, prepare=lambda boots: boots):
    """Run the suites; prepare may change the boots before they start."""
    progress = Progress()
    guests, suites = read_list(options.suites, options.named)
    suites = [suite for suite in suites if suite.in_guest or not only_guests]
    levels = " ".join(f"{kernel.name}:{kernel.level}" for kernel in options.kernels)
    print(f"check: kernels {levels}; set-up first (downloads missing files); logs in {LOGS}", flush=True)
    late = [kernel for kernel in options.kernels if has_late_set_up(kernel)]
    kernels = late + set_up([kernel for kernel in options.kernels if kernel not in late], options.incremental)
    progress.message("set-up done")
    progress.start = time.monotonic()
    boots = prepare(boots_for(guests, suites, kernels))
    on_host = [(suite, kernel) for suite in suites if not suite.in_guest for kernel in [None] + kernels
               if suite.runs_on(kernel)]
    named = [kernel for _, kernel in on_host if kernel]
    late = [kernel for kernel in late if kernel in [boot.kernel for boot in boots]]
    built = dict.fromkeys([boot.kernel for boot in boots] + (named if options.incremental else
                                                             [kernel for kernel in kernels if not has_late_set_up(kernel)]))
    in_guests = sum(len(boot.suites) for boot in boots)
    to_build = 1 + len(built) + len(other_architectures(built))
    progress.expected = to_build + bool(late) + in_guests + len(boots) + len(on_host) + len(options.kernels) - len(kernels)
    progress.message(f"{to_build} builds, {len(on_host)} suites on the host, {in_guests} in {len(boots)} guests")
    for kernel in options.kernels:
        if kernel not in kernels:
            skip_lacking(progress, suites, kernel)
    if not options.incremental:
        shutil.rmtree(OUT, ignore_errors=True)
    LOGS.mkdir(parents=True, exist_ok=True)
    with (concurrent.futures.ThreadPoolExecutor(options.jobs) as pool,
          concurrent.futures.ThreadPoolExecutor(1) as beside):
        builds = Builds(progress, pool, built, options.incremental,
                        beside.submit(set_up_late, progress, late) if late else None)
        jobs = []
        for late in False, True:
            jobs += [pool.submit(boot.run, progress, builds, number) for number, boot in enumerate(boots) if boot.late == late]
            jobs += [pool.submit(run_on_host, progress, builds, suite, kernel, late)
                     for suite, kernel in on_host if suite.is_late(kernel) == late]
        for job in jobs:
            job.result()
        if not options.incremental:
            progress.run_failed_again()
    passed, failed, skipped = progress.total()
    progress.message(f"done; logs in {LOGS}")
    if not (boots or on_host):
        print(f"no suite {' '.join(options.suites)} runs on {levels} (see selftests/suites)")
        return 1
    progress.repeat_failures()
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


def use_directory(out, logs):
    """Build in another directory than that of a full run."""
    global OUT, LOGS
    OUT, LOGS = out, logs


def main():
    parser = argparse.ArgumentParser(description="Runs pgwalk's tests (see selftests/suites).")
    parser.add_argument("--suites", default=os.environ.get("SUITES") or "*", help="names or patterns")
    parser.add_argument("--kernels", default=os.environ.get("KERNELS") or "",
                        help="names of selftests/vm/kernels, NAME:full for every suite (default: kernels with tests)")
    parser.add_argument("-j", "--jobs", type=int, default=2, help="guests at a time (2)")
    parser.add_argument("--incremental", action="store_true", help="build only changed files, in the usual build directory")
    options = parser.parse_args()
    if options.incremental:
        use_directory(BUILD, BUILD / "test-logs")
    options.named = bool(options.kernels)
    options.suites, options.kernels = options.suites.split(), choose_kernels(options.kernels.split())
    sys.exit(check(options))


if __name__ == "__main__":
    main()
