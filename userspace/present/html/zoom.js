/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The zoom: a strip of the address space at any size, down to single pages, with the mappings below. */

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 680, COLUMNS = 340, HEIGHT = 90, LANE = 22;
const view = { start: 0, end: 1 };

function shape(name, attributes, ...children) {
	const made = document.createElementNS(SVG, name);

	for (const [key, value] of Object.entries(attributes))
		made.setAttribute(key, value);
	made.append(...children);
	return made;
}

/* Index of the first record that ends after an address; records are in order of addresses */
function firstAfter(records, address) {
	let low = 0, high = records.length;

	while (low < high) {
		const middle = (low + high) >> 1;

		if (records[middle].end > address)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

const PARTS = ["mapped", "resident", "unique", "huge", "swapped"];

/* Pages of each type from one address to another; the pages of a mixed cell are taken to be spread evenly */
function sumRange(start, end) {
	const sum = { mapped: 0, resident: 0, unique: 0, huge: 0, swapped: 0 };

	for (let i = firstAfter(cells, start); i < cells.length && cells[i].start < end; i++) {
		const share = (Math.min(end, cells[i].end) - Math.max(start, cells[i].start)) / (cells[i].end - cells[i].start);

		for (const part of PARTS)
			sum[part] += cells[i][part] * share;
	}
	return sum;
}

function layersOf(sum, size) {
	const unique = data.unique_known ? Math.min(sum.unique, sum.resident) : sum.resident;
	const used = sum.resident + sum.swapped;

	return [["unique", 0, unique], ["shared", unique, sum.resident], ["swapped", sum.resident, used],
		["reserved", used, Math.max(used, sum.mapped)], ["huge", -0.1 * size, sum.huge ? -0.1 * size + 0.07 * sum.huge : -0.1 * size]]
		.map(([name, from, to]) => [name, from / size, to / size]);
}

function drawStrip() {
	const paths = {}, top = 4, size = (view.end - view.start) / COLUMNS, step = WIDTH / COLUMNS;
	const drawn = shape("g", {}, shape("rect", { x: 0, y: top, width: WIDTH, height: HEIGHT, class: "empty" }));

	for (let i = 0; i < COLUMNS; i++) {
		const sum = sumRange(view.start + i * size, view.start + (i + 1) * size);

		if (!sum.mapped)
			continue;
		for (const [name, from, to] of layersOf(sum, size)) {
			const height = to > from ? Math.max(1, (to - from) * HEIGHT) : 0;

			if (height)
				paths[name] = (paths[name] || "") + "M" + (i * step).toFixed(1) + " " +
					(top + HEIGHT * (1 - from)).toFixed(1) + "h" + step + "v" + (-height).toFixed(1) + "h" + -step + "z";
		}
	}
	for (const [name, path] of Object.entries(paths))
		drawn.append(shape("path", { class: name, d: path }));
	return drawn;
}

/* The mappings of the view, with a name where there is room */
function drawLane() {
	const lane = shape("g", {}), unit = WIDTH / (view.end - view.start), y = HEIGHT + 20;

	for (let i = firstAfter(mappings, view.start), last = -1; i < mappings.length && mappings[i].start < view.end; i++) {
		const m = mappings[i];
		const x = Math.max(0, (m.start - view.start) * unit), end = Math.min(WIDTH, (m.end - view.start) * unit);

		/* of several mappings in one unit, one is drawn */
		if (end - last < 1)
			continue;
		last = end;

		const name = m.name.slice(m.name.lastIndexOf("/") + 1) || m.kind || "";
		const box = shape("g", {}, shape("title", {}, rangeText(m.start, m.end) + " " + m.perms + " " + (m.name || m.kind)),
			shape("rect", { x: x.toFixed(2), y, width: Math.max(0.5, end - x).toFixed(2), height: LANE, class: "lane" }));

		if (end - x > 7 * name.length + 8)
			box.append(shape("text", { x: (x + 4).toFixed(2), y: y + 15, class: "small" }, name));
		lane.append(box);
	}
	return lane;
}

function describeView() {
	const sum = sumRange(view.start, view.end), first = firstAfter(mappings, view.start);
	let count = 0;

	while (first + count < mappings.length && mappings[first + count].start < view.end)
		count++;
	return rangeText(view.start, view.end) + ", " + bytesText((view.end - view.start) * PAGE) + ": " + count +
		(count === 1 ? " mapping, " : " mappings, ") + "reserved " + bytesText(Math.round(sum.mapped) * PAGE) + ", resident " +
		bytesText(Math.round(sum.resident) * PAGE) + (data.unique_known ? ", unique " + bytesText(Math.round(sum.unique) * PAGE) : "") +
		", huge " + bytesText(Math.round(sum.huge) * PAGE) + ", swapped " + bytesText(Math.round(sum.swapped) * PAGE) + " bytes";
}

function showView(start, end) {
	const first = cells[0].start, last = cells[cells.length - 1].end;
	const size = Math.min(Math.max(end - start, 1), last - first);

	view.start = Math.min(Math.max(Math.round(start), first), last - size);
	view.end = view.start + Math.round(size);
	document.getElementById("zoom").replaceChildren(shape("svg", { class: "picture", id: "picture-zoom",
		viewBox: "0 0 " + WIDTH + " " + (HEIGHT + LANE + 44), role: "img", "aria-label": "Zoom: " + rangeText(view.start, view.end) },
	drawStrip(), drawLane(),
	shape("text", { x: 0, y: HEIGHT + LANE + 38, class: "small mono" }, addressText(view.start)),
	shape("text", { x: WIDTH, y: HEIGHT + LANE + 38, class: "small mono end" }, addressText(view.end))));
	document.getElementById("zoom-status").textContent = describeView();
	for (const row of document.querySelectorAll("#mappings-table tr.current"))
		row.classList.remove("current");
}

/* Zoom around an address, by default the middle */
function scaleView(factor, around) {
	const middle = around === undefined ? (view.start + view.end) / 2 : around, size = (view.end - view.start) * factor;

	showView(middle - size / 2, middle + size / 2);
}

function showMapping(mapping) {
	const edge = Math.ceil((mapping.end - mapping.start) / 20);

	showView(mapping.start - edge, mapping.end + edge);
}

function stepMapping(by) {
	const middle = Math.floor((view.start + view.end - 1) / 2);
	let index = firstAfter(mappings, middle);

	if (by > 0 && index < mappings.length && mappings[index].start <= middle)
		index++;
	if (by < 0)
		index--;
	if (mappings[index])
		showMapping(mappings[index]);
}

const moves = {
	in: () => scaleView(1 / 2),
	out: () => scaleView(2),
	left: () => showView(view.start - (view.end - view.start) / 4, view.end - (view.end - view.start) / 4),
	right: () => showView(view.start + (view.end - view.start) / 4, view.end + (view.end - view.start) / 4),
	previous: () => stepMapping(-1),
	next: () => stepMapping(1),
	whole: () => showView(cells[0].start, cells[cells.length - 1].end),
};

const keys = { "+": "in", "=": "in", ArrowUp: "in", "-": "out", ArrowDown: "out", ArrowLeft: "left", ArrowRight: "right",
	"[": "previous", "]": "next", 0: "whole", Home: "whole" };

/* The strip with the most pages in memory */
function busiestStrip() {
	let best = null, most = -1;

	for (const strip of document.querySelectorAll("#picture-map .strip")) {
		const [start, end] = strip.dataset.range.split("-").map((text) => parseInt(text.slice(0, -3), 16));
		const sum = sumRange(start, end);

		makeButton(strip, "Zoom into " + strip.dataset.range, () => {
			showView(start, end);
			document.getElementById("zoom").focus();
		});
		if (sum.resident + sum.swapped > most) {
			most = sum.resident + sum.swapped;
			best = [start, end];
		}
	}
	return best;
}

function startZoom() {
	const place = document.getElementById("zoom");

	if (!place || !cells.length)
		return;
	showView(...busiestStrip());
	place.addEventListener("keydown", (event) => {
		if (!keys[event.key] || event.ctrlKey || event.altKey || event.metaKey)
			return;
		event.preventDefault();
		moves[keys[event.key]]();
	});
	place.addEventListener("click", (event) => {
		const box = place.firstChild.getBoundingClientRect();

		scaleView(1 / 4, view.start + (view.end - view.start) * (event.clientX - box.left) / box.width);
	});
	for (const button of document.querySelectorAll("[data-move]"))
		button.addEventListener("click", () => moves[button.dataset.move]());
	list.choose = (mapping, move) => {
		showMapping(mapping);
		for (const row of document.querySelectorAll("#mappings-table tr"))
			row.classList.toggle("current", row.dataset.start === addressText(mapping.start));
		if (move)
			place.focus();
	};
}
