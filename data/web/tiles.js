/* Maps of many areas: tiles that the server colours; it also tells which area lies under the pointer. */
(function () {
  "use strict";
  const MapleGrid = window.MapleGrid;
  const SIDE = 256; // a tile has twice as many pixels, for fine screens and between zooms
  const REST_MS = 90; // the pointer rests so long before the server is asked what is under it
  const KEPT = 400; // areas that were looked at

  /* What the page adds and removes at each change; the tiler below outlives it. */
  const TileValues = L.Layer.extend({
    initialize(options) {
      this.values = options;
    },
    onAdd(map) {
      map.maple.tiler = map.maple.tiler || new Tiler(map);
      map.maple.tiler.take(this);
    },
    onRemove(map) {
      map.maple.tiler.release(this);
    },
  });
  MapleGrid.tiles = (options) => new TileValues(options);

  /* Tiles of an address whose token stands behind the question mark. */
  MapleGrid.tileLayer = function (address, options) {
    const [path, query] = address.split("?");
    const fixed = { tileSize: SIDE, minZoom: 0, maxZoom: 19, keepBuffer: 1, updateWhenZooming: false };
    return L.tileLayer(`${path}/{z}/{x}/{y}?${query}`, { ...fixed, ...options });
  };

  /* Tiles in a pane; those before stay until those that follow are there, so that the map never goes blank. */
  class Stack {
    constructor(map, options) {
      this.map = map;
      this.options = options;
      this.shown = []; // the last one is wanted
    }

    show(address) {
      const last = this.shown[this.shown.length - 1];
      if (last && last.address === address) return;
      const next = MapleGrid.tileLayer(address, this.options);
      next.address = address;
      let failed = 0;
      next.on("tileerror", () => (failed += 1));
      next.on("load", () => {
        this.drop((one) => this.shown.indexOf(one) < this.shown.indexOf(next));
        if (failed) MapleGrid.fail(this.map, new Error(`${failed} tiles failed`));
        this.map.fire("maple:painted", { tiles: address });
      });
      this.shown.push(next);
      next.addTo(this.map);
    }

    drop(gone) {
      const kept = this.shown.filter((one) => !gone(one));
      this.shown.filter(gone).forEach((one) => one.remove());
      this.shown = kept;
    }
  }

  class Tiler {
    constructor(map) {
      this.map = map;
      this.layer = null;
      this.stack = new Stack(map, { pane: "maple-values", className: "maple-tile" });
      this.known = new Map(); // address -> promise of an area and its figures
      this.clicks = 0;
      this.lines = L.svg({ pane: "maple-highlight", padding: 0.3 });
      this.chosen = this.outline(3);
      this.hovered = this.outline(2);
      this.tip = L.tooltip({ className: "maple-tip", direction: "auto", offset: [12, 0], opacity: 1 });
      map.on("mousemove", (event) => this.move(event));
      map.on("mouseout movestart zoomstart", () => this.leave());
      map.on("click", (event) => this.click(event));
    }

    outline(weight) {
      const { text, halo } = this.map.maple.options.colours;
      const fixed = { pane: "maple-highlight", renderer: this.lines, interactive: false, fill: false };
      const below = L.polygon([], { ...fixed, color: halo, weight: weight + 3, opacity: 0.9 }).addTo(this.map);
      const above = L.polygon([], { ...fixed, color: text, weight }).addTo(this.map);
      return { setLatLngs: (rings) => [below, above].forEach((line) => line.setLatLngs(rings)) };
    }

    take(layer) {
      this.layer = layer;
      this.leave();
      const { tiles, bounds, fit, selected } = layer.values;
      MapleGrid.fit(this.map, fit, L.latLngBounds(bounds));
      this.stack.show(tiles);
      this.chosen.setLatLngs([]);
      if (selected === null) return;
      this.ask(`of/${encodeURIComponent(selected)}`)
        .then((found) => found && this.layer === layer && this.chosen.setLatLngs(found.area.rings))
        .catch((error) => MapleGrid.fail(this.map, error));
    }

    /* The next layer comes within the same turn. */
    release(layer) {
      if (this.layer !== layer) return;
      this.layer = null;
      setTimeout(() => {
        if (this.layer !== null) return;
        this.stack.drop(() => true);
        this.leave();
        this.chosen.setLatLngs([]);
      });
    }

    ask(what) {
      const [path, query] = this.layer.values.tiles.split("?");
      const url = `${path}/${what}?${query}`;
      if (!this.known.has(url)) {
        this.known.set(url, load(url).catch((error) => (this.known.delete(url), Promise.reject(error))));
        if (this.known.size > KEPT) this.known.delete(this.known.keys().next().value);
      }
      return this.known.get(url);
    }

    at({ lng, lat }) {
      return this.ask(`at/${L.Util.wrapNum(lng, [-180, 180], true).toFixed(7)}/${lat.toFixed(7)}`);
    }

    move(event) {
      clearTimeout(this.resting);
      if (!this.layer) return;
      this.tip.setLatLng(event.latlng);
      const layer = this.layer;
      this.resting = setTimeout(() => {
        if (this.layer !== layer) return;
        this.at(event.latlng)
          .then((found) => this.layer === layer && this.enter(found, event.latlng))
          .catch(() => this.leave()); // what is painted stays; the next rest asks again
      }, REST_MS);
    }

    enter(found, latlng) {
      if (!found) {
        this.leave();
        return;
      }
      this.hovered.setLatLngs(found.area.rings);
      const path = { maple: found.area, place: 0 };
      this.tip.setContent(MapleGrid.describe(path, found.values, this.map.maple.options)).setLatLng(latlng);
      this.tip.addTo(this.map);
    }

    leave() {
      clearTimeout(this.resting);
      this.hovered.setLatLngs([]);
      this.tip.remove();
    }

    /* As a click on a shape: the page learns of the area, and of the count of clicks. */
    click(event) {
      const layer = this.layer;
      if (!layer) return;
      this.at(event.latlng)
        .then((found) => {
          if (!found || this.layer !== layer) return;
          this.clicks += 1;
          const properties = { area_id: found.area.id, level: layer.values.level, click: this.clicks };
          MapleGrid.choose(this.map, layer, event.latlng, properties);
        })
        .catch((error) => MapleGrid.fail(this.map, error));
    }
  }

  const HeatTiles = L.Layer.extend({
    initialize({ tiles, opacity }) {
      this.tiles = tiles;
      this.opacity = opacity;
    },
    onAdd(map) {
      const options = { pane: "maple-heat", className: "maple-heat", opacity: this.opacity };
      map.maple.heat = map.maple.heat || { stack: new Stack(map, options), layer: null };
      map.maple.heat.layer = this;
      map.maple.heat.stack.show(this.tiles);
    },
    onRemove(map) {
      const heat = map.maple.heat;
      if (heat.layer !== this) return;
      heat.layer = null;
      setTimeout(() => heat.layer === null && heat.stack.drop(() => true));
    },
  });
  MapleGrid.heatTiles = (options) => new HeatTiles(options);

  /* Points that the server has clustered for what is seen; a click on a cluster goes nearer, one on a point tells nothing. */
  const Clusters = L.LayerGroup.extend({
    initialize(options) {
      L.LayerGroup.prototype.initialize.call(this);
      this.shown = options;
    },
    onAdd(map) {
      L.LayerGroup.prototype.onAdd.call(this, map);
      map.on("moveend", this.follow, this);
      this.follow();
    },
    onRemove(map) {
      map.off("moveend", this.follow, this);
      L.LayerGroup.prototype.onRemove.call(this, map);
    },
    follow() {
      const map = this._map;
      const zoom = Math.round(map.getZoom());
      const last = 2 ** zoom - 1;
      const tile = (value) => Math.min(Math.max(Math.floor(value / SIDE), 0), last);
      const bounds = map.getBounds();
      const [from, to] = [bounds.getNorthWest(), bounds.getSouthEast()].map((corner) => map.project(corner, zoom));
      const [path, query] = this.shown.tiles.split("?");
      const url = `${path}/marks/${zoom}/${tile(from.x)}/${tile(from.y)}/${tile(to.x)}/${tile(to.y)}?${query}`;
      if (url === this.asked) return;
      this.asked = url;
      fetchJson(url)
        .then((marks) => this.asked === url && this._map && this.draw(marks))
        .catch((error) => MapleGrid.fail(map, error));
    },
    draw({ lon, lat, n, kind, classes }) {
      this.clearLayers();
      const { labels, colour, halo } = this.shown;
      const style = { radius: 5, weight: 1, color: halo, fillColor: colour, fillOpacity: 0.85 };
      lon.forEach((_, index) => {
        const place = [lat[index] * 1e-6, lon[index] * 1e-6];
        const point = n[index] === 1;
        const mark = point ? L.circleMarker(place, style) : L.marker(place, { icon: clusterIcon(n[index]), keyboard: false });
        mark.toGeoJSON = undefined;
        if (kind[index] >= 0) mark.bindTooltip(() => MapleGrid.textBox(labels[classes[kind[index]]]), { className: "maple-tip" });
        if (!point) mark.on("click", () => this._map.setView(place, this._map.getZoom() + 2));
        this.addLayer(mark);
      });
    },
  });
  MapleGrid.clusters = (options) => new Clusters(options);

  function clusterIcon(count) {
    const size = 22 + 5 * Math.min(Math.floor(Math.log10(count)), 4);
    return L.divIcon({ html: `<span>${count.toLocaleString()}</span>`, className: "maple-cluster", iconSize: [size, size] });
  }

  async function fetchJson(url) {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
    return response.json();
  }

  async function load(url) {
    const found = await fetchJson(url);
    if (found === null) return null;
    const marks = (found.values.marks || []).map((mark) => ({ ...mark, at: new Set(mark.at) }));
    return { area: MapleGrid.decode(found.area).areas[0], values: { ...found.values, marks } };
  }
})();
