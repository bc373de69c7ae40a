#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Puts what the tests need into the cache, unless it is there, and prints where it is.
#
#	fetch.sh kernel NAME	a kernel of the table beside this file: vmlinuz, release, root/ (modules and headers)
#	fetch.sh unpacked NAME	its image unpacked, a second on this machine and seconds in a guest: prints the ELF file's path
#	fetch.sh debug-kernel NAME	kernel debug or debug-7.3, built from source where it is not there (about 10
#				minutes, 4 GB meanwhile)
#	fetch.sh toolchain NAME	a root with compiler and pahole for kernels that want newer ones than the host has
#	fetch.sh machine NAME PACKAGE...
#			a Debian of the suites of kernel NAME with its headers and these packages, as apt installs them (1 GB);
#			wants mmdebstrap (setup.sh own-machine)
#	fetch.sh source		the few files of Debian's linux-source-6.12 that our tests and checkers are made with
#	fetch.sh programs	a root with the programs that selftests/real watches (110 MB to download, 390 MB on disk)
#	fetch.sh tracers	bpftrace, which make bench measures by where it is (60 MB to download); prints its path
#	fetch.sh all		everything above but tracers
#
# The cache is $XDG_CACHE_HOME/pgwalk (or $PGWALK_CACHE). Without it everything is only slower.
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$PGWALK_VM/debian.sh"
. "$PGWALK_VM/debug-kernel.sh"

# Bumped when the layout of what is cached changes.
readonly CACHE_FORMAT=1

# into DIR FUNCTION ARGS...: calls FUNCTION ARGS with a fresh directory as working directory, and makes that DIR when
# it is whole. Of several that start at once, one does the work.
into()
{
	local dir=$1
	shift
	[ "$(cat "$dir/.format" 2>/dev/null)" != "$CACHE_FORMAT" ] || { printf '%s\n' "$dir"; return; }
	mkdir -p "${dir%/*}"
	exec {lock}> "$dir.lock"
	flock "$lock"
	if [ "$(cat "$dir/.format" 2>/dev/null)" != "$CACHE_FORMAT" ]; then
		rm -rf "$dir" "$dir.new"
		mkdir "$dir.new"
		(cd "$dir.new" && "$@") || die "could not make $dir"
		printf '%s\n' "$CACHE_FORMAT" > "$dir.new/.format"
		mv "$dir.new" "$dir"
	fi
	exec {lock}>&-
	printf '%s\n' "$dir"
}

# The header packages' only absolute paths are in this Makefile.
relocate_headers()
{
	local final=$1 release=$2
	sed -i "s#/usr/src/#$final/root/usr/src/#g" "root/usr/src/linux-headers-$release/Makefile"
}

# The script by which kbuild of 7.2 asks whether sparse is any good is not in the package; we bring one that is.
provide_checker_valid()
{
	local valid
	valid=$(echo root/usr/lib/linux-kbuild-*/scripts)/checker-valid.sh
	[ ! -e "$valid" ] || return 0
	printf '#!/bin/sh\necho 1\n' > "$valid"
	chmod +x "$valid"
}

# Makes vmlinux of an image. It is found by the boot protocol's header: setup_sects at 0x1f1, payload_offset and
# payload_length at 0x248 (Documentation/arch/x86/boot.rst).
unpack_image()
{
	local image=$1 sects offset length magic tail=4
	sects=$(od -An -tu1 -j$((0x1f1)) -N1 "$image")
	read -r offset length < <(od -An -tu4 -j$((0x248)) -N8 "$image")
	# The build appends four bytes, the size of the unpacked image, to every payload but that of gzip, whose format
	# ends with this size.
	magic=$(od -An -tx1 -j$(((sects + 1) * 512 + offset)) -N4 "$image" | tr -d ' ')
	[[ $magic != 1f8b* ]] || tail=0
	head -c $(((sects + 1) * 512 + offset + length - tail)) "$image" | tail -c $((length - tail)) > payload
	decompress payload "$magic" > vmlinux || die "cannot unpack $image"
	rm payload
}

