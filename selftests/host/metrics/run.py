#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Metrics of pgtop, read from recorded streams on the host: the file, the server, and the monitoring systems that read them. TAP.

run.py              build, then test
run.py --update     replace the expected metrics by the current ones: read the diff

promtool checks the text, the textfile collector of node_exporter reads the file, and Prometheus scrapes both: the sums that it
reports must be those of the JSON of the same stream. Both programs are of Debian, in the cache (selftests/vm/fetch.sh monitors).
"""
import difflib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

HERE = Path(__file__).resolve().parent
TESTS = HERE.parents[1]
sys.path.insert(0, str(TESTS / "lib"))
import tap

BUILD = Path(os.environ.get("PGWALK_BUILD", TESTS.parent / "build")).resolve()
OUT = BUILD / "selftests/host/golden"
PGTOP = OUT / "bin/pgtop"
STREAMS = TESTS / "host/golden/expected"
EXPECTED = ["classes", "processes", "cgroup", "cgroups", "names", "signals", "unattributed", "threads"]
OPENMETRICS = "application/openmetrics-text; version=1.0.0"
# Seconds, for a loaded machine: the wait ends as soon as the condition holds
PATIENCE = 60
FOREVER_NS = 10**15


def encode(text, to):
    """Write a stream, given as text."""
    subprocess.run([OUT / "encode", to], input=text, text=True, check=True)


def pgtop(*arguments):
    """Run pgtop to its end."""
    return subprocess.run([PGTOP, *map(str, arguments)], capture_output=True, text=True, timeout=PATIENCE, check=False)


def wait_for(what):
    """Wait until a function returns a true value; return that value, or None."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        value = what()
        if value:
            return value
        time.sleep(0.02)
    return None


def free_port():
    """Return a port of the loopback that no program listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def get(port, path="/metrics", method="GET", accept=None):
    """Return (status, content type, body), or None if there is no server."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, headers={"Accept": accept} if accept else {})
        response = connection.getresponse()
        return response.status, response.getheader("Content-Type"), response.read().decode()
    except OSError:
        return None
    finally:
        connection.close()


def samples(text):
    """Return {name with labels: value} of metrics."""
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1])
            for line in text.splitlines() if line and not line.startswith("#")}


def total(text, name):
    """Return the sum of a metric over its labels."""
    return sum(v for k, v in samples(text).items() if k.split("{")[0] == name)


def faults_in(path):
    """Return the faults in a file of metrics; 0: no file yet."""
    return total(path.read_text(), "pgwalk_faults_total") if path.exists() else 0


class Running:
    """A program that is ended with the block."""

    def __init__(self, *command, **options):
        self.process = subprocess.Popen([str(c) for c in command], stdout=subprocess.DEVNULL, **options)

    def __enter__(self):
        return self.process

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(PATIENCE)


def expected_texts(suite, work):
    """Compare the metrics of each stream with the expected ones, and their sums with JSON."""
    for name in EXPECTED:
        stream, out = work / f"{name}.bin", work / f"{name}.prom"
        encode((STREAMS / f"{name}.stream").read_text(), stream)
        done = pgtop("-j", "--openmetrics", out, "--replay", stream)
        got = out.read_text() if out.exists() else ""
        expected = HERE / f"expected/{name}.prom"
        if "--update" in sys.argv:
            expected.write_text(got)
        suite.result(done.returncode == 0 and got == expected.read_text(), f"{name}: the metrics are the expected ones",
                     difflib.unified_diff(expected.read_text().splitlines(), got.splitlines(), lineterm=""))
        intervals = [json.loads(line) for line in done.stdout.splitlines()]
        sums = {"pgwalk_faults_total": sum(i["total"]["faults"] for i in intervals),
                "pgwalk_major_faults_total": sum(i["total"]["major"] for i in intervals),
                "pgwalk_signal_faults_total": sum(i["signals"] for i in intervals)}
        suite.result(all(total(got, k) == v for k, v in sums.items()), f"{name}: the counters are the sums of all intervals in JSON",
                     [f"{k}: {total(got, k)}, in JSON {v}" for k, v in sums.items()])
        checked = subprocess.run([MONITORS / "promtool", "check", "metrics"], input=got, capture_output=True, text=True, check=False)
        suite.result(checked.returncode == 0 and not checked.stderr, f"{name}: promtool check metrics finds nothing", [checked.stderr])


    manual = (TESTS.parent / "Documentation/pgtop.8.rst").read_text()
    names = {re.sub(r"_(bucket|sum|count)$", "", n.split("{")[0]) for f in work.glob("*.prom") for n in samples(f.read_text())}
    suite.result(len(names) > 15 and all(n in manual for n in names), "the manual has each metric", [n for n in names if n not in manual])


