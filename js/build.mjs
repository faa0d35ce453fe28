// Builds the view into the Python package: one ESM and one stylesheet a widget, all committed, so that installing needs no
// Node.
import { mkdir, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, context } from "esbuild";

// They travel with every widget that is made, so their size is a promise: script and stylesheet together, raw and gzipped.
const LIMITS = {
  widget: { raw: 41_900, gzip: 17_200 },
  gallery: { raw: 67_500, gzip: 25_800 },
  // With what shows pictures and audio: who has only videos never loads it.
  project: { raw: 56_500, gzip: 22_600 },
  project_gallery: { raw: 82_500, gzip: 31_500 },
};
const WIDGETS = Object.keys(LIMITS);

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const STATIC = here("../mh_widgets/static");

/** The page of the dashboard is made of ipywidgets' own parts: this is all that it needs besides. */
const DASHBOARD = { entryPoints: [here("src/styles/dashboard.css")], outdir: STATIC };

/** No code is shared between the files: a widget is one module, wherever it is shown. */
const options = (name) => ({
  entryPoints: [here(`src/${name}.tsx`)],
  outdir: STATIC,
  bundle: true,
  format: "esm",
  inject: [here("src/jsx.ts")],
  tsconfigRaw: { compilerOptions: { jsx: "react", jsxFactory: "h", jsxFragmentFactory: "Fragment" } },
  // Nested rules and light-dark() are of 2024; nothing is lowered below that.
  target: ["chrome123", "firefox121", "safari17.5"],
  charset: "utf8",
  legalComments: "none",
  // What its licence asks for.
  banner: { js: "/* With Preact, (c) 2015-present Jason Miller, MIT */" },
  logLevel: "info",
});

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

if (process.argv.includes("--watch")) {
  for (const name of WIDGETS) await (await context({ ...options(name), sourcemap: "inline" })).watch();
  await (await context({ ...options("widget"), ...DASHBOARD })).watch();
} else {
  const each = [...WIDGETS.map(options), { ...options("widget"), ...DASHBOARD }];
  const builds = each.map((one) => build({ ...one, logLevel: "warning", minify: true, write: false }));
  const files = (await Promise.all(builds)).flatMap(({ outputFiles }) => outputFiles);
  await mkdir(STATIC, { recursive: true });
  // Written first and judged after, so that an oversized bundle can still be looked at.
  for (const { path, contents } of files) await writeFile(path, contents);
  if (!weigh(files)) {
    console.error("The view is over its limit.");
    process.exitCode = 1;
  }
}
