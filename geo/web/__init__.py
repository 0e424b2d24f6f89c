"""Routes beside the dashboard: shapes, scripts, styles, the font, health. Nothing is fetched from anywhere else."""

from geo.web.paths import PREFIX, store_root
from geo.web.routes import routes

__all__ = ["PREFIX", "routes", "store_root"]
