"""A made-up landscape from a seed: heights on a raster, where water runs, and the rivers and lakes that follow."""

import heapq
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

CELL_M = 300.0
"""Side of a raster cell in metres."""
CELLS = 272
"""Cells along one side; the raster is centred on the county's centre (0, 0)."""
RIVER_KM2 = (400.0, 90.0, 22.0)
"""Catchment in km² from which a stream is drawn as a river of rank 1, 2, 3."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_STEPS = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)]


@dataclass(frozen=True)
class Terrain:
    """Heights and drainage; row 0 is the south, column 0 the west."""

    height_m: Floats
    """Height in metres, shape (CELLS, CELLS)."""
    filled_m: Floats
    """Height with every hollow filled to its spill level, shape (CELLS, CELLS)."""
    receiver: Ints
    """Flat index of the cell that each cell drains to (itself at the outlet)."""
    catchment_km2: Floats
    """Area that drains through each cell, shape (CELLS, CELLS)."""

    def sample(self, points: Floats, field: Floats | None = None) -> Floats:
        """Read a raster (the heights when none is given) at points in local metres, bilinearly."""
        raster = self.height_m if field is None else field
        rows = points[:, 1] / CELL_M + (CELLS - 1) / 2
        columns = points[:, 0] / CELL_M + (CELLS - 1) / 2
        sampled: Floats = ndimage.map_coordinates(raster, [rows, columns], order=1, mode="nearest")
        return sampled


@dataclass(frozen=True)
class River:
    """A smooth line from its spring to where it joins a greater one, in local metres."""

    line: Floats
    rank: int
    catchment_km2: float


def make_terrain(rng: np.random.Generator) -> Terrain:
    """Raise hills around a basin that opens to the north-east and let the water find its way out.

    Parameters
    ----------
    rng
        Source of all chance.
    """
    height = _heights(rng)
    filled = _fill(height, rise_m=1e-3 * rng.lognormal(0.0, 1.2, height.size))
    receiver = _receivers(filled)
    return Terrain(height, filled, receiver, _catchment(filled, receiver))


def cell_centres() -> Floats:
    """Easting and northing of every raster cell in local metres, shape (CELLS * CELLS, 2)."""
    axis = (np.arange(CELLS) - (CELLS - 1) / 2) * CELL_M
    east, north = np.meshgrid(axis, axis)
    return np.column_stack([east.ravel(), north.ravel()])


def _heights(rng: np.random.Generator) -> Floats:
    centres = cell_centres().reshape(CELLS, CELLS, 2) / 1000.0
    east, north = centres[..., 0], centres[..., 1]
    downstream = (east * 0.55 + north * 0.83) / 30.0
    across = (east * 0.83 - north * 0.55) / 30.0
    basin = np.hypot(across - 0.22 * np.sin(2.2 * downstream), np.minimum(downstream - 0.25, 0) * 0.75)
    rim = 1 / (1 + np.exp(-(basin - 0.62) * 6.0))
    ridged = 1.0 - np.abs(_fractal(rng, roughness=2.3)) / 1.1
    rolling = _fractal(rng, roughness=2.6)
    hills = rim * (430 * np.clip(ridged, 0, None) ** 1.4 + 150 * rolling + 300)
    plain = 14 * _fractal(rng, roughness=1.9) + 30 * np.clip(rolling, 0, None) ** 2
    return np.asarray(np.clip(hills + plain - 55 * downstream, -80, None) + 90)


def _fractal(rng: np.random.Generator, *, roughness: float) -> Floats:
    """Make noise with a power spectrum f^-roughness, zero mean, unit spread; no features above 25 km."""
    frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(CELLS), np.fft.fftfreq(CELLS)))
    longest = CELL_M / 25_000
    amplitude = np.where(frequency > 0, np.maximum(frequency, longest) ** -roughness, 0.0)
    noise = np.fft.ifft2(np.fft.fft2(rng.standard_normal((CELLS, CELLS))) * amplitude).real
    return np.asarray(noise / noise.std())


def _fill(height: Floats, *, rise_m: Floats) -> Floats:
    """Fill every hollow to its spill level (priority flood), so that all water leaves by the north-east corner.

    Each step inland lies a little and unevenly higher, so that no filled plain is dead flat and streams wander over it.
    """
    wide = CELLS + 2  # a rim of cells that count as done saves asking where the raster ends
    ground = np.pad(height, 1).ravel().tolist()
    rise = np.pad(rise_m.reshape(height.shape), 1).ravel().tolist()
    filled = np.pad(np.full(height.shape, np.inf), 1).ravel().tolist()
    outlet = CELLS * wide + 1 + int(CELLS * 0.8)
    filled[outlet] = ground[outlet]
    queue = [(ground[outlet], outlet)]
    steps = [down * wide + right for down, right in _STEPS]
    while queue:
        level, cell = heapq.heappop(queue)
        for step in steps:
            there = cell + step
            if filled[there] == math.inf:
                filled[there] = max(ground[there], level + rise[there])
                heapq.heappush(queue, (filled[there], there))
    return np.array(filled).reshape(wide, wide)[1:-1, 1:-1]


def _receivers(filled: Floats) -> Ints:
    """Find the steepest way down from every cell."""
    padded = np.pad(filled, 1, constant_values=np.inf)
    index = np.arange(filled.size).reshape(filled.shape)
    steepest = np.zeros(filled.shape)
    receiver = index.copy()
    for down, right in _STEPS:
        there = padded[1 + down : CELLS + 1 + down, 1 + right : CELLS + 1 + right]
        drop = (filled - there) / np.hypot(down, right)
        better = drop > steepest
        steepest[better] = drop[better]
        receiver[better] = (index + down * CELLS + right)[better]
    return receiver.ravel()


def _catchment(filled: Floats, receiver: Ints) -> Floats:
    area = np.full(filled.size, (CELL_M / 1000) ** 2).tolist()
    target = receiver.tolist()
    for cell in np.argsort(-filled.ravel(), kind="stable").tolist():
        if target[cell] != cell:
            area[target[cell]] += area[cell]
    return np.array(area).reshape(filled.shape)


def trace_rivers(terrain: Terrain, rng: np.random.Generator) -> list[River]:
    """Follow the water from each spring down to its mouth; the greater stream keeps its course at a junction."""
    catchment = terrain.catchment_km2.ravel()
    centres = cell_centres()
    wet = np.flatnonzero(catchment >= RIVER_KM2[-1])
    wet = wet[np.argsort(-catchment[wet], kind="stable")]
    donors: dict[int, list[int]] = {}
    for cell in wet.tolist():
        donors.setdefault(int(terrain.receiver[cell]), []).append(cell)
    taken: set[int] = set()
    rivers = []
    for mouth in wet.tolist():
        if mouth in taken:
            continue
        course = [mouth]
        while upstream := [cell for cell in donors.get(course[-1], []) if cell not in taken and cell != course[-1]]:
            course.append(upstream[0])
        taken.update(course)
        joins = int(terrain.receiver[mouth])
        path = centres[[*reversed(course), joins]]
        if len(path) > 8:
            rank = int(np.searchsorted(-np.array(RIVER_KM2), -catchment[mouth])) + 1
            rivers.append(River(_meander(path, rng), min(rank, 3), float(catchment[mouth])))
    return _join(rivers)


def _meander(path: Floats, rng: np.random.Generator) -> Floats:
    """Smooth a raster course and let it wind, with its ends where they are."""
    smooth = ndimage.gaussian_filter1d(path, 2.0, axis=0, mode="nearest")
    smooth[[0, -1]] = path[[0, -1]]
    line = resample(smooth, 180.0)
    tangent = np.gradient(line, axis=0)
    tangent /= np.hypot(tangent[:, 0], tangent[:, 1])[:, None]
    sway = ndimage.gaussian_filter1d(rng.standard_normal(len(line) + 40), 3.2)[20:-20]
    sway *= 270.0 / max(float(sway.std()), 1e-9)
    taper = np.clip(np.minimum(np.arange(len(line)), np.arange(len(line))[::-1]) / 6.0, 0, 1)
    wound = line + np.column_stack([-tangent[:, 1], tangent[:, 0]]) * (sway * taper)[:, None]
    return np.asarray(ndimage.gaussian_filter1d(wound, 0.8, axis=0, mode="nearest"))


def resample(line: Floats, step_m: float) -> Floats:
    """Put points at equal steps along a line; both ends stay."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    count = max(round(along[-1] / step_m), 2) + 1
    stops = np.linspace(0.0, along[-1], count)
    return np.column_stack([np.interp(stops, along, line[:, 0]), np.interp(stops, along, line[:, 1])])


