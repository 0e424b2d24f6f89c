/* What lies over the areas: a density as an image, clusters of points, places with a symbol per kind. */
(function () {
  "use strict";
  const MapleGrid = window.MapleGrid;

  MapleGrid.heat = function ({ image, bounds, opacity }) {
    return L.imageOverlay(image, bounds, { pane: "maple-heat", opacity, interactive: false, className: "maple-heat" });
  };

  /* Points carry a class and nothing that names a record; a click on one tells the page nothing. */
  MapleGrid.points = function ({ lon, lat, kinds, labels, colour, halo }) {
    const group = L.markerClusterGroup({
      maxClusterRadius: 56,
      showCoverageOnHover: false,
      animate: false,
      chunkedLoading: true,
      disableClusteringAtZoom: 17,
      iconCreateFunction: clusterIcon,
    });
    const style = { radius: 5, weight: 1, color: halo, fillColor: colour, fillOpacity: 0.85 };
    const markers = lon.map((_, index) => {
      const marker = L.circleMarker([lat[index] * 1e-6, lon[index] * 1e-6], style);
      marker.toGeoJSON = undefined;
      return marker.bindTooltip(() => textBox(labels[kinds[index]]), { className: "maple-tip" });
    });
    group.addLayers(markers);
    return group;
  };

  function clusterIcon(cluster) {
    // Else a click on it would be told to the page as that on a drawing, and run it.
    cluster.toGeoJSON = undefined;
    const count = cluster.getChildCount();
    const size = 22 + 5 * Math.min(Math.floor(Math.log10(count)), 4);
    const html = `<span>${count.toLocaleString()}</span>`;
    return L.divIcon({ html, className: "maple-cluster", iconSize: [size, size] });
  }

  const MANY_PLACES = 40;
  const ZOOM_OF_SYMBOLS = 12;

  /* Many places are small from afar: full symbols would hide the values below them. */
  const PlaceLayer = L.LayerGroup.extend({
    onAdd(map) {
      L.LayerGroup.prototype.onAdd.call(this, map);
      map.on("zoomend", this.follow, this);
      this.follow();
    },
    onRemove(map) {
      map.off("zoomend", this.follow, this);
      L.LayerGroup.prototype.onRemove.call(this, map);
    },
    follow() {
      const far = this.getLayers().length > MANY_PLACES && this._map.getZoom() < ZOOM_OF_SYMBOLS;
      this._map.getContainer().classList.toggle("maple-far", far);
    },
  });

  MapleGrid.places = function ({ places, symbols }) {
    const group = new PlaceLayer();
    for (const { lon, lat, kind, lines } of places) {
      const icon = L.divIcon({ html: symbols[kind], className: `maple-place maple-place-${kind}`, iconSize: [22, 22] });
      const marker = L.marker([lat, lon], { icon, keyboard: false });
      group.addLayer(marker.bindTooltip(() => textBox(...lines), { className: "maple-tip", direction: "top" }));
    }
    return group;
  };

  /* An outline of one area, for instance of the row that is chosen in a table. */
  MapleGrid.outline = function ({ geometry, area_id: areaId, colour }) {
    const group = L.layerGroup();
    const style = { pane: "maple-highlight", interactive: false, fill: false, color: colour, weight: 3 };
    MapleGrid.geometry(geometry).then(({ areas }) => {
      const area = areas.find((one) => one.id === areaId);
      if (area) group.addLayer(L.polygon(area.rings, style));
    });
    return group;
  };

  MapleGrid.textBox = textBox;

  function textBox(...lines) {
    const box = document.createElement("div");
    lines.forEach((text, index) => {
      const row = box.appendChild(document.createElement("div"));
      row.className = index === 0 && lines.length > 1 ? "maple-tip-name" : "";
      row.textContent = text;
    });
    return box;
  }
})();
