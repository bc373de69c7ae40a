// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * pgwalk_lab: /dev/pgwalk_lab, with which root builds mappings of its own memory page by page, to
 * learn how page tables are built. It changes no memory of other processes. Load it for an exercise and unload it
 * afterwards.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/uaccess.h>

#include "../uapi/pgwalk_lab.h"
#include "lab.h"

/**
 * struct change - a call that changes the entry of one page
 * @lab: the open file
 * @file: the open file
 * @arg: argument and result
 * @vma: the mapping
 * @new: a page for MAP at an address that never had a page
 */
struct change {
	struct pgwalk_lab *lab;
	const struct file *file;
	struct pgwalk_lab_page *arg;
	struct vm_area_struct *vma;
	struct pgwalk_lab_slot *new;
};

/* The opener's credentials: a task that received the descriptor gets no more access than the opener had */
static int check_opener(const struct file *file)
{
	if (!file_ns_capable(file, &init_user_ns, CAP_SYS_ADMIN))
		return -EPERM;
	return security_locked_down(LOCKDOWN_KCORE);
}

static int copy_arg(void *arg, size_t size, const void __user *from)
{
	u32 usize;

	if (get_user(usize, (const u32 __user *)from))
		return -EFAULT;
	if (usize > PAGE_SIZE)
		return -E2BIG;
	return usize < size ? -EINVAL : copy_struct_from_user(arg, size, from, usize);
}

static void slot_free(struct pgwalk_lab_slot *slot)
{
	if (slot)
		put_page(slot->page);
	kfree(slot);
}

static struct pgwalk_lab_slot *slot_alloc(void)
{
	struct pgwalk_lab_slot *slot = kzalloc(sizeof(*slot), GFP_KERNEL_ACCOUNT);

	if (!slot)
		return NULL;
	slot->page = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (slot->page)
		return slot;
	kfree(slot);
	return NULL;
}

/* Return the slot of the address; MAP adds one if it never had a page */
static struct pgwalk_lab_slot *get_slot(struct change *c, bool add)
{
	struct pgwalk_lab_slot *slot = pgwalk_lab_slot_of(c->vma, c->arg->addr);
	int err;

	if (slot || !add)
		return slot;
	if (atomic_inc_return(&c->lab->nr_slots) > PGWALK_LAB_PAGES) {
		atomic_dec(&c->lab->nr_slots);
		return ERR_PTR(-ENOSPC);
	}
	err = xa_insert(&c->lab->slots, pgwalk_lab_index(c->vma, c->arg->addr), c->new, GFP_KERNEL);
	if (err) {
		atomic_dec(&c->lab->nr_slots);
		return ERR_PTR(err);
	}
	slot = c->new;
	c->new = NULL;
	return slot;
}

/* Give the entry a protection, 0: none. The address is flushed if it had an entry. */
static int set_entry(struct change *c, struct pgwalk_lab_slot *slot, u32 prot)
{
	if (slot->prot) {
		pgwalk_lab_entry_clear(c->vma, c->arg->addr);
		slot->prot = 0;
	}
	return prot ? pgwalk_lab_entry_write(c->vma, c->arg->addr, slot, prot) : 0;
}

static int change_entry(struct change *c, unsigned int cmd)
{
	struct pgwalk_lab_page *arg = c->arg;
	const bool is_map = cmd == PGWALK_LAB_IOC_MAP;
	bool present = pgwalk_lab_entry_is_present(c->vma, arg->addr);
	struct pgwalk_lab_slot *slot;
	int err;

	if (present && is_map)
		return -EBUSY;
	if (arg->prot == PGWALK_LAB_PROT_WRITE && !(c->vma->vm_flags & VM_WRITE))
		return -EACCES;
	slot = get_slot(c, is_map);
	if (IS_ERR(slot))
		return PTR_ERR(slot);
	if (!slot || (!present && !is_map))
		return -ENOENT;
	/* madvise(MADV_DONTNEED) clears entries without notice */
	if (!present)
		slot->prot = 0;
	err = set_entry(c, slot, cmd == PGWALK_LAB_IOC_FLUSH ? slot->prot : arg->prot);
	arg->prot = slot->prot;
	arg->pfn = page_to_pfn(slot->page);
	return err;
}

static int change_locked(struct change *c, unsigned int cmd)
{
	struct mm_struct *mm = current->mm;
	struct pgwalk_lab_page *arg = c->arg;
	int err;

	if (mmap_write_lock_killable(mm))
		return -EINTR;
	c->vma = pgwalk_lab_find_vma(mm, c->file, arg->addr);
	arg->tables_before = mm_pgtables_bytes(mm);
	arg->nr_cpus = cpumask_weight(mm_cpumask(mm));
	arg->cpu = raw_smp_processor_id();
	err = c->vma ? change_entry(c, cmd) : -ENXIO;
	arg->tables_after = mm_pgtables_bytes(mm);
	mmap_write_unlock(mm);
	return err;
}

