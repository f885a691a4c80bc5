// The pinned packages in, the files of kg/serve/static/editor/vendor out:
//   npm ci --ignore-scripts && npm run build [-- FOLDER]
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";

const here = import.meta.dirname;
const vendor = path.join(here, "../../kg/serve/static/editor/vendor");
const folder = path.resolve(process.argv[2] ?? vendor);
const modules = path.join(here, "node_modules");
const packages = ["@zazuko/yasqe", "@zazuko/yasr"];
const bundle = (name) => path.join(modules, name, "build", `${name.split("/")[1]}.esm.js`);

// Out go a list of other people's prefixes, addresses that advertise among them, and a style in
// markup, which the page's content security policy forbids.
const patches = [
  [/(?<=\}, )madsrdf = "[^;]*?(?=prefixes_default = \{)/s, ""],
  [/prefixes_default = \{[^}]*\}/, "prefixes_default = {}"],
  [/<strong style='[^']*'>/, "<strong>"],
];

function patched(file) {
  let text = readFileSync(file, "utf8");
  for (const [old, fresh] of patches) {
    if (text.match(new RegExp(old, `${old.flags}g`))?.length !== 1)
      throw new Error(`${file}: not there once: ${old}`);
    text = text.replace(old, fresh);
  }
  return text;
}

const patch = {
  name: "patch",
  setup: ({ onLoad }) =>
    onLoad({ filter: /yasqe\.esm\.js$/ }, ({ path: file }) => ({ contents: patched(file) })),
};

const styles = ["@zazuko/yasqe/build/yasqe.min.css", "@zazuko/yasr/build/yasr.min.css"];
const outputs = await Promise.all(
  [
    ["js", 'export { Yasqe } from "@zazuko/yasqe"; export { Yasr } from "@zazuko/yasr";'],
    ["css", styles.map((name) => `@import "${name}";`).join("\n")],
  ].map(async ([kind, contents]) => {
    const result = await build({
      stdin: { contents, loader: kind, resolveDir: here },
      bundle: true,
      minify: true,
      format: "esm",
      target: "es2022",
      charset: "utf8",
      legalComments: "none",
      external: ["data:*"],
      plugins: [patch],
      write: false,
      logLevel: "warning",
    });
    return [`yasgui.${kind}`, result.outputFiles[0].contents];
  }),
);

// The packages came bundled, so that only their source maps tell what is inside.
function inside(name) {
  const { sources } = JSON.parse(readFileSync(`${bundle(name)}.map`, "utf8"));
  return sources
    .filter((source) => source.includes("node_modules/"))
    .map((source) => source.split("node_modules/").at(-1).match(/^(@[^/]+\/)?[^/]+/)[0]);
}

const MIT = `
Permission is hereby granted, free of charge, to any person obtaining a copy of this software
and associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT
OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`.trim();

const people = ({ author, contributors = [] }) =>
  [author, ...contributors].flatMap((one) => one?.name ?? one ?? []).join(", ");

function licence(name) {
  const home = path.join(modules, name);
  const about = JSON.parse(readFileSync(path.join(home, "package.json"), "utf8"));
  const files = readdirSync(home).filter((file) => /^(licen[cs]e|copying)/i.test(file)).sort();
  const texts = files.map((file) => readFileSync(path.join(home, file), "utf8").trim());
  if (!texts.length && about.license !== "MIT") throw new Error(`${name}: no licence found`);
  if (!texts.length) texts.push(`Copyright (c) ${people(about)}\n\n${MIT}`);
  const head = `${name} ${about.version} (${about.license})`;
  return `${head}\n${"=".repeat(head.length)}\n\n${texts.join("\n\n").replaceAll("\r", "")}\n`;
}

// Style sheets leave no trace there.
const named = [...packages, "@zazuko/yasgui-utils", "datatables.net-dt"];
const names = [...new Set([...named, ...packages.flatMap(inside)])].sort();
outputs.push(["LICENSES.txt", Buffer.from(names.map(licence).join("\n\n"))]);

if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
for (const [name, contents] of outputs) writeFileSync(path.join(folder, name), contents);
const digests = outputs.map(([name, contents]) => [
  name,
  createHash("sha256").update(contents).digest("hex"),
]);
writeFileSync(
  path.join(folder, "manifest.json"),
  `${JSON.stringify(Object.fromEntries(digests.sort()), null, 2)}\n`,
);
