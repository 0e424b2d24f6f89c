"""Write numbers as people read them: thousands marks, a true minus, per cent for shares."""

from __future__ import annotations

__all__ = ["format_number"]


def format_number(value: float, *, unit: str = "count") -> str:
    """Write a number with thousands marks and no more digits than it needs.

    Parameters
    ----------
    value
        The number; shares are 0–1.
    unit
        ``share`` is written in per cent without the sign, which stands in the unit.

    Examples
    --------
    >>> format_number(12345), format_number(0.075, unit="share"), format_number(-2.5)
    ('12,345', '7.5', '−2.5')
    """
    shown = value * 100 if unit == "share" else value
    text = f"{shown:,.6g}" if abs(shown) < 1e6 else f"{shown:,.0f}"
    if "e" in text:
        text = f"{shown:,.6f}".rstrip("0").rstrip(".")
    return text.replace("-", "\N{MINUS SIGN}")
