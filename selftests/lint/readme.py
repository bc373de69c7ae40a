#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Compares the output that README.md, the manuals and the tutorial show with the expected output of the tests. TAP.

readme.py                      one test for each block of output
readme.py --update             write the expected output into the documents
readme.py --record             `make readme-output`: record the output of README and of the manuals in a guest, then --update
readme.py --record-tutorial    `make tutorial-output`: record that of the tutorial
readme.py --record-pictures    `make tutorial-output`: record its pictures, to Documentation/pictures

A comment above a block of output names its source. In README.md the block is fenced, in a manual it is indented:

    <!-- output: golden/expected/classes.txt: pgtop -b 4211 -->       .. output: tui/expected/mappings.screen
    ```                                                               ::
    ...                                                                   ...
    ```

The source is a file of the tree, here without its directory: a screen (*.screen), an interval of a golden text (*.txt,
with the command to show above it; the second interval is "classes.txt#2"), or a golden file of pgwalk. The suites
"screen", "golden" and "golden-pgwalk" compare these files with the output of the programs for made-up data;
"readme-output" and "tutorial" compare those of selftests/tools/expected with the output for real processes.

The tutorial has CONCEPTS numbered sections, each with a recorded output, an exercise and its solution, in the same order in
both languages. A line that begins with "$ " stands in a recorded output only, so that each shown command is tested. Its index is a
table of CONCEPTS concepts: the sections exist, a recorded output of one of them has each command, and selftests/suites has each
suite; the index is equal in both languages, but for the names of the concepts. An output with text in Chinese is recorded twice;
the Chinese tutorial shows NAME.zh_CN.
"""
import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "selftests/lib"))
import tap

SOURCE = r"output: (?P<source>\S+?)(?:#(?P<interval>\d+))?(?:: (?P<command>[^\n]+?))?"
# The text before the output, and the output
MARKDOWN = re.compile(rf"(?P<head><!-- {SOURCE} -->\n+```\n)(?P<shown>.*?)(?=```\n)", re.S)
RST = re.compile(rf"(?P<head>\.\. {SOURCE}\n\n[^\n]*::\n\n)(?P<shown>(?:   [^\n]*\n|\n)+?)(?=\n\S)")
# For each option that records: the guest's part, the directory of its output, and options of the guest
RECORDED = TOP / "selftests/tools/expected"
PICTURES = TOP / "Documentation/pictures"
# A picture in a document, with its text for readers that do not see it
IMAGE = re.compile(r"^\.\. image:: (?P<path>\S+)\n   :alt: (?P<alt>\S[^\n]+)", re.M)
RECORDERS = {
    "--record": ("selftests/tools/readme_output.py --print", RECORDED, []),
    "--record-tutorial": ("selftests/tools/tutorial.py --print", RECORDED / "tutorial", ["--disk", "512", "-m", "2048"]),
    "--record-pictures": ("selftests/tools/tutorial.py --pictures", PICTURES, ["--disk", "512", "-m", "2048"]),
}
KERNEL = "6.12"
# The tutorial, with the titles of its exercises and solutions
TUTORIALS = {TOP / "Documentation/tutorial.rst": ("Exercise", "Solution"),
             TOP / "Documentation/zh_CN/tutorial.rst": ("练习", "解答")}
CONCEPTS = 28
# The end of the name of an output in Chinese
CHINESE = ".zh_CN"
DOCUMENTS = [(TOP / "README.md", MARKDOWN, ""), (TOP / "Documentation/pgtop.8.rst", RST, "   "),
             (TOP / "Documentation/pgwalk.8.rst", RST, "   "),
             *((path, RST, "   ") for path in TUTORIALS)]


def expected(block, indent):
    """Return the text that a block must show."""
    source = block["source"]
    if not (TOP / source).exists():
        return "no such file"
    text = (TOP / source).read_text(encoding="utf-8")
    if source.endswith(".txt"):
        text = text.split("\n\n")[int(block["interval"] or 1) - 1]
    elif not source.endswith(".screen"):
        text = text.partition("$ echo $?\n")[0]
    lines = [f"$ {block['command']}"] if block["command"] else []
    lines += text.rstrip("\n").splitlines()
    return "".join((indent + line).rstrip() + "\n" for line in lines)


def record(recorder, directory, guest):
    """Run the commands in a guest, and write the output of each to its file."""
    text = subprocess.run([TOP / "selftests/vm/run.sh", "-k", KERNEL, "--unpacked", *guest, "--", *recorder.split()],
                          check=True, stdout=subprocess.PIPE, text=True, cwd=TOP).stdout
    directory.mkdir(exist_ok=True)
    parts = re.split(r"^==> (\S+)\n", text, flags=re.M)[1:]
    for name, output in zip(parts[::2], parts[1::2]):
        lines = [line.rstrip() + "\n" for line in output.splitlines()]
        (directory / name).write_text("".join(lines), encoding="utf-8")


def tutorials():
    """Yield whether each test of the tutorial's form passes, and its title."""
    orders = []
    for path, titles in TUTORIALS.items():
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(TOP)
        orders.append([block["source"] for block in RST.finditer(text)])
        sections = sections_of(text)
        yield list(sections) == list(range(1, CONCEPTS + 1)), f"{name} has {CONCEPTS} sections"
        lacking = [number for number, section in sections.items()
                   if not RST.search(section) or not all(section.count(f"\n**{title}**") == 1 for title in titles)]
        yield not lacking, f"{name}: sections without output, exercise or solution: {lacking or 'none'}"
        rest = re.findall(r"^ *\$ .*", RST.sub("", text), re.M)
        yield not rest, f"{name}: commands outside of a recorded output: {' '.join(rest) or 'none'}"
    files = sorted(f"{path.relative_to(TOP)}" for path in (RECORDED / "tutorial").iterdir())
    chinese = [source + CHINESE if (TOP / (source + CHINESE)).exists() else source for source in orders[0]]
    yield orders[1] == chinese, "both tutorials show the same outputs in the same order, the Chinese one those in Chinese"
    shown = [[(path.parent / image["path"]).resolve() for image in IMAGE.finditer(path.read_text(encoding="utf-8"))] for path in TUTORIALS]
    yield shown[0] == shown[1] and sorted(shown[0]) == sorted(PICTURES.iterdir()), (
        f"both tutorials show each recorded picture with a text, {len(shown[0])} in all")
    alts = [len(re.findall(r"^\.\. image::", path.read_text(encoding="utf-8"), re.M)) for path in TUTORIALS]
    yield alts == list(map(len, shown)), "each picture of the tutorials has a text"
    yield sorted({*orders[0], *orders[1]}) == files, f"the tutorials show each recorded output, {len(files)} in all"


