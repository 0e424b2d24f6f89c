"""Tables that leave the screen: CSV for Excel, with the values that the screen shows."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geo.intake.spreadsheets import safe_texts
from geo.privacy import Protected

__all__ = ["WITHHELD", "csv_text", "with_withheld", "write_csv"]

#: The column, present only where something is withheld, that names the row's withheld columns.
WITHHELD = "withheld"


def write_csv(protected: Protected, out: Path) -> None:
    """Write a table as CSV in UTF-8 with a byte order mark, as Excel wants it; no cell of it runs as a formula.

    Parameters
    ----------
    protected
        What may be seen. A withheld cell is empty and named in the row's column ``withheld``; a missing one is empty.
    out
        The file to write.
    """
    out.write_text(csv_text(protected), encoding="utf-8-sig", newline="")


def csv_text(protected: Protected) -> str:
    """Return a table as CSV text, without the byte order mark; no cell of it runs as a formula."""
    return str(safe_texts(with_withheld(protected)).to_csv(index=False, lineterminator="\r\n", date_format="%Y-%m-%d"))


def with_withheld(protected: Protected) -> pd.DataFrame:
    """Return the table, with a last column that names each row's withheld columns where there are any."""
    hidden = protected.protected
    if not hidden.to_numpy().any():
        return protected.frame
    names = hidden.columns.astype(str).to_numpy()
    told = [" ".join(names[cells]) for cells in hidden.to_numpy(dtype=bool)]
    return protected.frame.assign(**{WITHHELD: told})
