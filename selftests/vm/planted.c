// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Makes one mistake at load time, of a kind that a checker of the debug kernels finds: checkers.sh shows that a run fails on
 * each. For a guest that runs no other test.
 */
#include <linux/delay.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

static char *mistake = "";
module_param(mistake, charp, 0);
MODULE_PARM_DESC(mistake, "one of the names in the table of planted.c");

/* The values are unknown to the compiler. */
static volatile int unknown = 40;
static volatile char sink;

/* Several, because the last address may stay in a register or on the stack, where kmemleak finds it. */
static void leak(void)
{
	for (int i = 0; i < 8; i++) {
		char *object = kzalloc(333, GFP_KERNEL);

		OPTIMIZER_HIDE_VAR(object);
		sink = *object;
	}
}

static void use_after_free(void)
{
	char *object = kzalloc(64, GFP_KERNEL);

	kfree(object);
	OPTIMIZER_HIDE_VAR(object);
	sink = object[8];
}

static void beyond_bounds(void)
{
	char *object = kzalloc(64, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(object);
	sink = object[unknown + 24];
	kfree(object);
}

static void shift(void)
{
	unknown = 1 << unknown;
	unknown = 40;
}

static void lock_order(void)
{
	static DEFINE_MUTEX(a);
	static DEFINE_MUTEX(b);

	mutex_lock(&a);
	mutex_lock(&b);
	mutex_unlock(&b);
	mutex_unlock(&a);
	mutex_lock(&b);
	mutex_lock(&a);
	mutex_unlock(&a);
	mutex_unlock(&b);
}

static void sleep_in_spinlock(void)
{
	static DEFINE_SPINLOCK(lock);

	spin_lock(&lock);
	might_sleep();
	spin_unlock(&lock);
}

static void rcu(void)
{
	static char __rcu *pointer;

	sink = !rcu_dereference(pointer);
}

static void vma_without_lock(void)
{
	sink = !find_vma(current->mm, 0);
}

static void page_flags(void)
{
	struct page *page = alloc_page(GFP_KERNEL | __GFP_COMP);

	if (page) {
		VM_WARN_ON_ONCE_PAGE(!PageLocked(page), page);
		__free_page(page);
	}
}

static const struct {
	const char *name;
	void (*make)(void);
} mistakes[] = {
	{ "leak", leak },
	{ "use-after-free", use_after_free },
	{ "beyond-bounds", beyond_bounds },
	{ "shift", shift },
	{ "lock-order", lock_order },
	{ "sleep", sleep_in_spinlock },
	{ "rcu", rcu },
	{ "vma", vma_without_lock },
	{ "page", page_flags },
};

static int __init planted_init(void)
{
	for (int i = 0; i < ARRAY_SIZE(mistakes); i++) {
		if (strcmp(mistakes[i].name, mistake) == 0) {
			mistakes[i].make();
			return 0;
		}
	}
	pr_err("planted: no mistake '%s'\n", mistake);
	return -EINVAL;
}

static void __exit planted_exit(void)
{
}

module_init(planted_init);
module_exit(planted_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Mistakes that the checkers of a debug kernel find");
