// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/*
 * Formats sums of intervals as OpenMetrics 1.0, or in the text format of Prometheus (0.0.4), which
 * the textfile collector of node_exporter and promtool read. They differ in one thing: in the
 * latter the name of a counter ends in _total in the lines HELP and TYPE, too.
 *
 * The number of lines is bounded: classes of faults times kinds of mappings that occurred, 25 lines for each class, and
 * for each of a bounded number of cgroups two lines for each class.
 */
#include <inttypes.h>
#include <string.h>

#include "../lib/text.h"
#include "../names/names.h"
#include "openmetrics.h"

/* Room for the labels class and kind */
#define LABELS_MAX	96

/**
 * struct writer - an output
 * @out: the stream
 * @form: the form of the text
 * @begin_ns: time of day when all counters were 0
 */
struct writer {
	FILE *out;
	enum openmetrics_form form;
	uint64_t begin_ns;
};

static void put_family(const struct writer *w, const char *name, const char *type,
		       const char *help)
{
	int len = (int)strlen(name);

	if (w->form == OPENMETRICS_1_0 && !strcmp(type, "counter"))
		len -= (int)strlen("_total");
	fprintf(w->out, "# HELP pgwalk_%.*s %s\n# TYPE pgwalk_%.*s %s\n", len, name, help, len,
		name, type);
}

/* Write the value of a sample: a time of day in seconds */
static void put_time(FILE *out, uint64_t ns)
{
	fprintf(out, " %" PRIu64 ".%03" PRIu64 "\n", ns / 1000000000, ns / 1000000 % 1000);
}

/* Write the time when a counter was 0, in seconds since 1970. The text format of Prometheus has no such sample */
static void put_created(const struct writer *w, const char *name, const char *labels, uint64_t begin_ns)
{
	static const char total[] = "_total";
	size_t len = strlen(name), end = strlen(total);

	if (w->form != OPENMETRICS_1_0 || !begin_ns)
		return;
	if (len > end && !strcmp(name + len - end, total))
		len -= end;
	fprintf(w->out, "pgwalk_%.*s_created%s", (int)len, name, labels);
	put_time(w->out, begin_ns);
}

static void put_single(const struct writer *w, const char *name, const char *type,
		       const char *help, uint64_t value)
{
	put_family(w, name, type, help);
	fprintf(w->out, "pgwalk_%s %" PRIu64 "\n", name, value);
	if (!strcmp(type, "counter"))
		put_created(w, name, "", w->begin_ns);
}

/* Write a name as the value of a label: valid UTF-8 without control characters */
static void put_label(FILE *out, const char *key, const char *value)
{
	size_t n;

	fprintf(out, "%s=\"", key);
	for (; *value; value += n ? n : 1) {
		n = text__sequence(value);
		if (*value == '\n')
			fputs("\\n", out);
		else if (!n || (unsigned char)*value < 0x20 || *value == 0x7F)
			fputs("\xEF\xBF\xBD", out);
		else if (*value == '"' || *value == '\\')
			fprintf(out, "\\%c", *value);
		else
			fwrite(value, 1, n, out);
	}
	putc('"', out);
}

static void put_faults(const struct writer *w, const struct snapshot_metrics *m)
{
	FILE *out = w->out;
	bool kinds = m->last->target->scope == SNAPSHOT_PROCESS;
	char labels[LABELS_MAX];

	put_family(w, "faults_total", "counter", kinds ?
		   "Page faults by class and kind of mapping; the sum is the kernel's count." :
		   "Page faults by class; the sum is the kernel's count.");
	for (uint32_t class = 0; class < PGWALK_FAULT_SIGNAL_FIRST; class++)
		for (uint32_t kind = 0; kind < PGWALK_VMA_NR; kind++) {
			if (!m->faults[class][kind] && (class || kind))
				continue;
			if (kinds)
				snprintf(labels, sizeof(labels), "{class=\"%s\",kind=\"%s\"}", names__class(class),
					 kind && names__kind(kind) ? names__kind(kind) : "unknown");
			else
				snprintf(labels, sizeof(labels), "{class=\"%s\"}", names__class(class));
			fprintf(out, "pgwalk_faults_total%s %" PRIu64 "\n", labels, m->faults[class][kind]);
			put_created(w, "faults_total", labels, w->begin_ns);
		}
	put_family(w, "signal_faults_total", "counter",
		   "Faults that ended in a signal, by class; the kernel does not count them.");
	for (uint32_t class = PGWALK_FAULT_SIGNAL_FIRST; class < PGWALK_FAULT_CLASS_NR; class++) {
		uint64_t count = 0;

		for (uint32_t kind = 0; kind < PGWALK_VMA_NR; kind++)
			count += m->faults[class][kind];
		snprintf(labels, sizeof(labels), "{class=\"%s\"}", names__class(class));
		fprintf(out, "pgwalk_signal_faults_total%s %" PRIu64 "\n", labels, count);
		put_created(w, "signal_faults_total", labels, w->begin_ns);
	}
	put_single(w, "major_faults_total", "counter",
		   "Faults that waited for I/O, part of pgwalk_faults_total.", m->major);
}

