// requirejs for the whole page: a preload is a module, whose names would be its own.

import source from "requirejs/require.js";

export function activate() {
  const script = document.createElement("script");
  script.textContent = source;
  document.head.append(script);
  globalThis.undef = globalThis.requirejs.undef;
}
