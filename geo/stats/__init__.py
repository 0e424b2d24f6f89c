"""Statistics of places: densities with units, tests with corrections."""
