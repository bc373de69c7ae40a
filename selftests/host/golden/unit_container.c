// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* Tests of the names in paths of cgroups, with paths of each runtime and driver. */
#include <stdio.h>
#include <string.h>

#include "../../../userspace/model/container.h"
#include "unit.h"

#define ID	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER	"fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define UID	"8c5f7a4e-1f2d-4c3b-9a8e-0123456789ab"
#define UID_	"8c5f7a4e_1f2d_4c3b_9a8e_0123456789ab"
#define STATIC	"0123456789abcdef0123456789abcdef"

static const struct {
	const char *path;
	struct snapshot_container want;
} paths[] = {
	{ "/", { .id = "" } },
	{ "", { .id = "" } },
	{ "/a/b", { .id = "" } },
	/* docker: systemd, cgroupfs, in a parent of its own */
	{ "/system.slice/docker-" ID ".scope", { "docker", ID, "", "system.slice" } },
	{ "/docker/" ID, { "docker", ID, "", "" } },
	{ "/docker/" ID "/init.scope", { "docker", ID, "", "init.scope" } },
	{ "/build.slice/docker-" ID ".scope/system.slice/ssh.service", { "docker", ID, "", "ssh.service" } },
	{ "/system.slice/docker.service", { "", "", "", "docker.service" } },
	/* docker in docker: the innermost */
	{ "/docker/" OTHER "/docker/" ID, { "docker", ID, "", "" } },
	/* kubelet with containerd, cri-o and docker; three classes of pods, a static pod */
	{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UID_ ".slice/cri-containerd-" ID ".scope",
	  { "containerd", ID, UID, "kubepods-burstable-pod" UID_ ".slice" } },
	{ "/kubepods.slice/kubepods-pod" UID_ ".slice/crio-" ID ".scope",
	  { "cri-o", ID, UID, "kubepods-pod" UID_ ".slice" } },
	{ "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" UID_ ".slice/docker-" ID ".scope",
	  { "docker", ID, UID, "kubepods-besteffort-pod" UID_ ".slice" } },
	{ "/kubepods/burstable/pod" UID "/" ID, { "", ID, UID, "" } },
	{ "/kubepods/pod" UID "/crio-" ID, { "cri-o", ID, UID, "" } },
	{ "/kubepods/besteffort/pod" STATIC "/" ID, { "", ID, STATIC, "" } },
	/* containerd with the driver cgroupfs under a kubelet with systemd */
	{ "/kubepods-burstable-pod" UID_ ".slice:cri-containerd:" ID, { "containerd", ID, UID, "" } },
	{ "/system.slice/containerd.service/kubepods-pod" UID_ ".slice:cri-containerd:" ID,
	  { "containerd", ID, UID, "containerd.service" } },
	/* a kubelet below escaped slices, in a container (kind) */
	{ "/docker/" OTHER "/a\\x2db.slice/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod" UID_
	  ".slice/cri-containerd-" ID ".scope", { "containerd", ID, UID, "kubelet-kubepods-pod" UID_ ".slice" } },
	/* containerd without Kubernetes */
	{ "/system.slice/nerdctl-" ID ".scope", { "containerd", ID, "", "system.slice" } },
	{ "/default/" ID, { "", ID, "", "" } },
	/* cri-o: conmon is no container */
	{ "/system.slice/crio-conmon-" ID ".scope", { "", "", "", "crio-conmon-" ID ".scope" } },
	/* podman: root, a user, in a cgroup below, cgroupfs; conmon */
	{ "/machine.slice/libpod-" ID ".scope/container", { "podman", ID, "", "machine.slice" } },
	{ "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-" ID ".scope",
	  { "podman", ID, "", "user@1000.service" } },
	{ "/libpod_parent/libpod-" ID, { "podman", ID, "", "" } },
	{ "/machine.slice/libpod-conmon-" ID ".scope", { "", "", "", "libpod-conmon-" ID ".scope" } },
	/* systemd: services, scopes, slices, escapes */
	{ "/system.slice/ssh.service", { "", "", "", "ssh.service" } },
	{ "/system.slice/system-postgresql.slice/postgresql@15\\x2dmain.service", { "", "", "", "postgresql@15-main.service" } },
	{ "/user.slice/user-1000.slice/user@1000.service/app.slice/app-org.gnome\\x2dterminal.scope",
	  { "", "", "", "app-org.gnome-terminal.scope" } },
	{ "/user.slice/user-1000.slice/session-2.scope", { "", "", "", "session-2.scope" } },
	{ "/init.scope", { "", "", "", "init.scope" } },
	{ "/dev-a\\x00b.slice", { "", "", "", "dev-a\\x00b.slice" } },
	{ "/a\\x2", { .id = "" } },
	{ "/a\\x2.slice", { "", "", "", "a\\x2.slice" } },
	/* no IDs and no UIDs: too short, too long, upper case, separators elsewhere */
	{ "/docker/" ID "0", { .id = "" } },
	{ "/docker/0123456789abcdef", { .id = "" } },
	{ "/docker-" ID "/x", { "docker", ID, "", "" } },
	{ "/docker/0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef", { .id = "" } },
	{ "/kubepods/pod8c5f7a4e-1f2d-4c3b-9a8e-0123456789a", { .id = "" } },
	{ "/kubepods/pod8c5f7a4e1-f2d-4c3b-9a8e-0123456789ab", { .id = "" } },
	{ "/kubepods/xpod" UID, { .id = "" } },
	{ "docker/" ID, { "docker", ID, "", "" } },
	{ "//docker//" ID "//", { "", ID, "", "" } },
};

static void each_path_has_the_names_of_its_runtime(void)
{
	struct snapshot_container got;

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		memset(&got, 0xFF, sizeof(got));
		container__parse(&got, paths[i].path);
		EXPECT_TEXT(got.runtime, paths[i].want.runtime);
		EXPECT_TEXT(got.id, paths[i].want.id);
		EXPECT_TEXT(got.pod_uid, paths[i].want.pod_uid);
		EXPECT_TEXT(got.unit, paths[i].want.unit);
	}
}

static void a_long_unit_is_cut(void)
{
	struct snapshot_container got;
	char path[600];

	snprintf(path, sizeof(path), "/%0500d.service", 0);
	container__parse(&got, path);
	EXPECT(strlen(got.unit) == sizeof(got.unit) - 1);
}

const struct unit_test container_tests[] = {
	{ "each path has the names of its runtime, pod and unit", each_path_has_the_names_of_its_runtime },
	{ "a long name of a unit is cut", a_long_unit_is_cut },
	{ NULL, NULL },
};
