# SPDX-License-Identifier: GPL-2.0
"""A Java virtual machine from its execve to its end: dozens of threads, reservations cut up by mprotect, and a heap
that it touches page by page before it starts."""
import time

from trial import claim, enter, inside, judge, remark, run, tell_ratio, watch_command

HEAP = 64 << 20


def java():
    return inside("/usr/lib/jvm/java-17-openjdk-amd64/bin/java", f"-Xms{HEAP >> 20}m", f"-Xmx{HEAP >> 20}m",
                  "-XX:+AlwaysPreTouch", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-version")


def trial():
    enter()
    run(java())     # so that its files are in the page cache both times
    started = time.monotonic()
    run(java())
    alone = time.monotonic() - started
    started = time.monotonic()
    stream, kernel, text = watch_command(java())
    watched = time.monotonic() - started

    claim("openjdk version" in text, "java says its version")
    judge("java", stream, kernel)
    anon = lambda mapping: mapping["kind"] == "anon" or not mapping["name"] or mapping["name"] == "anon"
    touched = sum(stream.counts(anon, "leaf_4k").values()) * 4096 + sum(stream.counts(anon, "leaf_2m").values()) * (2 << 20)
    claim(touched >= HEAP, f"it touched its heap of {HEAP >> 20} MiB: {touched >> 20} MiB of leafs were gained")
    claim(stream.intervals[-1]["exited"], "its end was seen")
    remark(f"classes: {stream.counts()}")
    tell_ratio("java -version, with pgtop's own start", 1000 / alone, 1000 / watched, "starts/1000 s")
