#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
"""Checks many outputs in one process, for output_checks.sh: the start of Python and of jsonschema takes longer than a check.

Each line of stdin is a request, its fields separated by tabs: "json FILE" (json_schema.py), or "text LIMIT FILE"
(check_text.py). The complaints go to stdout, followed by a line "status N"; N is 0 if there is none.
"""
import sys

import check_text
import json_schema


def complaints(fields):
    """Return the complaints of one request."""
    try:
        if fields[0] == "json":
            return json_schema.complaints_of_files(fields[1:])
        if fields[0] == "text":
            complaint = check_text.complaint(*fields[1:])
            return [complaint] if complaint else []
    except (OSError, ValueError) as error:
        return [repr(error)]
    return [f"not a request: {fields}"]


def main():
    for request in sys.stdin:
        found = complaints(request.rstrip("\n").split("\t"))
        # A complaint is one line, so that none looks like the status
        print(*(f"  {line}" for complaint in found for line in complaint.splitlines()), f"status {int(bool(found))}",
              sep="\n", flush=True)


main()
