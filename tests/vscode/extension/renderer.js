// Shows a widget of the present kernel; of any other, VS Code falls back to the next kind of output.

import style from "./renderer.css";

class Fallback extends Error {
  name = "vscode.fallbackToNextRenderer";
}

/** Asks the extension, which answers each question by its key. */
function asker({ postMessage, onDidReceiveMessage }) {
  const questions = new Map();
  onDidReceiveMessage(({ key, isKnown }) => {
    questions.get(key)?.(isKnown);
    questions.delete(key);
  });
  return (model_id) =>
    new Promise((resolve) => {
      const key = `${Math.random()}`;
      questions.set(key, resolve);
      postMessage({ key, model_id });
    });
}

export function activate(context) {
  const isKnown = asker(context);
  document.head.append(Object.assign(document.createElement("style"), { textContent: style }));
  const views = new Map();
  return {
    async renderOutputItem(item, element) {
      const { model_id } = item.json();
      if (!(await isKnown(model_id))) throw new Fallback();
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
