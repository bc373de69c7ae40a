// SPDX-License-Identifier: GPL-2.0
/* Copyright (C) 2026 the pgwalk authors */
/* A library with an exported function, NAME, and a static one. */
#define JOIN2(a, b) a##b
#define JOIN(a, b) JOIN2(a, b)

void *JOIN(NAME, _hidden_at)(void);

__attribute__((noipa)) static int JOIN(NAME, _hidden)(int a)
{
	return a * 31 + 3;
}

__attribute__((noipa)) int NAME(int a)
{
	return JOIN(NAME, _hidden)(a) * 37 + 4;
}

void *JOIN(NAME, _hidden_at)(void)
{
	return (void *)JOIN(NAME, _hidden);
}
