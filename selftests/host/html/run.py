#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Pages of pgwalk report and pgtop --html on the host, without a browser: structure, escaping, size, and data. TAP.

The module is the made-up one of the golden tests; the streams are theirs too. browser.py looks at the pages in a browser.
"""
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

HERE = Path(__file__).resolve().parent
TESTS = HERE.parents[1]
sys.path.insert(0, str(TESTS / "lib"))
import report_page
import tap
from report_page import Page

BUILD = Path(os.environ.get("PGWALK_BUILD", TESTS.parent / "build")).resolve()
OUT = BUILD / "selftests/host/golden"
ASSETS = TESTS.parent / "userspace/present/html"
STREAMS = sorted((TESTS / "host/golden/expected").glob("*.stream"))
MB = 1 << 20
MARKUP = ["</script><script>alert(1)</script>", "<!--<script>", "\"onload=\"x' & <svg/>", "\x1b]0;x\x07\ufffd<b>",
          "\u202e[kcats]"]

class Late:
    """The results of a suite; the first one prints the head of TAP."""

    def __init__(self):
        self.tap = None

    def __getattr__(self, name):
        self.tap = self.tap or tap.Tap()
        return getattr(self.tap, name)


results = Late()
work = Path(tempfile.mkdtemp(prefix="pgwalk-html-"))


def build():
    """Build the tools with the made-up module, and a /proc for it."""
    OUT.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(["flock", BUILD / "golden.lock", "make", "-s", f"O={BUILD}", "all"], cwd=TESTS / "host/golden", check=True,
                   stdout=sys.stderr)
    subprocess.run([TESTS / "lib/pagemap_files.py", "fake", work / "proc"], check=True)


def run(tool, *arguments, **fake):
    """Run a tool to its end."""
    environment = dict(os.environ, SOURCE_DATE_EPOCH="1700000000", **fake)
    return subprocess.run([OUT / "bin" / tool, *map(str, arguments)], capture_output=True, timeout=300, check=False,
                          env=environment)


def report(*arguments, **fake):
    """Return the page of the made-up process, as text."""
    done = run("pgwalk", "report", f"--proc={work / 'proc'}", *arguments, **fake)
    if done.returncode or done.stderr:
        raise ValueError(f"status {done.returncode}: {done.stderr.decode()}")
    return done.stdout.decode()


def verb(*arguments):
    """Return the objects of a verb."""
    done = run("pgwalk", *arguments, "-j", f"--proc={work / 'proc'}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def encode(stream):
    """Return the path of a recorded stream in its binary form."""
    path = work / (stream.stem + ".bin")
    with open(stream, encoding="utf-8") as text:
        subprocess.run([OUT / "encode", path], stdin=text, check=True)
    return path


def readings(*kinds, **fake):
    """Return the paths of files of pgwalk snapshot: "" the made-up process, "later" the same after changes."""
    paths = []
    for number, kind in enumerate(kinds):
        paths.append(work / f"reading-{number}-{kind}")
        done = run("pgwalk", "snapshot", f"--proc={work / 'proc'}", 4211, paths[-1], PGWALK_FAKE=kind, **fake)
        if done.returncode:
            raise ValueError(f"status {done.returncode}: {done.stderr.decode()}")
    return paths


def compared(*arguments):
    """Return the page of two readings, as text."""
    to = work / "compared"
    done = run("pgwalk", "diff", f"--html={to}", *arguments)
    if done.returncode or done.stderr or done.stdout:
        raise ValueError(f"status {done.returncode}: {done.stderr.decode()}{done.stdout.decode()[:200]}")
    return to.read_text(encoding="utf-8")


def recorded(path, option="--html"):
    """Return the page, or the pictures, of a recorded stream, and the objects of its intervals."""
    to = work / "recorded"
    done = run("pgtop", "--replay", path, option, to)
    if done.returncode or done.stderr or done.stdout:
        raise ValueError(f"status {done.returncode}: {done.stderr.decode()}{done.stdout.decode()[:200]}")
    intervals = [json.loads(line) for line in run("pgtop", "-j", "--regions", "--replay", path).stdout.splitlines()]
    return to.read_text(encoding="utf-8"), intervals


def expect(title, wrong):
    """Print a test that passes if there is no error."""
    results.result(not wrong, title, list(map(str, wrong))[:20])


def structure(page):
    """Return the errors of the structure of a page: references, names, the network."""
    wrong = list(page.wrong)
    ids = [a["id"] for _, a in page.elements if "id" in a]
    wrong += [f"the id {name} occurs twice" for name in set(ids) if ids.count(name) > 1]
    for tag, a in page.elements:
        named = " ".join(a.get(key) or "" for key in ("aria-labelledby", "aria-describedby", "for")).split()
        if (a.get("href") or "").startswith("#"):
            named.append(a["href"][1:])
        wrong += [f"{tag}: no element has the id {name}" for name in named if name not in ids]
        wrong += [f"{tag}: {key} may use the network" for key in a if key in ("src", "srcset", "action", "xlink:href") or
                  (key == "href" and not a[key].startswith("#"))]
        wrong += [f"{tag}: {key} has code" for key in a if key.startswith("on")]
        if tag == "svg" and not (a.get("role") in ("img", "group") and a.get("aria-label")):
            wrong.append(f"a picture without a name: {a}")
        if tag in ("link", "iframe", "object", "embed", "img", "base"):
            wrong.append(f"an element {tag}")
    style = page.texts.get("style", "")
    wrong += [f"the style has {word}" for word in ("@import", "url(", "@font-face") if word in style]
    if not any(a.get("content", "").startswith("default-src 'none'") for a in page.named("meta")):
        wrong.append("no policy that forbids the network")
    if page.named("html")[0].get("lang") != "en" or "title" not in page.texts:
        wrong.append("no language, or no title")
    labels = [a.get("for") for a in page.named("label")]
    wrong += [f"no label for {a.get('id')}" for tag in ("input", "select") for a in page.named(tag) if a.get("id") not in labels]
    headings = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    wrong += [f"a heading of level {b} follows level {a}" for a, b in zip(headings, headings[1:]) if b > a + 1]
    return wrong


def drawing(text):
    """Return the errors of pictures without a page: XML, no script, no network."""
    wrong = []
    root = ElementTree.fromstring(text)
    for one in root.iter():
        name = one.tag.rsplit("}", 1)[-1]
        if name not in ("svg", "g", "rect", "path", "text", "title", "style"):
            wrong.append(f"an element {name}")
        wrong += [f"{name}: the attribute {key}" for key in one.attrib if key.startswith("on") or "href" in key]
    if not list(root.iter("{http://www.w3.org/2000/svg}rect")):
        wrong.append("nothing is drawn")
    return wrong


def test_live():
    page = Page(report(4211))
    data = page.data()
    expect("the page of a process is well-formed, without network and with all references", structure(page))
    objects = sum((verb(*words) for words in (("vmas", 4211), ("mm", 4211), ("tables", 4211), ("reach", 4211), ("info",),
                                              ("translate", 4211, data["mm"]["start_stack"]))), [])
    expect("the data of the page are those of the verbs", report_page.compare_report(data, objects))
    expect("kinds and cells agree with the mappings", report_page.compare_kinds(data))
    cells, runs = report_page.unpack_cells(data["cells"]), [o for o in verb("pages", 4211) if o["schema"] == "pgwalk.pages/1"]
    expect("the cells have the pages of pages", report_page.compare_pages(cells, runs))
    expect("each number has a title, a unit and an explanation", report_page.unexplained(data, json.loads(page.texts["words"])))
    (work / "data.json").write_text(json.dumps(data) + "\n", encoding="utf-8")
    expect("the page is below 1 MB", [page.size] if page.size >= MB else [])
    expect("a report of the same state is the same page", [] if report(4211) == report("demo") else ["they differ"])
    steps = Page(report(4211, "7f0000012345")).data()
    expect("an address is that of translate", [
        (name, got) for name, got, schema in (("steps", steps["steps"], "pgwalk.step/1"),
                                              ("translation", [steps["translation"]], "pgwalk.translation/1"))
        if got != [{k: v for k, v in o.items() if k != "schema"} for o in verb("translate", 4211, "7f0000012345")
                   if o["schema"] == schema]])
    expect("the pictures alone are SVG without script or network", drawing(report(4211, "--svg")))
    chosen = report(4211, "--svg=walk,space")
    expect("pictures can be chosen by name", drawing(chosen) + (
        [] if re.findall(r'<g id="(\w+)"', chosen) == ["space", "walk"] else re.findall(r'<g id="(\w+)"', chosen)))


def test_markup():
    (work / "proc/4211/comm").write_text("</title><b>x\n", encoding="utf-8")
    text = report(4211, PGWALK_FAKE="markup")
    page = Page(text)
    expect("names of a target are no markup", structure(page) + [
        f"an element {tag}" for tag, _ in page.elements if tag == "b"] + (
            ["scripts: " + str(len(page.named("script")))] if len(page.named("script")) != 3 else []))
    names = [m["name"] for m in report_page.unpack(page.data()["mappings"])]
    expect("names of a target are complete", [(a, b) for a, b in zip(names, MARKUP, strict=True) if a != b])
    expect("the name of a process is text", [] if page.texts["title"].strip() == "4211 </title><b>x" else [page.texts["title"]])
    expect("no '<' of a name is in the data", re.findall(r"<.{0,20}", re.search(r'id="data">(.*?)</script>', text, re.S)[1]))
    expect("names are no markup in SVG", drawing(report(4211, "--svg", PGWALK_FAKE="markup")))
    (work / "proc/4211/comm").write_text("demo\n", encoding="utf-8")


# A small process of its own: the peak of a process begins with the memory of the one that it was forked from
PEAK = """
import os, resource, subprocess, sys
with open(sys.argv[1], "wb") as to:
    status = subprocess.run(sys.argv[2:], stdout=to, check=False).returncode
