import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { complete, film, ID, mount, rendering, settled, traits, watching } from "../fakeCard";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-07-01T12:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
  document.body.replaceChildren();
});

describe("the root", () => {
  it("carries what the contract says, also while there is no project", async () => {
    const card = mount(traits({ project_id: "", editable: true }));
    const has = (name: string) => card.root().getAttribute(`data-${name}`);
    expect(["mh-widget", "project-id", "status"].map(has)).toEqual(["video-project", "", ""]);
    await card.change({ project_id: ID, status: "queued" });
    expect(["project-id", "status"].map(has)).toEqual([ID, "queued"]);
  });
});

describe("the badge", () => {
  it.each(["draft", "queued", "rendering", "complete", "error", "canceled", "deleted", "polishing"])(
    "says %s",
    (status) => {
      expect(mount(traits({ status })).find("[role=status]")?.textContent).toBe(status);
    },
  );

  it("is only touched when the status changes", async () => {
    const card = mount(rendering);
    const touched = vi.fn();
    const observer = new MutationObserver(touched);
    observer.observe(card.find("[role=status]") as Node, { childList: true, characterData: true, subtree: true });
    await card.change({ details: { name: "Other" }, watch: { ...watching, state: "retrying" } });
    await vi.advanceTimersByTimeAsync(3000);
    expect(touched).not.toHaveBeenCalled();
    await card.change({ status: "complete" });
    await vi.advanceTimersByTimeAsync(1);
    expect(touched).toHaveBeenCalled();
    observer.disconnect();
  });
});

describe("the wait", () => {
  const made = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
  const estimate = { usual_s: 96, source: "documented median of July 2026" };

  it("ticks in the browser and sends nothing", async () => {
    const card = mount({ ...rendering, estimate, details: { created_at: made(42) } });
    expect(card.text()).toContain("0:42 · usually about 1:36");
    expect(card.find("[role=progressbar]")?.getAttribute("aria-valuetext")).toBe("0:42 · usually about 1:36");
    await vi.advanceTimersByTimeAsync(2100);
    expect(card.text()).toContain("0:44");
    expect(card.sent).toEqual([]);
  });

  it("says when it takes longer, and where the estimate comes from", () => {
    const card = mount({ ...rendering, estimate, details: { created_at: made(187) } });
    expect(card.text()).toContain("3:07 · longer than usual");
    expect(card.find(".mh-wait [title]")?.title).toBe(estimate.source);
  });

  it("shows no value without an estimate", () => {
    const bar = mount(rendering).find("[role=progressbar]");
    expect(bar?.hasAttribute("aria-valuenow")).toBe(false);
  });

  it("counts down to the next attempt apart from the badge", async () => {
    const next_attempt_at = Date.now() / 1000 + 8;
    const watch = { state: "retrying" as const, reason: "The API answered 503.", next_attempt_at };
    const card = mount({ ...rendering, watch });
    expect(card.text()).toContain("The API answered 503. Next attempt in 8\u00a0s.");
    expect(card.find(".mh-note")?.closest("[aria-live],[role=status]")).toBeNull();
    await vi.advanceTimersByTimeAsync(3100);
    expect(card.text()).toContain("Next attempt in 5\u00a0s.");
  });

  it("is calm before the first answer while the card may not ask, and says why and until when", async () => {
    const card = mount(traits({ watch: watching }));
    expect(card.find(".mh-stage")?.hasAttribute("data-loading")).toBe(true);
    const next_attempt_at = Date.now() / 1000 + 90;
    await card.change({ watch: { state: "retrying", reason: "Waiting for its turn.", next_attempt_at } });
    expect(card.find(".mh-stage")?.hasAttribute("data-loading")).toBe(false);
    expect(card.text()).toContain("Waiting for its turn. Next attempt in 90\u00a0s.");
    await vi.advanceTimersByTimeAsync(100_000);
    expect(card.text()).toContain("Next attempt in 0\u00a0s.");
    await card.change({ watch: watching });
    expect(card.find(".mh-stage")?.hasAttribute("data-loading")).toBe(true);
    expect(card.text()).not.toContain("Waiting");
  });
});

