// Bundles CodeMirror for the editors' desk into api/static/vendor, with the licences of what went in and a manifest that
// says what it was made from and what came out; a test compares the manifest with the committed files.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const into = join(here, "../../api/static/vendor");
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

const { outputFiles, metafile } = await build({
  absWorkingDir: here,
  entryPoints: ["editor.js"],
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "CodeMirror",
  target: "es2018", // Chromium 78, as it still stands on office machines
  charset: "utf8",
  legalComments: "none", // the licences stand in a file of their own
  metafile: true,
  write: false,
});

const packages = [
  ...new Set(
    Object.keys(metafile.inputs)
      .map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1])
      .filter(Boolean),
  ),
].sort();
const described = packages.map((name) => JSON.parse(readFileSync(join(here, "node_modules", name, "package.json"))));
const licences = described.map(({ name, version, license }) => {
  const file = join(here, "node_modules", name, "LICENSE");
  if (!existsSync(file)) throw new Error(`${name} brings no LICENSE`);
  return `${name} ${version} (${license})\n\n${readFileSync(file, "utf8").trim()}\n`;
});

mkdirSync(into, { recursive: true });
const written = {
  "codemirror.js": Buffer.from(outputFiles[0].contents),
  "codemirror.LICENSE.txt": Buffer.from(licences.join("\n----\n\n")),
};
for (const [name, bytes] of Object.entries(written)) writeFileSync(join(into, name), bytes);
const manifest = {
  "made by": "make vendor",
  lock: sha256(readFileSync(join(here, "package-lock.json"))),
  entry: sha256(readFileSync(join(here, "editor.js"))),
  packages: Object.fromEntries(described.map(({ name, version }) => [name, version])),
  files: Object.fromEntries(Object.entries(written).map(([name, bytes]) => [name, sha256(bytes)])),
};
writeFileSync(join(into, "manifest.json"), JSON.stringify(manifest, null, 2) + "\n");
console.log(`codemirror.js: ${Math.round(written["codemirror.js"].length / 1024)} KB from ${packages.length} packages`);
