"""Pages set in type: a template, the words and figures that go into it, and pictures; a PDF comes out."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from geo.export.extra import export_extra
from geo.export.printed import logo_png
from geo.maps.assets import font_path
from geo.resources import resource

__all__ = ["typeset"]

_HOUSE, _LOGO = "house.typ", "logo.png"
# Languages as the templates call them.
_LANGUAGES = {"en": "en", "zh_CN": "zh"}


def typeset(
    template: str,
    data: Mapping[str, Any],
    *,
    lang: str,
    pictures: Mapping[str, bytes] | None = None,
    logo: bytes | None = None,
    created_at: datetime | None = None,
) -> bytes:
    """Return a PDF in the product's own font, which is embedded; its text can be searched and copied.

    Parameters
    ----------
    template
        Name of a file under ``data/print``, without its ending.
    data
        What it shows, as JSON holds it. Every text is set as it is: nothing in it is taken for a command.
    lang
        ``en`` or ``zh_CN``.
    pictures
        Files that the template names, by name.
    logo
        What a PNG or JPEG holds, for the corner of the first page.
    created_at
        Moment that the file says it was made.

    Raises
    ------
    GeoError
        When what takes part is not installed.
    """
    with export_extra():
        import typst
    data, pictures = dict(data), dict(pictures or {})
    if logo is not None:
        pictures[_LOGO], data["logo"] = logo_png(logo)
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        for name in (_HOUSE, f"{template}.typ"):
            (room / name).write_bytes(resource("print", name).read_bytes())
        for name, picture in pictures.items():
            (room / name).write_bytes(picture)
        pdf = typst.compile(
            room / f"{template}.typ",
            root=room,
            font_paths=[font_path().parent],
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False), "lang": _LANGUAGES[lang]},
            timestamp=None if created_at is None else created_at.replace(microsecond=0),
        )
    if not isinstance(pdf, bytes):
        raise TypeError(f"one PDF was expected, not {type(pdf).__name__}")
    return pdf
