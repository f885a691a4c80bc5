// Triples in, a drawing of nodes and links out, with the triples as a table below it.
import { place } from "./layout.js";
import { csv, table } from "./table.js";
import { address, element, graph, text } from "./terms.js";

/** Nodes that are drawn; of more, the best connected. */
const MOST = 300;
/** Characters of a label. */
const LONG = 36;
const COLUMNS = ["subject", "predicate", "object"];
const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const NAMES = [
  [graph.prefixes.skos, "prefLabel"],
  [graph.prefixes.rdfs, "label"],
  [graph.prefixes.dct, "title"],
  [graph.prefixes.foaf, "name"],
].map(([namespace, name]) => namespace + name);
/** Folders of IRIs whose nodes have a colour of their own. */
const KINDS = ["paper", "method", "dataset", "task", "concept", "author", "venue"];

const short = (words) => (words.length > LONG ? `${words.slice(0, LONG - 1)}…` : words);
const key = (term) => JSON.stringify([term.type, term.value, term["xml:lang"], term.datatype]);
const order = (triple) => COLUMNS.map((name) => key(triple[name])).join();
const resource = (term) => term.type === "uri" || term.type === "bnode";
const binding = (term) => ({
  type: { NamedNode: "uri", BlankNode: "bnode" }[term.termType] ?? "literal",
  value: term.value,
  ...(term.language ? { "xml:lang": term.language } : {}),
  ...(term.datatype ? { datatype: term.datatype.value } : {}),
});

function kind(term) {
  if (!resource(term)) return "literal";
  const folder = text(term).split("/")[0];
  return term.value.startsWith(graph.base) && KINDS.includes(folder) ? folder : "other";
}

/** Gather nodes and links: a name stands on its node, and several links of one pair are one. */
function gather(triples) {
  const names = new Map();
  for (const property of NAMES)
    for (const { subject, predicate, object } of triples)
      if (predicate.value === property && !resource(object) && !names.has(key(subject)))
        names.set(key(subject), object.value);
  const nodes = new Map();
  const node = (term) => {
    const id = key(term);
    if (!nodes.has(id))
      nodes.set(id, { id, term, kind: kind(term), name: names.get(id) ?? text(term), degree: 0 });
    return nodes.get(id);
  };
  const links = new Map();
  for (const { subject, predicate, object } of triples) {
    const from = node(subject);
    if (NAMES.includes(predicate.value) && names.get(from.id) === object.value) continue;
    const to = node(object);
    const pair = JSON.stringify([from.id, to.id]);
    if (!links.has(pair)) {
      links.set(pair, { from, to, names: new Set() });
      from.degree += 1;
      to.degree += 1;
    }
    links.get(pair).names.add(predicate.value === TYPE ? "a" : text(predicate).split(":").at(-1));
  }
  const ranked = [...nodes.values()].sort(
    (one, other) => other.degree - one.degree || (one.id < other.id ? -1 : 1),
  );
  const kept = ranked.slice(0, MOST);
  const inside = new Set(kept);
  return {
    nodes: kept,
    links: [...links.values()].filter(({ from, to }) => inside.has(from) && inside.has(to)),
    all: ranked.length,
  };
}

function svg(name, attributes = {}, ...children) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}

const size = ({ degree }) => 4 + Math.min(8, Math.sqrt(degree) * 1.4);

