/* Shapes: fetched once by content hash, decoded once, kept for as long as the map lives. */
(function () {
  "use strict";
  const MapleGrid = (window.MapleGrid = window.MapleGrid || {});
  const MICRODEGREES = 1e-6;
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

  function decodeAreas(data) {
    return data.ids.map((id, index) => ({
      id,
      name: data.names[index],
      nameEn: (data.names_en && data.names_en[index]) || null,
      centre: new L.LatLng(data.centres[2 * index + 1] * MICRODEGREES, data.centres[2 * index] * MICRODEGREES),
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
