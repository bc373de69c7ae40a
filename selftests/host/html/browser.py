#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Pages of pgwalk report and pgtop --html in Chromium: content against the data, sort, filter, zoom, keys, widths, errors. TAP.

browser.py                       test; skipped if Chromium cannot be fetched
browser.py --screenshots DIR     also write the pages as PNG: at 1280 and 400 px, light and dark

The data themselves are compared with the verbs by run.py, which needs no browser.
"""
import base64
import collections
import json
import re
import shutil
import sys
from pathlib import Path

import run
from run import report_page, results, tap, work
import chromium

PAGE = 4096
# Width of a sheet of Letter or A4, landscape, without its margins, in px
PAPER = 965
# Texts of cells, as objects: [part, table] for tables of records, and for tables of fields
RECORDS = (("kinds", "kinds-records"), ("tables", "tables-table-records"), ("reach", "reach-table-records"), ("tlbs", "tlbs-records"),
           ("steps", "steps-records"), ("classes", "classes-records"), ("rows", "rows-records"))
FIELDS = (("tables_total", "tables-table-fields"), ("reach_total", "reach-total-fields"), ("translation", "translation-fields"),
          ("mm", "mm-table-fields"))
CELLS = """[...document.querySelectorAll('#%s tbody tr')].map(row =>
    [...row.querySelectorAll('td[data-key]')].map(cell => [cell.dataset.key, cell.dataset.value, cell.textContent]))"""


def bytes_text(n):
    """Format bytes as units.c does."""
    if not n:
        return "0"
    value, suffixes = n / 1024, "KMGTPE"
    while value >= 999.5 and len(suffixes) > 1:
        value, suffixes = value / 1024, suffixes[1:]
    return (f"{value:.1f}" if value < 9.95 and value != int(value) else f"{value:.0f}") + suffixes[0]


def text_of(value, unit):
    """Return the text that a cell has for a value; None: not checked."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(text_of(one, unit) for one in value) or "-"
    if unit == "bytes":
        return bytes_text(value)
    return None if unit == "ns" else f"{value:,}".replace(",", "\u202f")


