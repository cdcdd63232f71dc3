// Draws the page's figures. A figure is JSON beside its place: <div data-chart="ID"> and <script type="application/json" id="ID">.
// Its colours may be written var(--chart-1): they are looked up here, so a change of theme redraws and asks the server nothing.
(() => {
  "use strict";
  const drawn = new Set();
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const narrow = matchMedia("(max-width: 420px)");
  const CONFIG = { displayModeBar: false, responsive: false, showTips: false };

  // -- Plotly comes with the first chart: 1.4 MB that most pages never need --------------------------------------------

  let loading = null;
  function plotly() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = document.querySelector('meta[name="plotly-src"]').content;
      script.onload = () => resolve(window.Plotly);
      script.onerror = reject;
      document.head.append(script);
    });
    return loading;
  }

  // -- the look --------------------------------------------------------------------------------------------------------

  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // Plotly reads tags in every text; names that people gave are texts. Our own breaks and hover templates stay.
  const plain = (text) => text.replace(/<(?!\/?(?:br|extra)>)/g, "&lt;");

  function resolved(value) {
    if (typeof value === "string") return plain(value).replace(/var\((--[\w-]+)\)/g, (_, name) => token(name));
    if (Array.isArray(value)) return value.map(resolved);
    if (value && typeof value === "object") return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, resolved(v)]));
    return value;
  }

  // The figure's own word wins over the house's, key by key.
  function merged(house, own) {
    const result = { ...house };
    for (const [key, value] of Object.entries(own || {})) {
      const deep = value && typeof value === "object" && !Array.isArray(value) && house[key] && typeof house[key] === "object";
      result[key] = deep ? merged(house[key], value) : value;
    }
    return result;
  }

  const AXIS = {
    automargin: true, gridcolor: "var(--chart-grid)", linecolor: "var(--chart-axis)", zerolinecolor: "var(--chart-axis)",
    tickcolor: "var(--chart-axis)", ticklen: 4, title: { standoff: 12, font: { size: 12 } },
  };

  function layoutOf(figure) {
    const house = {
      autosize: true, margin: { l: 44, r: 12, t: 12, b: 36 }, bargap: 0.28, hovermode: "closest",
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: token("--font"), size: narrow.matches ? 11 : 12, color: "var(--ink-soft)" },
      colorway: Array.from({ length: 8 }, (_, i) => `var(--chart-${i + 1})`),
      hoverlabel: { bgcolor: "var(--tip)", bordercolor: "var(--tip)", font: { color: "var(--tip-ink)", family: token("--font") } },
      xaxis: { ...AXIS, showgrid: false }, yaxis: AXIS,
    };
    const own = { ...figure.layout };
    for (const key of Object.keys(own)) if (/^[xy]axis\d+$/.test(key)) house[key] = AXIS;
    if (calm.matches) delete own.transition;
    return resolved({ ...merged(house, own), showlegend: false });
  }

  // Without gaps Plotly scales a heat map's image by a style attribute, which our policy blocks: the cells would blur.
  function dataOf(figure) {
    const tiled = (trace) => (/^(heatmap|histogram2d)$/.test(trace.type) ? { xgap: 2, ygap: 2, ...trace } : trace);
    return resolved((figure.data || []).map(tiled));
  }

  // -- the legend is HTML: it wraps at any width, is read out, and works by keyboard --------------------------------------

  function legendOf(place, figure, colorway) {
    place.parentElement.querySelector(".chart-legend")?.remove();
    const named = (figure.data || []).map((trace, index) => ({ trace, index })).filter(({ trace }) => trace.name && trace.showlegend !== false);
    if (named.length < 2 || figure.layout?.showlegend === false) return;
    const list = document.createElement("ul");
    list.className = "chart-legend";
    for (const { trace, index } of named) {
      const button = document.createElement("button");
      const swatch = document.createElement("span");
      const colour = [trace.line?.color, trace.marker?.color, trace.fillcolor].flat().find((value) => typeof value === "string");
      swatch.style.backgroundColor = resolved(colour || colorway[index % colorway.length]);
      swatch.style.opacity = trace.opacity ?? trace.marker?.opacity ?? 1;
      button.type = "button";
      button.setAttribute("aria-pressed", String(trace.visible !== "legendonly"));
      button.append(swatch, trace.name);
      button.addEventListener("click", () => {
        trace.visible = button.getAttribute("aria-pressed") === "true" ? "legendonly" : true;
        button.setAttribute("aria-pressed", String(trace.visible === true));
        window.Plotly.restyle(place, { visible: trace.visible }, [index]);
      });
      list.append(document.createElement("li"));
      list.lastChild.append(button);
    }
    place[narrow.matches ? "after" : "before"](list);
  }

  // Paper is narrower than the screen that a chart was laid out for: with a view box the style sheet can scale it.
  function scalable(place) {
    for (const drawing of place.querySelectorAll(".main-svg")) {
      drawing.setAttribute("viewBox", `0 0 ${drawing.getAttribute("width")} ${drawing.getAttribute("height")}`);
    }
  }

  // -- drawing ---------------------------------------------------------------------------------------------------------

  async function draw(place) {
    const source = document.getElementById(place.dataset.chart);
    if (!source || !place.clientWidth) return; // inside a closed <details>: the observer calls again when it has a width
    try {
      const Plotly = await plotly();
      if (!place.isConnected) return; // swapped away while Plotly was on its way
      place.figure ??= JSON.parse(source.textContent);
      const layout = layoutOf(place.figure);
      await Plotly.react(place, dataOf(place.figure), layout, CONFIG);
      legendOf(place, place.figure, layout.colorway);
      drawn.add(place);
      scalable(place);
    } catch (error) {
      place.textContent = "The chart could not be drawn; its numbers are in the table below.";
      console.error(error);
    }
  }

  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (!drawn.has(target)) draw(target);
      else if (target.clientWidth) window.Plotly.Plots.resize(target).then(() => scalable(target));
    }
  });

  const placesIn = (root) => [...(root.matches?.("[data-chart]") ? [root] : []), ...root.querySelectorAll("[data-chart]")];
  const watch = (root) => placesIn(root).forEach((place) => sizes.observe(place));

  // Plotly keeps listeners and WebGL contexts of what it drew; a swap without a purge leaks them.
  function clear(root) {
    for (const place of placesIn(root)) {
      sizes.unobserve(place);
      if (drawn.delete(place)) window.Plotly.purge(place);
    }
  }

  watch(document);
  document.addEventListener("htmx:afterSwap", (event) => watch(event.target));
  document.addEventListener("htmx:load", (event) => watch(event.detail.elt)); // an outerHTML swap brings a new element
  document.addEventListener("htmx:beforeCleanupElement", (event) => { if (event.target.querySelectorAll) clear(event.target); });
  new MutationObserver(() => drawn.forEach(draw)).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
  narrow.addEventListener("change", () => drawn.forEach(draw));
})();
