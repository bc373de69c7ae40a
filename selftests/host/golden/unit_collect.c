// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Tests of collect: text of /proc and /sys is parsed, and truncated or damaged streams are detected. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "../../../userspace/collect/procfs/aging.h"
#include "../../../userspace/collect/probes/preempt.h"
#include "../../../userspace/collect/procfs/proc.h"
#include "../../../userspace/collect/procfs/tmpfs.h"
#include "../../../userspace/collect/record/pack.h"
#include "../../../userspace/collect/record/record.h"
#include "../../../userspace/collect/sink.h"
#include "../../../userspace/inspect.h"
#include "../../../userspace/names/names.h"
#include "unit.h"

static int parse(const char *text, struct pgwalk_vma *vma, size_t room)
{
	char line[8192];

	snprintf(line, sizeof(line), "%s", text);
	return proc__parse_maps_line(line, vma, room);
}

static void lines_of_maps_are_parsed(void)
{
	union {
		struct pgwalk_vma v;
		char room[sizeof(struct pgwalk_vma) + 4096];
	} u;

	EXPECT(!parse("7f3c5a401000-7f3c5a601000 r-xp 00026000 fe:01 1443 \t\t  /usr/lib/a b.so (deleted)\n",
		      &u.v, sizeof(u)));
	EXPECT(u.v.start == 0x7f3c5a401000 && u.v.end == 0x7f3c5a601000 && u.v.offset == 0x26000);
	EXPECT(u.v.prot == (PGWALK_PROT_READ | PGWALK_PROT_EXEC));
	EXPECT(u.v.dev_major == 0xfe && u.v.dev_minor == 1 && u.v.ino == 1443 && !u.v.counted);
	EXPECT_TEXT(u.v.name, "/usr/lib/a b.so (deleted)");
	EXPECT(u.v.name_len == 25 && u.v.size % 8 == 0);
	EXPECT(!parse("00400000-00401000 rw-s 00000000 00:00 0 " "\n", &u.v, sizeof(u)));
	EXPECT_TEXT(u.v.name, "");
	EXPECT(u.v.kind == PGWALK_VMA_ANON && u.v.prot == 11);
	EXPECT(!parse("00400000-00401000 rw-p 00000000 00:00 0    [heap]\n", &u.v, sizeof(u)));
	EXPECT(u.v.kind == PGWALK_VMA_HEAP);
	EXPECT(!parse("ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0    [vsyscall]\n",
		      &u.v, sizeof(u)));
	EXPECT(u.v.kind == PGWALK_VMA_VDSO);
	EXPECT(parse("not a line of maps", &u.v, sizeof(u)) == -EINVAL);
	EXPECT(parse("00400000-00401000 rw-p 00000000 00:00 0    name", &u.v,
		     sizeof(struct pgwalk_vma) + 4) == -EINVAL);
}

static int take_name(void *ctx, struct record *record)
{
	const struct record_vma *r = (const struct record_vma *)record;

	EXPECT(record->type == RECORD_VMA);
	EXPECT(record->size == sizeof(*record) + r->vma.size);
	EXPECT(strlen(r->vma.name) == r->vma.name_len);
	*(size_t *)ctx = r->vma.name_len;
	return 0;
}

/* Names up to the longest possible one are read; a longer one becomes "//toolong" */
static void names_of_any_length_are_parsed(void)
{
	static char line[16384];
	union {
		struct pgwalk_vma v;
		char room[sizeof(struct pgwalk_vma) + PGWALK_VMA_NAME_MAX + 9];
	} u;
	size_t seen = 0;
	const struct sink sink = { take_name, &seen };
	const size_t lengths[] = { 4095, 4096, 4832, PGWALK_VMA_NAME_MAX };
	int i, at = snprintf(line, sizeof(line), "00400000-00401000 rw-s 00000000 00:1a 40 /");

	for (i = 0; i < 4; i++) {
		memset(line + at, 'e', lengths[i] - 1);
		strcpy(line + at + lengths[i] - 1, "\n");
		EXPECT(!proc__parse_maps_line(line, &u.v, sizeof(u)));
		EXPECT(u.v.name_len == lengths[i] && u.v.size <= sizeof(u));
		EXPECT(!sink__vma(&sink, &u.v) && seen == lengths[i]);
	}
	memset(line + at, 'e', PGWALK_VMA_NAME_MAX);
	strcpy(line + at + PGWALK_VMA_NAME_MAX, "\n");
	EXPECT(!proc__parse_maps_line(line, &u.v, sizeof(u)));
	EXPECT_TEXT(u.v.name, "//toolong");
	EXPECT(!sink__vma(&sink, &u.v) && seen == strlen("//toolong"));
}

