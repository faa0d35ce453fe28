// The controller of a notebook: starts a kernel on the tests' Jupyter server, runs cells on it, and mirrors every frame
// between the kernel and the page, where VS Code's own widget manager lives. As VS Code's Jupyter extension does it, a
// binary frame travels to the page as a list of numbers.

const path = require("node:path");
const vscode = require("vscode");

const VIEW = "application/vnd.jupyter.widget-view+json";
/** One of each kind. */
const THEMES = ["Dark Modern", "Light Modern", "Default High Contrast", "Default High Contrast Light"];
const { MH_JUPYTER_URL, MH_JUPYTER_TOKEN } = process.env;

async function ask(method, route, body) {
  const answer = await fetch(`${MH_JUPYTER_URL}/api/${route}`, {
    method,
    headers: { Authorization: `token ${MH_JUPYTER_TOKEN}`, "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${route}: ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
}

/** One kernel, its socket, and what has to reach a page that isn't there yet. */
class Kernel {
  session = crypto.randomUUID();
  models = new Set();
  runs = new Map();
  queue = [];
  isHeard = false;

  constructor(post) {
    this.post = post;
  }

  async start() {
    const { id, name } = await ask("POST", "kernels", { name: "python3" });
    this.id = id;
    this.model = { id, name };
    await this.connect();
  }

  async connect() {
    const address = `${MH_JUPYTER_URL.replace(/^http/, "ws")}/api/kernels/${this.id}/channels`;
    this.socket = new WebSocket(`${address}?session_id=${this.session}&token=${MH_JUPYTER_TOKEN}`);
    this.socket.binaryType = "arraybuffer";
    await new Promise((resolve, reject) => {
      this.socket.onopen = resolve;
      this.socket.onerror = () => reject(new Error("The kernel's socket doesn't open."));
    });
    this.socket.onmessage = ({ data }) => this.receive(data);
    this.say({ type: "kernel", model: this.model, session: this.session });
  }

  /** To the page, in order, as soon as one listens. */
  say(message) {
    if (this.isHeard) this.post(message);
    else this.queue.push(message);
  }

  heard() {
    this.isHeard = true;
    for (const message of this.queue.splice(0)) this.post(message);
  }

  receive(data) {
    const isText = typeof data === "string";
    this.say(isText ? { type: "frame", text: data } : { type: "frame", numbers: Array.from(new Uint8Array(data)) });
    if (isText) this.handle(JSON.parse(data));
  }

  handle({ header, parent_header, content }) {
    const view = content.data?.[VIEW];
    if (view) this.models.add(view.model_id);
    this.runs.get(parent_header.msg_id)?.(header.msg_type, content);
  }

  /** Run one cell; `onOutput` is called with each message of it, until the kernel is idle again. */
  execute(code, onOutput) {
    const msg_id = crypto.randomUUID();
    const header = { msg_id, msg_type: "execute_request", session: this.session, username: "", version: "5.3" };
    const content = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false };
    const message = { header, parent_header: {}, metadata: {}, content, channel: "shell", buffers: [] };
    return new Promise((resolve) => {
      let isGood = true;
      this.runs.set(msg_id, (type, part) => {
        if (type === "error") isGood = false;
        if (type === "status" && part.execution_state === "idle") {
          this.runs.delete(msg_id);
          resolve(isGood);
        } else onOutput(type, part);
      });
      this.socket.send(JSON.stringify(message));
    });
  }

  async restart() {
    this.post({ type: "restart" });
    this.isHeard = false;
    this.models.clear();
    this.socket.onmessage = null;
    this.socket.close();
    await ask("POST", `kernels/${this.id}/restart`);
    await this.connect();
    this.heard();
  }
}

function itemsOf(data) {
  return Object.entries(data).map(([mime, value]) => {
    const isJson = mime.endsWith("+json");
    return isJson
      ? vscode.NotebookCellOutputItem.json(value, mime)
      : vscode.NotebookCellOutputItem.text([value].flat().join(""), mime);
  });
}

function outputOf(type, content, order) {
  if (type === "stream") return new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.stdout(content.text)]);
  if (type === "error") {
    const { ename, evalue, traceback } = content;
    const error = { name: ename, message: evalue, stack: traceback.join("\n") };
    return new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.error(error)]);
  }
  if (type !== "display_data" && type !== "execute_result") return null;
  const metadata = { outputType: type, ...(type === "execute_result" && { executionCount: order }) };
  return new vscode.NotebookCellOutput(itemsOf(content.data), metadata);
}

exports.activate = (context) => {
  let kernel;
  let starting;
  let order = 0;
  let restarts = 0;
  const anywidget = vscode.Uri.file(path.join(context.extensionPath, "built", "anywidget", "index"));
  const controller = vscode.notebooks.createNotebookController("mh-kernel", "jupyter-notebook", "MH kernel", run);
  const post = (message) => controller.postMessage(message);
  const scripts = { anywidget: controller.asWebviewUri(anywidget).toString() };
  kernel = new Kernel(post);
  controller.supportedLanguages = ["python"];
  controller.supportsExecutionOrder = true;

  async function run(cells) {
    starting ??= kernel.start();
    await starting;
    for (const cell of cells) {
      const execution = controller.createNotebookCellExecution(cell);
      execution.executionOrder = ++order;
      execution.start(Date.now());
      await execution.clearOutput();
      const isGood = await kernel.execute(cell.document.getText(), (type, content) => {
        const output = outputOf(type, content, execution.executionOrder);
        if (output) execution.appendOutput(output);
      });
      execution.end(isGood, Date.now());
    }
  }

  controller.onDidReceiveMessage(({ message }) => {
    if (message.type === "hello") {
      post({ type: "welcome", scripts });
      kernel.heard();
    } else if (message.text !== undefined) kernel.socket.send(message.text);
    else if (message.numbers) kernel.socket.send(new Uint8Array(message.numbers));
  });

  const renderer = vscode.notebooks.createRendererMessaging("mh-kernel-widgets");
  renderer.onDidReceiveMessage(({ editor, message }) => {
    renderer.postMessage({ ...message, isKnown: kernel.models.has(message.model_id) }, editor);
  });

  const prefer = (notebook) =>
    controller.updateNotebookAffinity(notebook, vscode.NotebookControllerAffinity.Preferred);
  for (const notebook of vscode.workspace.notebookDocuments) prefer(notebook);
  // Until the extensions are there, VS Code opens a notebook as a text.
  const ready = vscode.window.createStatusBarItem("mh-kernel-ready");
  ready.text = "MH kernel is ready";
  ready.show();
  context.subscriptions.push(
    ready,
    controller,
    vscode.workspace.onDidOpenNotebookDocument(prefer),
    vscode.commands.registerCommand("mhKernel.nextTheme", () => {
      const settings = vscode.workspace.getConfiguration("workbench");
      const next = THEMES[THEMES.indexOf(settings.get("colorTheme")) + 1];
      return settings.update("colorTheme", next, vscode.ConfigurationTarget.Global);
    }),
    vscode.commands.registerCommand("mhKernel.mark", () => {
      ready.text = "A key was taken";
    }),
    vscode.commands.registerCommand("mhKernel.restart", async () => {
      await kernel.restart();
      ready.text = `MH kernel is ready (${++restarts})`;
    }),
  );
};
