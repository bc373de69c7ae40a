#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A stream of open_memstream() that runs out of memory loses text, and ferror(), fflush() and fclose() report success.
#
# Packages: tcc and libc6 of bookworm (glibc 2.36), libc6 of trixie (2.41); the versions are in VERSIONS below. A program under
# a limit of address space writes 2000 blocks with fwrite() to such a stream, then calls fflush(), ferror() and fclose(), and
# does the same to /dev/full. Output, with both versions of glibc:
#
#	memory: short writes 1482 ferror 0 fflush 0 fclose 0
#	/dev/full: short writes 2000 ferror 1 fflush 0 fclose 0
#
# The only signs are the results of fwrite() and fprintf() themselves. POSIX requires the error indicator of the stream when
# memory is short (ENOMEM of fputc(), which the other functions refer to), and every other kind of stream of glibc sets it.
#
# A good guess misses it: it is common to check a stream once, at its end, with ferror() or fclose(), and a buffer that is made
# by open_memstream() is then taken as complete: a report, or JSON, that ends in the middle, with success.
#
# Exit status: 0 as described, 1 it has changed, 2 a package cannot be had any more.
set -euo pipefail

# Suite, package, version
readonly VERSIONS='bookworm tcc 0.9.27+git20200814.62c30a4a-1
bookworm libtcc-dev 0.9.27+git20200814.62c30a4a-1
bookworm libc6-dev 2.36-9+deb12u14
bookworm libc6 2.36-9+deb12u14
trixie libc6 2.41-12+deb13u5'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# Suites that apt is not configured with are looked for on the mirror that it has, with a state of its own.
# shellcheck disable=SC2016
mirror=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' | awk '$2 !~ /-/ { print $1; exit }')
for suite in bookworm trixie; do
	mkdir -p "$suite"/{lists/partial,archives/partial,root}
	: > "$suite/status"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" > "$suite/sources"
	cat > "$suite/apt.conf" <<-END
	Dir::State "$work/$suite"; Dir::State::lists "$work/$suite/lists"; Dir::State::status "$work/$suite/status";
	Dir::Cache "$work/$suite"; Dir::Cache::archives "$work/$suite/archives"; Dir::Etc::sourcelist "$work/$suite/sources";
	Dir::Etc::sourceparts "/dev/null"; Dir::Etc::preferencesparts "/dev/null"; APT::Sandbox::User "";
	END
	APT_CONFIG=$work/$suite/apt.conf apt-get -qq update || exit 2
	mapfile -t packages < <(awk -v suite="$suite" '$1 == suite { print $2 "=" $3 }' <<< "$VERSIONS")
	(cd "$suite" && APT_CONFIG=$work/$suite/apt.conf apt-get -qq download "${packages[@]}") || exit 2
	for deb in "$suite"/*.deb; do
		dpkg-deb -x "$deb" "$suite/root"
	done
done

cat > program.c <<'END'
#include <stdio.h>
#include <sys/resource.h>

static char block[65536];

static void use(const char *name, FILE *out)
{
	unsigned int short_writes = 0;
	int i, flushed, failed;

	for (i = 0; i < 2000; i++)
		short_writes += fwrite(block, 1, sizeof(block), out) < sizeof(block);
	flushed = fflush(out);
	failed = ferror(out) != 0;
	printf("%s: short writes %u ferror %d fflush %d fclose %d\n", name, short_writes, failed,
	       flushed, fclose(out));
}

int main(void)
{
	struct rlimit limit = { 64 << 20, 64 << 20 };
	size_t size;
	char *text;
	FILE *memory = open_memstream(&text, &size), *full = fopen("/dev/full", "w");

	if (!memory || !full || setrlimit(RLIMIT_AS, &limit))
		return 2;
	use("memory", memory);
	use("/dev/full", full);
	return 0;
}
END
usr=bookworm/root/usr
multiarch=x86_64-linux-gnu
# The path of the loader in the package differs: trixie has /usr/lib64
loader()
{
	local lib=$1/root/lib lib64=$1/root/lib64
	[ -e "$lib64" ] || { lib=$1/root/usr/lib; lib64=$1/root/usr/lib64; }
	echo "$lib64/ld-linux-x86-64.so.2" --library-path "$lib/$multiarch"
}
# shellcheck disable=SC2046 # words
$(loader bookworm) "$usr/bin/tcc" -nostdinc -nostdlib -B"$usr/lib/$multiarch/tcc" -I"$usr/lib/$multiarch/tcc/include" \
	-I"$usr/include" -I"$usr/include/$multiarch" -o program program.c "$usr/lib/$multiarch"/crt{1,i,n}.o \
	"bookworm/root/lib/$multiarch/libc.so.6" "$usr/lib/$multiarch/tcc/libtcc1.a" || exit 2
for suite in bookworm trixie; do
	output=$($(loader "$suite") ./program)
	printf '%s:\n%s\n' "$suite" "$output"
	grep -qxE 'memory: short writes [1-9][0-9]* ferror 0 fflush 0 fclose 0' <<< "$output" || exit 1
	grep -qxE '/dev/full: short writes [1-9][0-9]* ferror 1 fflush 0 fclose 0' <<< "$output" || exit 1
done
