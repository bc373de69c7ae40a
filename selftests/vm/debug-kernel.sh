# SPDX-License-Identifier: GPL-2.0
# Sourced by fetch.sh: the debug kernel (KASAN, lockdep, kmemleak, ...), which is no package. It is copied from where
# somebody made it, or built from Debian's source by debug.config. Either way the working directory becomes what
# fetch.sh tells of a kernel: vmlinuz, release, headers, root.
# shellcheck shell=bash

# Makes headers, root and release of a directory linux-RELEASE, which holds headers and in modroot/ the modules.
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

copy_debug_kernel()
{
	local shared=$PGWALK_SHARED/$1
	[ -e "$shared/bzImage" ] || die "no debug kernel in the cache: make debug-kernel builds it (about 10 minutes, 4 GB)"
	say "copying the debug kernel"
	(cd "$shared" && sha256sum --quiet --check SHA256SUMS) >&2
	cp "$shared/bzImage" vmlinuz
	tar -xf "$shared/extmod.tar.xz"
	arrange_debug_kernel
}

# config_taken WANTED GOT: merge_config.sh only warns of a line that Kconfig did not take; a checker would be missing.
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
					print "debug.config wants " name "=" wanted[name] ", Kconfig gives " value
					bad = 1
				}
			}
			exit bad
		}' "$1" "$2"
}

# configure_debug_kernel SOURCE OBJECTS
configure_debug_kernel()
{
	mkdir -p "$2"
	(cd "$1" && scripts/kconfig/merge_config.sh -n -O "$2" "$PGWALK_VM/debug.config") > "$2/merge.log" 2>&1 ||
		{ tail "$2/merge.log" >&2; die "cannot configure the debug kernel"; }
	config_taken "$PGWALK_VM/debug.config" "$2/.config" >&2 ||
		die "this source does not take every line of selftests/vm/debug.config (see above)"
}

# pack_debug_kernel OBJECTS: what a guest and the module's build need of 2.4 GB, as linux-RELEASE and vmlinuz.
pack_debug_kernel()
{
	local objects=$1 dir
	dir=$PWD/linux-$(cat "$objects/include/config/kernel.release")
	mkdir "$dir"
	# shellcheck disable=SC2016
	make -C "$objects" run-command \
		KBUILD_RUN_COMMAND='$(srctree)/scripts/package/install-extmod-build '"$dir" >&2
	# The module's BTF needs this section only; objcopy warns that the rest is gone
	objcopy --only-section=.BTF "$objects/vmlinux" "$dir/vmlinux" 2> /dev/null
	cp "$objects/.config" "$dir/"
	make -C "$objects" modules_install INSTALL_MOD_PATH="$dir/modroot" INSTALL_MOD_STRIP=1 >&2
	rm -f "$dir"/modroot/lib/modules/*/{build,source}
	cp "$objects/arch/x86/boot/bzImage" vmlinuz
}

build_debug_kernel()
{
	local work=$PWD/work
	"$PGWALK_VM/setup.sh" debug-kernel >&2
	debian_use bookworm-backports
	say "unpacking linux-source-6.12 (150 MB to download, 1.6 GB on disk for as long as it is built)"
	debian_extract "$work" linux-source-6.12
	tar -C "$work" -xf "$work"/usr/src/linux-source-6.12.tar.xz
	configure_debug_kernel "$work/linux-source-6.12" "$work/objects"
	say "building the debug kernel (about 10 minutes on two processors)"
	export KBUILD_BUILD_TIMESTAMP=2026-01-01 KBUILD_BUILD_USER=pgwalk KBUILD_BUILD_HOST=pgwalk
	nice make -C "$work/linux-source-6.12" O="$work/objects" -j"$(nproc)" bzImage modules >&2
	pack_debug_kernel "$work/objects"
	rm -rf "$work"
	arrange_debug_kernel
}
