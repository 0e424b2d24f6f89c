/* Where areas are drawn: colours on one canvas, borders on one above it, which a change of the colours leaves alone. */
(function () {
  "use strict";
  const MapleGrid = window.MapleGrid;
  const HATCH = 8; // pixels until it comes again
  const WIDE = 0.8; // pixels of a border where few of many areas are seen

  /* The way around an area, traced once for each place of the map; points that fall on one pixel are one. */
  function wayAround(path) {
    if (path.wayOf === path._parts) return path.way;
    const way = new Path2D();
    for (const points of path._parts) {
      way.moveTo(points[0].x, points[0].y);
      for (let at = 1; at < points.length; at += 1) {
        const { x, y } = points[at];
        if (x !== points[at - 1].x || y !== points[at - 1].y) way.lineTo(x, y);
      }
      way.closePath();
    }
    path.wayOf = path._parts;
    path.way = way;
    return way;
  }

  /* Colours of areas, and the hatch over them. */
  MapleGrid.ColourCanvas = L.Canvas.extend({
    _updatePoly(path) {
      if (!this._drawing || !path._parts.length) return;
      const { fillColor, fillOpacity, hatch } = path.options;
      const pen = this._ctx;
      pen.globalAlpha = fillOpacity;
      pen.fillStyle = fillColor;
      if (fillOpacity > 0) pen.fill(wayAround(path), "evenodd");
      if (!hatch) return;
      pen.globalAlpha = 1;
      pen.fillStyle = this._pattern(pen, hatch);
      pen.fill(wayAround(path), "evenodd");
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

  /* The borders of all areas as one shape. They follow the areas' own points, so those are to be on the map before. */
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
      const seen = this.paths.filter((path) => path._parts.length);
      for (const path of seen) {
        if (!ways.has(path.line)) ways.set(path.line, new Path2D());
        ways.get(path.line).addPath(wayAround(path));
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
