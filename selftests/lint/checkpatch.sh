#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Runs the kernel's checkpatch.pl over the C sources, one test a file. TAP.
#
#	checkpatch.sh [FILE...]	check these files (default: all)
set -euo pipefail
cd "$(dirname "$0")/../.."
. selftests/lib/tap.sh

# Checks that do not apply outside the kernel tree: compat.h tests versions and defines macros of newer kernels.
# CONST_STRUCT misreads forward declarations, CONSTANT_COMPARISON the body of a version test.
# USE_LOCKDEP: walk.c tests whether a lock is taken because it must not take it; it does not assert that.
# X-lists: a use takes some of the arguments, and [number] = opens a line of an array.
readonly EVERYWHERE=LINUX_VERSION_CODE,COMPLEX_MACRO,MULTISTATEMENT_MACRO_USE_DO_WHILE,CONST_STRUCT,CONSTANT_COMPARISON,\
USE_LOCKDEP,BRACKET_SPACE,MACRO_ARG_UNUSED
# Checks that apply to kernel code only: programs have no ARRAY_SIZE(), __printf(), strscpy() or kstrtoul(), and BPF settings
# are initialised const volatile; help texts and expected texts are long strings, and <> in a macro's argument is an
# include. FUNCTION_ARGUMENTS takes __asm__("name") for a prototype, STATIC_CONST_CHAR_ARRAY arguments for constants,
# TRAILING_SEMICOLON a list of declarations for a statement.
readonly PROGRAMS=$EVERYWHERE,SPLIT_STRING,STRING_FRAGMENTS,SPACING,VOLATILE,GLOBAL_INITIALISERS,ARRAY_SIZE,EMBEDDED_FUNCTION_NAME,NEW_TYPEDEFS,STRCPY,\
PREFER_DEFINED_ATTRIBUTE_MACRO,FUNCTION_ARGUMENTS,STATIC_CONST_CHAR_ARRAY,TRAILING_SEMICOLON

checkpatch=$(selftests/vm/fetch.sh source)/scripts/checkpatch.pl
# Verdicts: an empty file for each clean file, named by the hash of checkpatch with its options, and of the contents.
known=${XDG_CACHE_HOME:-$HOME/.cache}/pgwalk/checkpatch
mkdir -p "$known"

# complaints IGNORED FILE...: one run for all files, because checkpatch takes longer to start than to read a file.
complaints()
{
	local ignored=$1 status=0
	shift
	[ $# -gt 0 ] || return 0
	"$checkpatch" --no-tree --quiet --terse --show-types --no-summary --max-line-length=120 --ignore "$ignored" \
		--file "$@" 2>&1 || status=$?
	[ "$status" -le 1 ] || echo "checkpatch.pl ended with $status"
}

if [ $# -gt 0 ]; then
	files=("$@")
else
	mapfile -t files < <(git ls-files --cached --others --exclude-standard -- '*.c' '*.h' 2>/dev/null ||
		find module bpf userspace selftests -name '*.[ch]')
fi

tool=$({ cat "$checkpatch"; echo "$EVERYWHERE $PROGRAMS"; } | sha256sum | cut -c1-16)
sums=$(sha256sum -- "${files[@]}")
declare -A key
module=() programs=()
while read -r sum file; do
	case $file in
	module/*) strict=module ;;
	*) strict=programs ;;
	esac
	key[$file]=$tool-$strict-$sum
	if [ ! -e "$known/${key[$file]}" ]; then
		declare -n wanted=$strict
		wanted+=("$file")
	fi
done <<< "$sums"
found=$(complaints "$EVERYWHERE" "${module[@]}"; complaints "$PROGRAMS" "${programs[@]}")

attributed=0 clean=()
for file in "${files[@]}"; do
	status=0
	if [ -n "$found" ] && grep -e "^${file//./\\.}:" <<< "$found" > "$work/why"; then
		attributed=$((attributed + $(wc -l < "$work/why")))
		status=1
	else
		clean+=("$known/${key[$file]}")
	fi
	report "$status" "$file"
done
# A message of checkpatch about itself may mean that it has not read a file to its end.
status=0
if [ "$attributed" -eq "$(grep -c . <<< "$found")" ]; then
	[ ${#clean[@]} -eq 0 ] || touch "${clean[@]}"
else
	echo "$found" > "$work/why"
	status=1
fi
report "$status" 'all messages of checkpatch are about files'
end_tests
