#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The BPF verifier of 6.12 takes 8 million instructions for each load of a pointer field through a trusted pointer.
#
# Packages: qemu-system-x86 1:7.2+dfsg-7+deb12u18+b3 (bookworm), linux-image-6.12.95+deb12-cloud-amd64 6.12.95-1~bpo12+1
# (bookworm-backports), libbpf-dev 1:1.1.2-0+deb12u1 (bookworm). Two programs of 504 instructions differ in one number: 500
# times they load 8 bytes of the current task (bpf_get_current_task_btf()), from a field that is a number (nvcsw), or from
# one that is a pointer (mm). Both are accepted, and the verifier reports "processed 504 insns" of both. Its "verification
# time", in a guest under TCG with -icount shift=0, where a nanosecond is an instruction, is
#
#	numbers: 11134 usec
#	pointers: 4041016 usec
#
# For each such load btf_nested_type_is_trusted() looks up "task_struct__safe_trusted" and similar names, and
# btf_find_by_name_kind() compares the name with those of all types of the kernel, in their order. On 6.1 (which does not
# look up) and on 7.2 and 7.3 both programs take about the same time.
#
# A good guess misses it: the cost of verification is thought to be the number of instructions processed, which is what
# the verifier reports and limits, and it is the same here. A tool whose probes follow pointers of a trusted argument on many
# paths takes seconds to load, and its author searches for branches.
#
# Exit status: 0 as described, 1 it has changed, 2 a package cannot be had any more.
set -euo pipefail

readonly QEMU='1:7.2+dfsg-7+deb12u18+b3' LIBBPF='1:1.1.2-0+deb12u1'
readonly IMAGE=linux-image-6.12.95+deb12-cloud-amd64 IMAGE_VERSION='6.12.95-1~bpo12+1'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Suites that apt is not configured with are looked for on the mirror that it has, with a state of its own.
# shellcheck disable=SC2016
mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' | awk '$2 !~ /-/ { print $1; exit }')
mkdir -p lists/partial archives/partial
: > status
printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
	"$mirror" bookworm "$mirror" bookworm-backports > sources
cat > apt.conf <<END
Dir::State "$work"; Dir::State::lists "$work/lists"; Dir::State::status "$work/status";
Dir::Cache "$work"; Dir::Cache::archives "$work/archives"; Dir::Etc::sourcelist "$work/sources";
Dir::Etc::sourceparts "/dev/null"; Dir::Etc::preferencesparts "/dev/null"; APT::Sandbox::User "";
END
export APT_CONFIG=$work/apt.conf
apt-get -qq update || exit 2
mapfile -t packages < <(apt-get -qq --simulate --no-install-recommends install "qemu-system-x86=$QEMU" |
	awk '$1 == "Inst" { print $2 }' | grep -vxE 'perl.*|libperl.*|debconf|dpkg|tar|adduser|passwd')
[ ${#packages[@]} -gt 9 ] || exit 2
apt-get -qq download "${packages[@]}" "$IMAGE=$IMAGE_VERSION" "libbpf-dev=$LIBBPF" libelf-dev zlib1g-dev || exit 2
for deb in *.deb; do
	dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink --no-same-owner
done

cat > init.c <<'END'
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOADS 500

static char log_text[1 << 16];

/* Load a program with LOADS loads of 8 bytes at one offset of the current task; print the verifier's statistics */
static void verify(const char *what, int offset)
{
	struct bpf_insn insns[LOADS + 4] = {
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_get_current_task_btf },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = 6, .src_reg = 0 },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .log_buf = log_text, .log_size = sizeof(log_text),
		    .log_level = 4);
	char *time;
	int i, n = 2, fd;

	for (i = 0; i < LOADS; i++)
		insns[n++] = (struct bpf_insn){ .code = BPF_LDX | BPF_MEM | BPF_DW, .dst_reg = 1,
						.src_reg = 6, .off = offset };
	insns[n++] = (struct bpf_insn){ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0 };
	insns[n++] = (struct bpf_insn){ .code = BPF_JMP | BPF_EXIT };
	log_text[0] = '\0';
	fd = bpf_prog_load(BPF_PROG_TYPE_KPROBE, "loads", "GPL", insns, n, &opts);
	time = strstr(log_text, "verification time ");
	if (fd >= 0 && time)
		printf("%s: %d usec%s\n", what, atoi(time + 18),
		       strstr(log_text, "processed 504 insns") ? "" : ", of another length");
}

static int offset_of(struct btf *btf, const char *field)
{
	int id = btf__find_by_name_kind(btf, "task_struct", BTF_KIND_STRUCT);
	const struct btf_type *t = btf__type_by_id(btf, id);
	const struct btf_member *m = btf_members(t);
	int i;

	for (i = 0; i < btf_vlen(t); i++)
		if (!strcmp(btf__name_by_offset(btf, m[i].name_off), field))
			return btf_member_bit_offset(t, i) / 8;
	exit(2);
}

int main(void)
{
	struct btf *btf;

	mkdir("/sys", 0755);
	mount("sysfs", "/sys", "sysfs", 0, NULL);
	btf = btf__load_vmlinux_btf();
	verify("numbers", offset_of(btf, "nvcsw"));
	verify("pointers", offset_of(btf, "mm"));
	fflush(stdout);
	reboot(RB_POWER_OFF);
	return 0;
}
END
gcc -O1 -static -Iusr/include -o init init.c -Lusr/lib/x86_64-linux-gnu -lbpf -lelf -lz
printf '%s\n' init | cpio -o -H newc --quiet > initrd
libs=usr/lib/x86_64-linux-gnu
QEMU_MODULE_DIR=$work/$libs/qemu timeout 300 lib64/ld-linux-x86-64.so.2 --library-path "$libs:lib/x86_64-linux-gnu:$libs/pulseaudio" \
	usr/bin/qemu-system-x86_64 -L usr/share/qemu -L usr/share/seabios -accel tcg -icount shift=0,sleep=off -cpu max -m 1024 \
	-display none -nodefaults -no-reboot -kernel boot/vmlinuz-* -initrd initrd -serial stdio \
	-append 'console=ttyS0 quiet panic=-1' < /dev/null > out 2>&1 || :
tr -d '\r' < out | grep -aE '^(numbers|pointers): ' | tee times
awk '{ t[$1] = $2 } END { exit !(NR == 2 && NF == 3 && t["numbers:"] > 0 && t["pointers:"] > 100 * t["numbers:"]) }' times
