"""Compiles the assignment at installation, so that no first start has to: ``python -m geo.intake.compile_once``."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from geo.intake.assign import assign_points
from geo.layers import STORE_CRS

__all__ = ["compile_once"]


def compile_once() -> pd.DataFrame:
    """Place one point inside a square and one just beside it; numba keeps the machine code that this takes.

    Returns
    -------
    DataFrame
        ``grid_id``, ``placed`` of the two points, as `geo.intake.assign.assign_points` gives them.
    """
    square = gpd.GeoDataFrame({"grid_id": ["1"]}, geometry=[shapely.box(0, 0, 1, 1)], crs=STORE_CRS)
    return assign_points([0.5, 1.00001], [0.5, 0.5], square, snap_tolerance_m=30.0)


if __name__ == "__main__":
    compile_once()
