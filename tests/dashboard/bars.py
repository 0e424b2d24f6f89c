"""What the bars of a page say."""

from __future__ import annotations

import re

from streamlit.testing.v1 import AppTest

_ROW = re.compile(r"border-radius:2px;width:[^<]*</div></div><div[^>]*>([^<]*)</div></div>$")


def bar_numbers(app: AppTest, prefix: str) -> dict[str, str]:
    """Return the number of each bar whose measure begins with a prefix, by what follows it."""
    keys = [button.key or "" for button in app.button]
    names = [key.removeprefix("bar-") for key in keys if key.startswith("bar-")]
    bodies = [element.proto.body for element in app.get("html")]
    numbers = [found[1] for body in bodies if (found := _ROW.search(body))]
    rows = zip(names, numbers, strict=True)
    return {name.removeprefix(prefix): number for name, number in rows if name.startswith(prefix)}
