// An answer in, its characters out, as they came: YASR's plugin of it.
import { element } from "./terms.js";

/** Characters that are shown; the download has all. */
const MOST = 200_000;
const ENDINGS = { json: "json", ttl: "nt" };

export class Raw {
  label = "As it came";
  priority = 2;

  constructor(yasr) {
    this.yasr = yasr;
  }

  canHandleResults() {
    return Boolean(this.read());
  }

  read() {
    return this.yasr.results.getOriginalResponseAsString();
  }

  draw() {
    const text = this.read();
    const label = { tabIndex: 0, role: "region", "aria-label": "Answer as it came" };
    this.yasr.resultsEl.append(element("pre", label, text.slice(0, MOST)));
    if (text.length > MOST)
      this.yasr.resultsEl.append(element("p", {}, "It goes on: download it to have all of it."));
  }

  download() {
    const filename = `answer.${ENDINGS[this.yasr.results.getType()] ?? "txt"}`;
    const contentType = this.yasr.results.getContentType();
    return { getData: () => this.read(), filename, contentType, title: "Download as it came" };
  }
}