/** Draw a link: a line, and halfway its name over a tip that points the way. */
function line({ from, to, names }) {
  const [x, y] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
  const angle = (Math.atan2(to.y - from.y, to.x - from.x) * 180) / Math.PI;
  const tip =
    from === to
      ? svg("path", { class: "loop", d: "M0 0C-26-34 26-34 0 0" })
      : svg("path", { d: "M-4-4 5 0-4 4z", transform: `rotate(${angle})` });
  const label = svg("text", { dy: from === to ? -28 : -6 }, [...names].join(", "));
  const mark = svg("g", {}, tip, label);
  const ends = { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
  return { x, y, mark, label, drawn: svg("g", { class: "link" }, svg("line", ends), mark) };
}

/** Draw a node; its name is apart, since it is to lie over the other nodes. */
function dot(node) {
  const href = address(node.term);
  const drawn = svg(
    href ? "a" : "g",
    {
      class: `node ${node.kind}`,
      tabindex: 0,
      "aria-label": node.name,
      ...(href ? { href } : { role: "img" }),
    },
    svg("title", {}, node.name),
    svg("circle", { r: size(node) }),
  );
  const label = svg("text", { x: size(node) + 3, dy: "0.35em" }, short(node.name));
  const mark = svg("g", { class: `name ${node.kind}`, "aria-hidden": true }, label);
  return { x: node.x, y: node.y, mark, label, drawn, node };
}

/** Width and height of a label, in pixels, about. */
const WIDE = 6.6;
const HIGH = 13;
/** Nodes whose labels may lie on others. */
const HUBS = 12;
/** Room at the right, where the last labels end, unless the drawing is narrow. */
const LAST = 160;

/** Hide labels that lie on earlier ones, or on nodes; those of hubs may lie on nodes. */
function thin(marks, scale) {
  const dots = marks
    .filter(({ node }) => node)
    .map(({ x, y }) => ({ x: x * scale - 4, y: y * scale, width: 8 }));
  const shown = [];
  marks.forEach(({ x, y, label, node }, rank) => {
    const width = label.textContent.length * WIDE;
    const box = node
      ? { x: x * scale + size(node) + 1, y: y * scale, width }
      : { x: x * scale - width / 2, y: y * scale - HIGH, width };
    const apart = (other) =>
      Math.abs(other.y - box.y) > HIGH ||
      other.x > box.x + box.width ||
      other.x + other.width < box.x;
    const free = shown.every(apart) && (rank < HUBS || dots.every(apart));
    label.classList.toggle("covered", !free);
    if (free) shown.push(box);
  });
}

/** Let a drawing be moved and scaled by pointer, keys, Ctrl and the wheel; returns buttons. */
function movable(drawing, marks) {
  const [xs, ys] = [marks.map(({ x }) => x), marks.map(({ y }) => y)];
  let middle, scale;

  function show() {
    const { clientWidth: width, clientHeight: height } = drawing;
    const at = [middle.x - width / scale / 2, middle.y - height / scale / 2];
    drawing.setAttribute("viewBox", [...at, width / scale, height / scale].join(" "));
    for (const { x, y, mark, node, drawn } of marks)
      for (const part of node ? [mark, drawn] : [mark])
        part.setAttribute("transform", `translate(${x} ${y}) scale(${1 / scale})`);
    thin(marks, scale);
  }
  function fit() {
    const [left, top] = [Math.min(...xs), Math.min(...ys)];
    const [width, height] = [Math.max(...xs) - left, Math.max(...ys) - top];
    middle = { x: left + width / 2, y: top + height / 2 };
    const labels = Math.min(LAST, drawing.clientWidth / 4);
    const across = (drawing.clientWidth - labels - 40) / width;
    const down = (drawing.clientHeight - 60) / height;
    scale = Math.max(0.05, Math.min(1.5, across, down));
    middle.x += labels / 2 / scale;
    show();
  }
  /** Move by pixels. */
  function move(right, down) {
    middle.x += right / scale;
    middle.y += down / scale;
    show();
  }
  /** Scale around a point, in pixels from the middle. */
  function zoom(by, right = 0, down = 0) {
    middle.x += (right / scale) * (1 - 1 / by);
    middle.y += (down / scale) * (1 - 1 / by);
    scale *= by;
    show();
  }

  const keys = {
    ArrowLeft: () => move(-60, 0),
    ArrowRight: () => move(60, 0),
    ArrowUp: () => move(0, -60),
    ArrowDown: () => move(0, 60),
    "+": () => zoom(1.25),
    "-": () => zoom(0.8),
    0: fit,
  };
  drawing.addEventListener("keydown", (event) => {
    if (!(event.key in keys) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[event.key]();
  });
  const wheel = (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const frame = drawing.getBoundingClientRect();
    const right = event.clientX - frame.x - frame.width / 2;
    zoom(event.deltaY > 0 ? 0.9 : 1.1, right, event.clientY - frame.y - frame.height / 2);
  };
  drawing.addEventListener("wheel", wheel, { passive: false });
  let last = null;
  drawing.addEventListener("pointerdown", (event) => {
    if (event.target !== drawing) return;
    drawing.setPointerCapture(event.pointerId);
    last = event;
  });
  drawing.addEventListener("pointermove", (event) => {
    if (last) move(last.clientX - event.clientX, last.clientY - event.clientY);
    last &&= event;
  });
  drawing.addEventListener("lostpointercapture", () => {
    last = null;
  });
  new ResizeObserver(() => drawing.clientWidth && fit()).observe(drawing);

  return [
    ["+", "Zoom in", keys["+"]],
    ["−", "Zoom out", keys["-"]],
    ["Fit", "Fit the drawing into its frame", fit],
  ].map(([sign, title, onclick]) => element("button", { type: "button", title, onclick }, sign));
}

/** Draw triples: a way past the drawing, and the figure. */
function draw(triples) {
  const { nodes, links, all } = gather(triples);
  const numbers = new Map(nodes.map((node, at) => [node, at]));
  const pairs = links.map(({ from, to }) => [numbers.get(from), numbers.get(to)]);
  place(nodes.length, pairs).forEach((at, number) => Object.assign(nodes[number], at));
  const lines = links.map(line);
  const dots = nodes.map(dot);
  dots.forEach(({ drawn, mark }, number) => {
    const near = lines.filter((_, at) => pairs[at].includes(number));
    const light = ({ type }) => {
      const on = type === "pointerenter" || type === "focus";
      for (const part of [mark, ...near.map((one) => one.drawn)]) part.classList.toggle("near", on);
    };
    for (const event of ["pointerenter", "pointerleave", "focus", "blur"])
      drawn.addEventListener(event, light);
  });
  const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
  const counted = `${count(nodes.length, "node")} and ${count(links.length, "link")}`;
  const drawing = svg(
    "svg",
    { class: "graph", role: "group", tabindex: 0, "aria-label": `Drawing of ${counted}` },
    ...[...lines, ...dots].map(({ drawn }) => drawn),
    ...dots.map(({ mark }) => mark),
  );
  const buttons = movable(drawing, [...dots, ...lines]);
  const some = nodes.length < all ? `Of ${all} nodes, the ${MOST} that are best connected: ` : "";
  const said = `${some}${counted}. Names stand on their nodes; the table below has every triple.`;
  return [
    element("p", { className: "skip" }, element("a", { href: "#triples" }, "Skip the drawing")),
    element(
      "figure",
      {},
      element("div", { className: "tools" }, ...buttons),
      drawing,
      element("figcaption", {}, said, " Arrow keys, + and - move it."),
    ),
  ];
}

export class Graph {
  label = "Graph";
  priority = 9;

  constructor(yasr) {
    this.yasr = yasr;
  }

  canHandleResults() {
    return this.yasr.results.getType() === "ttl" && Boolean(this.yasr.results.getStatements());
  }

  read() {
    return this.yasr.results
      .getStatements()
      .map((quad) => Object.fromEntries(COLUMNS.map((name) => [name, binding(quad[name])])))
      .sort((one, other) => (order(one) < order(other) ? -1 : 1));
  }

  draw() {
    const triples = this.read();
    const listed = element("section", { id: "triples", tabIndex: -1 });
    listed.append(element("h2", {}, "Triples"), table(COLUMNS, triples, "Triples of the answer"));
    this.yasr.resultsEl.append(...(triples.length ? draw(triples) : []), listed);
  }

  download() {
    const contentType = "text/csv";
    const getData = () => csv(COLUMNS, this.read());
    return { getData, filename: "triples.csv", contentType, title: "Download as CSV" };
  }
}
