#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""The files of userspace/fleet, checked on the host: the unit of systemd, alert rules, the dashboard, the DaemonSet. TAP.

fleet.py              build, then test
fleet.py --update     write the dashboard again from the current metrics

promtool tests the rules. Prometheus scrapes pgtop, which replays recorded streams, and evaluates each query of the dashboard.
Both programs are of Debian, in the cache (selftests/vm/fetch.sh monitors).
"""
import difflib
import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

import jsonschema
import yaml

HERE = Path(__file__).resolve().parent
TESTS = HERE.parents[1]
TOP = TESTS.parent
sys.path.insert(0, str(TESTS / "lib"))
import tap

BUILD = Path(os.environ.get("PGWALK_BUILD", TOP / "build")).resolve()
OUT = BUILD / "selftests/host/golden"
FLEET = TOP / "userspace/fleet"
UNIT = FLEET / "pgtop-exporter@.service"
METRICS = sorted((TESTS / "host/metrics/expected").glob("*.prom"))
STREAMS = TESTS / "host/golden/expected"
MANUAL = (TOP / "Documentation/fleet.rst").read_text(encoding="utf-8")
# Seconds, for a loaded machine: the wait ends as soon as the condition holds
PATIENCE = 60
FOREVER_NS = 10**15


def run(*command, **options):
    """Run a program; return (exit status, all output)."""
    done = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **options)
    return done.returncode, done.stdout


def violations(data, schema):
    """Return the errors of data against a schema of this directory."""
    definition = json.loads((HERE / f"{schema}.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(definition)
    return [f"{'.'.join(map(str, e.absolute_path))}: {e.message:.200}" for e in jsonschema.Draft202012Validator(definition).iter_errors(data)]


def unit(suite, work):
    """Check that systemd accepts the unit, and its score."""
    if not shutil.which("systemd-analyze"):
        suite.skip("the unit of systemd", "systemd-analyze is not installed")
        return
    installed = work / "pgtop-exporter@9435.service"
    text = UNIT.read_text(encoding="utf-8")
    # The program is not installed here, and neither is the manual page
    installed.write_text(re.sub(r"^Documentation=.*\n", "", text.replace("@sbindir@/pgtop", "/bin/true"), flags=re.M),
                         encoding="utf-8")
    code, out = run("systemd-analyze", "verify", installed)
    suite.result(code == 0 and not out, "systemd accepts each line of the unit", [out])
    code, out = run("systemd-analyze", "security", "--offline=true", "--no-pager", installed)
    score = re.search(r"exposure level for \S+: ([0-9.]+)", out)
    documented = re.search(r"exposure level is ([0-9.]+)", MANUAL)
    suite.result(score and documented and float(score[1]) <= float(documented[1]), "its exposure level is at most the documented one",
                 [out, documented])
    capabilities = re.findall(r"^CapabilityBoundingSet=(.*)$", text, re.M)[0].split()
    comments = "".join(re.findall(r"^#.*\n", text, re.M))
    suite.result(all(c in comments and c in MANUAL for c in capabilities), "each capability has its reason, in a comment and in the manual", capabilities)


def known_metrics():
    """Return the names of all samples in the expected metrics."""
    return {name for path in METRICS for name in re.findall(r"^(pgwalk_\w+)", path.read_text(encoding="utf-8"), re.M)}


def alerts(suite, work):
    """Check the rules, and test each of them."""
    for path in (FLEET / "alerts.yml", HERE / "alerts.test.yml"):
        shutil.copy(path, work)
    code, out = run(MONITORS / "promtool", "check", "rules", work / "alerts.yml")
    suite.result(code == 0, "promtool check rules finds nothing", [out])
    code, out = run(MONITORS / "promtool", "test", "rules", work / "alerts.test.yml")
    suite.result(code == 0 and "SUCCESS" in out, "promtool test rules: each alert comes at its time, for its machine only", [out])
    rules = [r for g in yaml.safe_load((FLEET / "alerts.yml").read_text(encoding="utf-8"))["groups"] for r in g["rules"]]
    tests = yaml.safe_load((HERE / "alerts.test.yml").read_text(encoding="utf-8"))["tests"][0]["alert_rule_test"]
    suite.result({r["alert"] for r in rules} == {t["alertname"] for t in tests if t.get("exp_alerts")} ==
                 {t["alertname"] for t in tests if not t.get("exp_alerts")}, "each alert has a test with it and one without it", [tests])
    used = {n for r in rules for n in re.findall(r"\bpgwalk_\w+", r["expr"])}
    suite.result(used and used <= known_metrics(), "pgtop has each metric of the rules", used - known_metrics())


def dashboard(suite, work):
    """Compare the dashboard with a new one, and validate it."""
    code, out = run(FLEET / "dashboard.py", *METRICS)
    path = FLEET / "dashboard.json"
    if "--update" in sys.argv:
        path.write_text(out, encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    suite.result(code == 0 and out == text, "the dashboard is that of the current metrics (fleet.py --update)",
                 difflib.unified_diff(text.splitlines(), out.splitlines(), lineterm=""))
    suite.result(not violations(json.loads(text), "dashboard"), "the dashboard conforms to its schema", violations(json.loads(text), "dashboard"))
    panels = json.loads(text)["panels"]
    places = [(p["gridPos"]["x"] + dx, p["gridPos"]["y"] + dy) for p in panels for dx in range(p["gridPos"]["w"]) for dy in range(p["gridPos"]["h"])]
    suite.result(len(places) == len(set(places)) and len({p["id"] for p in panels}) == len(panels), "no panel covers another one")
    # A metric with another name
    for old, new in (("pgwalk_coverage_ratio", "pgwalk_share"), ('class="', 'kind_of="')):
        others = [work / f.name for f in METRICS]
        for source, to in zip(METRICS, others):
            to.write_text(source.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        code, out = run(FLEET / "dashboard.py", *others)
        suite.result(code == 1 and "no such metric or label" in out, f"a name that does not exist is an error: {old}", [out])


def free_port():
    """Return a port of the loopback that no program listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def query(port, text):
    """Evaluate a query; return (status, number of results)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", "/api/v1/query?" + urllib.parse.urlencode({"query": text}))
        response = connection.getresponse()
        data = json.loads(response.read())
        return response.status, len(data.get("data", {}).get("result", [])), data.get("error", "")
    except (OSError, ValueError):
        return 0, 0, "no connection"
    finally:
        connection.close()


def queries(suite, work):
    """Let Prometheus scrape pgtop of one process and of all, and evaluate each query of the dashboard."""
    ports = {name: free_port() for name in ("classes", "cgroups")}
    server = free_port()
    (work / "prometheus.yml").write_text("global: {scrape_interval: 1s}\nscrape_configs:\n  - {job_name: pgtop, static_configs: [{targets: [" +
                                         ", ".join(f"'127.0.0.1:{p}'" for p in ports.values()) + "]}]}\n", encoding="utf-8")
    programs = []
    try:
        for name, port in ports.items():
            stream = re.sub(r"^interval \d+ \d+ last$", f"interval {FOREVER_NS} {FOREVER_NS} last",
                            (STREAMS / f"{name}.stream").read_text(encoding="utf-8"), flags=re.M)
            stream = re.sub(r"^interval (\d+) (\d+) wall=\d+ last", rf"interval {FOREVER_NS} {FOREVER_NS} last", stream, flags=re.M)
            subprocess.run([OUT / "encode", work / f"{name}.bin"], input=stream, text=True, check=True)
            programs.append(subprocess.Popen([OUT / "bin/pgtop", "-b", "--speed", "1", "--listen", str(port), "--replay", work / f"{name}.bin"],
                                             stdout=subprocess.DEVNULL))
        programs.append(subprocess.Popen([MONITORS / "prometheus", f"--config.file={work}/prometheus.yml", f"--storage.tsdb.path={work}/data",
                                          f"--web.listen-address=127.0.0.1:{server}"], stderr=subprocess.DEVNULL))
        board = json.loads((FLEET / "dashboard.json").read_text(encoding="utf-8"))
        wrong = []
        deadline = time.monotonic() + PATIENCE
        for panel in (p for p in board["panels"] if p["type"] != "row"):
            text = panel["targets"][0]["expr"].replace("$__rate_interval", "1m").replace("$instance", ".+")
            got = query(server, text)
            # A rate needs two scrapes
            while got[:2] != (400, 0) and not got[1] and time.monotonic() < deadline:
                time.sleep(0.2)
                got = query(server, text)
            if got[0] != 200 or not got[1]:
                wrong.append((panel["title"], text, got))
        suite.result(not wrong, "Prometheus evaluates each query of the dashboard, and each has data", wrong)
    finally:
        for program in programs:
            program.terminate()
        for program in programs:
            program.wait(PATIENCE)


def daemonset(suite, _):
    """Validate the example for Kubernetes, and compare it with the unit."""
    data = yaml.safe_load((FLEET / "daemonset.yaml").read_text(encoding="utf-8"))
    suite.result(not violations(data, "daemonset"), "the DaemonSet conforms to its schema", violations(data, "daemonset"))
    pod = data["spec"]["template"]["spec"]
    container = pod["containers"][0]
    added = container["securityContext"]["capabilities"]["add"]
    suite.result([f"CAP_{c}" for c in added] == re.findall(r"^CapabilityBoundingSet=(.*)$", UNIT.read_text(encoding="utf-8"), re.M)[0].split(),
                 "it has the capabilities of the unit", added)
    suite.result(data["spec"]["selector"]["matchLabels"].items() <= data["spec"]["template"]["metadata"]["labels"].items() and
                 {m["name"] for m in container["volumeMounts"]} == {v["name"] for v in pod["volumes"]} and
                 container["readinessProbe"]["httpGet"]["port"] in {p["name"] for p in container["ports"]} and
                 container["command"][-1].endswith(f":{container['ports'][0]['containerPort']}"), "its labels, volumes and ports fit together")
    code, out = run(OUT / "bin/pgtop", *[a for a in container["command"][1:] if not a.startswith("--listen")], "-n", "1", "4194305")
    suite.result(code == 1 and "no such process" in out, "pgtop accepts its options", [out])


def main():
    """Run all tests; return the exit status."""
    subprocess.run(["flock", BUILD / "golden.lock", "make", "-s", "-C", TESTS / "host/golden", f"O={BUILD}", "all"], stdout=sys.stderr, check=True)
    suite = tap.Tap()
    with tempfile.TemporaryDirectory() as folder:
        for test in (unit, alerts, dashboard, queries, daemonset):
            test(suite, Path(folder))
    return suite.end()


if __name__ == "__main__":
    fetched = subprocess.run([TESTS / "vm/fetch.sh", "monitors"], stdout=subprocess.PIPE, text=True, check=False)
    if fetched.returncode:
        sys.exit(tap.skip_all("prometheus cannot be fetched"))
    MONITORS = Path(fetched.stdout.strip())
    sys.exit(main())