print(status, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)
"""


def peak_rss(*arguments, **fake):
    """Return the status of a run, and the peak of its memory in bytes; the output is in many.html."""
    # Memory that is freed is in use for the sanitizer, up to this size
    environment = dict(os.environ, ASAN_OPTIONS="quarantine_size_mb=1:thread_local_quarantine_size_kb=64", **fake)
    done = subprocess.run([sys.executable, "-c", PEAK, work / "many.html", OUT / "bin/pgwalk", *map(str, arguments)],
                          capture_output=True, text=True, check=True, env=environment)
    return tuple(map(int, done.stdout.split()))


def test_many():
    arguments = ("report", f"--proc={work / 'proc'}", 4211)
    status, small = peak_rss(*arguments, PGWALK_FAKE="many", PGWALK_FAKE_MAPPINGS="60000")
    page = Page((work / "many.html").read_text(encoding="utf-8"))
    data = page.data()
    mappings = report_page.unpack(data["mappings"])
    expect("a page of 60000 mappings is below 5 MB", [status, page.size] if status or page.size >= 5 * MB else [])
    expect("it has each mapping", [] if len(mappings) == 60000 and mappings[-1]["start"] == 0x100000000 + 59999 * 0x10000 and
           mappings[59992]["name"] == "/usr/lib/a-library-59992.so.59992" else [len(mappings), mappings[59992]])
    expect("its cells are joined, and no page is lost", report_page.compare_kinds(data) + (
        [] if len(data["cells"]["rows"]) <= 32768 and data["cells"]["granule"] > 4096 else [data["cells"]["granule"]]) + [
            (i, total) for i, total in ((3, 8192), (4, 4096), (6, 4096))
            if sum(cell[i] for cell in report_page.unpack_cells(data["cells"])) != total * 60000])
    status, large = peak_rss(*arguments, PGWALK_FAKE="many", PGWALK_FAKE_MAPPINGS="180000")
    # Memory in proportion to the mappings would be at least 120000 records of 300 bytes
    expect("three times as many mappings need no more memory", [] if not status and large < small + 8 * MB else [small, large])


def test_many_changes():
    """60000 mappings, each changed in many ways: the page of two readings has a part of the rows, and all sums."""
    paths = readings("many", "many-later", PGWALK_FAKE_MAPPINGS="60000")
    page = Page(compared(*paths))
    data = page.data()
    mappings, pages = (len(report_page.unpack(data[key])) for key in ("changed_mappings", "changed_pages"))
    expect("a page of 60000 changed mappings is below 5 MB", [page.size] if page.size >= 5 * MB else [])
    expect("it has 16384 rows of each list, and the number of the others", [] if mappings == pages == 16384 and
           data["mappings_left_out"] == 60000 - mappings and data["pages_left_out"] == 180000 - pages else [
               mappings, data["mappings_left_out"], pages, data["pages_left_out"]])
    total = data["changes_total"]
    expect("its sums have all mappings", [] if total["moved"] + total["swapped_in"] == 180000 * 4096 else [total])


def test_diff():
    a, b = readings("", "later")  # pylint: disable=unbalanced-tuple-unpacking
    for title, arguments in (("of two readings", (a, b)), ("of two readings, the other way", (b, a)),
                             ("of two readings, with all mappings", ("-a", a, b)), ("of one reading", (a, a))):
        page = Page(compared(*arguments))
        data = page.data()
        expect(f"the page {title} is well-formed, and each number is explained",
               structure(page) + report_page.unexplained(data, json.loads(page.texts["words"])))
        expect(f"the data of the page {title} are those of diff", report_page.compare_diff(data, verb("diff", *arguments)))
        with open(work / "diff.json", "a", encoding="utf-8") as to:
            to.write(json.dumps(data) + "\n")
    some = "7f0000001000-7f0000003000"
    data = Page(compared(a, b, some)).data()
    expect("the data of a page with a range are those of diff with the range", report_page.compare_diff(data, verb("diff", a, b, some)))
    both = compared("--svg=both", a, b, some)
    strips = re.findall('data-range="([^"]*)"', both)
    expect("the picture of both readings has the range only, and memory in it", [] if strips == [some] and both.count('class="huge"') > 1 else
           [strips, both[-2000:]])
    drawn = compared("--svg", a, b)
    expect("the pictures of two readings alone are SVG without script or network", drawing(drawn) + [
        name for name in ("changes", "compared", "both") if f'<g id="{name}"' not in drawn])
    changed = next(o for o in verb("diff", a, b) if o["schema"] == "pgwalk.diff.total/1")
    bars = re.findall(r'data-change="([a-z-]+)"', drawn)
    expect("the picture has a bar for each kind of change", [] if bars == [
        key.replace("_", "-") for key in changed if key in report_page.CHANGES and changed[key]] and bars else [bars])
    to = work / "interval"
    done = run("pgwalk", "diff", "-i", 0, f"--html={to}", f"--proc={work / 'proc'}", 4211)
    expect("-i writes a page, too", [] if not done.returncode and Page(to.read_text(encoding="utf-8")).data()["type"] == "diff" else [done])
    old = to.read_text(encoding="utf-8")
    (work / "cut").write_bytes(b.read_bytes()[:-60])
    refused("a file that is cut short is reported", 1, "cut short", "diff", f"--html={to}", a, work / "cut")
    expect("an error leaves an earlier page of two readings, and no temporary file", [] if to.read_text(encoding="utf-8") == old and
           not list(work.glob("*.tmp")) else [sorted(work.iterdir())])
    refused("--svg of two readings needs a file", 2, "--html=FILE", "diff", "--svg", a, b)
    refused("a page of two readings has no columns to choose", 2, "--html: the page has all columns", "diff", f"--html={to}", "-o", "range", a, b)
    refused("--html is an option of diff only", 2, "--html", "vmas", "--html=x", 4211)


def test_recorded():
    objects = []
    for stream in STREAMS:
        path = encode(stream)
        text, intervals = recorded(path)
        page = Page(text)
        data = page.data()
        objects.append(json.dumps(data))
        expect(f"{stream.stem}: the page is well-formed, and each number is explained",
               structure(page) + report_page.unexplained(data, json.loads(page.texts["words"])))
        expect(f"{stream.stem}: the data are the sums of the intervals", report_page.compare_recording(data, intervals))
        expect(f"{stream.stem}: the mappings are the regions of the last interval", report_page.compare_regions(data, intervals))
        if "cells" in data:
            expect(f"{stream.stem}: the cells cover the mappings", report_page.compare_cells(
                report_page.unpack(data["mappings"]), report_page.unpack_cells(data["cells"])))
        if data["series"]:
            expect(f"{stream.stem}: the pictures alone are SVG without script or network", drawing(recorded(path, "--svg")[0]))
    (work / "recorded.json").write_text("\n".join(objects) + "\n", encoding="utf-8")


def test_long():
    """300 intervals: the time has at most 96 parts; 700 mappings and 4 classes each: more than there are rows and series."""
    lines = ["target 7 long none"]
    for i in range(300):
        lines += [f"fault 1 {0x10000 + 0x1000 * k:x}-{0x11000 + 0x1000 * k:x} rw-p {word} {1 + i % 3} write={1 + i % 3} lat=1000*{1 + i % 3} name=/m{k}"
                  for k in range(i % 7, 700, 70) for word in ("anon-new", "cow-copy", "swap-cached", "spurious")]
        lines.append(f"interval {(i + 1) * 10**9} 1000000000" + (" last" if i == 299 else ""))
    stream = work / "long.stream"
    stream.write_text("\n".join(lines) + "\n", encoding="utf-8")
    text, intervals = recorded(encode(stream))
    data = Page(text).data()
    expect("a long recording has at most 96 parts of the time", [] if 48 <= len(data["times"]) <= 96 else [len(data["times"])])
    expect("a long recording loses no fault", report_page.compare_recording(data, intervals))
    lines = ["target 7 wide none"]
    lines += [f"fault 1 {0x10000 + 0x1000 * k:x}-{0x11000 + 0x1000 * k:x} rw-p {word} 2 write=2 lat=1000*2 name=/m{k}"
              for k in range(700) for word in ("anon-new", "cow-copy", "swap-cached", "spurious", "shmem")]
    lines.append("interval 1000000000 1000000000 last")
    stream.write_text("\n".join(lines) + "\n", encoding="utf-8")
    text, intervals = recorded(encode(stream))
    data = Page(text).data()
    expect("faults without room for a row are in the first row", report_page.compare_recording(data, intervals) + (
        [] if data["folded"] and len(data["rows"]) == 512 else [data["folded"], len(data["rows"])]))


def test_wide():
    """The most rows, series and parts of the time that a page can have."""
    lines = ["target 7 wide none"]
    for i in range(96):
        lines += [f"fault 1 {0x7f0000000000 + 0x100000 * k:x}-{0x7f0000010000 + 0x100000 * k:x} rw-p {word} {count} write={count} "
                  f"lat=1000*{count} name=/usr/lib/x86_64-linux-gnu/a-library-{k}.so.{k}"
                  for k in range(700) for word in ("anon-new", "cow-copy", "swap-cached", "spurious", "shmem") for count in [10000 + i * k]]
        lines.append(f"interval {(i + 1) * 10**9} 1000000000" + (" last" if i == 95 else ""))
    stream, to = work / "wide.stream", work / "wide.html"
    stream.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = run("pgtop", "--replay", encode(stream), "--html", to)
    page = Page(to.read_text(encoding="utf-8"))
    sizes = [len(page.data()[key]) for key in ("rows", "series", "times")]
    expect("a recording of 700 mappings, 5 classes and 96 parts of the time has the most rows, and nearly the most series", [
        done.stderr, sizes] if done.returncode or sizes[::2] != [512, 96] or not 2000 < sizes[1] <= 2048 else [])
    expect("its page is below 5 MB", [page.size] if page.size >= 5 * MB else [])


def test_schema():
    schema = TESTS / "lib/json_schema.py"
    for tool, file in (("pgwalk", "data.json"), ("pgwalk", "diff.json"), ("pgwalk", "recorded.json")):
        done = subprocess.run([schema, work / file], capture_output=True, text=True, check=False)
        expect(f"{file}: the data conform to the schema", done.stdout.splitlines() if done.returncode else [])
        done = subprocess.run([schema, "--manual", TESTS.parent / f"Documentation/{tool}-json.5.rst", work / file],
                              capture_output=True, text=True, check=False)
        expect(f"{file}: each key is in the manual", done.stdout.splitlines() if done.returncode else [])


# Machado, Oliveira, Fernandes: A Physiologically-based Model for Simulation of Color Vision Deficiency (2009), severity 1
VISION = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def linear(colour):
    """Return the linear parts of a colour like #a1b2c3 or #fff."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[i:i + 2], 16) / 255 for i in (0, 2, 4)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def lab(parts):
    """Return the CIELAB coordinates of linear parts."""
    xyz = [sum(row[i] * parts[i] for i in range(3)) for row in (
        (0.4124 / 0.9505, 0.3576 / 0.9505, 0.1805 / 0.9505), (0.2126, 0.7152, 0.0722), (0.0193 / 1.089, 0.1192 / 1.089, 0.9505 / 1.089))]
    x, y, z = (max(v, 0) ** (1 / 3) if v > 0.008856 else 7.787 * v + 16 / 116 for v in xyz)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def luminance(colour):
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear(colour)))


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_colours():
    style = (ASSETS / "picture.css").read_text(encoding="utf-8")
    light, dark = (dict(re.findall(r"--(\w+): (#\w+)", block)) for block in re.findall(r":root \{(.*?)\}", style, re.S))
    for name, colours in (("light", light), ("dark", dark)):
        wrong = []
        for group in (("unique", "shared", "swapped", "reserved", "huge"), ("unique", "huge", "folio"),
                      ("reserved", "swapped", "unique", "changed"),
                      ("heat1", "heat2", "heat3", "heat4", "heat5", "hole")):
            pairs = [(a, b) for i, a in enumerate(group) for b in group[i + 1:]]
            for sight, matrix in VISION.items():
                seen = {c: lab([sum(r * p for r, p in zip(row, linear(colours[c]))) for row in matrix]) for c in group}
                wrong += [f"{sight}: {a} and {b}: {d:.0f}" for a, b in pairs
                          if (d := sum((x - y) ** 2 for x, y in zip(seen[a], seen[b])) ** 0.5) < 18]
        expect(f"{name}: people with each kind of colour blindness can tell the colours of a picture apart", wrong)
        expect(f"{name}: text has contrast 4.5, and a colour 1.2 to the page", [
            (a, f"{contrast(colours[a], colours[b]):.2f}") for a, b, least in
            (("ink", "paper", 4.5), ("quiet", "paper", 4.5), ("ink", "hole", 4.5), ("quiet", "hole", 4.5), ("ink", "part1", 4.5),
             ("ink", "part2", 4.5), ("ink", "part3", 4.5), ("unique", "paper", 3), ("swapped", "paper", 3), ("changed", "paper", 3))
            if contrast(colours[a], colours[b]) < least])


