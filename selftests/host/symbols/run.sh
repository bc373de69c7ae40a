#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Unit tests of symbols, folded stacks, vmstat, fault totals and page queries, on the host. TAP.
set -u

cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
build=$(realpath -m "${PGWALK_BUILD:-../../../build}")
make -s O="$build" all >&2 || exit 1
exec "$build/selftests/host/symbols/symbols"
