"""Routes beside the dashboard: shapes, scripts, styles, the font, health. Nothing is fetched from anywhere else."""

from geo.web.routes import PREFIX, routes, sign_address, store_root

__all__ = ["PREFIX", "routes", "sign_address", "store_root"]
