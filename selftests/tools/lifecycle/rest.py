# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Checks the rule for a process at rest (RES in Documentation/pgtop.8): its pages are not counted again while it has no
fault and its memory counters do not change. Memory that it frees without a fault changes a counter, and is counted at once,
not after REST seconds.
"""
import json

from pgtop_harness import PAGE, Puppet, Watch, claim, diag, wait_for

# As in userspace/collect/module/vma_sampler.c
REST = 30
# So many that a count takes longer than the comparison of the counters, else the pages are always counted
PAGES = 50021
INTERVAL = 0.5
# Age of a count that the limit of CPU time does not explain
OLD = 10


class Counts:
    """The counts of resident memory in the intervals that pgtop has written so far."""

    def __init__(self, watch):
        self.rows = []
        end = 0
        for line in watch.out.read_text().splitlines(keepends=True):
            interval = json.loads(line) if line.endswith("\n") else {}
            if interval.get("type") != "interval":
                continue
            end += interval["seconds"]
            age = interval["age_seconds"]
            self.rows.append({"resident": interval["total"]["resident"], "faults": interval["total"]["faults"],
                              "age": age, "counted": None if age is None else end - age})

    def at_rest(self):
        """Test if the last count is old, with all pages in it."""
        last = self.rows[-1] if self.rows else {"age": None}
        return last["age"] is not None and last["age"] > OLD and last["resident"] >= PAGES * PAGE

    def less(self, since, size):
        """Return the number of the first interval from @since on with @size bytes less; None: none yet."""
        for i in range(since, len(self.rows)):
            if self.rows[i]["resident"] <= self.rows[since - 1]["resident"] - size:
                return i
        return None


def test():
    target = Puppet()
    target.do(f"fill {PAGES}")
    watch = Watch(target.pid, interval=INTERVAL)
    wait_for(lambda: Counts(watch).at_rest(), "a process at rest")
    claim(True, "the pages of a process at rest are not counted in each interval")
    since = len(Counts(watch).rows)
    target.do("drop 0")
    wait_for(lambda: Counts(watch).less(since, PAGES * PAGE), "less resident memory")
    counts = Counts(watch)
    # A count may meet the call that frees the pages, and another one comes after it
    first, after = counts.less(since, 1), counts.less(since, PAGES * PAGE)
    before, now = counts.rows[since - 1], counts.rows[first]
    diag(f"counted at {before['counted']:.1f} s and again at {now['counted']:.1f} s")
    gone = before["resident"] - counts.rows[after]["resident"]
    claim(gone == PAGES * PAGE, f"MADV_DONTNEED: RES is {gone} bytes less, {PAGES * PAGE} were freed")
    claim(not any(row["faults"] for row in counts.rows[since - 1:after + 1]), "the process had no fault meanwhile")
    claim(now["counted"] - before["counted"] < REST,
          f"the pages are counted again after {now['counted'] - before['counted']:.1f} s, before {REST} s have passed")
    watch.end()
    target.forget()