# 6.1's headers hold no BTF to build a module's on; the image does.
extract_base_btf()
{
	unpack_image "$1"
	objcopy --dump-section .BTF=base.btf vmlinux vmlinux.ignored
	rm vmlinux vmlinux.ignored
}

# decompress FILE MAGIC: to stdout.
decompress()
{
	case $2 in
	fd377a58) xz -dc "$1" ;;
	28b52ffd) zstd -dcq "$1" ;;
	1f8b*) gzip -dc "$1" ;;
	*) die "a kernel image packed in a way not known here ($2)" ;;
	esac
}

make_kernel()
{
	local name=$1 final=$2 pattern image release
	pattern=$(kernel_field "$name" image)
	debian_use "$(kernel_field "$name" suites)"
	image=$(debian_newest "$pattern")
	[ -n "$image" ] || die "the mirror has no package $pattern for kernel $name"
	release=${image#linux-image-}
	has_headers "$image" || refuse_image "$image"
	mapfile -t packages < <(debian_kernel_closure "$image" "linux-headers-$release")
	say "downloading ${packages[*]}"
	debian_extract root "${packages[@]}"
	# The layout of a merged /usr, whichever way a package has it.
	if [ -d root/lib ] && [ ! -L root/lib ]; then
		mkdir -p root/usr/lib
		cp -al root/lib/. root/usr/lib/ && rm -rf root/lib
	fi
	ln -sfn usr/lib root/lib
	relocate_headers "$final" "$release"
	provide_checker_valid
	depmod -b "$PWD/root" "$release"
	ln -s "$(find root/boot root/usr/lib/modules -name "vmlinuz*" -printf '%p\n' 2>/dev/null | head -n 1)" vmlinuz
	ln -s "root/usr/src/linux-headers-$release" headers
	[ -e headers/vmlinux ] || extract_base_btf vmlinuz
	rm -rf root/usr/share
	printf '%s\n' "$release" > release
}

# Ends with the reason why there is no kernel of this name. Of some versions the mirror keeps the image only.
refuse_kernel()
{
	local image
	if [[ $1 =~ ^[0-9]+\.[0-9]+[0-9.]*(-rt|-cloud)?$ ]]; then
		debian_use trixie-backports
		image=$(debian_newest "linux-image-${1%%-*}[.0-9]*[+]deb13[.0-9]*${BASH_REMATCH[1]}-amd64") || :
		[ -z "$image" ] || has_headers "$image" || refuse_image "$image"
	fi
	die "no kernel $1: known are $(kernel_names | xargs)"
}

has_headers() { [ -n "$(apt-cache pkgnames | grep -xF "linux-headers-${1#linux-image-}")" ]; }

refuse_image()
{
	die "the headers of $1 are gone from the mirror (linux-headers-${1#linux-image-}): no module can be built for it"
}

fetch_kernel()
{
	local dir=$PGWALK_CACHE/kernels/$1
	kernel_field "$1" image > /dev/null || refuse_kernel "$1"
	if is_built "$1"; then
		into "$dir" copy_debug_kernel "$1"
	else
		into "$dir" make_kernel "$1" "$dir"
	fi
}

# Beside the kernel, by its release: an image that is replaced is unpacked anew.
fetch_unpacked()
{
	local dir
	dir=$(fetch_kernel "$1")
	printf '%s/vmlinux\n' "$(into "$PGWALK_CACHE/unpacked/$(cat "$dir/release")-$(stat -L -c %s "$dir/vmlinuz")" \
		unpack_image "$dir/vmlinuz")"
}

# make_toolchain SUITE[-source]: -source for a whole kernel, besides modules
make_toolchain()
{
	local suite=${1%-source} more=() compiler=gcc-14
	[ "$1" = "$suite" ] || more=(libelf-dev libssl-dev openssl flex bison m4 bc rsync cpio perl python3 gzip tar)
	[ "$suite" != sid ] || compiler=gcc-16
	debian_use "$suite"
	mapfile -t packages < <(debian_install_closure base-files "$compiler" make pahole bash dash coreutils sed gawk grep \
		findutils perl-base binutils diffutils kmod xz-utils libc-bin sparse "${more[@]}")
	say "unpacking ${#packages[@]} packages of $1 ($compiler, pahole, ...)"
	# First the one that makes /bin and /lib what they are.
	debian_extract . base-files
	debian_extract . "${packages[@]}"
	ln -sf gawk usr/bin/awk
	ln -sf dash usr/bin/sh
	[ -e usr/bin/gcc ] || ln -s "$compiler" usr/bin/gcc
	mkdir -p proc dev tmp
}

# A minimal installed system: the essential packages, apt, kmod (which every kernel's package wants), and the packages
# given. apt downloads with the settings of this machine.
make_machine()
{
	local name=$1 suites release sources
	shift
	command -v mmdebstrap > /dev/null || die "mmdebstrap is not installed: run selftests/vm/setup.sh own-machine"
	suites=$(kernel_field "$name" suites)
	release=$(cat "$(fetch_kernel "$name")/release")
	debian_use "$suites"
	sources=$(cat "${APT_CONFIG%/*}/sources.list")
	unset APT_CONFIG
	apt-config dump | grep '^Acquire::' > acquire || :
	say "installing $# packages and linux-headers-$release of ${suites%%,*} (300 MB to download, 1 GB on disk)"
	mmdebstrap --quiet --variant=apt --aptopt="$PWD/acquire" --dpkgopt=force-unsafe-io \
		--include="kmod,linux-headers-$release,$(IFS=,; printf '%s' "$*")" "${suites%%,*}" root - <<< "$sources" >&2
}

# Programs as users run them. What only their installation needs, or a feature that no trial uses, is left out: that is
# a third of the download.
make_programs()
{
	local unused='perl.*|libperl.*|.*-perl|usrmerge|debconf|locales|libc-l10n|tzdata|ucf|adduser|passwd|dpkg|tar|mawk'
	unused+='|libllvm.*|libz3.*|fonts-.*|fontconfig-.*|ca-certificates.*|libpam-.*|postgresql.*-common|ssl-cert|openssl'
	unused+='|libegl-mesa.*|libx11-.*|util-linux.*|libavahi.*|libcups.*|libasound.*|java-common'
	debian_use bookworm,bookworm-security
	mapfile -t packages < <(debian_install_closure base-files redis-server postgresql-15 openjdk-17-jre-headless \
		stress-ng dash coreutils | grep -vxE "$unused")
	[ ${#packages[@]} -gt 9 ] || die "the mirror lacks a program that is wanted"
	say "unpacking ${#packages[@]} packages for selftests/real (redis, postgresql, java, stress-ng)"
	debian_extract . base-files
	debian_extract . "${packages[@]}"
	[ -e bin/sh ] || ln -s dash bin/sh
	rm -rf usr/share/{doc,man,locale,icons,info}
	mkdir -p proc sys dev tmp run var/lib
	printf 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n' > etc/passwd
	printf 'root:x:0:\nnogroup:x:65534:\n' > etc/group
	make_cluster
}

# An empty database: in a guest this takes a minute. The one command that runs in the root, as nobody; without it (who
# is not root cannot) the trial of postgres does it itself.
make_cluster()
{
	local initdb=usr/lib/postgresql/15/bin/initdb cluster=var/lib/cluster log
	mkdir "$cluster"
	chown 65534:65534 "$cluster" || return 0
	log=$(LC_ALL=C "$PGWALK_VM/in-root.sh" "$PWD" -- chroot --userspec=65534:65534 / "/$initdb" --no-sync \
		--auth=trust --username=nobody --encoding=UTF8 --wal-segsize=1 --pgdata="/$cluster" 2>&1) ||
		{ say "no database made: ${log##*$'\n'}"; rm -rf "$cluster"; mkdir "$cluster"; }
}

# bpftrace and what it needs, at a place of their own: nothing runs but itself, with its own loader.
make_tracers()
{
	debian_use bookworm
	mapfile -t packages < <(debian_install_closure bpftrace | grep -vxE 'perl.*|libperl.*|debconf|locales|dpkg|tar')
	[ ${#packages[@]} -gt 5 ] || die "the mirror lacks bpftrace"
	say "unpacking ${#packages[@]} packages for make bench (bpftrace)"
	debian_extract . "${packages[@]}"
	rm -rf usr/share/{doc,man,locale,info}
	cat > bpftrace <<-'EOF'
		#!/bin/sh
		root=$(dirname "$(readlink -f "$0")")
		libs=$root/usr/lib/x86_64-linux-gnu
		exec "$root/lib64/ld-linux-x86-64.so.2" --library-path "$libs:$root/lib/x86_64-linux-gnu:$libs/llvm-14/lib" \
			"$root/usr/bin/bpftrace" "$@"
	EOF
	chmod +x bpftrace
}

make_source()
{
	debian_use bookworm-backports
	say "extracting kselftest, checkpatch and coccinelle's scripts from linux-source-6.12"
	debian_extract package linux-source-6.12
	tar -x --strip-components=1 --wildcards -f package/usr/src/linux-source-6.12.tar.xz \
		'*/tools/testing/selftests/lib.mk' '*/tools/testing/selftests/run_kselftest.sh' \
		'*/tools/testing/selftests/kselftest*' '*/tools/testing/selftests/mm' \
		'*/tools/scripts/Makefile.include' '*/tools/scripts/Makefile.arch' \
		'*/tools/mm' '*/mm/gup_test.h' '*/include/vdso/time64.h' '*/tools/include' '*/tools/lib/api' \
		'*/scripts/checkpatch.pl' '*/scripts/spelling.txt' '*/scripts/const_structs.checkpatch' \
		'*/scripts/extract-vmlinux' '*/scripts/coccinelle'
	rm -rf package
}

fetch_debug_kernel()
{
	kernel_field "$1" image > /dev/null || die "no kernel $1: known are $(kernel_names | xargs)"
	is_built "$1" || die "the kernel $1 is a package: nothing has to be built"
	into "$PGWALK_CACHE/kernels/$1" build_debug_kernel "$1"
}
# Its number changes with the list of files above.
fetch_source() { into "$PGWALK_CACHE/linux-source-6.12-4" make_source; }
fetch_programs() { into "$PGWALK_CACHE/programs" make_programs; }
# By what is in it: other packages, or a newer kernel, make another.
fetch_machine()
{
	local dir key
	dir=$PGWALK_CACHE/machines/$1
	key=$(printf '%s\n' "$(cat "$(fetch_kernel "$1")/release")" "${@:2}" | sha256sum | cut -c1-16)
	[ -e "$dir-$key/.format" ] || rm -rf "$dir"-*
	into "$dir-$key" make_machine "$@"
}
fetch_tracers() { into "$PGWALK_CACHE/tracers" make_tracers; }
fetch_toolchain() { into "$PGWALK_CACHE/toolchains/$1" make_toolchain "$1"; }

case ${1:-} in
kernel) fetch_kernel "${2:?kernel NAME}" ;;
unpacked) fetch_unpacked "${2:?unpacked NAME}" ;;
debug-kernel) fetch_debug_kernel "${2:?debug-kernel NAME}" ;;
toolchain) fetch_toolchain "${2:?toolchain NAME}" ;;
machine) fetch_machine "${2:?machine NAME PACKAGE...}" "${@:3}" ;;
source) fetch_source ;;
programs) fetch_programs ;;
tracers) printf '%s/bpftrace\n' "$(fetch_tracers)" ;;
all)
	for name in $(kernel_names); do
		if ! is_built "$name" || [ -e "$(shared_debug_kernel "$name")" ]; then
			fetch_kernel "$name"
		fi
	done
	fetch_toolchain trixie
	fetch_source
	fetch_programs
	;;
*) sed -n '3,/^set/{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
