"""Tables for other programs: CSV, Parquet or JSON of what may be seen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from geo.errors import InputRefused

if TYPE_CHECKING:
    import pandas as pd

    from geo.privacy import Protected

__all__ = ["ENDINGS", "write_table"]

ENDINGS = (".csv", ".parquet", ".json")
_FIRST_COLUMNS = ("area_id", "name", "level", "n")
_LAST_COLUMNS = ("name_en",)


def write_table(protected: Protected, out: Path) -> None:
    """Write a protected table: area_id, name, level, n, then the measures; a withheld cell is empty and named.

    Of a table whose rows are not areas the columns are written in their own order.

    Parameters
    ----------
    protected
        What may be seen.
    out
        The file to write; its ending says the format: CSV in UTF-8 without live formulas, Parquet,
        or JSON with one object per row.

    Raises
    ------
    InputRefused
        When the ending is another, or the file can't be written.
    """
    from geo.intake.spreadsheets import safe_texts

    table = _set_columns(protected)
    out.parent.mkdir(parents=True, exist_ok=True)
    match out.suffix.lower():
        case ".csv":
            safe_texts(table).to_csv(out, index=False, date_format="%Y-%m-%d", encoding="utf-8")
        case ".parquet":
            table.to_parquet(out, index=False)
        case ".json":
            rows = json.loads(table.to_json(orient="records", date_format="iso"))
            out.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
        case _:
            raise InputRefused(f"{out.name} is no table file. Remedy: end it in {', '.join(ENDINGS)}.")


def _set_columns(protected: Protected) -> pd.DataFrame:
    from geo.export.tables import with_withheld

    table = with_withheld(protected)
    first = [column for column in _FIRST_COLUMNS if column in table] if "area_id" in table else []
    last = [column for column in _LAST_COLUMNS if column in table]
    between = [column for column in table if column not in {*first, *last}]
    return table[[*first, *between, *last]]
