// SPDX-License-Identifier: GPL-2.0
/* Counts what was done, keeps the first failure, and draws lots. It must not do any of it. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tally.h"

#define TALLY_TEXT(name, text) text,
static const char * const texts[] = { TALLY_KINDS(TALLY_TEXT) };

struct tally *tally;

bool tally_map(int fd)
{
	tally = mmap(NULL, sizeof(*tally), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return tally != MAP_FAILED;
}

int tally_create(uint64_t seed)
{
	int fd = memfd_create("tally", 0);

	if (fd < 0 || ftruncate(fd, sizeof(*tally)) || !tally_map(fd))
		return -1;
	tally->seed = seed;
	return fd;
}

void tally_add(enum tally_kind kind, unsigned long times)
{
	atomic_fetch_add_explicit(&tally->done[kind], times, memory_order_relaxed);
}

void tally_set(enum tally_kind kind, unsigned long times)
{
	atomic_store(&tally->done[kind], times);
}

void tally_lack(enum tally_kind kind)
{
	atomic_store(&tally->lacks[kind], true);
}

void tally_fail(const char *format, ...)
{
	va_list args;

	if (atomic_fetch_add(&tally->failures, 1))
		return;
	va_start(args, format);
	vsnprintf(tally->failure, sizeof(tally->failure), format, args);
	va_end(args);
}

bool tally_is_complete(void)
{
	for (unsigned int i = 0; i < TALLY_NR; i++)
		if (!atomic_load(&tally->done[i]) && !atomic_load(&tally->lacks[i]))
			return false;
	return true;
}

unsigned int tally_tell(unsigned int first)
{
	unsigned int failed = 0;

	for (unsigned int i = 0; i < TALLY_NR; i++) {
		unsigned long done = atomic_load(&tally->done[i]);
		bool lacks = !done && atomic_load(&tally->lacks[i]);

		printf("%sok %u - %s: %lu%s\n", done || lacks ? "" : "not ", first + i,
		       texts[i], done, lacks ? " # SKIP not on this machine" : "");
		failed += !done && !lacks;
	}
	return failed;
}

static __thread uint64_t state;

void chance_renew(void)
{
	state = tally->seed + 0x9e3779b97f4a7c15ULL * (1 + atomic_fetch_add(&tally->drawn, 1));
}

/* SplitMix64, by Sebastiano Vigna */
uint64_t chance_word(void)
{
	uint64_t z;

	if (!state)
		chance_renew();
	z = state += 0x9e3779b97f4a7c15ULL;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

unsigned int chance(unsigned int n)
{
	return (unsigned int)(chance_word() >> 32) % n;
}
