// Builds the view into the Python package: one ESM and one stylesheet, both committed, so that installing needs no Node.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, context } from "esbuild";

// They travel with every widget that is made (a gallery excepted), so their size is a promise; see issue 2.
const LIMIT = { raw: 20_000, gzip: 7_000 };

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const watch = process.argv.includes("--watch");

const options = {
  entryPoints: [here("src/widget.ts")],
  outdir: here("../mh_widgets/static"),
  bundle: true,
  format: "esm",
  // Nested rules and light-dark() need browsers of 2024; nothing is lowered below them.
  target: ["chrome123", "firefox121", "safari17.5"],
  charset: "utf8",
  legalComments: "none",
  logLevel: "info",
  minify: !watch,
  sourcemap: watch ? "inline" : false,
  write: watch,
};

/** Print the size of every output and say whether they stay within the limit together. */
function weigh(files) {
  const sum = { raw: 0, gzip: 0 };
  for (const { path, contents } of files) {
    const gzip = gzipSync(contents, { level: 9 }).length;
    console.log(`${path.split("/").at(-1)}  ${contents.length} bytes, ${gzip} gzipped`);
    sum.raw += contents.length;
    sum.gzip += gzip;
  }
  console.log(`together  ${sum.raw} of ${LIMIT.raw} bytes, ${sum.gzip} of ${LIMIT.gzip} gzipped`);
  return sum.raw <= LIMIT.raw && sum.gzip <= LIMIT.gzip;
}

if (watch) {
  await (await context(options)).watch();
} else {
  const { writeFile } = await import("node:fs/promises");
  const { outputFiles } = await build(options);
  await mkdir(options.outdir, { recursive: true });
  // Written first and judged after, so that an oversized bundle can still be looked at.
  for (const { path, contents } of outputFiles) await writeFile(path, contents);
  if (!weigh(outputFiles)) {
    console.error("The bundle is over its limit.");
    process.exitCode = 1;
  }
}
