# SPDX-License-Identifier: GPL-2.0
"""redis-server that saves itself (BGSAVE: fork) while clients write: copies on write, three ways.

After the fork, all pages are shared by server and child. A page is the server's alone again when one of both copied
it: the server, which pgtop counted as cow-copy; or the child, whose faults cannot be more than its cminflt, which the
server has once it has waited for it. So, in pages, with copies as pgtop has them:

	copies <= rdb_last_cow_size <= copies + faults of the child
	copies <= Private_Dirty of the server while the child lives <= copies + new pages + faults of the child

rdb_last_cow_size is what the child found Private_Dirty of its own smaps at the end of its work. The writers end before
it does (rdb-key-save-delay makes it last), and jemalloc gives no memory back meanwhile, or a page would become the
child's alone without a copy. What the server's timer writes after that is all the slack there is.
"""
import re
import socket
import time
from pathlib import Path

from trial import PAGE, Watch, claim, end_family, enter, inside, judge, remark, run, start, tell_ratio, wait_for

PORT = 7391
KEYS = 4000
VALUE = 300
SLACK = 24


def ask(*words):
    """One command, in the protocol's short form; gives the answer as it comes."""
    with socket.create_connection(("127.0.0.1", PORT), timeout=60) as connection:
        connection.sendall(" ".join(words).encode() + b"\r\n")
        answer = connection.recv(1 << 16).decode()
    if answer.startswith("-"):
        raise RuntimeError(f"{words}: {answer}")
    return answer


def answers():
    try:
        return "PONG" in ask("ping")
    except OSError:
        return False


def info(field):
    return int(re.search(rf"^{field}:(-?\d+)", ask("info", "persistence"), re.M)[1])


def benchmark(requests):
    """SETs a second."""
    text = run(inside("redis-benchmark", "-p", PORT, "-q", "-c", "4", "-n", requests, "-r", KEYS, "-d", VALUE,
                      "-t", "set"))
    return float(re.findall(r"([\d.]+) requests per second", text)[-1])


def private_dirty(pid):
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Private_Dirty:\s+(\d+) kB", text, re.M)[1]) * 1024 // PAGE


def child_faults(pid):
    """Of the children that were waited for: field 11."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[8])


def trial():
    enter()
    server = start(inside("MALLOC_CONF=dirty_decay_ms:-1,muzzy_decay_ms:-1,background_thread:false", "redis-server",
                          "--port", PORT, "--save", "", "--dir", "/tmp", "--disable-thp", "yes",
                          "--jemalloc-bg-thread", "no", "--activedefrag", "no"))
    wait_for(answers, "redis to answer")
    pid = server.pid
    benchmark(2 * KEYS)
    alone = benchmark(3000)

    beside = Watch(pid)
    watched = benchmark(3000)
    ask("config", "set", "rdb-key-save-delay", "1000")
    children_before = child_faults(pid)
    ask("bgsave")
    wait_for(lambda: info("rdb_bgsave_in_progress") == 1, "the child")
    benchmark(1500)
    dirty = private_dirty(pid)
    claim(info("rdb_bgsave_in_progress") == 1, "the child lives while clients write")
    wait_for(lambda: info("rdb_bgsave_in_progress") == 0, "the end of BGSAVE")
    time.sleep(0.3)
    cow = info("rdb_last_cow_size") // PAGE
    children = child_faults(pid) - children_before
    stream, kernel = beside.end_stopped()

    judge("redis-server", stream, kernel)
    counts = stream.counts()
    copies, new = counts.get("cow-copy", 0), counts.get("anon-new", 0)
    claim(copies > 200, f"pages were copied on write: {copies}")
    claim(copies - SLACK <= cow <= copies + children,
          f"rdb_last_cow_size: {copies} <= {cow} <= {copies} + {children} pages")
    claim(copies - SLACK <= dirty <= copies + new + children,
          f"Private_Dirty of the server: {copies} <= {dirty} <= {copies} + {new} + {children} pages")
    remark(f"classes: {counts}")
    tell_ratio("redis-benchmark SET", alone, watched, "requests/s")
    end_family(server)
