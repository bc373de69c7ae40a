#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""pgtop as its systemd unit runs it: the capabilities and system calls of the unit, a scrape, and the kernel's counts. TAP.

systemd does not run in the guest. The unit file is read, and its limits are set here: the bounding set, no_new_privs, and a
seccomp filter of the system calls that `systemd-analyze syscall-filter` lists for the unit's groups.

With --module, pgwalk.ko is removed and loaded while pgtop serves, and pgtop is started again: counters never decrease, or begin again
with another time of creation, as OpenMetrics demands.

A fleet in one guest: 200 cgroups with the names of containers, 2 processes each, at once. The counts of each cgroup must be those
of /proc; the CPU time of a scrape is printed.
"""
import ctypes
import http.client
import mmap
import os
import re
import shlex
import signal
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "selftests/lib"))
import tap

BUILD = Path(os.environ.get("PGWALK_BUILD", TOP / "build"))
UNIT = TOP / "userspace/fleet/pgtop-exporter@.service"
NUMBERS = Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h")
PORT = 9435
# Seconds that pgtop may take to start under emulation
PATIENCE = 120
CGROUPS = 200
EACH = 2
SCRAPES = 20
SLICE = Path("/sys/fs/cgroup/fleet.slice")

# include/uapi/linux/prctl.h, capability.h, seccomp.h, audit.h, bpf_common.h
PR_CAPBSET_DROP, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 24, 22, 38
CAP_NUMBERS = {"CAP_SYS_ADMIN": 21, "CAP_PERFMON": 38, "CAP_BPF": 39}
CAP_LAST = 40
SECCOMP_MODE_FILTER, SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO, SECCOMP_RET_KILL = 2, 0x7FFF0000, 0x50000, 0
AUDIT_ARCH_X86_64 = 0xC000003E
LOAD, JUMP_EQUAL, RETURN = 0x20, 0x15, 0x06
EPERM = 1


def setting(key):
    """Return the values of a setting of the unit, in order."""
    return re.findall(rf"^{key}=(.*)$", UNIT.read_text(encoding="utf-8"), re.M)


def members(group):
    """Return the names of the system calls of a group; a name is its only member."""
    if not group.startswith("@"):
        return {group}
    listed = subprocess.run(["systemd-analyze", "syscall-filter", group], capture_output=True, text=True, check=True).stdout
    names = [line.strip() for line in listed.splitlines()[1:] if line.strip() and not line.strip().startswith("#")]
    return set().union(*map(members, names))


def allowed_calls():
    """Return the numbers of the system calls that the unit allows. systemd adds @default to each list."""
    names = members("@default")
    for value in setting("SystemCallFilter"):
        for group in value.lstrip("~").split():
            names = names - members(group) if value.startswith("~") else names | members(group)
    numbers = dict(re.findall(r"^#define __NR_(\w+) (\d+)$", NUMBERS.read_text(encoding="ascii"), re.M))
    # systemd keeps execve for the start of the service
    return sorted(int(numbers[n]) for n in names | {"execve"} if n in numbers)


def filter_of(numbers):
    """Return a BPF program of seccomp: these calls of x86-64, and EPERM for any other."""
    code = [(LOAD, 0, 0, 4), (JUMP_EQUAL, 1, 0, AUDIT_ARCH_X86_64), (RETURN, 0, 0, SECCOMP_RET_KILL), (LOAD, 0, 0, 0)]
    for number in numbers:
        code += [(JUMP_EQUAL, 0, 1, number), (RETURN, 0, 0, SECCOMP_RET_ALLOW)]
    code.append((RETURN, 0, 0, SECCOMP_RET_ERRNO | EPERM))
    return b"".join(struct.pack("HBBI", *instruction) for instruction in code), len(code)


def restrict(capabilities, program, length):
    """Set the limits of the unit for this process and the program that it executes."""
    libc = ctypes.CDLL(None, use_errno=True)
    keep = {CAP_NUMBERS[c] for c in capabilities}
    buffer = ctypes.create_string_buffer(program)
    fprog = ctypes.create_string_buffer(struct.pack("HxxxxxxP", length, ctypes.addressof(buffer)))
    calls = [(PR_CAPBSET_DROP, c, 0) for c in range(CAP_LAST + 1) if c not in keep]
    calls += [(PR_SET_NO_NEW_PRIVS, 1, 0), (PR_SET_SECCOMP, SECCOMP_MODE_FILTER, fprog)]
    for call, first, second in calls:
        if libc.prctl(call, ctypes.c_ulong(first), second, 0, 0):
            raise OSError(ctypes.get_errno(), f"prctl {call}")


def start(work, arguments, capabilities):
    """Start pgtop with the command line of the unit, more arguments, and these capabilities."""
    words = shlex.split(setting("ExecStart")[0].replace("%I", str(PORT)))
    words = [str(BUILD / "bin/pgtop"), *words[1:-1], *arguments]
    program, length = filter_of(allowed_calls())
    with open(work / "err", "w", encoding="utf-8") as err:
        # pylint: disable-next=subprocess-popen-preexec-fn
        return subprocess.Popen(words, stderr=err, preexec_fn=lambda: restrict(capabilities, program, length))


def scrape(accept="text/plain"):
    """Return the metrics, or None while there are none."""
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=PATIENCE)
    try:
        connection.request("GET", "/metrics", headers={"Accept": accept})
        response = connection.getresponse()
        text = response.read().decode()
        return text if response.status == 200 else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def wait_for(what):
    """Wait until a function returns a true value; return that value, or None."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        value = what()
        if value:
            return value
        time.sleep(0.1)
    return None


