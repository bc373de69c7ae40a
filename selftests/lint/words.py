#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Counts words that make our texts hard to read, per 10 000 words, against limits; one test a group of words. TAP.

It reads comments and messages of the sources, names of tests, and the prose of the documents. It does not read
identifiers, code, code blocks of documents, strings that a test compares, expected output, or recorded data.
"""
import argparse
import ast
import fnmatch
import io
import re
import signal
import subprocess
import sys
import tokenize
from collections import Counter, namedtuple
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(TOP / "selftests/lib"))
import tap

AREAS = ("module", "bpf", "userspace", "selftests", "Documentation")
TOP_FILES = re.compile(r"README|CONTRIBUTING|SECURITY|Makefile|Kbuild")

# A group of words: its pattern matches one whole word, in lower case; the limit is a rate per 10 000 words
Group = namedtuple("Group", "name title limit pattern")
GROUPS = [Group(name, title, limit, re.compile(pattern)) for name, title, limit, pattern in (
    ("tell", "tell, ask, answer, say", 3,
     r"tell(s|ing)?|told|ask(s|ed|ing|er|ers)?|answer(s|ed|ing|er|ers)?|say(s|ing)?|said"),
    ("what", "headless what", 15, r"what"),
    ("who", "who, whose, whom, whoever", 3, r"who|whose|whom|whoever"),
    ("body", "somebody, nobody, anybody, someone, anyone", 1, r"(some|no|any)body|someone|anyone"),
    ("behind", "behind", 0, r"behind"),
    ("anew", "anew, likewise, meanwhile", 1, r"anew|likewise|meanwhile"),
)]
PER = 10000
# "what size" is not headless
MEASURES = set("""address amount bits class color colour degree extent fraction format kernel kernels kind kinds length
	level levels mode number offset order page pages part percentage rate share size sizes sort sorts state time type
	types unit units value values version way ways""".split())
WORST = 10
SHOWN = 240

# Kinds of files, the first pattern that matches counts; None: no text of ours. Unlisted files are scripts if they begin with #!
KINDS = [
    ("module/VERSION", None),
    # A list of package names, a fixed text of its license, a format, a date
    ("debian/copyright", None),
    ("debian/source/format", None),
    ("debian/tests/control", None),
    ("debian/rules", "make"),
    ("debian/*.install", None),
    ("debian/*.docs", None),
    ("debian/*.lintian-overrides", "shell"),
    ("debian/c*", "rst"),
    ("dkms.conf", "shell"),
    ("userspace/modprobe.conf", "shell"),
    ("*.service", "shell"),
    ("*.spec", "shell"),
    ("*.yml", "shell"),
    ("*.yaml", "shell"),
    # Written by dashboard.py
    ("userspace/fleet/dashboard.json", None),
    # Made by pgwalk
    ("Documentation/pictures/*.svg", None),
    # Not English
    ("Documentation/zh_CN/*", None),
    ("userspace/po/*", None),
    # The patterns of the groups and the samples of the self-test
    ("selftests/lint/words.py", None),
    ("selftests/host/golden/*.txt", None),
    ("selftests/host/golden/*.json", None),
    ("selftests/host/golden/*.stream", None),
    ("selftests/host/golden/expected/pgwalk/*", None),
    ("selftests/tools/expected/*", None),
    ("selftests/*.screen", None),
    ("selftests/*.prom", None),
    ("selftests/*/found", None),
    ("selftests/*/found/*", None),
    ("selftests/*.json", None),
    # Explanations in a page
    ("userspace/present/html/explain.json", "markdown"),
    ("*.[ch]", "c"),
    ("*.js", "c"),
    ("*.css", "c"),
    ("*.html", "markdown"),
    ("*.sh", "shell"),
    ("userspace/completion/*", "shell"),
    ("*.py", "python"),
    ("*Makefile", "make"),
    ("Kbuild", "make"),
    ("*.mk", "make"),
    ("*.rst", "rst"),
    ("*.md", "markdown"),
    ("Documentation/abi/*", "abi"),
    ("Documentation/*.json", None),
    ("selftests/suites", "table"),
    ("selftests/settings", "table"),
    ("*config", "table"),
    ("selftests/vm/kernels", "table"),
    ("*pylintrc", "table"),
    ("*.clang-tidy", "table"),
]

# A text in a file, with its first line number and its line breaks. A comment that begins a line may join the next.
Piece = namedtuple("Piece", "line text joins", defaults=(False,))
Sentence = namedtuple("Sentence", "line text words")
# A sentence with words of the groups: (group's name, word) each
Finding = namedtuple("Finding", "path line text hits")


def blanked(pattern, text):
    """Replace each match by blanks; keep line breaks."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def is_message(text):
    """Return whether a string is a message: words between blanks, and no code."""
    return bool(re.search(r"\s", text.strip()) and re.search(r"[A-Za-z]{2}", text)
                and not re.search(r"[{}]|;\s*$|==|&&|\|\|", text))


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1


