// SPDX-License-Identifier: GPL-2.0
/*
 * Whether a record that was read can be relied on: that it is as large as its type,
 * that its texts end in it, that what is counted and named is there. A file may hold
 * anything. What a record means is not decided here.
 */
#include <string.h>

#include "record.h"

/* Bytes that a record of a type must have at least */
static const size_t least[] = {
	[RECORD_HEADER] = sizeof(struct record_header),
	[RECORD_TARGET] = sizeof(struct record_target),
	[RECORD_FAULT] = sizeof(struct record_fault),
	[RECORD_VMAS_BEGIN] = sizeof(struct record_vmas),
	[RECORD_VMA] = sizeof(struct record_vma),
	[RECORD_VMAS_END] = sizeof(struct record_vmas),
	[RECORD_INTERVAL] = sizeof(struct record_interval),
	[RECORD_EVENT] = sizeof(struct record_event),
	[RECORD_STACK] = sizeof(struct record_stack),
	[RECORD_FRAMES] = sizeof(struct record_frames),
	[RECORD_SYMBOL] = sizeof(struct record_symbol),
	[RECORD_LOOK] = sizeof(struct record_look),
	[RECORD_PAGE] = sizeof(struct record_page),
	[RECORD_SYSTEM] = sizeof(struct record_system),
};

/** record__is_known - is it of a type that has a meaning here? */
bool record__is_known(const struct record *r)
{
	return r->type && r->type < sizeof(least) / sizeof(least[0]);
}

static bool ends(const char *text, size_t size)
{
	return memchr(text, '\0', size);
}

static bool target_is_whole(const struct record_target *r)
{
	return r->pid >= 0 && ends(r->comm, sizeof(r->comm)) &&
	       ends(r->preempt, sizeof(r->preempt)) &&
	       ends(r->cgroup, sizeof(r->cgroup));
}

static bool fault_is_whole(const struct record_fault *r)
{
	return r->key.class < PGWALK_FAULT_CLASS_NR &&
	       r->key.scope < PGWALK_SCOPE_NR && r->key.id >= PGWALK_ID_OUTSIDE &&
	       r->key.start <= r->key.end && r->row.major <= r->row.count &&
	       (r->row.kind & ~(PGWALK_TASK_ENDED | PGWALK_MAPPING_FOREIGN)) <
	       PGWALK_VMA_NR &&
	       ends(r->row.name, sizeof(r->row.name));
}

static bool vma_is_whole(const struct record_vma *r)
{
	size_t room = r->head.size - sizeof(*r);

	if (r->vma.start >= r->vma.end || r->vma.kind >= PGWALK_VMA_NR)
		return false;
	return r->vma.name_len ? r->vma.name_len < room &&
				 !r->vma.name[r->vma.name_len] : true;
}

static bool frames_are_whole(const struct record_frames *r)
{
	return r->stack >= 0 && r->count <= PGWALK_STACK_MAX &&
	       r->count <= (r->head.size - sizeof(*r)) / sizeof(r->ip[0]);
}

/* Two texts, one behind the other; none has no bytes at all */
static bool symbol_is_whole(const struct record_symbol *r)
{
	size_t room = r->head.size - sizeof(*r);

	if (r->name_len > room || r->module_len > room - r->name_len)
		return false;
	return (!r->name_len || !r->text[r->name_len - 1]) &&
	       (!r->module_len || !r->text[r->name_len + r->module_len - 1]);
}

/**
 * record__is_whole - can a record of a known type be relied on?
 * @r: the record, all of its head.size bytes
 */
bool record__is_whole(const struct record *r)
{
	if (r->size < least[r->type])
		return false;
	switch (r->type) {
	case RECORD_TARGET:
		return target_is_whole((const void *)r);
	case RECORD_FAULT:
		return fault_is_whole((const void *)r);
	case RECORD_VMA:
		return vma_is_whole((const void *)r);
	case RECORD_EVENT:
		return ((const struct record_event *)r)->event.class <
		       PGWALK_FAULT_CLASS_NR;
	case RECORD_STACK:
		return ((const struct record_stack *)r)->stack.class <
		       PGWALK_FAULT_CLASS_NR;
	case RECORD_FRAMES:
		return frames_are_whole((const void *)r);
	case RECORD_SYMBOL:
		return symbol_is_whole((const void *)r);
	}
	return true;
}
