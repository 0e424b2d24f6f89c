"""Build hook: the wheel carries what a checkout keeps beside the package, and compiled translations."""

import tempfile
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INSIDE = "geo/_resources"
BESIDE = ("data", "app.py", ".streamlit/config.toml")


class CarryResources(BuildHookInterface[Any]):
    """Add resources and translations to a wheel; an editable install reads the checkout itself."""

    PLUGIN_NAME = "carry-resources"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name what the wheel holds besides the package, each catalogue compiled."""
        if version == "editable":
            return
        included = build_data["force_include"]
        for name in BESIDE:
            included[str(Path(self.root, name))] = f"{INSIDE}/{name}"
        self.compiled = tempfile.TemporaryDirectory(prefix="maplegrid-mo-")
        data = Path(self.root, "data")
        for source in sorted(data.glob("locale/*/LC_MESSAGES/*.po")):
            inside = source.relative_to(data).with_suffix(".mo")
            target = Path(self.compiled.name, inside)
            compile_catalogue(source, target)
            included[str(target)] = f"{INSIDE}/data/{inside.as_posix()}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the compiled catalogues once they are in the wheel."""
        if version != "editable":
            self.compiled.cleanup()


def compile_catalogue(source: Path, target: Path) -> None:
    """Compile one gettext catalogue.

    Parameters
    ----------
    source
        A ``.po`` file in UTF-8.
    target
        The ``.mo`` file to write; its folder is made.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as lines:
        catalogue = read_po(lines)
    with target.open("wb") as out:
        write_mo(out, catalogue)
