/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The files of pgwalk, opened and asked. Every function that can fail returns
 * -errno, so that a test can say which error it wants.
 */
#ifndef PGWALK_ORACLE_INTERFACE_H
#define PGWALK_ORACLE_INTERFACE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <pgwalk.h>

#define PGWALK_DIR	"/sys/kernel/debug/pgwalk"

/* Below this user addresses lie, with four levels or five */
#define INTERFACE_USER_END	((1ULL << 47) - 4096)

/* Writes to attach: pid > 0 attaches, pid < 0 drops -pid */
int interface_attach(pid_t pid);
/* One write of exactly these characters to a file of PGWALK_DIR */
int interface_write(const char *file, const char *text);
/* A view of an attached process; the file descriptor */
int interface_open_view(pid_t pid, const char *view);
int interface_open(const char *file, int flags);
/* A descriptor of the device, attached to pid if that is not 0 */
int interface_open_device(pid_t pid);
int interface_ioctl(int fd, unsigned long request, void *arg);
/* All that is left to read, NUL behind it; NULL: see errno. chunk: bytes a read */
char *interface_read_all(int fd, size_t chunk, size_t *size);
/* All there is from the beginning, by pread(); where the file stands is left alone */
char *interface_pread_all(int fd, size_t chunk, size_t *size);
/* A question to translate, on a file of its own: the answer, or -errno in *error */
char *interface_translate(pid_t pid, __u64 address, int *error);
int interface_info(struct pgwalk_info *info);
/* Reads of page tables never take mmap_lock: they are freed through RCU, and it is no PREEMPT_RT */
bool interface_reads_unlocked(const struct pgwalk_info *info);

#endif
