import { afterEach, describe, expect, it } from "vitest";
import widget from "../src/widget";
import { rendering } from "./fakeCard";

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
