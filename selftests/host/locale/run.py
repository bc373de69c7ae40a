#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Checks that every text of pgtop and pgwalk is marked and translated, and when the tools speak Chinese, on the host. TAP.

run.py              build, then test
run.py --unmarked   print the sentences in the sources that are not marked, with their files

The Chinese output of verbs is compared in ../golden/pgwalk.sh, that of the screen in ../tui/run.py.
"""
import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

HERE = Path(__file__).resolve().parent
TREE = HERE.parents[2]
sys.path.insert(0, str(TREE / "selftests/lib"))
import tap

BUILD = Path(os.environ.get("PGWALK_BUILD", TREE / "build")).resolve()
GOLDEN = BUILD / "selftests/host/golden"
SOURCES = TREE / "userspace"
RESULTS = tap.Tap() if "--unmarked" not in sys.argv else None
# The columns of a terminal
COLUMNS = 80

# Functions that translate an argument, by its number: KEYWORDS in userspace/Makefile
KEYWORDS = {name: int(number) for name, number in re.findall(r"(\w+):(\d)(?![\d,])", re.search(
    "^KEYWORDS := (.*)", (SOURCES / "Makefile").read_text(), re.M)[1])}
MARKS = ("_", "N_", "ngettext")

# Files with sentences that are no messages
FILES = {
    "present/openmetrics.c": "descriptions of metrics, read by Prometheus",
    "present/batch.c": "text of pgtop -b, which programs read",
    "present/footer.c": "text of pgtop -b, which programs read",
    "present/html/": "the page of report and --html is English, as its explanations of the data",
    "session/page.c": "the title of such a page",
    "verb/diff_page.c": "the title of such a page",
    "completion/words.c": "a program of the build",
}
# The arguments of these calls are no messages
CALLS = {"_Static_assert", "fopen", "sscanf", "strcmp", "strncmp", "strstr", "strlen", "volatile", "write_file", "path_of", "strspn",
         "strcspn", "contains", "differs"}
# Sentences that are data, formats of data, or names
TEXTS = {
    r"pgwalk lab: a file of its own\\n": "contents of a file",
    r"text/plain.*|; version=1.0.0; charset=utf-8|GET, HEAD": "headers of HTTP",
    r"use GET\\n|the metrics are at .*|no interval has ended\\n": "replies of HTTP",
    r"map 0 rw, write 0, .*|\\bb.*": "steps of a scene, escapes of JSON",
    r"DIFFERENT IN|START, CLASS|CAUSE, AND WHAT TO DO|WHERE < CALLED FROM|FAULTS IN|POINTS TO": "names of columns",
    r"swap area|swap place|page flags|file page|mapped once": "values of a column",
    r"\(other mappings\)|\(no mapping\)|\(other threads\)|\(other processes\)|\(no stack\)|.*\(foreign\)|.* remote\)": "values of a column",
    r"TSS busy|call gate|interrupt gate|trap gate|(data|code) [-rwxace]+": "values of a column",
    r"debug file": "a name that no user reads",
    r"(\[?PID.*|PATH \[.*|PFN \|.*|A B \[RANGE.*|\[SCENE.*|ps\\ntranslate.*)": "arguments of --help",
    r"cgroup %s|rss .*|res %s .*|max %s/s |%\.1f%% CPU|flags %s\\n|   1us       1ms      1s": "names and figures on the screen",
    r"First touch|Huge pages|Copy on write": "sections of pgtop(8), which is English",
    r"(pgtop|pgwalk)(: %s)?(\\n)?|pgwalk %s|%s %s|vma %s %s|= none: %s|= pa .*| kind %s|=   in A .*": "formats of data",
    r"%s%d %s|%s %s%s|size %s prot %\.3s |\+%zu |%\.440s %llx|%s %llx.*|%.*%s %llu\\n": "formats of data",
}

TOKEN = re.compile(r"""//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[A-Za-z_]\w*|\s+|.""", re.S)


def is_sentence(text):
    """Return whether a literal has two words, one of which may be a conversion of printf()."""
    text = re.sub(r"\\[nrtv]", " ", text)
    text = re.sub(r"%[-+ 0#]*[\d*]*(\.[\d*]+)?(hh|h|ll|l|z)?[a-zA-Z%]", "@", text)
    words = re.findall("[A-Za-z]{2,}|@", text)
    return " " in text.strip() and len(words) >= 2 and bool(re.search("[A-Za-z]{2,}", text))


