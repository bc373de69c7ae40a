/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Numbers as text, as units.c writes them. */

function scaled(value, step, suffixes, whole) {
	let i = 0;

	while (value >= 999.5 && i + 1 < suffixes.length) {
		value /= step;
		i++;
	}
	return value.toFixed(value < 9.95 && !(whole && Number.isInteger(value)) ? 1 : 0) + suffixes[i];
}

function bytesText(n) {
	return n ? scaled(n / 1024, 1024, "KMGTPE", true) : "0";
}

function timeText(ns) {
	const text = ns < 999.5 ? ns.toFixed(0) + "n" : scaled(ns / 1000, 1000, "ums", false);

	return text.endsWith("s") ? text : text + "s";
}

/* A number of pages as an address, as /proc/PID/maps writes it */
function addressText(page) {
	return page.toString(16).padStart(5, "0") + "000";
}

function rangeText(start, end) {
	return addressText(start) + "-" + addressText(end);
}

function countText(n) {
	return n.toLocaleString("en-US").replace(/,/g, "\u202f");
}

/* A value by its unit in explain.json */
function valueText(value, unit) {
	if (value === null || value === undefined)
		return "-";
	if (Array.isArray(value))
		return value.length ? value.map((one) => valueText(one, unit)).join(", ") : "-";
	if (typeof value === "boolean")
		return value ? "yes" : "no";
	if (typeof value === "string")
		return value === "" ? "" : value;
	switch (unit) {
	case "bytes":
		return bytesText(value);
	case "ns":
		return timeText(value);
	case "page":
		return addressText(value);
	}
	return Number.isInteger(value) ? countText(value) : String(value);
}