/* Write a file below a directory */
static void put_file(const char *dir, const char *name, const char *text)
{
	char path[512], *slash = path;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	while ((slash = strchr(slash + 1, '/'))) {
		*slash = '\0';
		(void)mkdir(path, 0700);
		*slash = '/';
	}
	file = fopen(path, "w");
	EXPECT(file && fputs(text, file) >= 0);
	if (file)
		fclose(file);
}

static void mechanisms_that_clear_accessed_bits_are_detected(void)
{
	char dir[] = "/tmp/pgwalk-unit-XXXXXX", proc[64], command[64], words[NAMES_MAX];

	EXPECT(mkdtemp(dir));
	snprintf(proc, sizeof(proc), "%s/proc", dir);
	(void)mkdir(proc, 0700);
	EXPECT(!aging__read(proc));
	put_file(dir, "sys/module/damon_stat/parameters/enabled", "Y\n");
	put_file(dir, "sys/module/damon_reclaim/parameters/enabled", "N\n");
	put_file(dir, "sys/kernel/mm/lru_gen/enabled", "0x0006\n");
	put_file(dir, "sys/kernel/mm/damon/admin/kdamonds/nr_kdamonds", "2\n");
	put_file(dir, "sys/kernel/mm/damon/admin/kdamonds/0/state", "off\n");
	put_file(dir, "sys/kernel/mm/damon/admin/kdamonds/1/state", "off\n");
	EXPECT_TEXT(names__aging(words, sizeof(words), aging__read(proc)), "damon_stat");
	put_file(dir, "sys/module/damon_stat/parameters/enabled", "N\n");
	put_file(dir, "sys/module/damon_reclaim/parameters/enabled", "Y\n");
	put_file(dir, "sys/module/damon_lru_sort/parameters/enabled", "Y\n");
	put_file(dir, "sys/kernel/mm/lru_gen/enabled", "0x0007\n");
	put_file(dir, "sys/kernel/mm/damon/admin/kdamonds/1/state", "on\n");
	EXPECT_TEXT(names__aging(words, sizeof(words), aging__read(proc)),
		    "damon_reclaim,damon_lru_sort,damon,mglru");
	snprintf(command, sizeof(command), "rm -r %s", dir);
	EXPECT(!system(command));
}

static const char *preempt(const char *sched, const char *version)
{
	static char mode[16];

	preempt__parse(sched, version, mode, sizeof(mode));
	return mode;
}

static void the_preemption_mode_is_detected(void)
{
	EXPECT_TEXT(preempt("none (voluntary) full\n", "#1 SMP PREEMPT_DYNAMIC"), "voluntary");
	EXPECT_TEXT(preempt("none voluntary full (lazy)\n", "#1 SMP PREEMPT_DYNAMIC"), "lazy");
	EXPECT_TEXT(preempt("(none) voluntary full\n", "#1 SMP PREEMPT_DYNAMIC"), "none");
	EXPECT_TEXT(preempt(NULL, "#1 SMP PREEMPT_DYNAMIC Debian"), "unknown");
	EXPECT_TEXT(preempt(NULL, "#1 SMP PREEMPT Debian"), "full");
	EXPECT_TEXT(preempt(NULL, "#1 SMP PREEMPT_LAZY Debian"), "lazy");
	EXPECT_TEXT(preempt(NULL, "#1 SMP PREEMPT_RT Debian"), "rt");
	EXPECT_TEXT(preempt(NULL, "#1 SMP Debian"), "voluntary");
}

static void a_kernel_newer_than_the_tested_ones_is_recognized(void)
{
	char tested[64], next[64];

	snprintf(tested, sizeof(tested), "%u.%u.4+deb13-amd64", PGWALK_TESTED_MAJOR,
		 PGWALK_TESTED_MINOR);
	snprintf(next, sizeof(next), "%u.%u.0-rc1", PGWALK_TESTED_MAJOR, PGWALK_TESTED_MINOR + 1);
	EXPECT(!proc__parse_newer(tested));
	EXPECT(proc__parse_newer(next));
	EXPECT(proc__parse_newer("1000.0"));
	EXPECT(!proc__parse_newer("6.1.0-56-amd64"));
	EXPECT(!proc__parse_newer("6.1000.0"));
	EXPECT(!proc__parse_newer("unnamed"));
}

