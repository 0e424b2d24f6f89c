"""Where the files that come with the code are: beside it in a checkout, inside it in a wheel."""

from __future__ import annotations

from pathlib import Path

from geo.errors import GeoError

__all__ = ["app_script", "resource"]

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "_resources"
_CHECKOUT = _PACKAGE.parent


def resource(*parts: str) -> Path:
    """Return the path of a file or folder under ``data/``.

    Raises
    ------
    GeoError
        When it is not there, so that a broken installation names itself.

    Examples
    --------
    >>> resource("rules.toml").name
    'rules.toml'
    """
    return _find("data", *parts)


def app_script() -> Path:
    """Return the path of ``app.py``, the script that Streamlit serves."""
    return _find("app.py")


def _find(*parts: str) -> Path:
    for base in (_INSTALLED, _CHECKOUT):
        path = base.joinpath(*parts)
        if path.exists():
            return path
    raise GeoError(f"{'/'.join(parts)} is missing from this installation. Remedy: install maplegrid again.")
