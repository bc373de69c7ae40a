#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The kernel's own checkpatch.pl over our C sources, one test a file. Speaks TAP.
set -euo pipefail
cd "$(dirname "$0")/.."

# What does not fit outside the kernel's tree: compat.h tests versions and stands in for macros of newer kernels.
# CONST_STRUCT trips over forward declarations, CONSTANT_COMPARISON over the body of a version test.
# USE_LOCKDEP: walk.c asks if a lock is taken because it must not take it, and asserts nothing.
readonly EVERYWHERE=LINUX_VERSION_CODE,COMPLEX_MACRO,MULTISTATEMENT_MACRO_USE_DO_WHILE,CONST_STRUCT,CONSTANT_COMPARISON,\
USE_LOCKDEP
# What is meant for the kernel only: programs have no ARRAY_SIZE(), __printf() or strscpy(), and BPF settings are
# initialised const volatile; help texts and expected texts are long strings, and <> in a macro's argument is an include.
readonly PROGRAMS=$EVERYWHERE,SPLIT_STRING,STRING_FRAGMENTS,SPACING,VOLATILE,GLOBAL_INITIALISERS,ARRAY_SIZE,EMBEDDED_FUNCTION_NAME,NEW_TYPEDEFS,STRCPY,\
PREFER_DEFINED_ATTRIBUTE_MACRO

ignored()
{
	case $1 in
	module/*) echo "$EVERYWHERE" ;;
	*) echo "$PROGRAMS" ;;
	esac
}

checkpatch=$(selftests/vm/fetch.sh source)/scripts/checkpatch.pl
mapfile -t files < <(git ls-files --cached --others --exclude-standard -- '*.c' '*.h' 2>/dev/null ||
	find module bpf userspace selftests -name '*.[ch]')

echo TAP version 13
echo "1..${#files[@]}"
number=0
for file in "${files[@]}"; do
	number=$((number + 1))
	if found=$("$checkpatch" --no-tree --quiet --terse --show-types --no-summary --max-line-length=120 \
		--ignore "$(ignored "$file")" --file "$file" 2>&1) && [ -z "$found" ]; then
		echo "ok $number - $file"
	else
		echo "not ok $number - $file"
		while read -r line; do
			echo "#   $line"
		done <<< "$found"
	fi
done
