// A visitor who talks to the kernel without the page: over a socket of their own, in the protocol's older form.
async () => {
  const config = JSON.parse(document.getElementById("jupyter-config-data").textContent);
  const socket = new WebSocket(
    `${location.origin.replace("http", "ws")}${config.baseUrl}api/kernels/${config.kernelId}/channels?session_id=forged`,
  );
  const heard = [];
  socket.onmessage = ({ data }) => heard.push(JSON.parse(data));
  await new Promise((resolve) => {
    socket.onopen = resolve;
  });
  const send = (msg_type, content, version) => {
    const msg_id = crypto.randomUUID();
    const header = { msg_id, msg_type, session: "forged", username: "", version: "5.3", date: new Date().toISOString() };
    const rest = { parent_header: {}, metadata: { version }, content, buffers: [] };
    socket.send(JSON.stringify({ channel: "shell", header, ...rest }));
    return msg_id;
  };
  const until = async (found) => {
    const end = Date.now() + 100_000;
    while (!heard.some(found)) {
      if (Date.now() > end) throw new Error(`The kernel says nothing but ${heard.map(({ msg_type }) => msg_type)}.`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return heard.find(found);
  };
  const tell = (comm_id, data) => send("comm_msg", { comm_id, data });
  return {
    tell,
    /** The ID of the widget that has this trait. */
    async find(trait) {
      send("comm_open", { comm_id: "control", target_name: "jupyter.widget.control", data: {} }, "1.0.0");
      tell("control", { method: "request_states" });
      const { content } = await until(({ content }) => content?.data?.method === "update_states");
      return Object.entries(content.data.states).find(([, { state }]) => trait in state)[0];
    },
    /** A card of their own, with the rights that a new one has. */
    open(project_id) {
      const model = { _model_module: "anywidget", _model_module_version: "~0.11.*", _model_name: "AnyModel" };
      const view = { _view_module: "anywidget", _view_module_version: "~0.11.*", _view_name: "AnyView" };
      const state = { ...model, ...view, project_id, allow_delete: true };
      send("comm_open", { comm_id: crypto.randomUUID(), target_name: "jupyter.widget", data: { state } }, "2.1.0");
    },
    execute: (code) => send("execute_request", { code, silent: false, store_history: false, allow_stdin: false }),
    /** Until the kernel has answered something that was asked after all of this. */
    pause() {
      const asked = send("comm_info_request", {});
      return until(({ parent_header, msg_type }) => parent_header.msg_id === asked && msg_type === "comm_info_reply");
    },
  };
};
