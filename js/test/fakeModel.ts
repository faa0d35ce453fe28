// anywidget's model as far as hosts see it.

type Listener = (...values: unknown[]) => void;

export class FakeModel {
  listeners: [string, Listener][] = [];
  sent: Record<string, unknown>[] = [];
  /** What `send` does besides: throw, or answer. */
  onSend: (message: Record<string, unknown>) => unknown = () => undefined;

  constructor(readonly state: Record<string, unknown>) {}

  get(name: string) {
    return this.state[name];
  }
  set(name: string, value: unknown) {
    this.state[name] = value;
  }
  on(name: string, listener: Listener) {
    this.listeners.push([name, listener]);
  }
  off(name: string, listener: Listener) {
    this.listeners = this.listeners.filter((known) => known[0] !== name || known[1] !== listener);
  }
  emit(name: string, ...values: unknown[]) {
    for (const [known, listener] of this.listeners) if (known === name) listener(...values);
  }
  send(message: Record<string, unknown>) {
    this.sent.push(message);
    return this.onSend(message);
  }
  change(traits: Record<string, unknown>) {
    Object.assign(this.state, traits);
    for (const name of Object.keys(traits)) this.emit(`change:${name}`);
  }
}