/* A status of a process with so many groups, cut after @size bytes */
static void read_status(unsigned int groups, long size, __u64 *tables, __u32 *threads)
{
	FILE *file = tmpfile();
	unsigned int i;

	fputs("Name:\tthreads: 3\nTgid:\t22\nGroups:\t", file);
	for (i = 0; i < groups; i++)
		fprintf(file, "%u ", 100000 + i);
	fputs("\nVmRSS:\t    9999 kB\nVmPTE:\t    1234 kB\nThreads:\t57\nSigQ:\t0/3910\n", file);
	fflush(file);
	EXPECT(!size || !ftruncate(fileno(file), size));
	rewind(file);
	proc__parse_sizes(fileno(file), tables, threads);
	fclose(file);
}

/* With many groups the numbers stand after the first 4 KB; the line of groups may be longer than that */
static void sizes_of_a_process_with_many_groups_are_read(void)
{
	__u32 threads;
	__u64 tables;
	unsigned int groups;
	long cut;

	for (groups = 0; groups < 3000; groups += groups < 550 || groups > 620 ? 50 : 1) {
		read_status(groups, 0, &tables, &threads);
		EXPECT(tables == 1234 * 1024 && threads == 57);
	}
	for (cut = 1; cut < 120; cut++) {
		read_status(0, cut, &tables, &threads);
		EXPECT(!tables || tables == 1234 * 1024);
		EXPECT(!threads || threads == 57);
	}
	EXPECT(threads == 57);
	proc__sizes("/proc", getpid(), &tables, &threads);
	EXPECT(tables && threads == 1);
}

static void put(struct recorder *r, enum record_type type, size_t size)
{
	union {
		struct record head;
		struct record_vma vma;
		struct record_frames frames;
		struct record_symbol symbol;
		char room[1024];
	} u;

	memset(&u, 0, sizeof(u));
	if (type == RECORD_VMA) {
		u.vma.vma.size = (__u32)(size - sizeof(struct record));
		u.vma.vma.name_len = 9;
		u.vma.vma.end = 4096;
	}
	if (type == RECORD_FRAMES)
		u.frames.count = 2;
	if (type == RECORD_SYMBOL)
		u.symbol.name_len = u.symbol.module_len = 8;
	EXPECT(!recorder__write(r, &u.head, type, size));
}

#define RECORDS	13	/* in a stream with one of each kind */

static void make_stream(const char *path)
{
	static const struct {
		enum record_type type;
		size_t size;
	} records[RECORDS] = {
		{ RECORD_TARGET, sizeof(struct record_target) },
		{ RECORD_VMAS_BEGIN, sizeof(struct record_vmas) },
		{ RECORD_VMA, sizeof(struct record_vma) + 16 },
		{ RECORD_VMAS_END, sizeof(struct record_vmas) },
		{ RECORD_FAULT, sizeof(struct record_fault) },
		{ RECORD_TRACE, sizeof(struct record_trace) },
		{ RECORD_EVENT, sizeof(struct record_event) },
		{ RECORD_PAGE, sizeof(struct record_page) },
		{ RECORD_SYMBOL, sizeof(struct record_symbol) + 16 },
		{ RECORD_FRAMES, sizeof(struct record_frames) + 16 },
		{ RECORD_STACK, sizeof(struct record_stack) },
		{ RECORD_SYSTEM, sizeof(struct record_system) },
		{ RECORD_INTERVAL, sizeof(struct record_interval) },
	};
	struct recorder *r;
	size_t i;

	EXPECT(!recorder__create(&r, path, 0600));
	for (i = 0; i < RECORDS; i++)
		put(r, records[i].type, records[i].size);
	EXPECT(!recorder__destroy(r));
}

static size_t read_all(const char *path, char *text, size_t size)
{
	FILE *f = fopen(path, "re");
	size_t n = fread(text, 1, size, f);

	fclose(f);
	return n;
}

/* Read the stream with its gzip layer removed */
static size_t read_unpacked(const char *path, char *text, size_t size)
{
	gzFile f = gzopen(path, "rb");
	int n = gzread(f, text, (unsigned int)size);

	gzclose(f);
	return n < 0 ? 0 : (size_t)n;
}

/* Read a stream; return its last status, and the number of records before */
static int play(const char *path, const char *text, size_t size, int *count)
{
	const struct record *record;
	struct player *p;
	FILE *f = fopen(path, "we");
	int err;

	fwrite(text, 1, size, f);
	fclose(f);
	*count = 0;
	err = player__create(&p, path);
	if (err)
		return err;
	while ((err = player__next(p, &record)) > 0)
		++*count;
	player__destroy(p);
	return err;
}

