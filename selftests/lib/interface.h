/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Opens the files of pgwalk, writes requests and reads responses. Every function that
 * can fail returns -errno, so that a test can compare the error.
 */
#ifndef PGWALK_ORACLE_INTERFACE_H
#define PGWALK_ORACLE_INTERFACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <pgwalk.h>

#define PGWALK_DIR	"/sys/kernel/debug/pgwalk"

/* The end of user addresses, unless a process maps higher: with four levels of 4K on x86, 48 bits on arm64 */
#if defined(__aarch64__)
#define INTERFACE_USER_END	(1ULL << 48)
#else
#define INTERFACE_USER_END	((1ULL << 47) - 4096)
#endif

/* Write to attach: pid > 0 attaches, pid < 0 detaches -pid */
int interface_attach(pid_t pid);
/* Write text to a file of PGWALK_DIR in one write() */
int interface_write(const char *file, const char *text);
/* Return a file descriptor of a view of an attached process */
int interface_open_view(pid_t pid, const char *view);
int interface_open(const char *file, int flags);
/* Return a descriptor of the device, attached to pid if pid is not 0 */
int interface_open_device(pid_t pid);
int interface_ioctl(int fd, unsigned long request, void *arg);
/* Read to the end of the file, NUL-terminated; NULL: see errno. chunk: bytes a read */
char *interface_read_all(int fd, size_t chunk, size_t *size);
/* Read the whole file with pread(); the file position stays */
char *interface_pread_all(int fd, size_t chunk, size_t *size);
/* Send a request to translate, on a new descriptor. Return the text, or -errno in *error */
char *interface_translate(pid_t pid, __u64 address, int *error);
int interface_info(struct pgwalk_info *info);
/* Does pgwalk read page tables without mmap_lock? Requires tables freed by RCU and no PREEMPT_RT */
bool interface_reads_unlocked(const struct pgwalk_info *info);

#endif
