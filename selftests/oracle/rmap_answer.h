/* SPDX-License-Identifier: GPL-2.0 */
/* What pgwalk says of who maps a page: the same from the device and from the text. */
#ifndef PGWALK_ORACLE_RMAP_ANSWER_H
#define PGWALK_ORACLE_RMAP_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <pgwalk.h>

#define RMAP_ANSWER_MAX	4096

/**
 * struct rmap_answer - the whole answer
 * @error:	0 or -errno
 * @status, @method, @mapcount: as struct pgwalk_rmap
 * @found:	of all calls together
 * @calls:	how many it took
 */
struct rmap_answer {
	int error;
	__u32 status, method;
	int mapcount;
	__u64 found, pfn;
	unsigned int calls;
	size_t nr;
	struct pgwalk_rmap_hit hit[RMAP_ANSWER_MAX];
};

/* fd: of the device; as many records a call */
void rmap_answer_ask(struct rmap_answer *answer, int fd, __u64 pfn, unsigned int records);
/* The text of the answer to "pfn N", parsed; false: not as the documentation has it */
bool rmap_answer_read(struct rmap_answer *answer, const char *text);
/* The text for a question to debugfs; NULL: *error */
char *rmap_answer_text(const char *question, int *error);

#endif
