#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Makes the tarball of a release from a tag, with its checksum, and checks that it builds and passes its tests outside git.
#
#	dist.sh TAG	TAG is v and the version; writes build/dist/pgwalk-VERSION.tar.xz and .tar.xz.sha256
#
# The tarball is unpacked in a directory of its own. There the tools, the man pages and, for KERNEL (6.12), the module are
# built, and SUITES, suites of selftests/suites that run on the host, must pass. KERNEL=none builds no module. A tarball
# that fails is removed.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/vm/env.sh"

# Suites that run on the host, without those that boot guests or take minutes
: "${SUITES:=layers layers-selftest golden golden-pgwalk readme documents version symbols screen parsers words-selftest check-selftest}"
: "${KERNEL:=6.12}"

tag=${1:?TAG is missing: dist.sh v1.2.3}
cd "$PGWALK_TOP"
git rev-parse --verify --quiet "refs/tags/$tag" > /dev/null || die "no tag $tag"
version=$(git show "$tag:module/VERSION") || die "$tag has no file module/VERSION"
[ "$tag" = "v$version" ] || die "the tag must be v$version, because module/VERSION is $version"
git show "$tag:NEWS" | grep -qE "^Version ${version//./\\.} \([0-9]{4}-[0-9]{2}-[0-9]{2}\)\$" ||
	die "NEWS has no section 'Version $version (YYYY-MM-DD)'"

out=$PGWALK_BUILD/dist
name=pgwalk-$version
tarball=$name.tar.xz
mkdir -p "$out"
rm -rf "${out:?}/$tarball" "$out/$tarball.sha256" "${out:?}/$name"
# The bytes depend on the tag only: git archive takes times and owners from the commit
git archive --format=tar --prefix="$name/" "$tag" | xz -9 --threads=1 > "$out/$tarball.new"
say "$out/$tarball.new: checks follow; log in $out/check.log"

# In the unpacked tree git must find no repository, so that each script takes its way without git
check()
{
	tar -C "$out" -xJf "$out/$tarball.new"
	cd "$out/$name"
	export GIT_DIR=/nonexistent
	unset PGWALK_BUILD SUITES KERNELS MAKEFLAGS MFLAGS MAKELEVEL
	make --no-print-directory userspace docs
	[ "$KERNEL" = none ] || make --no-print-directory module KERNEL="$KERNEL"
	selftests/check.py --incremental -j 1 --suites "$suites" --kernels 6.12
}

suites=$SUITES
(check) > "$out/check.log" 2>&1 || { tail -n 30 "$out/check.log" >&2; rm "$out/$tarball.new"; die "$tag fails outside git"; }
tail -n 1 "$out/check.log"
rm -rf "${out:?}/$name"
mv "$out/$tarball.new" "$out/$tarball"
cd "$out"
sha256sum "$tarball" > "$tarball.sha256"
say "$out/$tarball and $tarball.sha256"
