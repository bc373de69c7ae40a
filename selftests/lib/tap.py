# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""The TAP printer of the tests in Python: numbered results, and the plan at the start or at the end."""

KSFT_SKIP = 4


class Tap:
    """Prints results as TAP and counts them. Without a number of planned tests, end() prints the plan."""

    def __init__(self, planned=None):
        self.planned, self.number, self.failed = planned, 0, 0
        print("TAP version 13", flush=True)
        if planned is not None:
            print(f"1..{planned}", flush=True)

    def result(self, good, title, details=()):
        """Print one result, and the details as comments if it is bad; return whether it is good."""
        self.number += 1
        self.failed += not good and "# TODO" not in title
        print(f"{'ok' if good else 'not ok'} {self.number} - {title}", flush=True)
        if not good:
            for line in details:
                comment(line)
        return bool(good)

    def skip(self, title, why):
        """Print one test that is skipped."""
        self.result(True, f"{title} # SKIP {why}")

    def bail_out(self, why):
        """Print that the suite cannot continue; check.py counts a failure."""
        self.failed += 1
        print(f"Bail out! {why}", flush=True)

    def end(self):
        """Print the plan, if it was not printed; return the exit status, which is 1 if a test failed or none ran."""
        if self.planned is None:
            print(f"1..{self.number}", flush=True)
        return int(self.failed > 0 or not self.number)


def comment(text):
    """Print text as a comment."""
    print("# " + str(text).replace("\n", "\n# "), flush=True)


def print_all(outcomes):
    """Print (good, title) or (good, title, details) of each test; return the exit status."""
    outcomes = list(outcomes)
    tap = Tap(len(outcomes))
    for outcome in outcomes:
        tap.result(*outcome)
    return tap.end()


def skip_all(why):
    """Print that the suite is skipped; return its exit status."""
    print(f"TAP version 13\n1..0 # SKIP {why}", flush=True)
    return KSFT_SKIP
