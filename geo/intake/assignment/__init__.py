"""Points to grids: exact, by an index of cells, for tables and for files."""
