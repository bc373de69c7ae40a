// SPDX-License-Identifier: GPL-2.0
/* What collect reads as text, and recorded streams that are cut or damaged. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../userspace/collect/proc.h"
#include "../../userspace/collect/record.h"
#include "unit.h"

static int parse(const char *text, struct pgwalk_vma *vma, size_t room)
{
	char line[8192];

	snprintf(line, sizeof(line), "%s", text);
	return proc__parse_maps_line(line, vma, room);
}

static void lines_of_maps_are_read(void)
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

static const char *preempt(const char *sched, const char *version)
{
	static char mode[16];

	proc__parse_preempt(sched, version, mode, sizeof(mode));
	return mode;
}

static void the_preemption_mode_is_read(void)
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

/* A stream with one record of each kind, its bytes in @text */
static size_t make_stream(const char *path, char *text, size_t size)
{
	union {
		struct record head;
		struct record_target target;
		struct record_fault fault;
		struct record_interval interval;
		struct {
			struct record_vma r;
			char name[16];
		} vma;
	} u;
	struct recorder *r;
	size_t n;
	FILE *f;

	EXPECT(!recorder__create(&r, path));
	memset(&u, 0, sizeof(u));
	recorder__write(r, &u.head, RECORD_TARGET, sizeof(u.target));
	recorder__write(r, &u.head, RECORD_FAULT, sizeof(u.fault));
	memset(&u, 0, sizeof(u));
	u.vma.r.vma.size = sizeof(u.vma) - sizeof(struct record);
	u.vma.r.vma.name_len = 9;
	recorder__write(r, &u.head, RECORD_VMA, sizeof(u.vma));
	memset(&u, 0, sizeof(u));
	recorder__write(r, &u.head, RECORD_INTERVAL, sizeof(u.interval));
	EXPECT(!recorder__destroy(r));
	f = fopen(path, "re");
	n = fread(text, 1, size, f);
	fclose(f);
	return n;
}

/* How it ends, and after how many records */
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

static void a_cut_stream_is_read_as_far_as_it_goes(void)
{
	char path[] = "/tmp/golden-XXXXXX", text[4096];
	size_t size, cut;
	int count, fd = mkstemp(path);

	close(fd);
	size = make_stream(path, text, sizeof(text));
	EXPECT(play(path, text, size, &count) == 0 && count == 4);
	for (cut = 0; cut < size; cut++) {
		int err = play(path, text, cut, &count);

		EXPECT(cut >= sizeof(struct record_header) ? err == -ENODATA || err == 0 :
							      err == -EBADMSG);
		EXPECT(count < 4);
	}
	unlink(path);
}

/* Whatever a byte is changed to: no record that runs past its end, no endless loop */
static void a_damaged_stream_is_survived(void)
{
	char path[] = "/tmp/golden-XXXXXX", text[4096], bad[4096];
	int count, fd = mkstemp(path);
	size_t size, at;

	close(fd);
	size = make_stream(path, text, sizeof(text));
	for (at = 0; at < size; at++) {
		memcpy(bad, text, size);
		bad[at] ^= (char)(1 << at % 8);
		play(path, bad, size, &count);
		EXPECT(count <= 4);
		bad[at] = (char)0xFF;
		play(path, bad, size, &count);
		EXPECT(count <= 4);
	}
	memcpy(bad, text, size);
	bad[sizeof(struct record_header)] = 0;		/* a record of type 0 */
	EXPECT(play(path, bad, size, &count) == -EBADMSG && count == 0);
	memcpy(bad, text, size);
	bad[12]++;					/* another machine's magic */
	EXPECT(play(path, bad, size, &count) == -EBADMSG);
	unlink(path);
}

const struct unit_test collect_tests[] = {
	{ "lines of maps are read", lines_of_maps_are_read },
	{ "the preemption mode is read", the_preemption_mode_is_read },
	{ "a cut stream is read as far as it goes", a_cut_stream_is_read_as_far_as_it_goes },
	{ "a damaged stream is survived", a_damaged_stream_is_survived },
	{ 0 },
};
