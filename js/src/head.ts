// Badge, name, and the small tools that are always in reach.

import { createBadge } from "./badge";
import type { Context } from "./card";
import { attr, button, clip, h, put, setBusy, show } from "./dom";
import { setIcon } from "./icons";
import { offersOf, type Scene } from "./state";
import { text } from "./text";

const COPIED_MS = 2000;

export function createHead({ act, host }: Context) {
  const badge = createBadge();
  const name = h("span", "name", { dir: "auto" });
  const pause = button(text.pause, "tool", () => act({ kind: "pause" }), "pause");
  const refresh = button(text.refresh, "tool", () => act({ kind: "refresh" }), "refresh");
  const copied = h("span", "hear", { "aria-live": "polite" });
  const copy = button(text.copy, "tool", copyId, "copy");
  const el = h("div", "head", {}, badge.el, name, h("div", "tools", {}, pause, refresh, copy, copied));

  async function copyId() {
    const id = String(host.get("project_id"));
    if (!((await writeClipboard(id)) || copyBySelection(id, el))) return;
    const svg = copy.firstElementChild as SVGSVGElement;
    setIcon(svg, "check");
    put(copied, text.copied);
    setTimeout(() => {
      setIcon(svg, "copy");
      put(copied, "");
    }, COPIED_MS);
  }

  function update(scene: Scene) {
    const { project_id, details } = scene.traits;
    const offers = offersOf(scene);
    badge.update(scene);
    clip(name, details.name || project_id, details.name ? `${details.name} (${project_id})` : project_id);
    attr(name, "data-id", !details.name);
    show(pause, offers.pause);
    show(refresh, offers.refresh);
    setBusy(refresh, scene.view.busy === "refresh");
    show(el, project_id !== "");
  }

  return { el, update };
}

async function writeClipboard(value: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    return false;
  }
}

/** The old way, for pages on plain http, where there is no clipboard object. */
function copyBySelection(value: string, near: Element): boolean {
  const held = (near.getRootNode() as Document | ShadowRoot).activeElement as HTMLElement | null;
  const field = h("textarea", "hear", { readonly: true, "aria-hidden": "true" });
  field.value = value;
  near.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  held?.focus({ preventScroll: true });
  return done;
}
