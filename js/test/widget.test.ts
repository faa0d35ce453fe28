import { afterEach, describe, expect, it } from "vitest";
import widget from "../src/widget";
import { rendering, settled } from "./fakeCard";

type Listener = (...values: unknown[]) => void;

class Emitter {
  listeners: [string, Listener][] = [];
  on(name: string, listener: Listener) {
    this.listeners.push([name, listener]);
  }
  off(name: string, listener: Listener) {
    this.listeners = this.listeners.filter((known) => known[0] !== name || known[1] !== listener);
  }
  emit(name: string, ...values: unknown[]) {
    for (const [known, listener] of this.listeners) if (known === name) listener(...values);
  }
}

class Layout extends Emitter {
  comm_live = true;
}

class Model extends Emitter {
  sent: unknown[] = [];
  constructor(readonly state: Record<string, unknown>) {
    super();
  }
  set(name: string, value: unknown) {
    this.state[name] = value;
  }
  get(name: string) {
    return this.state[name];
  }
  send(message: unknown) {
    this.sent.push(message);
  }
}

function render(layout: unknown) {
  const model = new Model({ ...rendering, layout });
  const el = document.body.appendChild(document.createElement("div"));
  const end = widget.render({ model, el } as never);
  return { model, el, end };
}

afterEach(() => document.body.replaceChildren());

describe("the widget", () => {
  it("listens to one name a call: marimo takes no list", () => {
    const { model } = render(undefined);
    expect(model.listeners.every(([name]) => !name.includes(" "))).toBe(true);
    expect(model.listeners.map(([name]) => name)).toContain("change:status");
  });

  it("knows from the layout whether it has a kernel", async () => {
    const layout = new Layout();
    const { el } = render(layout);
    expect(el.textContent).not.toContain("not connected");
    layout.comm_live = false;
    layout.emit("comm_live_update");
    await Promise.resolve();
    expect(el.textContent).toContain("not connected");
  });

  it.each([[undefined], ["IPY_MODEL_x"], [{}]])("takes a host with the layout %o for connected", (layout) => {
    expect(render(layout).el.textContent).not.toContain("not connected");
  });

  // documented: hosts: VS Code
  it("is not connected where a message can't be sent, until the host says otherwise", async () => {
    const layout = new Layout();
    const { model, el } = render(layout);
    model.send = () => {
      throw new Error("Cannot send");
    };
    const press = (name: string) => el.querySelector<HTMLButtonElement>(`[title="${name}"]`)?.click();
    press("Delete");
    await settled();
    press("Delete permanently");
    await settled();
    expect(el.textContent).toContain("not connected");
    expect([...el.querySelectorAll("button")].map((button) => button.title)).toEqual(["Copy ID"]);
    model.send = () => {};
    layout.emit("comm_live_update");
    await settled();
    expect(el.textContent).not.toContain("not connected");
    expect(el.querySelector("[aria-disabled]")).toBeNull();
  });

  it("tells the kernel that it is shown, and that it goes", () => {
    const { model, end } = render(new Layout());
    end();
    expect(model.sent).toMatchObject([{ kind: "shown" }, { kind: "hidden" }]);
  });

  it("leaves nothing behind", () => {
    const layout = new Layout();
    const { model, el, end } = render(layout);
    end();
    expect(el.childElementCount).toBe(0);
    expect([...model.listeners, ...layout.listeners]).toEqual([]);
  });
});