def refused(title, status, text, *arguments, tool="pgwalk", **fake):
    """Print a test that passes if a command fails with one line that has a text."""
    done = run(tool, *arguments, **fake)
    message = done.stderr.decode()
    results.result(done.returncode == status and text in message and not done.stdout, title, [done.returncode, message])


def test_errors():
    to, old = work / "old.html", "an earlier page"
    to.write_text(old, encoding="utf-8")
    proc = f"--proc={work / 'proc'}"
    refused("a process that exits is reported", 1, "executed another program while it was read", "report", proc, "-o", to, 4211, PGWALK_FAKE="gone")
    expect("an error leaves an earlier page, and no temporary file", [] if to.read_text(encoding="utf-8") == old and
           not list(work.glob("*.tmp")) else [sorted(work.iterdir())])
    refused("a file that cannot be created is reported", 1, "choose a file", "report", proc, "-o", "/nonexistent/x.html", 4211)
    refused("a full disk is reported", 1, "/dev/full: No space left", "report", proc, "-o", "/dev/full", 4211)
    refused("an address that is none is reported", 2, "not an address", "report", proc, "-o", to, 4211, "xyz")
    refused("an address outside of user space is reported", 1, "not an address of user space", "report", proc, "-o", to, 4211,
            "ffff800000000000")
    refused("-j is no option of report", 2, "invalid option", "report", "-j", proc, 4211)
    refused("a picture that does not exist is reported, with the names of all", 2, "tree: no such picture; there are space", "report",
            proc, "--svg=walk,tree", 4211)
    refused("a picture of another command is reported", 1, "--svg=changes: nothing to draw", "report", proc, "--svg=changes", "-o", to, 4211)
    expect("and leaves an earlier page", [] if to.read_text(encoding="utf-8") == old else ["lost"])
    refused("--svg is an option of report only", 2, "--svg", "--svg", "vmas", proc, 4211)
    done = run("pgwalk", "report", proc, "-o", to, 4211)
    expect("a page replaces an earlier one", [] if not done.returncode and Page(to.read_text(encoding="utf-8")).data() else [done])
    to.write_text(old, encoding="utf-8")
    refused("a stream that cannot be read is reported", 1, "No such file", "--replay=/nonexistent", f"--html={to}", tool="pgtop")
    expect("an error before the first interval leaves an earlier page", [] if to.read_text(encoding="utf-8") == old else ["lost"])
    refused("pgtop reports a full disk", 1, "/dev/full: No space left", "--replay", encode(STREAMS[0]), "--html=/dev/full", tool="pgtop")
    done = run("pgtop", "--replay", encode(STREAMS[0]), "-b", f"--html={to}")
    expect("-b shows the intervals too", [] if done.stdout and Page(to.read_text(encoding="utf-8")).data() else [done])


def main():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    build()
    for test in (test_live, test_markup, test_many, test_many_changes, test_diff, test_recorded, test_long, test_wide, test_schema, test_colours, test_errors):
        try:
            test()
        except (ValueError, KeyError, OSError, subprocess.SubprocessError, ElementTree.ParseError) as error:
            results.result(False, f"{test.__name__} ends", [repr(error)])
    subprocess.run(["rm", "-rf", work], check=True)
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
