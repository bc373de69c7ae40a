# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Sourced by fetch.sh: the debug kernels (KASAN, lockdep, kmemleak, ...), which Debian does not package. A debug kernel is
# copied from $PGWALK_SHARED, or built from Debian's source with debug.config and debug-SERIES.config. In both cases the
# working directory gets the files of a kernel: vmlinuz, release, headers, root.
# shellcheck shell=bash

# Make headers, root and release from a directory linux-RELEASE with headers, and with modules in modroot/.
arrange_debug_kernel()
{
	local release
	release=$(printf '%s\n' linux-*)
	ln -s "$release" headers
	ln -s headers/modroot root
	release=${release#linux-}
	mkdir -p root/usr
	[ -d root/usr/lib ] || { mv root/lib root/usr/lib; ln -s usr/lib root/lib; }
	depmod -b "$PWD/root" "$release"
	printf '%s\n' "$release" > release
}

# shared_debug_kernel NAME: print the directory of a kernel that was built before.
shared_debug_kernel() { printf '%s/debug-kernel%s\n' "$PGWALK_SHARED" "${1#debug}"; }

# copy_debug_kernel NAME
copy_debug_kernel()
{
	local shared
	shared=$(shared_debug_kernel "$1")
	[ -e "$shared/bzImage" ] ||
		die "no kernel $1 in the cache: make debug-kernel KERNEL=$1 builds it (about 10 minutes, 4 GB)"
	say "copying the kernel $1"
	(cd "$shared" && sha256sum --quiet --check SHA256SUMS) >&2
	cp "$shared/bzImage" vmlinuz
	tar -xf "$shared/extmod.tar.xz"
	arrange_debug_kernel
}

# config_taken WANTED GOT: compare the configurations. merge_config.sh only warns if Kconfig rejects a line.
config_taken()
{
	awk -F= '
		!/^CONFIG_/ { next }
		{ name = $1; value = substr($0, length(name) + 2) }
		NR == FNR { wanted[name] = value; next }
		{ got[name] = value }
		END {
			for (name in wanted) {
				value = name in got ? got[name] : "n"
				if (value != wanted[name]) {
					print "the fragments want " name "=" wanted[name] ", Kconfig gives " value
					bad = 1
				}
			}
			exit bad
		}' "$1" "$2"
}

# in_builder TOOLCHAIN COMMAND...: run a command in the toolchain's root directory, with $build_dir at the same path.
in_builder()
{
	local toolchain=$1
	shift
	if [ "$toolchain" = host ]; then
		"$@"
	else
		"$PGWALK_VM/in-root.sh" "$(fetch_toolchain "$toolchain-source")" "$build_dir" -- "$@"
	fi
}

# configure_debug_kernel SOURCE OBJECTS SERIES TOOLCHAIN
configure_debug_kernel()
{
	local fragment=$2/fragment
	mkdir -p "$2"
	cat "$PGWALK_VM/debug.config" "$PGWALK_VM/debug-$3.config" > "$fragment"
	(cd "$1" && in_builder "$4" scripts/kconfig/merge_config.sh -n -O "$2" "$fragment") > "$2/merge.log" 2>&1 ||
		{ tail "$2/merge.log" >&2; die "cannot configure the debug kernel"; }
	config_taken "$fragment" "$2/.config" >&2 ||
		die "Kconfig of this source rejects lines of selftests/vm/debug.config and debug-$3.config (see above)"
}

# pack_debug_kernel OBJECTS TOOLCHAIN: copy the files that a guest and a module build need, of 2.4 GB, as linux-RELEASE and vmlinuz.
pack_debug_kernel()
{
	local objects=$1 toolchain=$2 dir
	dir=$PWD/linux-$(cat "$objects/include/config/kernel.release")
	mkdir "$dir"
	# shellcheck disable=SC2016
	in_builder "$toolchain" make -C "$objects" run-command \
		KBUILD_RUN_COMMAND='$(srctree)/scripts/package/install-extmod-build '"$dir" >&2
	# The module's BTF needs only this section; objcopy warns about the sections that it drops
	in_builder "$toolchain" objcopy --only-section=.BTF "$objects/vmlinux" "$dir/vmlinux" 2> /dev/null
	cp "$objects/.config" "$dir/"
	in_builder "$toolchain" make -C "$objects" modules_install INSTALL_MOD_PATH="$dir/modroot" INSTALL_MOD_STRIP=1 >&2
	rm -f "$dir"/modroot/lib/modules/*/{build,source}
	cp "$objects/arch/x86/boot/bzImage" vmlinuz
}

# build_debug_kernel NAME
build_debug_kernel()
{
	local build_dir=$PWD work=$PWD/work source series toolchain
	source=$(kernel_field "$1" image | tr -d '\\')
	series=${source#linux-source-} toolchain=$(kernel_field "$1" toolchain)
	"$PGWALK_VM/setup.sh" debug-kernel >&2
	say "unpacking $source (150 MB to download, 1.6 GB on disk for as long as it is built)"
	# In a subshell: apt's cache is locked until the process ends
	(debian_use "$(kernel_field "$1" suites)" && debian_extract "$work" "$source") || die "cannot get $source"
	tar -C "$work" -xf "$work/usr/src/$source.tar.xz"
	configure_debug_kernel "$work/$source" "$work/objects" "$series" "$toolchain"
	say "building the kernel $1 (about 10 minutes on two processors)"
	export KBUILD_BUILD_TIMESTAMP=2026-01-01 KBUILD_BUILD_USER=pgwalk KBUILD_BUILD_HOST=pgwalk
	in_builder "$toolchain" nice make -C "$work/$source" O="$work/objects" -j"$(nproc)" bzImage modules >&2
	pack_debug_kernel "$work/objects" "$toolchain"
	rm -rf "$work"
	arrange_debug_kernel
}
