#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Tests `make dist` in a repository made of this tree: refused tags, the tarball and its checksum, a tag that does not build.
# TAP.
set -u

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
. selftests/lib/tap.sh
tree=$work/tree
version=$(cat module/VERSION)
shown=(why log)
export GIT_AUTHOR_NAME=test GIT_AUTHOR_EMAIL=test@localhost GIT_COMMITTER_NAME=test GIT_COMMITTER_EMAIL=test@localhost
unset MAKEFLAGS MFLAGS MAKELEVEL PGWALK_BUILD GIT_DIR

list_files() { git ls-files -z --cached --others --exclude-standard 2> /dev/null || find . -path ./build -prune -o -type f -print0; }
in_tree() { git -C "$tree" "$@" > "$work/log" 2>&1; }

# Set the text after the version in NEWS, commit, and move the tag
release() {	# TEXT
	sed -i "s/^Version $version (.*)$/Version $version ($1)/" "$tree/NEWS"
	in_tree add -A && in_tree commit -qm "$1" --allow-empty && in_tree tag -f "v$version"
}

dist() {	# TAG; the programs are built and few suites run, because the release itself runs all
	make --no-print-directory -C "$tree" dist TAG="$1" KERNEL=none SUITES='layers words-selftest version' > "$work/log" 2>&1
}

refuses() {	# TAG PATTERN
	! dist "$1" && grep -q "^dist.sh: $2" "$work/log" && [ -z "$(find "$tree/build/dist" -name '*.tar.xz*' 2> /dev/null)" ]
}

is_complete() {
	local one=$tree/build/dist/pgwalk-$version.tar.xz
	mkdir "$work/unpacked" "$work/wanted"
	tar -C "$work/unpacked" -xJf "$one" && git -C "$tree" archive "v$version" | tar -C "$work/wanted" -x &&
		diff -r "$work/wanted" "$work/unpacked/pgwalk-$version" > "$work/why"
}

mkdir "$tree"
list_files | tar --null -T - -c | tar -C "$tree" -x
in_tree init -q || skip_all 'git is not installed'
release 'not yet released'
check 'a tag that does not exist is refused' refuses v9.9.9 'no tag v9.9.9'
in_tree tag v9.9.8
check 'a tag that is not the version is refused' refuses v9.9.8 "the tag must be v$version"
check 'a version without a date in NEWS is refused' refuses "v$version" 'NEWS has no section'
release 2026-01-31
check 'a tag whose tree builds and passes its suites outside git is accepted' dist "v$version"
check 'the tarball has all files of the tag, and no others' is_complete
check 'the checksum is that of the tarball' sh -c "cd '$tree/build/dist' && sha256sum --check --quiet pgwalk-$version.tar.xz.sha256"
sums=$(cat "$tree/build/dist/"*.sha256)
git -C "$tree" archive --format=tar --prefix="pgwalk-$version/" "v$version" | xz -9 --threads=1 | sha256sum | grep -q "${sums%% *}"
report $? 'the bytes of the tarball depend on the tag only'
echo '#error planted' >> "$tree/userspace/pgtop.c"
release 2026-02-01
check 'a tag whose tree does not build is refused, and no tarball is left' refuses "v$version" "v$version fails outside git"
end_tests
