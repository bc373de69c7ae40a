# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# The targets of the project; each directory has a Makefile of its own. `make help` lists the targets.

MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := all

top := $(CURDIR)
out := $(abspath $(or $(O),build))
vm := selftests/vm
prefix ?= /usr
sbindir ?= $(prefix)/sbin
running := $(shell uname -r)
running_headers := /lib/modules/$(running)/build

# kbuild would read O= and similar variables from the environment: variables for sub-makes are passed by name.
MAKEOVERRIDES =
unexport O KDIR KERNEL
export PGWALK_BUILD := $(out)
export W C CF V HTTP

part = +@$(MAKE) --no-print-directory -C $(1) O=$(out) $(2)

##@ Build

help: ## list the targets
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile

all: userspace ## tools and BPF programs, and the module if the running kernel's headers are installed
	@if [ -e $(running_headers) ]; then \
		$(vm)/build-module.sh --kdir $(running_headers); \
	else \
		echo 'make: no headers of the running kernel ($(running)): the module is not built.' \
			'Install linux-headers-$(running), or use other headers: make module KDIR=..., make module KERNEL=6.12' >&2; \
	fi

module: ## pgwalk.ko and pgwalk_lab.ko for KERNEL=6.1|6.12|7.3|... (selftests/vm/kernels), for headers KDIR=..., or for the running kernel
	@$(vm)/build-module.sh $(or $(KERNEL),--kdir $(or $(KDIR),$(running_headers)))

bpf: ## the BPF programs and their skeleton
	$(call part,bpf)

userspace: bpf ## pgtop and pgwalk
	$(call part,userspace)

selftests: userspace ## the test programs
	$(call part,selftests)
	$(call part,selftests/mm-beside,short)

docs: ## the man pages
	$(call part,Documentation)

##@ Try and test

demo: ## boot 6.12 in QEMU, show a process's pages and faults and a scene of the lab, write build/demo/report.html
	@$(vm)/setup.sh demo
	@$(MAKE) --no-print-directory -j"$$(nproc)" O=$(out) userspace
	$(call part,selftests,$(out)/selftests/workloads/busy)
	@$(MAKE) --no-print-directory O=$(out) module KERNEL=6.12
	@selftests/tools/demo_page.sh $(out)/demo/report.html
	@printf '\n%s\n' 'On this machine, as root, with linux-headers-$$(uname -r) installed:' \
		'  make && insmod build/module/$$(uname -r)/pgwalk.ko' \
		'  echo PID > /sys/kernel/debug/pgwalk/attach && cat /sys/kernel/debug/pgwalk/PID/vmas' \
		'  build/bin/pgtop PID' 'For a shell in the guest: make vm'

vm: ## a shell in a guest with the module loaded, KERNEL=6.12 by default
	@$(vm)/setup.sh demo
	@$(MAKE) --no-print-directory O=$(out) userspace
	@$(MAKE) --no-print-directory O=$(out) module KERNEL=$(or $(KERNEL),6.12)
	@$(vm)/run.sh -k $(or $(KERNEL),6.12) -t 86400 --interactive

test: ## one suite or pattern T=pages on KERNEL=6.12, incremental: builds only changed files
	@selftests/check.py --incremental --suites '$(or $(T),$(error T=SUITE is missing: see selftests/suites))' \
		--kernels $(or $(KERNEL),6.12)

readme-output: ## record the output in README and the manuals in a guest with 6.12, and write it there
	@$(vm)/setup.sh
	@$(MAKE) --no-print-directory O=$(out) userspace selftests
	@$(MAKE) --no-print-directory O=$(out) module KERNEL=6.12
	@selftests/lint/readme.py --record

tutorial-output: ## record the output in the tutorial in a guest with 6.12, and write it into both languages
	@$(vm)/setup.sh
	@$(MAKE) --no-print-directory O=$(out) userspace selftests
	@$(MAKE) --no-print-directory O=$(out) module KERNEL=6.12
	@selftests/lint/readme.py --record-tutorial --record-pictures

check: ## all suites on all kernels; SUITES="name..." and KERNELS="6.12..." select some
	@selftests/check.py

own-machine: ## README's installation steps in minimal Debian 12, 13 and sid; KERNEL="6.1 6.12-trixie 7.2-sid"
	@$(vm)/own-machine.sh $(KERNEL)

debug-kernel: ## build KERNEL=debug|debug-7.3 with KASAN, lockdep, ... from Debian's source into the cache: 10 minutes, once
	@$(vm)/fetch.sh debug-kernel $(or $(KERNEL),debug)

coverage: ## list the lines of the module that no test executes, on KERNEL=debug|debug-7.3; SUITES="name..." selects some
	@selftests/coverage.py $(if $(KERNEL),--kernel $(KERNEL))

torture: ## stress all features for MINUTES=10 on KERNEL=debug, if it is in the cache, or 6.12: no splat, leak or wrong result
	@$(vm)/setup.sh
	@$(MAKE) --no-print-directory O=$(out) userspace selftests
	@selftests/torture/run.sh $(or $(MINUTES),10) $(KERNEL)

