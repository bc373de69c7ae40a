// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Starts and ends workloads. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "target.h"
#include "times.h"

/* The program lies beside this one: workloads/workload when built, workload when installed */
static void exec_workload(const char *name, const char *times)
{
	char self[4096], path[4200];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n <= 0)
		_exit(127);
	self[n] = 0;
	*strrchr(self, '/') = 0;
	snprintf(path, sizeof(path), "%s/../workloads/workload", self);
	execl(path, "workload", name, "--times", times, "--hold",
	      NULL);
	snprintf(path, sizeof(path), "%s/workload", self);
	execl(path, "workload", name, "--times", times, "--hold",
	      NULL);
	perror(path);
	_exit(127);
}

static bool spawn(struct target *target, const char *name, const char *times)
{
	int in[2], out[2];

	if (pipe(in) || pipe(out))
		return false;
	target->pid = fork();
	if (target->pid < 0)
		return false;
	if (!target->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		for (int fd = 3; fd < 64; fd++)
			close(fd);
		exec_workload(name, times);
	}
	close(in[0]);
	close(out[1]);
	target->in = in[1];
	target->out = out[0];
	return true;
}

static bool add_truth(struct target *target, const char *line)
{
	char size[8], kind[16], flags[128];
	struct truth truth = { .pfn = TRUTH_NO_PFN };

	if (sscanf(line, "page %llx %llx %7s %15s %127s pfn %llx", &truth.start,
		   &truth.end, size, kind, flags, &truth.pfn) < 5)
		return false;
	truth.shift = names_shift(size);
	truth.kind = names_kind(kind);
	if (truth.shift < 0 || truth.kind < 0 ||
	    !names_parse_flags(flags, &truth.flags))
		return false;
	target->truths = realloc(target->truths,
				 (target->nr_truths + 1) * sizeof(truth));
	target->truths[target->nr_truths++] = truth;
	return true;
}

static int read_truth(struct target *target)
{
	FILE *f = fdopen(dup(target->out), "r");
	char line[256];
	int ret = -1;

	while (f && ret < 0 && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = 0;
		if (!strcmp(line, "ready"))
			ret = 0;
		else if (sscanf(line, "skip %127[^\n]", target->reason) == 1)
			ret = 4;
		else if (!strncmp(line, "map ", 4) && !target->start)
			sscanf(line, "map %llx %llx", &target->start, &target->end);
		else if (sscanf(line, "log %63s", target->log) == 1 ||
			 sscanf(line, "child %d", &target->child) == 1)
			continue;
		else if (!strncmp(line, "page ", 5) && !add_truth(target, line))
			break;
	}
	if (f)
		fclose(f);
	if (ret < 0)
		fprintf(stderr, "# workload failed, last line: %s\n", line);
	return ret;
}

int target_start(struct target *target, const char *workload)
{
	return target_start_times(target, workload, TIMES_TEXT);
}

int target_start_times(struct target *target, const char *workload,
		       const char *times)
{
	int ret;

	*target = (struct target){ .in = -1, .out = -1 };
	if (!spawn(target, workload, times))
		return -1;
	ret = read_truth(target);
	if (ret)
		target_stop(target);
	return ret;
}

/* Closing its stdin ends the workload, so that it restores the settings it changed */
void target_stop(struct target *target)
{
	if (target->in >= 0)
		close(target->in);
	if (target->pid > 0)
		waitpid(target->pid, NULL, 0);
	if (target->out >= 0)
		close(target->out);
	free(target->truths);
	target->truths = NULL;
	target->in = target->out = -1;
	target->pid = 0;
}
