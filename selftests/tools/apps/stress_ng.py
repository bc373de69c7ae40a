# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Runs pgtop on stressors of stress-ng that fault and map much, one stressor after the other."""
import time

from pgtop_harness import Watch, claim, command_line, descendants, end_family, enter, inside, check_stream, diag, start, wait_for

STRESSORS = {
    "fault": ["--fault", "1"],
    "fork": ["--fork", "1"],
    "mmap": ["--mmap", "1", "--mmap-bytes", "4m"],
    "vm": ["--vm", "1", "--vm-bytes", "4m"],
}
SECONDS = 1.0
FAULTS = 300


def stress(*words):
    return inside("stress-ng", "--temp-path", "/tmp", "--oom-avoid", *words)


def faults_of(pid):
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rpartition(")")[2].split()
    return int(fields[7]) + int(fields[9])


def busiest(main_pid, stressor):
    """Return the process with the stressor's name that has most faults: the one that does the work."""
    found = []
    for pid in descendants(main_pid):
        try:
            if stressor in command_line(pid):
                found.append((faults_of(pid), pid))
        except OSError:
            pass
    return max(found)[1] if found and max(found)[0] > 300 else None


def watch(stressor, words):
    main_process = start(stress(*words, "-t", "100"))
    pid = wait_for(lambda: busiest(main_process.pid, stressor), f"the worker of {stressor}")
    beside = Watch(pid)
    before = faults_of(pid)
    time.sleep(SECONDS)
    # On a busy machine a stressor may touch mapped memory for seconds before it maps memory again
    wait_for(lambda: faults_of(pid) > before + FAULTS, f"faults of {stressor}")
    stream, kernel = beside.end_stopped()
    end_family(main_process)
    check_stream(f"stress-ng --{stressor}", stream, kernel)
    claim(stream.total("faults") > 100, f"stress-ng --{stressor} faults often: {stream.total('faults')} faults")
    diag(f"classes: {stream.counts()}")


def test():
    enter()
    for stressor, words in STRESSORS.items():
        watch(stressor, words)
