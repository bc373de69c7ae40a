#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Copyright (C) 2026 the pgwalk authors
# Tests pgtop-exporter@.service of the installed packages under the systemd of MACHINE/root, a root directory that packages.sh
# prepares. Prints PASS or FAIL and a title, for each test.
#
#	run.sh --init ... -- systemd-guest.sh MACHINE
#
# Process 1 of a guest mounts memory over the root directory and executes systemd there, which runs this script again as a
# service.
set -u

become_systemd()
{
	local root=/mnt/root directory
	modprobe overlay
	mount -t tmpfs tmpfs /mnt && mkdir /mnt/{upper,work,root} &&
		mount -t overlay -o "lowerdir=$1/root,upperdir=/mnt/upper,workdir=/mnt/work" overlay "$root" || exit
	cp "$0" "$root/root/test"
	printf '%s\n' 'PGTOP_ARGS=-i 2' > "$root/etc/default/pgtop-exporter"
	cat > "$root/etc/systemd/system/test.service" <<-END
		[Service]
		Type=idle
		Environment=PGWALK_IN_SYSTEMD=1 PGWALK_STDOUT=$PGWALK_STDOUT PGWALK_STDERR=$PGWALK_STDERR PGWALK_VERDICT=$PGWALK_VERDICT
		ExecStart=/bin/bash /root/test
	END
	# Unlike the exporter, it faults in each interval
	cat > "$root/etc/systemd/system/busy.service" <<-'END'
		[Service]
		ExecStart=/bin/bash -c 'while :; do sleep 0.2; done'
	END
	# New anonymous pages only: each round maps and unmaps less than a huge page
	cat > "$root/etc/systemd/system/hungry.service" <<-'END'
		[Service]
		ExecStart=/usr/bin/python3 /root/hungry.py
	END
	cat > "$root/root/hungry.py" <<-'END'
		import mmap, time
		while True:
		    with mmap.mmap(-1, 1 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
		        memory[::mmap.PAGESIZE] = bytes(len(memory) // mmap.PAGESIZE)
		    time.sleep(0.02)
	END
	cat > "$root/etc/systemd/system/prometheus.service" <<-'END'
		[Service]
		ExecStart=/root/prometheus --config.file=/root/prometheus.yml --storage.tsdb.path=/tmp/prometheus
	END
	cat > "$root/root/prometheus.yml" <<-'END'
		global: {scrape_interval: 2s}
		scrape_configs: [{job_name: pgtop, static_configs: [{targets: ["127.0.0.1:9435"]}]}]
	END
	mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
	ln -s ../test.service "$root/etc/systemd/system/multi-user.target.wants/"
	ln -sf /lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"
	echo /sbin/modprobe > /proc/sys/kernel/modprobe
	for directory in proc sys dev; do
		mount --move "/$directory" "$root/$directory" || exit
	done
	cd "$root" && mount --move . / || exit
	exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb chroot . /lib/systemd/systemd --log-target=kmsg --log-level=notice \
		< /dev/null > /dev/console 2>&1
}

# What a failed command has printed is printed after the result
check()	# TITLE COMMAND...
{
	local title=$1
	shift
	if "$@" > /tmp/out 2>&1; then
		echo "PASS $title"
	else
		echo "FAIL $title"
		{ echo "output of: $title"; tail -n 10 /tmp/out; journalctl -q -n 10 -o cat -u "$unit"; } >&2
	fi
}

metrics()
{
	exec {port}<> /dev/tcp/127.0.0.1/9435 || return
	printf 'GET /metrics HTTP/1.0\r\n\r\n' >&"$port"
	tr -d '\r' <&"$port"
	exec {port}>&-
}

# Wait until a line of the metrics matches: two intervals, under emulation
serves()	# PATTERN
{
	local tries=60
	until metrics > /tmp/metrics 2>&1 && grep -E "$1" /tmp/metrics; do
		[ $((tries--)) -gt 0 ] || { head -n 40 /tmp/metrics; return 1; }
		sleep 1
	done
}

counts_busy() { serves '^pgwalk_cgroup_faults_total\{cgroup="/system.slice/busy.service",class="[a-z_]+"\} [1-9]'; }
names_busy() { serves '^pgwalk_cgroup_info\{.*unit="busy.service"\} 1'; }

# The query in fleet.rst of the installed package: print value, unit and class of its results, the largest first
ask_prometheus()
{
	local query
	query=$(zcat -f /usr/share/doc/pgwalk/fleet.rst* | sed -n '/^    topk(/,/^$/p')
	python3 - "$query" <<-'END' | sort -rn
		import json, sys, urllib.parse, urllib.request
		url = "http://127.0.0.1:9090/api/v1/query?" + urllib.parse.urlencode({"query": sys.argv[1]})
		for found in json.load(urllib.request.urlopen(url, timeout=30))["data"]["result"]:
		    print(found["value"][1], found["metric"].get("unit"), found["metric"]["class"])
	END
}

# A rate needs two scrapes; its window also has the faults of programs that started in it
names_service_and_reason()
{
	local tries=40
	until ask_prometheus 2>&1 | tee /tmp/query-result | head -n 1 | grep ' hungry.service anon-new$'; do
		[ $((tries--)) -gt 0 ] || { head -n 5 /tmp/query-result; systemctl status --no-pager -n 5 prometheus hungry; return 1; }
		sleep 3
	done
}

# Test a device in the cgroup of the service, without its other restrictions
opens_in_cgroup()	# DEVICE
{
	local group
	group=$(systemctl show -P ControlGroup "$unit")
	[ -n "$group" ] && bash -c 'echo $$ > /sys/fs/cgroup/$1/cgroup.procs && exec 3< "$2"' - "$group" "$1"
}

allows_module_only() { opens_in_cgroup /dev/pgwalk && (exec 3< /dev/kmsg) && ! opens_in_cgroup /dev/kmsg; }

# Documentation/fleet.rst has the level of systemd 252; a later version may know other restrictions
has_documented_exposure()
{
	local level documented
	level=$(systemd-analyze security --no-pager "$unit" | tee /tmp/security | sed -n 's/.*exposure level for [^ ]* \([0-9.]*\) .*/\1/p')
	documented=$(zcat -f /usr/share/doc/pgwalk/fleet.rst* | sed -n 's/.*exposure level is \([0-9.]*\),.*/\1/p')
	grep -v '✓' /tmp/security
	echo "systemd-analyze: $level, fleet.rst: $documented"
	[ -n "$level" ] && { [ "$level" = "$documented" ] || ! systemctl --version | grep -q '^systemd 252 '; }
}

has_one_capability()
{
	local pid
	pid=$(systemctl show -P MainPID "$unit")
	grep -E '^Cap(Eff|Bnd|Prm)|^NoNewPrivs|^Seccomp:' "/proc/$pid/status"
	# CAP_SYS_ADMIN is bit 21
	[ "$(grep -cE '^Cap(Eff|Bnd|Prm):.0000000000200000$|^(NoNewPrivs:.1|Seccomp:.2)$' "/proc/$pid/status")" -eq 5 ]
}

removes_and_loads_module()
{
	local tries=60
	! rmmod pgwalk || return
	systemctl kill --signal=USR1 'pgtop-exporter@*'
	until rmmod pgwalk; do
		[ $((tries--)) -gt 0 ] || return
		sleep 1
	done
	serves '^pgwalk_module_used 0' && modprobe pgwalk && serves '^pgwalk_module_used 1'
}

# The module of a later version of the package has another interface
reports_other_module()
{
	local tries=60
	systemctl kill --signal=USR1 "$unit"
	until rmmod pgwalk; do
		[ $((tries--)) -gt 0 ] || return
		sleep 1
	done
	insmod /root/later.ko || return
	tries=60
	until journalctl -q -o cat -u "$unit" | grep '^pgtop: pgwalk.ko 99.0.0: another version of the interface'; do
		[ $((tries--)) -gt 0 ] || return
		sleep 1
	done
	serves '^pgwalk_module_used 0' && [ "$(journalctl -q -o cat -u "$unit" | grep -c 'another version')" -eq 1 ]
}

faults_of_busy() { metrics | awk '/^pgwalk_cgroup_faults_total.*busy.service/ { sum += $NF } END { print sum + 0 }'; }

goes_on_counting()
{
	local tries=60 before
	before=$(faults_of_busy)
	until [ "$before" -gt 0 ] && [ "$(faults_of_busy)" -gt "$before" ]; do
		[ $((tries--)) -gt 0 ] || { echo "$before"; return 1; }
		sleep 1
	done
}

is_stopped_cleanly()
{
	systemctl stop "$unit" && systemctl show -p Result -p ActiveState "$unit" &&
		[ "$(systemctl show -P Result "$unit") $(systemctl show -P ActiveState "$unit")" = 'success inactive' ]
}

# It reports when it begins and ends to use the module
has_no_complaint() { ! journalctl -q -o cat "_SYSTEMD_UNIT=$unit" _COMM=pgtop | grep -v '^pgtop: pgwalk.ko \(not loaded\|is used\|is released\)'; }

run_tests()
{
	check 'systemd is process 1' grep -qx systemd /proc/1/comm
	check 'systemctl enable --now starts the service' systemctl enable --now "$unit"
	check 'it serves metrics without the module' serves '^pgwalk_module_used 0'
	check 'modprobe pgwalk' modprobe pgwalk
	check 'it uses a module that is loaded later' serves '^pgwalk_module_used 1'
	check 'another service starts' systemctl start busy
	check 'its faults are counted by class' counts_busy
	check 'its unit is a label' names_busy
	check 'Prometheus and a service that maps memory start' systemctl start hungry prometheus
	check 'the query in fleet.rst names the service with the most faults, and their class' names_service_and_reason
	check 'Prometheus and this service stop' systemctl stop hungry prometheus
	check 'pgtop shows it' bash -c 'pgtop -b -n 1 -i 2 -c /system.slice/busy.service | grep -q bash'
	check 'it has one capability, and a filter of system calls' has_one_capability
	check 'of the devices it can open /dev/pgwalk, and not /dev/kmsg' allows_module_only
	check 'systemd-analyze security has the level in fleet.rst' has_documented_exposure
	check 'SIGUSR1 releases the module, and it is used when it is loaded again' removes_and_loads_module
	check 'pgtop has written no other message to the journal' has_no_complaint
	check 'systemctl restart' systemctl restart "$unit"
	check 'it uses the module from its start on' serves '^pgwalk_module_used 1'
	check 'a module of another version is not used, and the journal has its version' reports_other_module
	check 'faults are counted all the same' goes_on_counting
	check 'systemctl stop ends it' is_stopped_cleanly
}

unit=pgtop-exporter@9435.service
[ -n "${PGWALK_IN_SYSTEMD:-}" ] || become_systemd "$@"
run_tests > "$PGWALK_STDOUT" 2> "$PGWALK_STDERR"
echo "status 0 taint $(cat /proc/sys/kernel/tainted)" > "$PGWALK_VERDICT"
systemctl poweroff --force --force