def begins_line(text, offset):
    return not text[text.rfind("\n", 0, offset) + 1:offset].strip()


def joined(pieces):
    """Join comments on consecutive lines into one piece."""
    last = None
    for piece in pieces:
        if last and last.joins and piece.joins and piece.line == last.line + last.text.count("\n") + 1:
            last = Piece(last.line, f"{last.text}\n{piece.text}", True)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last


C_TOKEN = re.compile(r"""
    (?P<comment> /\*.*?\*/ | //[^\n]* )
    | (?P<include> ^[ \t]*\#[ \t]*include[^\n]* )
    | (?P<test> ^X?TEST\w*\( [^)\n]* \) )
    | (?P<string> "(?:\\.|[^"\\\n])*" )
    | '(?:\\.|[^'\\\n])+'
    """, re.X | re.S | re.M)
C_COMMENT_SIGN = re.compile(r"\*+/|^[ \t]*(?:/\*+|//+|\*+(?!\w))", re.M)
C_ESCAPE = re.compile(r"\\(?:[0-7]{1,3}|x[0-9a-fA-F]+|.)")
COMPARES = re.compile(r"\b(?:str(?:n?case|n)?cmp|str(?:case)?str|memcmp)\s*\(")


def read_c(text):
    """Yield comments, messages and the names of tests."""
    strings, end = [], 0

    def message():
        line = line_of(text, strings[0].start())
        whole, at = "", line
        for string in strings:
            now = line_of(text, string.start())
            whole += "\n" * (now - at) + blanked(C_ESCAPE, string[0][1:-1])
            at = now
        begin = max(text.rfind(sign, 0, strings[0].start()) for sign in ";{}")
        compared = COMPARES.search(text, begin + 1, strings[0].start())
        strings.clear()
        return [Piece(line, whole)] if is_message(whole) and not compared else []

    for token in C_TOKEN.finditer(text):
        # Strings with only blanks or a macro between them are one message
        if strings and not (token["string"] and re.fullmatch(r"\s*(?:[A-Z]\w*\s*)?", text[end:token.start()])):
            yield from message()
        end = token.end()
        if token["string"]:
            strings.append(token)
        elif token["comment"]:
            line, joins = line_of(text, token.start()), begins_line(text, token.start())
            yield Piece(line, blanked(C_COMMENT_SIGN, token[0]), joins)
        elif token["test"]:
            names = token["test"].split("(", 1)[1].rstrip(")").split(",")
            name = names[1] if "TEST_F" in token["test"] and len(names) > 1 else names[0]
            yield Piece(line_of(text, token.start()), name.strip().replace("_", " "))
    if strings:
        yield from message()


SHELL_TOKEN = re.compile(r"""
    \\.
    | (?<!<)<<-?[ \t]*(?P<quote>['"]?)(?P<tag>[A-Za-z_]\w*)(?P=quote)[^\n]*\n (?P<here>.*?) ^[ \t]*(?P=tag)$
    | (?P<single> '[^']*' )
    | (?P<double> "(?:\\.|[^"\\])*" )
    | (?P<comment> (?<![^\s;(])\#[^\n]* )
    """, re.X | re.S | re.M)
SHELL_DIRECTIVE = re.compile(r"^#(?:!| shellcheck )[^#]*")
SHELL_EXPANSION = re.compile(r"\$\([^()]*\)|\$\{[^{}]*\}|\$\w+|\\.")
MATCHES = re.compile(r"\b(?:grep|sed|awk|expr|tr|find|tap_like)\b[^\n;|&(]*$")


def moved(pieces, lines):
    """Shift the line numbers of pieces."""
    return [piece._replace(line=piece.line + lines) for piece in pieces]