describe("the buttons", () => {
  const error = { code: "unauthorized", message: "Refused.", hint: "Check the key." };
  const stopped = { state: "stopped", reason: "", next_attempt_at: null } as const;
  const paused = { ...stopped, state: "paused" as const };
  const deadline = { code: "deadline", message: "Still rendering after 60 min.", hint: "The render continues." };
  const always = ["Refresh", "Copy ID"];

  it.each([
    ["first look", traits({ watch: watching }), ["Pause", ...always]],
    ["rendering", rendering, ["Pause", ...always, "Delete"]],
    ["paused", { ...rendering, watch: paused }, [...always, "Resume", "Delete"]],
    ["stopped by an error", { ...rendering, watch: stopped, error }, [...always, "Retry", "Delete"]],
    ["after the deadline", { ...rendering, watch: stopped, error: deadline }, [...always, "Resume", "Retry", "Delete"]],
    ["complete", complete, [...always, "Download", "Save to films", "Delete"]],
    ["nothing allowed", { ...complete, allow_save: false, allow_delete: false }, [...always, "Download"]],
    ["no film", { ...complete, details: {} }, [...always, "Delete"]],
    ["failed", traits({ status: "error", error, watch: stopped }), [...always, "Delete"]],
    ["canceled", traits({ status: "canceled", watch: stopped }), [...always, "Delete"]],
    ["deleted", traits({ status: "deleted", watch: stopped }), always],
    ["empty", traits({ project_id: "", editable: true }), ["Show"]],
  ])("%s", (_, state, expected) => expect(mount(state).names()).toEqual(expected));

  it("offer nothing that can't work without a kernel, and say how to go on", async () => {
    const card = mount(complete);
    await card.setLive(false);
    expect(card.names()).toEqual(["Copy ID"]);
    expect(card.text()).toContain("not connected");
    await card.setLive(true);
    expect(card.names()).toContain("Download");
  });

  it.each([
    ["Pause", rendering, "pause"],
    ["Refresh", rendering, "refresh"],
    ["Save to films", complete, "save"],
  ])("%s sends one message", async (name, state, kind) => {
    const card = mount(state);
    card.sent.length = 0;
    await card.press(name);
    expect(card.sent).toEqual([{ kind }]);
  });

  it("Retry and Resume both resume", async () => {
    const card = mount({ ...rendering, watch: stopped, error: deadline });
    await card.press("Retry");
    await card.press("Resume");
    expect(card.sent).toEqual([{ kind: "resume" }, { kind: "resume" }]);
  });

  it("keep the focus inside the card when they go away", async () => {
    const card = mount({ ...rendering, watch: paused });
    await card.press("Resume");
    await card.change({ watch: watching });
    expect(card.el.contains(document.activeElement)).toBe(true);
    expect(document.activeElement).not.toBe(document.body);
  });
});

describe("deleting", () => {
  it("asks first, with the name, and moves the focus to the question and back", async () => {
    const card = mount(complete);
    card.sent.length = 0;
    await card.press("Delete");
    expect(document.activeElement?.textContent).toContain("Sunrise");
    expect(card.names()).toEqual(["Refresh", "Copy ID", "Delete permanently", "Cancel"]);
    await card.press("Cancel");
    expect(document.activeElement?.textContent).toBe("Delete");
    expect(card.sent).toEqual([]);
  });

  // documented: films: Escape, Cancel, a double click
  it("takes Escape for no", async () => {
    const card = mount(complete);
    await card.press("Delete");
    await card.key("Escape");
    expect(document.activeElement?.textContent).toBe("Delete");
  });

  it("is sent once, however often it is clicked, and stays busy over a poll", async () => {
    const card = mount(rendering);
    await card.press("Delete");
    await card.press("Delete permanently");
    await card.change({ details: { name: "Polled" } });
    await vi.advanceTimersByTimeAsync(20_000);
    await card.press("Delete permanently");
    expect(card.sent).toEqual([{ kind: "delete", project: ID, confirmed: true }]);
  });

  it("can be pressed again where no answer ever comes", async () => {
    const card = mount(rendering);
    await card.press("Delete");
    await card.press("Delete permanently");
    await vi.advanceTimersByTimeAsync(30_000);
    expect(card.find("[aria-disabled]")).toBeNull();
    await card.press("Delete permanently");
    expect(card.sent).toHaveLength(2);
  });

  // documented: hosts: VS Code
  it("keeps Escape from the host only where the card used it", async () => {
    const card = mount(complete);
    const heard = vi.fn();
    document.body.addEventListener("keydown", heard);
    await card.press("Delete");
    await card.key("Escape");
    expect(heard).not.toHaveBeenCalled();
    await card.key("Escape");
    expect(heard).toHaveBeenCalledOnce();
    document.body.removeEventListener("keydown", heard);
  });

  it("asks anew of another project, and also when the first one comes back", async () => {
    const card = mount(complete);
    await card.press("Delete");
    await card.change({ project_id: "other", details: { ...film, name: "Other" } });
    expect(card.names()).not.toContain("Delete permanently");
    expect(card.el.contains(document.activeElement)).toBe(true);
    await card.change({ project_id: ID, details: film });
    expect(card.names()).not.toContain("Delete permanently");
    await card.change({ project_id: "other", details: { ...film, name: "Other" } });
    await card.press("Delete");
    expect(card.text()).toContain("Other");
    await card.press("Delete permanently");
    expect(card.sent.at(-1)).toEqual({ kind: "delete", project: "other", confirmed: true });
  });

  it("is no more asked once the connection was gone", async () => {
    const card = mount(complete);
    await card.press("Delete");
    await card.setLive(false);
    await card.setLive(true);
    expect(card.names()).not.toContain("Delete permanently");
  });

  it("leaves the focus alone that has gone elsewhere", async () => {
    const card = mount(complete);
    await card.press("Delete");
    await card.press("Delete permanently");
    const elsewhere = document.body.appendChild(document.createElement("input"));
    elsewhere.focus();
    await card.change({ status: "deleted" });
    expect(document.activeElement).toBe(elsewhere);
  });

  it("keeps the focus in the card once it is done", async () => {
    const card = mount(complete);
    await card.press("Delete");
    await card.press("Delete permanently");
    await card.change({ status: "deleted" });
    expect(document.activeElement).toBe(card.root());
    expect(card.text()).toContain("Deleted from Magic Hour");
  });

  it("goes back to the card as it was when the API refuses, and says why", async () => {
    const card = mount(complete);
    await card.press("Delete");
    await card.press("Delete permanently");
    await card.change({ notice: { tone: "error", code: "422", message: "Templates can't be deleted.", hint: "" } });
    expect(card.names()).toContain("Delete");
    expect(card.text()).toContain("Templates can't be deleted.");
    expect(card.el.contains(document.activeElement)).toBe(true);
  });
});

