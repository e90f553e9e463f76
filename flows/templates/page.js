// Puts the page into the reader's language and draws its charts. Texts enter the page as text only: never as HTML.
(() => {
  "use strict";
  const told = JSON.parse(document.getElementById("told").textContent);
  const known = Object.keys(told.labels);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const chooser = document.getElementById("language");

  function wished() {
    const asked = new URLSearchParams(location.hash.slice(1)).get("lang");
    const all = [asked, ...(navigator.languages || [])].filter(Boolean).map((name) => name.slice(0, 2).toLowerCase());
    return all.find((name) => known.includes(name)) || told.language;
  }

  let language = wished();
  const locale = () => told.locales[language];
  function number(value) {
    const [whole, part] = String(Math.round(value * 10) / 10).split(".");
    return whole.replace(/\B(?=(\d{3})+$)/g, locale().group) + (part ? locale().decimal + part : "");
  }
  function day(value) {
    const [year, month, date] = value.split("-").map(Number);
    return locale().date.replace("{d}", date).replace("{month}", locale().months[month - 1]).replace("{y}", year);
  }
  const languageName = (code) => locale().languages[code] ?? code;
  function label(key, values) {
    const text = told.labels[language][key] ?? key;
    return text.replace(/\{(\w+)\}/g, (whole, name) => {
      const value = (values || {})[name];
      if (value === undefined) return whole;
      if (typeof value === "number") return number(value);
      if (name === "kind") return label("kind_" + value);
      if (name === "language_code") return languageName(value);
      return name.endsWith("day") ? day(value) : value;
    });
  }
  const values = (element) => (element.dataset.a ? JSON.parse(element.dataset.a) : undefined);

  function translate() {
    document.documentElement.lang = language;
    chooser.value = language;
    document.title = label(told.title.key, told.title.values);
    for (const element of document.querySelectorAll("[data-t]")) element.textContent = label(element.dataset.t, values(element));
    for (const element of document.querySelectorAll("[data-t-aria]")) element.setAttribute("aria-label", label(element.dataset.tAria, values(element)));
    for (const element of document.querySelectorAll("time[data-d]")) element.textContent = day(element.getAttribute("datetime"));
    for (const element of document.querySelectorAll("data[data-n]")) element.textContent = number(Number(element.value));
    for (const element of document.querySelectorAll("[data-code]")) element.textContent = languageName(element.dataset.code);
  }

  // In a chart a title "§key" stands for a label; columns that usermeta names hold codes to be put into words.
  function inWords(node) {
    if (Array.isArray(node)) return node.map(inWords);
    if (node === null || typeof node !== "object") return node;
    const copy = {};
    for (const [key, value] of Object.entries(node)) {
      if (key === "title" && typeof value === "string" && value.startsWith("§")) copy[key] = label(value.slice(1));
      else copy[key] = key === "data" ? value : inWords(value);
    }
    return copy;
  }
  function words(kind, value) {
    if (value === null) return label("rest");
    if (kind === "language") return languageName(value);
    if (kind === "kind") return label("kind_" + value);
    return value === "(unknown)" ? label("unknown") : value;
  }
  function prepared(spec) {
    const chart = inWords(spec);
    const columns = Object.entries(spec.usermeta.columns);
    const put = (rows) => rows.map((row) => ({ ...row, ...Object.fromEntries(columns.map(([name, kind]) => [name, words(kind, row[name])])) }));
    chart.data = { ...spec.data, values: put(spec.data.values) };
    for (const layer of [chart, ...(chart.layer || [])]) {
      for (const channel of Object.values(layer.encoding || {})) {
        for (const place of [channel, channel.scale]) {
          if (!place) continue;
          for (const list of ["domain", "sort"]) {
            if (Array.isArray(place[list]) && channel.field in spec.usermeta.columns) {
              place[list] = place[list].map((value) => words(spec.usermeta.columns[channel.field], value));
            }
          }
        }
      }
    }
    const colours = spec.usermeta.colours;
    if (colours) chart.encoding.color.scale.range = colours.map((place) => colour("c" + place));
    delete chart.usermeta;
    return chart;
  }

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  function look() {
    const axis = { labelColor: colour("ink"), titleColor: colour("ink"), gridColor: colour("line"), gridOpacity: 0.35, domainColor: colour("line"), tickColor: colour("line"), labelFontSize: 12, titleFontSize: 12 };
    return {
      background: null,
      font: getComputedStyle(document.body).fontFamily,
      view: { stroke: null },
      axis,
      axisY: { labelLimit: Math.min(300, window.innerWidth * 0.38) },
      legend: { labelColor: colour("ink"), titleColor: colour("ink"), labelFontSize: 12, titleFontSize: 12, labelLimit: 220, orient: "bottom", columns: window.innerWidth < 480 ? 1 : window.innerWidth < 800 ? 2 : 4 },
      range: { category: [1, 2, 3, 4, 5, 6, 7, 8].map((place) => colour("c" + place)), heatmap: [colour("heat0"), colour("heat1")], ramp: [colour("heat0"), colour("heat1")] },
      rule: { color: colour("line") },
      text: { color: colour("ink") },
    };
  }
  const tip = document.getElementById("tip");
  function tooltip(handler, event, item, value) {
    if (value === null || value === undefined || value === "") {
      tip.hidden = true;
      return;
    }
    tip.textContent = typeof value === "object" ? Object.entries(value).map(([name, text]) => name + ": " + text).join("\n") : String(value);
    tip.hidden = false;
    tip.style.left = Math.max(4, Math.min(event.clientX + 12, window.innerWidth - tip.offsetWidth - 4)) + "px";
    tip.style.top = Math.min(event.clientY + 12, window.innerHeight - tip.offsetHeight - 4) + "px";
  }

  let drawn = [];
  async function draw() {
    for (const view of drawn) view.finalize();
    drawn = [];
    const options = {
      mode: "vega-lite", renderer: "svg", actions: false, defaultStyle: false, ast: true, config: look(), tooltip,
      timeFormatLocale: { dateTime: "%x, %X", date: "%d.%m.%Y", time: "%H:%M:%S", periods: ["AM", "PM"], days: ["1", "2", "3", "4", "5", "6", "7"], shortDays: ["1", "2", "3", "4", "5", "6", "7"], months: locale().months, shortMonths: locale().short },
      formatLocale: { decimal: locale().decimal, thousands: locale().group, grouping: [3], currency: ["", ""] },
    };
    for (const [id, spec] of Object.entries(told.charts)) {
      const place = document.getElementById(id);
      try {
        drawn.push(await window.vegaEmbed(place, prepared(spec), options));
      } catch (error) {
        console.error(error);
        place.textContent = label("chart_failed");
      }
    }
    document.documentElement.dataset.drawn = String(drawn.length);
  }
  async function show() {
    translate();
    await draw();
  }
  chooser.addEventListener("change", () => { language = chooser.value; show(); });
  dark.addEventListener("change", show);
  show();
})();
