"""Repairs: each is chosen by name, changes a copy of the table, and lists what it changed; no file is ever changed."""
