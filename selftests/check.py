#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Runs the tests listed in selftests/suites on the host and in guests, and ends with "N passed, N failed".

The set-up comes first and is timed apart. Then everything is built, from scratch and in a directory of its own, with
W=1, and sparse for the packaged kernels: a warning is a failed test. Then the suites run, two jobs at a time; a guest
that dies fails every suite that had not ended in it.
"""
import argparse
import concurrent.futures
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
OUT = Path(os.environ.get("PGWALK_BUILD", TOP / "build")).resolve() / "check"
LOGS = OUT / "logs"
# What a boot may take on a busy machine, besides its suites.
BOOT_SECONDS = 180
# How much slower a kernel with KASAN and lockdep is.
SLOWER = 3
KSFT_SKIP = 4


class Result:
    """What one suite (or build) on one kernel came to."""

    def __init__(self, name, kernel):
        self.name, self.kernel = name, kernel
        self.passed = self.failed = self.skipped = 0
        self.complaints = []
        self.seconds = 0.0

    def fail(self, why):
        self.failed += 1
        self.complaints.append(why)


def judge_tap(result, text, status):
    """Counts a suite's TAP. What is not told counts against it: a missing test, a bad plan, a status that disagrees."""
    plan, seen, failed_before = None, 0, result.failed
    for line in text.splitlines():
        if match := re.match(r"1\.\.(\d+)(\s*#\s*skip.*)?", line, re.I):
            plan = int(match[1])
            if plan == 0:
                result.skipped += 1
        elif match := re.match(r"(not )?ok\b\s*\d*\s*(.*)", line):
            seen += 1
            judge_line(result, bool(match[1]), match[2])
        elif line.startswith("Bail out!"):
            result.fail(line)
    if plan is None and seen == 0 and result.failed == failed_before:
        judge_status(result, status)
        return
    if plan is None:
        result.fail("no plan (1..N)")
    elif plan != seen:
        result.fail(f"{plan} tests planned, {seen} told")
    if status not in (0, KSFT_SKIP) and result.failed == failed_before:
        result.fail(f"exit status {status} though no test failed")


def judge_line(result, bad, description):
    if re.search(r"#\s*skip", description, re.I):
        result.skipped += 1
    elif bad and not re.search(r"#\s*todo", description, re.I):
        result.fail(f"not ok {description}")
    else:
        result.passed += 1


def judge_status(result, status):
    if status == 0:
        result.passed += 1
    elif status == KSFT_SKIP:
        result.skipped += 1
    else:
        result.fail(f"exit status {status}" + (" (timeout)" if status == 124 else ""))


class Progress:
    """One line a result, as it comes, and the totals."""

    def __init__(self):
        self.start = time.monotonic()
        self.lock = threading.Lock()
        self.results = []

    def stamp(self):
        return f"[{time.monotonic() - self.start:5.0f} s]"

    def tell(self, text):
        with self.lock:
            print(f"{self.stamp()} {text}", flush=True)

    def add(self, result, log):
        parts = [f"{result.passed} passed"]
        parts += [f"{result.failed} FAILED"] if result.failed else []
        parts += [f"{result.skipped} skipped"] if result.skipped else []
        with self.lock:
            self.results.append(result)
            print(f"{self.stamp()} {result.kernel:9} {result.name:24} {', '.join(parts)} ({result.seconds:.0f} s)")
            for complaint in result.complaints[:20]:
                print(f"          {complaint}")
            if result.failed:
                print(f"          log: {log}")
            sys.stdout.flush()

    def total(self):
        return [sum(getattr(result, kind) for result in self.results) for kind in ("passed", "failed", "skipped")]


def environment():
    return dict(os.environ, PGWALK_BUILD=str(OUT), LC_ALL="C.UTF-8")


