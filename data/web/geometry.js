/* Shapes: fetched once by content hash, decoded once, kept for as long as the map lives. */
(function () {
  "use strict";
  const MapleGrid = (window.MapleGrid = window.MapleGrid || {});
  const MICRODEGREES = 1e-6;
  const HIGHEST = 85.0511287798; // degrees north: maps on the web end there
  const AHEAD_MS = 500; // the rest of the page comes first
  const ready = new Map(); // url -> decoded geometry
  const pending = new Map(); // url -> promise of it

  /* A ring or line is a flat list of steps [lon, lat, dlon, dlat, …] in microdegrees. */
  function decodeLine(steps) {
    const line = new Array(steps.length / 2);
    let lon = 0;
    let lat = 0;
    for (let index = 0; index < steps.length; index += 2) {
      lon += steps[index];
      lat += steps[index + 1];
      line[index / 2] = new L.LatLng(lat * MICRODEGREES, lon * MICRODEGREES);
    }
    return line;
  }

  /* East and south in the world of maps on the web, from 0 to 1. */
  const eastOf = (lon) => lon / 360 + 0.5;
  function southOf(lat) {
    const sine = Math.sin((Math.max(-HIGHEST, Math.min(HIGHEST, lat)) * Math.PI) / 180);
    return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  }

  /* All rings of an area as one list of points of the world, where in it each ring ends, and the bounds. */
  function decodeGround(polygons) {
    const rings = polygons.flat();
    const points = new Float64Array(rings.reduce((sum, steps) => sum + steps.length, 0));
    const ends = [];
    const bounds = L.latLngBounds([]);
    let at = 0;
    for (const steps of rings) {
      let [lon, lat, west, south, east, north] = [0, 0, Infinity, Infinity, -Infinity, -Infinity];
      for (let index = 0; index < steps.length; index += 2) {
        lon += steps[index];
        lat += steps[index + 1];
        west = Math.min(west, lon);
        east = Math.max(east, lon);
        south = Math.min(south, lat);
        north = Math.max(north, lat);
        points[at++] = eastOf(lon * MICRODEGREES);
        points[at++] = southOf(lat * MICRODEGREES);
      }
      ends.push(at);
      bounds.extend([south * MICRODEGREES, west * MICRODEGREES]).extend([north * MICRODEGREES, east * MICRODEGREES]);
    }
    const corner = ({ lat, lng }) => [eastOf(lng), southOf(lat)];
    return { points, ends, bounds, box: L.bounds(corner(bounds.getNorthWest()), corner(bounds.getSouthEast())) };
  }

  function decodeAreas(data) {
    return data.ids.map((id, index) => ({
      id,
      name: data.names[index],
      nameEn: (data.names_en && data.names_en[index]) || null,
      centre: new L.LatLng(data.centres[2 * index + 1] * MICRODEGREES, data.centres[2 * index] * MICRODEGREES),
      get ground() {
        return keep(this, "ground", decodeGround(data.shapes[index]));
      },
      get rings() {
        return keep(this, "rings", data.shapes[index].map((polygon) => polygon.map(decodeLine)));
      },
    }));
  }

  /* Of a country's shapes few are drawn: each is decoded when it is first asked for. */
  function keep(area, name, value) {
    Object.defineProperty(area, name, { value });
    return value;
  }

  function decodeLines(data) {
    return data.features.map((feature) => ({
      kind: feature.kind,
      name: feature.name || null,
      nameEn: feature.name_en || null,
      rank: feature.rank,
      type: feature.type,
      lines: feature.lines.map(decodeLine),
    }));
  }

  function decode(data) {
    return data.ids ? { areas: decodeAreas(data) } : { features: decodeLines(data) };
  }

  /* What is embedded in a page needs no request. */
  MapleGrid.embed = function (url, data) {
    ready.set(url, decode(data));
  };

  MapleGrid.decode = decode;

  /* The decoded geometry if it is there already, else undefined. */
  MapleGrid.known = (url) => ready.get(url);

  MapleGrid.geometry = function (url) {
    if (ready.has(url)) return Promise.resolve(ready.get(url));
    if (!pending.has(url)) pending.set(url, load(url));
    return pending.get(url);
  };

  async function load(url) {
    try {
      const response = await fetch(url);
      if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
      const geometry = decode(await response.json());
      ready.set(url, geometry);
      return geometry;
    } finally {
      pending.delete(url);
    }
  }

  /* Shapes that the next step is likely to need come while nothing else is to do. */
  MapleGrid.ahead = function (url) {
    const idle = window.requestIdleCallback || setTimeout;
    setTimeout(() => idle(() => MapleGrid.geometry(url).catch(() => null)), AHEAD_MS);
  };

  MapleGrid.nameOf = (thing, lang) => (lang === "en" && thing.nameEn) || thing.name || thing.nameEn || "";
})();
