"""The application that ``streamlit run app.py`` serves: the dashboard, and our own routes beside it."""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

import geo
from geo.dashboard.ahead import ready_from_start
from geo.dashboard.errors import on_script_error
from geo.dashboard.shut import why_closed
from geo.web import routes
from geo.web.closed import ClosedFor
from geo.web.origin import SameOriginOnly

# The script is named by its place in the package, so that this file works from a checkout and from a wheel.
app = st.App(
    Path(geo.__file__).parent / "dashboard" / "main.py",
    lifespan=ready_from_start,
    routes=routes(),
    middleware=[Middleware(ClosedFor, why=why_closed), Middleware(SameOriginOnly)],
    on_script_error=on_script_error,
)