def run_logged(command, log, seconds, **more):
    """Runs a command with both its streams in a log; gives its status and what it wrote."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "w") as out:
        process = subprocess.Popen(["timeout", "-k", "10", str(seconds), *command], cwd=TOP, env=environment(),
                                   stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, **more)
        status = process.wait()
    return status, log.read_text(errors="replace")


def set_up(kernels):
    """Downloads and installs what is missing. A failure ends everything, except for a kernel that is no package."""
    commands = [[VM / "setup.sh"], [VM / "fetch.sh", "source"], [VM / "fetch.sh", "toolchain", "trixie"]]
    optional = {kernel.name: kernel for kernel in kernels if kernel.command}
    commands += [[VM / "fetch.sh", "kernel", kernel.name] for kernel in kernels]
    lacking = []
    for command in commands:
        status = subprocess.run(command, stdout=sys.stderr if command[0].name == "setup.sh" else subprocess.DEVNULL,
                                check=False).returncode
        if status and command[-1] in optional:
            lacking.append(optional[command[-1]])
        elif status:
            sys.exit(f"check: the set-up failed ({' '.join(map(str, command))})")
    # Without them the suite that wants them is skipped, and says so
    subprocess.run([VM / "fetch.sh", "programs"], stdout=subprocess.DEVNULL, check=False)
    return [kernel for kernel in kernels if kernel not in lacking]


def skip_lacking(progress, suites, kernel):
    """Counts the suites of a kernel that is not there as skipped."""
    result = Result(f"no kernel: {kernel.command}", kernel.name)
    result.skipped = sum(suite.runs_on(kernel) for suite in suites)
    progress.add(result, None)


def build(progress, name, kernel, command):
    """A build is one test: it succeeds, and says nothing that looks like a warning. Tells whether it succeeded."""
    result, started = Result(name, kernel), time.monotonic()
    log = LOGS / (f"{name}-{kernel}.log" if kernel else f"{name}.log")
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
    """What the suites wait for. Built in the order in which it is wanted, on the same workers: nobody waits for long."""

    def __init__(self, progress, pool, kernels):
        shutil.rmtree(OUT, ignore_errors=True)
        LOGS.mkdir(parents=True)
        make = ["make", "--no-print-directory", f"O={OUT}"]
        self.programs = pool.submit(build, progress, "build", "", make + ["bpf", "userspace", "selftests"])
        self.modules = {kernel.name: pool.submit(build, progress, "build", kernel.name, make + self.module(kernel))
                        for kernel in kernels}

    @staticmethod
    def module(kernel):
        """Arguments of make. Sparse runs where every suite does: it finds the same on each build of one version."""
        return ["module", f"KERNEL={kernel.name}", "W=1"] + (["C=2"] if kernel.level == "full" else [])

    def has(self, kernel):
        """Waits for the programs, and for the module of a kernel (or None). True if they are there."""
        return self.programs.result() and (not kernel or self.modules[kernel.name].result())


def run_on_host(progress, builds, suite, kernel):
    """Runs a suite with the kernel's name in $KERNEL, empty if the suite is not about a kernel."""
    builds.has(kernel)
    name = kernel.name if kernel else ""
    result, started = Result(suite.name, name), time.monotonic()
    log = LOGS / (f"{name}-{suite.name}.log" if name else f"{suite.name}.log")
    status, text = run_logged(["env", f"KERNEL={name}", "bash", "-c", suite.command], log, suite.seconds)
    judge_tap(result, text, status)
    result.seconds = time.monotonic() - started
    progress.add(result, log)


class Boot:
    """Suites that share a guest: same kernel, same options."""

    def __init__(self, kernel, options):
        self.kernel, self.options, self.suites = kernel, options, []
        self.slower = SLOWER if kernel.has_checkers else 1

    def seconds(self):
        return BOOT_SECONDS + sum(suite.seconds for suite in self.suites)

    def script(self, mark):
        """Each suite between two marks, on both streams."""
        lines = ['begin() { printf "\\n%s begin %s\\n" "$1" "$2"; printf "\\n%s begin %s\\n" "$1" "$2" >&2; }',
                 'end() { printf "\\n%s end %s %s %s\\n" "$1" "$2" "$3" "$4"; }']
        for suite in self.suites:
            name, command = shlex.quote(suite.name), shlex.quote(suite.command)
            lines += [f"begin {mark} {name}", "SECONDS=0",
                      f"timeout -k 5 {suite.seconds * self.slower} bash -c {command} < /dev/null",
                      f"end {mark} {name} $? $SECONDS"]
        return "\n".join(lines + ["exit 0", ""])

    def run(self, progress, builds, number):
        if not builds.has(self.kernel):
            self.give_up(progress)
            return
        mark = f"@{secrets.token_hex(8)}"
        base = f"{LOGS}/{self.kernel.name}-boot-{number}"
        script, out, err = Path(base + ".sh"), Path(base + ".out"), Path(base + ".err")
        script.write_text(self.script(mark))
        command = [VM / "run.sh", "-k", self.kernel.name, "-t", str(self.seconds() * self.slower), "--log", base + ".kernel",
                   *self.options, "--", "bash", script]
        started = time.monotonic()
        with open(out, "wb") as out_file, open(err, "wb") as err_file:
            status = subprocess.run(command, cwd=TOP, env=environment(), stdin=subprocess.DEVNULL, stdout=out_file,
                                    stderr=err_file, check=False).returncode
        self.judge(progress, mark, out.read_text(errors="replace"), err.read_text(errors="replace"), status,
                   time.monotonic() - started, base)

    def give_up(self, progress):
        """What could not be built is not run, and that is no pass."""
        for suite in self.suites:
            result = Result(suite.name, self.kernel.name)
            result.fail("not run: its build failed")
            progress.add(result, LOGS)

    def judge(self, progress, mark, out, err, status, seconds, base):
        spent = 0
        for suite in self.suites:
            result = Result(suite.name, self.kernel.name)
            text, ended = between(out, mark, suite.name)
            if ended:
                judge_tap(result, text, ended[0])
                result.seconds = ended[1]
                spent += ended[1]
            else:
                result.fail("the guest ended before this suite did" if text else "the guest ended before this suite")
            log = LOGS / f"{self.kernel.name}-{suite.name}.log"
            log.write_text(text + "\n--- stderr ---\n" + between(err, mark, suite.name)[0])
            progress.add(result, log)
        guest = Result("guest " + " ".join(self.options), self.kernel.name)
        guest.seconds = seconds - spent
        if status:
            told = [line for line in err.splitlines() if line.startswith("run.sh:")]
            guest.fail(told[-1] if told else f"run.sh ended with {status}")
        else:
            guest.passed += 1
        progress.add(guest, base + ".kernel")


