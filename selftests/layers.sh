#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Checks the #include lines of module/ and userspace/: who may see whom. It compiles nothing.
#
#	layers.sh [DIR]		check the tree at DIR (the one this script lies in)
#	layers.sh --self-test	show that it can say no; TAP
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Reads "file<TAB>included file" lines, both relative to the tree; prints what is wrong.
judge() {
	awk -F '\t' '
	function fail(why) { printf "%s includes %s: %s\n", $1, $2, why; bad = 1 }
	function layer(path) { split(path, part, "/"); return path ~ /\/[^\/]*\// ? part[2] : "" }

	# The ladder of the module: a file sees its own rung and those below, of these.
	BEGIN {
		n = split("entry walk batch span view debugfs main", name, " ")
		for (i = 1; i <= n; i++)
			rung[name[i]] = i
	}
	function rung_of(path, base) {
		base = path
		sub(/.*\//, "", base)
		sub(/\.[ch]$/, "", base)
		if (base ~ /^view(_|$)/) base = "view"
		if (base ~ /^entry_/) base = "entry"
		return base in rung ? rung[base] : 0
	}

	$1 ~ /^module\// && $2 ~ /^module\// {
		if (rung_of($1) && rung_of($2) > rung_of($1))
			fail("against the stream entry <- walk <- batch <- span <- view_* <- debugfs <- main")
	}
	$1 ~ /^module\// && $2 ~ /^(userspace|bpf|selftests)\// { fail("the module stands alone") }
	$1 ~ /^module\/uapi\// && $2 !~ /^(module\/uapi\/|<)/ { fail("the ABI includes nothing of ours") }
	$1 ~ /^userspace\// && $2 ~ /^module\// && $2 !~ /^module\/uapi\// { fail("only module/uapi is for user space") }
	$1 ~ /^userspace\// && $2 ~ /^selftests\// { fail("the product knows no tests") }
	$1 ~ /^userspace\/(collect|model|present)\// && $2 ~ /^userspace\/(collect|model|present)\// {
		if (layer($1) != layer($2))
			fail("collect, model and present do not see each other")
	}
	$1 ~ /^userspace\/lib\// && $2 !~ /^(userspace\/lib\/|<)/ { fail("lib knows nothing of memory management") }
	$1 ~ /^userspace\/(collect|model|present)\// && $2 ~ /^userspace\/(session\/|pgtop\.|pgwalk\.)/ { fail("against the stream") }
	$1 ~ /^userspace\/[^\/]*$/ && $2 ~ /^userspace\/(collect|model|present)\// {
		fail("of pgtop session/ is what sees the layers, of pgwalk verb/ is")
	}
	$1 ~ /^userspace\/verb\// && $2 ~ /^userspace\/(session\/|pgtop\.|pgwalk\.)/ { fail("against the stream") }
	$1 ~ /^userspace\/session\/session\.h/ && $2 ~ /^userspace\/(collect|model|present)\// { fail("main sees session.h: it shows no layers") }
	$1 ~ /^userspace\/pgtop\./ && $2 ~ /^userspace\/session\// && $2 !~ /^userspace\/session\/session\.h$/ { fail("main sees session.h only") }
	$1 ~ /^userspace\/verb\/verb\.h/ && $2 ~ /^userspace\/(collect|model|present)\// { fail("main sees verb.h: it shows no layers") }
	$1 ~ /^userspace\/(pgtop\.|session\/)/ && $2 ~ /^userspace\/verb\// { fail("pgtop has no verbs") }
	$1 ~ /^userspace\/(collect|model|present)\// && $2 ~ /^userspace\/verb\// { fail("against the stream") }
	$1 ~ /^userspace\/pgwalk\./ && $2 ~ /^userspace\/verb\// && $2 !~ /^userspace\/verb\/verb\.h$/ { fail("main sees verb.h only") }
	$1 ~ /^userspace\/model\// && $2 ~ /^<(stdio|time|sys\/time|unistd|fcntl|curses|ncurses|poll|sys\/ioctl)/ {
		fail("no I/O, no clock, no curses in the model")
	}
	$1 ~ /^userspace\/present\// && $1 !~ /\/tui\/terminal\./ && $2 ~ /^<(unistd|fcntl|time|poll|sys\/)/ {
		fail("a presenter formats, it does no I/O")
	}
	$1 ~ /^userspace\// && $1 !~ /^userspace\/present\/tui\// && $2 ~ /^<n?curses/ { fail("curses only in present/tui") }
	END { exit bad }
	'
}

