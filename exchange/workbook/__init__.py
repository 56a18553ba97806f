"""The workbook of CONTRACT.md section 3: one `.xlsx`, one sheet per kind of record.

`package` opens the file and guards against what is none; `rows` streams a sheet; `cells` reads and
writes the kinds of cells; `sheets` declares the twelve sheets, and is the one file to change for a
thirteenth; `checks` holds what is judged over many rows at once; `intake` reads, checks and
compares a whole workbook (`sheet_intake` a sheet, `batch` some of its rows, `columns` a column's
cells, `records` what goes between them, `issues` what is said); `storing` writes what changed;
`export` writes a workbook.
"""
