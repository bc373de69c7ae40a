# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""A page of pgwalk report or pgtop --html: its elements, its data, and the records that compact tables stand for."""
import json
from html.parser import HTMLParser

PAGE = 4096
VOID = {"meta", "input", "br", "hr", "img", "link"}
# Elements of SVG that the page writes without content
EMPTY = {"rect", "path", "line", "circle"}
# Number of texts that a compact table remembers
RING = 256


class Page(HTMLParser):
    """Elements and texts of a page. @wrong lists errors of its structure."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.size = len(text.encode())
        self.open, self.elements, self.wrong, self.texts = [], [], [], {}
        self.feed(text)
        self.close()
        self.wrong += [f"{name}: not closed" for name in self.open]

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if len({name for name, _ in attrs}) != len(attrs):
            self.wrong.append(f"{tag}: an attribute occurs twice: {attrs}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.wrong.append(f"{tag}: closed in its own tag")

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.wrong.append(f"/{tag}: not the last open element, which is {self.open[-1:]}")
        else:
            self.open.pop()

    def handle_data(self, data):
        if self.elements and "svg" not in self.open:
            name, attributes = self.elements[-1]
            key = attributes.get("id", name)
            self.texts[key] = self.texts.get(key, "") + data

    def named(self, name):
        """Return the attributes of all elements of a name."""
        return [attributes for tag, attributes in self.elements if tag == name]

    def data(self):
        """Return the data of the page."""
        return json.loads(self.texts["data"])


def unpack(table):
    """Return the records of a compact table, with addresses in bytes: the inverse of compact.c."""
    ring, place, at, records = [None] * RING, 0, 0, []
    for row in table["rows"]:
        record = {}
        for key, kind, value in zip(table["keys"], table["types"], row, strict=True):
            if value is not None and kind == "address":
                at += value
                value = at * PAGE
            elif kind == "text" and isinstance(value, str):
                ring[place] = value
                place = (place + 1) % RING
            elif kind == "text" and value is not None:
                value = ring[value]
            record[key] = value
        records.append(record)
    return records


def unpack_cells(cells):
    """Return (start, end, mapped, resident, unique, huge, swapped) of each cell, in bytes."""
    at, found = 0, []
    for gap, size, *rest in cells["rows"]:
        start = at + gap
        at = start + size
        parts = rest if len(rest) > 1 else [size] + [size if rest[0] & bit else 0 for bit in (1, 2, 4, 8)]
        found.append(tuple(n * PAGE for n in (start, at, *parts)))
    return found


def address(number):
    """Return an address as the tools write it."""
    return f"{number:08x}"


# Keys that change with other processes, in mappings of files and in the total
OF_OTHERS = ("shared", "exclusive", "pss", "uss", "frames")


def without_others(record):
    """Return a mapping, or the total of the mappings, without the keys that other processes change."""
    return {key: value for key, value in record.items() if key not in OF_OTHERS or not record.get("name", "/").startswith(("/", "["))}


def compare_report(data, verbs, kept=dict):
    """Compare the data of a live page with the objects of the verbs, by their schema; return the differences. @kept returns the
    part of a mapping that is compared."""
    wrong = []

    def expect(name, got, want):
        if got != want:
            wrong.append(f"{name}: the page has {str(got)[:300]}, the verb {str(want)[:300]}")

    def objects(schema):
        return [{key: value for key, value in o.items() if key != "schema"} for o in verbs if o["schema"] == schema]

    mappings = unpack(data["mappings"])
    for record in mappings:
        record.update(start=address(record["start"]), end=address(record["end"]))
    keys = data["mappings"]["keys"]
    expect("mappings", list(map(kept, mappings)), [kept({key: o[key] for key in keys}) for o in objects("pgwalk.vma/1")])
    expect("mappings_total", [kept(data["mappings_total"])], list(map(kept, objects("pgwalk.vma.total/1"))))
    for part, schema in (("tables_total", "pgwalk.tables/1"), ("mm", "pgwalk.mm/1"),
                         ("reach_total", "pgwalk.reach.total/1"), ("translation", "pgwalk.translation/1")):
        expect(part, [data[part]], objects(schema))
    for part, schema in (("tables", "pgwalk.pgtable/1"), ("reach", "pgwalk.reach/1"), ("tlbs", "pgwalk.tlb/1"),
                         ("steps", "pgwalk.step/1"), ("levels", "pgwalk.level/1")):
        expect(part, data[part], objects(schema))
    return wrong


def compare_kinds(data):
    """Compare the sums by kind and the cells with the mappings; return the differences."""
    wrong, mappings, cells = [], unpack(data["mappings"]), unpack_cells(data["cells"])
    for kind in data["kinds"]:
        own = [m for m in mappings if (m["kind"] or "other") == kind["kind"]]
        if (len(own), sum(m["end"] - m["start"] for m in own)) != (kind["mappings"], kind["reserved"]):
            wrong.append(f"{kind['kind']}: {kind}, but {len(own)} mappings")
    if sum(kind["mappings"] for kind in data["kinds"]) != len(mappings):
        wrong.append("a mapping is of no kind")
    return wrong + compare_cells(mappings, cells)


def compare_cells(mappings, cells):
    """Compare the cells with the mappings; return the differences."""
    wrong = []
    if sum(cell[2] for cell in cells) != sum(m["end"] - m["start"] for m in mappings):
        wrong.append("the cells do not cover the mappings")
    if mappings and (cells[0][0], cells[-1][1]) != (min(m["start"] for m in mappings), max(m["end"] for m in mappings)):
        wrong.append("the cells begin or end elsewhere than the mappings")
    if any(a[1] > b[0] for a, b in zip(cells, cells[1:])):
        wrong.append("cells overlap")
    return wrong


CHANGES = ("appeared", "gone", "unmapped", "swapped_out", "swapped_in", "moved", "copied", "ksm", "collapsed", "split", "dirtied",
           "cleaned", "shared", "unshared", "protection", "node", "marker", "unknown")


def compare_diff(data, verbs):
    """Compare the data of a page of two readings with the objects of diff; return the differences."""
    wrong = []

    def objects(schema):
        return [{key: ",".join(value) if isinstance(value, list) else value for key, value in o.items() if key != "schema"}
                for o in verbs if o["schema"] == schema]

    for part, schema in (("changed_mappings", "pgwalk.diff.mapping/1"), ("changed_pages", "pgwalk.diff/1")):
        got = [{key: address(value) if kind == "address" and value is not None else value
                for (key, value), kind in zip(record.items(), data[part]["types"], strict=True)} for record in unpack(data[part])]
        want = objects(schema)
        wrong += [f"{part}: the page has {a}, diff {b}" for a, b in zip(got, want) if a != b][:3]
        if len(got) != len(want):
            wrong.append(f"{part}: {len(got)} rows, {len(want)} in diff")
    for part, schema in (("readings", "pgwalk.diff.readings/1"), ("changes_total", "pgwalk.diff.total/1")):
        if [data[part]] != objects(schema):
            wrong.append(f"{part}: the page has {data[part]}, diff {objects(schema)}")
    return wrong


def unexplained(data, words):
    """Return the keys of the data that have no title, unit or explanation."""
    missing = []
    for part, value in data.items():
        records = value if isinstance(value, list) else [value]
        keys = {key for record in records if isinstance(record, dict) for key in record.get("keys", record)}
        for key in keys or {None}:
            found = words.get(part, {}).get(key) if key else words["top"].get(part)
            if not found or len(found) != 3 or not all(found):
                missing.append(f"{part}.{key}" if key else part)
    return missing


def compare_pages(cells, runs):
    """Compare the sums of cells with runs of pages; with a granule of one page both are exact."""
    resident = {"present", "protnone", "numa-hint", "uffd-rwp"}
    sizes = [(o["size"], o["kind"], o["mapcount"], o["leaf"]) for o in runs]
    want = (sum(size for size, kind, *_ in sizes if kind in resident),
            sum(size for size, kind, mapcount, _ in sizes if kind in resident and mapcount == 1),
            sum(size for size, kind, _, leaf in sizes if kind in resident and leaf != "4K"),
            sum(size for size, kind, *_ in sizes if kind == "swap"))
    got = tuple(sum(cell[i] for cell in cells) for i in (3, 4, 5, 6))
    return [] if got == want else [f"the cells have {got}, the pages {want}"]


def sums_of(intervals):
    """Return the faults of all intervals by (name of the mapping or process, class)."""
    sums = {}
    for interval in intervals:
        many = interval["scope"] != "process"
        for row in interval["processes"] if many else interval["mappings"]:
            name = (row["id"], row["comm"]) if many else row["name"]
            for word, faults in row["classes"].items():
                sums[name, word] = sums.get((name, word), 0) + faults["count"]
        if interval["total"]["unattributed"]:
            key = (None, "unattributed")
            sums[key] = sums.get(key, 0) + interval["total"]["unattributed"]
    return {key: count for key, count in sums.items() if count}


def compare_recording(data, intervals):
    """Compare the data of a page with the objects of the intervals; return the differences."""
    wrong, got = [], {}
    for series in data["series"]:
        row = data["rows"][series["row"]]
        name = None if not series["row"] else row["name"] if data["pid"] else (row["id"], row["name"] if row["id"] else None)
        got[name, series["class"]] = got.get((name, series["class"]), 0) + series["count"]
        if sum(series["counts"]) != series["count"] or len(series["counts"]) != len(data["times"]):
            wrong.append(f"the counts of a series are not its sum: {series}")
    want = sums_of(intervals)
    if data["folded"]:
        rest = sum(count for (name, word), count in got.items() if name is None and word != "unattributed")
        if rest != data["folded"] or sum(got.values()) != sum(want.values()):
            wrong.append(f"folded {data['folded']}, but {rest}; all {sum(got.values())} of {sum(want.values())}")
    elif got != want:
        wrong += [f"{key}: the page has {got.get(key)}, the intervals {want.get(key)}" for key in got.keys() | want.keys()
                  if got.get(key) != want.get(key)]
    if (data["intervals"], data["faults"]) != (len(intervals), sum(o["total"]["faults"] for o in intervals)):
        wrong.append(f"{data['intervals']} intervals, {data['faults']} faults")
    wrong += compare_classes(data, intervals)
    if abs(data["times"][-1] - sum(o["seconds"] for o in intervals)) > 1e-3:
        wrong.append(f"the time ends at {data['times'][-1]}")
    return wrong


def compare_classes(data, intervals):
    """Compare the sums by class."""
    wrong, sums = [], {}
    for interval in intervals:
        for word, faults in interval["classes"].items():
            own = sums.setdefault(word, {"count": 0, "samples": 0, "sum_ns": 0, "max_ns": 0, "histogram": [0] * 160})
            for key in ("count", "samples", "sum_ns"):
                own[key] += faults[key] or 0
            own["max_ns"] = max(own["max_ns"], faults["max_ns"] or 0)
            for i, n in enumerate(faults["histogram"] or []):
                own["histogram"][i] += n
    for found in data["classes"]:
        own = sums.pop(found["class"], {})
        for key, value in own.items():
            shown = found[key] or 0 if key != "histogram" else (found[key] or []) + [0] * (160 - len(found[key] or []))
            if shown != value:
                wrong.append(f"{found['class']}.{key}: {str(shown)[:80]}, not {str(value)[:80]}")
    return wrong + [f"{word} is missing" for word, own in sums.items() if own["count"]]


def compare_regions(data, intervals):
    """Compare the mappings with the regions of the last interval."""
    regions = intervals[-1].get("regions")
    if not regions:
        return ["mappings without regions"] if "mappings" in data else []
    got = [{**m, "start": address(m["start"]), "end": address(m["end"])}
           for m in unpack(data["mappings"])]
    want = [{key: region.get(key) if key != "name" else region["name"] or "" for key in data["mappings"]["keys"]}
            for region in regions]
    return [(a, b) for a, b in zip(got, want) if a != b][:3] + ([len(got), len(want)] if len(got) != len(want) else [])