fuzz: ## random requests to the module: EXECUTIONS=1000000 on KERNEL=debug; SEED= repeats a run; DELEGATE=1 as a user
	@$(vm)/setup.sh
	$(call part,selftests,$(out)/selftests/fuzz/fuzz)
	@$(MAKE) --no-print-directory O=$(out) module KERNEL=$(or $(KERNEL),debug)
	@$(vm)/run.sh -k $(or $(KERNEL),debug) --smp-mode multi -t 604800 -- $(out)/selftests/fuzz/fuzz $(if $(DELEGATE),-d) \
		-n $(or $(EXECUTIONS),1000000) $(SEED:%=-s %) selftests/fuzz/found

fuzz-parsers: ## random input to the tools' parsers, SECONDS=600 for each parser
	@$(vm)/setup.sh
	@selftests/host/parsers/run.sh --seconds $(or $(SECONDS),600)

lint: ## warnings and sparse on each kernel, clang-tidy, gcc -fanalyzer, coccinelle, checkpatch, shellcheck, pylint, layers, TAP, words
	@SUITES='layers tap-lines words analyzer pylint checkpatch shellcheck' selftests/check.py
	@PGWALK_BUILD=$(out)/check selftests/lint/cocci.py
	@for part in '--jobs=2' --self-test; do PGWALK_BUILD=$(out)/check selftests/lint/tidy.py $$part || exit; done
	@for one in analyzer cocci python words; do PGWALK_BUILD=$(out)/check selftests/lint/$$one.py --self-test || exit; done

mm-beside: ## the kernel's own tests of mm, alone and while pgwalk walks them: equal verdicts; TESTS="cow..." selects some
	@$(vm)/setup.sh
	@$(MAKE) --no-print-directory O=$(out) userspace
	@$(MAKE) --no-print-directory O=$(out) module KERNEL=$(or $(KERNEL),6.12)
	$(call part,selftests/mm-beside)
	@$(vm)/run.sh -k $(or $(KERNEL),6.12) --numa 2 -m 2048 -t 14400 -- selftests/mm-beside/run.py $(TESTS)

layers: ## check the includes between layers
	@selftests/lint/layers.sh

bench: ## instructions of pgwalk, compared with the kernel's own interfaces; KERNEL="6.1 6.12 7.2" selects kernels
	@$(vm)/setup.sh
	@$(MAKE) --no-print-directory O=$(out) userspace
	@for kernel in $(or $(KERNEL),6.12); do $(MAKE) --no-print-directory O=$(out) module KERNEL=$$kernel || exit; done
	$(call part,selftests/bench)
	@selftests/bench/run.sh $(or $(KERNEL),6.12)

bench-doc: export BENCH_ARGS ?= -s 64 -n 5000
bench-doc: export VICTIM_ARGS ?= -s 256 -n 500
bench-doc: export BENCH_SECONDS ?= 7200
bench-doc: ## measure on KERNEL="6.1 6.12 7.3" and write the tables of Documentation/performance.rst: an hour
	@$(MAKE) --no-print-directory O=$(out) bench KERNEL='$(or $(KERNEL),6.1 6.12 7.3)'
	@selftests/bench/report.py --update Documentation/performance.rst \
		$(patsubst %,$(out)/bench/%.json,$(or $(KERNEL),6.1 6.12 7.3))

##@ Release

dist: ## tarball and checksum of TAG=v1.2.3 in build/dist, if it builds and passes its host tests outside git (CONTRIBUTING.rst)
	@KERNEL='$(KERNEL)' selftests/dist.sh '$(or $(TAG),$(error TAG=v1.2.3 is missing))'

deb: ## Debian packages in build/deb: pgwalk, pgwalk-dkms, pgwalk-dbgsym (first: apt build-dep .)
	@selftests/deb.sh

deb-test: ## build and install these in minimal Debian 12, 13 and sid, and boot guests; KERNEL="6.1 6.12-trixie 7.2-sid"
	@$(vm)/packages.sh $(KERNEL)

rpm: ## RPM packages in build/rpm: pgwalk, dkms-pgwalk, akmod-pgwalk (Documentation/packaging.rst)
	@selftests/rpm.sh

##@ Install

install: install-tools install-module ## tools, man pages and the running kernel's modules, below $(DESTDIR)

install-tools: userspace docs ## tools and man pages only
	$(call part,userspace,install prefix=$(prefix) sbindir=$(sbindir) DESTDIR=$(DESTDIR))
	$(call part,Documentation,install prefix=$(prefix) DESTDIR=$(DESTDIR))

install-module: ## the running kernel's modules only, for modprobe pgwalk, pgwalk_lab; builds them if the headers are installed
	@$(vm)/install-module.sh '$(DESTDIR)'

clean: ## remove the build directory (downloads stay in the cache)
	rm -rf $(out)

.PHONY: help all module bpf userspace selftests docs demo vm test readme-output tutorial-output check own-machine debug-kernel coverage \
	torture mm-beside fuzz fuzz-parsers lint layers bench bench-doc dist deb deb-test rpm install install-tools install-module clean
