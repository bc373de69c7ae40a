/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Recorded faults: a class can be chosen, and each cell of the heat maps can be read. */

const CELL_X = 212, CELLS_WIDTH = 440, CELL_HEIGHT = 15, SHADES = 5;
const heat = { time: 0, class: "" };

function zeroes() {
	return new Array(data.times.length).fill(0);
}

/* Faults by part of the time of the series that a test accepts */
function sumSeries(accept) {
	const sum = zeroes();

	for (const series of data.series)
		if (accept(series))
			series.counts.forEach((n, t) => { sum[t] += n; });
	return sum;
}

/* The left edge of a part of the time in the picture */
function edgeOf(time) {
	const whole = data.times[data.times.length - 1];

	return CELL_X + (time && whole ? CELLS_WIDTH * data.times[time - 1] / whole : 0);
}

function timeAt(x) {
	let time = 0;

	while (time + 1 < data.times.length && edgeOf(time + 1) <= x)
		time++;
	return time;
}

function countsOf(row) {
	return row.dataset.class !== undefined ? sumSeries((s) => s.class === row.dataset.class) :
		sumSeries((s) => s.row === Number(row.dataset.row) && (!heat.class || s.class === heat.class));
}

function bitsOf(n) {
	return Math.floor(Math.log2(n)) + 1;
}

function drawCells(row, counts, most) {
	const base = row.querySelector(".empty"), y = base.getAttribute("y");

	for (const old of row.querySelectorAll("rect:not(.empty)"))
		old.remove();
	counts.forEach((n, t) => {
		if (n)
			base.parentNode.append(shape("rect", { x: edgeOf(t).toFixed(2), y, width: (edgeOf(t + 1) - edgeOf(t)).toFixed(2),
				height: CELL_HEIGHT, class: "heat" + (1 + Math.floor((bitsOf(n) - 1) * SHADES / bitsOf(most))) }));
	});
	row.querySelector(".quiet").textContent = String(counts.reduce((a, b) => a + b, 0));
}

function chooseClass(name) {
	const rows = [...document.querySelectorAll("#picture-heat .mapping")], counts = rows.map(countsOf);
	const most = Math.max(1, ...counts.flat());

	rows.forEach((row, i) => drawCells(row, counts[i], most));
	for (const row of document.querySelectorAll("#picture-classes .class"))
		row.style.opacity = heat.class && row.dataset.class !== name ? 0.3 : 1;
}

/* Describe a cell, and draw a frame around it */
function readCell(row) {
	const from = heat.time ? data.times[heat.time - 1] : 0;
	const own = row.dataset.row === undefined ? (s) => s.class === row.dataset.class : (s) => s.row === Number(row.dataset.row);
	const parts = {};
	const name = row.dataset.row === undefined ? row.dataset.class : data.rows[Number(row.dataset.row)].name || "(anonymous)";

	for (const series of data.series)
		if (own(series) && series.counts[heat.time] && (row.dataset.row === undefined || !heat.class || series.class === heat.class))
			parts[series.class] = (parts[series.class] || 0) + series.counts[heat.time];
	for (const old of document.querySelectorAll("#faults .cursor"))
		old.remove();
	row.append(shape("rect", { class: "cursor", x: edgeOf(heat.time), y: row.querySelector(".empty").getAttribute("y"),
		width: edgeOf(heat.time + 1) - edgeOf(heat.time), height: CELL_HEIGHT }));
	document.getElementById("heat-status").textContent = name + ", " + from.toFixed(2) + " to " + data.times[heat.time].toFixed(2) +
		" s: " + (Object.entries(parts).map(([name, n]) => n + " " + name).join(", ") || "no") + " faults";
}

function startRow(row) {
	row.setAttribute("tabindex", "0");
	row.setAttribute("role", "group");
	row.setAttribute("aria-describedby", "heat-status");
	row.addEventListener("focus", () => readCell(row));
	row.addEventListener("pointermove", (event) => {
		const box = row.querySelector(".empty").getBoundingClientRect();
		const share = (event.clientX - box.left) / box.width;

		if (share < 0 || share >= 1)
			return;
		heat.time = timeAt(CELL_X + share * CELLS_WIDTH);
		readCell(row);
	});
	row.addEventListener("keydown", (event) => {
		const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
		const to = { ArrowUp: row.previousElementSibling, ArrowDown: row.nextElementSibling }[event.key];

		if (!by && !to)
			return;
		event.preventDefault();
		if (by) {
			heat.time = Math.min(Math.max(heat.time + by, 0), data.times.length - 1);
			readCell(row);
		} else if (to.getAttribute("tabindex")) {
			to.focus();
		}
	});
}

function startFaults() {
	const select = document.getElementById("class");

	if (!select)
		return;
	for (const name of new Set(data.series.map((series) => series.class)))
		select.append(element("option", { value: name, text: name }));
	select.addEventListener("change", () => {
		heat.class = select.value;
		chooseClass(select.value);
	});
	for (const row of document.querySelectorAll("#picture-classes .class, #picture-heat .mapping"))
		startRow(row);
	showRecords(document.getElementById("classes"), "classes", data.classes.map((record) => {
		const { histogram, ...rest } = record;

		return rest;
	}), "Faults by class, in the whole recording");
	showRecords(document.getElementById("rows"), "rows", data.rows.filter((row) => row.faults), "Faults by mapping or process");
}
