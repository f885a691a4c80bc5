// Rows in, a table out that is filtered, sorted and turned page by page; and YASR's plugin of it.
// YASR's own table writes cells as HTML, and replaces {{words}} in them.
import { cell, element, isNumber, text } from "./terms.js";

const PAGE = 50;
const COLLATOR = new Intl.Collator("en", { numeric: true });

function compare(one, other) {
  if (isNumber(one) && isNumber(other)) return Number(one.value) - Number(other.value);
  return COLLATOR.compare(text(one), text(other));
}

/** Draw a table of bindings: objects from the names of variables to terms. */
export function table(variables, bindings, caption) {
  let rows = bindings;
  let first = 0;
  let order = { variable: null, sign: 1 };

  const filter = element("input", { type: "search", autocomplete: "off" });
  const told = element("output", { className: "told" });
  const back = element("button", { type: "button" }, "Previous");
  const on = element("button", { type: "button" }, "Next");
  const heads = variables.map((variable) => {
    const button = element("button", { type: "button" }, variable);
    button.onclick = () => {
      order = { variable, sign: order.variable === variable ? -order.sign : 1 };
      choose();
    };
    return element("th", { scope: "col" }, button);
  });
  const body = element("tbody");

  function choose() {
    const wanted = filter.value.toLowerCase();
    const said = (row) => variables.some((name) => text(row[name]).toLowerCase().includes(wanted));
    rows = wanted ? bindings.filter(said) : [...bindings];
    const { variable, sign } = order;
    if (variable) rows.sort((one, other) => sign * compare(one[variable], other[variable]));
    variables.forEach((name, at) => {
      if (name !== variable) heads[at].removeAttribute("aria-sort");
      else heads[at].setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
    });
    show(0);
  }

  function show(from) {
    first = from;
    const last = Math.min(first + PAGE, rows.length);
    body.replaceChildren(
      ...rows
        .slice(first, last)
        .map((row) => element("tr", {}, ...variables.map((name) => cell(row[name])))),
    );
    const all = rows.length < bindings.length ? `, of ${bindings.length.toLocaleString("en")}` : "";
    told.value = rows.length
      ? `${first + 1}–${last} of ${rows.length.toLocaleString("en")}${all}`
      : `no rows${all}`;
    back.disabled = first === 0;
    on.disabled = last === rows.length;
  }

  filter.oninput = choose;
  back.onclick = () => show(first - PAGE);
  on.onclick = () => show(first + PAGE);
  choose();
  const few = bindings.length <= PAGE;
  const pages = element("span", { className: "pages", hidden: few }, back, " ", on);
  return element(
    "div",
    { className: "rows" },
    element("div", { className: "tools" }, element("label", {}, "Filter ", filter), told, pages),
    element(
      "div",
      { className: "wide", tabIndex: 0, role: "region", "aria-label": caption },
      element("table", {}, element("thead", {}, element("tr", {}, ...heads)), body),
    ),
  );
}

const quoted = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

/** Write rows as CSV, by the SPARQL 1.1 recommendation. */
export function csv(variables, bindings) {
  const value = (term) => (term?.type === "bnode" ? `_:${term.value}` : (term?.value ?? ""));
  const lines = bindings.map((row) => variables.map((name) => quoted(value(row[name]))));
  return [variables.map(quoted), ...lines].map((line) => `${line.join(",")}\r\n`).join("");
}

export class Table {
  label = "Table";
  priority = 10;

  constructor(yasr) {
    this.yasr = yasr;
  }

  canHandleResults() {
    return this.yasr.results.getType() === "json" && Boolean(this.yasr.results.getBindings());
  }

  draw() {
    this.yasr.resultsEl.append(table(...this.read(), "Rows of the answer"));
  }

  /** Read the answer as it came, as YASR's parser changes its literals. */
  read() {
    const { head, results } = JSON.parse(this.yasr.results.getOriginalResponseAsString());
    return [head.vars, results.bindings];
  }

  download() {
    const contentType = "text/csv";
    const getData = () => csv(...this.read());
    return { getData, filename: "answer.csv", contentType, title: "Download as CSV" };
  }
}