describe("a transfer", () => {
  it("shows its bytes and Cancel in place of the buttons", async () => {
    const card = mount({ ...complete, transfer: { kind: "save", received_bytes: 3_200_000, total_bytes: 12_400_000 } });
    const bar = card.find("[role=progressbar]");
    expect(bar?.getAttribute("aria-label")).toBe("Saving");
    expect(bar?.getAttribute("aria-valuenow")).toBe("26");
    expect(card.text()).toContain("3.2\u00a0MB of 12.4\u00a0MB");
    expect(card.names()).not.toContain("Download");
    await card.press("Cancel");
    expect(card.sent.at(-1)).toEqual({ kind: "cancel" });
  });
});

describe("a transfer that goes on", () => {
  it("says how fast, and for how long still, from where it was resumed", async () => {
    const moved = (received_bytes: number) => ({
      transfer: { kind: "save" as const, received_bytes, total_bytes: 20e6 },
    });
    const card = mount({ ...complete, ...moved(10e6) });
    expect(card.text()).not.toContain("/s");
    await vi.advanceTimersByTimeAsync(2000);
    await card.change(moved(14e6));
    expect(card.text()).toContain("14.0\u00a0MB of 20.0\u00a0MB · 2.0\u00a0MB/s · 0:03\u00a0left");
  });
});

describe("the empty card", () => {
  const empty = traits({ project_id: "", editable: true });

  it("sends what was typed on Enter, as it was typed", async () => {
    const card = mount(empty);
    const field = card.find<HTMLInputElement>("input");
    if (field) field.value = " https://magichour.ai/my-library?videoId=abc ";
    field?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    expect(card.sent).toEqual([{ kind: "set_project", project: "https://magichour.ai/my-library?videoId=abc" }]);
  });

  it("sends nothing for nothing, and says what was wrong", async () => {
    const card = mount(empty);
    await card.press("Show");
    expect(card.sent).toEqual([]);
    await card.change({ error: { code: "invalid_project", message: "That is not a project ID.", hint: "" } });
    expect(card.text()).toContain("That is not a project ID.");
    expect(card.find("input")?.getAttribute("aria-invalid")).toBe("true");
  });
});