def read_shell(text):
    """Yield comments and messages; programs in quotes and here-documents are read by the rules of their language."""
    for token in SHELL_TOKEN.finditer(text):
        line = line_of(text, token.start())
        if token["comment"]:
            yield Piece(line, blanked(SHELL_DIRECTIVE, token[0]).replace("#", " "), begins_line(text, token.start()))
        elif token["here"]:
            reader = read_python if token["tag"] == "PYTHON" else read_shell
            yield from moved(reader(token["here"]), line)
        elif token["single"] and "\n" in token[0]:
            yield from moved(read_shell(token[0][1:-1]), line - 1)
        elif token["single"] or token["double"]:
            message = blanked(SHELL_EXPANSION, token[0][1:-1])
            if is_message(message) and not MATCHES.search(text, text.rfind("\n", 0, token.start()) + 1, token.start()):
                yield Piece(line, message)


def read_make(text):
    """Yield comments, help texts and messages, a line at a time: quotes may be unpaired in a Makefile."""
    for number, line in enumerate(text.splitlines()):
        yield from moved(read_shell(line), number)


class Strings(ast.NodeVisitor):
    """Collects docstrings and messages of a Python source."""

    def __init__(self, text):
        self.lines = [line.encode() for line in text.splitlines()]
        self.pieces = []

    def add(self, node, text):
        raw = self.lines[node.lineno - 1][node.col_offset:node.col_offset + 2].lower()
        # A raw string is a regular expression
        if b"r" not in raw.split(b'"')[0] and is_message(text):
            self.pieces.append(Piece(node.lineno, text))

    def visit_Expr(self, node):
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            # A docstring
            self.pieces.append(Piece(node.lineno, node.value.value))
        else:
            self.generic_visit(node)

    def visit_Constant(self, node):
        if isinstance(node.value, str):
            self.add(node, node.value)

    def visit_JoinedStr(self, node):
        self.add(node, "".join(part.value if isinstance(part, ast.Constant) else "%" for part in node.values))
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.visit(part.value)

    def visit_Compare(self, node):
        for part in (node.left, *node.comparators):
            if not isinstance(part, ast.Constant):
                self.visit(part)


def read_python(text):
    """Yield comments, docstrings and messages."""
    try:
        strings = Strings(text)
        strings.visit(ast.parse(text))
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (SyntaxError, tokenize.TokenError):
        # A here-document with expansions of the shell is not valid Python
        yield from (piece for piece in read_make(text) if piece.joins)
        return
    yield from strings.pieces
    for token in tokens:
        if token.type == tokenize.COMMENT and not token.string.startswith("#!"):
            yield Piece(token.start[0], " " + token.string[1:], not token.line[:token.start[1]].strip())