/* The kernel's counters of one process, from its start on */
static void put_kernel(const struct writer *w, const struct snapshot_metrics *m)
{
	FILE *out = w->out;
	const struct snapshot_target *t = m->last->target;

	if (t->scope != SNAPSHOT_PROCESS)
		return;
	put_family(w, "process_faults_total", "counter",
		   "Faults since the start of the process: min_flt and maj_flt of /proc/PID/stat.");
	fprintf(out, "pgwalk_process_faults_total{type=\"minor\"} %" PRIu64 "\n",
		t->base_minor + m->total - m->major);
	fprintf(out, "pgwalk_process_faults_total{type=\"major\"} %" PRIu64 "\n",
		t->base_major + m->major);
}

static void put_latency(const struct writer *w, const struct snapshot_metrics *m)
{
	FILE *out = w->out;
	static const char name[] = "pgwalk_fault_latency_seconds";
	char labels[LABELS_MAX];

	put_family(w, "fault_latency_seconds", "histogram",
		   "Latency of faults by class; a fault that took just a bound is above it.");
	for (uint32_t class = 0; class < PGWALK_FAULT_CLASS_NR; class++) {
		const struct snapshot_metrics_latency *l = &m->latency[class];
		const char *word = names__class(class);

		if (!l->samples)
			continue;
		for (unsigned int i = 0; i < SNAPSHOT_METRICS_BOUNDS; i++)
			fprintf(out, "%s_bucket{class=\"%s\",le=\"%.10g\"} %" PRIu64 "\n", name, word,
				(double)((uint64_t)SNAPSHOT_METRICS_FIRST_BOUND << i) / 1e9,
				l->below[i]);
		fprintf(out, "%s_bucket{class=\"%s\",le=\"+Inf\"} %" PRIu64 "\n", name, word, l->samples);
		fprintf(out, "%s_sum{class=\"%s\"} %" PRIu64 ".%09" PRIu64 "\n", name, word,
			l->sum_ns / 1000000000, l->sum_ns % 1000000000);
		fprintf(out, "%s_count{class=\"%s\"} %" PRIu64 "\n", name, word, l->samples);
		snprintf(labels, sizeof(labels), "{class=\"%s\"}", word);
		put_created(w, "fault_latency_seconds", labels, w->begin_ns);
	}
}

/* Memory of the target; what is unknown is left out */
static void put_memory(const struct writer *w, const struct snapshot_metrics *m)
{
	FILE *out = w->out;
	const struct snapshot *s = m->last;

	if (s->counted) {
		put_family(w, "resident_bytes", "gauge", "Bytes present, by size of the leaf entry.");
		fprintf(out, "pgwalk_resident_bytes{leaf=\"4K\"} %" PRIu64 "\n", s->resident - s->huge);
		fprintf(out, "pgwalk_resident_bytes{leaf=\"2M\"} %" PRIu64 "\n", s->huge - m->giant);
		fprintf(out, "pgwalk_resident_bytes{leaf=\"1G\"} %" PRIu64 "\n", m->giant);
		put_single(w, "swapped_bytes", "gauge", "Bytes swapped out.", s->swapped);
		put_family(w, "resident_age_seconds", "gauge",
			   "Age of the oldest count in the resident bytes.");
		fprintf(out, "pgwalk_resident_age_seconds %.3f\n", s->age_seconds);
	}
	if (s->tables_bytes)
		put_single(w, "page_table_bytes", "gauge", "Memory of the page tables.",
			   s->tables_bytes);
	if (s->nr_threads)
		put_single(w, "threads", "gauge", "Threads of the process.", s->nr_threads);
}

static void put_quality(const struct writer *w, const struct snapshot_metrics *m)
{
	FILE *out = w->out;
	uint64_t none = m->faults[PGWALK_FAULT_UNATTRIBUTED][0];

	put_family(w, "coverage_ratio", "gauge", "Share of the faults that have a class.");
	fprintf(out, "pgwalk_coverage_ratio %.6f\n",
		m->total ? 1 - (double)none / (double)m->total : 1);
	put_single(w, "lost_faults_total", "counter", "Faults that could not be counted.", m->lost);
	put_single(w, "folded_faults_total", "counter",
		   "Faults in rows that aggregate many mappings or processes.", m->folded);
	put_single(w, "missed_runs_total", "counter",
		   "Upper limit of the runs of the probes that the kernel skipped.", m->missed_runs);
	put_family(w, "cpu_seconds_total", "counter", "CPU time of pgwalk itself.");
	fprintf(out, "pgwalk_cpu_seconds_total{part=\"pgtop\"} %" PRIu64 ".%09" PRIu64 "\n",
		m->self_ns / 1000000000, m->self_ns % 1000000000);
	put_created(w, "cpu_seconds_total", "{part=\"pgtop\"}", w->begin_ns);
	fprintf(out, "pgwalk_cpu_seconds_total{part=\"module\"} %" PRIu64 ".%09" PRIu64 "\n",
		m->walk_ns / 1000000000, m->walk_ns % 1000000000);
	put_created(w, "cpu_seconds_total", "{part=\"module\"}", w->begin_ns);
}

