"""Recipes: how a file becomes a layer; read from TOML, checked, drafted, and found again."""