def literals(source):
    """Yield (text, name of the call, number of the argument, tokens before and after) of each string outside of preprocessor lines."""
    source = re.sub(r"^[ \t]*#[ \t]*(?:include|error)[^\n]*", "", source, flags=re.M)
    tokens = [token for token in TOKEN.findall(source) if not token.isspace() and not token.startswith(("/*", "//"))]
    calls, before, at = [], "", 0
    while at < len(tokens):
        token = tokens[at]
        if token in "({[":
            calls.append([before if token == "(" and re.match(r"\w+$", before) else "", 1])
        elif token in ")}]" and calls:
            calls.pop()
        elif token == "," and calls:
            calls[-1][1] += 1
        elif token.startswith('"'):
            first = before
            text = ""
            while at < len(tokens) and tokens[at].startswith('"'):
                text += tokens[at][1:-1]
                at += 1
            name, number = next((call for call in reversed(calls) if call[0]), ("", 0))
            yield text, name, number, (first, tokens[at] if at < len(tokens) else "")
            before = '"'
            continue
        before = token
        at += 1


def unmarked(source):
    """Return the sentences of a source that are neither marked nor an exception."""
    found = []
    for text, call, number, (before, after) in literals(source):
        # xgettext leaves the macro after a text out
        whole = not re.match(r"(?!PRI)\w", after)
        # of two texts of a condition xgettext finds only marked ones
        marked = whole and (call in MARKS or KEYWORDS.get(call) == number and before not in ("?", ":"))
        if marked or call in CALLS or not is_sentence(text):
            continue
        if not any(re.fullmatch(pattern, text) for pattern in TEXTS):
            found.append(text)
    return found


def source_files():
    for path in sorted(SOURCES.rglob("*.[ch]")):
        name = str(path.relative_to(SOURCES))
        if not name.startswith(tuple(FILES)):
            yield name, path.read_text()


def catalog(path):
    """Return the entries of a catalog: {msgid: (msgstr, flags)}, the lines of obsolete entries, and the header."""
    entries, obsolete = {}, []
    for block in path.read_text().split("\n\n"):
        obsolete += [line for line in block.splitlines() if line.startswith("#~")]
        part, words, flags = None, {}, ""
        for line in block.splitlines():
            if line.startswith("#,"):
                flags += line
            elif line.startswith("msg"):
                part, line = line.split(" ", 1)
            if part and line.startswith('"'):
                words[part] = words.get(part, "") + line[1:-1]
        if "msgid" in words:
            entries[words["msgid"]] = (words.get("msgstr", words.get("msgstr[0]", "")), flags)
    header = entries.pop("", ("", ""))[0]
    return entries, obsolete, header


