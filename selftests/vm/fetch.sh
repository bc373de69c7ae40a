#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Puts files that the tests need into the cache, unless they are there, and prints their path.
#
#	fetch.sh kernel NAME	a kernel of selftests/vm/kernels: vmlinuz, release, root/ (modules and headers)
#	fetch.sh unpacked NAME	its image unpacked, which takes a second on the host and several in a guest; prints the ELF file
#	fetch.sh debug-kernel NAME	kernel debug or debug-7.3, built from source if it is not in the cache (10 minutes, 4 GB of
#				temporary files)
#	fetch.sh toolchain NAME	a root directory with compiler and pahole for kernels that need newer ones than the host's
#	fetch.sh root ARCH	the root of guests of another architecture: a Debian with the libraries of the tools, their headers,
#				and the programs that the tests use (90 MB to download, 350 MB on disk)
#	fetch.sh machine NAME[/USE] PACKAGE...
#			a Debian of the suites of kernel NAME with its headers and these packages, as apt installs them (1 GB);
#			needs mmdebstrap (setup.sh own-machine). One is kept for each USE
#	fetch.sh source		the files of Debian's linux-source-6.12 that the tests and checkers use
#	fetch.sh programs	a root directory with the programs of selftests/tools/apps (110 MB to download, 390 MB on disk)
#	fetch.sh monitors	prometheus and node_exporter, which read the metrics of pgtop (24 MB to download); prints their directory
#	fetch.sh browser	Chromium without a window and its libraries, which reads the pages of pgwalk report in the tests (130 MB to download, 370 MB on disk);
#			prints its path
#	fetch.sh tracers	bpftrace, for comparison in make bench (60 MB to download); prints its path
#	fetch.sh all		everything above but tracers
#
# The cache is $XDG_CACHE_HOME/pgwalk (or $PGWALK_CACHE). Removing it only costs time.
set -euo pipefail
. "$(dirname "$0")/env.sh"
. "$PGWALK_VM/debian.sh"
. "$PGWALK_VM/debug-kernel.sh"

# To be incremented when the layout of the cache changes.
readonly CACHE_FORMAT=1
readonly UNPACK_IMAGE=$PGWALK_TOP/module/btf/unpack-image.sh

# into DIR FUNCTION ARGS...: call FUNCTION ARGS in an empty working directory, and rename it to DIR if it succeeds. Of several
# processes, one does the work and the others wait.
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

# This Makefile has the only absolute paths of the header packages.
relocate_headers()
{
	local final=$1 release=$2
	sed -i "s#/usr/src/#$final/root/usr/src/#g" "root/usr/src/linux-headers-$release/Makefile"
}

# The script that kbuild of 7.2 runs to check sparse is not in the package: install one that accepts it.
provide_checker_valid()
{
	local valid
	valid=$(echo root/usr/lib/linux-kbuild-*/scripts)/checker-valid.sh
	[ ! -e "$valid" ] || return 0
	printf '#!/bin/sh\necho 1\n' > "$valid"
	chmod +x "$valid"
}

# The headers of 6.1 have no BTF for modules; the image has it.
extract_base_btf()
{
	"$UNPACK_IMAGE" "$1" vmlinux
	objcopy --dump-section .BTF=base.btf vmlinux vmlinux.ignored
	rm vmlinux vmlinux.ignored
}

# The programs of kbuild in the packages of another architecture do not run on this machine: those of this machine's are unpacked
# to the same paths.
extract_own_kbuild()
{
	local suites=$1 kbuild=$2
	debian_use "$suites"
	debian_extract root "$kbuild"
}

