# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Runs pgtop on one postgresql backend under pgbench; all backends fault on the shared buffers."""
import re
import statistics
from pathlib import Path

from pgtop_harness import (ROOT, Watch, children, claim, command_line, end_family, enter, inside, check_stream, diag, run, start, print_ratio,
                   wait_for)

BIN = "/usr/lib/postgresql/15/bin"
CLUSTER = "/var/lib/cluster"
NOBODY = "65534:65534"
SETTINGS = {"fsync": "off", "shared_buffers": "16MB", "listen_addresses": "", "unix_socket_directories": "/tmp",
            "jit": "off", "autovacuum": "off", "huge_pages": "off", "max_connections": "8"}


def inside_as_nobody(program, *words):
    return inside(f"{BIN}/{program}", *words, user=NOBODY)


def pgbench(*words):
    return inside_as_nobody("pgbench", "-h", "/tmp", "-n", *words, "postgres")


def reported_rates(text):
    """Return the transactions per second that pgbench has reported, one number a second."""
    return [float(number) for number in re.findall(r"progress: [\d.]+ s, ([\d.]+) tps", text)]


def more_seconds(log, number):
    """Wait for so many more reports of pgbench; return them."""
    before = len(reported_rates(log.read_text()))
    wait_for(lambda: len(reported_rates(log.read_text())) >= before + number, f"{number} seconds of pgbench")
    return reported_rates(log.read_text())[before:]


def backend_of(postmaster):
    return next((pid for pid in children(postmaster) if "[local]" in command_line(pid)), None)


def test():
    enter()
    # Otherwise the first transactions map all shared memory before pgtop is attached
    Path("/sys/kernel/mm/transparent_hugepage/shmem_enabled").write_text("never")
    around = Path("/sys/kernel/debug/fault_around_bytes")
    usual = around.read_text()
    around.write_text("4096")
    if not (ROOT / CLUSTER[1:] / "PG_VERSION").exists():
        run(["chown", NOBODY, ROOT / CLUSTER[1:]])
        run(inside_as_nobody("initdb", "--no-sync", "--auth=trust", "--username=nobody", f"--pgdata={CLUSTER}"))
    settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    postmaster = start(inside_as_nobody("postgres", "-D", CLUSTER, *settings))
    wait_for(lambda: (ROOT / "tmp/.s.PGSQL.5432").exists() and
             "accepting" in run(["sh", "-c", '"$@" || :', "sh", *map(str, inside_as_nobody("pg_isready", "-h", "/tmp"))]),
             "postgres to accept connections")
    run(inside_as_nobody("pgbench", "-h", "/tmp", "-i", "-q", "-s", "1", "--unlogged-tables", "postgres"))
    log = ROOT / "tmp/pgbench.log"
    with open(log, "wb") as out:
        bench = start(pgbench("-N", "-P", "1", "-T", "600"), stderr=out)
    alone = more_seconds(log, 4)[1:]    # by then the first connection, which reads the scale, is closed
    backend = wait_for(lambda: backend_of(postmaster.pid), "a backend")
    beside = Watch(backend)
    watched = more_seconds(log, 4)[1:]
    stream, kernel = beside.end_stopped()
    alone += more_seconds(log, 4)[2:]
    end_family(bench)

    check_stream("a postgresql backend", stream, kernel)
    shared = stream.counts(lambda mapping: mapping["name"].startswith("/dev/zero"))
    claim(shared.get("shmem", 0) > 50, f"the backend's faults on shared buffers are shmem, in the mapping of the buffers: {shared}")
    diag(f"classes: {stream.counts()}")
    print_ratio("pgbench", statistics.median(alone), statistics.median(watched), "transactions/s")
    end_family(postmaster)
    around.write_text(usual)
