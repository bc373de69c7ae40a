/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* Reads the data of the page: JSON in which long tables are compact (compact.c). Text of a target is never markup. */

const PAGE = 4096;
const data = JSON.parse(document.getElementById("data").textContent);
const words = JSON.parse(document.getElementById("words").textContent);

/* Return the records of a compact table; addresses are numbers of pages */
function unpack(table) {
	const ring = new Array(256).fill("");
	let next = 0, at = 0;

	return table.rows.map((row) => {
		const record = {};

		row.forEach((value, i) => {
			if (table.types[i] === "address" && value !== null) {
				at += value;
				value = at;
			} else if (table.types[i] === "text" && value !== null) {
				if (typeof value === "string") {
					ring[next] = value;
					next = (next + 1) % ring.length;
				} else {
					value = ring[value];
				}
			}
			record[table.keys[i]] = value;
		});
		return record;
	});
}

/* Return the cells of the address space, all numbers in pages */
function unpackCells(cells) {
	let at = 0;

	return cells.rows.map((row) => {
		const start = at + row[0], size = row[1], cell = { start, end: start + size };

		at = cell.end;
		[cell.mapped, cell.resident, cell.unique, cell.huge, cell.swapped] = row.length > 3 ? row.slice(2) :
			[size, ...[1, 2, 4, 8].map((bit) => row[2] & bit ? size : 0)];
		return cell;
	});
}

const mappings = data.mappings ? unpack(data.mappings) : [];
const cells = data.cells ? unpackCells(data.cells) : [];