def histograms(suite, work):
    """Check the buckets of each class: they increase, and +Inf is the count."""
    text = (work / "classes.prom").read_text()
    wrong, classes = [], 0
    for word in set(re.findall(r'_count\{class="([a-z0-9-]+)"\}', text)):
        classes += 1
        buckets = [float(v) for v in re.findall(rf'_bucket\{{class="{word}",le="[^"]+"\}} (\S+)', text)]
        count = float(re.search(rf'_count\{{class="{word}"\}} (\S+)', text)[1])
        if buckets != sorted(buckets) or buckets[-1] != count or len(buckets) != 24:
            wrong.append(f"{word}: {buckets}, count {count}")
    suite.result(classes > 5 and not wrong, "the buckets of a class increase up to the count", wrong)
    # Latencies of 64 ns, 256 ns, 257 ns and 1 s, 3 times each
    encode("target 1 x voluntary module\n" + "".join(
        f"fault 1 1000-2000 rw-p anon-new 3 write=3 lat={ns}*3\n" for ns in (64, 256, 300, 10**9)) +
        "interval 1000000000 1000000000 last\n", work / "latency.bin")
    pgtop("--openmetrics", work / "latency.prom", "--replay", work / "latency.bin")
    values = {k.split('le="')[1][:-2]: v for k, v in samples((work / "latency.prom").read_text()).items() if 'le="' in k}
    suite.result([values.get(k) for k in ("2.56e-07", "5.12e-07", "0.536870912", "1.073741824", "+Inf")] == [3, 9, 9, 12, 12],
                 "a latency is in each bucket with a bound above it", [values])


