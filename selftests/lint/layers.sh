#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Checks the #include lines of module/ and userspace/ against the layers, that only module/arch/ knows the
# architecture's page tables, and that no function of module/ and bpf/ is longer than 60 lines.
#
#	layers.sh [DIR]		check the tree at DIR (default: the tree of this script)
#	layers.sh --self-test	check that forbidden includes are found; TAP
set -u

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Read lines "file<TAB>included file", relative to the tree; print forbidden includes.
check_includes() {
	awk -F '\t' '
	function fail(why) { printf "%s includes %s: %s\n", $1, $2, why; bad = 1 }
	function layer(path) { split(path, part, "/"); return path ~ /\/[^\/]*\// ? part[2] : "" }

	# The order of the module: of these files, each may include those listed before it.
	BEGIN {
		n = split("entry walk runs", name, " ")
		for (i = 1; i <= n; i++)
			rung[name[i]] = i
	}
	function rung_of(path, base) {
		if (path ~ /^module\/main\./) return n + 2
		if (path ~ /^module\/(debugfs|chardev)\//) return n + 1
		base = path
		if (!sub(/^module\/(arch\/x86\/)?/, "", base) || base ~ /\//) return 0
		sub(/\.[ch]$/, "", base)
		return base in rung ? rung[base] : 0
	}

	# Segment registers and descriptors are of x86 only, and so are these files.
	function has_segments(path) {
		return path ~ /^module\/(debugfs\/(view_gdt|view_segments|fmt_segment)\.c|chardev\/ioctl_(gdt|segments)\.c)$/
	}

	# Print the front end of a file of the module, or ""
	function front(path) { return match(path, /^module\/(debugfs|chardev)\//) ? substr(path, 8, 7) : "" }

	$1 ~ /^module\// && $2 ~ /^module\// {
		if (rung_of($1) && rung_of($2) > rung_of($1))
			fail("not in the order entry, walk, runs, debugfs and chardev, main")
		if (front($1) && front($2) && front($1) != front($2))
			fail("the front ends debugfs and chardev must not include each other")
		if (!front($1) && front($2) && $1 !~ /^module\/(main\.|arch\/[^\/]*\/parts\.c$)/)
			fail("the core must not include a front end")
		if ($2 ~ /^module\/rmap\// && $1 ~ /^module\/frame\//)
			fail("frame/ must not include rmap/")
		if ($2 ~ /^module\/arch\/[^\/]*\// && $1 !~ /^module\/arch\// && !has_segments($1))
			fail("only module/arch/ may include an architecture; other files include arch/pgtable.h")
	}
	# Circles: a unit is a header and the file of its name.
	function unit(path) { sub(/\.[ch]$/, "", path); return path }
	$1 ~ /^module\// && $1 !~ /^module\/arch\// && $2 ~ /^module\// && $2 !~ /^module\/arch\// && unit($1) != unit($2) {
		if (!((unit($1), unit($2)) in edge)) {
			edge[unit($1), unit($2)]
			from[++nr_edges] = unit($1)
			to[nr_edges] = unit($2)
		}
	}
	$1 ~ /^module\// && $2 ~ /^(userspace|bpf|selftests)\// { fail("the module must not include other parts of the tree") }
	$1 ~ /^module\/uapi\// && $2 !~ /^(module\/uapi\/|<)/ { fail("the ABI must not include headers outside uapi/") }
	$1 ~ /^userspace\// && $2 ~ /^module\// && $2 !~ /^module\/uapi\// { fail("user space must not include headers of the module except uapi/") }
	$1 ~ /^userspace\// && $2 ~ /^selftests\// { fail("the product must not include tests") }
	$1 ~ /^userspace\/(collect|model|present)\// && $2 ~ /^userspace\/(collect|model|present)\// {
		if (layer($1) != layer($2))
			fail("collect, model and present must not include each other")
	}
	$1 ~ /^userspace\/lib\// && $2 !~ /^(userspace\/lib\/|<)/ { fail("lib/ must not include other parts of the tree") }
	$1 ~ /^userspace\/(collect|model|present)\// && $2 ~ /^userspace\/(session\/|pgtop\.|pgwalk\.)/ { fail("a layer must not include a program") }
	$1 ~ /^userspace\/[^\/]*$/ && $2 ~ /^userspace\/(collect|model|present)\// {
		fail("only session/ and verb/ may include the layers")
	}
	$1 ~ /^userspace\/verb\// && $2 ~ /^userspace\/(session\/|pgtop\.|pgwalk\.)/ { fail("verbs must not include a program") }
	$1 ~ /^userspace\/session\/session\.h/ && $2 ~ /^userspace\/(collect|model|present)\// { fail("session.h must not include a layer") }
	$1 ~ /^userspace\/pgtop\./ && $2 ~ /^userspace\/session\// && $2 !~ /^userspace\/session\/session\.h$/ { fail("pgtop.c may include session.h only") }
	$1 ~ /^userspace\/verb\/verb\.h/ && $2 ~ /^userspace\/(collect|model|present)\// { fail("verb.h must not include a layer") }
	$1 ~ /^userspace\/(pgtop\.|session\/)/ && $2 ~ /^userspace\/verb\// { fail("pgtop must not include verbs") }
	$1 ~ /^userspace\/(collect|model|present)\// && $2 ~ /^userspace\/verb\// { fail("a layer must not include a verb") }
	$1 ~ /^userspace\/pgwalk\./ && $2 ~ /^userspace\/verb\// && $2 !~ /^userspace\/verb\/verb\.h$/ { fail("pgwalk.c may include verb.h only") }
	$1 ~ /^userspace\/model\// && $2 ~ /^<(stdio|time|sys\/time|unistd|fcntl|curses|ncurses|poll|sys\/ioctl)/ {
		fail("the model must not use I/O, clocks or curses")
	}
	$1 ~ /^userspace\/present\// && $1 !~ /\/tui\/terminal\./ && $2 ~ /^<(unistd|fcntl|time|poll|sys\/)/ {
		fail("a presenter must not do I/O")
	}
	$1 ~ /^userspace\// && $1 !~ /^userspace\/present\/tui\// && $2 ~ /^<n?curses/ { fail("only present/tui may use curses") }
	END {
		# Remove units that include none of the others, until none is left or the others are in circles or lead to one.
		do {
			removed = 0
			split("", includes)
			for (i = 1; i <= nr_edges; i++)
				if (!(to[i] in done))
					includes[from[i]] = to[i]
			for (i = 1; i <= nr_edges; i++)
				for (j = 1; j <= 2; j++) {
					node = j == 1 ? from[i] : to[i]
					if (!(node in done) && !(node in includes)) {
						done[node]
						removed = 1
					}
				}
		} while (removed)
		for (node in includes) {
			printf "%s: in a circle of includes, or leads to one, through %s\n", node, includes[node]
			bad = 1
		}
		exit bad
	}
	'
}

# Print "file<TAB>included file" for the tree at $1; system headers keep their "<".
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

# Read source files; print lines, outside of comments and strings, that know the page tables of an architecture.
#
# The rule: what a bit of an entry means, how many entries a table has, which levels there are and what an entry of one covers
# stands in module/arch/ only; other files use the functions of module/arch/pgtable.h. Allowed everywhere are the names
# that the kernel defines for every architecture and uses in its own mm/ for the same purpose: PAGE_SIZE, PAGE_SHIFT and PAGE_MASK
# for the kernel's page; PMD_SIZE, PUD_SIZE and PUD_MASK for the sizes of huge pages; predicates and accessors of entries
# (pte_present(), pmd_leaf(), pgd_offset(), pte_index()), and pte_val() without a mask.
# module/uapi/ is not checked: the ABI has the numbers that INFO reports.
check_sources() {
	awk '
	function rule(pattern, why) { patterns[++nr_rules] = pattern; reasons[nr_rules] = why }
	BEGIN {
		start = "(^|[^A-Za-z0-9_])"
		end = "([^A-Za-z0-9_]|$)"
		rule(start "_PAGE_[A-Z]", "a bit of an entry")
		rule("(pte|pmd|pud|p4d|pgd)_val\\([^;]*\\) *(&[^&]|\\^|>>)", "a bit of an entry")
		rule(start "(PTE_PFN_MASK|PTE_FLAGS_MASK|native_(pte|pmd|pud|p4d|pgd)_)", "a bit of an entry")
		rule(start "PTRS_PER_", "a number of entries")
		rule(start "(511|512|0x1ff|0x200)[uUlL]*" end, "a number of entries")
		rule("(<<|>>)=? *(12|21|30|39|48)" end, "a shift of a level")
		rule(start "(PMD|PUD|P4D|PGDIR)_SHIFT", "a shift of a level")
		rule(start "(0xfff|0x1000|SZ_(4K|2M|1G))[uUlL]*" end, "the size of a page")
		rule(start "pgtable_l[45]_enabled", "the levels of a CPU")
		rule(start "TASK_SIZE", "the end of the user half")
		rule(start "(X86_FEATURE|boot_cpu_has|cpu_feature_enabled)", "a feature of a CPU")
		rule("#[ \t]*include[ \t]*<asm/", "a header of an architecture")

		# Bounds of work and of text, and an order that generic code of the kernel defines with THP only
		except["module/shmem.h", "PGWALK_SHMEM_PAGES"]
		except["module/chardev/copyout.c", "CHUNK"]
		except["module/debugfs/view_rmap.c", "LINE_MAX"]
		except["module/compat.h", "PGWALK_PMD_ORDER"]
	}

	# Return a line without comments and strings
	function code(line, at, out) {
		gsub(/"([^"\\]|\\.)*"/, "\"\"", line)
		while (line != "") {
			if (in_comment) {
				at = index(line, "*/")
				if (!at)
					return out
				line = substr(line, at + 2)
				in_comment = 0
			} else {
				at = index(line, "/*")
				if (!at)
					return out line
				out = out substr(line, 1, at - 1) " "
				line = substr(line, at + 2)
				in_comment = 1
			}
		}
		return out
	}

	FNR == 1 { in_comment = 0 }
	{
		text = code($0)
		if (FILENAME ~ /^module\/(arch|uapi)\// || FILENAME !~ /^module\//)
			next
		if (split(text, word, /[ \t(]+/) > 1 && word[1] == "#define" && (FILENAME, word[2]) in except)
			next
		for (i = 1; i <= nr_rules; i++)
			if (text ~ patterns[i]) {
				printf "%s:%d: only module/arch/ may know %s\n", FILENAME, FNR, reasons[i]
				bad = 1
			}
	}
	END { exit bad }
	' "$@"
}

# Read source files; print functions that are longer than 60 lines, from the brace that opens them to the one that closes them.
check_lengths() {
	awk '
	/^\{/ { first = FNR }
	/^\}/ {
		if (first && FNR - first + 1 > 60) {
			printf "%s:%d: a function of %d lines, of at most 60\n", FILENAME, first, FNR - first + 1
			bad = 1
		}
		first = 0
	}
	END { exit bad }
	' "$@"
}

# Run a check of source files on the tree at $2.
sources() {
	local files

	cd "$2" || return 2
	mapfile -t files < <(find module bpf -name '*.[ch]' 2>/dev/null | sort)
	"$1" "${files[@]}"
}

expect_source() {	# ok|bad  FILE  LINE  TITLE
	local got=ok tree

	tree=$(mktemp -d -p "$work")
	mkdir -p "$tree/$(dirname "$2")"
	printf '%s\n' "$3" > "$tree/$2"
	(sources check_sources "$tree") > "$work/why" || got=bad
	[ "$got" = "$1" ]
	report $? "$4"
}

expect_length() {	# ok|bad  DIRECTORY  LINES
	local got=ok tree

	tree=$(mktemp -d -p "$work")
	mkdir -p "$tree/$2"
	{ echo 'int f(void)'; echo '{'; yes '	g();' | head -n $(($3 - 2)); echo '}'; } > "$tree/$2/f.c"
	(sources check_lengths "$tree") > "$work/why" || got=bad
	[ "$got" = "$1" ]
	report $? "a function of $3 lines in $2"
}

expect() {	# ok|bad  FILE  INCLUDED  TITLE
	local got=ok

	printf '%s\t%s\n' "$2" "$3" | check_includes > "$work/why" || got=bad
	[ "$got" = "$1" ]
	report $? "$4"
}

self_test() {
	local tree

	. "$here/selftests/lib/tap.sh"
	expect bad module/entry.c module/walk.h 'entry.c must not include walk.h'
	expect bad module/walk.h module/runs.h 'walk.h must not include runs.h'
	expect bad module/runs.c module/debugfs/view.h 'runs.c must not include a view'
	expect bad module/debugfs/view_pages.c module/chardev/file.h 'a view must not include the device'
	expect bad module/chardev/ioctl_scan.c module/debugfs/fmt.h 'the device must not include debugfs'
	expect bad module/info.c module/debugfs/attach.h 'the core must not include a front end'
	expect bad module/frame/frame.c module/rmap/rmap.h 'frame/ must not include rmap/'
	expect ok module/debugfs/view_pages.c module/runs.h 'a view may include runs.h'
	expect ok module/main.c module/debugfs/debugfs.h 'main.c may include debugfs.h'
	expect bad module/vma.c userspace/snapshot.h 'the module must not include user space'
	expect bad userspace/model/faults.c userspace/collect/record/record.h 'model must not include collect'
	expect bad userspace/present/json.c userspace/model/monitor.h 'present must not include model'
	expect bad userspace/collect/live.c userspace/present/batch.h 'collect must not include present'
	expect ok userspace/session/ingest.c userspace/model/monitor.h 'session may include model'
	expect ok userspace/verb/pages.c userspace/present/report.h 'a verb may include present'
	expect bad userspace/verb/verb.h userspace/present/report.h 'verb.h must not include present'
	expect bad userspace/pgwalk.c userspace/verb/run.h 'pgwalk.c may include verb.h only'
	expect bad userspace/present/report.c userspace/verb/run.h 'present must not include a verb'
	expect bad userspace/session/watch.c userspace/verb/verb.h 'pgtop must not include a verb'
	expect bad userspace/session/session.h userspace/model/monitor.h 'session.h must not include model'
	expect bad userspace/pgtop.c userspace/session/ingest.h 'pgtop.c may include session.h only'
	expect bad userspace/verb/run.c userspace/session/session.h 'a verb must not include session'
	expect bad userspace/pgtop.c userspace/model/monitor.h 'pgtop.c must not include model'
	expect bad userspace/lib/text.c userspace/snapshot.h 'lib must not include other parts of the tree'
	expect bad userspace/model/aspace.c '<time.h' 'model must not use clocks'
	expect ok userspace/model/aspace.c '<errno.h' 'model may use errno'
	expect bad userspace/present/tui/tui.c '<sys/ioctl.h' 'the screen must not do I/O'
	expect ok userspace/present/tui/terminal.c '<sys/ioctl.h' 'terminal.c may use ioctls'
	expect bad userspace/collect/module/device.c module/vma.h 'user space may include the ABI only'
	# A run over a tree with one forbidden include
	tree=$work/tree
	mkdir -p "$tree/module" "$tree/userspace/model" "$tree/userspace/collect"
	echo '#include "../collect/x.h"' > "$tree/userspace/model/y.c"
	: > "$tree/userspace/collect/x.h"
	! (includes "$tree") | check_includes > "$work/why"
	report $? 'a forbidden include in a file is found'
	! printf '%s\t%s\n' module/a.c module/b.h module/b.h module/c.h module/c.c module/a.h | check_includes > "$work/why"
	report $? 'a circle of three files is found'
	printf '%s\t%s\n' module/a.c module/b.h module/b.h module/c.h module/a.c module/c.h module/a.c module/a.h |
		check_includes > "$work/why"
	report $? 'a file may include another directly and through a third'
	expect bad module/walk.c module/arch/x86/pgtable.h 'walk.c must not include an architecture'
	expect ok module/walk.c module/arch/pgtable.h 'walk.c may include arch/pgtable.h'
	expect ok module/arch/pgtable.h module/arch/x86/pgtable.h 'arch/pgtable.h may include an architecture'
	expect ok module/debugfs/view_gdt.c module/arch/x86/gdt.h 'the view gdt may include x86'
	expect ok module/arch/x86/parts.c module/debugfs/view.h 'the parts of an architecture may include a front end'
	expect_source bad module/a.c 'f = value & _PAGE_RW;' 'a bit by name'
	expect_source bad module/a.h 'f = pte_val(pte[i]) & 4;' 'a bit by number'
	expect_source bad module/a.c 'f = value & ~PTE_PFN_MASK;' 'a mask of bits'
	expect_source bad module/a.c 'value = native_pte_val(pte);' 'the value as the CPU has it'
	expect_source bad module/frame/a.c 'u64 entry[PTRS_PER_PTE];' 'a number of entries by name'
	expect_source bad module/a.c 'for (i = 0; i < 512; i++)' 'a number of entries'
	expect_source bad module/a.c 'i = n & 0x1ff;' 'a mask of an index'
	expect_source bad module/a.c 'pfn = addr >> 12;' 'a shift by number'
	expect_source bad module/a.c 'size = 1UL << 21;' 'a size by a shift'
	expect_source bad module/a.c 'i = addr >> PMD_SHIFT;' 'a shift by name'
	expect_source bad module/a.c 'if (size == SZ_2M)' 'the size of a huge page'
	expect_source bad module/a.c 'addr &= ~0xfffUL;' 'a mask of an offset'
	expect_source bad module/a.c 'if (pgtable_l5_enabled())' 'the levels of a CPU'
	expect_source bad module/a.c 'if (addr >= TASK_SIZE_MAX)' 'the end of the user half'
	expect_source bad module/a.c 'if (boot_cpu_has(X86_FEATURE_NX))' 'a feature of a CPU'
	expect_source bad module/a.c '#include <asm/pkru.h>' 'a header of an architecture'
	expect_source bad module/shmem.h 'u64 entry[512];' 'a number of entries in a file with an exception'
	expect_source ok module/shmem.h '#define PGWALK_SHMEM_PAGES 512' 'an exception'
	expect_source ok module/arch/x86/a.h 'f = value & _PAGE_RW;' 'a bit in arch/'
	expect_source ok module/a.c '/* _PAGE_RW, 512 */ a("pfn >> 12");' 'a bit in a comment and in a string'
	expect_source ok module/a.c 'n = (end - start) >> PAGE_SHIFT; f(pte_val(pte));' 'the page of the kernel'
	expect_source bad module/a.c "$(printf '/* a\n b */ f = value & _PAGE_RW;')" 'a bit after a comment'
	expect_length ok module 60
	expect_length bad module 61
	expect_length bad bpf 61
	end_tests
}

case ${1-} in
--self-test)
	self_test ;;
*)
	tree=${1:-$here}
	lines=$(includes "$tree") || exit 2
	[ -n "$lines" ] || { echo "layers: no sources at $tree" >&2; exit 2; }
	failed=0
	check_includes <<< "$lines" || failed=1
	(sources check_sources "$tree") || failed=1
	(sources check_lengths "$tree") || failed=1
	[ "$failed" = 0 ] || exit 1
	echo "layers: $(wc -l <<< "$lines") includes, all of them allowed" ;;
esac
