/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Tables of records, with the title, the unit and the explanation of each key. */

/* Functions that show the rows of a list again, for another number of rows */
const onPrint = [];

function element(name, properties, ...children) {
	const made = document.createElement(name);

	for (const [key, value] of Object.entries(properties || {})) {
		if (key === "text")
			made.textContent = value;
		else if (key.includes("-") || key === "role" || key === "tabindex" || key === "scope" || key === "colspan")
			made.setAttribute(key, value);
		else
			made[key] = value;
	}
	made.append(...children);
	return made;
}

/* Title, unit, explanation of a key of a part of the data */
function wordsOf(part, key) {
	return (words[part] && words[part][key]) || [key, "", ""];
}

function classOf(unit) {
	return unit === "text" || unit === "list" || unit === "name" ? "text" + (unit === "name" ? " name" : "") :
		unit === "address" || unit === "page" || unit === "hex" ? "address" : "";
}

function isLeft(unit) {
	return classOf(unit) !== "";
}

function cellOf(part, key, value) {
	const unit = wordsOf(part, key)[1];
	const cell = element("td", { className: classOf(unit) });
	const text = valueText(value, unit);

	cell.append(unit === "name" || unit === "text" ? element("bdi", { text }) : text);
	cell.dataset.key = key;
	cell.dataset.title = wordsOf(part, key)[0];
	cell.dataset.value = value === null || value === undefined ? "null" : Array.isArray(value) ? JSON.stringify(value) : String(value);
	return cell;
}

function headOf(part, key) {
	const [title, unit, text] = wordsOf(part, key);
	const head = element("th", { scope: "col", className: isLeft(unit) ? "text" : "", title: text });

	head.append(title);
	if (["bytes", "ns", "count", "seconds"].includes(unit))
		head.append(element("small", { text: unit === "ns" ? "time" : unit }));
	head.dataset.key = key;
	return head;
}

/*
 * Make a row a choice, for the pointer and the keyboard: its first cell becomes a button. @choose is called with true if the focus
 * may move.
 */
function makeChoice(row, label, choose) {
	const cell = row.firstElementChild, button = element("button", { type: "button", "aria-label": label });

	button.append(...cell.childNodes);
	cell.append(button);
	row.className = "choice";
	row.addEventListener("click", (event) => choose(event.detail === 0));
	row.addEventListener("keydown", (event) => {
		const to = { ArrowDown: row.nextElementSibling, ArrowUp: row.previousElementSibling }[event.key];

		if (!to)
			return;
		event.preventDefault();
		to.querySelector("button").focus();
	});
}

/* The explanations of the keys of a table, for all readers */
function explanation(part, keys) {
	const list = element("dl");

	for (const key of keys) {
		const [title, unit, text] = wordsOf(part, key);

		list.append(element("dt", { text: unit && unit !== "text" && unit !== "name" ? title + " (" + unit + ")" : title }),
			element("dd", { text }));
	}
	return element("details", { className: "explain" }, element("summary", { text: "Meaning of the columns" }), list);
}

/* Columns for which a sheet of paper has room; a row with more of them is printed as a list */
const PAPER_COLUMNS = 15;

function classOfTable(keys) {
	return keys.length > PAPER_COLUMNS ? "wide" : "";
}

/* A table with a row for each record */
function showRecords(place, part, records, caption) {
	if (!place || !records || !records.length)
		return;
	const keys = Object.keys(records[0]).filter((key) => wordsOf(part, key)[1] !== "hidden");
	const body = element("tbody");

	for (const record of records)
		body.append(element("tr", {}, ...keys.map((key) => cellOf(part, key, record[key]))));
	place.append(element("table", { id: place.id + "-records", className: classOfTable(keys) }, element("caption", { text: caption }),
		element("thead", {}, element("tr", {}, ...keys.map((key) => headOf(part, key)))), body), explanation(part, keys));
}

/* A table with a row for each key of one record */
function showFields(place, part, record, caption) {
	const body = element("tbody");

	if (!place || !record)
		return;
	for (const [key, value] of Object.entries(record)) {
		const [title, unit, text] = wordsOf(part, key);

		body.append(element("tr", {}, element("th", { scope: "row", className: "text", text: title }),
			cellOf(part, key, value), element("td", { className: "text", text: ["bytes", "ns", "count"].includes(unit) ? unit : "" }),
			element("td", { className: "words", text })));
	}
	place.append(element("table", { id: place.id + "-fields", className: "fields" }, element("caption", { text: caption }), body));
}
