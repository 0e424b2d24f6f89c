/* The value layer: shapes stay on the map, a change of the filter only colours them anew. */
(function () {
  "use strict";
  const MapleGrid = window.MapleGrid;
  const KEPT = 3; // sets of shapes kept when the level changes and changes back

  /* Rows that are alike come once; `like` tells which of them each area has. */
  function unpacked(options) {
    if (!options.like) return {};
    const told = ["classes", "values", "low", "high", "n"].filter((name) => options[name]);
    return Object.fromEntries(told.map((name) => [name, options.like.map((row) => options[name][row])]));
  }

  /* What the page adds and removes at each change; the painter below outlives it. */
  const ValueLayer = L.Layer.extend({
    initialize(options) {
      const marks = (options.marks || []).map((mark) => ({ ...mark, at: new Set(mark.at) }));
      this.values = { ...options, ...unpacked(options), marks, outlined: new Set(options.outlined) };
    },
    onAdd(map) {
      const painter = (map.maple.painter = map.maple.painter || new Painter(map));
      painter.take(this);
    },
    onRemove(map) {
      map.maple.painter.release(this);
    },
  });
  MapleGrid.values = (options) => new ValueLayer(options);

  class Painter {
    constructor(map) {
      this.map = map;
      this.layer = null;
      this.drawn = null; // the layer whose values are on the map: not the new one while its shapes come
      this.sets = new Map(); // url -> polygons drawn before, by the place of their area
      this.shown = [];
      this.clicks = 0;
      this.renderer = new MapleGrid.ColourCanvas({ pane: "maple-values", padding: 0.3 });
      this.borders = new MapleGrid.Borders({ renderer: L.canvas({ pane: "maple-borders", padding: 0.3 }) });
      this.lines = L.svg({ pane: "maple-highlight", padding: 0.3 });
      this.dots = L.canvas({ pane: "maple-dots", padding: 0.3 });
      this.marks = L.layerGroup().addTo(map);
      this.chosen = this.outline(3);
      this.hovered = this.outline(2);
      this.tip = L.tooltip({ className: "maple-tip", direction: "auto", offset: [12, 0], opacity: 1 });
    }

    /* A line on a paler one: seen on every colour of a ramp. */
    outline(weight) {
      const { text, halo } = this.map.maple.options.colours;
      const fixed = { pane: "maple-highlight", renderer: this.lines, interactive: false, fill: false };
      const below = L.polygon([], { ...fixed, color: halo, weight: weight + 3, opacity: 0.9 }).addTo(this.map);
      const above = L.polygon([], { ...fixed, color: text, weight }).addTo(this.map);
      const setLatLngs = (rings) => [below, above].forEach((line) => line.setLatLngs(rings));
      return { setLatLngs };
    }

    take(layer) {
      this.layer = layer;
      const url = layer.values.geometry;
      const known = MapleGrid.known(url);
      if (known) {
        this.show(layer, known.areas);
        return;
      }
      this.wait(true);
      MapleGrid.geometry(url)
        .then((geometry) => this.layer === layer && this.show(layer, geometry.areas))
        .catch((error) => MapleGrid.fail(this.map, error));
    }

    /* Old shapes stand pale until the new ones come; they tell nothing and lead nowhere. */
    wait(waits) {
      this.leave();
      this.map.getContainer().classList.toggle("maple-waits", waits);
    }

    /* The next layer comes within the same turn, so the shapes wait for it. */
    release(layer) {
      if (this.layer !== layer) return;
      this.layer = null;
      setTimeout(() => this.layer === null && this.clear());
    }

    clear() {
      this.wait(false);
      this.drawn = null;
      this.shown.forEach((path) => path.remove());
      this.shown = [];
      this.borders.clear();
      this.marks.clearLayers();
      this.chosen.setLatLngs([]);
      this.map.maple.names.setAreas([]);
    }

    show(layer, areas) {
      const values = layer.values;
      const kept = this.kept(values.geometry);
      const places = values.at || areas.map((_area, place) => place);
      const wanted = places.map((place) => (kept[place] = kept[place] || this.polygon(areas[place])));
      this.exchange(wanted);
      this.painted = 0;
      wanted.forEach((path, place) => this.paint(path, place, values));
      this.borders.show(this.map, wanted);
      this.marks.clearLayers();
      for (const place of values.dots || []) this.dot(wanted[place]);
      this.select(values.selected === null ? null : areas.find((area) => area.id === values.selected));
      this.drawn = layer;
      this.wait(false);
      this.fit(values, wanted);
      this.map.maple.names.setAreas(values.names ? wanted : []);
      this.map.fire("maple:painted", { shapes: wanted.length, painted: this.painted });
      if (values.next) MapleGrid.ahead(values.next);
    }

    select(area) {
      this.chosen.setLatLngs(area ? area.rings : []);
    }

    /* The polygons of a set of shapes that were drawn before, by their place in it. */
    kept(url) {
      const kept = this.sets.get(url) || [];
      this.sets.delete(url);
      this.sets.set(url, kept);
      if (this.sets.size > KEPT) this.sets.delete(this.sets.keys().next().value);
      return kept;
    }

    polygon(area) {
      const path = new MapleGrid.Area(area, { pane: "maple-values", renderer: this.renderer });
      path.on("mouseover", (event) => this.enter(path, event));
      path.on("mousemove", (event) => this.tip.setLatLng(event.latlng));
      path.on("mouseout", () => this.leave());
      path.on("click", (event) => this.click(path, event));
      return path;
    }

    exchange(wanted) {
      const staying = new Set(wanted);
      this.shown.forEach((path) => staying.has(path) || path.remove());
      wanted.forEach((path) => this.map.hasLayer(path) || path.addTo(this.map));
      this.shown = wanted;
    }

    /* An area that keeps its look is left alone: of a month's step often most, so that few are drawn again. */
    paint(path, place, values) {
      path.place = place;
      const colours = this.map.maple.options.colours;
      const sign = values.classes ? values.classes[place] : " ";
      const hatch = values.hatches[sign];
      const outlined = values.outlined.has(place);
      path.line = outlined ? `2.4 ${colours.text}` : `${values.line} ${colours.border}`;
      const look = [values.colours[sign], hatch, sign === " "].join();
      if (path.look === look) return;
      path.look = look;
      path.setStyle({
        fillColor: values.colours[sign],
        fillOpacity: sign === " " ? 0 : 1,
        hatch: hatch ? { kind: hatch, colour: hatch === "alarm" ? colours.halo : colours.quiet_text } : null,
      });
      this.painted += 1;
    }

    dot(path) {
      const colours = this.map.maple.options.colours;
      const style = { pane: "maple-dots", renderer: this.dots, interactive: false, radius: 2.4, weight: 1 };
      const dot = { ...style, color: colours.halo, fillColor: colours.text, fillOpacity: 1 };
      this.marks.addLayer(L.circleMarker(path.maple.centre, dot));
    }

    fit(values, wanted) {
      if (this.map.maple.fitted === values.fit) return;
      const bounds = L.latLngBounds([]);
      const focused = values.focus ? values.focus.map((place) => wanted[place]) : wanted;
      focused.forEach((path) => bounds.extend(path.getBounds()));
      MapleGrid.fit(this.map, values.fit, bounds);
    }

    isDrawn() {
      return this.layer !== null && this.layer === this.drawn;
    }

    enter(path, event) {
      if (!this.isDrawn()) return;
      this.hovered.setLatLngs(path.maple.rings);
      this.tip.setContent(describe(path, this.layer.values, this.map.maple.options)).setLatLng(event.latlng);
      this.tip.addTo(this.map);
    }

    leave() {
      this.hovered.setLatLngs([]);
      this.tip.remove();
    }

    /* The page learns of the area alone, and of the count of clicks so that a second click on it counts too. */
    click(path, event) {
      if (!this.isDrawn()) return;
      this.clicks += 1;
      const properties = { area_id: path.maple.id, level: this.layer.values.level, click: this.clicks };
      MapleGrid.choose(this.map, this.layer, event.latlng, properties);
    }
  }

  MapleGrid.describe = describe;

  function describe(path, values, options) {
    const box = document.createElement("div");
    const line = (text, kind) => {
      const row = box.appendChild(document.createElement("div"));
      row.className = kind;
      row.textContent = text;
    };
    line(MapleGrid.nameOf(path.maple, options.lang), "maple-tip-name");
    for (const text of values.describe ? values.describe(path.place) : figures(path.place, values, options)) line(text, "");
    return box;
  }

  function figures(place, values, options) {
    if (!values.classes) return [];
    const sign = values.classes[place];
    const words = options.words;
    if (values.states) return stateLines(place, sign, values);
    if (sign === "w") return [`${values.label}: ${words.withheld}`];
    if (sign === "m") return [`${values.label}: ${words.missing}`];
    const number = (list) => MapleGrid.number(list[place] / values.scale, values, options.lang);
    const lines = [`${values.label}: ${number(values.values)}${values.unit_text}`];
    if (values.low && values.low[place] !== null) {
      lines.push(`${words.interval}: ${number(values.low)}–${number(values.high)}${values.unit_text}`);
    }
    if (values.n && values.n[place] !== null) lines.push(`n = ${values.n[place].toLocaleString(tag(options.lang))}`);
    return lines;
  }

  function stateLines(place, sign, values) {
    const lines = [values.states[sign]];
    for (const mark of values.marks) if (mark.at.has(place)) lines.push(mark.label);
    return lines;
  }

  const tag = (lang) => lang.replace("_", "-");

  MapleGrid.number = function (value, { unit, digits, signed }, lang) {
    const shown = unit === "share" ? 100 * value : value;
    const format = { maximumFractionDigits: digits, signDisplay: signed ? "exceptZero" : "auto" };
    return new Intl.NumberFormat(tag(lang), format).format(shown).replace("-", "\u2212");
  };
})();
