#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Gives a finished module the BTF that kbuild could not make, as Debian's headers of 6.1 come without a vmlinux.
#
#	add.sh MODULE.ko BASE
#
# BASE is the raw BTF of exactly the kernel that will load it (/sys/kernel/btf/vmlinux there): type ids are that build's.
set -eu

module=$1 base=$2
here=$(dirname "$0")

# The flags that the kernel's own scripts/pahole-flags.sh gives to pahole 1.24.
LLVM_OBJCOPY=objcopy pahole -J --btf_gen_floats --lang_exclude=rust --btf_base "$base" "$module"
python3 "$here/resolve_ids.py" "$base" "$module"
