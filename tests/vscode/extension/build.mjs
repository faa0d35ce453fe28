// Bundles the extension into the folder of VS Code's own extensions: `node build.mjs <packages> <extensions>`.

import { copyFileSync, cpSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const [packages, extensions, anywidget] = process.argv.slice(2).map((path) => resolve(path));
const { build } = createRequire(join(packages, "package.json"))("esbuild");
const target = join(extensions, "mh-kernel");
const built = join(target, "built");

mkdirSync(join(built, "anywidget"), { recursive: true });
copyFileSync(join(here, "package.json"), join(target, "package.json"));
copyFileSync(join(here, "extension.js"), join(built, "extension.js"));
copyFileSync(join(packages, "@vscode/jupyter-ipywidgets8/dist/ipywidgets.js"), join(built, "ipywidgets.js"));
cpSync(anywidget, join(built, "anywidget"), { recursive: true });
const options = { bundle: true, format: "esm", platform: "browser", outdir: built, nodePaths: [packages] };
/** A style that the page gets by itself. */
const injected = {
  name: "style",
  setup({ onLoad }) {
    onLoad({ filter: /labvariables\.css$/ }, async ({ path }) => {
      const { readFileSync } = await import("node:fs");
      const text = JSON.stringify(readFileSync(path, "utf8"));
      const contents = `document.head.append(Object.assign(document.createElement("style"), { textContent: ${text} }))`;
      return { contents, loader: "js" };
    });
  },
};
await build({
  ...options,
  entryPoints: [join(here, "preload.js")],
  plugins: [injected],
  define: { global: "globalThis", "process.env": "{}" },
  loader: { ".svg": "text" },
});
await build({ ...options, entryPoints: [join(here, "renderer.js")], loader: { ".css": "text" } });
await build({
  ...options,
  entryPoints: [join(here, "require.js")],
  plugins: [
    {
      name: "text",
      setup: ({ onLoad }) =>
        onLoad({ filter: /requirejs\/require\.js$/ }, async ({ path }) => {
          const { readFileSync } = await import("node:fs");
          return { contents: readFileSync(path, "utf8"), loader: "text" };
        }),
    },
  ],
});