# Prints "file<TAB>included file" for the tree at $1; system headers keep their "<".
includes() {
	local file line target

	cd "$1" || return 2
	find module userspace -name '*.[ch]' | sort | while read -r file; do
		sed -nE 's/^[[:blank:]]*#[[:blank:]]*include[[:blank:]]+(["<][^">]+)[">].*/\1/p' "$file" |
		while read -r line; do
			target=${line#\"}
			case $line in
			'<'*)	;;
			*)	if [ -e "$(dirname "$file")/$target" ]; then
					target=$(realpath --relative-to=. "$(dirname "$file")/$target")
				elif [ -e "module/uapi/$target" ]; then
					target=module/uapi/$target
				fi ;;
			esac
			printf '%s\t%s\n' "$file" "$target"
		done
	done
}

number=0
expect() {	# ok|bad  FILE  INCLUDED  TITLE
	local got=ok

	number=$((number + 1))
	printf '%s\t%s\n' "$2" "$3" | judge > /dev/null || got=bad
	if [ "$got" = "$1" ]; then
		echo "ok $number - $4"
	else
		echo "not ok $number - $4 ($2 -> $3: $got)"
		failed=1
	fi
}

self_test() {
	local failed=0 tree

	echo 'TAP version 13'
	echo '1..27'
	expect bad module/entry.c module/walk.h 'an entry does not see the walker'
	expect bad module/walk.h module/batch.h 'the walker does not see batches'
	expect bad module/span.c module/view_pages.h 'spans do not see views'
	expect bad module/view_pages.c module/debugfs.h 'a view does not see debugfs'
	expect ok module/view_pages.c module/span.h 'a view sees spans'
	expect ok module/main.c module/debugfs.h 'main sees debugfs'
	expect bad module/vma.c userspace/snapshot.h 'the module sees no user space'
	expect bad userspace/model/faults.c userspace/collect/record.h 'the model does not see collect'
	expect bad userspace/present/json.c userspace/model/monitor.h 'present does not see the model'
	expect bad userspace/collect/live.c userspace/present/batch.h 'collect does not see present'
	expect ok userspace/session/feed.c userspace/model/monitor.h 'the session sees the model'
	expect ok userspace/verb/pages.c userspace/present/report.h 'a verb sees the layers'
	expect bad userspace/verb/verb.h userspace/present/report.h 'what main sees of the verbs does not'
	expect bad userspace/pgwalk.c userspace/verb/run.h 'main sees no more than that'
	expect bad userspace/present/report.c userspace/verb/run.h 'present does not see the verbs'
	expect bad userspace/session/watch.c userspace/verb/verb.h 'pgtop has no verbs'
	expect bad userspace/session/session.h userspace/model/monitor.h 'what main sees of the session shows no layers'
	expect bad userspace/pgtop.c userspace/session/feed.h 'main sees no more than that'
	expect bad userspace/verb/run.c userspace/session/session.h 'verbs do not see the session'
	expect bad userspace/pgtop.c userspace/model/monitor.h 'main does not'
	expect bad userspace/lib/text.c userspace/snapshot.h 'lib knows no memory management'
	expect bad userspace/model/aspace.c '<time.h' 'the model has no clock'
	expect ok userspace/model/aspace.c '<errno.h' 'the model has errno'
	expect bad userspace/present/tui/tui.c '<sys/ioctl.h' 'the screen does no I/O'
	expect ok userspace/present/tui/terminal.c '<sys/ioctl.h' 'its terminal does'
	expect bad userspace/collect/device.c module/vma.h 'user space sees only the ABI'
	# The scan, not only the verdict: one bad line in a tree of its own
	tree=$(mktemp -d)
	mkdir -p "$tree/module" "$tree/userspace/model" "$tree/userspace/collect"
	echo '#include "../collect/x.h"' > "$tree/userspace/model/y.c"
	: > "$tree/userspace/collect/x.h"
	number=$((number + 1))
	if (includes "$tree") | judge > /dev/null; then
		echo "not ok $number - a bad include in a file is found"
		failed=1
	else
		echo "ok $number - a bad include in a file is found"
	fi
	rm -rf "$tree"
	return "$failed"
}

case ${1-} in
--self-test)
	self_test ;;
*)
	tree=${1:-$here}
	lines=$(includes "$tree") || exit 2
	[ -n "$lines" ] || { echo "layers: no sources at $tree" >&2; exit 2; }
	if judge <<< "$lines"; then
		echo "layers: $(wc -l <<< "$lines") includes, all of them allowed"
	else
		exit 1
	fi ;;
esac