def cgroups(suite, work):
    """Check the sums of cgroups with few slots: the busiest have one, and no fault is lost or counted twice."""
    lines, seconds = ["target 0 - full all"], 0
    lines += [f"cgroup {c} /system.slice/c{c}.service" for c in range(1, 11)]
    for turn in range(40):
        # the busy cgroups change
        for c in range(1, 11):
            count = 1000 if c in (turn // 10 + 1, turn // 10 + 2) else c
            lines.append(f"fault 0 0-0 ---p anon-new {count} write={count} lat=1000*{count} process={100 + c} name=c ino={c}")
        seconds += 1
        lines.append(f"interval {seconds}000000000 1000000000")
    encode("\n".join(lines) + f"\ninterval {seconds + 1}000000000 1000000000 last\n", work / "many.bin")
    wrong, before = [], 0
    for count in range(1, 41, 3):
        pgtop("-n", count, "--cgroups", 2, "--openmetrics", work / "many.prom", "--replay", work / "many.bin")
        text = (work / "many.prom").read_text()
        values = (total(text, "pgwalk_cgroup_faults_total"), total(text, "pgwalk_faults_total"))
        named = {k.split('cgroup="')[1].split('"')[0] for k in samples(text) if k.startswith("pgwalk_cgroup_info")}
        busy = {f"/system.slice/c{(count - 1) // 10 + i}.service" for i in (1, 2)}
        if values[0] != values[1] or values[0] < before or (named != busy if (count - 1) % 10 > 1 else len(named) > 2):
            wrong.append((count, values, named))
        before = values[0]
    suite.result(not wrong, "with few slots the busiest cgroups have them, and the sum over all cgroups is that of all faults", wrong)
    pgtop("--cgroups", 0, "--openmetrics", work / "many.prom", "--replay", work / "many.bin")
    suite.result("cgroup" not in (work / "many.prom").read_text(), "--cgroups=0 leaves cgroups out")
    done = [pgtop("--openmetrics", work / "x.prom", "--replay", work / "many.bin", *arguments)
            for arguments in (["--cgroups", "-1"], ["--cgroups", "1001"], ["--cgroups", "x"])]
    suite.result(all(d.returncode == 2 and "0 to 1000" in d.stderr for d in done), "other numbers of cgroups are refused", [d.stderr for d in done])


def replaced_whole(suite, work):
    """Read the file all the time while it is rewritten."""
    encode("target 1 x voluntary module\n" + "".join(
        f"fault 1 1000-2000 rw-p anon-new {i} write={i} lat=1000*{i}\ninterval {i}000000000 1000000000\n"
        for i in range(1, 2001)) + "interval 2001000000000 1000000000 last\n", work / "long.bin")
    out, state = work / "long.prom", {"reads": 0, "bad": 0, "last": 0}
    out.write_text("# EOF\n")
    end = threading.Event()

    def read():
        while not end.is_set():
            text = out.read_text()
            value = total(text, "pgwalk_faults_total")
            state["reads"] += 1
            state["bad"] += not text.endswith("# EOF\n") or (value < state["last"] and text != "# EOF\n")
            state["last"] = value
    reader = threading.Thread(target=read)
    reader.start()
    done = pgtop("--openmetrics", out, "--replay", work / "long.bin")
    end.set()
    reader.join()
    suite.result(done.returncode == 0 and state["reads"] > 10 and not state["bad"] and
                 faults_in(out) == 2001000, "the file is whole at any time, and no counter decreases", [state])
    suite.result(not list(work.glob("*.tmp")) and (out.stat().st_mode & 0o444) == 0o444,
                 "no temporary file is left, and any user may read the file")


def build_without_server(work):
    """Build pgtop as on a machine without libmicrohttpd, from the other objects of the build; return its path."""
    out = work / "build"
    for part in ("userspace", "bpf"):
        shutil.copytree(BUILD / part, out / part)
    make = ["make", "-s", "-C", TESTS.parent / "userspace", f"O={out}", "HTTP=none", out / "bin/pgtop"]
    subprocess.run(list(map(str, make)), stdout=sys.stderr, check=True)
    return out / "bin/pgtop"


def errors(suite, work):
    """Check what cannot be written, or listened on."""
    stream = work / "classes.bin"
    for path, why in ((work / "nowhere/x.prom", "No such file"), (work, "not a regular file"), ("/dev/null", "not a regular file")):
        done = pgtop("--openmetrics", path, "--replay", stream)
        suite.result(done.returncode == 1 and why in done.stderr and not done.stdout and "choose" in done.stderr,
                     f"a file that cannot be created ends pgtop before the first interval: {why}", [done.stderr])
    for address in ("", "x", "0", "65536", "1:2:3", "[::1", "localhost:1", "127.0.0.1:"):
        done = pgtop("--listen", address, "--replay", stream)
        suite.result(done.returncode == 2 and "ADDRESS:PORT" in done.stderr and not done.stdout,
                     f"no address to listen on: '{address}'", [done.stderr])
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = pgtop("--listen", taken.getsockname()[1], "--replay", stream)
    suite.result(done.returncode == 1 and "in use" in done.stderr, "a port that another program has is an error", [done.stderr])
    done = subprocess.run([build_without_server(work), "--listen", "1", "--replay", stream], capture_output=True, text=True, check=False)
    suite.result(done.returncode == 1 and "libmicrohttpd-dev" in done.stderr and not done.stdout,
                 "a build without libmicrohttpd reports the missing package", [done.stderr])
    # The directory is missing during the second interval, and there again before the last one
    folder = work / "folder"
    folder.mkdir()
    encode("target 1 x voluntary module\n" + "".join(
        f"fault 1 1000-2000 rw-p anon-new 5 write=5 lat=1000*5\ninterval {i}00000000 100000000\n" for i in range(1, 21)) +
        "interval 2100000000 100000000 last\n", work / "steps.bin")
    with Running(PGTOP, "-b", "--speed", "1", "--openmetrics", folder / "x.prom", "--replay", work / "steps.bin",
                 stderr=subprocess.PIPE, text=True) as process:
        wait_for(lambda: faults_in(folder / "x.prom") >= 5)
        folder.rename(work / "away")
        first = process.stderr.readline()
        (work / "away").rename(folder)
        second = process.stderr.readline()
        process.wait(PATIENCE)
    suite.result("No such file" in first and "tried again" in first and "written again" in second and process.returncode == 0 and
                 faults_in(folder / "x.prom") == 100,
                 "a write that fails is reported once and repeated, and nothing is lost", [first, second, process.returncode])
    shutil.rmtree(folder)
    folder.mkdir()
    with Running(PGTOP, "-b", "--speed", "1", "--openmetrics", folder / "x.prom", "--replay", work / "steps.bin",
                 stderr=subprocess.PIPE, text=True) as process:
        wait_for(lambda: faults_in(folder / "x.prom") >= 5)
        folder.rename(work / "gone")
        process.wait(PATIENCE)
    suite.result(process.returncode == 1, "if the last write failed, the exit status is 1", [process.returncode])


def server(suite, work):
    """Check pages, methods, both forms, and clients that send nothing or too much."""
    encode(f"target 1 x voluntary module\ninterval {FOREVER_NS} {FOREVER_NS} last\n", work / "wait.bin")
    port = free_port()
    with Running(PGTOP, "-b", "--speed", "1", "--listen", port, "--replay", work / "wait.bin"):
        first = wait_for(lambda: get(port))
    suite.result(first and first[0] == 503, "before the first interval the status is 503", [first])
    stream = (STREAMS / "classes.stream").read_text().replace("interval 1500000000 500000000 last", f"interval {FOREVER_NS} {FOREVER_NS} last")
    encode(stream, work / "held.bin")
    pgtop("-n", 1, "--openmetrics", work / "held.prom", "--replay", work / "held.bin")
    port = free_port()
    with Running(PGTOP, "-b", "--speed", "1", "--listen", f"127.0.0.1:{port}", "--replay", work / "held.bin") as process:
        page = wait_for(lambda: (get(port) or (0,))[0] == 200 and get(port))
        suite.result(page and page[1].startswith("text/plain; version=0.0.4") and page[2] == (work / "held.prom").read_text(),
                     "the page is the text of the file", [page])
        form = get(port, accept=OPENMETRICS)
        same = re.sub(r"^(# (?:HELP|TYPE) \S+)_total ", r"\1 ", page[2], flags=re.M)
        created = re.findall(r"^(pgwalk_\w+)_created(\S*) (\S+)\n", form[2], re.M)
        suite.result(form[1].startswith(OPENMETRICS) and re.sub(r"^\w+_created.*\n", "", form[2], flags=re.M) == same and form[2] != page[2],
                     "who accepts OpenMetrics gets it: counters without _total in HELP and TYPE", [form])
        # The first interval has 1 s, and ends 1 s after the beginning of the streams
        counters = {k.replace("_total", "").replace("_count", "") for k in samples(page[2]) if re.match(r"\w+_(total|count)\b", k)}
        suite.result({n + l for n, l, _ in created} == {c for c in counters if "process_faults" not in c} and {t for *_, t in created} == {"1767225600.000"},
                     "with OpenMetrics each counter has the time when it was 0", [created, counters])
        suite.result(get(port, method="HEAD")[0::2] == (200, ""), "HEAD has no body")
        suite.result(get(port, "/")[0] == 404 and get(port, "/metrics/..")[0] == 404, "there is no other page")
        suite.result(get(port, method="POST")[0] == 405, "POST is refused")
        descriptors = Path(f"/proc/{process.pid}/fd")
        # the connection of the last request may still be open
        before = min(len(list(descriptors.iterdir())) for _ in range(20) if not time.sleep(0.02))
        idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(64)]
        wait_for(lambda: len(list(descriptors.iterdir())) >= before + 16)
        time.sleep(0.3)
        held = len(list(descriptors.iterdir())) - before
        suite.result(16 <= held < 20, "the number of connections is bounded", [f"{held} descriptors more"])
        for s in idle:
            s.close()
        with socket.create_connection(("127.0.0.1", port)) as s:
            s.settimeout(PATIENCE)
            try:
                s.sendall(b"GET /" + b"x" * (1 << 20))
                s.recv(4096)
            except OSError:
                pass
        page = wait_for(lambda: (get(port) or (0,))[0] == 200)
        suite.result(page and process.poll() is None, "after a request of 1 MiB and 64 idle connections it still answers")
        process.send_signal(signal.SIGINT)
        suite.result(process.wait(PATIENCE) == 0, "SIGINT ends pgtop with a server")


