/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The table of mappings: sorts, filters, and shows a part of the rows at a time. */

const ROWS = 100;
/* On paper */
const PAPER_ROWS = 2000;
let rowsShown = ROWS;

const list = {
	shown: mappings,	/* rows that match the filter, in order */
	first: 0,		/* first row of the page */
	key: "start",
	down: false,
	kind: "",
	text: "",
	choose: null,		/* called with a chosen mapping */
};

function matches(mapping) {
	if (list.kind && (mapping.kind === null ? "other" : mapping.kind) !== list.kind)
		return false;
	return !list.text || (rangeText(mapping.start, mapping.end) + " " + mapping.perms + " " + mapping.kind + " " +
		mapping.name).toLowerCase().includes(list.text);
}

function compare(a, b) {
	const x = a[list.key], y = b[list.key];
	let order;

	if (x === null || y === null)
		return (x === null) - (y === null);
	order = typeof x === "string" ? (x < y ? -1 : x > y ? 1 : 0) : x - y;
	return (list.down ? -order : order) || a.start - b.start;
}

function rowOf(mapping) {
	const row = element("tr", {},
		...data.mappings.keys.map((key) => cellOf("mappings", key, mapping[key])));

	row.dataset.start = addressText(mapping.start);
	makeChoice(row, rangeText(mapping.start, mapping.end) + ": show in the zoom", (move) => list.choose && list.choose(mapping, move));
	return row;
}

function showMappings() {
	const body = document.querySelector("#mappings-table tbody");
	const end = Math.min(list.first + rowsShown, list.shown.length);

	body.replaceChildren(...list.shown.slice(list.first, end).map(rowOf));
	for (const head of document.querySelectorAll("#mappings-table th")) {
		if (head.dataset.key === list.key)
			head.setAttribute("aria-sort", list.down ? "descending" : "ascending");
		else
			head.removeAttribute("aria-sort");
	}
	for (const chip of document.querySelectorAll("#chips button"))
		chip.setAttribute("aria-pressed", String(chip.dataset.kind === list.kind));
	document.getElementById("page-previous").disabled = !list.first;
	document.getElementById("page-next").disabled = end >= list.shown.length;
	document.getElementById("mappings-status").textContent = list.shown.length ?
		"Rows " + (list.first + 1) + " to " + end + " of " + list.shown.length + " mappings" +
		(list.shown.length < mappings.length ? " that match, of " + mappings.length : "") + ": reserved " +
		bytesText(sumOf(list.shown, (m) => (m.end - m.start) * PAGE)) + ", resident " +
		bytesText(sumOf(list.shown, (m) => m.resident || 0)) + " bytes" : "No mapping matches.";
}

function sumOf(records, value) {
	return records.reduce((sum, record) => sum + value(record), 0);
}

function update() {
	list.shown = mappings.filter(matches).sort(compare);
	list.first = 0;
	showMappings();
}

function sortBy(key) {
	const unit = wordsOf("mappings", key)[1];

	list.down = list.key === key ? !list.down : unit === "bytes";
	list.key = key;
	update();
}

function chooseKind(kind) {
	list.kind = list.kind === kind ? "" : kind;
	update();
}

function sortHead(key) {
	const head = headOf("mappings", key), button = element("button", { type: "button" });

	button.append(...head.childNodes);
	button.addEventListener("click", () => sortBy(key));
	head.append(button);
	return head;
}

function startMappings() {
	const place = document.getElementById("mappings-table");
	const keys = data.mappings && data.mappings.keys;
	let wait = 0;

	if (!place || !keys)
		return;
	place.append(element("table", { id: "mappings-records", className: classOfTable(keys) }, element("caption", { text: "Mappings" }),
		element("thead", {}, element("tr", {}, ...keys.map(sortHead))),
		element("tbody")));
	place.after(explanation("mappings", keys));
	document.getElementById("chips").append(...["", ...data.kinds.map((kind) => kind.kind)].map((kind) => {
		const chip = element("button", { type: "button", text: kind || "all" });

		chip.dataset.kind = kind;
		chip.addEventListener("click", () => chooseKind(kind));
		return chip;
	}));
	document.getElementById("filter").addEventListener("input", (event) => {
		clearTimeout(wait);
		wait = setTimeout(() => {
			list.text = event.target.value.toLowerCase();
			update();
		}, mappings.length > 5000 ? 200 : 0);
	});
	document.getElementById("page-previous").addEventListener("click", () => {
		list.first = Math.max(0, list.first - ROWS);
		showMappings();
	});
	document.getElementById("page-next").addEventListener("click", () => {
		list.first += ROWS;
		showMappings();
	});
	for (const bar of document.querySelectorAll("#picture-space .kind"))
		makeButton(bar, "Show the mappings of kind " + bar.dataset.kind, () => {
			chooseKind(bar.dataset.kind);
			document.getElementById("mappings").scrollIntoView();
		});
	onPrint.push(() => list.shown.length > ROWS && showMappings());
	update();
}

/* Make a part of a picture a button, for the pointer and the keyboard */
function makeButton(part, label, action) {
	part.setAttribute("role", "button");
	part.setAttribute("tabindex", "0");
	part.setAttribute("aria-label", label);
	part.addEventListener("click", action);
	part.addEventListener("keydown", (event) => {
		if (event.key !== "Enter" && event.key !== " ")
			return;
		event.preventDefault();
		action();
	});
}
