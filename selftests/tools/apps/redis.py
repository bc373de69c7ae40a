# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Runs pgtop on redis-server during BGSAVE (fork) while clients write, and checks the copies on write three ways.

After the fork, server and child share all pages. A page becomes exclusive to the server again when either process copies
it: the server, which pgtop counts as cow-copy; or the child, with at most its cminflt faults, which the server gets
when it has waited for the child. So, in pages, with copies as pgtop counts them:

	copies <= rdb_last_cow_size <= copies + faults of the child
	copies <= Private_Dirty of the server while the child runs <= copies + new pages + faults of the child

rdb_last_cow_size is Private_Dirty in the child's own smaps at the end of the save. The writers end earlier than the save
(rdb-key-save-delay makes it last), and jemalloc returns no memory before, or a page would become exclusive to the child
without a copy. The pages that the server's timer writes after that are the only slack.
"""
import re
import socket
import time
from pathlib import Path

from pgtop_harness import PAGE, Watch, claim, end_family, enter, inside, check_stream, diag, run, start, print_ratio, wait_for

PORT = 7391
KEYS = 4000
VALUE = 300
SLACK = 24


def send(*words):
    """Send one command in the protocol's inline form; return the reply unparsed."""
    with socket.create_connection(("127.0.0.1", PORT), timeout=60) as connection:
        connection.sendall(" ".join(words).encode() + b"\r\n")
        reply = connection.recv(1 << 16).decode()
    if reply.startswith("-"):
        raise RuntimeError(f"{words}: {reply}")
    return reply


def is_up():
    try:
        return "PONG" in send("ping")
    except OSError:
        return False


def info(field):
    return int(re.search(rf"^{field}:(-?\d+)", send("info", "persistence"), re.M)[1])


def benchmark(requests):
    """Return SETs per second."""
    text = run(inside("redis-benchmark", "-p", PORT, "-q", "-c", "4", "-n", requests, "-r", KEYS, "-d", VALUE,
                      "-t", "set"))
    return float(re.findall(r"([\d.]+) requests per second", text)[-1])


def private_dirty(pid):
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Private_Dirty:\s+(\d+) kB", text, re.M)[1]) * 1024 // PAGE


def child_faults(pid):
    """Return the minor faults of all children that were waited for (field 11)."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[8])


def test():
    enter()
    server = start(inside("MALLOC_CONF=dirty_decay_ms:-1,muzzy_decay_ms:-1,background_thread:false", "redis-server",
                          "--port", PORT, "--save", "", "--dir", "/tmp", "--disable-thp", "yes",
                          "--jemalloc-bg-thread", "no", "--activedefrag", "no"))
    wait_for(is_up, "redis to reply")
    pid = server.pid
    benchmark(2 * KEYS)
    alone = benchmark(3000)

    beside = Watch(pid)
    watched = benchmark(3000)
    send("config", "set", "rdb-key-save-delay", "1000")
    children_before = child_faults(pid)
    send("bgsave")
    wait_for(lambda: info("rdb_bgsave_in_progress") == 1, "the child")
    benchmark(1500)
    dirty = private_dirty(pid)
    claim(info("rdb_bgsave_in_progress") == 1, "the child still runs after clients have written")
    wait_for(lambda: info("rdb_bgsave_in_progress") == 0, "the end of BGSAVE")
    time.sleep(0.3)
    cow = info("rdb_last_cow_size") // PAGE
    children = child_faults(pid) - children_before
    stream, kernel = beside.end_stopped()

    check_stream("redis-server", stream, kernel)
    counts = stream.counts()
    copies, new = counts.get("cow-copy", 0), counts.get("anon-new", 0)
    claim(copies > 200, f"pgtop counts copied pages: {copies}")
    claim(copies - SLACK <= cow <= copies + children,
          f"rdb_last_cow_size is in bounds: {copies} <= {cow} <= {copies} + {children} pages")
    claim(copies - SLACK <= dirty <= copies + new + children,
          f"Private_Dirty of the server is in bounds: {copies} <= {dirty} <= {copies} + {new} + {children} pages")
    diag(f"classes: {counts}")
    print_ratio("redis-benchmark SET", alone, watched, "requests/s")
    end_family(server)
