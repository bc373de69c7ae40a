# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Compares pgwalk cow with redis-server during BGSAVE (fork) while clients write.

rdb_last_cow_size is Private_Dirty in the child's own smaps at the end of the save: the pages that either process copied since the fork,
of which the child has the only mapping. pgwalk cow of the child shows them as exclusive. The child is stopped after the
last write of the clients and read then; until the end of the save it touches a few pages more.
"""
import json
import os
import re
import signal
from pathlib import Path

from pgtop_harness import BUILD, claim, diag, end_family, enter, inside, run, start, stop, wait_for
from redis import PORT, benchmark, info, is_up, send

KEYS = 8000
# In percent of rdb_last_cow_size
SLACK = 1


def child_of(pid):
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()[0])


def cow(pid):
    """Return the total of pgwalk cow, and its rows of relatives."""
    rows = [json.loads(line) for line in run([BUILD / "bin/pgwalk", "cow", "-j", pid]).splitlines()]
    total, = (row for row in rows if row["schema"] == "pgwalk.cow.total/1")
    return total, [row for row in rows if row["schema"] == "pgwalk.cow.relative/1"]


def smaps_dirty(pid):
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return int(re.search(r"^Private_Dirty:\s+(\d+) kB", text, re.M)[1]) * 1024


def test():
    enter()
    server = start(inside("MALLOC_CONF=dirty_decay_ms:-1,muzzy_decay_ms:-1,background_thread:false", "redis-server",
                          "--port", PORT, "--save", "", "--dir", "/tmp", "--disable-thp", "yes",
                          "--jemalloc-bg-thread", "no", "--activedefrag", "no"))
    wait_for(is_up, "redis to reply")
    benchmark(KEYS)
    send("config", "set", "rdb-key-save-delay", "1000")
    send("bgsave")
    wait_for(lambda: info("rdb_bgsave_in_progress") == 1, "the child")
    benchmark(KEYS // 2)
    child = child_of(server.pid)
    stop(child)
    total, relatives = cow(child)
    smaps = smaps_dirty(child)
    os.kill(child, signal.SIGCONT)
    claim(info("rdb_bgsave_in_progress") == 1, "the child still ran when it was read")
    send("config", "set", "rdb-key-save-delay", "0")
    wait_for(lambda: info("rdb_bgsave_in_progress") == 0, "the end of BGSAVE")
    size = info("rdb_last_cow_size")
    diag(f"exclusive {total['exclusive']}, Private_Dirty {smaps}, rdb_last_cow_size {size}, relatives {relatives}")
    claim(size > 1 << 20, f"more than 1 MiB was copied: {size}")
    claim(abs(total["exclusive"] - size) * 100 <= SLACK * size,
          f"exclusive memory of the child is within {SLACK} % of rdb_last_cow_size: {total['exclusive']}, {size}")
    server_row = next((row for row in relatives if row["pid"] == server.pid), None)
    claim(server_row and server_row["relation"] == "parent" and server_row["shared"] == total["shared"],
          "the rest is shared with the parent", [server_row, total])
    end_family(server)
