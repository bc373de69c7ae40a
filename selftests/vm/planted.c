// SPDX-License-Identifier: GPL-2.0
/*
 * Makes, when it is loaded, one mistake of each kind that the debug kernel's checkers are there to find: it is shown
 * by them that a run fails on each. It must never be loaded where more than a test is to run afterwards.
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
MODULE_PARM_DESC(mistake, "which one: see the table in planted.c");

/* Read by nobody who could tell the compiler what is in it. */
static volatile int unknown = 40;
static volatile char sink;

/* More than one: the last one's address may stay in a register or on the stack, where kmemleak finds it. */
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
MODULE_DESCRIPTION("Mistakes for the debug kernel to find");
