/* A map with its table in a file of its own. */
(function () {
  "use strict";
  const MapleGrid = window.MapleGrid;
  const ROWS_DRAWN = 400; // more rows come as the reader scrolls down
  const element = (id) => document.getElementById(id);
  const data = JSON.parse(element("page-data").textContent);
  const { base, shapes, frame, ids } = data.map;
  let layer = data.layers.find((one) => one.id === data.chosen);
  const state = { option: null, layer: null, heat: null, whole: true, fitting: false, chosen: null, sort: "value", falling: true, drawn: 0, rows: [] };

  for (const [url, content] of Object.entries(shapes)) MapleGrid.embed(url, content);
  const areas = MapleGrid.known(frame.geometry).areas;
  const shown = frame.at ? frame.at.map((place) => areas[place]) : areas;
  const whole = L.latLngBounds(shown.flatMap((area) => area.rings.flatMap((polygon) => polygon[0])));
  const map = L.map("page-map", { zoomSnap: 0.25, preferCanvas: true }).fitBounds(whole);
  MapleGrid.base(map, base);

  const titleStem = document.title.slice(0, -layer.shown.length);
  const wholePeriod = element("page-month-name").textContent;
  offerLayers();
  offerOver();
  showLayer(layer);
  fitWhole();
  map.on("movestart", () => (state.whole = state.fitting));
  if (window.ResizeObserver) new ResizeObserver(followBox).observe(element("page-map"));
  element("page-measure").addEventListener("change", (event) => show(layer.options[event.target.value]));
  element("page-month").addEventListener("input", (event) => showMonth(Number(event.target.value)));
  element("page-search").addEventListener("input", () => list());
  element("page-whole").addEventListener("click", fitWhole);
  element("page-body").addEventListener("click", chooseRow);
  document.querySelector(".page-rows").addEventListener("scroll", drawMore);
  for (const button of document.querySelectorAll("[data-sort]")) button.addEventListener("click", sortBy);
  map.on("maple:chosen", ({ area_id: areaId }) => choose(ids.indexOf(areaId), false));

  /* The legend takes room from the map, so the map is measured anew before it is fitted. */
  function fitWhole() {
    state.fitting = state.whole = true;
    map.invalidateSize({ animate: false });
    map.fitBounds(whole, { padding: [14, 14], animate: false });
    state.fitting = false;
  }

  /* The whole map stays whole until the reader moves it. */
  function followBox() {
    if (state.whole) fitWhole();
    else map.invalidateSize({ animate: false });
  }

  /* A choice with its words, to be reached by the Tab key and turned by arrows or the space bar. */
  function choice(box, type, text, chosen, change) {
    const label = box.appendChild(document.createElement("label"));
    const input = label.appendChild(document.createElement("input"));
    Object.assign(input, { type, name: box.id, checked: chosen });
    input.addEventListener("change", () => change(input.checked));
    label.appendChild(document.createElement("span")).textContent = text;
    box.hidden = false;
    return label;
  }

  function offerLayers() {
    if (data.layers.length < 2) return;
    const box = element("page-layers");
    for (const one of data.layers) choice(box, "radio", one.label, one === layer, () => showLayer(one));
  }

  /* What lies over the values: borders, and each kind of place with its symbol, so that no other legend is needed. */
  function offerOver() {
    const box = element("page-over");
    const turnBorders = (on) => (on ? map.maple.borders.addTo(map) : map.maple.borders.remove());
    if (base.borders) choice(box, "checkbox", box.dataset.borders, true, turnBorders);
    if (!data.places) return;
    const { kinds, symbols, places, shown: drawn } = data.places;
    const wanted = new Set(drawn ? Object.keys(kinds) : []);
    let group = L.layerGroup();
    const draw = () => {
      group.remove();
      group = MapleGrid.places({ symbols, places: places.filter((place) => wanted.has(place.kind)) }).addTo(map);
    };
    for (const [kind, text] of Object.entries(kinds)) {
      const turn = (on) => (on ? wanted.add(kind) : wanted.delete(kind), draw());
      choice(box, "checkbox", text, drawn, turn).insertAdjacentHTML("beforeend", symbols[kind]);
    }
    draw();
  }

  /* The measure of each layer stays as it was left, and the month is kept where the layer has it. */
  function showLayer(next) {
    const month = element("page-month-name").textContent;
    layer = next;
    element("page-shown").textContent = layer.shown;
    element("page-unplaced").textContent = layer.unplaced;
    document.title = titleStem + layer.shown;
    fillMeasures();
    const { months, chosen } = layer;
    element("page-month").max = months ? months.options.length : 0;
    show(layer.options.find((option) => option.id === chosen));
    if (months && months.of === chosen) showMonth(months.names.indexOf(month) + 1);
  }

  function fillMeasures() {
    const select = element("page-measure");
    select.replaceChildren();
    const groups = new Map([["", select]]);
    layer.options.forEach((option, index) => {
      if (!groups.has(option.group)) {
        const group = select.appendChild(document.createElement("optgroup"));
        group.label = option.group;
        groups.set(option.group, group);
      }
      const entry = new Option(option.label, index, false, option.id === layer.chosen);
      groups.get(option.group).appendChild(entry);
    });
  }

  /* The slider's first place is the whole period; its months have the same classes, so that they compare. */
  function showMonth(place) {
    const { months, options } = layer;
    show(place ? months.options[place - 1] : options.find((option) => option.id === months.of));
    element("page-month").value = place;
    element("page-month-name").textContent = place ? months.names[place - 1] : wholePeriod;
  }

  function show(option) {
    state.option = option;
    layer.chosen = option.id;
    element("page-months").hidden = !layer.months || option.id !== layer.months.of;
    element("page-month").value = 0;
    element("page-month-name").textContent = wholePeriod;
    const selected = state.chosen === null ? null : ids[state.chosen];
    const outlines = option.heat ? { classes: null, colours: { " ": "#000000" }, hatches: {} } : {};
    const next = MapleGrid.values({ ...frame, ...option, ...outlines, selected });
    if (state.layer) state.layer.remove();
    state.layer = next.addTo(map);
    if (state.heat) state.heat.remove();
    state.heat = option.heat ? MapleGrid.heat(option.heat).addTo(map) : null;
    element("page-legend").innerHTML = option.legend;
    element("page-about").textContent = option.about;
    element("page-column").textContent = option.column || option.label;
    list();
  }

  function list() {
    const wanted = element("page-search").value.trim().toLowerCase();
    const found = shown.map((_, place) => place).filter((place) => matches(shown[place], wanted));
    state.rows = found.sort(state.sort === "name" ? byName : byValue);
    if (state.falling) state.rows.reverse();
    state.drawn = 0;
    element("page-body").replaceChildren();
    element("page-none").hidden = state.rows.length > 0;
    for (const head of document.querySelectorAll("th")) {
      const sorted = head.firstElementChild.dataset.sort === state.sort;
      head.setAttribute("aria-sort", sorted ? (state.falling ? "descending" : "ascending") : "none");
    }
    drawRows();
  }

  function matches(area, wanted) {
    return [area.name, area.nameEn, area.id].some((text) => text && text.toLowerCase().includes(wanted));
  }

  function nameAt(place) {
    return MapleGrid.nameOf(shown[place], base.lang);
  }

  function byName(one, two) {
    return nameAt(one).localeCompare(nameAt(two), base.lang.replace("_", "-"));
  }

  /* What is withheld or missing stands below every value. */
  function byValue(one, two) {
    const rank = (place) => {
      const { values, classes } = state.option;
      if (!values) return -"vsc".indexOf(classes[place]);
      return values[place] === null ? Number.NEGATIVE_INFINITY : values[place];
    };
    return rank(one) === rank(two) ? byName(two, one) : rank(one) < rank(two) ? -1 : 1;
  }

  function drawRows() {
    const fragment = document.createDocumentFragment();
    for (const place of state.rows.slice(state.drawn, state.drawn + ROWS_DRAWN)) fragment.appendChild(row(place));
    state.drawn += ROWS_DRAWN;
    element("page-body").appendChild(fragment);
  }

  function drawMore(event) {
    const box = event.target;
    if (state.drawn < state.rows.length && box.scrollTop + box.clientHeight > box.scrollHeight - 400) drawRows();
  }

  function row(place) {
    const line = document.createElement("tr");
    line.dataset.place = place;
    line.classList.toggle("page-chosen", place === state.chosen);
    const name = line.insertCell();
    name.textContent = nameAt(place);
    name.appendChild(document.createElement("small")).textContent = ids[place];
    const value = line.insertCell();
    value.textContent = valueText(place);
    value.className = "page-number";
    value.classList.toggle("page-gone", "mw".includes(state.option.classes[place]));
    return line;
  }

  function valueText(place) {
    const { option } = state;
    const sign = option.classes[place];
    if (option.states) return option.states[sign] || base.words.missing;
    if (sign === "w") return base.words.withheld;
    if (sign === "m") return base.words.missing;
    return MapleGrid.number(option.values[place] / option.scale, option, base.lang) + option.unit_text;
  }

  function chooseRow(event) {
    const line = event.target.closest("tr");
    if (line) choose(Number(line.dataset.place), true);
  }

  function choose(place, fromTable) {
    state.chosen = place;
    for (const line of element("page-body").children) {
      const isChosen = Number(line.dataset.place) === place;
      line.classList.toggle("page-chosen", isChosen);
      if (isChosen && !fromTable) line.scrollIntoView({ block: "nearest" });
    }
    if (fromTable) map.fitBounds(L.latLngBounds(shown[place].rings.flat(2)), { maxZoom: 14, padding: [60, 60] });
    map.maple.painter.select(shown[place]);
  }

  function sortBy(event) {
    const { sort } = event.currentTarget.dataset;
    state.falling = state.sort === sort ? !state.falling : sort === "value";
    state.sort = sort;
    list();
  }
})();
