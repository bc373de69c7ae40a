#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The kernel's own checkpatch.pl over our C sources, one test a file. Speaks TAP.
#
#	checkpatch.sh [FILE...]	all of them, or these
set -euo pipefail
cd "$(dirname "$0")/.."

# What does not fit outside the kernel's tree: compat.h tests versions and stands in for macros of newer kernels.
# CONST_STRUCT trips over forward declarations, CONSTANT_COMPARISON over the body of a version test.
# USE_LOCKDEP: walk.c asks if a lock is taken because it must not take it, and asserts nothing.
readonly EVERYWHERE=LINUX_VERSION_CODE,COMPLEX_MACRO,MULTISTATEMENT_MACRO_USE_DO_WHILE,CONST_STRUCT,CONSTANT_COMPARISON,\
USE_LOCKDEP
# What is meant for the kernel only: programs have no ARRAY_SIZE(), __printf(), strscpy() or kstrtoul(), and BPF settings
# are initialised const volatile; help texts and expected texts are long strings, and <> in a macro's argument is an
# include. FUNCTION_ARGUMENTS takes __asm__("name") for a prototype, STATIC_CONST_CHAR_ARRAY arguments for constants,
# TRAILING_SEMICOLON a list of declarations for a statement.
readonly PROGRAMS=$EVERYWHERE,SPLIT_STRING,STRING_FRAGMENTS,SPACING,VOLATILE,GLOBAL_INITIALISERS,ARRAY_SIZE,EMBEDDED_FUNCTION_NAME,NEW_TYPEDEFS,STRCPY,\
PREFER_DEFINED_ATTRIBUTE_MACRO,FUNCTION_ARGUMENTS,STATIC_CONST_CHAR_ARRAY,TRAILING_SEMICOLON

checkpatch=$(selftests/vm/fetch.sh source)/scripts/checkpatch.pl
# A file that was found clean has an empty file here: its name tells checkpatch with the options, and the contents.
known=${XDG_CACHE_HOME:-$HOME/.cache}/pgwalk/checkpatch
mkdir -p "$known"

# complaints IGNORED FILE...: in one go, for checkpatch takes longer to start than to read a file.
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

echo TAP version 13
echo "1..$((${#files[@]} + 1))"
number=0 told=0 clean=()
for file in "${files[@]}"; do
	number=$((number + 1))
	if [ -n "$found" ] && about=$(grep -e "^${file//./\\.}:" <<< "$found"); then
		told=$((told + $(wc -l <<< "$about")))
		echo "not ok $number - $file"
		echo "#   ${about//$'\n'/$'\n'#   }"
	else
		clean+=("$known/${key[$file]}")
		echo "ok $number - $file"
	fi
done
# If checkpatch said something of itself it may have read no file to its end.
if [ "$told" -eq "$(grep -c . <<< "$found")" ]; then
	[ ${#clean[@]} -eq 0 ] || touch "${clean[@]}"
	echo "ok $((number + 1)) - checkpatch spoke of these files alone"
else
	echo "not ok $((number + 1)) - checkpatch spoke of these files alone"
	echo "#   ${found//$'\n'/$'\n'#   }"
fi
