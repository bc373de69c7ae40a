# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Sourced: Debian packages of any suite, through apt with a state of its own, so that the host's sources, lists and packages
# do not change. apt checks the signatures of the lists and the hashes of the packages.
# shellcheck shell=bash
#
# The mirror is the one in apt's configuration; suites that are not configured are read from the same mirror.

readonly DEBIAN_KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

# Print "URI RELEASE" for each archive in apt's configuration that has Debian's main component.
debian_sources()
{
	# shellcheck disable=SC2016
	env -u APT_CONFIG apt-get indextargets \
		--format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)' 'Created-By: Packages' |
		awk '$3 == "main" && ($4 == "Debian" || $4 ~ /^\$/) { print $1, $2 }' | sort -u
}

# Print the address of SUITE.
debian_mirror()
{
	local suite=$1 sources
	sources=$(debian_sources)
	awk -v suite="$suite" '
		$2 == suite { print $1; found = 1; exit }
		$2 !~ /-security$/ && !base { base = $1 }
		END { if (!found && base) print base }' <<< "$sources"
}

# debian_use SUITE[,SUITE...] [ARCH]: configure apt, in this process and its children, for these suites only, and for packages
# of the architecture (amd64). One process at a time may use the caches: the lock is held until the process ends.
debian_use()
{
	local suites=$1 arch=${2:-amd64} dir=$PGWALK_CACHE/apt/$1 suite mirror signed='' lock
	[ "$arch" = amd64 ] || dir+=-$arch
	mkdir -p "$dir/lists/partial" "$dir/archives/partial"
	export APT_CONFIG=$dir/apt.conf
	exec {lock}> "$dir/using"
	flock "$lock"
	[ -e "$DEBIAN_KEYRING" ] && signed=" signed-by=$DEBIAN_KEYRING"
	: > "$dir/sources.list"
	for suite in ${suites//,/ }; do
		mirror=$(debian_mirror "$suite")
		[ -n "$mirror" ] || die "apt is configured with no Debian mirror: add one to its sources"
		printf 'deb [arch=%s%s] %s %s main\n' "$arch" "$signed" "$mirror" "$suite" >> "$dir/sources.list"
	done
	: > "$dir/status"
	cat > "$dir/apt.conf" <<-EOF
		Dir::State "$dir";
		Dir::State::lists "$dir/lists";
		Dir::State::status "$dir/status";
		Dir::Cache "$dir";
		Dir::Cache::archives "$dir/archives";
		Dir::Etc::sourcelist "$dir/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
		APT::Architecture "$arch";
		APT::Architectures { "$arch"; };
		APT::Sandbox::User "";
		APT::Default-Release "";
		Acquire::Languages "none";
		Acquire::Retries "3";
	EOF
	debian_update "$dir"
}

# Fetch the package lists, at most once an hour.
debian_update()
{
	local dir=$1
	[ -z "$(find "$dir/updated" -mmin -60 2>/dev/null)" ] || return 0
	say "fetching the package lists of ${dir##*/}"
	apt-get -qq update || die "cannot fetch the package lists of ${dir##*/} (see the message above)"
	touch "$dir/updated"
}

# Print the newest package with a full name that matches the pattern.
debian_newest()
{
	apt-cache pkgnames | grep -xE -- "$1" | sort -V | tail -n 1
}

# Print the packages given, and all linux-* packages of the same build that they depend on.
debian_kernel_closure()
{
	local -A seen=()
	local todo=("$@") package
	while [ ${#todo[@]} -gt 0 ]; do
		package=${todo[0]} todo=("${todo[@]:1}")
		[ -z "${seen[$package]:-}" ] || continue
		seen[$package]=1
		printf '%s\n' "$package"
		mapfile -t -O ${#todo[@]} todo < <(apt-cache show --no-all-versions "$package" |
			sed -n 's/^Depends: //p' | tr ',' '\n' | sed 's/^ *//; s/[ |].*//' |
			grep -E '^linux-(image|binary|modules|base|headers|kbuild)-[0-9]')
	done
}

# debian_extract DIR PACKAGE...: download the packages and unpack them in DIR, without installing them or running scripts.
debian_extract()
{
	local dir=$1 debs deb
	shift
	debs=$(mktemp -d "${APT_CONFIG%/*}/debs.XXXXXX")
	(cd "$debs" && apt-get -qq download "$@" >&2) || { rm -rf "$debs"; die "cannot download: $*"; }
	mkdir -p "$dir"
	for deb in "$debs"/*.deb; do
		dpkg-deb --fsys-tarfile "$deb" | tar -C "$dir" -x --keep-directory-symlink --no-same-owner
	done
	rm -rf "$debs"
}

# Print the packages that apt would install on an empty system to install the packages given.
debian_install_closure()
{
	apt-get -qq --simulate --no-install-recommends install "$@" | awk '$1 == "Inst" { print $2 }'
}
