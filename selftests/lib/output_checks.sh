# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Checks of outputs by one process of Python, to be sourced after tap.sh. Complaints are in $work/why.

coproc output_checks { exec "${tap_top:?}/selftests/lib/output_checks.py"; }
# Copies, because a subshell does not have those of the coprocess
exec {output_checks_in}>&"${output_checks[1]}" {output_checks_out}<&"${output_checks[0]}"

request_check() {	# FIELD...
	local line

	(IFS=$'\t'; printf '%s\n' "$*") >&"$output_checks_in"
	while IFS= read -r -u "$output_checks_out" line; do
		[[ $line != 'status '* ]] || return "${line#status }"
		printf '%s\n' "$line" >> "${work:?}/why"
	done
	echo 'output_checks.py has ended' >> "${work:?}/why"
	return 1
}

# Check JSON Lines against the schemas in Documentation/json
check_json() {	# FILE...
	request_check json "$@"
}

# Check that text has no control character, and the width of its lines; for LIMIT see check_text.py
check_text() {	# LIMIT FILE
	request_check text "$@"
}
