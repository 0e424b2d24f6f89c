"""What the page says of uploads: how to bring a file, and why one is too large, checked again where it arrives."""

from __future__ import annotations

import streamlit as st

from geo.intake.readers.limits import in_words
from geo.words import gettext as _

__all__ = ["MOST_UPLOAD", "refuse_upload", "speak_uploader"]

#: The server's setting, in MB; the browser is told of it, but need not keep to it.
MOST_UPLOAD = "server.maxUploadSize"

# Streamlit's field speaks English alone; no setting changes that. Those who hear the page are told its button's word.
_STYLE = """<style>
[data-testid=stFileUploaderDropzone] > span [data-testid=stMarkdownContainer],
[data-testid=stFileUploaderDropzone] > input + div:has(+ span) > span {{
  position: absolute; clip-path: inset(50%);
}}
[data-testid=stFileUploaderDropzoneInstructions] > * {{ display: none; }}
[data-testid=stFileUploaderDropzone] > input + div:has(+ span)::after,
[data-testid=stFileUploaderDropzone] > span > button > div::after {{
  content: "{choose}"; margin-left: 0.4em; font-size: 0.875rem;
}}
[data-testid=stFileUploaderDropzoneInstructions]::after {{ content: "{drag}"; font-size: 0.875rem; opacity: 0.85; }}
</style>"""


def speak_uploader(most_mb: int | None = None) -> None:
    """Have the field for a file speak the language of this run; up to the server's size of a file if none is given."""
    drag = _("or drag it here; up to {most}").format(most=f"{most_mb or st.get_option(MOST_UPLOAD)} MB")
    st.html(_STYLE.format(choose=_quoted(_("Choose a file")), drag=_quoted(drag)))


def _quoted(text: str) -> str:
    return text.replace("\\", "").replace('"', "").replace("<", "")


def _most_bytes() -> int:
    return int(st.get_option(MOST_UPLOAD)) << 20


def refuse_upload(name: str, size: int) -> str | None:
    """Return why a file is too large to be taken in on the page, and what to do; None if it is not.

    Parameters
    ----------
    name
        Of the file.
    size
        In bytes.
    """
    most = _most_bytes()
    if size <= most:
        return None
    return _(
        "{name} has {size}; this page takes files of up to {most}. Remedy: import it from the command line, which has "
        "no such limit, or have the server's setting maxUploadSize raised."
    ).format(name=name, size=in_words(size), most=in_words(most))
