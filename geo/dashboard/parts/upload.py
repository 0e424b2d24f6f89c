"""Whether an upload may be taken in at all: the server's own limit, checked again where the file arrives."""

from __future__ import annotations

import streamlit as st

from geo.dashboard.words import gettext as _
from geo.intake.limits import in_words

__all__ = ["MOST_UPLOAD", "refuse_upload"]

#: The server's setting, in MB; the browser is told of it, but need not keep to it.
MOST_UPLOAD = "server.maxUploadSize"


def refuse_upload(name: str, size: int) -> str | None:
    """Return why a file is too large to be taken in on the page, and what to do; None if it is not.

    Parameters
    ----------
    name
        Of the file.
    size
        In bytes.
    """
    most = int(st.get_option(MOST_UPLOAD)) << 20
    if size <= most:
        return None
    return _(
        "{name} has {size}; this page takes files of up to {most}. Remedy: import it from the command line, which has "
        "no such limit, or have the server's setting maxUploadSize raised."
    ).format(name=name, size=in_words(size), most=in_words(most))
