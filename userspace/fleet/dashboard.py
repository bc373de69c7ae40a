#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Writes the dashboard of Grafana for the metrics of pgtop.

dashboard.py METRICS...      print the dashboard. METRICS are files that pgtop --openmetrics wrote: the list of names

A panel that uses a metric or a label that no file has is an error. Titles and queries are the table PANELS; the description of a
panel is the HELP text of its metrics.
"""
import json
import re
import sys
from pathlib import Path

NOT_PAST = 'cgroup!="(past)"'
FROM = 'instance=~"$instance"'
EVERY = "[$__rate_interval]"
HALF = 12
HEIGHT = 8
SLOWEST = 0.99
# (title, unit, expression, legend); a title of one element begins a row. RATE(metric, labels) is a rate
PANELS = [
    ("Faults",),
    ("Faults by class", "ops", "sum by (class) (RATE(pgwalk_faults_total))", "{{class}}"),
    ("Major faults", "ops", "RATE(pgwalk_major_faults_total)", "{{instance}}"),
    ("Latency, 99th percentile by class", "s",
     f"histogram_quantile({SLOWEST}, sum by (class, le) (RATE(pgwalk_fault_latency_seconds_bucket)))", "{{class}}"),
    ("Time in faults by class", "s", "sum by (class) (RATE(pgwalk_fault_latency_seconds_sum))", "{{class}}"),
    ("Faults that ended in a signal", "ops", "sum by (class) (RATE(pgwalk_signal_faults_total))", "{{class}}"),
    ("Services",),
    ("Faults by cgroup", "ops",
     f"topk(10, sum by (instance, cgroup) (RATE(pgwalk_cgroup_faults_total, {NOT_PAST}))) * on (instance, cgroup) "
     f"group_left (unit, container_id) pgwalk_cgroup_info{{{FROM}}}", "{{instance}} {{unit}} {{container_id}}"),
    ("Time in faults by cgroup", "s", f"topk(10, sum by (instance, cgroup) (RATE(pgwalk_cgroup_fault_seconds_total, {NOT_PAST})))",
     "{{instance}} {{cgroup}}"),
    ("Faults by cgroup and class", "ops", f"topk(20, sum by (cgroup, class) (RATE(pgwalk_cgroup_faults_total, {NOT_PAST})))",
     "{{class}} {{cgroup}}"),
    ("Cgroups without a series of their own", "ops", 'sum by (instance) (RATE(pgwalk_cgroup_faults_total, cgroup="(other)"))', "{{instance}}"),
    ("One process",),
    ("Faults by kind of mapping", "ops", 'sum by (kind) (RATE(pgwalk_faults_total, kind!=""))', "{{kind}}"),
    ("Resident memory", "bytes", f"pgwalk_resident_bytes{{{FROM}}}", "{{instance}} {{leaf}}"),
    ("Swapped memory", "bytes", f"pgwalk_swapped_bytes{{{FROM}}}", "{{instance}}"),
    ("pgwalk itself",),
    ("CPU time of pgwalk", "s", "RATE(pgwalk_cpu_seconds_total)", "{{instance}} {{part}}"),
    ("Share of the faults with a class", "percentunit", f"pgwalk_coverage_ratio{{{FROM}}}", "{{instance}}"),
    ("Lost faults", "ops", "RATE(pgwalk_lost_faults_total)", "{{instance}}"),
]


def rate(match):
    """Return the expression of a rate."""
    labels = ",".join([FROM, *filter(None, [match[2]])])
    return f"rate({match[1]}{{{labels}}}{EVERY})"


def expression(text):
    """Return an expression of Prometheus."""
    return re.sub(r"RATE\((\w+)(?:, ([^()]*(?:\([^()]*\)[^()]*)?))?\)", rate, text)


def known_metrics(files):
    """Return {name of a sample: (HELP text, set of labels)} of the metrics in files."""
    helps, samples = {}, {}
    for text in (Path(f).read_text(encoding="utf-8") for f in files):
        helps.update(re.findall(r"^# HELP (\S+) (.*)$", text, re.M))
        for name, labels in re.findall(r"^(\w+)(?:\{(.*)\})? \S+$", text, re.M):
            family = name if name in helps else re.sub(r"_(bucket|sum|count)$", "", name)
            old = samples.get(name, ("", set()))[1]
            samples[name] = helps[family], old | set(re.findall(r'(\w+)="', labels))
    return samples


def check(title, query, legend, known):
    """Return the descriptions of the metrics of a panel, or exit: a name is not in the list."""
    names = re.findall(r"\bpgwalk_\w+", query)
    labels = set(re.findall(r"(\w+)(?:!?=~?)\"", query)) | set(re.findall(r"{{(\w+)}}", legend))
    labels |= {w for group in re.findall(r"(?:by|on|group_left) \(([^)]*)\)", query) for w in group.split(", ")}
    missing = [n for n in names if n not in known]
    have = set().union(*(known[n][1] for n in names if n in known)) | {"instance"}
    if missing or not labels <= have:
        sys.exit(f"dashboard: {title}: no such metric or label: {' '.join([*missing, *sorted(labels - have)])}")
    return " ".join(dict.fromkeys(known[n][0] for n in names))


def panel(number, place, entry, known):
    """Return a panel with a graph."""
    title, unit, text, legend = entry
    query = expression(text)
    source = {"type": "prometheus", "uid": "${source}"}
    return {
        "id": number, "type": "timeseries", "title": title, "description": check(title, query, legend, known),
        "datasource": source, "gridPos": place,
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi", "sort": "desc"}},
        "targets": [{"refId": "A", "datasource": source, "expr": query, "legendFormat": legend}],
    }


def panels(known):
    """Return all rows and panels, two beside each other."""
    made, x, y = [], 0, 0
    for number, entry in enumerate(PANELS, 1):
        if len(entry) == 1:
            y, x = y + (HEIGHT if x else 0), 0
            made.append({"id": number, "type": "row", "title": entry[0], "collapsed": False, "panels": [],
                         "gridPos": {"x": 0, "y": y, "w": 2 * HALF, "h": 1}})
            y += 1
        else:
            made.append(panel(number, {"x": x, "y": y, "w": HALF, "h": HEIGHT}, entry, known))
            y, x = (y + HEIGHT, 0) if x else (y, HALF)
    return made


def variables():
    """Return the variables: the source of the data, and the machines."""
    return [
        {"name": "source", "type": "datasource", "query": "prometheus", "label": "Source"},
        {"name": "instance", "type": "query", "label": "Machine", "datasource": {"type": "prometheus", "uid": "${source}"},
         "query": "label_values(pgwalk_target_info, instance)", "refresh": 2, "multi": True, "includeAll": True, "allValue": ".+"},
    ]


def main():
    """Print the dashboard."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    board = {
        "title": "pgwalk: page faults", "uid": "pgwalk-faults", "schemaVersion": 38, "version": 1, "editable": True, "tags": ["pgwalk"],
        "time": {"from": "now-1h", "to": "now"}, "refresh": "30s", "timezone": "browser",
        "templating": {"list": variables()}, "panels": panels(known_metrics(sys.argv[1:])),
    }
    print(json.dumps(board, indent=1))


if __name__ == "__main__":
    main()
