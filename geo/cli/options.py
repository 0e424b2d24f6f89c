"""Options that several commands share, so that each is called and explained the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

__all__ = ["AsJson", "AskedArea", "AskedRole", "AskedTable", "AskedView", "MaybeRole", "StoreFolder"]

StoreFolder = Annotated[
    Path,
    typer.Option(
        "--store", envvar="MAPLEGRID_STORE", file_okay=False, metavar="DIR", help="The store: a folder of releases."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Report as one JSON object on stdout.")]
AskedView = Annotated[
    str,
    typer.Option(
        "--view",
        metavar="QUERY",
        help='What is asked, as in the page\'s address: "level=grid&period=2025&layer=disputes".',
    ),
]
AskedRole = Annotated[
    Literal["director", "planner", "administrator", "public"],
    typer.Option("--role", envvar="MAPLEGRID_ROLE", help="Whose eyes it is for."),
]
MaybeRole = Annotated[
    Literal["director", "planner", "administrator", "public"] | None,
    typer.Option("--role", envvar="MAPLEGRID_ROLE", help="Whose eyes it is for, where nobody signs in."),
]
AskedArea = Annotated[
    str | None,
    typer.Option("--area", envvar="MAPLEGRID_AREA", metavar="CODE", help="The area that the role is for."),
]
AskedTable = Annotated[
    Literal[
        "measure",
        "monthly",
        "by_class",
        "by_grade",
        "by_hour",
        "flow",
        "reach",
        "scorecard",
        "waiting",
        "questions",
        "peers",
        "assessment",
        "designations",
        "compare",
    ],
    typer.Option(
        "--table",
        help="Rows: areas (measure), or months, classes, grades, hours, states, kinds of places; the indicators of the "
        "three promises by area (scorecard), cases waiting for action, questions about the data, peers of areas; "
        "sheets of stations (assessment), the register of exemplary ones (designations), stations and their peers "
        "(compare).",
    ),
]