static int check_arg(const struct pgwalk_lab_page *arg, unsigned int cmd)
{
	const bool takes_prot = cmd == PGWALK_LAB_IOC_MAP || cmd == PGWALK_LAB_IOC_PROTECT;

	if (arg->addr & ~PAGE_MASK || arg->pfn || arg->tables_before || arg->tables_after || arg->cpu || arg->nr_cpus)
		return -EINVAL;
	if (!takes_prot)
		return arg->prot ? -EINVAL : 0;
	return arg->prot == PGWALK_LAB_PROT_READ || arg->prot == PGWALK_LAB_PROT_WRITE ? 0 : -EINVAL;
}

static long ioctl_page(struct file *file, unsigned int cmd, void __user *user)
{
	struct pgwalk_lab_page arg;
	struct change c = { .lab = file->private_data, .file = file, .arg = &arg };
	int err = copy_arg(&arg, sizeof(arg), user);

	if (!err)
		err = check_arg(&arg, cmd);
	if (err)
		return err;
	/* before the change: it cannot be undone when another thread has seen it */
	if (copy_to_user(user, &arg, sizeof(arg)))
		return -EFAULT;
	if (cmd == PGWALK_LAB_IOC_MAP) {
		c.new = slot_alloc();
		if (!c.new)
			return -ENOMEM;
	}
	err = change_locked(&c, cmd);
	slot_free(c.new);
	return !err && copy_to_user(user, &arg, sizeof(arg)) ? -EFAULT : err;
}

static long ioctl_info(const struct pgwalk_lab *lab, void __user *user)
{
	struct pgwalk_lab_info info;
	int err = copy_arg(&info, sizeof(info), user);

	if (!err && (info.abi || info.max_pages || info.pages))
		err = -EINVAL;
	if (err)
		return err;
	info.abi = PGWALK_LAB_ABI_VERSION;
	info.max_pages = PGWALK_LAB_PAGES;
	info.pages = atomic_read(&lab->nr_slots);
	return copy_to_user(user, &info, sizeof(info)) ? -EFAULT : 0;
}

static long lab_ioctl(struct file *file, unsigned int cmd, unsigned long user)
{
	void __user *arg = (void __user *)user;
	int err = check_opener(file);

	if (err)
		return err;
	switch (cmd) {
	case PGWALK_LAB_IOC_INFO:
		return ioctl_info(file->private_data, arg);
	case PGWALK_LAB_IOC_MAP:
	case PGWALK_LAB_IOC_PROTECT:
	case PGWALK_LAB_IOC_UNMAP:
	case PGWALK_LAB_IOC_FLUSH:
		return ioctl_page(file, cmd, arg);
	}
	return -ENOTTY;
}

static int lab_open(struct inode *inode, struct file *file)
{
	struct pgwalk_lab *lab;
	int err = check_opener(file);

	if (err)
		return err;
	lab = kzalloc(sizeof(*lab), GFP_KERNEL_ACCOUNT);
	if (!lab)
		return -ENOMEM;
	xa_init_flags(&lab->slots, XA_FLAGS_ACCOUNT);
	file->private_data = lab;
	return nonseekable_open(inode, file);
}

/* A mapping holds a reference to the file: there is none any more */
static int lab_release(struct inode *inode, struct file *file)
{
	struct pgwalk_lab *lab = file->private_data;
	struct pgwalk_lab_slot *slot;
	unsigned long index;

	xa_for_each(&lab->slots, index, slot)
		slot_free(slot);
	xa_destroy(&lab->slots);
	kfree(lab);
	return 0;
}

static const struct file_operations lab_fops = {
	.owner = THIS_MODULE,
	.open = lab_open,
	.release = lab_release,
	.mmap = pgwalk_lab_mmap,
	.unlocked_ioctl = lab_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice lab_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "pgwalk_lab",
	.fops = &lab_fops,
	.mode = 0600,
};

static int __init pgwalk_lab_init(void)
{
	int err = misc_register(&lab_device);

	if (!err)
		pr_info("for exercises only: root builds page tables of its own memory with it. Out of tree, so it taints the kernel\n");
	return err;
}

static void __exit pgwalk_lab_exit(void)
{
	misc_deregister(&lab_device);
}

module_init(pgwalk_lab_init);
module_exit(pgwalk_lab_exit);
MODULE_DESCRIPTION("Page tables built step by step, for exercises");
MODULE_AUTHOR("the pgwalk authors");
MODULE_VERSION(PGWALK_VERSION);
MODULE_LICENSE("GPL");
