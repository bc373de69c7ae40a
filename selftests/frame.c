// SPDX-License-Identifier: GPL-2.0
/*
 * frame and PGWALK_IOC_FRAMES: every frame of the machine against /proc/kpageflags and
 * /proc/kpagecount, and frames of each kind by what was put into them.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <kselftest_harness.h>
#include "oracle/interface.h"
#include "oracle/kpage.h"
#include "oracle/pagemap.h"

FIXTURE(frame) {
	int fd;
	struct pgwalk_frame frame;
};

FIXTURE_SETUP(frame)
{
	self->fd = interface_open_device(0);
	ASSERT_LE(0, self->fd);
}

FIXTURE_TEARDOWN(frame)
{
	close(self->fd);
}

/* All of memory, and the holes in it; most of it stands still */
TEST_F_TIMEOUT(frame, all_of_memory_as_the_kernel_says, 240)
{
	struct kpage_verdict v = { };
	__u64 pfn = 0, end = kpage_end();

	while (pfn < end && kpage_compare(&v, self->fd, pfn, KPAGE_BATCH))
		pfn += KPAGE_BATCH;
	ASSERT_LE(end, pfn);
	EXPECT_EQ(0, v.wrong) {
		TH_LOG("%zu of %zu wrong: %s", v.wrong, v.compared, v.first);
	}
	EXPECT_LT(100000, v.compared);
	EXPECT_LT(v.moving, v.compared / 50);
	TH_LOG("%zu compared, %zu moving", v.compared, v.moving);
}

TEST_HARNESS_MAIN