def read_table(text):
    """Yield comments that are lines of their own."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#"):
            yield Piece(number, " " + line[1:], True)


RST_CODE = re.compile(r"\s*\.\. (?:code|code-block|parsed-literal|literalinclude|math|raw|image|figure|toctree)::")
RST_BORDER = re.compile(r"\s*([=~^\"'`*+#-])[\s=~^\"'`*+#|-]*$")
RST_TABLE = re.compile(r"\s*=+ +=[= ]*$")


def indent_of(line):
    return len(line.expandtabs()) - len(line.expandtabs().lstrip())


def read_rst(text):
    """Yield everything except code blocks, borders and directives."""
    kept, code, table = [], None, None
    for line in text.splitlines():
        if code is not None and line.strip() and indent_of(line) <= code:
            code = None
        if RST_TABLE.match(line):
            table = indent_of(line)
        elif not line.strip():
            table = None
        # kept has one entry a line, so that line numbers are correct
        if code is not None or RST_BORDER.match(line):
            kept.append("")
            continue
        if table is not None and indent_of(line) == table:
            # Each row of a table is a sentence
            line = f"| {line}"
        directive = line.lstrip().startswith(".. ")
        if RST_CODE.match(line) or (line.rstrip().endswith("::") and not directive):
            code = indent_of(line)
        kept.append("" if directive else re.sub(r"^\s*:[\w -]+:", " ", line))
    yield Piece(1, "\n".join(kept))


def read_markdown(text):
    """Yield everything except fenced and indented code blocks."""
    kept, fenced, above = [], False, ""
    for line in text.splitlines():
        fence = line.lstrip().startswith("```")
        fenced ^= fence
        indented = bool(line.strip()) and indent_of(line) >= 4 and (not above.strip() or above == "code")
        kept.append("" if fenced or fence or indented or re.fullmatch(r"[|: -]*", line) else line)
        if line.strip() or above != "code":
            above = "code" if indented else line
    yield Piece(1, "\n".join(kept))


def read_abi(text):
    """Yield everything except the fields at the left margin."""
    yield Piece(1, re.sub(r"^(?:What|Date|KernelVersion|Contact|Users|Description):[^\n]*", "", text, flags=re.M))


READERS = {"c": read_c, "shell": read_shell, "make": read_make, "python": read_python, "table": read_table,
           "rst": read_rst, "markdown": read_markdown, "abi": read_abi}

LICENCE = re.compile(r"SPDX-License-Identifier[^\n]*")
# Names and values are not words
NAMES = re.compile(r"""
    ``[^`]+`` | `[^`\n]+`
    | (?<!\w)"[\w-]+"
    | \w+://\S+
    | (?<!\S)\S*[_/\\<>=|$%@\[\]]\S*
    | \w+(?:\.\w+)+
    | \w+\([^\s)]*\)
    | (?<![\w-])--?[a-zA-Z][\w-]*
    """, re.X)
WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
END = re.compile(r"\n[ \t]*(?=\n)|(?<=[.?!])(?<!e\.g\.)(?<!i\.e\.)(?=[\s)\"'])|\n(?=[ \t]*(?:[-*|]\s|@\w|\w+:\s))")


def sentences(piece):
    """Yield the Sentences of a piece."""
    begin, whole = 0, blanked(LICENCE, piece.text)
    for end in [match.start() for match in END.finditer(whole)] + [len(whole)]:
        text = whole[begin:end]
        words = list(WORD.finditer(blanked(NAMES, text)))
        if words:
            yield Sentence(piece.line + whole.count("\n", 0, begin), text, words)
        begin = end


def is_headless(words, index, text):
    """Return whether this "what" neither begins a question nor precedes a measure ("what size")."""
    if index == 0 and text.rstrip().endswith("?"):
        return False
    return index + 1 == len(words) or words[index + 1][0].lower() not in MEASURES


def hits_of(sentence):
    """Return (group's name, match) for each word of a group."""
    for index, word in enumerate(sentence.words):
        for group in GROUPS:
            if group.pattern.fullmatch(word[0].lower()):
                if group.name != "what" or is_headless(sentence.words, index, sentence.text):
                    yield group.name, word


def kind_of(name, text):
    """Return a key of READERS, or None if the file has no text of ours."""
    for pattern, kind in KINDS:
        if fnmatch.fnmatchcase(name, pattern):
            return kind
    first = text.split("\n", 1)[0]
    if first.startswith("#!"):
        return "python" if "python" in first else "shell"
    raise ValueError(f"{name}: no pattern of KINDS in {Path(__file__).name} matches")


class Count:
    """Words, and hits of each group."""

    def __init__(self):
        self.words, self.hits = 0, Counter()

    def add(self, other):
        self.words += other.words
        self.hits += other.hits

    def rate(self, hits):
        return PER * hits / self.words if self.words else 0.0

    def is_over(self, group):
        return self.rate(self.hits[group.name]) > group.limit


def count_file(name, text):
    """Return the Count of a file and its Findings."""
    count, findings = Count(), []
    kind = kind_of(name, text)
    for piece in joined(READERS[kind](text)) if kind else ():
        for sentence in sentences(piece):
            hits = list(hits_of(sentence))
            count.words += len(sentence.words)
            count.hits.update(group for group, _ in hits)
            if hits:
                line = sentence.line + sentence.text.count("\n", 0, hits[0][1].start())
                findings.append(Finding(name, line, " ".join(sentence.text.split()),
                                        [(group, word[0]) for group, word in hits]))
    return count, findings


def tracked():
    """Return the names of the files to read: the tracked ones, or outside git all."""
    places = [*AREAS, *sorted(path.name for path in TOP.iterdir() if TOP_FILES.match(path.name))]
    done = subprocess.run(["git", "-C", TOP, "ls-files", "-z", "--", *places],
                          capture_output=True, text=True, check=False)
    names = done.stdout.split("\0")[:-1]
    if done.returncode or not names:
        paths = [path for place in places for path in [TOP / place, *sorted((TOP / place).rglob("*"))]]
        names = [str(path.relative_to(TOP)) for path in paths if "__pycache__" not in path.parts]
    return [name for name in names if (TOP / name).is_file()]


def report(title, counts):
    """Print a table of {name: Count}, most hits first."""
    print(f"#\n#   hits  rate {' '.join(f'{group.name:>6}' for group in GROUPS)}    words {title}")
    for name, count in sorted(counts.items(), key=lambda item: (-item[1].hits.total(), item[0])):
        if hits := count.hits.total():
            columns = " ".join(f"{count.hits[group.name]:6}" for group in GROUPS)
            print(f"# {hits:6} {count.rate(hits):5.0f} {columns} {count.words:8} {name}")


def show_worst(findings, number):
    """Print the sentences with the most hits; of equals the shortest first."""
    print("#")
    for finding in sorted(findings, key=lambda finding: (-len(finding.hits), len(finding.text)))[:number]:
        words = ", ".join(word.lower() for _, word in finding.hits)
        text = finding.text if len(finding.text) <= SHOWN else f"{finding.text[:SHOWN]}..."
        print(f"# {finding.path}:{finding.line}: [{words}] {text}")


def check(options):
    """Count and print; return the exit status."""
    files, areas, total, findings = {}, {}, Count(), []
    for name in tracked():
        if options.paths and not any(Path(name).is_relative_to(path.rstrip("/")) for path in options.paths):
            continue
        files[name], found = count_file(name, (TOP / name).read_text(errors="replace"))
        findings += found
        total.add(files[name])
        areas.setdefault(name.split("/")[0] if "/" in name else "top directory", Count()).add(files[name])
    over = [group for group in GROUPS if total.is_over(group)]
    status = tap.print_all((group not in over, f"{group.title}: {total.hits[group.name]} in {total.words} words, "
                            f"{total.rate(total.hits[group.name]):.1f} per {PER}, limit {group.limit}: "
                            + ("over" if group in over else "ok")) for group in GROUPS)
    if options.by_area:
        report("area", areas)
    if options.files:
        report("file", files)
    names = {group.name for group in over} if options.worst is None else {group.name for group in GROUPS}
    worst = [finding for finding in findings if names & {group for group, _ in finding.hits}]
    if worst and options.worst != 0:
        show_worst(worst, WORST if options.worst is None else options.worst)
    return status


# (claim, file's name, text, words that count)
SAMPLES = [
    ("a C comment counts, its line's code does not", "a.c", "int told = ask(what); /* asked */\n", "asked"),
    ("a comment of several lines is one", "a.h", "/*\n * Behind\n * somebody.\n */\n", "behind somebody"),
    ("comments // on lines that follow are one", "a.c", "// What is\n// this?\n", ""),
    ("a message in C counts", "a.c", 'puts("it was " NAME\n\t"told");\n', "told"),
    ("escapes end no string", "a.c", 'puts("a \\" told \\n");\n', "told"),
    ("a quote in a comment begins no string", "a.c", '/* a " b */ int told; /* c " d */\n', ""),
    ("a string that is compared does not", "a.c", 'if (!strcmp(s, "it was told"))\n', ""),
    ("a key of one word does not", "a.c", 'json("told", who);\n', ""),
    ("the name of a test counts", "a.c", "TEST_F(who, is_told_apart)\n", "told"),
    ("an included file does not", "a.c", '#include "said who.h"\n', ""),
    ("identifiers in comments do not", "a.c",
     "/* @who: tell(), who.c, a_told, ->said, --ask, `told`, x/what */\n", ""),
    ("of directives of shellcheck, the reason", "a.sh", "# shellcheck disable=who said # told\n", "told"),
    ("comments of a shell count, $# does not", "a.sh", "#!/bin/sh\n[ $# -gt 1 ] || said who\n# whoever\n", "whoever"),
    ("messages of a shell count", "a.sh", "echo \"it's told $who\" 'by whom'\n", "told whom"),
    ("patterns of grep do not", "a.sh", "grep -q 'it was told' file\n", ""),
    ("a here-document in Python is read as Python", "a.sh",
     "python3 - <<'PYTHON'\nassert 'who said' in text  # anyone\nPYTHON\n# told\n", "anyone told"),
    ("a quote in another here-document begins no string", "a.sh",
     "cat <<END\nit's said\n# asked\nEND\necho \"told it's\"\n", "asked told"),
    ("of an awk program comments and messages count", "a.sh",
     "awk '\nwho { said }\n# told\nfail(\"is behind\")\n'\n", "told behind"),
    ("comments of Python count", "a.py", "said = 1  # told\n", "told"),
    ("docstrings and messages count", "a.py", '"""Told."""\nprint(f"to whom {who} says")\n', "told whom says"),
    ("docstrings may have any sign", "a.py", 'def ask():\n    """${told} was told;"""\n', "told"),
    ("regular expressions do not", "a.py", 'told(r"who said")\n', ""),
    ("nor strings that are compared", "a.py", 'assert "who said" in text\n', ""),
    ("nor programs in strings", "a.py", 'C = "int told(int who) { return said; }"\n', ""),
    ("help texts of a Makefile count", "Makefile", "tell: who ## asks 'it\n\t@echo 'it answers'\n", "asks answers"),
    ("comments of a table count", "selftests/suites", "# said\ntold | who\n", "said"),
    ("prose of .rst counts", "a.rst", "Title\n=====\n\nIt is told\n", "told"),
    ("code blocks of .rst do not", "a.rst", "See::\n\n    who said\n\n    told\n\nsaid ``who``\n", "said"),
    ("nor those of a directive", "a.rst", ".. code-block:: c\n\n    who said\n\nsaid\n", "said"),
    ("prose of .md counts, its code does not", "a.md",
     "told\n\n    who said\n\n    who\n\n```\nwho\n```\n`who` asks\n", "told asks"),
    ("each row of a table is a sentence", "a.rst", "=== ===\nWhat is\nb   told?\n=== ===\n", "what told"),
    ("a list in a directive counts", "a.rst", ".. list-table::\n\n   * - a\n     - told\n", "told"),
    ("a description of the ABI counts", "Documentation/abi/a",
     "What:\t\t/dev/who\nDescription:\n\t\tIt is told.\n", "told"),
    ("scripts are known by their first line", "selftests/vm/a", "#!/bin/bash\n# told\necho \"it's said\"\n", "told said"),
    ("whether of a shell or Python", "selftests/vm/a", "#!/usr/bin/python3\nassert 'who said' in text\n", ""),
    ("golden data does not count", "selftests/host/golden/expected/a.txt", "it was told\n", ""),
    ("nor golden output of pgwalk", "selftests/host/golden/expected/pgwalk/a", "# it was told\n", ""),
    ("nor a recorded screen", "selftests/host/tui/expected/a.screen", "it was told\n", ""),
    ("a headless what counts", "a.rst", "See what is empty. What is empty counts.\n", "what what"),
    ("a question does not", "a.rst", "What is empty? It is.\n", ""),
    ("nor does a determiner", "a.rst", "It depends on what kind it is, and of what size.\n", ""),
    ("words with a hyphen are others", "a.rst", "fault-tell, ask-ing\n", ""),
]


def self_test():
    """Check that each word of each group counts, where words count, and that limits hold; return the exit status."""
    outcomes = []

    def expect(claim, value, wanted):
        outcomes.append((value == wanted, claim, [f"{value}, not {wanted}"]))

    for group, text in (
            ("tell", "tell tells told telling ask asks asked asking answer answers answered answering say says said"),
            ("what", "see what"), ("who", "who whose whom whoever"), ("behind", "behind"),
            ("body", "somebody nobody anybody someone anyone"), ("anew", "anew likewise meanwhile")):
        count, _ = count_file("a.rst", text.capitalize())
        expect(f"words of {group} count", count.hits, {group: len(text.split()) - (group == "what")})
    for claim, name, text, wanted in SAMPLES:
        _, findings = count_file(name, text)
        expect(claim, " ".join(word.lower() for finding in findings for _, word in finding.hits), wanted)
    count, _ = count_file("a.c", "int told; /* two words */\n")
    expect("words of comments are counted", count.words, 2)
    _, findings = count_file("a.c", "int a;\n/*\n * One.\n * And\n * told.\n */\n")
    expect("a finding has its line and its sentence", [finding[1:3] for finding in findings], [(5, "And told.")])
    for group in GROUPS:
        count = Count()
        count.words, count.hits[group.name] = PER, group.limit
        at_limit = count.is_over(group)
        count.hits[group.name] += 1
        expect(f"{group.name}: over the limit, not at it", (at_limit, count.is_over(group)), (False, True))
    unknown = []
    for name in tracked():
        try:
            kind_of(name, (TOP / name).read_text(errors="replace"))
        except ValueError as error:
            unknown.append(str(error))
    expect("each file of the tree matches a pattern of KINDS", unknown, [])
    return tap.print_all(outcomes)


def main():
    # End on SIGPIPE, like other tools in a pipe to head
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="*", help="count only these files and directories, named from the top directory")
    parser.add_argument("--worst", type=int, metavar="N",
                        help=f"print N sentences with the most hits ({WORST} over a limit)")
    parser.add_argument("--files", action="store_true", help="print the counts of each file")
    parser.add_argument("--by-area", action="store_true", help="print the counts of each top directory")
    parser.add_argument("--self-test", action="store_true", help="check the counting with samples")
    options = parser.parse_args()
    sys.exit(self_test() if options.self_test else check(options))


if __name__ == "__main__":
    main()
