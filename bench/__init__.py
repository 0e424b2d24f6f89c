"""Benchmarks: JSON lines, peers timed in the same run; only the ratios are to be quoted."""
