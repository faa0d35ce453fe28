// Shows a widget of the present kernel; of any other, VS Code falls back to the next kind of output.

import style from "./renderer.css";

class Fallback extends Error {
  name = "vscode.fallbackToNextRenderer";
}

export function activate() {
  document.head.append(Object.assign(document.createElement("style"), { textContent: style }));
  const views = new Map();
  return {
    async renderOutputItem(item, element) {
      const { model_id } = item.json();
      if (!(await globalThis.mhKernel?.isKnown(model_id))) throw new Fallback();
      element.classList.add("cell-output-ipywidget-background");
      views.set(item.id, await globalThis.mhKernel.render(model_id, element));
    },
    disposeOutputItem(id) {
      for (const [known, view] of views) {
        if (id !== undefined && known !== id) continue;
        view.dispose();
        views.delete(known);
      }
    },
  };
}