static void put_cgroup_labels(FILE *out, const char *path, uint32_t class)
{
	putc('{', out);
	put_label(out, "cgroup", path);
	fprintf(out, ",class=\"%s\"}", names__class(class));
}

/* Write a sample for each class of a cgroup; @name is without _total, @path is its label */
static void put_cgroup(const struct writer *w, const char *name, const char *path,
		       const struct snapshot_metrics_sums *sums, uint64_t begin_ns)
{
	bool seconds = !strcmp(name, "cgroup_fault_seconds");

	for (uint32_t class = 0; class < PGWALK_FAULT_CLASS_NR; class++) {
		uint64_t ns = sums->latency_ns[class];

		if (!sums->faults[class])
			continue;
		fprintf(w->out, "pgwalk_%s_total", name);
		put_cgroup_labels(w->out, path, class);
		if (seconds)
			fprintf(w->out, " %" PRIu64 ".%09" PRIu64 "\n", ns / 1000000000, ns % 1000000000);
		else
			fprintf(w->out, " %" PRIu64 "\n", sums->faults[class]);
		if (w->form != OPENMETRICS_1_0 || !begin_ns)
			continue;
		fprintf(w->out, "pgwalk_%s_created", name);
		put_cgroup_labels(w->out, path, class);
		put_time(w->out, begin_ns);
	}
}

static void put_cgroup_family(const struct writer *w, const struct snapshot_metrics *m, const char *name,
			      const char *help)
{
	char total[64];

	snprintf(total, sizeof(total), "%s_total", name);
	put_family(w, total, "counter", help);
	for (unsigned int i = 0; i < m->max_cgroups; i++)
		if (m->cgroup[i].id)
			put_cgroup(w, name, m->cgroup[i].path, &m->cgroup[i].sums, m->cgroup[i].begin_ns);
	put_cgroup(w, name, "(other)", &m->other, w->begin_ns);
	put_cgroup(w, name, "(past)", &m->past, w->begin_ns);
}

/* The container of a cgroup, its pod and its unit */
static void put_cgroup_info(FILE *out, const struct snapshot_metrics_cgroup *slot)
{
	const struct snapshot_container *c = &slot->container;

	fputs("pgwalk_cgroup_info{", out);
	put_label(out, "cgroup", slot->path);
	fprintf(out, ",container_id=\"%s\",runtime=\"%s\",pod_uid=\"%s\",", c->id, c->runtime, c->pod_uid);
	put_label(out, "unit", c->unit);
	fputs("} 1\n", out);
}

/* The cgroups with the most faults. Several processes only */
static void put_cgroups(const struct writer *w, const struct snapshot_metrics *m)
{
	if (m->last->target->scope == SNAPSHOT_PROCESS || !m->max_cgroups)
		return;
	put_family(w, "cgroup_info", "gauge", "The container, pod and unit that the path of a cgroup names; always 1.");
	for (unsigned int i = 0; i < m->max_cgroups; i++)
		if (m->cgroup[i].id)
			put_cgroup_info(w->out, &m->cgroup[i]);
	put_cgroup_family(w, m, "cgroup_faults", "Faults by cgroup, without its descendants, and class.");
	put_cgroup_family(w, m, "cgroup_fault_seconds", "Latency of these faults.");
}

static void put_target(const struct writer *w, const struct snapshot *s)
{
	static const char *const scopes[] = {
		[SNAPSHOT_PROCESS] = "process", [SNAPSHOT_ALL] = "all",
		[SNAPSHOT_CGROUP] = "cgroup",
	};
	const struct snapshot_target *t = s->target;
	FILE *out = w->out;

	put_family(w, "target_info", "gauge", "The observed processes; always 1.");
	fprintf(out, "pgwalk_target_info{scope=\"%s\"", scopes[t->scope]);
	if (t->scope == SNAPSHOT_PROCESS) {
		fprintf(out, ",pid=\"%d\",", t->pid);
		put_label(out, "comm", t->comm);
	} else if (t->scope == SNAPSHOT_CGROUP) {
		putc(',', out);
		put_label(out, "cgroup", t->cgroup);
	}
	fputs("} 1\n", out);
	put_single(w, "module_used", "gauge", "1 if pgwalk.ko is used, 0 if fault classes are limited.", t->module);
	put_single(w, "target_exited", "gauge", "1 after the target has exited.", s->exited);
	put_family(w, "interval_seconds", "gauge", "Length of the last interval.");
	fprintf(out, "pgwalk_interval_seconds %.3f\n", s->seconds);
}

/**
 * openmetrics__format - write all metrics
 * @out: output; the caller checks it for errors
 * @m: the sums, with at least one interval
 * @form: form of the text
 */
void openmetrics__format(FILE *out, const struct snapshot_metrics *m, enum openmetrics_form form)
{
	const struct writer w = { .out = out, .form = form, .begin_ns = m->begin_ns };

	put_target(&w, m->last);
	put_faults(&w, m);
	put_kernel(&w, m);
	put_cgroups(&w, m);
	put_latency(&w, m);
	put_memory(&w, m);
	put_quality(&w, m);
	fputs("# EOF\n", out);
}
