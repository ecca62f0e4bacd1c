"use strict";
(() => {
  const read = (name) => JSON.parse(document.getElementById(`data-${name}`).textContent);
  const specs = read("specs"), origins = read("origins"), sources = read("sources"), inputs = read("inputs");
  const note = document.getElementById("note");

  // ---- elements ----
  const made = (tag, about = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(about)) {
      if (key === "text") element.textContent = value;
      else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (value !== undefined && value !== null) element.setAttribute(key, value);
    }
    element.append(...children.filter(Boolean));
    return element;
  };
  const digits = (value) => {
    if (typeof value !== "number") return value ?? "";
    const size = Math.abs(value);
    const text = size >= 1000 ? Math.round(value).toLocaleString("en") : size >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(size >= 10 ? 1 : size < 0.01 && size > 0 ? 4 : 2);
    return text.replace("-", "−");
  };
  const ends = (low, high) => (typeof low === "number" && typeof high === "number" ? `${digits(low)} to ${digits(high)}` : "");

  // ---- the note: where a number comes from ----
  const sourceItem = (key) => {
    const source = sources[key] ?? { title: key };
    const title = source.url
      ? made("a", { href: source.url, target: "_blank", rel: "noopener noreferrer", text: source.title ?? key })
      : made("span", { text: source.title ?? key });
    const about = [source.publisher, source.date].filter(Boolean).join(", ");
    return made("li", {}, title, about ? made("span", { class: "quiet", text: ` ${about}` }) : null);
  };
  const partRow = ([name, value, about, ref]) => {
    const label = ref && origins[ref] ? made("button", { type: "button", class: "fig cite", "data-ref": ref, text: name }) : name;
    return made("tr", {}, made("td", {}, label), made("td", { text: value }), made("td", { text: about }));
  };
  const noteBody = (entry, keep) => {
    const most = keep ? 12 : 3, cited = entry.source ?? [];
    const range = entry.range || "";
    const says = entry.value ? made("p", { class: "says", text: entry.value }, range ? made("small", { text: `range ${range}` }) : null, entry.unit && entry.unit !== "1" ? made("small", { text: entry.unit }) : null) : null;
    const kind = entry.kind ? made("span", { class: `kind ${entry.kind}`, text: entry.kind }) : null;
    const how = [entry.how, entry.why].filter(Boolean).join("; ");
    const parts = entry.parts?.length ? made("table", {}, ...entry.parts.slice(0, keep ? 40 : 5).map(partRow)) : null;
    const list = cited.length ? made("ul", {}, ...cited.slice(0, most).map(sourceItem)) : null;
    const rest = cited.length > most ? `and ${cited.length - most} more source${cited.length > most + 1 ? "s" : ""}` : "";
    const hint = !keep && (cited.length || parts) ? "click to keep this open" : "";
    const more = rest || hint ? made("p", { class: "quiet", text: [rest, hint].filter(Boolean).join("; ") }) : null;
    return [
      made("button", { type: "button", class: "close", "aria-label": "Close", text: "×", onclick: () => hide(true) }),
      made("h5", { text: entry.what ?? "" }), says,
      kind || how ? made("p", {}, kind, made("span", { class: "quiet", text: how })) : null,
      entry.adds && entry.adds !== "–" ? made("p", { class: "quiet", text: `adds ${entry.adds} to dependence` }) : null,
      parts, list, more,
    ].filter(Boolean);
  };
  const place = (x, y) => {
    const wide = note.offsetWidth, high = note.offsetHeight;
    const left = Math.min(Math.max(8, x + 14), window.innerWidth - wide - 16);
    const below = y + 16 + high < window.innerHeight;
    const top = below ? y + 16 : Math.max(8, y - high - 12);
    note.style.left = `${left + window.scrollX}px`;
    note.style.top = `${top + window.scrollY}px`;
  };
  let opener = null;
  const hide = (force = false) => {
    if (note.classList.contains("is-kept") && !force) return;
    note.hidden = true;
    note.classList.remove("is-kept");
    opener?.classList.remove("is-open");
  };
  const show = (entry, x, y, keep = false) => {
    if (!entry || (note.classList.contains("is-kept") && !keep)) return;
    note.replaceChildren(...noteBody(entry, keep));
    note.classList.toggle("is-kept", keep);
    note.hidden = false;
    place(x, y);
  };

  // A mark knows its reference, and where it is one of a series also its own value.
  const ofMark = (datum) => {
    if (datum?.refs) {
      const all = datum.refs.map((ref) => origins[ref]).filter(Boolean);
      return { what: datum.quarter, parts: all.map((e, n) => [e.what, "", "", datum.refs[n]]), source: [...new Set(all.flatMap((e) => e.source ?? []))] };
    }
    const entry = datum?.ref && origins[datum.ref];
    if (!entry) return null;
    if (!/^[ps]:/.test(datum.ref) || typeof datum.value !== "number") return entry;
    const at = datum.ref.startsWith("p:") ? datum.quarter : [datum.state_name, datum.series?.split(", ")[1]].filter(Boolean).join(" and ");
    return { ...entry, what: `${entry.what}, ${at}`, value: digits(datum.value), range: ends(datum.low, datum.high) };
  };

  // ---- numbers in the text ----
  const target = (event) => event.target.closest?.("[data-ref]");
  document.addEventListener("mouseover", (event) => {
    const button = target(event);
    if (button && !note.contains(button)) show(origins[button.dataset.ref], event.clientX, event.clientY);
  });
  document.addEventListener("mouseout", (event) => { if (target(event)) hide(); });
  document.addEventListener("click", (event) => {
    const button = target(event);
    if (button) {
      const box = button.getBoundingClientRect();
      const at = note.contains(button) ? note.getBoundingClientRect() : null;
      opener?.classList.remove("is-open");
      opener = button;
      show(origins[button.dataset.ref], at ? at.left - 14 : box.left, at ? at.top - 16 : box.bottom - 10, true);
      button.classList.add("is-open");
    } else if (!note.contains(event.target) && !event.target.closest?.(".chart")) hide(true);
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(true); });

  // ---- charts ----
  const tooltip = (handler, event, item, value) => {
    if (value === null || value === undefined || value === "") return hide();
    const entry = ofMark(item?.datum) ?? { what: "", parts: Object.entries(value).map(([key, text]) => [key, text, "", ""]) };
    show(entry, event.clientX, event.clientY);
  };
  const draw = async (element) => {
    const { view } = await vegaEmbed(element, specs[element.dataset.chart], {
      renderer: "svg", tooltip, actions: element.classList.contains("small") ? false : { export: true, source: false, compiled: false, editor: false },
      downloadFileName: `tightrope-${element.dataset.chart}`,
    });
    view.addEventListener("click", (event, item) => {
      const entry = ofMark(item?.datum);
      if (entry) show(entry, event.clientX, event.clientY, true); else hide(true);
    });
    element.dataset.drawn = "yes";
  };
  const failed = (element, error) => { element.textContent = `This chart could not be drawn: ${error.message}`; element.dataset.drawn = "failed"; };
  Promise.all([...document.querySelectorAll("[data-chart]")].map((element) => draw(element).catch((error) => failed(element, error))))
    .then(() => { document.body.dataset.ready = "yes"; });

  // ---- tables that are searched ----
  const state = {};
  const sift = (name) => {
    const { text = "", value = "" } = state[name] ?? {};
    for (const row of document.querySelectorAll(`#${name} tbody tr`)) {
      const fits = (!value || row.dataset.value === value) && row.textContent.toLowerCase().includes(text);
      row.hidden = !fits;
    }
  };
  for (const field of document.querySelectorAll("[data-filter]")) {
    field.addEventListener("input", () => {
      const name = field.dataset.filter;
      state[name] = { ...state[name], text: field.value.trim().toLowerCase() };
      sift(name);
    });
  }
  for (const group of document.querySelectorAll("[data-choices]")) {
    group.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      for (const other of group.children) other.setAttribute("aria-pressed", String(other === button));
      const name = group.dataset.choices;
      state[name] = { ...state[name], value: button.dataset.value };
      sift(name);
    });
  }

  // ---- every number the model used ----
  const cell = (name, n) => {
    const value = inputs.columns[name]?.[n];
    return value !== null && value !== undefined && inputs.texts.includes(name) ? inputs.pool[value] : value;
  };
  const inputEntry = (n) => ({
    what: cell("what", n), value: digits(cell("value", n)), range: ends(cell("low", n), cell("high", n)), unit: cell("unit", n), kind: cell("kind", n),
    how: [cell("how", n), cell("where", n)].filter(Boolean).join("; "), why: cell("why", n),
    source: (cell("source", n) ?? "").split(";").map((key) => key.trim()).filter(Boolean),
  });
  const inputRow = (n) => {
    const entry = inputEntry(n), unit = cell("unit", n);
    const value = made("button", { type: "button", class: "fig", text: entry.value });
    value.addEventListener("mouseover", (event) => show(entry, event.clientX, event.clientY));
    value.addEventListener("mouseout", () => hide());
    value.addEventListener("click", (event) => { event.stopPropagation(); show(entry, event.clientX, event.clientY, true); });
    const first = sources[entry.source[0]];
    const label = first ? `${first.publisher ?? first.title}${entry.source.length > 1 ? ` and ${entry.source.length - 1} more` : ""}` : cell("why", n) ?? "";
    return made("tr", {}, made("td", { text: entry.what ?? "" }), made("td", { class: "right" }, value), made("td", { text: unit && unit !== "1" ? unit : "" }),
      made("td", { class: "nowrap", text: entry.range }), made("td", { text: entry.kind ?? "" }), made("td", { text: label }));
  };
  const browse = (box) => {
    const search = made("input", { type: "search", autocomplete: "off" });
    const kind = made("select", { "aria-label": "Kind" }, made("option", { value: "", text: "every kind" }),
      ...[...new Set(Array.from({ length: inputs.count }, (_, n) => cell("kind", n)))].filter(Boolean).map((k) => made("option", { value: k, text: k })));
    const count = made("span", { class: "count" });
    const body = made("tbody");
    const more = made("button", { type: "button", class: "more", text: "Show more" });
    const heads = ["Number", "Value", "Unit", "Range", "Kind", "Source or reason"].map((text, n) => made("th", { text, class: n === 1 ? "right" : "" }));
    let found = [], shown = 0, key = "";
    const extend = () => {
      body.append(...found.slice(shown, shown + 12).map(inputRow));
      shown = Math.min(found.length, shown + 12);
      more.hidden = shown >= found.length;
      count.textContent = `${shown.toLocaleString("en")} of ${found.length.toLocaleString("en")} shown${key ? `, from ${sources[key]?.title ?? key}` : ""}`;
    };
    const fits = (n, text) => (!kind.value || cell("kind", n) === kind.value) && (!key || (cell("source", n) ?? "").split(";").includes(key)) &&
      (!text || `${cell("what", n)} ${cell("where", n)} ${cell("how", n)} ${cell("why", n)}`.toLowerCase().includes(text));
    const search_ = () => {
      const text = search.value.trim().toLowerCase();
      found = Array.from({ length: inputs.count }, (_, n) => n).filter((n) => fits(n, text));
      shown = 0;
      body.replaceChildren();
      extend();
    };
    search.addEventListener("input", () => { key = ""; search_(); });
    kind.addEventListener("change", search_);
    more.addEventListener("click", extend);
    for (const button of document.querySelectorAll("[data-cites]")) {
      button.addEventListener("click", () => { key = button.dataset.cites; search.value = ""; kind.value = ""; search_(); box.scrollIntoView({ block: "center" }); });
    }
    box.append(made("p", { class: "filters" }, made("label", { class: "filter" }, "Find ", search), kind, count),
      made("table", { class: "list" }, made("thead", {}, made("tr", {}, ...heads)), body), more);
    search_();
  };
  const box = document.getElementById("inputs");
  if (box) browse(box);

  window.addEventListener("beforeprint", () => { for (const part of document.querySelectorAll("main details")) part.open = true; });
})();