def samples(text):
    """Return {name with labels: value} of metrics."""
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1])
            for line in (text or "").splitlines() if line and not line.startswith("#")}


def status_of(pid):
    """Return the fields of /proc/PID/status."""
    return dict(line.split(":\t", 1) for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines() if ":\t" in line)


def limits(suite, work):
    """Run pgtop without each of the capabilities of the unit."""
    capabilities = setting("CapabilityBoundingSet")[0].split()
    for capability in capabilities:
        process = start(work, ["-n", "1"], [c for c in capabilities if c != capability])
        suite.result(process.wait(PATIENCE) == 77 and "not permitted" in (work / "err").read_text(),
                     f"without {capability} it does not start, and names the reason", [process.returncode, (work / "err").read_text()])


def has_limits(suite, work, process, capabilities):
    """Check that the limits of the unit are in force, and that pgtop has all features."""
    state = status_of(process.pid) if process.poll() is None else {}
    mask = sum(1 << CAP_NUMBERS[c] for c in capabilities)
    suite.result(int(state.get("CapEff", "0"), 16) == mask == int(state["CapBnd"], 16) and state["NoNewPrivs"] == "1" and
                 state["Seccomp"] == "2", "pgtop runs with the capabilities and system calls of the unit", [state])
    suite.result(not (work / "err").read_text(), "with the module, and without a message", [(work / "err").read_text()])


def faults_of(pid):
    """Return the kernel's count of the faults of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rsplit(") ", 1)[1].split()
    return int(fields[7]) + int(fields[9])


def run_member(number, go, end):
    """Wait, touch as many pages as the number of the cgroup, and wait again. Runs in a process of the fleet."""
    os.read(go, 1)
    with mmap.mmap(-1, (number + 1) * mmap.PAGESIZE) as memory:
        for page in range(number + 1):
            memory[page * mmap.PAGESIZE] = 1
    os.read(end, 1)
    os._exit(0)  # pylint: disable=protected-access


class Fleet:
    """Cgroups with processes that wait."""

    def __init__(self):
        self.members = {}
        self.go, self.end = os.pipe(), os.pipe()
        SLICE.mkdir()
        for number in range(CGROUPS):
            path = SLICE / f"docker-{number:064x}.scope"
            path.mkdir()
            self.members[path] = [self.fork(number) for _ in range(EACH)]
            for pid in self.members[path]:
                (path / "cgroup.procs").write_text(str(pid), encoding="ascii")

    def fork(self, number):
        """Start a process; return its id."""
        pid = os.fork()
        if not pid:
            os.close(self.go[1])
            os.close(self.end[1])
            run_member(number, self.go[0], self.end[0])
        return pid

    def counts(self):
        """Return the kernel's faults by path of the cgroup."""
        return {f"/{path.relative_to('/sys/fs/cgroup')}": sum(map(faults_of, pids)) for path, pids in self.members.items()}

    def at_rest(self):
        """Return the counts, after no process faulted for a while."""
        before = None
        while before != (now := self.counts()):
            before = now
            time.sleep(1)
        return now

    def release(self, pipe):
        """Let all processes go on that wait at this pipe."""
        os.close(pipe[1])

    def remove(self):
        """End all processes and remove the cgroups."""
        self.release(self.end)
        for path, pids in self.members.items():
            for pid in pids:
                os.waitpid(pid, 0)
            path.rmdir()
        SLICE.rmdir()


