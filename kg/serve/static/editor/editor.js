// The page in, with its plain form; YASQE and YASR put in the places of text area and answer.
import { Graph } from "./graph.js";
import { Raw } from "./raw.js";
import { Table } from "./table.js";
import { element, graph } from "./terms.js";
import { Yasqe, Yasr } from "./vendor/yasgui.js";

const form = document.getElementById("ask");
const area = form.querySelector("textarea");
const run = form.querySelector("button");
const shared = document.getElementById("shared");
const status = document.getElementById("status");

/** YASR without what leads to its makers' pages, or speaks of plugins. */
class Results extends Yasr {
  drawDocumentationButton() {}
  updateHelpButton() {}
  fillFallbackBox() {}
  updatePluginSelectors(fit) {
    super.updatePluginSelectors(fit);
    for (const button of this.headerEl.querySelectorAll("li button")) {
      const drawn = button.classList.contains(`select_${this.drawnPlugin}`);
      button.classList.toggle("selected", drawn);
      button.setAttribute("aria-pressed", drawn);
      button.disabled = button.classList.contains("disabled");
    }
  }
}

Yasr.registerPlugin("table", Table);
Yasr.registerPlugin("graph", Graph);
Yasr.registerPlugin("response", Raw);

/** Let YASQE complete these terms alone, which need not be stored. */
function completer(name, terms) {
  Yasqe.forkAutocompleter(name, { name, get: terms, bulk: true, persistenceId: () => "" });
}
completer("prefixes", Object.entries(graph.prefixes).map(([name, iri]) => `${name}: <${iri}>`));
completer("class", graph.classes);
completer("property", graph.properties);

const editor = document.createElement("div");
area.after(editor);
const yasqe = new Yasqe(editor, {
  value: area.value,
  // What was written last comes back, unless the address asks for something else.
  persistenceId: graph.given ? null : "kg_query",
  requestConfig: { endpoint: form.action, method: "POST" },
  createShareableLink: null,
  consumeShareLink: null,
  showQueryButton: false,
  editorHeight: "auto",
  viewportMargin: Infinity,
  resizeable: false,
  extraKeys: { Tab: false, "Shift-Tab": false },
});
yasqe.getInputField().setAttribute("aria-label", "SPARQL query");
area.hidden = true;
area.disabled = true;

const yasr = new Results(document.getElementById("answer"), {
  persistenceId: null,
  prefixes: graph.prefixes,
  pluginOrder: ["table", "graph", "response"],
  errorRenderers: [async ({ text }) => element("p", { role: "alert" }, text || "no answer came")],
});

let running = null;

function say(words, request) {
  running = request;
  status.textContent = words;
  run.textContent = request ? "Stop" : "Run";
}

yasqe.on("query", (_, request) => say("The query runs.", request));
yasqe.on("queryAbort", () => say("The query was stopped.", null));
yasqe.on("queryResponse", (_, response, duration) => {
  if (response?.name === "AbortError") return;
  say("", null);
  // YASR takes a body that is empty, as that of a graph may be, for none.
  if (response.content === "") response.content = "\n";
  yasr.setResponse(response, duration);
  document.getElementById("answer").scrollIntoView({ block: "nearest" });
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (running) yasqe.abortQuery();
  else yasqe.query().catch(() => {});
});

function share() {
  shared.href = `?query=${encodeURIComponent(yasqe.getValue())}`;
}
yasqe.on("change", share);
share();
shared.hidden = false;

const filter = document.getElementById("filter");
filter.closest("label").hidden = false;
filter.addEventListener("input", () => {
  const wanted = filter.value.toLowerCase();
  for (const group of document.querySelectorAll("#questions section")) {
    const items = [...group.querySelectorAll("li")];
    for (const item of items) item.hidden = !item.textContent.toLowerCase().includes(wanted);
    group.hidden = items.every((item) => item.hidden);
  }
});
