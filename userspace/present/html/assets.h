/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright (C) 2026 the pgwalk authors */
/* The parts of a page that are files of this directory; the Makefile makes the texts. */
#ifndef PGWALK_PRESENT_HTML_ASSETS_H
#define PGWALK_PRESENT_HTML_ASSETS_H

extern const char asset_page_html[], asset_page_css[], asset_picture_css[], asset_explain_json[], asset_script_js[];

#endif
