# SPDX-License-Identifier: GPL-2.0
"""postgresql under pgbench: one backend, whose buffers are shared memory that all of its siblings fault on, too."""
import re
import statistics
from pathlib import Path

from trial import (ROOT, Watch, children, claim, command_line, end_family, enter, inside, judge, remark, run, start, tell_ratio,
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


def seconds_told(text):
    """Transactions a second, second by second."""
    return [float(number) for number in re.findall(r"progress: [\d.]+ s, ([\d.]+) tps", text)]


def more_seconds(log, number):
    """Waits for so many more seconds to be told, and gives them."""
    before = len(seconds_told(log.read_text()))
    wait_for(lambda: len(seconds_told(log.read_text())) >= before + number, f"{number} seconds of pgbench")
    return seconds_told(log.read_text())[before:]


def backend_of(postmaster):
    return next((pid for pid in children(postmaster) if "[local]" in command_line(pid)), None)


def trial():
    enter()
    # else the first transactions map all that is shared, before anybody watches
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
             "postgres to answer")
    run(inside_as_nobody("pgbench", "-h", "/tmp", "-i", "-q", "-s", "1", "--unlogged-tables", "postgres"))
    log = ROOT / "tmp/pgbench.log"
    with open(log, "wb") as out:
        bench = start(pgbench("-N", "-P", "1", "-T", "600"), stderr=out)
    alone = more_seconds(log, 4)[1:]    # by then its first connection, which asks for the scale, is no more
    backend = wait_for(lambda: backend_of(postmaster.pid), "a backend")
    beside = Watch(backend)
    watched = more_seconds(log, 4)[1:]
    stream, kernel = beside.end_stopped()
    alone += more_seconds(log, 4)[2:]
    end_family(bench)

    judge("a backend of postgresql", stream, kernel)
    shared = stream.counts(lambda mapping: mapping["name"].startswith("/dev/zero"))
    claim(shared.get("shmem", 0) > 50, f"its faults on shared buffers are shmem, in their mapping: {shared}")
    remark(f"classes: {stream.counts()}")
    tell_ratio("pgbench", statistics.median(alone), statistics.median(watched), "transactions/s")
    end_family(postmaster)
    around.write_text(usual)
