// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Reads the mount option huge= of a tmpfs from mountinfo of a process. The kernel's own mount, which has memfd, System V
 * segments and shared anonymous memory, is in no mountinfo: a memfd shows its device.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "../../inspect.h"
#include "tmpfs.h"

/* The kernel prints the option only if it is not "never" */
static uint8_t parse_huge(const char *options)
{
	static const struct {
		const char *word;
		uint8_t setting;
	} words[] = {
		{ "always", INSPECT_THP_ALWAYS },
		{ "within_size", INSPECT_THP_WITHIN_SIZE },
		{ "advise", INSPECT_THP_ADVISE },
	};
	const char *at = strstr(options, ",huge=");
	unsigned int i;

	for (i = 0; at && i < sizeof(words) / sizeof(words[0]); i++) {
		const size_t len = strlen(words[i].word);

		if (!strncmp(at + 6, words[i].word, len) && strchr(",\n", at[6 + len]))
			return words[i].setting;
	}
	return at ? INSPECT_THP_UNKNOWN : INSPECT_THP_NEVER;
}

/* Return the text after a number of fields, which end with a blank; NULL: there are not as many */
static const char *skip_fields(const char *text, unsigned int count)
{
	while (text && count--) {
		text = strchr(text, ' ');
		text += text ? 1 : 0;
	}
	return text;
}

static bool is_of_device(const char *line, uint32_t dev_major, uint32_t dev_minor)
{
	const char *device = skip_fields(line, 2);
	char *end;

	if (!device || strtoul(device, &end, 10) != dev_major || *end != ':')
		return false;
	return strtoul(end + 1, &end, 10) == dev_minor && *end == ' ';
}

/**
 * tmpfs__parse_mount - parse a line of mountinfo
 * @line: the line: "ID PARENT MAJOR:MINOR ROOT DIRECTORY ... - TYPE SOURCE OPTIONS"
 * @dev_major: device
 * @dev_minor: device
 * @huge: set to enum inspect_thp_setting
 *
 * Return: true if the line is of a tmpfs on this device.
 */
bool tmpfs__parse_mount(const char *line, uint32_t dev_major, uint32_t dev_minor, uint8_t *huge)
{
	const char *type, *options;

	if (!is_of_device(line, dev_major, dev_minor))
		return false;
	type = strstr(line, " - ");
	if (!type)
		return false;
	type += strlen(" - ");
	if (strncmp(type, "tmpfs ", strlen("tmpfs ")) && strncmp(type, "devtmpfs ", strlen("devtmpfs ")))
		return false;
	/* the source has no blank: the kernel writes \040 */
	options = skip_fields(type, 2);
	if (!options)
		return false;
	*huge = parse_huge(options);
	return true;
}

/**
 * tmpfs__huge - return the mount option huge= of a tmpfs
 * @proc: path of /proc
 * @pid: a process that sees the mount
 * @dev_major: device of the tmpfs
 * @dev_minor: device of the tmpfs
 *
 * Return: enum inspect_thp_setting; INSPECT_THP_UNKNOWN: the process sees no such mount.
 */
uint8_t tmpfs__huge(const char *proc, pid_t pid, uint32_t dev_major, uint32_t dev_minor)
{
	uint8_t huge = INSPECT_THP_UNKNOWN;
	char path[PATH_MAX], *line = NULL;
	size_t size = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%d/mountinfo", proc, pid);
	file = fopen(path, "re");
	while (file && getline(&line, &size, file) > 0)
		if (tmpfs__parse_mount(line, dev_major, dev_minor, &huge))
			break;
	free(line);
	if (file)
		fclose(file);
	return huge;
}

/**
 * tmpfs__is_internal - test for the kernel's own tmpfs, whose setting is shmem_enabled
 * @dev_major: device
 * @dev_minor: device
 */
bool tmpfs__is_internal(uint32_t dev_major, uint32_t dev_minor)
{
	const int fd = memfd_create("pgwalk", MFD_CLOEXEC);
	bool internal = false;
	struct stat st;

	if (fd < 0)
		return false;
	if (!fstat(fd, &st))
		internal = major(st.st_dev) == dev_major && minor(st.st_dev) == dev_minor;
	close(fd);
	return internal;
}
