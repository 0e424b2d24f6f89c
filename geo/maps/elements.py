"""Folium elements of our own: each is one call of a function in data/web, with its values as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import folium
from branca.element import Element, Figure, MacroElement
from folium.template import Template

from geo.errors import GeoError
from geo.maps.assets import SCRIPTS, STYLES, asset_version

__all__ = ["BASE_URL", "BaseMap", "Call", "asset_links", "group_of", "script_json"]

#: Where our routes are, as seen from the frame that streamlit_folium draws in.
BASE_URL = "../../maplegrid"

# A brace before one of these opens a Jinja tag; JSON's own braces never stand there.
_UNSAFE = re.compile("[<>&\u2028\u2029]|{(?=[{%#])")


class Call(MacroElement):
    """One call of ``MapleGrid.<function>(values)``, its result added to the parent.

    Parameters
    ----------
    function
        Name of the function.
    values
        Its only argument.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "MapleGrid.{{ this.function }}({{ this.json }}).addTo({{ this._parent.get_name() }});"
        "{% endmacro %}"
    )

    def __init__(self, function: str, values: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca has no types
        self._name = "MapleGrid"
        self.function = function
        self.json = script_json(values)

    def render(self, **kwargs: object) -> str:
        """Put the call into the page; as text, since branca would read it as a template again, values and all."""
        figure = self.get_root()
        if not isinstance(figure, Figure):
            raise GeoError("A layer is drawn on a map alone. Remedy: add it to a base map first.")
        figure.script.add_child(_Text(self._template.module.script(self, kwargs)), name=self.get_name())
        return ""


class _Text(Element):
    """Text that goes into a page as it is."""

    _template = Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class _Base(MacroElement):
    """The call that turns a plain map into ours."""

    _template = Template(
        "{% macro script(this, kwargs) %}MapleGrid.base({{ this._parent.get_name() }}, {{ this.json }});{% endmacro %}"
    )

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # branca has no types
        self._name = "MapleGridBase"
        self.json = script_json(options)


class BaseMap(folium.Map):
    """A folium map without tiles whose scripts and styles come from our routes alone.

    Parameters
    ----------
    options
        Options of ``MapleGrid.base``.
    base_url
        Where our routes are, as seen from the page that holds the map.
    """

    def __init__(self, options: Mapping[str, Any], *, base_url: str) -> None:
        super().__init__(location=[0, 0], zoom_start=2, tiles=None, prefer_canvas=True, zoom_snap=0.25, max_zoom=19)
        self.default_js, self.default_css = asset_links(base_url)
        self.add_child(_Base(options))


def asset_links(base_url: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return names and addresses of the scripts and of the styles that a map needs, in order.

    All of them come with the map, since streamlit_folium loads nothing later.
    """
    scripts = [(_element_name(file), _address(base_url, file)) for file in SCRIPTS]
    styles = [(_element_name(file), _address(base_url, file)) for file in STYLES]
    return scripts, styles


def _element_name(file: str) -> str:
    return file.replace(".", "_").lower()


def _address(base_url: str, file: str) -> str:
    return f"{base_url}/assets/{file}?v={asset_version(file)}"


def group_of(call: Call) -> folium.FeatureGroup:
    """Return a feature group that holds one call."""
    group = folium.FeatureGroup()
    group.add_child(call)
    return group


def script_json(values: Mapping[str, Any]) -> str:
    r"""Return JSON that may stand inside a script and inside a template.

    No text in it can end the script or open a comment, nor is any text taken for a template's expression.

    Examples
    --------
    >>> script_json({"name": "</script>"})
    '{"name":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return _UNSAFE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)