def sections_of(text):
    """Return the numbered sections of a tutorial, by number."""
    parts = re.split(r"^(\d+)\. [^\n]+\n-+\n", text, flags=re.M)[1:]
    return dict(zip(map(int, parts[::2]), parts[1::2]))


def index_errors(rows, sections, suites):
    """Return the errors of an index of concepts."""
    wrong = [] if [row[0] for row in rows] == [str(n + 1) for n in range(CONCEPTS)] else ["the numbers"]
    for number, _, places, commands, tests in rows:
        places = [sections.get(int(place), "") for place in places.split(", ")]
        shown = [line for place in places for block in RST.finditer(place) for line in re.findall(r"^ *\$ (.*)", block["shown"], re.M)]
        wrong += [f"{number}: no such section" for place in places if not place]
        wrong += [f"{number}: no output of {command}" for command in commands.replace("``", "").split(", ")
                  if not any(f" {command} " in f" {line} " for line in shown)]
        wrong += [f"{number}: no suite {test}" for test in tests.split(", ")
                  if not any(suite == test or suite.startswith(f"{test}-") for suite in suites)]
    return wrong


def index():
    """Yield whether each test of the index of concepts passes, and its title."""
    suites = {line.split("|")[0].strip() for line in (TOP / "selftests/suites").read_text(encoding="utf-8").splitlines()
              if "|" in line and not line.startswith(("#", "guest "))}
    tables = []
    for path in TUTORIALS:
        text = path.read_text(encoding="utf-8")
        rows = [re.split("  +", line) for line in text.splitlines() if re.match(r"\d+  .*``", line)]
        wrong = index_errors(rows, sections_of(text), suites) if all(len(row) == 5 for row in rows) else ["the columns"]
        yield not wrong, f"{path.relative_to(TOP)}: the index has {CONCEPTS} concepts with sections, commands and suites: {', '.join(wrong) or 'all exist'}"
        tables.append([(row[0], *row[2:]) for row in rows])
    yield tables[0] == tables[1], "the indexes of both tutorials are equal"


def main():
    recorders = [RECORDERS[word] for word in sys.argv[1:] if word in RECORDERS]
    for recorder in recorders:
        record(*recorder)
    if "--update" in sys.argv or recorders:
        for path, pattern, indent in DOCUMENTS:
            text = path.read_text(encoding="utf-8")
            path.write_text(pattern.sub(lambda block, indent=indent: block["head"] + expected(block, indent), text),
                            encoding="utf-8")
        return 0
    outcomes = []
    for path, pattern, indent in DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        blocks = list(pattern.finditer(text))
        outcomes.append((bool(blocks) and len(blocks) == len(re.findall(r"^(?:<!--|\.\.) output:", text, re.M)),
                         f"{path.relative_to(TOP)}: each comment on output has a block below it, {len(blocks)} in all"))
        outcomes += [(block["shown"] == expected(block, indent), f"{path.relative_to(TOP)} shows {block['source']} as it is printed")
                     for block in blocks]
    outcomes += [*tutorials(), *index()]
    status = tap.print_all(outcomes)
    if status:
        tap.comment("selftests/lint/readme.py --update writes the expected output")
    return status


sys.exit(main())
