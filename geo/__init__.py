"""Maple Grid: grid management for community policing and local governance, in maps and figures."""

__version__ = "0.1.0"
