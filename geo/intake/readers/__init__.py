"""Reading files of any kind within bounds: text, workbooks, maps, Parquet, and zips of them."""