def between(text, mark, name):
    """What stands between the marks of a suite, and (status, seconds) if it came to its end."""
    start = text.find(f"\n{mark} begin {name}\n")
    if start < 0:
        return "", None
    body = text[start + 1:].split("\n", 1)[1]
    if match := re.search(rf"^{mark} (?:end {re.escape(name)} (\d+) (\d+)|begin .*)$", body, re.M):
        return body[:match.start()], (int(match[1]), int(match[2])) if match[1] else None
    return body, None


def boots_for(guests, suites, kernels):
    """Longest first, so that two at a time end together."""
    boots = {}
    for kernel in kernels:
        for suite in suites:
            if suite.in_guest and suite.runs_on(kernel):
                options = guests.options(suite.where, kernel)
                boots.setdefault((kernel.name, options), Boot(kernel, options)).suites.append(suite)
    return sorted(boots.values(), key=Boot.seconds, reverse=True)


def check(options, only_guests=False, prepare=lambda boots: boots):
    """Runs the suites; prepare may change the boots before they start."""
    progress = Progress()
    levels = " ".join(f"{kernel.name}:{kernel.level}" for kernel in options.kernels)
    print(f"check: kernels {levels}; set-up first (downloads only what is missing)", flush=True)
    kernels = set_up(options.kernels)
    progress.tell("set-up done; from here on the tests")
    progress.start = time.monotonic()
    guests, suites = read_list(options.suites, options.named)
    suites = [suite for suite in suites if suite.in_guest or not only_guests]
    for kernel in options.kernels:
        if kernel not in kernels:
            skip_lacking(progress, suites, kernel)
    boots = prepare(boots_for(guests, suites, kernels))
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        builds = Builds(progress, pool, dict.fromkeys([boot.kernel for boot in boots] + kernels))
        jobs = [pool.submit(boot.run, progress, builds, number) for number, boot in enumerate(boots)]
        jobs += [pool.submit(run_on_host, progress, builds, suite, kernel) for suite in suites if not suite.in_guest
                 for kernel in [None] + kernels if suite.runs_on(kernel)]
        for job in jobs:
            job.result()
    passed, failed, skipped = progress.total()
    progress.tell(f"done; logs in {LOGS}")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


def main():
    parser = argparse.ArgumentParser(description="Runs pgwalk's tests (see selftests/suites).")
    parser.add_argument("--suites", default=os.environ.get("SUITES") or "*", help="names or patterns")
    parser.add_argument("--kernels", default=os.environ.get("KERNELS") or "",
                        help="names of selftests/vm/kernels, NAME:full for every suite there (those with tests)")
    parser.add_argument("-j", "--jobs", type=int, default=2, help="guests at a time (2)")
    options = parser.parse_args()
    options.named = bool(options.kernels)
    options.suites, options.kernels = options.suites.split(), choose_kernels(options.kernels.split())
    sys.exit(check(options))


if __name__ == "__main__":
    main()
