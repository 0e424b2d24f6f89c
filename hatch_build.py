"""Build hook: puts compiled translations into the wheel beside their sources."""

import tempfile
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogue(source: Path, target: Path) -> None:
    """Compile one gettext catalogue.

    Parameters
    ----------
    source : Path
        A ``.po`` file in UTF-8.
    target : Path
        The ``.mo`` file to write; its folder is made.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as lines:
        catalogue = read_po(lines)
    with target.open("wb") as out:
        write_mo(out, catalogue)


class CompileTranslations(BuildHookInterface[Any]):
    """Compile ``data/locale/*/LC_MESSAGES/*.po`` into the wheel; a checkout keeps only the sources."""

    PLUGIN_NAME = "compile-translations"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add one ``.mo`` per ``.po`` to what the wheel holds."""
        if version == "editable":
            return
        self.compiled = tempfile.TemporaryDirectory(prefix="maplegrid-mo-")
        data = Path(self.root, "data")
        for source in sorted(data.glob("locale/*/LC_MESSAGES/*.po")):
            inside = source.relative_to(data).with_suffix(".mo")
            target = Path(self.compiled.name, inside)
            compile_catalogue(source, target)
            build_data["force_include"][str(target)] = f"geo/_resources/data/{inside.as_posix()}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the compiled files once they are in the wheel."""
        if version != "editable":
            self.compiled.cleanup()
