// Builds the view into the Python package: one ESM and one stylesheet, both committed, so that installing needs no Node.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, context } from "esbuild";
import { minify } from "terser";

// They travel with every widget that is made, so their size is a promise: script and stylesheet together, raw and gzipped.
const LIMITS = { widget: { raw: 20_000, gzip: 7_000 }, gallery: { raw: 32_000, gzip: 11_000 } };
const WIDGETS = Object.keys(LIMITS);

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const STATIC = here("../mh_widgets/static");

/** No code is shared between the files: a widget is one module, wherever it is shown. */
const options = (name) => ({
  entryPoints: [here(`src/${name}.ts`)],
  define: { GALLERY: `${name === "gallery"}` },
  outdir: STATIC,
  bundle: true,
  format: "esm",
  // Nested rules and light-dark() are of 2024; nothing is lowered below that.
  target: ["chrome123", "firefox121", "safari17.5"],
  charset: "utf8",
  legalComments: "none",
  logLevel: "info",
});

const PRIVATE =
  /^(view|connected|player|film|act|ask|change|asking|busy|begun|receive|playing|start|link|near|choice|choose|chosen|pages|eligible|distance|made|shown|settle|cardOf|down|onChange|onMessage)$/;

/** What esbuild leaves: some 7 % of the bytes that are gzipped. */
const TERSER = {
  module: true,
  ecma: 2022,
  // The last three would save bytes, but not after gzip.
  compress: {
    passes: 3,
    unsafe: true,
    unsafe_arrows: true,
    pure_getters: true,
    conditionals: false,
    sequences: false,
    lhs_constants: false,
  },
  mangle: {
    properties: {
      // Names that never leave the view: no trait, no message, no word of the table, no property of the DOM that is used
      // here. Add one only if that is true; `builtins` takes those, too, that some interface of the DOM happens to have.
      regex: PRIVATE,
      builtins: true,
    },
  },
};

async function finished({ path, contents }) {
  const text = new TextDecoder().decode(contents);
  // esbuild keeps the spaces in custom properties, as a script could read them; ours none does.
  if (path.endsWith(".css")) {
    const tight = text
      .replace(/(--[\w-]+:) /g, "$1")
      .replace(/, /g, ",")
      .replace(/ \/ /g, "/");
    return { path, contents: new TextEncoder().encode(tight) };
  }
  const { code } = await minify(text, TERSER);
  return { path, contents: new TextEncoder().encode(code) };
}

/** Print the size of every output, and say whether each widget stays within its limit. */
function weigh(files) {
  return Object.entries(LIMITS).every(([name, limit]) => {
    const sum = { raw: 0, gzip: 0 };
    for (const { path, contents } of files.filter((file) => basename(file.path).startsWith(`${name}.`))) {
      const gzip = gzipSync(contents, { level: 9 }).length;
      console.log(`${basename(path)}  ${contents.length} bytes, ${gzip} gzipped`);
      sum.raw += contents.length;
      sum.gzip += gzip;
    }
    console.log(`together  ${sum.raw} of ${limit.raw} bytes, ${sum.gzip} of ${limit.gzip} gzipped`);
    return sum.raw <= limit.raw && sum.gzip <= limit.gzip;
  });
}

/** Words come from the kernel under their own names, and no compiler sees that one of them was renamed here. */
async function checkWords() {
  JSON.parse(await readFile(here("../mh_widgets/words/en.json"), "utf8"), (key, value) => {
    if (PRIVATE.test(key)) throw new Error(`The word "${key}" is named as something private to the view: rename one.`);
    return value;
  });
}

if (process.argv.includes("--watch")) {
  for (const name of WIDGETS) await (await context({ ...options(name), sourcemap: "inline" })).watch();
} else {
  await checkWords();
  const builds = WIDGETS.map((name) => build({ ...options(name), logLevel: "warning", minify: true, write: false }));
  const outputs = (await Promise.all(builds)).flatMap(({ outputFiles }) => outputFiles);
  const files = await Promise.all(outputs.map(finished));
  await mkdir(STATIC, { recursive: true });
  // Written first and judged after, so that an oversized bundle can still be looked at.
  for (const { path, contents } of files) await writeFile(path, contents);
  if (!weigh(files)) {
    console.error("The view is over its limit.");
    process.exitCode = 1;
  }
}
