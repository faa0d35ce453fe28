// The page's side of the kernel: a KernelConnection of JupyterLab's whose socket is the controller, and on it VS Code's own
// widget manager. When the kernel restarts both are disposed of, as VS Code's Jupyter extension does it.

import "@jupyter-widgets/controls/css/labvariables.css";
import { ServerConnection } from "@jupyterlab/services";
import { KernelConnection } from "@jupyterlab/services/lib/kernel/default";

const VIEW = "application/vnd.jupyter.widget-view+json";
const ASK_AGAIN_MS = 200;

/** A promise for each key, to be resolved from elsewhere. */
class Awaited {
  #known = new Map();
  of(key) {
    if (!this.#known.has(key)) {
      const entry = {};
      entry.promise = new Promise((resolve) => {
        entry.resolve = resolve;
      });
      this.#known.set(key, entry);
    }
    return this.#known.get(key);
  }
}

/** A socket that ends in the controller. */
function socketClass(post, keep) {
  return class {
    constructor() {
      this.protocol = "";
      this.readyState = 1;
      keep(this);
      queueMicrotask(() => this.onopen?.());
    }
    send(data) {
      post(typeof data === "string" ? { text: data } : { numbers: Array.from(new Uint8Array(data)) });
    }
    close() {}
  };
}

async function loaded() {
  // Preloads are activated in any order.
  while (!globalThis.vscIPyWidgets8 || !globalThis.requirejs) await new Promise(requestAnimationFrame);
  globalThis.vscIPyWidgets8.load();
  return globalThis.vscIPyWidgets.WidgetManager;
}

export async function activate(context) {
  const displayed = new Awaited();
  const post = (message) => context.postKernelMessage(message);
  let current = null;
  let queue = Promise.resolve();

  function connect({ model, session }, WidgetManager) {
    let socket;
    const WebSocket = socketClass(post, (made) => {
      socket = made;
    });
    const serverSettings = ServerConnection.makeSettings({ WebSocket, wsUrl: "ws://controller" });
    const kernel = new KernelConnection({ model, clientId: session, serverSettings, handleComms: true });
    const loader = {
      widgetsRegisteredInRequireJs: new Set(["anywidget"]),
      errorHandler: (...what) => console.error("a widget isn't loaded", ...what),
      loadWidgetScript: async () => {},
      successHandler() {},
    };
    const manager = new WidgetManager(kernel, document.createElement("div"), loader, () => {});
    kernel.iopubMessage.connect((_, message) => {
      const view = message.content.data?.[VIEW];
      if (view) displayed.of(view.model_id).resolve();
    });
    current = { kernel, manager, receive: (data) => socket.onmessage?.({ data }) };
  }

  async function handle(message) {
    if (message.type === "welcome") {
      clearInterval(asking);
      globalThis.requirejs.config({ paths: message.scripts });
    } else if (message.type === "kernel") connect(message, await loaded());
    else if (message.type === "frame") {
      current?.receive(message.text ?? new Uint8Array(message.numbers).buffer);
    } else if (message.type === "restart") {
      current?.manager.dispose();
      current?.kernel.dispose();
      current = null;
    }
  }

  context.onDidReceiveKernelMessage((message) => {
    queue = queue.then(() => handle(message)).catch((error) => console.error(error));
  });
  globalThis.mhKernel = {
    async render(model_id, element) {
      await displayed.of(model_id).promise;
      const { manager } = current;
      const view = await manager.create_view(await manager.get_model(model_id), { el: element });
      return manager.display_view(null, view, { node: element });
    },
  };
  // Before the first run the controller is only suggested, and VS Code hands it no message.
  const hello = () => post({ type: "hello" });
  const asking = setInterval(hello, ASK_AGAIN_MS);
  hello();
}
