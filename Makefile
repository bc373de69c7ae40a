# SPDX-License-Identifier: GPL-2.0
# The targets that people call; each directory knows how to build itself. `make help` lists them.

MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := all

top := $(CURDIR)
out := $(abspath $(or $(O),build))
vm := selftests/vm
prefix ?= /usr
running := $(shell uname -r)
running_headers := /lib/modules/$(running)/build

# kbuild takes O= and its like from the command line for its own: what it is to see is passed by name.
MAKEOVERRIDES =
unexport O KDIR KERNEL
export PGWALK_BUILD := $(out)
export W C CF V

part = @$(MAKE) --no-print-directory -C $(1) O=$(out) $(2)

##@ Build

help: ## this list
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' Makefile

all: userspace ## tools, BPF programs, and the module where the running kernel's headers are
	@if [ -e $(running_headers) ]; then \
		$(vm)/build-module.sh --kdir $(running_headers); \
	else \
		echo 'make: no headers of the running kernel ($(running)): the module is not built.' \
			'Install linux-headers-$(running), or name others: make module KDIR=..., make module KERNEL=6.12' >&2; \
	fi

module: ## pgwalk.ko for KERNEL=6.1|6.12|7.3|... (selftests/vm/kernels), or for headers KDIR=..., or for the running kernel
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

demo: ## boot 6.12 in QEMU and look at a process's pages and faults
	@$(vm)/setup.sh
	@$(MAKE) --no-print-directory O=$(out) userspace selftests
	@$(MAKE) --no-print-directory O=$(out) module KERNEL=6.12
	@$(vm)/run.sh -k 6.12 -- selftests/demo.sh
	@printf '\n%s\n' 'The same on this machine, as root, with linux-headers-$$(uname -r) installed:' \
		'  make && insmod build/module/$$(uname -r)/pgwalk.ko' \
		'  echo PID > /sys/kernel/debug/pgwalk/attach && cat /sys/kernel/debug/pgwalk/PID/vmas' \
		'  build/bin/pgtop PID' 'and to look around in the guest: make vm'

vm: ## a shell in a guest with the module loaded, KERNEL=6.12 unless told
	@$(vm)/setup.sh
	@$(MAKE) --no-print-directory O=$(out) userspace
	@$(MAKE) --no-print-directory O=$(out) module KERNEL=$(or $(KERNEL),6.12)
	@$(vm)/run.sh -k $(or $(KERNEL),6.12) -t 86400 --interactive

check: ## every test on every kernel; SUITES="name..." and KERNELS="6.12..." for some
	@selftests/check.py

own-machine: ## README's steps for an own machine, in minimal systems of Debian 12, 13 and sid; KERNEL="6.1 6.12-trixie 7.2-sid"
	@$(vm)/own-machine.sh $(KERNEL)

debug-kernel: ## KERNEL=debug|debug-7.3 with KASAN, lockdep, ..., from Debian's source into the cache: 10 minutes, once
	@$(vm)/fetch.sh debug-kernel $(or $(KERNEL),debug)

coverage: ## which lines of the module the tests execute, on KERNEL=debug|debug-7.3; SUITES="name..." for some
	@selftests/coverage.py $(if $(KERNEL),--kernel $(KERNEL))

torture: ## everything at once for MINUTES=10 on KERNEL=debug, where that is, or 6.12: no splat, leak, wrong answer
	@$(vm)/setup.sh
	@$(MAKE) --no-print-directory O=$(out) userspace selftests
	@selftests/torture/run.sh $(or $(MINUTES),10) $(KERNEL)

fuzz: ## random questions to the module: EXECUTIONS=1000000 on KERNEL=debug; SEED= repeats one
	@$(vm)/setup.sh
	$(call part,selftests,$(out)/selftests/fuzz/fuzz)
	@$(MAKE) --no-print-directory O=$(out) module KERNEL=$(or $(KERNEL),debug)
	@$(vm)/run.sh -k $(or $(KERNEL),debug) --smp-mode multi -t 604800 -- $(out)/selftests/fuzz/fuzz \
		-n $(or $(EXECUTIONS),1000000) $(SEED:%=-s %) selftests/fuzz/found

fuzz-parsers: ## random input to what the tools parse, SECONDS=600 for each parser
	@$(vm)/setup.sh
	@selftests/parsers/run.sh --seconds $(or $(SECONDS),600)

lint: ## warnings and sparse on each kernel, clang-tidy, gcc -fanalyzer, coccinelle, checkpatch, shellcheck, pylint, layers
	@SUITES='layers coccinelle analyzer pylint checkpatch shellcheck' selftests/check.py
	@for part in '--jobs=2' --self-test; do PGWALK_BUILD=$(out)/check selftests/lint/tidy.py $$part || exit; done
	@for one in analyzer cocci python; do PGWALK_BUILD=$(out)/check selftests/lint/$$one.py --self-test || exit; done

mm-beside: ## the kernel's own tests of mm, alone and while pgwalk walks them: the same verdicts; TESTS="cow..." for some
	@$(vm)/setup.sh
	@$(MAKE) --no-print-directory O=$(out) userspace
	@$(MAKE) --no-print-directory O=$(out) module KERNEL=$(or $(KERNEL),6.12)
	$(call part,selftests/mm-beside)
	@$(vm)/run.sh -k $(or $(KERNEL),6.12) --numa 2 -m 2048 -t 14400 -- selftests/mm-beside/run.py $(TESTS)

layers: ## who may include whom
	@selftests/layers.sh

bench: ## what pgwalk costs beside the kernel's own means, in instructions; KERNEL="6.1 6.12 7.2" for some
	@$(vm)/setup.sh
	@$(MAKE) --no-print-directory O=$(out) userspace
	@for kernel in $(or $(KERNEL),6.12); do $(MAKE) --no-print-directory O=$(out) module KERNEL=$$kernel || exit; done
	$(call part,selftests/bench)
	@selftests/bench/run.sh $(or $(KERNEL),6.12)

##@ Install

install: install-tools install-module ## tools, man pages and the running kernel's module, below $(DESTDIR)

install-tools: userspace docs ## tools and man pages only
	$(call part,userspace,install prefix=$(prefix) DESTDIR=$(DESTDIR))
	$(call part,Documentation,install prefix=$(prefix) DESTDIR=$(DESTDIR))

install-module: ## the running kernel's module only, for modprobe pgwalk; builds it if the headers are installed
	@$(vm)/install-module.sh '$(DESTDIR)'

clean: ## remove what was built (downloads stay in the cache)
	rm -rf $(out)

.PHONY: help all module bpf userspace selftests docs demo vm check own-machine debug-kernel coverage torture mm-beside \
	fuzz fuzz-parsers lint layers bench install install-tools install-module clean