describe("another project", () => {
  const editable = { ...complete, editable: true };
  const refused = { tone: "error" as const, code: "invalid_project", message: "This is no ID.", hint: "" };

  async function changing(state = editable) {
    const card = mount(state);
    card.sent.length = 0;
    await card.press("Change project");
    const field = () => card.find<HTMLInputElement>("input");
    const enter = async (text: string) => {
      const input = field();
      if (input) input.value = text;
      await card.key("Enter");
    };
    return { ...card, field, enter };
  }

  it("is offered where the card is editable, and never without a kernel", async () => {
    expect(mount(complete).names()).not.toContain("Change project");
    const card = mount(editable);
    expect(card.names()).toContain("Change project");
    await card.press("Change project");
    await card.setLive(false);
    expect(card.names()).toEqual(["Copy ID"]);
    await card.setLive(true);
    expect(card.find("input")).toBeNull();
  });

  it("is asked for with the present ID, focused and selected", async () => {
    const card = await changing();
    const field = card.field();
    expect(document.activeElement).toBe(field);
    expect(field?.value).toBe(ID);
    expect([field?.selectionStart, field?.selectionEnd]).toEqual([0, ID.length]);
    expect(card.find("[title='Change project']")?.getAttribute("aria-expanded")).toBe("true");
  });

  it("is sent on Enter, and the field goes when the card has moved", async () => {
    const card = await changing();
    await card.enter(" other ");
    expect(card.sent).toEqual([{ kind: "set_project", project: "other" }]);
    await card.change({ project_id: "other", status: "", details: {} });
    expect(card.field()).toBeNull();
    expect(document.activeElement).toBe(card.find("[title='Change project']"));
    await card.press("Change project");
    expect(card.field()?.value).toBe("other");
  });

  it.each(["Escape", "the button", "the same ID", "nothing typed"])("%s sends nothing", async (way) => {
    const card = await changing();
    if (way === "Escape") await card.key("Escape");
    else if (way === "the button") await card.press("Change project");
    else await card.enter(way === "the same ID" ? ID : "  ");
    expect(card.sent).toEqual([]);
    expect(card.field() === null).toBe(way !== "nothing typed");
    if (!card.field()) expect(document.activeElement).toBe(card.find("[title='Change project']"));
  });

  it.each(["invalid_project", "duplicate_project"])(
    "says beside the field what it refuses (%s), keeps the text, and forgets it with the field",
    async (code) => {
      const card = await changing();
      await card.enter("../");
      await card.change({ notice: { ...refused, code } });
      expect(card.field()?.value).toBe("../");
      expect(card.field()?.getAttribute("aria-invalid")).toBe("true");
      expect(card.find(".mh-head [aria-live]")?.textContent).toContain("This is no ID.");
      expect(card.text().split("This is no ID.")).toHaveLength(2);
      await card.key("Escape");
      expect(card.text()).not.toContain("This is no ID.");
      await card.press("Change project");
      expect(card.field()?.hasAttribute("aria-invalid")).toBe(false);
    },
  );

  it("goes when the kernel says that the card shows it already", async () => {
    const card = await changing();
    await card.enter("https://magichour.ai/my-library?videoId=x");
    await card.change({ notice: { tone: "info", code: "same_project", message: "Here already.", hint: "" } });
    expect(card.field()).toBeNull();
    expect(card.text()).toContain("Here already.");
  });

  it("and a deletion are not asked at once", async () => {
    const card = await changing();
    await card.press("Delete");
    expect(card.field()).toBeNull();
    await card.press("Change project");
    expect(card.names()).not.toContain("Delete permanently");
  });
});

describe("strangers' text", () => {
  it("is text", () => {
    const name = '<img src=x onerror="alert(1)"><script>alert(1)</script>';
    const card = mount({ ...complete, details: { ...film, name } });
    expect(card.find("script, img")).toBeNull();
    expect(card.find(".mh-name")?.textContent).toBe(name);
    expect(card.find(".mh-name")?.getAttribute("dir")).toBe("auto");
  });
});

describe("rendering", () => {
  it("is one for several changes of one message", async () => {
    const card = mount(rendering);
    const read = vi.spyOn(card.host, "traits");
    await card.change({ status: "queued", watch: watching, estimate: null });
    expect(read).toHaveBeenCalledOnce();
  });

  it.each([
    ["complete", { notice: { tone: "info" as const, code: "saved", message: "Saved.", hint: "" } }],
    ["canceled", {}],
    ["complete", { error: { code: "", message: "No.", hint: "" } }],
  ])("says nothing anew as time goes on: %s", async (status, more) => {
    const created_at = new Date(Date.now() - 90_000).toISOString();
    const card = mount({ ...complete, status, details: { ...film, created_at }, ...more });
    await settled();
    const touched = vi.fn();
    const observer = new MutationObserver(touched);
    for (const region of card.el.querySelectorAll("[aria-live], [role=status]")) {
      observer.observe(region, { childList: true, characterData: true, subtree: true });
    }
    const before = card.text();
    await vi.advanceTimersByTimeAsync(61_000);
    expect(card.text()).not.toBe(before);
    expect(touched).not.toHaveBeenCalled();
    observer.disconnect();
  });

  it("ends with the host", async () => {
    const card = mount(rendering);
    card.unmount();
    await card.change({ status: "complete" });
    await vi.advanceTimersByTimeAsync(5000);
    expect(card.el.childElementCount).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("leaves the elements alone", async () => {
    const card = mount(rendering);
    const refresh = card.find(".mh-tool:nth-of-type(2)");
    await card.change({ details: { name: "Other" }, watch: { ...watching, state: "paused" } });
    expect(card.find("[title=Refresh]")).toBe(refresh);
  });
});