def by_cgroup(text):
    """Return {path: faults} of the metrics."""
    sums = {}
    for key, value in samples(text).items():
        if key.startswith("pgwalk_cgroup_faults_total{"):
            path = re.search(r'cgroup="([^"]*)"', key)[1]
            sums[path] = sums.get(path, 0) + value
    return sums


def all_faults(text):
    """Return the faults of all processes, with those that ended in a signal."""
    return sum(v for k, v in samples(text).items() if k.startswith(("pgwalk_faults_total{", "pgwalk_signal_faults_total{")))


def cpu_ns(pid):
    """Return the CPU time of all threads of a process."""
    return sum(int(path.read_text(encoding="ascii").split()[0]) for path in Path(f"/proc/{pid}/task").glob("*/schedstat"))


def scrape_cost(process):
    """Print the CPU time of pgtop for a scrape."""
    before = cpu_ns(process.pid)
    sizes = [len(scrape() or "") for _ in range(SCRAPES)]
    tap.comment(f"{CGROUPS} cgroups: {(cpu_ns(process.pid) - before) / SCRAPES / 1e6:.2f} ms of CPU time of pgtop for a scrape of {sizes[-1]} bytes")


def watch_fleet(suite, work, limit):
    """Count the faults of a fleet with a limit of cgroups."""
    capabilities = setting("CapabilityBoundingSet")[0].split()
    fleet = Fleet()
    before = fleet.at_rest()
    process = start(work, ["-i", "1", "--cgroups", str(limit)], capabilities)
    text = wait_for(scrape)
    suite.result(text and text.endswith("# EOF\n"), f"limit {limit}: it serves metrics", [text, (work / "err").read_text()])
    has_limits(suite, work, process, capabilities)
    fleet.release(fleet.go)
    growth = {path: count - before[path] for path, count in fleet.at_rest().items()}
    wanted = sum(growth.values())
    text = wait_for(lambda: (lambda t: t if sum(v for k, v in by_cgroup(t).items() if k != "/") >= wanted else None)(scrape()))
    counted = by_cgroup(text)
    infos = [k for k in samples(text) if k.startswith("pgwalk_cgroup_info{")]
    suite.result(text and sum(counted.values()) == all_faults(text), f"limit {limit}: the cgroups add up to all faults", [counted, all_faults(text)])
    suite.result(0 < len(infos) <= limit, f"limit {limit}: the number of cgroups with a series is bounded", [len(infos)])
    if limit > CGROUPS:
        wrong = {path: (counted.get(path), count) for path, count in growth.items() if counted.get(path) != count}
        suite.result(len(growth) == CGROUPS and not wrong, f"{CGROUPS} cgroups of {EACH} processes: each has as many faults as /proc counts", [wrong])
        unnamed = [p for p in growth if f'cgroup="{p}",container_id="{p[-70:-6]}",runtime="docker"' not in (text or "")]
        suite.result(not unnamed, "each has the id of its container, and the runtime", unnamed)
        scrape_cost(process)
    else:
        suite.result(counted.get("(other)", 0) > 0, f"limit {limit}: the faults of the others are in one series", [counted])
    process.send_signal(signal.SIGTERM)
    suite.result(process.wait(PATIENCE) == 0, f"limit {limit}: SIGTERM, which systemd sends, ends it with success", [process.returncode, (work / "err").read_text()])
    fleet.remove()


def fleet_all(suite, work):
    """Count a fleet with a series for each cgroup."""
    watch_fleet(suite, work, CGROUPS + 50)


def fleet_some(suite, work):
    """Count a fleet with fewer series than cgroups."""
    watch_fleet(suite, work, 50)


def fetch():
    """Return all samples of OpenMetrics, or None while there are none."""
    text = scrape("application/openmetrics-text; version=1.0.0")
    return samples(text) if text and all_faults(text) else None


def counters(found):
    """Return the samples of counters: their values, and the times of their creation."""
    return ({k: v for k, v in found.items() if re.match(r"\w+_(total|count|sum|bucket)(\{|$)", k)},
            {k: v for k, v in found.items() if re.match(r"\w+_created(\{|$)", k)})


def later(before, used):
    """Return the samples after more faults were counted, with the module or without."""
    def take():
        now = fetch()
        return now if now and now["pgwalk_module_used"] == used and sum_of(now) > sum_of(before) else None
    return wait_for(take) or {}


def sum_of(found):
    """Return the sum of the faults."""
    return sum(v for k, v in found.items() if k.startswith("pgwalk_faults_total{"))


