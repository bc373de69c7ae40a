# SPDX-License-Identifier: GPL-2.0
"""Faults stay in the mapping they belong to when it is split, merged, moved, longer, unmapped, mapped over or inherited;
and those that are tried twice, or are made for another process, are told once and as what they are. Looked at in one
long interval, where they are all of one row, and in many short ones.
"""
import tempfile
import time
from pathlib import Path

from trial import PAGE, Lively, Watch, claim, judge, named

VERBS = ["split", "move", "grow", "again", "fork", "poke"]


def make(target, work):
    """All of it; each file is called as what happens to it."""
    for name in [*VERBS, "under", "over"]:
        (work / name).write_bytes(bytes(69 * PAGE))
    for verb in VERBS:
        target.do(f"{verb} {work / verb}")
    target.do(f"cover {work / 'under'} {work / 'over'}")
    target.do("userfault")


def look(what, interval, seconds):
    target = Lively()
    with tempfile.TemporaryDirectory() as work:
        watch = Watch(target.pid, interval=interval)
        if seconds:     # until well into the second interval
            time.sleep(0.1)
        make(target, Path(work))
        stream, kernel = watch.end_stopped()
    judge(what, stream, kernel)
    for name in [*VERBS, "under", "over"]:
        counts = stream.counts(named(name))
        claim(sum(counts.values()) == target.made[name], f"{what}: {name}: {target.made[name]} made, told {counts}")
    target.forget()
    return stream


def trial():
    stream = look("one interval", 3, 1)
    for name in [*VERBS, "under", "over"]:
        rows = max(sum(map(named(name), interval["mappings"])) for interval in stream.intervals)
        claim(rows == 1, f"{name}: rows at a time: {rows}")
    counts = stream.counts(named("fork"))
    claim(counts.get("file-cow") == 23 and counts.get("cow-reuse", 0) + counts.get("cow-copy", 0) == 23,
          f"fork: the child's faults are its own: {counts}")
    claim(sum(stream.counts(named("poke"), "gup").values()) == 23, "faults made for a child are marked so")
    claim(sum(stream.counts(lambda mapping: not named("poke")(mapping), "gup").values()) == 0, "no other faults are")
    count, retries = (stream.counts(key=key).get("userfault", 0) for key in ("count", "retries"))
    claim(count == 23 and retries >= 23, f"userfaultfd: 23 faults, each tried again: {count}, {retries} retries")
    look("short intervals", 0.05, 0)