make_kernel()
{
	local name=$1 final=$2 pattern image release arch kbuild=''
	pattern=$(kernel_field "$name" image)
	arch=$(kernel_arch "$name")
	debian_use "$(kernel_field "$name" suites)" "$arch"
	image=$(debian_newest "$pattern")
	[ -n "$image" ] || die "the mirror has no package $pattern for kernel $name"
	release=${image#linux-image-}
	has_headers "$image" || refuse_image "$image"
	mapfile -t packages < <(debian_kernel_closure "$image" "linux-headers-$release")
	[ "$arch" = amd64 ] || kbuild=$(printf '%s\n' "${packages[@]}" | grep '^linux-kbuild-')
	mapfile -t packages < <(printf '%s\n' "${packages[@]}" | grep -vxF "${kbuild:-none}")
	say "downloading ${packages[*]}"
	debian_extract root "${packages[@]}"
	[ -z "$kbuild" ] || extract_own_kbuild "$(kernel_field "$name" suites)" "$kbuild"
	# The layout of a merged /usr, for packages of either layout.
	if [ -d root/lib ] && [ ! -L root/lib ]; then
		mkdir -p root/usr/lib
		cp -al root/lib/. root/usr/lib/ && rm -rf root/lib
	fi
	ln -sfn usr/lib root/lib
	relocate_headers "$final" "$release"
	provide_checker_valid
	depmod -b "$PWD/root" "$release"
	ln -s "$(find root/boot root/usr/lib/modules -name "vmlinu[xz]*" -printf '%p\n' 2>/dev/null | head -n 1)" vmlinuz
	ln -s "root/usr/src/linux-headers-$release" headers
	[ -e headers/vmlinux ] || [ "$arch" != amd64 ] || extract_base_btf vmlinuz
	rm -rf root/usr/share
	printf '%s\n' "$release" > release
}

# Exit with the reason why this kernel cannot be fetched. For some versions the mirror has the image only.
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
	local dir
	dir=$PGWALK_CACHE/kernels/$(path_name "$1")
	kernel_field "$1" image > /dev/null || refuse_kernel "$1"
	if is_built "$1"; then
		into "$dir" copy_debug_kernel "$1"
	else
		into "$dir" make_kernel "$1" "$dir"
	fi
}

# The path contains the release: an image that was replaced is unpacked again.
fetch_unpacked()
{
	local dir
	dir=$(fetch_kernel "$1")
	printf '%s/vmlinux\n' "$(into "$PGWALK_CACHE/unpacked/$(cat "$dir/release")-$(stat -L -c %s "$dir/vmlinuz")" \
		"$UNPACK_IMAGE" "$dir/vmlinuz" vmlinux)"
}

# make_toolchain SUITE[-source | -ARCH]: with -source also the packages that a kernel build needs in addition; with -arm64 or
# -riscv64 also the compiler for this architecture
make_toolchain()
{
	local suite=${1%%-*} more=() compiler=gcc-14 usual
	[ "$suite" != sid ] || compiler=gcc-16
	usual=(base-files "$compiler" make pahole bash dash coreutils sed gawk grep findutils perl-base binutils diffutils kmod
		xz-utils libc-bin sparse)
	case $1 in
	*-arm64 | *-riscv64)
		add_cross_compiler "$suite" "$compiler-$(arch_triplet "${1##*-}")" "${usual[@]}"
		return
		;;
	*-source) more=(libelf-dev libssl-dev openssl flex bison m4 bc rsync cpio perl python3 gzip tar) ;;
	esac
	debian_use "$suite"
	mapfile -t packages < <(debian_install_closure "${usual[@]}" "${more[@]}")
	say "unpacking ${#packages[@]} packages of $1 ($compiler, pahole, ...)"
	# base-files first: it creates the links /bin and /lib
	debian_extract . base-files
	debian_extract . "${packages[@]}"
	ln -sf gawk usr/bin/awk
	ln -sf dash usr/bin/sh
	[ -e usr/bin/gcc ] || ln -s "$compiler" usr/bin/gcc
	mkdir -p proc dev tmp
}

# add_cross_compiler SUITE COMPILER PACKAGE...: the toolchain of a suite, which has the packages given, in links to its files, and a
# compiler for another architecture
add_cross_compiler()
{
	local base
	base=$(fetch_toolchain "$1")
	cp -al "$base/." .
	rm .format
	debian_use "$1"
	mapfile -t packages < <(debian_install_closure "${@:2}" | grep -vxFf <(debian_install_closure "${@:3}"))
	say "unpacking ${#packages[@]} packages ($2)"
	debian_extract . "${packages[@]}"
}

