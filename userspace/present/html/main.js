/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Fills the page. */

function fact(part, key, value) {
	const [title, unit, text] = wordsOf(part, key);
	const shown = element("dd", { text: valueText(value, unit), title: text });

	shown.dataset.key = key;
	shown.dataset.value = String(value);
	document.getElementById("facts").append(element("div", {}, element("dt", { text: title + (unit === "bytes" ? ", bytes" : "") }), shown));
}

function startFacts() {
	if (data.type === "live") {
		document.getElementById("made").textContent = "A live process, read on " + new Date(data.made * 1000).toISOString().replace("T", " ").slice(0, 16) + " UTC";
		for (const key of ["mappings", "resident", "exclusive", "shared", "swapped"])
			fact("mappings_total", key, data.mappings_total[key]);
		fact("mappings_total", "huge_2m", data.mappings_total.huge_2m);
		fact("tables_total", "pgtables_bytes", data.tables_total.pgtables_bytes);
	} else if (data.type === "diff") {
		document.getElementById("made").textContent = "Two readings: A at " + data.readings.a_time + ", B at " + data.readings.b_time;
		for (const key of ["relation", "span_ns"])
			fact("readings", key, data.readings[key]);
		for (const key of ["a_resident", "b_resident", "unchanged"])
			fact("changes_total", key, data.changes_total[key]);
	} else {
		document.getElementById("made").textContent = "A recorded stream of page faults";
		for (const key of ["intervals", "faults"])
			fact("top", key, data[key]);
		if (data.folded)
			fact("top", "folded", data.folded);
	}
}

/* Paper has all explanations, and more rows of the lists */
function startPrint() {
	let opened = [];

	function showRows(rows) {
		rowsShown = rows;
		for (const show of onPrint)
			show();
	}

	window.addEventListener("beforeprint", () => {
		opened = [...opened, ...document.querySelectorAll("details:not([open])")];
		for (const one of opened)
			one.open = true;
		showRows(PAPER_ROWS);
	});
	window.addEventListener("afterprint", () => {
		for (const one of opened)
			one.open = false;
		opened = [];
		showRows(ROWS);
	});
}

startPrint();
startFacts();
startMappings();
startZoom();
startFaults();
startDiff();
showRecords(document.getElementById("kinds"), "kinds", data.kinds, "Memory by kind of mapping");
showRecords(document.getElementById("tables-table"), "tables", data.tables, "Page tables by level and node");
showFields(document.getElementById("tables-table"), "tables_total", data.tables_total, "All tables");
showRecords(document.getElementById("reach-table"), "reach", data.reach, "Contiguity by size");
showFields(document.getElementById("reach-total"), "reach_total", data.reach_total, "All resident pages");
showRecords(document.getElementById("tlbs"), "tlbs", data.tlbs, "TLBs of the CPU");
showRecords(document.getElementById("steps"), "steps", data.steps, "Steps of the walk");
showFields(document.getElementById("translation"), "translation", data.translation, "Result of the walk");
showFields(document.getElementById("mm-table"), "mm", data.mm, "mm_struct");
document.documentElement.dataset.ready = "yes";
