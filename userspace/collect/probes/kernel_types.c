// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Copies the kernel's types that the programs refer to into a small BTF. libbpf searches all names of the BTF
 * for each type of the programs: in the kernel's own this is most of its work. The small BTF has each type of
 * the kernel with the name and kind of one in the programs, and the types of its members, so that libbpf
 * finds the same candidates. Pointers refer to void: no relocation follows one.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/btf.h>

#include "probes.h"

#define FLAVOR	"___"	/* begins the part of a name in the programs that the kernel's name lacks */

/**
 * struct copy - a copy in progress
 * @kernel:	BTF of the kernel
 * @small:	BTF that is filled
 * @ids:	by id in @kernel, the id in @small; 0: not copied
 * @pointer:	id in @small of all pointers
 */
struct copy {
	const struct btf *kernel;
	struct btf *small;
	int *ids;
	int pointer;
};

static const char *name_at(const struct btf *btf, __u32 offset)
{
	return btf__name_by_offset(btf, offset);
}

/* Return the id without typedefs and qualifiers, which relocations ignore */
static __u32 bare_id(const struct btf *btf, __u32 id)
{
	const struct btf_type *t = btf__type_by_id(btf, id);

	while (btf_is_mod(t) || btf_is_typedef(t)) {
		id = t->type;
		t = btf__type_by_id(btf, id);
	}
	return id;
}

/* NOLINTBEGIN(misc-no-recursion): a type that contains itself would have no size */
static int copy_type(struct copy *c, __u32 id);

static int copy_members(struct copy *c, const struct btf_type *t)
{
	const struct btf_member *m = btf_members(t);
	int err = 0;

	for (int i = 0; i < btf_vlen(t) && !err; i++) {
		err = copy_type(c, m[i].type);
		err = err < 0 ? err : 0;
	}
	return err;
}

/* Copy a struct or union. Its members are added to the last type: their types are copied before it */
static int copy_composite(struct copy *c, const struct btf_type *t)
{
	const struct btf_member *m = btf_members(t);
	const char *name = name_at(c->kernel, t->name_off);
	int id, err = copy_members(c, t);

	if (err)
		return err;
	id = btf_is_struct(t) ? btf__add_struct(c->small, name, t->size) :
				btf__add_union(c->small, name, t->size);
	for (int i = 0; i < btf_vlen(t) && id > 0 && !err; i++)
		err = btf__add_field(c->small, name_at(c->kernel, m[i].name_off),
				     copy_type(c, m[i].type), btf_member_bit_offset(t, i),
				     btf_member_bitfield_size(t, i));
	return err ? err : id;
}

static int copy_array(struct copy *c, const struct btf_type *t)
{
	const struct btf_array *array = btf_array(t);
	int index = copy_type(c, array->index_type), element = copy_type(c, array->type);

	if (index < 0 || element < 0)
		return -ENOMEM;
	return btf__add_array(c->small, index, element, array->nelems);
}

static int copy_enum(struct copy *c, const struct btf_type *t)
{
	const struct btf_enum *e = btf_enum(t);
	int id = btf__add_enum(c->small, name_at(c->kernel, t->name_off), t->size), err = 0;

	for (int i = 0; i < btf_vlen(t) && id > 0 && !err; i++)
		err = btf__add_enum_value(c->small, name_at(c->kernel, e[i].name_off), e[i].val);
	return err ? err : id;
}

/* A type that no relocation looks into: its size and kind are enough */
static int copy_scalar(struct copy *c, const struct btf_type *t)
{
	const char *name = name_at(c->kernel, t->name_off);

	if (btf_is_int(t))
		return btf__add_int(c->small, name, t->size, btf_int_encoding(t));
	if (btf_is_enum64(t))
		return btf__add_enum64(c->small, name, t->size, btf_kflag(t));
	if (btf_is_float(t))
		return btf__add_float(c->small, name, t->size);
	return -ENOTSUP;
}

/* Copy a type unless it was copied before. Return its id in the small BTF, or -errno */
static int copy_type(struct copy *c, __u32 id)
{
	const struct btf_type *t;
	int copied;

	id = bare_id(c->kernel, id);
	t = btf__type_by_id(c->kernel, id);
	if (btf_is_ptr(t))
		return c->pointer;
	if (!id || c->ids[id])
		return c->ids[id];
	if (btf_is_composite(t))
		copied = copy_composite(c, t);
	else if (btf_is_array(t))
		copied = copy_array(c, t);
	else if (btf_is_enum(t))
		copied = copy_enum(c, t);
	else
		copied = copy_scalar(c, t);
	if (copied > 0)
		c->ids[id] = copied;
	return copied;
}

