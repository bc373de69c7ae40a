# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Takes away one thing after the other that pgtop uses (BTF, /proc, debugfs, capabilities, ftrace). pgtop either ends with
one line that includes a remedy and with the documented status, or prints one line and works without the missing part.
"""
import re
import subprocess
import tempfile
import time
from pathlib import Path

from pgtop_harness import PATIENCE, PGTOP, Puppet, Stream, claim

BTF = "/sys/kernel/btf"


def pgtop(before, *arguments, prefix=()):
    """Run pgtop in a mount namespace of its own, after a shell has run the command in before; return status, stdout, stderr."""
    script = f'{before or ":"} && exec "$@"'
    done = subprocess.run(["unshare", "--mount", "--", "sh", "-c", script, "sh", *map(str, prefix), str(PGTOP),
                           *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=PATIENCE, check=False)
    return done.returncode, done.stdout, done.stderr


def refused(what, status, pattern, before="", arguments=("-n", "1", "1"), prefix=()):
    """pgtop prints one line only and exits with the status."""
    result = pgtop(before, *arguments, prefix=prefix)
    claim(result[0] == status and not result[1] and re.fullmatch(rf"pgtop: {pattern} \(.+\)\n", result[2]),
          f"{what}: status {result[0]}, {result[2].strip()}")


def works(what, pattern, before="", prefix=()):
    """pgtop prints one line (none if the pattern is empty) and counts all faults."""
    target = Puppet()
    with tempfile.TemporaryDirectory() as work:
        out = Path(work) / "json"
        watch = subprocess.Popen(
            ["unshare", "--mount", "--", "sh", "-c", f'{before or ":"} && exec "$@"', "sh", *map(str, prefix), str(PGTOP),
             "-j", "-i", "0.2", "-o", str(out), str(target.pid)], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        limit = time.monotonic() + PATIENCE
        while watch.poll() is None and time.monotonic() < limit and not (out.exists() and out.stat().st_size):
            time.sleep(0.05)
        target.do("maps 50")
        target.send("exit")
        stderr = watch.communicate(timeout=PATIENCE)[1]
        stream = Stream(out.read_text()) if out.exists() else Stream("")
    good = re.fullmatch(rf"pgtop: {pattern} \(.+\)\n", stderr) if pattern else not stderr
    claim(watch.returncode == 0 and good, f"{what}: status {watch.returncode}, {stderr.strip() or 'empty stderr'}")
    kernel = target.counted_at_end()
    base = stream.base() if stream.intervals else (0, 0)
    claim(stream.intervals and (base[0] + stream.total("minor"), base[1] + stream.total("major")) == kernel
          and stream.lost() == 0 and stream.total("faults") >= 100, f"{what}: all faults are counted")
    target.forget()
    return stream


def test():
    hide = f"cat {BTF}/vmlinux > /tmp/vmlinux-btf && mount -t tmpfs tmpfs {BTF}"
    works("no BTF for the module", "pgwalk.ko: loaded without kfuncs: .*", f"{hide} && cp /tmp/vmlinux-btf {BTF}/vmlinux")
    refused("no BTF", 1, "fault probes: this kernel has no BTF", f"mount -t tmpfs tmpfs {BTF}")
    refused("invalid BTF", 1, "loading the fault probes: this kernel cannot", f"{hide} && echo nothing > {BTF}/vmlinux")
    refused("no /proc", 1, "/proc: cannot be read", "mount -t tmpfs tmpfs /proc")
    works("no debugfs, no tracefs", "", "umount /sys/kernel/debug && umount /sys/kernel/tracing")
    refused("no CAP_SYS_ADMIN", 77, ".*not permitted",
            prefix=("setpriv", "--bounding-set", "-all,+bpf,+perfmon,+sys_ptrace", "--"))
    refused("no capabilities", 77, ".*not permitted", prefix=("setpriv", "--bounding-set", "-all", "--"))
    ftrace = Path("/proc/sys/kernel/ftrace_enabled")
    ftrace.write_text("0")
    works("ftrace switched off", "fault probes: kernel.ftrace_enabled is 0: .*")
    ftrace.write_text("1")
