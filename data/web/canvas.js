/* Areas, and where they are drawn: colours on one canvas, borders on one above it, which a change of the colours leaves alone. */
(function () {
  "use strict";
  const MapleGrid = window.MapleGrid;
  const HATCH = 8; // pixels until it comes again
  const WIDE = 0.8; // pixels of a border where few of many areas are seen

  const pointer = document.createElement("canvas").getContext("2d"); // tells what lies in a way, draws nothing

  /* An area by points of the world: they are set on the map's pixels when it is drawn, once for each zoom. */
  MapleGrid.Area = L.Path.extend({
    options: { stroke: false, fill: true },
    initialize(area, options) {
      L.setOptions(this, options);
      this.maple = area;
    },
    getBounds() {
      return this.maple.ground.bounds;
    },
    isSeen(renderer) {
      return this._pxBounds.intersects(renderer._bounds);
    },
    /* The way around it in pixels; points that fall on one pixel are one. */
    wayAround() {
      this.way = this.way || trace(this.maple.ground, this.size, this.origin);
      return this.way;
    },
    _project() {
      const { min, max } = this.maple.ground.box;
      this.size = this._map.options.crs.scale(this._map.getZoom());
      this.origin = this._map.getPixelOrigin();
      this._pxBounds = L.bounds(
        [Math.floor(min.x * this.size) - this.origin.x, Math.floor(min.y * this.size) - this.origin.y],
        [Math.ceil(max.x * this.size) - this.origin.x, Math.ceil(max.y * this.size) - this.origin.y],
      );
      this.way = null;
    },
    _update() {},
    _updatePath() {
      if (this.isSeen(this._renderer)) this._renderer._updatePoly(this);
    },
    _containsPoint(point) {
      return this._pxBounds.contains(point) && pointer.isPointInPath(this.wayAround(), point.x, point.y, "evenodd");
    },
  });

  function trace({ points, ends }, size, origin) {
    const way = new Path2D();
    let at = 0;
    for (const end of ends) {
      let x = Math.round(points[at] * size) - origin.x;
      let y = Math.round(points[at + 1] * size) - origin.y;
      way.moveTo(x, y);
      for (at += 2; at < end; at += 2) {
        const nextX = Math.round(points[at] * size) - origin.x;
        const nextY = Math.round(points[at + 1] * size) - origin.y;
        if (nextX === x && nextY === y) continue;
        x = nextX;
        y = nextY;
        way.lineTo(x, y);
      }
      way.closePath();
    }
    return way;
  }

  /* Colours of areas, and the hatch over them. */
  MapleGrid.ColourCanvas = L.Canvas.extend({
    _updatePoly(path) {
      if (!this._drawing) return;
      const { fillColor, fillOpacity, hatch } = path.options;
      const pen = this._ctx;
      pen.globalAlpha = fillOpacity;
      pen.fillStyle = fillColor;
      if (fillOpacity > 0) pen.fill(path.wayAround(), "evenodd");
      if (!hatch) return;
      pen.globalAlpha = 1;
      pen.fillStyle = this._pattern(pen, hatch);
      pen.fill(path.wayAround(), "evenodd");
    },
    _pattern(pen, { kind, colour }) {
      this._patterns = this._patterns || {};
      const key = kind + colour;
      this._patterns[key] = this._patterns[key] || pen.createPattern(drawHatch(kind, colour), "repeat");
      return this._patterns[key];
    },
  });

  /* Withheld: lines falling; missing: dots; alarm: lines rising. */
  function drawHatch(kind, colour) {
    const tile = document.createElement("canvas");
    tile.width = tile.height = HATCH;
    const pen = tile.getContext("2d");
    pen.strokeStyle = pen.fillStyle = colour;
    pen.lineWidth = 1.3;
    pen.beginPath();
    if (kind === "missing") {
      pen.arc(2, 2, 0.9, 0, 7);
      pen.arc(6, 6, 0.9, 0, 7);
      pen.fill();
      return tile;
    }
    const [from, to] = kind === "withheld" ? [-1, 1] : [1, -1];
    for (const shift of [-HATCH, 0, HATCH]) {
      pen.moveTo(shift - 1, 4 + from * 5);
      pen.lineTo(shift + 9, 4 + to * 5);
    }
    pen.stroke();
    return tile;
  }

  /* The borders of all areas as one shape. They are drawn where the areas are, so those are to be on the map before. */
  MapleGrid.Borders = L.Path.extend({
    options: { interactive: false },
    initialize(options) {
      L.setOptions(this, options);
      this.clear();
    },
    clear() {
      this.paths = [];
      this.lines = [];
      this.remove();
    },
    /* Draw the borders of areas, each of which says its `line`: width and colour. */
    show(map, paths) {
      const isOld = (path, place) => path === this.paths[place] && path.line === this.lines[place];
      if (paths.length === this.paths.length && paths.every(isOld)) return;
      this.paths = paths;
      this.lines = paths.map((path) => path.line);
      if (map.hasLayer(this)) this.redraw();
      else this.addTo(map);
    },
    redraw() {
      this._renderer._requestRedraw(this);
      return this;
    },
    /* Leaflet asks for these where a shape has points of its own. */
    _project() {},
    _update() {},
    _updatePath() {
      const ways = new Map();
      const seen = this.paths.filter((path) => path.isSeen(this._renderer));
      for (const path of seen) {
        if (!ways.has(path.line)) ways.set(path.line, new Path2D());
        ways.get(path.line).addPath(path.wayAround());
      }
      const pen = this._renderer._ctx;
      pen.lineJoin = "round";
      for (const [line, way] of ways) {
        const [width, colour] = line.split(" ");
        pen.strokeStyle = colour;
        pen.lineWidth = Math.max(width, Math.min(WIDE, width * Math.sqrt(this.paths.length / seen.length)));
        pen.stroke(way);
      }
    },
  });
})();
