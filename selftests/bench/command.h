/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Runs a program and measures it. */
#ifndef PGWALK_BENCH_COMMAND_H
#define PGWALK_BENCH_COMMAND_H

/**
 * command_cost - run a program with its output discarded
 * @argv:	arguments, ended by NULL; the program is searched in $PATH
 *
 * Return: the CPU time of the program in nanoseconds, which are instructions with --icount; NAN if
 * it failed.
 */
double command_cost(const char *const argv[]);

/**
 * command_rate - run a program that repeats its output, and stop it
 * @argv:	as for command_cost(); the program ends after N intervals with the arguments -n N
 * @marker:	beginning of the first line of each interval
 *
 * Return: CPU time of the program in an interval, in nanoseconds, without its start; NAN if it failed.
 */
double command_rate(const char *const argv[], const char *marker);

/**
 * struct command_memory - memory of a program
 * @resident:	resident memory in bytes; NAN: not available
 * @maps:	BPF maps in bytes; NAN: not available
 */
struct command_memory {
	double resident;
	double maps;
};

/**
 * command_memory - run a program, read its memory after three intervals, and stop it
 * @argv:	as for command_rate()
 * @marker:	as for command_rate()
 */
struct command_memory command_memory(const char *const argv[], const char *marker);

#endif
