/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Two readings: the changed mappings and the changed pages, as tables with a filter that show a part of the rows at a time. */

const changedMappings = data.changed_mappings ? unpack(data.changed_mappings) : [];
const changedPages = data.changed_pages ? unpack(data.changed_pages) : [];

/* Keys of a compact table that have a value other than 0 in a record */
function usedKeys(table, records) {
	return table.keys.filter((key) => records.some((record) => record[key]));
}

function textOf(record) {
	return (rangeText(record.start, record.end) + " " + Object.values(record).filter((value) => typeof value === "string").join(" ")).toLowerCase();
}

/*
 * A table in the section @name. @choose is called with a record that the user chooses; NULL: records cannot be chosen.
 * Return a function that shows the records that a test accepts.
 */
function startPaged(name, part, table, records, caption, choose) {
	const place = document.getElementById(name + "-table"), keys = usedKeys(table, records);
	const filter = document.getElementById(name + "-filter");
	const buttons = ["previous", "next"].map((to) => document.getElementById(name + "-" + to));
	const state = { first: 0, shown: records, accept: () => true, what: "" };

	function row(record) {
		const made = element("tr", {}, ...keys.map((key) => cellOf(part, key, record[key])));

		if (choose)
			makeChoice(made, rangeText(record.start, record.end) + ": show its pages", () => choose(record));
		return made;
	}

	function show() {
		const end = Math.min(state.first + rowsShown, state.shown.length);

		place.querySelector("tbody").replaceChildren(...state.shown.slice(state.first, end).map(row));
		buttons[0].disabled = !state.first;
		buttons[1].disabled = end >= state.shown.length;
		document.getElementById(name + "-status").textContent = state.shown.length ?
			"Rows " + (state.first + 1) + " to " + end + " of " + state.shown.length + state.what : "No row matches" + state.what + ".";
	}

	function update() {
		const text = filter.value.toLowerCase();

		state.shown = records.filter((record) => state.accept(record) && (!text || textOf(record).includes(text)));
		state.first = 0;
		show();
	}

	place.append(element("table", { id: name + "-records", className: classOfTable(keys) }, element("caption", { text: caption }),
		element("thead", {}, element("tr", {}, ...keys.map((key) => headOf(part, key)))),
		element("tbody")));
	place.after(explanation(part, keys));
	onPrint.push(() => state.shown.length > ROWS && show());
	filter.addEventListener("input", update);
	buttons.forEach((button, i) => button.addEventListener("click", () => {
		state.first = Math.max(0, state.first + (i ? ROWS : -ROWS));
		show();
	}));
	update();
	return (accept, what) => {
		state.accept = accept;
		state.what = what;
		update();
	};
}

/* A number of rows that a page has no room for */
function leftOut(place, n, what) {
	if (n)
		document.getElementById(place).after(element("p", { className: "status", text: countText(n) + " more " + what + " have no row here, for lack of room. The sums and the pictures have them." }));
}

function startDiff() {
	if (data.type !== "diff")
		return;
	const showPages = startPaged("changed-pages", "changed_pages", data.changed_pages, changedPages, "Changed pages", null);
	const toPages = () => document.getElementById("changed-pages").scrollIntoView();
	const chooseMapping = (mapping) => {
		showPages((page) => page.start >= mapping.start && page.end <= mapping.end, " in " + rangeText(mapping.start, mapping.end));
		toPages();
	};

	startPaged("changed-mappings", "changed_mappings", data.changed_mappings, changedMappings, "Changed mappings", chooseMapping);
	leftOut("changed-mappings-status", data.mappings_left_out, "mappings");
	leftOut("changed-pages-status", data.pages_left_out, "runs of pages");
	document.getElementById("changed-pages-all").addEventListener("click", () => showPages(() => true, ""));
	for (const bar of document.querySelectorAll("#picture-changes .change"))
		makeButton(bar, "Show the pages with the change " + bar.dataset.change, () => {
			showPages((page) => page.changes.split(",").includes(bar.dataset.change), " with the change " + bar.dataset.change);
			toPages();
		});
	for (const pair of document.querySelectorAll("#picture-compared .pair")) {
		const mapping = changedMappings.find((one) => addressText(one.start) === pair.dataset.start.padStart(8, "0"));

		if (mapping)
			makeButton(pair, "Show the pages of " + rangeText(mapping.start, mapping.end), () => chooseMapping(mapping));
	}
	showFields(document.getElementById("readings-table"), "readings", data.readings, "The readings");
	showFields(document.getElementById("changes-total"), "changes_total", data.changes_total, "All mappings");
}