def query(port, expression):
    """Ask Prometheus; return {labels as JSON: value}, or None."""
    page = get(port, "/api/v1/query?" + urllib.parse.urlencode({"query": expression}))
    if not page or page[0] != 200:
        return None
    return {json.dumps(r["metric"], sort_keys=True): float(r["value"][1]) for r in json.loads(page[2])["data"]["result"]}


def prometheus(suite, work):
    """Let node_exporter read the file, and Prometheus scrape it and pgtop itself."""
    folder = work / "textfiles"
    folder.mkdir()
    ports = {"pgtop": free_port(), "node": free_port()}
    ports["prometheus"] = free_port()
    (work / "prometheus.yml").write_text("global: {scrape_interval: 1s}\nscrape_configs:\n" + "".join(
        f"  - {{job_name: {job}, static_configs: [{{targets: ['127.0.0.1:{ports[job]}']}}]}}\n" for job in ("pgtop", "node")))
    with Running(PGTOP, "-b", "--speed", "1", "--listen", ports["pgtop"], "--openmetrics", folder / "pgwalk.prom",
                 "--replay", work / "held.bin"), \
            Running(MONITORS / "prometheus-node-exporter", "--collector.disable-defaults", "--collector.textfile",
                    f"--collector.textfile.directory={folder}", f"--web.listen-address=127.0.0.1:{ports['node']}",
                    stderr=subprocess.DEVNULL), \
            Running(MONITORS / "prometheus", f"--config.file={work}/prometheus.yml", f"--storage.tsdb.path={work}/data",
                    f"--web.listen-address=127.0.0.1:{ports['prometheus']}", stderr=subprocess.DEVNULL):
        expected = samples((work / "held.prom").read_text())
        for job in ("pgtop", "node"):
            found = wait_for(lambda job=job: query(ports["prometheus"], f'pgwalk_faults_total{{job="{job}"}} > 0')) or {}
            wanted = {k: v for k, v in expected.items() if k.startswith("pgwalk_faults_total{") and v}
            got = {f'pgwalk_faults_total{{class="{m["class"]}",kind="{m["kind"]}"}}': v
                   for m, v in ((json.loads(k), v) for k, v in found.items())}
            suite.result(got == wanted, f"Prometheus scrapes {job}: each counter has its value", [got, wanted])
            kernel = query(ports["prometheus"], f'sum(pgwalk_process_faults_total{{job="{job}"}})') or {}
            suite.result(list(kernel.values()) == [sum(v for k, v in expected.items() if k.startswith("pgwalk_process_faults_total"))],
                         f"Prometheus scrapes {job}: the faults of the process are the kernel's count", [kernel])
            median = query(ports["prometheus"], f'histogram_quantile(0.5, pgwalk_fault_latency_seconds_bucket{{job="{job}",class="cow-copy"}})')
            suite.result(median and 1e-6 < list(median.values())[0] < 4.1e-6, f"Prometheus scrapes {job}: the median of cow-copy", [median])


def main():
    """Run all tests; return the exit status."""
    subprocess.run(["flock", BUILD / "golden.lock", "make", "-s", "-C", TESTS / "host/golden", f"O={BUILD}", "all"], stdout=sys.stderr, check=True)
    suite = tap.Tap()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for test in (expected_texts, histograms, cgroups, replaced_whole, errors, server, prometheus):
            test(suite, work)
    return suite.end()


if __name__ == "__main__":
    fetched = subprocess.run([TESTS / "vm/fetch.sh", "monitors"], stdout=subprocess.PIPE, text=True, check=False)
    if fetched.returncode:
        sys.exit(tap.skip_all("prometheus and node_exporter cannot be fetched"))
    MONITORS = Path(fetched.stdout.strip())
    sys.exit(main())