def _join(rivers: list[River]) -> list[River]:
    """End each tributary on the line of the river it flows into."""
    if len(rivers) < 2:
        return rivers
    joined = rivers[:1]
    for river in rivers[1:]:
        others = np.concatenate([other.line for other in joined])
        mouth = others[np.argmin(np.hypot(*(others - river.line[-1]).T))]
        joined.append(River(np.vstack([river.line[:-2], mouth]), river.rank, river.catchment_km2))
    return joined


def flood(terrain: Terrain, dam: int, *, area_km2: float) -> NDArray[np.bool_]:
    """Raise the water behind a dam until the lake has an area.

    Parameters
    ----------
    terrain
        The landscape.
    dam
        Flat index of the raster cell where the dam stands.
    area_km2
        How large the lake becomes, in km².

    Returns
    -------
    numpy.ndarray
        True where the lake is, shape (CELLS, CELLS).
    """
    height = np.where(_upstream(terrain, dam), terrain.filled_m, np.inf)
    cells = int(area_km2 / (CELL_M / 1000) ** 2)
    level = np.partition(height.ravel(), cells)[cells]
    pieces, _ = ndimage.label(height <= level, structure=np.ones((3, 3)))
    return np.asarray((pieces == pieces.ravel()[dam]) & np.isfinite(height))


def _upstream(terrain: Terrain, cell: int) -> NDArray[np.bool_]:
    reached = np.zeros(terrain.receiver.size, dtype=bool)
    reached[cell] = True
    further = terrain.receiver
    while not np.array_equal(further, further[further]):  # twice as far down at every step, until all are at the outlet
        reached = reached | reached[further]
        further = further[further]
    return np.asarray((reached | reached[further]).reshape(terrain.height_m.shape))