static void records_are_read_as_they_were_written_also_unpacked(void)
{
	char path[] = "/tmp/golden-XXXXXX", text[4096];
	int count, fd = mkstemp(path);
	size_t size;

	close(fd);
	make_stream(path);
	size = read_all(path, text, sizeof(text));
	EXPECT(size < 600);		/* of 2 KB, most of it zeroes */
	EXPECT(play(path, text, size, &count) == 0 && count == RECORDS);
	size = read_unpacked(path, text, sizeof(text));
	EXPECT(play(path, text, size, &count) == 0 && count == RECORDS);
	unlink(path);
}

/* Cut at every byte: the complete records are read, and the truncation is reported */
static void a_truncated_stream_is_read_up_to_its_last_complete_record(void)
{
	char path[] = "/tmp/golden-XXXXXX", text[4096];
	int count, err, last = 0, fd = mkstemp(path);
	size_t size, cut;

	close(fd);
	make_stream(path);
	size = read_all(path, text, sizeof(text));
	for (cut = 1; cut < size; cut++) {
		err = play(path, text, cut, &count);
		EXPECT(err == -ENODATA || (err == -EBADMSG && !count));
		EXPECT(count >= last && count <= RECORDS);
		last = count;
	}
	EXPECT(last == RECORDS);	/* without the trailer of gzip all records are complete */
	make_stream(path);
	size = read_unpacked(path, text, sizeof(text));
	for (cut = 1; cut < size; cut++) {
		err = play(path, text, cut, &count);
		EXPECT(cut < sizeof(struct record_header) ? err == -EBADMSG :
		       err == -ENODATA || err == 0);
		EXPECT(count < RECORDS);
	}
	EXPECT(play(path, text, 0, &count) == -EBADMSG);
	unlink(path);
}

/* Change single bytes: no record extends past its end, and no loop is endless */
static void a_damaged_stream_neither_crashes_nor_hangs_the_reader(void)
{
	char path[] = "/tmp/golden-XXXXXX", text[4096], bad[4096];
	int count, fd = mkstemp(path), form;
	size_t size, at;

	close(fd);
	for (form = 0; form < 2; form++) {
		make_stream(path);
		size = form ? read_unpacked(path, text, sizeof(text)) :
			      read_all(path, text, sizeof(text));
		for (at = 0; at < size; at++) {
			memcpy(bad, text, size);
			bad[at] ^= (char)(1 << at % 8);
			play(path, bad, size, &count);
			EXPECT(count <= (int)size / 8);
			bad[at] = (char)0xFF;
			play(path, bad, size, &count);
			EXPECT(count <= (int)size / 8);
		}
	}
	memcpy(bad, text, size);
	bad[sizeof(struct record_header)] = 0;		/* a record of type 0 */
	EXPECT(play(path, bad, size, &count) == -EBADMSG && count == 0);
	memcpy(bad, text, size);
	bad[12]++;					/* the magic of another byte order */
	EXPECT(play(path, bad, size, &count) == -EBADMSG);
	memcpy(bad, text, size);
	bad[16] = 127;					/* a version that does not exist */
	EXPECT(play(path, bad, size, &count) == -EPROTO);
	unlink(path);
}

/* A class out of range, a text without a terminator: such records are refused */
static void a_record_with_invalid_values_is_refused(void)
{
	union {
		struct record head;
		struct record_fault fault;
		struct record_vma vma;
		struct record_frames frames;
		struct record_symbol symbol;
		struct record_target target;
		char room[1024];
	} u;

#define REFUSED(kind, bytes, change) do {				\
	memset(&u, 0, sizeof(u));					\
	u.head.type = kind;						\
	u.head.size = bytes;						\
	if (kind == RECORD_VMA)						\
		u.vma.vma.end = 4096;					\
	EXPECT(record__is_valid(&u.head));				\
	change;								\
	EXPECT(!record__is_valid(&u.head));				\
} while (0)
	REFUSED(RECORD_FAULT, sizeof(u.fault), u.fault.key.class = PGWALK_FAULT_CLASS_NR);
	REFUSED(RECORD_FAULT, sizeof(u.fault), u.fault.key.scope = PGWALK_SCOPE_NR);
	REFUSED(RECORD_FAULT, sizeof(u.fault), u.fault.key.start = 1);
	REFUSED(RECORD_FAULT, sizeof(u.fault), u.fault.row.major = 1);
	REFUSED(RECORD_FAULT, sizeof(u.fault), memset(u.fault.row.name, 'x', PGWALK_NAME_MAX));
	REFUSED(RECORD_FAULT, sizeof(u.fault), u.head.size -= 8);
	REFUSED(RECORD_TARGET, sizeof(u.target), memset(u.target.cgroup, 'x', sizeof(u.target.cgroup)));
	REFUSED(RECORD_VMA, sizeof(u.vma) + 8, u.vma.vma.name_len = 8);
	REFUSED(RECORD_VMA, sizeof(u.vma) + 8, u.vma.vma.kind = PGWALK_VMA_NR);
	REFUSED(RECORD_FRAMES, sizeof(u.frames) + 16, u.frames.count = 3);
	REFUSED(RECORD_FRAMES, sizeof(u.frames) + 16, u.frames.stack = -1);
	REFUSED(RECORD_SYMBOL, sizeof(u.symbol) + 16, u.symbol.name_len = 17);
	REFUSED(RECORD_SYMBOL, sizeof(u.symbol) + 16,
		u.symbol.name_len = 8; u.symbol.module_len = ~0U);
	REFUSED(RECORD_SYMBOL, sizeof(u.symbol) + 16,
		u.symbol.name_len = 8; u.symbol.text[7] = 'x');