def goes_on(before, after):
    """Return the counters that are missing, decreased, or created at another time."""
    (old, created), (new, created_new) = counters(before), counters(after)
    return [k for k, v in old.items() if new.get(k, -1) < v] + [k for k, v in created.items() if created_new.get(k) != v]


def rmmod():
    """Try to remove the module; return whether it is removed."""
    return not subprocess.run(["rmmod", "pgwalk"], capture_output=True, check=False).returncode


def load():
    """Load the module."""
    subprocess.run(["insmod", os.environ["PGWALK_KO"]], check=True)


def module_goes_and_comes(suite, work):
    """Remove and load the module while pgtop serves; then start pgtop again."""
    capabilities = setting("CapabilityBoundingSet")[0].split()
    process = start(work, ["-i", "1"], capabilities)
    first = wait_for(fetch) or {}
    suite.result(first.get("pgwalk_module_used") == 1 and not rmmod(), "while pgtop uses the module, rmmod fails", [first])
    second = later(first, 1)
    suite.result(second and not goes_on(first, second), "and the counters go on", goes_on(first, second))
    process.send_signal(signal.SIGUSR1)
    third = later(second, 0)
    # References of the programs are dropped after an RCU grace period
    removed = wait_for(rmmod)
    suite.result(third and removed, "after SIGUSR1 the module can be removed", [third, (work / "err").read_text()])
    fourth = later(third, 0)
    suite.result(fourth and not goes_on(second, fourth), "no counter decreases or is created again", goes_on(second, fourth))
    load()
    fifth = later(fourth, 1)
    suite.result(fifth and not goes_on(fourth, fifth), "a module that is loaded later is used, and no counter decreases",
                 [goes_on(fourth, fifth), (work / "err").read_text()])
    suite.result(not rmmod(), "then rmmod fails again")
    process.send_signal(signal.SIGUSR1)
    sixth = later(fifth, 0)
    process.send_signal(signal.SIGUSR1)
    suite.result(later(sixth, 1), "another SIGUSR1 uses a module that was not removed", [(work / "err").read_text()])
    lines = (work / "err").read_text().splitlines()
    suite.result(len(lines) == 4 and all("pgwalk.ko is" in line for line in lines), "each change is reported in a line", lines)
    process.send_signal(signal.SIGTERM)
    suite.result(process.wait(PATIENCE) == 0, "SIGTERM ends it with success", [process.returncode])
    comes_in_one_interval(suite, work)
    starts_again(suite, work, counters(fifth)[1])


def comes_in_one_interval(suite, work):
    """Remove and load the module within an interval of pgtop."""
    process = start(work, ["-i", "5"], setting("CapabilityBoundingSet")[0].split())
    first = wait_for(fetch) or {}
    process.send_signal(signal.SIGUSR1)
    # The signal ends an interval, too. The references of the programs are dropped within the next one
    removed = wait_for(rmmod)
    load()
    unused = later(first, 0)
    used = later(unused, 1)
    suite.result(removed and unused and used and not goes_on(first, used), "a module that is removed and loaded within an interval is used again",
                 [first, used, (work / "err").read_text()])
    suite.result(not rmmod(), "and rmmod fails again")
    process.send_signal(signal.SIGTERM)
    process.wait(PATIENCE)


def starts_again(suite, work, created):
    """Check that the counters of another pgtop begin again: Prometheus sees the reset in the time of their creation."""
    begin = time.time()
    process = start(work, ["-i", "1"], setting("CapabilityBoundingSet")[0].split())
    found = counters(wait_for(fetch) or {})[1]
    # The kernel's clock and Python's agree; the time of creation is the beginning of the first interval
    suite.result(len(found) > 5 and all(v >= begin - 1 and v > created.get(k, 0) for k, v in found.items()),
                 "after a restart each counter has a later time of creation", [begin, created, found])
    process.send_signal(signal.SIGTERM)
    process.wait(PATIENCE)


def main():
    """Run all tests; return the exit status."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    suite = tap.Tap()
    with tempfile.TemporaryDirectory() as folder:
        for test in (fleet_some,) if "--some" in sys.argv else (module_goes_and_comes,) if "--module" in sys.argv else (fleet_all, limits):
            test(suite, Path(folder))
    return suite.end()


if __name__ == "__main__":
    if subprocess.run(["systemd-analyze", "--version"], capture_output=True, check=False).returncode:
        sys.exit(tap.skip_all("systemd-analyze, which lists the system calls, is not installed"))
    sys.exit(main())
