#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Who may include whom: reads the #include lines and speaks TAP. The module's order is that of its Kbuild, which lists
# each object after those it calls.
set -euo pipefail
cd "$(dirname "$0")/.."

number=0

# verdict CLAIM OFFENCES: one test; the offences are its explanation.
verdict()
{
	number=$((number + 1))
	if [ -z "$2" ]; then
		echo "ok $number - $1"
	else
		echo "not ok $number - $1"
		sed 's/^/#   /' <<< "$2"
	fi
}

# Prints "FILE HEADER" for each line that includes something, with the quotes or brackets left off.
includes()
{
	find "$@" -name '*.[ch]' -exec grep -HoE '^[[:space:]]*#[[:space:]]*include[[:space:]]*["<][^">]+' {} + 2>/dev/null |
		sed -E 's/^([^:]+):.*["<]/\1 /' | sort
}

# The headers of the module that belong to an object may be included by that object and those after it.
module_order()
{
	local order
	order=$(sed -n 's/^pgwalk-.*=//p' Kbuild | tr ' ' '\n' | sed -n 's#^module/\(.*\)\.o$#\1#p')
	includes module | awk -v order="$order" '
		BEGIN { n = split(order, name, "\n"); for (i = 1; i <= n; i++) rank[name[i]] = i }
		{
			file = $1; sub(/.*\//, "", file); sub(/\.[ch]$/, "", file)
			header = $2; sub(/\.h$/, "", header)
			if (!(header in rank) || header == file)
				next
			if (!(file in rank))
				print $1 " includes " $2 ", and headers of no object may not"
			else if (rank[header] > rank[file])
				print $1 " includes " $2 ", which Kbuild lists after it"
		}'
}

not_in_kbuild()
{
	local file
	for file in module/*.c; do
		grep -q "\<${file%.c}\.o\>" Kbuild || echo "$file"
	done
}

# offenders DIR PATTERN [EXCEPT]: includes below DIR of headers that match, outside EXCEPT.
offenders()
{
	includes "$1" | grep -v "^${3:-none}" | awk -v pattern="$2" '$2 ~ pattern { print $1 " includes " $2 }'
}

files_with()
{
	local pattern=$1
	shift
	grep -rnE --include='*.[ch]' -- "$pattern" "$@" 2>/dev/null || :
}

echo TAP version 13
echo 1..10
verdict 'every source of the module is in Kbuild' "$(not_in_kbuild)"
verdict 'the module includes downwards only' "$(module_order)"
verdict 'only compat.h tests the version of the kernel' \
	"$(files_with 'LINUX_VERSION_CODE|KERNEL_VERSION\(' module bpf userspace | grep -vE '^(module|bpf)/compat' || :)"
verdict 'BPF programs share the ABI alone with the module' "$(offenders bpf '^\.\./|module/' | grep -v uapi/ || :)"
verdict 'collect does not see model or present' "$(offenders userspace/collect '(^|/)(model|present)/')"
verdict 'model does not see collect or present' "$(offenders userspace/model '(^|/)(collect|present)/')"
verdict 'present does not see collect or model' "$(offenders userspace/present '(^|/)(collect|model)/')"
verdict 'lib knows none of them' "$(offenders userspace/lib '(^|/)(collect|model|present)/|pgwalk')"
verdict 'model does no I/O, reads no clock and draws nothing' \
	"$(offenders userspace/model '^(curses|ncurses.*|fcntl|unistd|time|sys/(ioctl|time|stat)|bpf/.*)(\.h)?$')"
verdict 'only present/tui draws' "$(offenders userspace '^n?curses' userspace/present/tui/)"
