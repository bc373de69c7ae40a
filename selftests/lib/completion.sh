# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Tests of shell completion, to be sourced after tap.sh: the words that a completion offers, and the lists of the ABI.
# shellcheck disable=SC2154 # $work and $tap_top are set by tap.sh

# Print the words that the completion of a tool offers for the last word of a command line, sorted
offered() {	# FILE TOOL WORD...
	(
		compopt() { :; }
		# shellcheck disable=SC1090
		. "$1"
		shift
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
		"_$1"
		printf '%s\n' "${COMPREPLY[@]}" | sort -u
	)
}

# Print one field of each entry of a list of module/uapi, sorted: LIST(X) is X(field 1, field 2, ...)
listed() {	# HEADER LIST FIELD
	printf '#include "%s"\n#define X(a, b, c) @a@b@c@\n%s(X)\n' "$1" "$2" |
		gcc -E -P -I"$tap_top/module/uapi" - | grep '@' | tr '\n' ' ' | sed 's/@ *@/@\n@/g' | cut -d @ -f $(($3 + 1)) |
		sed 's/^ *"\{0,1\}//; s/"\{0,1\} *$//' | sort -u
}

# Check that words are equal, and keep the difference as the reason of a failure
same_words() {	# WANTED GOT
	diff <(printf '%s\n' "$1") <(printf '%s\n' "$2") > "$work/why" && [ -n "$1" ]
}
