/* Replaces a chart card's drawing by an explorable plotly chart when the reader asks for it.
 *
 * <figure class="chart-card" data-chart data-src="figure JSON" data-plotly="plotly.js"
 *         data-plotly-css="its rules" data-words="JSON: its words" data-explore="…" data-back="…" data-loading="…" data-failed="…">
 *   <div class="chart-canvas" data-chart-canvas> the SVGs </div>
 *   <p class="chart-status" data-chart-status role="status"></p>
 *   <button type="button" class="button" data-chart-explore hidden></button>
 *
 * Nothing is fetched before the reader asks. Works under `script-src 'self'; style-src 'self'`.
 */
(() => {
  "use strict";

  const WIDE = 700; // px, the same limit as the container query in app.css
  // The bundle adds map styles by script unless an element with this id exists; no map is drawn.
  const MAP_STYLE_ID = "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53";
  // Charts hold clinical data: nothing may be sent to the library's makers.
  const CONFIG = {
    plotlyServerURL: "",
    modeBarButtonsToRemove: ["sendChartToCloud", "select2d", "lasso2d", "autoScale2d"],
    displaylogo: false,
    displayModeBar: true,
    responsive: true,
  };
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  let library = null;

  const loaded = (element) =>
    new Promise((resolve, reject) => {
      element.addEventListener("load", resolve);
      element.addEventListener("error", () => {
        element.remove();
        reject(new Error("not loaded"));
      });
      document.head.append(element);
    });

  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

  function loadPlotly(card) {
    if (!document.getElementById(MAP_STYLE_ID)) {
      document.head.append(make("template", { id: MAP_STYLE_ID }));
    }
    library ??= Promise.all([
      loaded(
        make("link", {
          id: "plotly.js-style-global",
          className: "no-inline-styles",
          rel: "stylesheet",
          href: card.dataset.plotlyCss,
        }),
      ),
      loaded(make("script", { src: card.dataset.plotly })),
    ]).catch((error) => {
      library = null; // the next tap may find the network again
      throw error;
    });
    return library;
  }

  async function fetchFigure(card, width) {
    const url = new URL(card.dataset.src, window.location.href);
    url.searchParams.set("theme", dark.matches ? "dark" : "light");
    url.searchParams.set("size", width >= WIDE ? "wide" : "narrow");
    const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
    const answer = await fetch(url, { headers });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    const body = await answer.json();
    return body.plotly ?? body;
  }

  async function draw(card) {
    const canvas = card.querySelector("[data-chart-canvas]");
    const [figure] = await Promise.all([fetchFigure(card, canvas.clientWidth), loadPlotly(card)]);
    const layout = { ...figure.layout, autosize: true };
    delete layout.title; // the card's heading is the title
    delete layout.width;
    let place = card.querySelector(".chart-plot");
    if (!place) {
      place = make("div", { className: "chart-plot" });
      canvas.after(place);
    }
    canvas.hidden = true;
    try {
      const dictionary = JSON.parse(card.dataset.words);
      const spoken = { locale: "page", locales: { page: { dictionary } } };
      await window.Plotly.react(place, figure.data, layout, { ...CONFIG, ...spoken });
    } catch (error) {
      showDrawing(card);
      throw error;
    }
  }

  function showDrawing(card) {
    const place = card.querySelector(".chart-plot");
    if (place) {
      window.Plotly?.purge(place);
      place.remove();
    }
    card.querySelector("[data-chart-canvas]").hidden = false;
  }

  function say(card, words) {
    card.querySelector("[data-chart-status]").textContent = words ?? "";
  }

  async function explore(card) {
    const button = card.querySelector("[data-chart-explore]");
    say(card, card.dataset.loading);
    button.disabled = true;
    try {
      await draw(card);
      card.dataset.exploring = "";
      button.textContent = card.dataset.back;
      say(card, "");
    } catch {
      say(card, card.dataset.failed);
    } finally {
      button.disabled = false;
      button.focus();
    }
  }

  function leave(card) {
    delete card.dataset.exploring;
    showDrawing(card);
    card.querySelector("[data-chart-explore]").textContent = card.dataset.explore;
  }

  function prepare(card) {
    const button = card.querySelector("[data-chart-explore]");
    if (!button) return;
    button.textContent = card.dataset.explore;
    button.hidden = false;
    button.addEventListener("click", () =>
      "exploring" in card.dataset ? leave(card) : explore(card),
    );
  }

  document.querySelectorAll("[data-chart]").forEach(prepare);

  dark.addEventListener("change", () => {
    document.querySelectorAll("[data-chart][data-exploring]").forEach((card) => {
      draw(card).catch(() => {
        leave(card);
        say(card, card.dataset.failed);
      });
    });
  });
})();
