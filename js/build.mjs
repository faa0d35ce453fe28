// Builds the view into the Python package: one ESM and one stylesheet, both committed, so that installing needs no Node.
import { mkdir, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, context } from "esbuild";
import { minify } from "terser";

// They travel with every widget that is made, so their size is a promise: both together, raw and gzipped.
const LIMIT = { raw: 20_000, gzip: 7_000 };

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const options = {
  entryPoints: [here("src/widget.ts")],
  outdir: here("../mh_widgets/static"),
  bundle: true,
  format: "esm",
  // Nested rules and light-dark() are of 2024; nothing is lowered below that.
  target: ["chrome123", "firefox121", "safari17.5"],
  charset: "utf8",
  legalComments: "none",
  logLevel: "info",
};

/** What esbuild leaves: some 7 % of the bytes that are gzipped. */
const TERSER = {
  module: true,
  ecma: 2022,
  // The last two would save bytes, but not after gzip.
  compress: {
    passes: 3,
    unsafe: true,
    unsafe_arrows: true,
    unsafe_methods: true,
    pure_getters: true,
    conditionals: false,
    sequences: false,
  },
  mangle: {
    properties: {
      // Names that never leave the view: no trait, no message, no property of the DOM. Add one only if that is true.
      regex: /^(view|connected|now|player|film|act|ask|change|asking|busy|begun|receive|playing|onChange|onMessage)$/,
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

/** Print the size of every output, and say whether they stay within the limit together. */
function weigh(files) {
  const sum = { raw: 0, gzip: 0 };
  for (const { path, contents } of files) {
    const gzip = gzipSync(contents, { level: 9 }).length;
    console.log(`${basename(path)}  ${contents.length} bytes, ${gzip} gzipped`);
    sum.raw += contents.length;
    sum.gzip += gzip;
  }
  console.log(`together  ${sum.raw} of ${LIMIT.raw} bytes, ${sum.gzip} of ${LIMIT.gzip} gzipped`);
  return sum.raw <= LIMIT.raw && sum.gzip <= LIMIT.gzip;
}

if (process.argv.includes("--watch")) {
  await (await context({ ...options, sourcemap: "inline" })).watch();
} else {
  const { outputFiles } = await build({ ...options, logLevel: "warning", minify: true, write: false });
  const files = await Promise.all(outputFiles.map(finished));
  await mkdir(options.outdir, { recursive: true });
  // Written first and judged after, so that an oversized bundle can still be looked at.
  for (const { path, contents } of files) await writeFile(path, contents);
  if (!weigh(files)) {
    console.error("The view is over its limit.");
    process.exitCode = 1;
  }
}
