"use strict";
// Draws what lies in #contents. Text of the graph is hostile: it goes into text nodes only.
(() => {
  const contents = JSON.parse(document.getElementById("contents").textContent);
  const { scene } = contents;
  const { nodes, links, passages, words } = scene;
  const element = (id) => document.getElementById(id);
  const looks = new Map(scene.types.map((type) => [type.name, type]));
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const LABELS_AT_ONCE = 140;
  const CHIPS_AT_ONCE = 12;

  // --- small makers of elements

  function make(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value !== null && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  }

  // The outlines that vis-network draws, in a square of -1 to 1.
  const OUTLINES = {
    dot: [...Array(16).keys()].map((i) => [Math.cos((i * Math.PI) / 8), Math.sin((i * Math.PI) / 8)]),
    hexagon: [...Array(6).keys()].map((i) => [Math.cos((i * Math.PI) / 3), Math.sin((i * Math.PI) / 3)]),
    square: [[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]],
    diamond: [[0, -1], [1, 0], [0, 1], [-1, 0]],
    triangle: [[0, -0.9], [1, 0.8], [-1, 0.8]],
    triangleDown: [[0, 0.9], [1, -0.8], [-1, -0.8]],
    star: [...Array(10).keys()].map((i) => {
      const radius = i % 2 ? 0.45 : 1;
      return [radius * Math.sin((i * Math.PI) / 5), -radius * Math.cos((i * Math.PI) / 5)];
    }),
  };

  function icon(type) {
    const space = "http://www.w3.org/2000/svg";
    const drawing = document.createElementNS(space, "svg");
    drawing.setAttribute("viewBox", "-1 -1 2 2");
    drawing.setAttribute("class", "mark");
    drawing.setAttribute("aria-hidden", "true");
    drawing.style.setProperty("--type", looks.get(type).colour);
    const shape = document.createElementNS(space, "polygon");
    shape.setAttribute("points", OUTLINES[looks.get(type).shape].join(" "));
    drawing.append(shape);
    return drawing;
  }

  const cut = (text, length) => {
    const letters = Array.from(text);
    return letters.length > length ? letters.slice(0, length - 1).join("").trimEnd() + "…" : text;
  };
  const plural = (count, one, many) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
  const ofPapers = (count) => plural(count, "paper", "papers");

  // --- the graph in memory

  const byNode = nodes.map(() => []);
  contents.edges.forEach((edge) => {
    byNode[edge.from].push(edge);
    byNode[edge.to].push(edge);
  });
  const other = (edge, node) => (edge.from === node ? edge.to : edge.from);
  const byIri = new Map(nodes.map((node, number) => [node.iri, number]));

  const shownTypes = new Set(scene.types.filter((type) => type.on).map((type) => type.name));
  let onceShown = false;
  let selected = null; // {node: number} or {edge: number}
  let lit = null; // the numbers of nodes that stand out, or null: all
  let hovered = null;

  const standsBy = (number) =>
    shownTypes.has(nodes[number].type) && (onceShown || !nodes[number].once);
  // What is selected brings its neighbours of the types that are on, also those of one paper.
  const visible = (number) =>
    standsBy(number) ||
    (lit !== null &&
      lit.has(number) &&
      (shownTypes.has(nodes[number].type) || isEnd(number)));
  function isEnd(number) {
    if (selected === null) return false;
    if (selected.node !== undefined) return selected.node === number;
    const edge = contents.edges[selected.edge];
    return edge.from === number || edge.to === number;
  }

  // --- drawing

  const drawn = contents.nodes.map(({ id, x, y, size, shape, color }) => ({
    id, x, y, size, shape,
    color: { background: color, border: color },
    hidden: !visible(id),
    opacity: 1,
  }));
  const state = drawn.map(({ hidden, opacity }) => ({ hidden, opacity }));
  const nodeSet = new vis.DataSet(drawn);
  const edgeSet = new vis.DataSet(contents.edges);
  const options = contents.options;
  const many = contents.edges.length > 4000;
  options.interaction.hideEdgesOnDrag = many;
  options.interaction.hideEdgesOnZoom = many;
  options.edges.color = edgeColour();
  options.edges.arrows = { to: { scaleFactor: 0.45 }, from: { scaleFactor: 0.45 } };
  const stage = element("graph");
  const network = new vis.Network(stage, { nodes: nodeSet, edges: edgeSet }, options);

  function style(name) {
    return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  }
  function edgeColour() {
    const quiet = style(lit === null ? "--edge" : "--edge-dim");
    const strong = style("--edge-strong");
    return { color: quiet, highlight: strong, hover: strong, inherit: false };
  }
  let ink, ground, accent;
  function readTheme() {
    ink = style("--ink");
    ground = style("--stage");
    accent = style("--accent");
  }
  readTheme();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    readTheme();
    network.setOptions({ edges: { color: edgeColour() } });
    network.redraw();
  });

  function refresh() {
    const changed = [];
    state.forEach((now, id) => {
      const hidden = !visible(id);
      const opacity = lit === null || lit.has(id) ? 1 : 0.13;
      if (now.hidden !== hidden || now.opacity !== opacity) {
        now.hidden = hidden;
        now.opacity = opacity;
        changed.push({ id, hidden, opacity });
      }
    });
    if (changed.length) nodeSet.update(changed);
    network.redraw();
  }

  // Labels are drawn here, not by vis-network: at one size on the screen, the most important
  // first, and none over another.
  const order = nodes
    .map((node, number) => number)
    .sort((a, b) => weight(b) - weight(a) || a - b);
  function weight(number) {
    const node = nodes[number];
    return node.type === "Paper" ? byNode[number].length / 1000 : node.papers;
  }
  const widths = new Map();
  const smallest = Math.min(...contents.nodes.map((node) => node.size));

  network.on("afterDrawing", (pen) => {
    const seen = pen.getTransform();
    const ratio = pen.canvas.width / pen.canvas.clientWidth || 1;
    const scale = seen.a / ratio;
    const wide = pen.canvas.clientWidth;
    const high = pen.canvas.clientHeight;
    const spot = (number) => [
      (contents.nodes[number].x * seen.a + seen.e) / ratio,
      (contents.nodes[number].y * seen.d + seen.f) / ratio,
    ];
    pen.save();
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.textAlign = "center";
    pen.textBaseline = "top";
    pen.lineJoin = "round";
    if (selected !== null && selected.node !== undefined && !state[selected.node].hidden) {
      const [x, y] = spot(selected.node);
      pen.strokeStyle = accent;
      pen.lineWidth = 2.5;
      pen.beginPath();
      pen.arc(x, y, contents.nodes[selected.node].size * scale + 6, 0, 2 * Math.PI);
      pen.stroke();
    }
    // Boxes that a label may not cover: icons of entities, and labels that stand already.
    const icons = grid();
    const labels = grid();
    for (const number of order) {
      const radius = contents.nodes[number].size * scale;
      if (state[number].hidden || nodes[number].type === "Paper" || radius < 3) continue;
      const [x, y] = spot(number);
      if (x > 0 && y > 0 && x < wide && y < high) icons.add([x - radius, y - radius, x + radius, y + radius], number);
    }
    const first = [];
    let placed = 0;
    if (hovered !== null) first.push(hovered);
    if (selected !== null && selected.node !== undefined && selected.node !== hovered) first.push(selected.node);
    for (const number of first) label(number, true);
    for (const number of order) {
      if (placed >= LABELS_AT_ONCE) break;
      if (lit !== null && !lit.has(number)) continue;
      if (nodes[number].type === "Paper" && lit === null && scale < 1.1) continue;
      if (nodes[number].papers < 2 && lit === null && scale < 0.8) continue;
      if (!first.includes(number) && label(number, false)) placed += 1;
    }
    pen.restore();

    function label(number, always) {
      if (state[number].hidden && !always) return false;
      const [x, y] = spot(number);
      if (x < -40 || y < -40 || x > wide + 40 || y > high + 40) return false;
      const radius = contents.nodes[number].size * scale;
      const node = nodes[number];
      const size = 11 + (contents.nodes[number].size - smallest) * 0.18;
      const text = cut(node.name, always ? 48 : node.type === "Paper" ? 38 : 30);
      pen.font = `${always || size > 13 ? 600 : 400} ${size}px system-ui, "Liberation Sans", sans-serif`;
      const key = `${pen.font}\n${text}`;
      if (!widths.has(key)) widths.set(key, pen.measureText(text).width);
      const half = widths.get(key) / 2 + 3;
      const tall = size + 3;
      const below = [x, y + radius + 2];
      const spots = [below, [x, y - radius - tall - 1], [x + radius + half, y - tall / 2], [x - radius - half, y - tall / 2]];
      const box = ([middle, top]) => [middle - half, top, middle + half, top + tall];
      const inside = ([left, top, right, bottom]) => left >= 0 && top >= 0 && right <= wide && bottom <= high;
      const clear = (at) => inside(box(at)) && !labels.hits(box(at)) && !icons.hits(box(at), number);
      // The most important stand even where they cover an icon.
      const crowded = placed < 25 && inside(box(below)) && !labels.hits(box(below));
      let at = spots.find(clear) ?? (crowded ? below : null);
      if (always && at === null) at = [Math.min(Math.max(x, half), Math.max(wide - half, half)), below[1]];
      if (at === null) return false;
      labels.add(box(at));
      pen.lineWidth = 4;
      pen.strokeStyle = ground;
      pen.strokeText(text, at[0], at[1] + 1);
      pen.fillStyle = ink;
      pen.fillText(text, at[0], at[1] + 1);
      return true;
    }
  });

  // Boxes by the cells of the screen that they touch.
  function grid() {
    const cells = new Map();
    const CELL = 64;
    const touched = function* ([left, top, right, bottom]) {
      for (let column = Math.floor(left / CELL); column <= right / CELL; column += 1) {
        for (let row = Math.floor(top / CELL); row <= bottom / CELL; row += 1) yield column * 4096 + row;
      }
    };
    return {
      add(box, owner = null) {
        for (const cell of touched(box)) {
          if (!cells.has(cell)) cells.set(cell, []);
          cells.get(cell).push([box, owner]);
        }
      },
      hits(box, except = undefined) {
        for (const cell of touched(box)) {
          for (const [other, owner] of cells.get(cell) ?? []) {
            const apart = box[0] >= other[2] || box[2] <= other[0] || box[1] >= other[3] || box[3] <= other[1];
            if (!apart && owner !== except) return true;
          }
        }
        return false;
      },
    };
  }

  // --- selecting

  function select(choice, { move = false } = {}) {
    selected = choice;
    lit = null;
    if (choice !== null && choice.node !== undefined) {
      lit = new Set([choice.node, ...byNode[choice.node].map((edge) => other(edge, choice.node))]);
    } else if (choice !== null) {
      const edge = contents.edges[choice.edge];
      lit = new Set([edge.from, edge.to]);
    }
    network.setOptions({ edges: { color: edgeColour() } });
    refresh();
    if (choice === null) network.unselectAll();
    else if (choice.node !== undefined) network.selectNodes([choice.node], true);
    else network.setSelection({ nodes: [], edges: [choice.edge] }, { highlightEdges: false });
    describe();
    const wanted =
      choice === null ? "" : choice.node !== undefined ? "#" + encodeURIComponent(nodes[choice.node].iri) : null;
    if (wanted !== null && location.hash !== wanted && (wanted || location.hash)) location.hash = wanted;
    if (move && choice !== null && choice.node !== undefined) centre(choice.node);
  }

  // Come closer, but no closer than most of what the node is linked to fits.
  function centre(number) {
    const { x, y } = contents.nodes[number];
    const near = [...lit].filter((id) => !state[id].hidden);
    const far = (axis, from) => {
      const away = near.map((id) => Math.abs(contents.nodes[id][axis] - from)).sort((a, b) => a - b);
      return Math.max(away[Math.floor(away.length * 0.75)] ?? 0, 60);
    };
    const fitting = Math.min(stage.clientWidth / far("x", x), stage.clientHeight / far("y", y)) * 0.42;
    const now = network.getScale();
    network.focus(number, {
      scale: Math.max(now, Math.min(fitting, 2)),
      animation: calm ? false : { duration: 350, easingFunction: "easeInOutQuad" },
    });
  }

  network.on("click", (event) => {
    if (event.nodes.length) select({ node: event.nodes[0] });
    else if (event.edges.length) select({ edge: event.edges[0] });
    else if (selected !== null) select(null);
  });
  for (const [name, node] of [["hoverNode", true], ["blurNode", null], ["hoverEdge", false], ["blurEdge", null]]) {
    network.on(name, (event) => {
      stage.classList.toggle("pointing", node !== null);
      const now = node ? event.node : null;
      if (now !== hovered) {
        hovered = now;
        network.redraw();
      }
    });
  }
  addEventListener("hashchange", () => {
    const number = fromAddress();
    if (number === null) {
      if (selected !== null && selected.node !== undefined) select(null);
    } else if (selected === null || selected.node !== number) select({ node: number }, { move: true });
  });
  function fromAddress() {
    try {
      return byIri.get(decodeURIComponent(location.hash.slice(1))) ?? null;
    } catch {
      return null; // an address that somebody broke
    }
  }

  // --- the panel

  const panel = element("panel");

  function describe() {
    if (selected === null) panel.replaceChildren(...overview());
    else if (selected.node !== undefined) panel.replaceChildren(...aboutNode(selected.node));
    else panel.replaceChildren(...aboutEdge(selected.edge));
    panel.scrollTop = 0;
  }

  function chip(number, count = null) {
    const node = nodes[number];
    return make(
      "button",
      { type: "button", class: "chip", onclick: () => select({ node: number }, { move: true }) },
      icon(node.type),
      make("span", {}, node.name),
      ...(count ? [make("small", {}, String(count))] : []),
    );
  }

  function chips(made) {
    const list = make("ul", { class: "chips" }, ...made.slice(0, CHIPS_AT_ONCE).map((one) => make("li", {}, one())));
    if (made.length > CHIPS_AT_ONCE) {
      const more = make(
        "button",
        {
          type: "button",
          class: "plain",
          onclick: () => {
            const rest = made.slice(CHIPS_AT_ONCE).map((one) => make("li", {}, one()));
            more.parentElement.replaceWith(...rest);
            rest[0].firstElementChild.focus();
          },
        },
        `${made.length - CHIPS_AT_ONCE} more`,
      );
      list.append(make("li", {}, more));
    }
    return list;
  }

  function overview() {
    const parts = [
      make("h2", {}, "Most named"),
      make("p", { class: "quiet" }, "By number of papers. Click a thing for its facts and its sentences, a line for the sentences behind it."),
    ];
    for (const type of scene.types) {
      if (type.name === "Paper") continue;
      const top = order.filter((number) => nodes[number].type === type.name && nodes[number].papers > 1).slice(0, 8);
      if (!top.length) continue;
      parts.push(
        make("h3", {}, type.plural[0].toUpperCase() + type.plural.slice(1)),
        chips(top.map((number) => () => chip(number, nodes[number].papers))),
      );
    }
    const papers = order.filter((number) => nodes[number].type === "Paper");
    if (papers.length) {
      parts.push(make("h3", {}, "Papers with most in common with others"));
      parts.push(chips(papers.slice(0, 8).map((number) => () => chip(number))));
    }
    return parts;
  }

  function kind(...children) {
    return make(
      "div",
      { class: "kind" },
      ...children,
      make("button", { type: "button", class: "plain", onclick: () => select(null) }, "Close"),
    );
  }

  function aboutNode(number) {
    const node = nodes[number];
    const isPaper = node.type === "Paper";
    const count = isPaper ? "" : node.type === "Author" || node.type === "Venue" ? `, ${ofPapers(node.papers)}` : `, named by ${ofPapers(node.papers)}`;
    const parts = [kind(icon(node.type), make("span", {}, node.type + count)), make("h2", {}, node.name)];
    const facts = make("dl");
    if (node.aliases.length) {
      facts.append(make("dt", {}, isPaper ? "Other title" : "Also"), make("dd", {}, node.aliases.join(", ")));
    }
    for (const [name, values] of node.facts) facts.append(make("dt", {}, name), make("dd", {}, ...spread(values)));
    facts.append(make("dt", {}, "IRI"), make("dd", { class: "quiet" }, node.iri));
    parts.push(facts);
    if (isPaper && node.passages.length) {
      parts.push(make("h3", {}, node.passages.length > 1 ? "Abstracts" : "Abstract"));
      parts.push(...node.passages.map((passage) => quoted(passage, null, false)));
    }
    if (!isPaper && node.passages.length) parts.push(...sentences(node.passages, node.mentions, [number], "h3"));
    parts.push(...neighbours(number));
    return parts;
  }

  function spread(values) {
    return values.flatMap((value, place) => [
      place ? ", " : "",
      value.node !== null ? textButton(value.text, value.node) : value.link !== null ? anchor(value) : value.text,
    ]);
  }
  function textButton(text, number) {
    return make("button", { type: "button", class: "text", onclick: () => select({ node: number }, { move: true }) }, text);
  }
  function anchor({ text, link }) {
    if (!/^https?:\/\//i.test(link)) return text;
    return make("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, text);
  }

  function neighbours(number) {
    const groups = new Map();
    for (const edge of byNode[number]) {
      for (const place of scene.edges[edge.id]) {
        const link = links[place];
        const forward = link.subject === number;
        const name = words[link.predicate][forward ? 0 : 1];
        if (!groups.has(name)) groups.set(name, new Map());
        groups.get(name).set(forward ? link.object : link.subject, link.support);
      }
    }
    const byline = new Set(nodes[number].facts.map(([name]) => name));
    const parts = [];
    for (const [name, found] of groups) {
      // The by-line and the venue of a paper stand among its facts already.
      if ((name === "written by" && byline.has("Authors")) || (name === "appeared at" && byline.has("Venue"))) continue;
      const sorted = [...found].sort((a, b) => b[1] - a[1] || weight(b[0]) - weight(a[0]) || a[0] - b[0]);
      parts.push(make("h4", {}, `${name} (${sorted.length})`));
      parts.push(chips(sorted.map(([to, support]) => () => chip(to, support > 1 ? support : null))));
    }
    return parts.length ? [make("h3", {}, "Linked to"), ...parts] : [];
  }

  function sentences(found, mentions, focus, heading) {
    const count = plural(found.length, "sentence", "sentences");
    const parts = [make(heading, {}, mentions > found.length ? `${count}, of ${plural(mentions, "mention", "mentions")}` : count)];
    const FEW = 3;
    parts.push(...found.slice(0, FEW).map((passage) => quoted(passage, focus, true)));
    if (found.length > FEW) {
      const more = make(
        "button",
        {
          type: "button",
          class: "plain",
          onclick: () => {
            const rest = found.slice(FEW).map((passage) => quoted(passage, focus, true));
            more.replaceWith(...rest);
            rest[0].querySelector("button")?.focus();
          },
        },
        plural(found.length - FEW, "more sentence", "more sentences"),
      );
      parts.push(more);
    }
    return parts;
  }

  function quoted(number, focus, titled) {
    const passage = passages[number];
    const quote = make("blockquote");
    for (const [text, ...named] of passage.pieces) {
      if (!named.length) {
        quote.append(text);
        continue;
      }
      const main = named.find((node) => focus !== null && focus.includes(node)) ?? named[0];
      const mark = make("mark", { class: focus === null || focus.includes(main) ? "focus" : null, onclick: () => select({ node: main }, { move: true }) }, text);
      mark.style.setProperty("--type", looks.get(nodes[main].type).colour);
      quote.append(mark);
    }
    if (titled && passage.title) {
      const from = passage.paper === null
        ? passage.title
        : textButton(passage.title, passage.paper);
      quote.append(make("footer", {}, from));
    }
    return quote;
  }

  function aboutEdge(number) {
    const edge = contents.edges[number];
    const parts = [kind(make("span", {}, "Link"))];
    for (const place of scene.edges[number]) {
      const link = links[place];
      parts.push(
        make("ul", { class: "chips" }, make("li", {}, chip(link.subject)), make("li", {}, make("strong", {}, words[link.predicate][0])), make("li", {}, chip(link.object))),
      );
      const sure = [];
      if (link.support) sure.push(`said by ${plural(link.support, "abstract", "abstracts")}`);
      if (link.confidence !== null) sure.push(`confidence ${link.confidence.toFixed(2)}`);
      if (sure.length) parts.push(make("p", { class: "quiet" }, sure.join(", ")));
      if (link.passages.length) parts.push(...sentences(link.passages, link.mentions, [edge.from, edge.to], "h4"));
      else parts.push(make("p", { class: "quiet" }, link.confidence === null ? "From the paper's record, not from a sentence." : "The graph keeps no sentence for it."));
    }
    return parts;
  }

  // --- the legend

  const legend = element("legend");
  function toggle(pressed, change, ...children) {
    const button = make(
      "button",
      {
        type: "button",
        "aria-pressed": String(pressed),
        onclick: () => {
          pressed = !pressed;
          button.setAttribute("aria-pressed", String(pressed));
          change(pressed);
          refresh();
        },
      },
      ...children,
    );
    return button;
  }
  for (const type of scene.types) {
    const count = nodes.filter((node) => node.type === type.name).length;
    const button = toggle(
      type.on,
      (pressed) => (pressed ? shownTypes.add(type.name) : shownTypes.delete(type.name)),
      icon(type.name),
      make("span", { class: "word" }, type.plural),
      make("span", { class: "count" }, count.toLocaleString("en")),
    );
    button.dataset.type = type.name;
    legend.append(button);
  }
  const once = nodes.filter((node) => node.once).length;
  if (once) {
    const button = toggle(
      false,
      (pressed) => (onceShown = pressed),
      make("span", { class: "word" }, "named by one paper"),
      make("span", { class: "count" }, once.toLocaleString("en")),
    );
    button.id = "once";
    legend.append(button);
  }

  // --- search

  const query = element("query");
  const hits = element("hits");
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const names = nodes.map((node) => [node.name, ...node.aliases].map(plain));
  let found = [];
  let active = -1;

  function look(text) {
    const wanted = plain(text).trim();
    if (!wanted) return [];
    const scored = [];
    names.forEach((list, number) => {
      let best = 0;
      list.forEach((name, place) => {
        const at = name.indexOf(wanted);
        if (at < 0) return;
        const fit = name === wanted ? 9 : at === 0 ? 3 : /[\s\-(/]/.test(name[at - 1]) ? 2 : 1;
        best = Math.max(best, fit - (place ? 0.5 : 0));
      });
      // What many papers name is what is meant, more often than not.
      if (best) scored.push([best + Math.min(Math.log2(1 + nodes[number].papers) * 0.5, 3), number]);
    });
    return scored
      .sort((a, b) => b[0] - a[0] || weight(b[1]) - weight(a[1]) || a[1] - b[1])
      .map(([, number]) => number);
  }

  function list() {
    const all = look(query.value);
    found = all.slice(0, 12);
    active = found.length ? 0 : -1;
    hits.replaceChildren(
      ...found.map((number, place) =>
        make(
          "li",
          {
            role: "option",
            id: `hit-${place}`,
            "aria-selected": String(place === active),
            // Before the field loses focus, which closes the list.
            onmousedown: (event) => {
              event.preventDefault();
              choose(place);
            },
          },
          icon(nodes[number].type),
          make("span", {}, cut(nodes[number].name, 110)),
          make("small", {}, nodes[number].type === "Paper" ? "paper" : ofPapers(nodes[number].papers)),
        ),
      ),
    );
    if (query.value.trim() && !found.length) hits.append(make("li", { class: "none" }, "Nothing on this page is named so"));
    if (all.length > found.length) hits.append(make("li", { class: "none" }, `and ${(all.length - found.length).toLocaleString("en")} more`));
    open(Boolean(query.value.trim()));
  }
  function open(shown) {
    hits.hidden = !shown;
    query.setAttribute("aria-expanded", String(shown));
    if (shown && active >= 0) query.setAttribute("aria-activedescendant", `hit-${active}`);
    else query.removeAttribute("aria-activedescendant");
  }
  function step(by) {
    if (hits.hidden) return list();
    if (!found.length) return;
    active = (active + by + found.length) % found.length;
    [...hits.children].forEach((hit, place) => {
      if (place < found.length) hit.setAttribute("aria-selected", String(place === active));
    });
    hits.children[active].scrollIntoView({ block: "nearest" });
    open(true);
  }
  function choose(place) {
    open(false);
    select({ node: found[place] }, { move: true });
  }
  query.addEventListener("input", list);
  query.addEventListener("focus", () => query.value && list());
  query.addEventListener("blur", () => open(false));
  query.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      choose(active);
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (hits.hidden) query.blur();
      else open(false);
    }
  });
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && document.activeElement !== query) {
      event.preventDefault();
      query.focus();
      query.select();
    } else if (event.key === "Escape" && selected !== null) select(null);
  });

  // --- zoom

  const glide = calm ? false : { duration: 250, easingFunction: "easeInOutQuad" };
  const zoom = (by) => network.moveTo({ scale: network.getScale() * by, animation: glide });
  element("closer").addEventListener("click", () => zoom(1.5));
  element("farther").addEventListener("click", () => zoom(1 / 1.5));
  const fit = (animation) =>
    network.fit({ nodes: state.flatMap((now, id) => (now.hidden ? [] : [id])), animation, maxZoomLevel: 1.6 });
  element("whole").addEventListener("click", () => fit(glide));

  fit(false);
  const start = fromAddress() ?? scene.centre;
  if (start === null) describe();
  else select({ node: start });
  // For tests and for whoever opens the console: read the state, do not change it.
  window.view = {
    network,
    selected: () => selected,
    shown: () => state.filter((now) => !now.hidden).length,
  };
})();