#undef REFUSED
}

static void zero_words_are_packed_and_unpacked(void)
{
	uint64_t from[130] = { 0 }, packed[133], back[130];
	size_t used;

	from[0] = 1;
	from[63] = 2;
	from[64] = ~0ULL;
	from[129] = 3;
	used = pack__words(packed, from, 130);
	EXPECT(used == PACK_MASK(130) + 4 && PACK_MASK(130) == 3);
	EXPECT(pack__rest(packed, 130) == 4);
	memset(back, 0xFF, sizeof(back));
	pack__unpack(back, packed, packed + 3, 130);
	EXPECT(!memcmp(back, from, sizeof(from)));
	packed[2] |= 1ULL << 2;		/* a word beyond the end of the record */
	EXPECT(pack__rest(packed, 130) == SIZE_MAX);
	EXPECT(pack__words(packed, from, 0) == 0);
}

/* The option huge= of a tmpfs; directory and source may have escaped blanks */
static void mounts_of_tmpfs_are_parsed(void)
{
	static const struct {
		const char *line;
		bool found;
		uint8_t huge;
	} lines[] = {
		{ "31 25 0:27 / /dev/shm rw,nosuid shared:4 - tmpfs shm rw,size=23k,huge=within_size\n", true,
		  INSPECT_THP_WITHIN_SIZE },
		{ "31 25 0:27 / /a\\040-\\040b rw - tmpfs my\\040tmp rw,huge=advise,inode64\n", true, INSPECT_THP_ADVISE },
		{ "31 25 0:27 / /x rw - tmpfs none rw,huge=always\n", true, INSPECT_THP_ALWAYS },
		{ "31 25 0:27 / /x rw - tmpfs none rw,mode=755\n", true, INSPECT_THP_NEVER },
		{ "31 25 0:27 / /dev rw - devtmpfs udev rw,huge=sometimes\n", true, INSPECT_THP_UNKNOWN },
		{ "31 25 0:28 / /x rw - tmpfs none rw,huge=always\n", false, 0 },
		{ "31 25 0:27 / /x rw - ext4 /dev/vda rw,huge=always\n", false, 0 },
		{ "31 25 0:27 / /x rw\n", false, 0 },
		{ "", false, 0 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		uint8_t huge = 0;

		EXPECT(tmpfs__parse_mount(lines[i].line, 0, 27, &huge) == lines[i].found);
		EXPECT(huge == lines[i].huge);
	}
}

const struct unit_test collect_tests[] = {
	{ "mounts of tmpfs are parsed", mounts_of_tmpfs_are_parsed },
	{ "lines of maps are parsed", lines_of_maps_are_parsed },
	{ "names of any length are parsed", names_of_any_length_are_parsed },
	{ "mechanisms that clear accessed bits are detected", mechanisms_that_clear_accessed_bits_are_detected },
	{ "the preemption mode is detected", the_preemption_mode_is_detected },
	{ "a kernel newer than the tested ones is recognized", a_kernel_newer_than_the_tested_ones_is_recognized },
	{ "sizes of a process with many groups are read", sizes_of_a_process_with_many_groups_are_read },
	{ "zero words are packed and unpacked", zero_words_are_packed_and_unpacked },
	{ "a record with invalid values is refused", a_record_with_invalid_values_is_refused },
	{ "records are read as they were written, also unpacked", records_are_read_as_they_were_written_also_unpacked },
	{ "a truncated stream is read up to its last complete record", a_truncated_stream_is_read_up_to_its_last_complete_record },
	{ "a damaged stream neither crashes nor hangs the reader", a_damaged_stream_neither_crashes_nor_hangs_the_reader },
	{ 0 },
};
