/* SPDX-License-Identifier: GPL-2.0 */
/* The way to the module: open, call, close. The tests have another one. */
#ifndef PGWALK_COLLECT_CHANNEL_H
#define PGWALK_COLLECT_CHANNEL_H

int channel__open(void);
void channel__close(int fd);
int channel__call(int fd, unsigned long request, void *arg);

#endif