def raw_of(value):
    """Return the text of a value in the attribute data-value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False) if isinstance(value, list) else str(value)


class Shown:
    """A page in the browser, with its data."""

    def __init__(self, browser, path, width=1280, scheme="light"):
        self.browser, self.path = browser, path
        browser.errors = []
        browser.open(path, width, 900, scheme)
        self.page = report_page.Page(path.read_text(encoding="utf-8"))
        self.data, self.words = self.page.data(), json.loads(self.page.texts["words"])
        self.run = browser.run

    def check(self):
        """Return errors of the page, requests to the network, and a width above that of the window."""
        wrong = list(self.browser.errors)
        wrong += [f"requested: {url}" for url in self.browser.requests if url != f"file://{self.path}"]
        if self.run("document.documentElement.dataset.ready") != "yes":
            wrong.append("the script did not reach its end")
        over = self.run("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return wrong + ([f"the page is {over} px too wide"] if over > 0 else [])

    def compare_cells(self, part, got, want):
        """Compare the cells of a row with a record."""
        wrong = [f"{part}: keys {[key for key, *_ in got]}"] if [key for key, *_ in got] != list(want) else []
        for key, raw, text in got:
            expected = text_of(want.get(key), self.words[part][key][1])
            if raw != raw_of(want.get(key)) or (expected is not None and text != expected):
                wrong.append(f"{part}.{key}: {raw!r}, {text!r}; the data have {want.get(key)!r}, {expected!r}")
        return wrong

    def compare(self):
        """Compare all tables but that of the mappings with the data."""
        wrong = []
        for part, table in RECORDS:
            records = self.data.get(part)
            if part == "rows":
                records = [row for row in records or [] if row["faults"]]
            if part == "classes":
                records = [{k: v for k, v in record.items() if k != "histogram"} for record in records or []]
            rows = self.run(CELLS % table)
            if len(rows) != len(records or []):
                wrong.append(f"{part}: {len(rows)} rows, {len(records or [])} records")
            for got, want in zip(rows, records or []):
                wrong += self.compare_cells(part, got, want)
        for part, table in FIELDS:
            rows = self.run(CELLS % table)
            wrong += self.compare_cells(part, sum(rows, []), self.data.get(part) or {})
        return wrong

    def mappings(self):
        """Return the cells of the table of mappings: key to raw value, one dictionary a row."""
        return [{key: raw for key, raw, _ in row} for row in self.run(CELLS % "mappings-records")]

    def status(self, name):
        return self.run(f"document.getElementById('{name}').textContent")

    def press(self, key, code=0):
        self.browser.press(key, code)


def expect(title, wrong):
    run.expect(title, wrong)


def write(name, text):
    path = work / name
    path.write_text(text, encoding="utf-8")
    return path


def records_of(shown):
    """Return the mappings of the data as the attributes of the table."""
    records = []
    for record in report_page.unpack(shown.data["mappings"]):
        record.update(start=record["start"] // PAGE, end=record["end"] // PAGE)
        records.append({key: raw_of(value) for key, value in record.items()})
    return records


def test_tables(shown):
    wanted = records_of(shown)
    expect("the page has no error, makes no request, and fits into 1280 px", shown.check())
    expect("each cell of the tables has the value and the text of the data", shown.compare())
    expect("the table of mappings has the data", [] if shown.mappings() == wanted else [shown.mappings(), wanted])
    for key, numeric in (("resident", True), ("name", False)):
        shown.run(f"document.querySelector('#mappings-records th[data-key={key}] button').focus()")
        wrong = []
        for direction in ("descending", "ascending") if numeric else ("ascending", "descending"):
            shown.press("Enter", 13)
            got = [row[key] for row in shown.mappings()]
            want = sorted(got, key=int if numeric else str, reverse=direction == "descending")
            sort = shown.run(f"document.querySelector('#mappings-records th[data-key={key}]').getAttribute('aria-sort')")
            if got != want or sort != direction or sorted(got) != sorted(row[key] for row in wanted):
                wrong.append((direction, sort, got, want))
        expect(f"the heading {key} sorts in both directions, by keyboard", wrong)


def test_filter(shown):
    wanted = records_of(shown)
    shown.run("document.getElementById('filter').focus()")
    shown.browser.call("Input.insertText", text="RW-P")
    shown.run("new Promise(done => setTimeout(done, 50))")
    got = {row["start"] for row in shown.mappings()}
    expect("the filter finds a text in any case", [] if got == {row["start"] for row in wanted if row["perms"] == "rw-p"} else [got])
    shown.run("(filter => { filter.value = ''; filter.dispatchEvent(new Event('input')) })(document.getElementById('filter'))")
    shown.run("new Promise(done => setTimeout(done, 50))")
    wrong = []
    for kind in {row["kind"] for row in wanted}:
        for selector in (f"#chips button[data-kind={kind}]", f"#picture-space .kind[data-kind={kind}]"):
            shown.run(f"document.querySelector('{selector}').focus()")
            shown.press("Enter", 13)
            got = [row["kind"] for row in shown.mappings()]
            pressed = shown.run(f"document.querySelector('#chips button[data-kind={kind}]').getAttribute('aria-pressed')")
            if set(got) != {kind} or len(got) != sum(row["kind"] == kind for row in wanted) or pressed != "true":
                wrong.append((selector, got, pressed))
            shown.press("Enter", 13)
            if len(shown.mappings()) != len(wanted):
                wrong.append(f"{selector}: a second choice does not show all")
    expect("a kind can be chosen by its button and by its bar in the picture", wrong)


def zoom_text(shown, start, end):
    """Return the description of a range, from the cells of the data; addresses in pages."""
    sums = [0.0] * 5
    for first, last, *parts in report_page.unpack_cells(shown.data["cells"]):
        share = max(0, min(end * PAGE, last) - max(start * PAGE, first)) / (last - first)
        sums = [n + part * share for n, part in zip(sums, parts)]
    mapped, resident, unique, huge, swapped = (bytes_text(int(n / PAGE + 0.5) * PAGE) for n in sums)
    inside = sum(m["start"] < end * PAGE and m["end"] > start * PAGE for m in report_page.unpack(shown.data["mappings"]))
    own = f", unique {unique}" if shown.data["unique_known"] else ""
    return (f"{start * PAGE:08x}-{end * PAGE:08x}, {bytes_text((end - start) * PAGE)}: {inside} mapping{'' if inside == 1 else 's'}, "
            f"reserved {mapped}, resident {resident}{own}, huge {huge}, swapped {swapped} bytes")


def range_of(text):
    start, end = text.split(",")[0].split("-")
    return int(start, 16) // PAGE, int(end, 16) // PAGE


def test_zoom(shown):
    cells = report_page.unpack_cells(shown.data["cells"])
    wrong, before = [], range_of(shown.status("zoom-status"))
    shown.run("document.getElementById('zoom').focus()")
    for key, code in (("+", 187), ("ArrowRight", 39), ("ArrowLeft", 37), ("-", 189), ("0", 48), ("[", 219), ("]", 221), ("ArrowUp", 38),
                      ("ArrowDown", 40), ("Home", 36)):
        shown.press(key, code)
        text = shown.status("zoom-status")
        start, end = after = range_of(text)
        size, old = end - start, before[1] - before[0]
        if text != zoom_text(shown, start, end):
            wrong.append(f"{key}: {text!r}, from the data {zoom_text(shown, start, end)!r}")
        if (key in ("+", "ArrowUp") and not size < old) or (key in ("-", "ArrowDown") and not size >= old) or (
                key == "ArrowRight" and (size != old or start < before[0])) or (
                    key in ("0", "Home") and after != (cells[0][0] // PAGE, cells[-1][1] // PAGE)):
            wrong.append(f"{key}: {before} became {after}")
        before = after
    expect("the keys of the zoom show the cells of the data", wrong)
    wrong = []
    for strip in shown.run("[...document.querySelectorAll('#picture-map .strip')].map(strip => strip.dataset.range)"):
        shown.run(f"document.querySelector('[data-range=\"{strip}\"]').focus()")
        shown.press("Enter", 13)
        start, end = range_of(shown.status("zoom-status"))
        if strip != f"{start * PAGE:08x}-{end * PAGE:08x}" or shown.run("document.activeElement.id") != "zoom":
            wrong.append((strip, start, end))
    expect("a strip of the map opens in the zoom, by keyboard", wrong)
    shown.run("document.querySelector('#mappings-records tbody tr:nth-child(2) button').focus()")
    shown.press("Enter", 13)
    start, end = range_of(shown.status("zoom-status"))
    row = records_of(shown)[1]
    expect("a row of the mappings opens in the zoom", [] if start <= int(row["start"]) and end >= int(row["end"]) and shown.run(
        "document.querySelectorAll('#mappings-records tr.current').length") == 1 else [start, end, row])
    shown.run("document.querySelector('#mappings-records tbody tr:nth-child(2) button').focus()")
    places = []
    for key, code in (("ArrowDown", 40), ("ArrowUp", 38), ("ArrowUp", 38), ("ArrowUp", 38)):
        shown.press(key, code)
        places.append(shown.run("document.activeElement.closest('tr').sectionRowIndex"))
    expect("the arrow keys go from row to row", [] if places == [2, 1, 0, 0] else places)
    shown.run("document.querySelector('[data-move=out]').click()")
    expect("a button of the zoom works", [] if range_of(shown.status("zoom-status"))[1] > end else [shown.status("zoom-status")])


def accessible(shown):
    """Return role and name of each element that a screen reader gets, and whether the keyboard reaches it."""
    shown.browser.call("Accessibility.enable")
    nodes = shown.browser.call("Accessibility.getFullAXTree")["nodes"]
    shown.browser.call("Accessibility.disable")
    return [(node.get("role", {}).get("value"), node.get("name", {}).get("value", "").strip(),
             any(one["name"] == "focusable" and one["value"]["value"] for one in node.get("properties", [])))
            for node in nodes if not node.get("ignored")]


def test_names(shown):
    """Each control has a name for screen readers, and each picture a description."""
    nodes = accessible(shown)
    controls = [(role, name) for role, name, _ in nodes if role in (
        "button", "searchbox", "combobox", "textbox", "link", "image", "img", "table")]
    expect("each control, picture and table has a name for screen readers", [role for role, name in controls if not name] + (
        ["no control"] if len(controls) < 5 else []))
    expect("each place that the keyboard reaches has a name and a role", [
        (role, name) for role, name, focusable in nodes if focusable and (
            not name or role in ("generic", "row", "none", "GenericContainer")) and role != "RootWebArea"])
    parts = shown.run("""[...document.querySelectorAll('main [role=button], main svg [role=group], main tr.choice button')].map(one =>
        [one.getAttribute('role') || 'button', one.getAttribute('aria-label') || one.querySelector('title').textContent])""")
    got, want = collections.Counter((role, name) for role, name, _ in nodes), collections.Counter(map(tuple, parts))
    expect("screen readers get each part of a picture and each row that can be chosen", list((want - got).elements())[:5] + (
        [] if parts else ["no part"]) + shown.run("[...document.querySelectorAll('svg[role=img] :is([role], [tabindex])')].map(one => one.outerHTML.slice(0, 99))"))
    expect("a table has a choice in each row, or in none", shown.run("""[...document.querySelectorAll('tbody')].filter(body =>
        ![0, body.rows.length].includes(body.querySelectorAll('tr.choice > :first-child > button').length)).map(body => body.parentNode.id)"""))


def test_faults(shown):
    data = shown.data
    expect("the page of a recording has no error, makes no request, and fits into 1280 px", shown.check())
    expect("each cell of its tables has the value and the text of the data", shown.compare())
    totals = shown.run("""Object.fromEntries([...document.querySelectorAll('#picture-classes .class')].map(row =>
        [row.dataset.class, Number(row.querySelector('.quiet').textContent)]))""")
    want = {}
    for series in data["series"]:
        want[series["class"]] = want.get(series["class"], 0) + series["count"]
    expect("the picture of the classes has the sums of the data", [] if totals == want else [totals, want])
    wrong = []
    for name in sorted(want):
        shown.run(f"(s => {{ s.value = '{name}'; s.dispatchEvent(new Event('change')) }})(document.getElementById('class'))")
        rows = shown.run("""Object.fromEntries([...document.querySelectorAll('#picture-heat .mapping')].map(row =>
            [row.dataset.row, [Number(row.querySelector('.quiet').textContent), row.querySelectorAll('rect:not(.empty)').length]]))""")
        for row, (count, cells) in rows.items():
            own = [s for s in data["series"] if s["row"] == int(row) and s["class"] == name]
            if count != sum(s["count"] for s in own) or cells != sum(map(bool, own[0]["counts"] if own else [])):
                wrong.append((name, row, count, cells))
    expect("a class can be chosen: counts and cells of each row are those of the data", wrong)
    shown.run("(s => { s.value = ''; s.dispatchEvent(new Event('change')) })(document.getElementById('class'))")
    wrong = []
    shown.run("document.querySelector('#picture-classes .class').focus()")
    for key, code, time in (("ArrowLeft", 37, 0), ("ArrowRight", 39, min(1, len(data["times"]) - 1)), ("ArrowLeft", 37, 0), ("ArrowDown", 40, 0)):
        shown.press(key, code)
        name = shown.run("document.activeElement.dataset.class")
        n = sum(s["counts"][time] for s in data["series"] if s["class"] == name)
        text = shown.status("heat-status")
        if f"{data['times'][time]:.2f} s: {f'{n} {name}' if n else 'no'} faults" not in text or not text.startswith(name):
            wrong.append((key, name, n, text))
    expect("the arrow keys read single cells", wrong)
    bars = shown.run("""Object.fromEntries([...document.querySelectorAll('#picture-latency .latency')].map(row =>
        [row.dataset.class, row.querySelectorAll('rect').length]))""")
    want = {c["class"]: sum(map(bool, c["histogram"])) for c in data["classes"] if c["samples"]}
    expect("the histograms have a bar for each range with faults", [] if bars == want else [bars, want])


def shown_rows(shown, table):
    """Return the rows of a table: key to raw value."""
    return [{key: raw for key, raw, _ in row} for row in shown.run(CELLS % table)]


def raw_records(shown, part):
    """Return the records of a compact table of the data as the attributes of its cells; keys without any value are left out."""
    table = shown.data[part]
    records = [{key: value // PAGE if kind == "address" and value is not None else value
                for (key, value), kind in zip(record.items(), table["types"])} for record in report_page.unpack(table)]
    used = [key for key in table["keys"] if any(record[key] for record in records)]
    return [{key: raw_of(record[key]) for key in used} for record in records]


def test_diff(shown):
    data = shown.data
    expect("the page of two readings has no error, makes no request, and fits into 1280 px", shown.check())
    mappings, pages = (raw_records(shown, part) for part in ("changed_mappings", "changed_pages"))
    wrong = []
    for part, table, want in (("changed_mappings", "changed-mappings-records", mappings), ("changed_pages", "changed-pages-records", pages)):
        got = shown_rows(shown, table)
        if got != want or not want:
            wrong.append((part, got[:2], want[:2]))
        for row, record in zip(shown.run(CELLS % table), want):
            wrong += [f"{part}.{key}: {text!r}, not {bytes_text(int(record[key]))!r}" for key, _, text in row
                      if shown.words[part][key][1] == "bytes" and text != bytes_text(int(record[key]))]
    for part, table in (("readings", "readings-table-fields"), ("changes_total", "changes-total-fields")):
        wrong += shown.compare_cells(part, sum(shown.run(CELLS % table), []), data[part])
    expect("each cell of its tables has the value of the data", wrong)
    total = {key: value for key, value in data["changes_total"].items() if key in report_page.CHANGES and value}
    wrong = []
    for key, value in total.items():
        word = key.replace("_", "-")
        shown.run(f"document.querySelector('#picture-changes .change[data-change={word}]').focus()")
        text = shown.run("document.activeElement.querySelector('.small').textContent")
        shown.press("Enter", 13)
        got = shown_rows(shown, "changed-pages-records")
        if text != bytes_text(value) or got != [row for row in pages if word in row["changes"].split(",")] or sum(
                int(row["bytes"]) for row in got) != value:
            wrong.append((word, text, bytes_text(value), len(got)))
    expect("a kind of change can be chosen by its bar, by keyboard: bytes and pages are those of the data", wrong)
    wrong = []
    for number, row in enumerate(mappings):
        shown.run(f"document.querySelector('#changed-mappings-records tbody tr:nth-child({number + 1}) button').focus()")
        shown.press("Enter", 13)
        got = shown_rows(shown, "changed-pages-records")
        inside = [page for page in pages if int(page["start"]) >= int(row["start"]) and int(page["end"]) <= int(row["end"])]
        if got != inside or sum(int(page["bytes"]) for page in got) < max(int(row.get(key, 0)) for key in report_page.CHANGES):
            wrong.append((row["start"], len(got), len(inside)))
    shown.run("document.getElementById('changed-pages-all').click()")
    if shown_rows(shown, "changed-pages-records") != pages:
        wrong.append("not all pages are back")
    expect("a mapping can be chosen: its changed pages are shown", wrong)
    shown.run("document.getElementById('changed-pages-filter').focus()")
    shown.browser.call("Input.insertText", text="MOVED")
    got = shown_rows(shown, "changed-pages-records")
    expect("the filter of the pages finds a text in any case", [] if got and got == [
        row for row in pages if any("moved" in value for value in row.values())] else [got])
    pairs = shown.run("""[...document.querySelectorAll('#picture-compared .pair')].map(pair =>
        [pair.dataset.start, pair.getAttribute('role'), [...pair.querySelectorAll('.small')].slice(-3).map(text => text.textContent)])""")
    records = {f"{record['start']:x}": record for record in report_page.unpack(data["changed_mappings"])}
    expect("before and after of each mapping has the bytes of the data, and can be chosen", [
        pair for pair in pairs if pair[1] != "button" or [bytes_text(records[pair[0]][f"{ab}_resident"]) for ab in "ab"] != pair[2][::2]] +
        ([] if pairs else ["no mapping"]))
    strips = shown.run("""[...document.querySelectorAll('#picture-both .strip')].map(strip =>
        [strip.dataset.range, strip.querySelectorAll('.changed').length])""")
    wrong = []
    for text, marks in strips:
        start, end = range_of(text)
        inside = sum(int(row["start"]) < end and int(row["end"]) > start for row in pages)
        if bool(inside) != bool(marks):
            wrong.append((text, marks, inside))
    expect("the map of both readings marks the parts with changes, and no others", wrong + ([] if strips else ["no strip"]))


def test_many(browser):
    shown = Shown(browser, write("many.html", run.report(4211, PGWALK_FAKE="many", PGWALK_FAKE_MAPPINGS="60000")))
    wrong = shown.check()
    if len(shown.mappings()) != 100 or "of 60000 mappings" not in shown.status("mappings-status"):
        wrong.append(shown.status("mappings-status"))
    shown.run("document.getElementById('page-next').click()")
    first = shown.mappings()[0]["start"]
    if int(first) * PAGE != 0x100000000 + 100 * 0x10000:
        wrong.append(f"the second page begins at {first}")
    shown.run("document.getElementById('filter').focus()")
    browser.call("Input.insertText", text="library-59992.so")
    shown.run("new Promise(done => setTimeout(done, 400))")
    if [row["name"] for row in shown.mappings()] != ["/usr/lib/a-library-59992.so.59992"]:
        wrong.append(shown.mappings())
    expect("60000 mappings can be paged through and filtered", wrong)


def test_markup(browser):
    (work / "proc/4211/comm").write_text("</title><b>x\n", encoding="utf-8")
    shown = Shown(browser, write("markup.html", run.report(4211, PGWALK_FAKE="markup")))
    (work / "proc/4211/comm").write_text("demo\n", encoding="utf-8")
    wrong = shown.check()
    names = [row["name"] for row in shown.mappings()]
    texts = shown.run("[...document.querySelectorAll('#mappings-records td[data-key=name]')].map(cell => cell.textContent)")
    if names != run.MARKUP or texts != run.MARKUP:
        wrong += [names, texts]
    if shown.run("document.querySelectorAll('script').length + ' ' + document.querySelectorAll('b').length") != "3 0":
        wrong.append("a name became an element")
    if shown.run("document.title + '|' + document.querySelector('h1').textContent") != "4211 </title><b>x|4211 </title><b>x":
        wrong.append(shown.run("document.title"))
    expect("names that look like HTML are shown as they are, and run nothing", wrong)


def test_layout(browser, paths):
    for path in paths:
        backgrounds = set()
        for scheme in ("light", "dark"):
            shown = Shown(browser, path, 400, scheme)
            expect(f"{path.name}: no error and no sideways scroll of the page at 400 px, {scheme}", shown.check())
            backgrounds.add(shown.run("getComputedStyle(document.body).backgroundColor"))
        expect(f"{path.name}: dark and light differ", [] if len(backgrounds) == 2 else backgrounds)
        small = shown.run("[...document.querySelectorAll('svg text')].filter(t => parseFloat(getComputedStyle(t).fontSize) < 9).length")
        expect(f"{path.name}: no text of a picture is below 9 units", [small] if small else [])


# What is on the page, while it is printed and at other times
PRINTED = """({ closed: document.querySelectorAll('details:not([open])').length, details: document.querySelectorAll('details').length,
    rows: [...document.querySelectorAll('table[id$=-records]')].map(table => table.tBodies[0].rows.length) })"""


def test_print(browser, path, rows=0):
    """A page on paper: landscape, with all explanations, at most 2000 rows of a list, and no table wider than the paper.

    @rows: rows of the mappings that must be on paper; 0: those of the screen
    """
    shown = Shown(browser, path, PAPER)
    before = shown.run(PRINTED)
    shown.run(f"addEventListener('beforeprint', () => window.printed = {PRINTED}) || 0")
    pdf = base64.b64decode(browser.call("Page.printToPDF", preferCSSPageSize=True)["data"])
    during, after = shown.run("window.printed"), shown.run(PRINTED)
    boxes = [tuple(map(float, box.split())) for box in re.findall(rb"/MediaBox \[([\d. ]+)\]", pdf)]
    expect(f"{path.name}: the paper is landscape", [] if boxes and all(right > top for _, _, right, top in boxes) else boxes)
    expect(f"{path.name}: the explanations are on paper, and closed again on the screen", [] if before["details"] and not
           during["closed"] and during["details"] == before["details"] == before["closed"] and after == before else [before, during, after])
    expect(f"{path.name}: the rows of the lists are on paper", [] if (rows in during["rows"] if rows else during["rows"] == before["rows"]) else [
        during["rows"], before["rows"]])
    browser.call("Emulation.setEmulatedMedia", media="print")
    shown.run("dispatchEvent(new Event('beforeprint'))")
    expect(f"{path.name}: no table, picture or text is wider than the paper", shown.run("""[...document.querySelectorAll('table, svg, p, dl')]
        .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
        .map(one => (one.id || one.textContent.slice(0, 40)) + ' ' + one.getBoundingClientRect().right)"""))
    browser.call("Emulation.setEmulatedMedia", media="")


def screenshots(browser, paths, to):
    to.mkdir(parents=True, exist_ok=True)
    for path in paths:
        for width in (1280, 400):
            for scheme in ("light", "dark"):
                browser.open(path, width, 900, scheme)
                browser.screenshot(to / f"{path.stem}-{width}-{scheme}.png")


def main():
    program = chromium.find()
    if not program:
        return tap.skip_all("Chromium cannot be fetched, and is not installed")
    run.build()
    live, recorded = write("live.html", run.report(4211)), work / "recorded.html"
    done = run.run("pgtop", "--replay", run.encode(next(s for s in run.STREAMS if s.stem == "classes")), "--html", recorded)
    compared = write("compared.html", run.compared(*run.readings("", "later")))
    browser = chromium.Browser(program)
    try:
        expect("pages are written", [done.stderr] if done.returncode else [])
        for test in (test_tables, test_filter, test_zoom, test_names):
            test(Shown(browser, live))
        test_faults(Shown(browser, recorded))
        test_names(Shown(browser, recorded))
        test_diff(Shown(browser, compared))
        test_names(Shown(browser, compared))
        test_many(browser)
        test_markup(browser)
        test_layout(browser, (live, recorded, compared))
        for page in (live, recorded, compared):
            test_print(browser, page)
        test_print(browser, work / "many.html", 2000)
        if sys.argv[1:2] == ["--screenshots"]:
            screenshots(browser, (live, recorded, compared, work / "many.html", work / "markup.html"), Path(sys.argv[2]))
    except chromium.Failed as error:
        results.result(False, "the browser works to the end", [error])
    finally:
        browser.close()
    shutil.rmtree(work)
    return results.end()


if __name__ == "__main__":
    sys.exit(main())
