#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Checks JSON Lines of pgtop; the exit status is 1, with a message on stderr, if a check fails.

	pgtop_json.py invariants FILE		the sums that hold in each interval, also in a cut stream
	pgtop_json.py assert FILE EXPRESSION	a complete run: its sums, no lost event, and a Python expression
	pgtop_json.py fold FILE			the stream "fold": 5000 mappings, of which 904 are folded into one row
	pgtop_json.py threads FILE COUNTS	a run with four threads, which wrote their counts (targets.py threads-counted)
	pgtop_json.py stacks FILE		a run of stack_workload: each function has its 23 faults
	pgtop_json.py code FILE MAPS		a run of stack_data: no frame is outside the executable mappings
	pgtop_json.py no-stacks FILE		no interval has stacks
	pgtop_json.py stack-total FILE		print the number of faults in all stacks, without those that ended in a signal

In an expression L is the list of intervals, M the list of their mappings, total(KEY) the sum of a total over the intervals,
and counts(TEST) the faults by class of the mappings that pass the test.
"""
import json
import sys

# Classes of faults that failed: the kernel does not count them
SIGNALS = {"segv-map", "segv-access", "sigbus", "oom"}
MOST_ROWS = 4098
MOST_FRAMES = 64
MOST_BUCKETS = 160


def read(path):
    """Return the objects of a file."""
    with open(path, "rb") as file:
        return [json.loads(line) for line in file.read().decode("utf-8").splitlines()]


def rows_of(interval):
    """Return the rows that hold all faults of an interval: mappings of a process, or processes."""
    return interval["mappings"] if interval["scope"] == "process" else interval["processes"]


def counted(classes):
    """Return the number of faults that the kernel counts."""
    return sum(one["count"] for name, one in classes.items() if name not in SIGNALS)


def check_latency(row, count):
    """The columns of latency exist if there are samples, and agree."""
    assert row["major"] <= count and row["samples"] <= count, row
    known = [row[key] is not None for key in ("p50_ns", "p90_ns", "p99_ns", "max_ns", "sum_ns", "histogram")]
    assert all(known) == (row["samples"] > 0) and any(known) == all(known), row
    if row["samples"]:
        assert row["p50_ns"] <= row["p90_ns"] <= row["p99_ns"] and row["max_ns"] <= row["sum_ns"], row
        assert sum(row["histogram"]) == row["samples"] and row["histogram"][-1] and len(row["histogram"]) <= MOST_BUCKETS, row


def check_sums(whole, parts):
    """By class the parts add up to the whole."""
    for name in set(whole) | {name for part in parts for name in part}:
        ones = [part[name] for part in parts if name in part]
        for key in ("count", "major", "samples", "write", "around", "retries"):
            assert whole[name][key] == sum(one[key] for one in ones), (name, key)


def check_totals(interval):
    """The total, the classes and the rows of an interval add up."""
    total, rows = interval["total"], rows_of(interval)
    classes = [one for row in rows for one in row["classes"].items()]
    if interval["scope"] == "process":
        assert interval["pid"] > 0
    else:
        assert not interval["mappings"] and interval["pid"] is None
        assert sum(row["faults"] for row in rows) == total["faults"]
        assert sum(row["unattributed"] for row in rows) == total["unattributed"]
    assert total["attributed"] == sum(counted(row["classes"]) for row in rows), total
    assert total["attributed"] + total["unattributed"] == total["faults"] == total["minor"] + total["major"], total
    assert total["missed_exit"] == sum(one["missed_exit"] for name, one in classes if name not in SIGNALS), total
    assert interval["signals"] == sum(one["count"] for name, one in classes if name in SIGNALS)
    check_sums(interval["classes"], [row["classes"] for row in rows])
    check_latency(total, total["faults"])
    assert len(interval["mappings"]) <= MOST_ROWS
    for _, one in classes:
        assert one["count"] > 0, one
        check_latency(one, one["count"])


def check_parts(interval, stack):
    """The mappings of a stack have its faults, and are those of the table of mappings."""
    parts = stack["mappings"]
    assert bool(parts) == (interval["scope"] == "process"), stack
    for key in ("count", "sum_ns", "total", "total_ns") if parts else ():
        assert sum(part[key] for part in parts) == stack[key], (key, stack)
    found = {(mapping["start"], mapping["name"]) for mapping in interval["mappings"]}
    assert all((part["start"], part["name"]) in found for part in parts
               if part["count"] and part["end"] != part["start"]), (stack, found)


def check_interval(interval, number, last):
    """Check one interval; number is its place in the stream, last is whether it is the last of the file."""
    assert interval["schema"] == "pgtop.interval/1" and interval["type"] == "interval"
    assert interval["seconds"] > 0 and interval["number"] == number
    check_totals(interval)
    for row in interval.get("threads") or interval.get("processes") or []:
        assert row["faults"] == row["unattributed"] + counted(row["classes"]), row
        check_latency(row, row["faults"])
    for stack in interval["stacks"] or []:
        assert stack["count"] <= stack["total"] and stack["sum_ns"] <= stack["total_ns"], stack
        assert len(stack["frames"]) <= MOST_FRAMES, stack
        check_parts(interval, stack)
    if interval["pages"]:
        assert all(page["interval_faults"] <= page["faults"] for page in interval["pages"]["pages"])
    assert last or not interval["last"]


def invariants(path):
    intervals = read(path)
    assert intervals, "no interval"
    for number, interval in enumerate(intervals, 1):
        check_interval(interval, number, number == len(intervals))


def expression(path, text):
    """Check a complete run, and an expression on it."""
    invariants(path)
    intervals = read(path)
    mappings = [mapping for interval in intervals for mapping in interval["mappings"]]
    assert [interval["last"] for interval in intervals] == [False] * (len(intervals) - 1) + [True], "not complete"
    assert all(interval["lost"] == 0 for interval in intervals), "events are lost"
    if len(intervals) == 1 and intervals[0]["scope"] == "process" and intervals[0]["threads"] is not None:
        assert sum(row["faults"] for row in intervals[0]["threads"]) == intervals[0]["total"]["faults"]

    def total(key):
        return sum(interval["total"][key] for interval in intervals)

    def counts(test):
        sums = {}
        for mapping in filter(test, mappings):
            for name, one in mapping["classes"].items():
                sums[name] = sums.get(name, 0) + one["count"]
        return sums

    names = {"L": intervals, "M": mappings, "total": total, "counts": counts}
    # pylint: disable-next=eval-used # the expression is part of a test
    if not eval(f"({text})", names):
        sys.exit(f"{text} {[(one['seconds'], one['base'], one['total']) for one in intervals][:3]} {counts(lambda row: True)}")


def fold(path):
    second = read(path)[1]
    other = [mapping for mapping in second["mappings"] if mapping["name"] == "(other mappings)"]
    assert len(other) == 1 and len(second["mappings"]) == 4096
    assert other[0]["classes"]["anon-new"]["count"] == (5000 - 4095) * 3
    assert other[0]["classes"]["anon-new"]["major"] == 5000 - 4095
    assert second["total"]["faults"] == 15000


def threads(path, counts_path):
    faults, anon = {}, {}
    for interval in read(path):
        assert sum(row["faults"] for row in interval["threads"]) == interval["total"]["faults"], interval["number"]
        for row in interval["threads"]:
            faults[row["id"]] = faults.get(row["id"], 0) + row["faults"]
            anon[row["id"]] = anon.get(row["id"], 0) + sum(row["classes"].get(name, {"count": 0})["count"]
                                                           for name in ("anon-new", "thp-new"))
    with open(counts_path) as file:
        lines = [[int(word) for word in line.split()] for line in file]
    ids = sorted(sum((line[:-2] for line in lines), []))
    assert len(ids) == 4 and all(one in faults for one in ids), (ids, faults)
    # The threads have written 92, 69, 46 and 23 pages
    most = sorted((anon[one] for one in ids), reverse=True)
    for times, had in zip((4, 3, 2, 1), most):
        assert 23 * times <= had <= 23 * times + 22, most
    # Each thread faults again after it has read its count
    assert sum(faults[one] for one in ids) >= sum(line[-1] for line in lines) - 4, (faults, lines)


def all_stacks(intervals):
    return [stack for interval in intervals for stack in interval["stacks"] or []]


def functions(stack):
    return [frame["function"] for frame in stack["frames"]]


def check_place(interval, stack, perms):
    """All faults of the stack are in one mapping, which has these permissions and at least as many of their class."""
    parts = [part for part in stack["mappings"] if part["count"]]
    rows = [row for row in interval["mappings"] if row["start"] == parts[0]["start"]]
    assert len(parts) == 1 and len(rows) == 1 and rows[0]["perms"] == perms, (stack, rows)
    assert rows[0]["classes"][stack["class"]]["count"] >= stack["count"], (stack, rows)


def stacks(path):
    """Each function has the faults of its one class and mapping, and the callers outer_function and main."""
    intervals, found = read(path), {}
    for interval, stack in ((interval, stack) for interval in intervals for stack in interval["stacks"] or []):
        names = functions(stack)
        if names[1:3] == ["outer_function", "main"] and stack["count"]:
            check_place(interval, stack, "rw-p" if names[0] == "write_pages" else "r--p")
            key = (names[0], stack["class"])
            found[key] = found.get(key, 0) + stack["count"]
            assert stack["frames"][0]["module"] == "stack_workload" and stack["frames"][1]["offset"] > 0, stack
    if found != {("write_pages", "anon-new"): 23, ("read_pages", "anon-zero"): 23}:
        sys.exit(f"{found}; {all_stacks(intervals)[:5]}")
    # The stacks hold all faults that have a class and a mapping
    by_stack = sum(stack["count"] for stack in all_stacks(intervals))
    attributed, missed = (sum(interval["total"][key] for interval in intervals) for key in ("attributed", "missed_exit"))
    if not attributed - missed <= by_stack <= attributed:
        sys.exit(f"{by_stack} by stack, {attributed} by mapping, {missed} without an exit event")


def rows_with(found, *names):
    """Return (faults, frames) of each distinct stack that begins with the functions; two intervals may have the same stack."""
    rows = {}
    for stack in found:
        key = (stack["class"], tuple(frame["ip"] for frame in stack["frames"]))
        if functions(stack)[:len(names)] == list(names) and stack["count"]:
            rows[key] = rows.get(key, 0) + stack["count"]
    return sorted((count, len(key[1])) for key, count in rows.items())


def code(path, maps):
    """Each frame is in an executable mapping. The stacks are those of the program's functions: cut where the data begins,
    complete where frame pointers exist, one row for each stack.
    """
    executable = []
    with open(maps, encoding="utf-8") as file:
        for line in file:
            where, perms = line.split()[:2]
            if "x" in perms:
                executable.append([int(part, 16) for part in where.split("-")])
    found = all_stacks(read(path))
    bad = [frame for stack in found for frame in stack["frames"]
           if not any(start <= int(frame["ip"], 16) < end for start, end in executable)]
    if bad:
        sys.exit(f"{len(bad)} frames are not code: {bad[:3]}")
    for names, wanted in ((["store_key"], [(46, 1)]), (["copy_key", "caller"], [(46, 2)]),
                          (["copy_key"], [(46, 2)]), (["store_both"], [(46, 1), (46, 1)])):
        if rows_with(found, *names) != wanted:
            sys.exit(f"{names}: {rows_with(found, *names)}, not {wanted}")
    whole = rows_with(found, "inner_function", "outer_function", "main")
    if [count for count, _ in whole] != [46]:
        sys.exit(f"inner_function: {whole}")


def no_stacks(path):
    assert all(interval["stacks"] is None for interval in read(path))


def stack_total(path):
    print(sum(stack["total"] for stack in read(path)[-1]["stacks"] if stack["class"] not in SIGNALS))


CHECKS = {"invariants": invariants, "assert": expression, "fold": fold, "threads": threads, "stacks": stacks, "code": code,
          "no-stacks": no_stacks, "stack-total": stack_total}

if __name__ == "__main__":
    CHECKS[sys.argv[1]](*sys.argv[2:])
