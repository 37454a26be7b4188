"use strict";
(() => {
  const root = document.documentElement;

  // The theme: the system's, or one of two.
  const themes = ["system", "light", "dark"];
  const button = document.getElementById("theme");
  let theme = 0;
  button.hidden = false;
  button.addEventListener("click", () => {
    theme = (theme + 1) % themes.length;
    if (theme) root.dataset.theme = themes[theme];
    else delete root.dataset.theme;
    button.textContent = "Theme: " + themes[theme];
  });

  // What is folded away is printed too.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("details:not([open])")];
    for (const d of opened) d.open = true;
  });
  addEventListener("afterprint", () => {
    for (const d of opened) d.open = false;
  });

  const number = (v, percent) => {
    if (percent) return (100 * v).toFixed(2) + " %";
    const a = Math.abs(v);
    if (v === 0) return "0";
    if (a >= 1e5 || a < 1e-3) return v.toExponential(1);
    return String(Number(v.toPrecision(3)));
  };

  // A chart's cursor. The numbers are read off the lines as they are drawn.
  for (const figure of document.querySelectorAll("figure.chart")) {
    const svg = figure.querySelector("svg.plot");
    if (!svg) continue;
    const axis = (text) => {
      const [from, to, low, high, log] = text.split(" ");
      const f = log === "true" ? Math.log10 : (x) => x;
      const a = { from: +from, to: +to, low: f(+low), high: f(+high) };
      a.value = (at) => {
        const v = a.low + ((at - a.from) / (a.to - a.from)) * (a.high - a.low);
        return log === "true" ? 10 ** v : v;
      };
      a.least = log === "true" ? 0 : Math.abs(a.high - a.low) / 2000; // what can be told from zero in the drawing
      return a;
    };
    const x = axis(svg.dataset.x);
    const y = axis(svg.dataset.y);
    const percent = "percent" in svg.dataset;
    const cursor = svg.querySelector(".cursor");
    const readout = figure.querySelector(".readout");
    const unit = svg.querySelector(".axis").textContent;
    const lines = [...svg.querySelectorAll("g.line")].map((g, i) => {
      const numbers = (g.querySelector(".curve").getAttribute("d").match(/-?[\d.]+/g) || []).map(Number);
      const points = [];
      for (let k = 0; k + 1 < numbers.length; k += 2) points.push([numbers[k], numbers[k + 1]]);
      const key = figure.querySelector(`.legend [data-line="${i}"]`);
      key.addEventListener("click", () => {
        const shown = key.getAttribute("aria-pressed") !== "true";
        key.setAttribute("aria-pressed", String(shown));
        g.toggleAttribute("hidden", !shown);
      });
      return { g, points, output: key.querySelector("output") };
    });
    const places = [...new Set(lines.flatMap((l) => l.points.map((p) => p[0])))].sort((a, b) => a - b);
    let at = -1;
    const hide = () => {
      at = -1;
      cursor.setAttribute("hidden", "");
      readout.textContent = "";
      for (const l of lines) l.output.textContent = "";
    };
    const show = (k) => {
      if (!places.length) return;
      at = Math.max(0, Math.min(places.length - 1, k));
      const place = places[at];
      cursor.removeAttribute("hidden");
      cursor.firstElementChild.setAttribute("d", `M${place} ${y.to}V${y.from}`);
      readout.textContent = `${unit} ${Math.round(x.value(place)).toLocaleString("en")}:`;
      for (const l of lines) {
        let best = null;
        for (const p of l.points) if (!best || Math.abs(p[0] - place) < Math.abs(best[0] - place)) best = p;
        const near = best && Math.abs(best[0] - place) <= (x.to - x.from) / 12;
        l.output.textContent = !near ? "–" : Math.abs(y.value(best[1])) < y.least ? "about 0" : number(y.value(best[1]), percent);
      }
    };
    const nearest = (place) => {
      let best = 0;
      places.forEach((p, k) => {
        if (Math.abs(p - place) < Math.abs(places[best] - place)) best = k;
      });
      return best;
    };
    svg.addEventListener("pointermove", (e) => {
      const box = svg.getBoundingClientRect();
      show(nearest(((e.clientX - box.left) / box.width) * svg.viewBox.baseVal.width));
    });
    svg.addEventListener("pointerleave", hide);
    svg.addEventListener("blur", hide);
    svg.addEventListener("keydown", (e) => {
      const by = { ArrowRight: 1, ArrowLeft: -1, PageDown: 20, PageUp: -20, Home: -places.length, End: places.length }[e.key];
      if (e.key === "Escape") hide();
      if (by === undefined) return;
      e.preventDefault();
      show(at < 0 ? (by < 0 ? places.length - 1 : 0) : at + by);
    });
  }
})();
