/* The constant map below and above the data: background, borders, names, scale, attribution. */
(function () {
  "use strict";
  const MapleGrid = window.MapleGrid;
  const PANES = {
    "maple-ground": 350,
    "maple-values": 400,
    "maple-borders": 405,
    "maple-heat": 410,
    "maple-lines": 450,
    "maple-dots": 460,
    "maple-highlight": 470,
    "maple-names": 590, // below markers
  };
  const DEAF = ["maple-ground", "maple-borders", "maple-heat", "maple-lines", "maple-dots", "maple-highlight", "maple-names"];
  const MAX_ZOOM = 19;
  const ZOOM_OF_FEW = 15; // a few tiny areas keep some of what lies around them
  const ZOOM_OF_SMALL_LINES = 11; // further out, small rivers and roads would only blur the values below them
  const LINE_WIDTHS = { river: 2.2, road: 1.4 };

  MapleGrid.base = function (map, options) {
    map.maple = { options, fitted: null };
    map.attributionControl.setPrefix(false);
    map.setMaxZoom(MAX_ZOOM);
    map.getContainer().classList.add("maple-map", `maple-${options.theme}`);
    tellWhatItIs(map, options.words);
    for (const [name, order] of Object.entries(PANES)) map.createPane(name).style.zIndex = order;
    for (const name of DEAF) map.getPane(name).style.pointerEvents = "none";
    L.control.scale({ imperial: false, maxWidth: 110 }).addTo(map);
    if (options.attribution) map.attributionControl.addAttribution(MapleGrid.escape(options.attribution));
    if (options.bounds) MapleGrid.fit(map, options.fit_key, L.latLngBounds(options.bounds));
    map.maple.names = new Names(map, options);
    if (options.background) whenThere(map, options.background, (geometry) => drawBackground(map, geometry.features));
    if (options.borders) whenThere(map, options.borders, (geometry) => drawBorders(map, geometry.areas));
    followSize(map);
    return map;
  };

  /* Fit the map to an area when the area asked for changes; at all other times place and zoom are the reader's. */
  MapleGrid.fit = function (map, key, bounds) {
    if (map.maple.fitted === key || !bounds.isValid()) return;
    map.maple.fitted = key;
    map.fitBounds(bounds, { padding: [14, 14], maxZoom: ZOOM_OF_FEW, animate: false });
  };

  /* Tell the page which area was chosen. streamlit-folium would wait a quarter of a second, as clicks may be double;
     what it told last is set, so that it does not tell the same again. */
  MapleGrid.choose = function (map, layer, latlng, properties) {
    const feature = { type: "Feature", properties, geometry: null };
    const told = window.__GLOBAL_DATA__;
    if (told && window.parent !== window) {
      const value = { last_active_drawing: feature };
      Object.assign(told, value, { previous_data: value });
      const message = { isStreamlitMessage: true, type: "streamlit:setComponentValue", value, dataType: "json" };
      window.parent.postMessage(message, "*");
    } else {
      layer.fire("click", { latlng, layer: { toGeoJSON: () => feature } });
    }
    map.fire("maple:chosen", properties);
  };

  MapleGrid.escape = function (text) {
    const span = document.createElement("span");
    span.textContent = text;
    return span.innerHTML;
  };

  MapleGrid.fail = function (map, error) {
    console.error(error);
    if (map.maple.failed) return;
    map.maple.failed = true;
    const note = L.control({ position: "topright" });
    note.onAdd = function () {
      const box = L.DomUtil.create("div", "maple-note");
      box.textContent = map.maple.options.words.failed;
      return box;
    };
    note.addTo(map);
  };

  /* For those who hear the page or have no mouse: names in their language, and keys that the map itself takes. */
  function tellWhatItIs(map, words) {
    const box = map.getContainer();
    box.setAttribute("role", "application");
    box.setAttribute("aria-label", `${words.map}. ${words.keys}`);
    if (window.frameElement) window.frameElement.title = words.map;
    // Leaflet takes the focus at a click too: whoever has a mouse needs no ring around the map.
    box.addEventListener("pointerdown", () => box.classList.add("maple-pointed"), true);
    box.addEventListener("keydown", () => box.classList.remove("maple-pointed"), true);
    box.addEventListener("blur", () => box.classList.remove("maple-pointed"));
    const zoom = { in: words.zoom_in, out: words.zoom_out };
    for (const [way, text] of Object.entries(zoom)) {
      const button = box.querySelector(`.leaflet-control-zoom-${way}`);
      if (!button) continue;
      button.title = text;
      button.setAttribute("aria-label", text);
    }
  }

  function whenThere(map, url, draw) {
    MapleGrid.geometry(url).then(draw).catch((error) => MapleGrid.fail(map, error));
  }

  /* A map in a hidden tab or a frame that is still being laid out learns of its size later. */
  function followSize(map) {
    if (!window.ResizeObserver) return;
    let width = map.getContainer().clientWidth;
    new ResizeObserver(() => {
      const now = map.getContainer().clientWidth;
      if (now === width) return;
      const wasHidden = width === 0;
      width = now;
      map.invalidateSize({ animate: false });
      if (wasHidden && map.maple.bounds) map.fitBounds(map.maple.bounds, { animate: false });
    }).observe(map.getContainer());
  }

  function drawBackground(map, features) {
    const colours = map.maple.options.colours;
    const ground = L.canvas({ pane: "maple-ground", padding: 0.3 });
    const above = L.canvas({ pane: "maple-lines", padding: 0.3 });
    const shapes = L.layerGroup();
    const small = L.layerGroup();
    for (const feature of features) {
      const colour = colours[feature.kind === "river" ? "water" : feature.kind] || colours.road;
      const common = { interactive: false, smoothFactor: 1, color: colour };
      if (feature.type === "polygon") {
        const fill = { pane: "maple-ground", renderer: ground, stroke: false, fillColor: colour, fillOpacity: 1 };
        shapes.addLayer(L.polygon(feature.lines, { ...common, ...fill }));
      } else if (feature.type === "line") {
        const weight = (LINE_WIDTHS[feature.kind] || 1.2) / Math.sqrt(feature.rank || 1);
        const stroke = { pane: "maple-lines", renderer: above, weight: Math.max(weight, 0.7), opacity: 0.7 };
        (feature.rank > 1 ? small : shapes).addLayer(L.polyline(feature.lines, { ...common, ...stroke }));
      }
    }
    shapes.addTo(map);
    const follow = () => (map.getZoom() >= ZOOM_OF_SMALL_LINES ? small.addTo(map) : small.remove());
    map.on("zoomend", follow);
    follow();
    map.maple.names.add(features.filter((feature) => feature.name || feature.nameEn).map(backgroundName));
  }

  function backgroundName(feature) {
    const longest = feature.lines.reduce((one, two) => (two.length > one.length ? two : one));
    const centre = feature.type === "point" ? longest[0] : longest[Math.floor(longest.length / 2)];
    const place = feature.type === "polygon" ? L.latLngBounds(longest).getCenter() : centre;
    const zoom = { town: 8, water: 11, river: 10, road: 12 }[feature.kind] + (feature.rank || 1) - 1;
    return { thing: feature, centre: place, kind: feature.kind, order: feature.rank || 1, zoom };
  }

  function drawBorders(map, areas) {
    const colours = map.maple.options.colours;
    const renderer = L.canvas({ pane: "maple-lines", padding: 0.3 });
    const style = { pane: "maple-lines", renderer, interactive: false, fill: false, smoothFactor: 0 };
    const halo = { ...style, color: colours.halo, weight: 2.6, opacity: 0.65 };
    const line = { ...style, color: colours.station_border, weight: 1.2, opacity: 1 };
    const borders = L.layerGroup();
    for (const area of areas) borders.addLayer(L.polygon(area.rings, halo));
    for (const area of areas) borders.addLayer(L.polygon(area.rings, line));
    map.maple.borders = borders.addTo(map);
    const names = areas.map((thing) => ({ thing, centre: thing.centre, kind: "area", order: 0, zoom: 9 }));
    map.maple.names.add(names);
  }

  /* Names that find room on the screen, the weightier first; they are set anew when the map stops moving. */
  class Names {
    constructor(map, options) {
      this.map = map;
      this.lang = options.lang;
      this.fixed = [];
      this.changing = [];
      this.ruler = document.createElement("canvas").getContext("2d");
      map.on("moveend resize", () => this.place());
    }

    add(names) {
      this.fixed = this.fixed.concat(names).sort((one, two) => one.order - two.order);
      this.place();
    }

    /* Names of the areas that carry values now; each shows where its area is wider than its name. */
    setAreas(areas) {
      this.changing = areas;
      this.place();
    }

    place() {
      if (!this.map._loaded) return;
      const pane = this.map.getPane("maple-names");
      const taken = [];
      const fragment = document.createDocumentFragment();
      const font = getComputedStyle(this.map.getContainer()).fontFamily;
      this.ruler.font = `12px ${font}`;
      for (const name of this.fixed) this.set(name, taken, fragment, null);
      for (const path of this.changing) this.setArea(path, taken, fragment);
      pane.replaceChildren(fragment);
    }

    setArea(path, taken, fragment) {
      const bounds = path._pxBounds;
      if (!bounds || bounds.max.x - bounds.min.x < 46) return;
      const thing = path.maple;
      this.set({ thing, centre: thing.centre, kind: "small", zoom: 0 }, taken, fragment, bounds.max.x - bounds.min.x);
    }

    set(name, taken, fragment, room) {
      if (this.map.getZoom() < name.zoom || taken.length > 160) return;
      const point = this.map.latLngToContainerPoint(name.centre);
      const size = this.map.getSize();
      const text = MapleGrid.nameOf(name.thing, this.lang);
      const half = this.ruler.measureText(text).width / 2 + 3;
      if (!text || (room !== null && room < 2.2 * half)) return;
      const box = [point.x - half, point.y - 11, point.x + half, point.y + 11];
      if (box[0] < 0 || box[1] < 0 || box[2] > size.x || box[3] > size.y) return;
      const clash = (other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1];
      if (taken.some(clash)) return;
      taken.push(box);
      const label = document.createElement("span");
      label.className = `maple-name maple-name-${name.kind}`;
      label.textContent = text;
      L.DomUtil.setPosition(label, this.map.latLngToLayerPoint(name.centre));
      fragment.appendChild(label);
    }
  }
})();