# The libraries have their headers, because the tools are compiled and linked for this root.
make_guest_root()
{
	local arch=$1 unused='perl.*|libperl.*|debconf|locales|libc-l10n|dpkg|libc-dev-bin|libcrypt-dev|libnsl-dev|libtirpc-dev'
	unused+='|rpcsvc-proto|libidn2-dev|libp11-kit-dev|libtasn1-6-dev|nettle-dev|libgmp-dev|libgnutls.*-dev|adduser|passwd|tar'
	local suites=bookworm,bookworm-security libgcc=libgcc-12-dev
	# bookworm has no riscv64
	[ "$arch" != riscv64 ] || suites=trixie libgcc=libgcc-14-dev
	debian_use "$suites" "$arch"
	mapfile -t packages < <(debian_install_closure base-files bash busybox-static coreutils dash diffutils findutils gawk \
		grep iproute2 kmod libc-bin "$libgcc" procps python3 python3-jsonschema sed util-linux xz-utils \
		libbpf-dev libelf-dev zlib1g-dev libncurses-dev libdw-dev libmicrohttpd-dev libnuma-dev libcap-dev |
		grep -vxE "$unused")
	[ ${#packages[@]} -gt 30 ] || die "the mirror lacks packages of $arch for the root of guests"
	say "unpacking ${#packages[@]} packages of $arch for the root of guests"
	debian_extract . base-files
	debian_extract . "${packages[@]}"
	rm -rf usr/share/{doc,man,locale,info,i18n}
	[ -e usr/bin/awk ] || ln -s gawk usr/bin/awk
	[ -e bin/sh ] || ln -s dash bin/sh
	[ -e lib ] || ln -s usr/lib lib
	mkdir -p proc sys dev tmp run root home mnt var/tmp var/lib
	printf 'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/:/bin/sh\n' > etc/passwd
	printf 'root:x:0:\nnogroup:x:65534:\n' > etc/group
}

# A minimal installed system: the essential packages, apt, kmod (which every kernel package depends on), and the packages
# given. apt downloads with the settings of this machine.
make_machine()
{
	local name=${1%/*} suites release sources
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

# Programs as users run them. Packages that are needed by the installation only, or by a feature that no test uses, are left
# out: a third of the download.
make_programs()
{
	local unused='perl.*|libperl.*|.*-perl|usrmerge|debconf|locales|libc-l10n|tzdata|ucf|adduser|passwd|dpkg|tar|mawk'
	unused+='|libllvm.*|libz3.*|fonts-.*|fontconfig-.*|ca-certificates.*|libpam-.*|postgresql.*-common|ssl-cert|openssl'
	unused+='|libegl-mesa.*|libx11-.*|util-linux.*|libavahi.*|libcups.*|libasound.*|java-common'
	debian_use bookworm,bookworm-security
	mapfile -t packages < <(debian_install_closure base-files redis-server postgresql-15 openjdk-17-jre-headless \
		stress-ng dash coreutils | grep -vxE "$unused")
	[ ${#packages[@]} -gt 9 ] || die "the mirror lacks a program that is wanted"
	say "unpacking ${#packages[@]} packages for selftests/tools/apps (redis, postgresql, java, stress-ng)"
	debian_extract . base-files
	debian_extract . "${packages[@]}"
	[ -e bin/sh ] || ln -s dash bin/sh
	rm -rf usr/share/{doc,man,locale,icons,info}
	mkdir -p proc sys dev tmp run var/lib
	printf 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n' > etc/passwd
	printf 'root:x:0:\nnogroup:x:65534:\n' > etc/group
	make_cluster
}

# An empty database, which takes a minute in a guest. initdb runs in the root directory as nobody; without root on the host
# it cannot, and the test of postgres runs it.
make_cluster()
{
	local initdb=usr/lib/postgresql/15/bin/initdb cluster=var/lib/cluster log
	mkdir "$cluster"
	chown 65534:65534 "$cluster" || return 0
	log=$(LC_ALL=C "$PGWALK_VM/in-root.sh" "$PWD" -- chroot --userspec=65534:65534 / "/$initdb" --no-sync \
		--auth=trust --username=nobody --encoding=UTF8 --wal-segsize=1 --pgdata="/$cluster" 2>&1) ||
		{ say "no database made: ${log##*$'\n'}"; rm -rf "$cluster"; mkdir "$cluster"; }
}

# Programs without dependencies but libc
make_monitors()
{
	debian_use bookworm,bookworm-security
	say "unpacking prometheus and prometheus-node-exporter for selftests/host/metrics"
	debian_extract . prometheus prometheus-node-exporter
	mv usr/bin/{prometheus,promtool,prometheus-node-exporter} .
	rm -rf usr etc lib var
}

# Chromium without a window, with a font, in a directory of its own. Processes that it starts are the same program: it runs
# with the loader and the libc of this machine, which are at least those of Debian 12. Libraries are left out that it loads
# only if there is a screen.
make_browser()
{
	local final=$1
	local unused='perl.*|libperl.*|debconf|locales|dpkg|tar|adduser|passwd|libllvm.*|libz3.*|libgl1-mesa.*|libglx.*|libc6|x11-.*'
	debian_use bookworm,bookworm-security
	mapfile -t packages < <(debian_install_closure chromium-headless-shell fonts-dejavu-core | grep -vxE "$unused")
	[ ${#packages[@]} -gt 5 ] || die "the mirror lacks chromium-headless-shell"
	say "unpacking ${#packages[@]} packages for selftests/host/html (chromium-headless-shell)"
	debian_extract . "${packages[@]}"
	rm -rf usr/share/{doc,man,locale,info}
	cat > fonts.conf <<-EOF
		<fontconfig><dir>$final/usr/share/fonts</dir><cachedir>$final/var/cache/fontconfig</cachedir></fontconfig>
	EOF
	cat > browser <<-EOF
		#!/bin/sh
		libs=$final/usr/lib/x86_64-linux-gnu
		export FONTCONFIG_FILE="$final/fonts.conf" LD_LIBRARY_PATH="$final/lib/x86_64-linux-gnu:\$libs:\$libs/pulseaudio"
		exec "$final/usr/lib/chromium/chromium-headless-shell" "\$@"
	EOF
	chmod +x browser
}

# bpftrace and its dependencies, in a directory of their own, run with their own loader.
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
# The number in the path changes with the list of files above.
fetch_source() { into "$PGWALK_CACHE/linux-source-6.12-4" make_source; }
fetch_programs() { into "$PGWALK_CACHE/programs" make_programs; }
# The path has a hash of the packages and the kernel's release: other packages, or a newer kernel, make another machine.
fetch_machine()
{
	local dir key
	dir=$PGWALK_CACHE/machines/${1/\//_}
	key=$(printf '%s\n' "$(cat "$(fetch_kernel "${1%/*}")/release")" "${@:2}" | sha256sum | cut -c1-16)
	# Another process may be making this one
	[ -e "$dir-$key/.format" ] || [ ! -d "${dir%/*}" ] ||
		find "${dir%/*}" -mindepth 1 -maxdepth 1 -name "${dir##*/}-*" ! -name "${dir##*/}-$key*" -exec rm -rf {} +
	into "$dir-$key" make_machine "$@"
}
fetch_monitors() { into "$PGWALK_CACHE/monitors" make_monitors; }
fetch_browser() { into "$PGWALK_CACHE/browser" make_browser "$PGWALK_CACHE/browser"; }
fetch_tracers() { into "$PGWALK_CACHE/tracers" make_tracers; }
# The number in the path changes with the list of packages above.
fetch_guest_root() { into "$PGWALK_CACHE/root/$1-2" make_guest_root "$1"; }
fetch_toolchain() { into "$PGWALK_CACHE/toolchains/$1" make_toolchain "$1"; }

case ${1:-} in
kernel) fetch_kernel "${2:?kernel NAME}" ;;
unpacked) fetch_unpacked "${2:?unpacked NAME}" ;;
debug-kernel) fetch_debug_kernel "${2:?debug-kernel NAME}" ;;
toolchain) fetch_toolchain "${2:?toolchain NAME}" ;;
root) fetch_guest_root "${2:?root ARCH}" ;;
machine) fetch_machine "${2:?machine NAME PACKAGE...}" "${@:3}" ;;
source) fetch_source ;;
programs) fetch_programs ;;
monitors) fetch_monitors ;;
browser) printf '%s/browser\n' "$(fetch_browser)" ;;
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
	fetch_monitors
	fetch_browser
	;;
*) sed -n '3,/^set/{/^# Copyright/d;/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