/* NOLINTEND(misc-no-recursion) */

/* Names of types, sorted */
struct names {
	char **name;
	unsigned int nr;
};

static bool has_members(const struct btf_type *t)
{
	return btf_is_composite(t) || btf_is_enum(t);
}

static int name_compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void names_free(struct names *names)
{
	while (names->nr)
		free(names->name[--names->nr]);
	free(names->name);
}

/* Collect the names of the types of the programs, as the kernel calls them */
static int names_collect(struct names *names, const struct btf *programs)
{
	__u32 nr = btf__type_cnt(programs);

	names->name = calloc(nr, sizeof(*names->name));
	if (!names->name)
		return -ENOMEM;
	for (__u32 id = 1; id < nr; id++) {
		const struct btf_type *t = btf__type_by_id(programs, id);
		const char *name = name_at(programs, t->name_off), *flavor = strstr(name, FLAVOR);

		if (!has_members(t) || !name[0])
			continue;
		names->name[names->nr] = strndup(name, flavor ? (size_t)(flavor - name) : strlen(name));
		if (!names->name[names->nr])
			return -ENOMEM;
		names->nr++;
	}
	qsort(names->name, names->nr, sizeof(*names->name), name_compare);
	return 0;
}

static void id_note(struct kernel_type_ids *ids, const char *name, __u32 id)
{
	if (!strcmp(name, "vm_area_struct"))
		ids->vma = id;
	else if (!strcmp(name, "task_struct"))
		ids->task = id;
	else if (!strcmp(name, "rb_node"))
		ids->rb_node = id;
}

static int copy_named(struct copy *c, const struct names *names, struct kernel_type_ids *ids)
{
	__u32 nr = btf__type_cnt(c->kernel);

	for (__u32 id = 1; id < nr; id++) {
		const struct btf_type *t = btf__type_by_id(c->kernel, id);
		const char *name;
		int err;

		if (!has_members(t) || !t->name_off)
			continue;
		name = name_at(c->kernel, t->name_off);
		if (!bsearch(&name, names->name, names->nr, sizeof(name), name_compare))
			continue;
		if (btf_is_struct(t))
			id_note(ids, name, id);
		err = copy_type(c, id);
		if (err < 0)
			return err;
	}
	return 0;
}

static int copy_write(const struct copy *c, int fd)
{
	__u32 size;
	const void *data = btf__raw_data(c->small, &size);

	if (!data)
		return -ENOMEM;
	return write(fd, data, size) == (ssize_t)size ? 0 : -EIO;
}

/* A tracepoint has the type of its function in the kernel's BTF */
static __u32 tracepoint_id(const struct btf *kernel, const char *type)
{
	int id = btf__find_by_name_kind(kernel, type, BTF_KIND_TYPEDEF);

	return id > 0 ? (__u32)id : 0;
}

/* The memory of @c is freed by the caller, also after an error */
static int copy_all(struct copy *c, const struct btf *programs, int fd, struct kernel_type_ids *ids)
{
	struct names names = {};
	int err;

	c->ids = calloc(btf__type_cnt(c->kernel), sizeof(*c->ids));
	c->small = btf__new_empty();
	if (!c->ids || !c->small)
		return -ENOMEM;
	c->pointer = btf__add_ptr(c->small, 0);
	ids->tlb_flush = tracepoint_id(c->kernel, "btf_trace_tlb_flush");
	err = names_collect(&names, programs);
	if (!err)
		err = copy_named(c, &names, ids);
	names_free(&names);
	return err ? err : copy_write(c, fd);
}

/**
 * kernel_types__copy - write a BTF with the kernel's types that programs refer to
 * @programs:	BTF of the programs
 * @fd:		empty file
 * @ids:	filled: the ids of some types in the kernel's own BTF
 *
 * Return: 0 or -errno.
 */
int kernel_types__copy(const struct btf *programs, int fd, struct kernel_type_ids *ids)
{
	struct copy c = { .kernel = btf__load_vmlinux_btf() };
	int err = c.kernel ? copy_all(&c, programs, fd, ids) : -errno;

	btf__free(c.small);
	free(c.ids);
	btf__free((struct btf *)c.kernel);
	return err;
}
