#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Validates JSON Lines of pgtop and pgwalk against the schemas in Documentation/json.

json_schema.py [FILE...]                 each line of each file, or of stdin, is an object. Prints the objects that do not
                                         conform, and ends with 1 if there is one, or if there is no object at all.
json_schema.py --some [FILE...]          some lines of each file and schema, and some elements of their lists: under emulation
                                         the check of all takes minutes
json_schema.py --manual PAGE [FILE...]   prints the keys that a manual page does not name

An object conforms to the definition that has the object's "schema", which is its first key. A key that the definition lacks
is an error, and so is a duplicate key.
"""
import functools
import json
import re
import sys
from pathlib import Path

import jsonschema

# Lines of each schema, and elements of each list, with --some
SOME = 12
SCHEMAS = Path(__file__).resolve().parents[2] / "Documentation/json"


def without_duplicates(pairs):
    """Return a dictionary; a duplicate key is an error."""
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise ValueError("duplicate key: " + " ".join(sorted({n for n in names if names.count(n) > 1})))
    return dict(pairs)


@functools.cache
def validators():
    """Return a validator for each value of "schema"."""
    found = {}
    for path in sorted(SCHEMAS.glob("*.schema.json")):
        schema = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=without_duplicates)
        jsonschema.Draft202012Validator.check_schema(schema)
        for name, definition in schema["$defs"].items():
            kind = definition.get("properties", {}).get("schema", {}).get("const")
            if kind:
                found[kind] = jsonschema.Draft202012Validator({"$ref": f"#/$defs/{name}", "$defs": schema["$defs"]})
    return found


def complaints(data):
    """Return the errors of one object."""
    known = validators()
    kind = data.get("schema") if isinstance(data, dict) else None
    if kind not in known:
        return [f'"schema" is {kind!r}, which no file of {SCHEMAS} defines']
    return [f"{kind}: {'.'.join(map(str, error.absolute_path)) or 'the object'}: {error.message:.300}"
            for error in known[kind].iter_errors(data)]


def complaints_of_line(text):
    """Return the errors of one line of JSON."""
    try:
        data = json.loads(text, object_pairs_hook=without_duplicates)
        return complaints(data) + ([] if list(data)[:1] == ["schema"] else ['the first key is not "schema"'])
    except ValueError as error:
        return [str(error)]


def keys_of(value):
    """Return all keys of an object. Those of "classes" are names of fault classes, which have a page of their own."""
    if isinstance(value, list):
        return set().union(*map(keys_of, value))
    if not isinstance(value, dict):
        return set()
    return set(value).union(*(keys_of(list(below.values()) if key == "classes" and isinstance(below, dict) else below)
                              for key, below in value.items()))


def missing_keys(page, paths):
    """Return the keys of the objects that a manual page does not name."""
    named, used = set(re.findall(r"[a-z_0-9]+", Path(page).read_text(encoding="utf-8"))), set()
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            used = used.union(*(keys_of(json.loads(line)) for line in lines))
    return sorted(used - named) if used else ["no object at all"]


def some(things):
    """Return things from the whole of a list, with the first and the last."""
    if len(things) <= SOME:
        return things
    return [things[at * (len(things) - 1) // (SOME - 1)] for at in range(SOME)]


def shortened(value):
    """Return an object with some of the elements of its lists."""
    if isinstance(value, list):
        return [shortened(one) for one in some(value)]
    return {key: shortened(one) for key, one in value.items()} if isinstance(value, dict) else value


def some_lines(lines):
    """Return some lines of each schema, shortened; and all lines that are no object with a schema."""
    kinds, others = {}, []
    for line in lines:
        kind = re.match(r'\{"schema":"([^"]*)"(?:,"type":"[^"]*")?', line)
        (kinds.setdefault(kind[0], []) if kind else others).append(line)
    for line in (line for found in kinds.values() for line in some(found)):
        try:
            others.append(json.dumps(shortened(json.loads(line, object_pairs_hook=without_duplicates))))
        except ValueError:
            others.append(line)
    return others


def complaints_of_files(paths, only_some=False):
    """Return the errors of all lines of all files; that there is no line is one."""
    number, found = 0, []
    for path in paths:
        with open(path, encoding="utf-8") as lines:
            for number_in_file, line in enumerate(some_lines(lines) if only_some else lines, 1):
                number += 1
                found += [f"{path}:{number_in_file}: {complaint}" for complaint in complaints_of_line(line)]
    return found if number else ["no object at all"]


def main():
    if sys.argv[1:2] == ["--manual"]:
        missing = missing_keys(sys.argv[2], sys.argv[3:] or ["/dev/stdin"])
        print("\n".join(f"{sys.argv[2]} does not name: {key}" for key in missing), end="\n" * bool(missing))
        return int(bool(missing))
    only_some = sys.argv[1:2] == ["--some"]
    found = complaints_of_files(sys.argv[1 + only_some:] or ["/dev/stdin"], only_some)
    print("\n".join(found), end="\n" * bool(found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
