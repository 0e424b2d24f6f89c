"""Persons are kept out: told by headers and by what stands in the cells, in Chinese and in English."""
