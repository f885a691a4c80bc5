// A term of an answer in, what a reader sees of it out: its text, its address, its element.

/** What the server says of its graph: the base of its IRIs, prefixes, classes, properties. */
export const graph = JSON.parse(document.getElementById("graph-facts").textContent);

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = ["integer", "decimal", "double", "float"].map((name) => XSD + name);

export const isNumber = (term) => NUMBERS.includes(term?.datatype);

export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties))
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/** The page of a resource of this graph, the address of any other, else nothing. */
export function address(term) {
  if (term?.type !== "uri") return null;
  if (term.value.startsWith(graph.base))
    return `${location.origin}/${term.value.slice(graph.base.length)}`;
  return /^https?:\/\//i.test(term.value) ? term.value : null;
}

/** An IRI by its prefix or below the base, a blank node by its label, a literal as it is. */
export function text(term) {
  if (!term) return "";
  if (term.type === "bnode") return `_:${term.value}`;
  if (term.type !== "uri") return term.value;
  for (const [prefix, namespace] of Object.entries(graph.prefixes))
    if (term.value.startsWith(namespace) && /^[\w.-]+$/.test(term.value.slice(namespace.length)))
      return `${prefix}:${term.value.slice(namespace.length)}`;
  return term.value.startsWith(graph.base) ? term.value.slice(graph.base.length) : term.value;
}

export function link(term, ...children) {
  const href = address(term);
  if (!href) return element("span", {}, ...children);
  const foreign = !href.startsWith(`${location.origin}/`);
  return element("a", { href, rel: foreign ? "noopener noreferrer" : "" }, ...children);
}

/** A term as the content of a cell; text only, whatever the term says. */
export function cell(term) {
  const made = element("td", { className: isNumber(term) ? "number" : "" });
  if (!term) return made;
  made.append(link(term, text(term)));
  const said = term["xml:lang"] ? `@${term["xml:lang"]}` : "";
  if (said) made.append(" ", element("small", {}, said));
  return made;
}
