# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Runs pgtop on a Java virtual machine from its execve to its exit: dozens of threads, reservations split by mprotect,
and a heap that is touched page by page at start."""
import time

from pgtop_harness import claim, enter, inside, check_stream, diag, run, print_ratio, watch_command

HEAP = 64 << 20


def java():
    return inside("/usr/lib/jvm/java-17-openjdk-amd64/bin/java", f"-Xms{HEAP >> 20}m", f"-Xmx{HEAP >> 20}m",
                  "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-version")


def test():
    enter()
    run(java())     # the program's files are in the page cache in both measured runs
    started = time.monotonic()
    run(java())
    alone = time.monotonic() - started
    started = time.monotonic()
    stream, kernel, text = watch_command(java())
    watched = time.monotonic() - started

    claim("openjdk version" in text, "java prints its version")
    check_stream("java", stream, kernel)
    anon = lambda mapping: mapping["kind"] == "anon" or not mapping["name"] or mapping["name"] == "anon"
    touched = sum(stream.counts(anon, "leaf_4k").values()) * 4096 + sum(stream.counts(anon, "leaf_2m").values()) * (2 << 20)
    claim(touched >= HEAP, f"java gains at least its heap of {HEAP >> 20} MiB: {touched >> 20} MiB of leaves")
    claim(stream.intervals[-1]["exited"], "the last interval reports the exit")
    diag(f"classes: {stream.counts()}")
    print_ratio("java -version, with pgtop's own start", 1000 / alone, 1000 / watched, "starts/1000 s")