def run(command, chinese=None, **settings):
    """Run a command with only these settings of the locale; return (status, output with messages)."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG"))}
    if chinese:
        environment.update({"LOCPATH": str(chinese), "LC_ALL": "zh_CN.UTF-8"})
    # argp does not free its memory before it exits
    environment.update(settings, ASAN_OPTIONS="detect_leaks=0")
    done = subprocess.run([str(word) for word in command], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False, timeout=60)
    return done.returncode, done.stdout.decode(errors="replace")


def is_chinese(text):
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def width(line):
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


def test_marks():
    for name, source in source_files():
        found = unmarked(source)
        if found:
            RESULTS.result(False, f"{name}: every sentence is marked for translation, or an exception", found)
    RESULTS.result(True, "the sources were searched for sentences without a mark")
    everything = {text for _, source in source_files() for text, *_ in literals(source)}
    unused = [pattern for pattern in TEXTS if not any(re.fullmatch(pattern, text) for text in everything)]
    RESULTS.result(not unused, "each exception has a text", unused)
    planted = ['error__set(e, 1, bad ? "one sentence" : "another one");', 'fputs("a new message\\n", out);',
               'static const char *const t[] = { "two words" };', 'error__set(e, 1, "there are only " NAMES);',
               'error__set(e, 1, "%s: %s", name, "no such thing");']
    missed = [source for source in planted if not unmarked(source)]
    good = ['error__set(e, 1, "%s: no such thing", n);', 'fputs(_("a message\\n"), out);', 'x(N_("a text " "in two parts"));',
            'error__set(e, 1, bad ? N_("one sentence") : N_("another one"));']
    missed += [source for source in good if unmarked(source)]
    RESULTS.result(not missed, "a sentence without a mark is found, one with a mark is not", missed)


def test_catalogs(work):
    subprocess.run(["make", "-s", "-C", SOURCES, f"O={work}", "pot"], check=True, stdout=sys.stderr)
    wanted, _, _ = catalog(work / "pgwalk.pot")
    RESULTS.result(len(wanted) > 800, "xgettext finds the texts", [f"{len(wanted)} texts"])
    for path in sorted((SOURCES / "po").glob("*.po")):
        entries, obsolete, header = catalog(path)
        name = path.name
        RESULTS.result(not set(wanted) - set(entries), f"{name}: no text is missing (make -C userspace po)", sorted(set(wanted) - set(entries)))
        RESULTS.result(not set(entries) - set(wanted), f"{name}: no text that the sources lack", sorted(set(entries) - set(wanted)))
        RESULTS.result(not obsolete, f"{name}: no obsolete text", obsolete)
        bad = [text for text, (translation, _) in entries.items() if not translation]
        RESULTS.result(not bad, f"{name}: every text is translated", bad)
        bad = [text for text, (_, flags) in entries.items() if "fuzzy" in flags]
        RESULTS.result(not bad, f"{name}: no translation is fuzzy", bad)
        # a text without words is a format, and the first line of a verb is its command line
        bad = [text for text, (translation, _) in entries.items() if re.search("[a-z]{3}", re.sub(r"%[\d$*.]*l*[a-z]|\\n|pgtop|pgwalk|help|pagemap", "", text)) and
               not is_chinese(translation) and not re.match(r"pgwalk [a-z]+ ?%|cpu %u: GDTR|m(un)?map\(\)|stdout|pgtop: %s|fault probes", text)]
        RESULTS.result(not bad, f"{name}: the translations are Chinese", bad)
        done = subprocess.run(["msgfmt", "--check", "-o", "/dev/null", path], stderr=subprocess.PIPE, check=False)
        RESULTS.result(not done.returncode and b"warning" not in done.stderr, f"{name}: formats of printf() agree (msgfmt --check)",
                       [*done.stderr.decode().splitlines(), header])


def english_lines(text):
    """Return lines with four English words and no Chinese; lines with a command are no sentences."""
    return [line for line in text.splitlines() if not is_chinese(line) and not re.search(r"\b(pgtop|pgwalk) |OFFSET", line) and
            len(re.findall(r"(?<![-\w/.|])[a-z]{2,}(?![-\w/.|(,、；])", line)) >= 4]


def test_help(locale):
    verbs = re.findall(r"X\((\w+)\)", re.search(r"#define VERBS\(X\)((?:.*\\\n)+.*)", (SOURCES / "verb/verb.h").read_text())[1])
    RESULTS.result(len(verbs) > 15, "the verbs are known", verbs)
    for command in [["pgtop"], ["pgwalk"]] + [["pgwalk", verb] for verb in verbs]:
        english = run([GOLDEN / "bin" / command[0], *command[1:], "--help"], LC_ALL="C")
        status, text = run([GOLDEN / "bin" / command[0], *command[1:], "--help"], locale)
        long = [f"{width(line)} columns: {line}" for line in text.splitlines() if width(line) > COLUMNS]
        options = [re.findall(r"(?<![\w-])--?[a-zA-Z][a-z-]*", part) for part in (english[1], text)]
        missing = sorted(set(options[0]) - set(options[1]))
        RESULTS.result(not status and is_chinese(text) and not english_lines(text) and not long and "Project-Id" not in text and not missing,
                       f"{' '.join(command)} --help is Chinese, has the options, and fits in {COLUMNS} columns",
                       [*english_lines(text), *long, *missing])


def test_choice(locale):
    """The language is that of the locale."""
    bad = [GOLDEN / "bin/pgtop", "-t"]
    settings = {
        "LC_ALL": ({"LC_ALL": "zh_CN.UTF-8"}, True),
        "LANG": ({"LANG": "zh_CN.UTF-8"}, True),
        "LC_MESSAGES": ({"LANG": "C.UTF-8", "LC_MESSAGES": "zh_CN.UTF-8"}, True),
        "LANGUAGE with another locale": ({"LC_ALL": "zh_CN.UTF-8", "LANGUAGE": "de:zh_CN"}, True),
        "LANGUAGE=en": ({"LC_ALL": "zh_CN.UTF-8", "LANGUAGE": "en"}, False),
        "no setting": ({}, False),
        "LC_ALL=C with LANGUAGE": ({"LC_ALL": "C", "LANGUAGE": "zh_CN"}, False),
        "another character set": ({"LC_CTYPE": "C", "LC_MESSAGES": "zh_CN.UTF-8"}, False),
        "a locale that is not installed": ({"LC_ALL": "zh_CN.UTF-8", "LOCPATH": "/nonexistent"}, False),
    }
    for title, (setting, wanted) in settings.items():
        status, text = run(bad, **{"LOCPATH": str(locale), **setting})
        RESULTS.result(status == 2 and is_chinese(text) == wanted and ("pgtop: -t needs a process" in text) != wanted,
                       f"{title}: the message is {'Chinese' if wanted else 'English'}", [text])
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "bin/pgtop"
        copy.parent.mkdir()
        shutil.copy(GOLDEN / "bin/pgtop", copy)
        status, text = run([copy, "-t"], locale)
        RESULTS.result(status == 2 and "pgtop: -t needs a process" in text, "without translations beside the program: English", [text])


def test_data(locale, work):
    """Text of -b, JSON, metrics and recordings are equal in both languages."""
    for name in ("classes", "stacks", "processes", "unattributed"):
        stream = work / name
        subprocess.run([GOLDEN / "encode", stream], stdin=open(HERE.parent / f"golden/expected/{name}.stream"), check=True)
        for option in ("-b", "-j"):
            command = [GOLDEN / "bin/pgtop", option, f"--replay={stream}"]
            english, chinese = run(command, LC_ALL="C", TZ="UTC"), run(command, locale, TZ="UTC")
            RESULTS.result(english[0] == 0 and english == chinese, f"pgtop {option}: {name}: the output is the same in Chinese",
                           [*english[1].splitlines()[:3], *chinese[1].splitlines()[:3]])
        run([GOLDEN / "bin/pgtop", "-b", "-o", "/dev/null", f"--openmetrics={work}/english", f"--replay={stream}"], LC_ALL="C")
        run([GOLDEN / "bin/pgtop", "-b", "-o", "/dev/null", f"--openmetrics={work}/chinese", f"--replay={stream}"], locale)
        written = [Path(work, language).read_text() for language in ("english", "chinese")]
        RESULTS.result(written[0] and written[0] == written[1], f"--openmetrics: {name}: the metrics are the same in Chinese")


def test_messages(locale, work):
    """Messages with arguments in another order, and with a reason of the C library."""
    (work / "cut").write_bytes(gzip.decompress((work / "classes").read_bytes())[:-8])
    cases = [
        (["pgtop", "-b", "--replay", work / "cut"], 1, "完整"),
        (["pgtop", "--replay", "/nonexistent"], 1, "/nonexistent："),
        (["pgtop", "-i", "soon", "1"], 2, "pgtop: soon：不是周期长度（0.01 到 1000000 秒）"),
        (["pgwalk", "nothing"], 2, "pgwalk: nothing：没有这个子命令"),
        (["pgwalk", "vmas"], 2, "pgwalk vmas: 缺少 PID"),
        (["pgwalk", "pages", "-b", "no-such", "4211"], 2, "没有这种类型或标志（pgwalk pages --help）"),
        (["pgwalk", "vmas", "-o", "no-such", "4211"], 2, "没有这样的列（可用的有：range,"),
    ]
    for command, wanted, part in cases:
        status, text = run([GOLDEN / "bin" / command[0], *command[1:]], locale)
        RESULTS.result(status == wanted and part in text, f"the message of {' '.join(str(word).split('/')[-1] for word in command)}",
                       [f"status {status}", text])


def test_build(work):
    """Without msgfmt the tools are built, and say that they lack translations."""
    done = subprocess.run(["make", "-n", "-C", SOURCES, f"O={work}/none", "MSGFMT=", "all"], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    text = done.stdout.decode()
    RESULTS.result(not done.returncode and "msgfmt is missing" in text and ".mo" not in text and "bin/pgwalk" in text,
                   "without msgfmt the tools are built without translations, with a sentence", text.splitlines()[-5:])
    subprocess.run(["make", "-s", "-C", SOURCES, f"O={GOLDEN}", f"DESTDIR={work}/root", "prefix=/usr/local", "install-locales"],
                   stdout=sys.stderr, check=False)
    path = work / "root/usr/local/share/locale/zh_CN/LC_MESSAGES/pgwalk.mo"
    RESULTS.result(path.exists(), "make install installs the translations")


def main():
    if "--unmarked" in sys.argv:
        for name, source in source_files():
            for text in unmarked(source):
                print(f"{name}: {text}")
        return
    # locked, as in ../golden
    if subprocess.run(["flock", BUILD / "golden.lock", "make", "-s", "-C", HERE.parent / "golden", f"O={BUILD}", "all"],
                      stdout=sys.stderr, check=False).returncode:
        sys.exit(1)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        # the C.UTF-8 of the machine by another name, as in ../../lib/chinese.sh
        shutil.copytree("/usr/lib/locale/C.utf8", work / "locale/zh_CN.UTF-8")
        test_marks()
        test_catalogs(work)
        test_help(work / "locale")
        test_choice(work / "locale")
        test_data(work / "locale", work)
        test_messages(work / "locale", work)
        test_build(work)
    sys.exit(RESULTS.end())


main()
