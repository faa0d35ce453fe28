import { fireEvent, render, screen } from "@testing-library/preact";
import { useRef } from "preact/hooks";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Button } from "../../src/ui/Button";
import { copyText } from "../../src/ui/clipboard";
import { focusWithin, useFocusRequest, useFocusRescue } from "../../src/ui/focus";
import { Icon } from "../../src/ui/Icon";
import { Message } from "../../src/ui/Message";
import { Select } from "../../src/ui/Select";

afterEach(() => vi.restoreAllMocks());

describe("Button", () => {
  it("keeps the focus and does nothing while it is busy", () => {
    const act = vi.fn();
    const { rerender } = render(<Button variant="plain" label="Save" onClick={act} />);
    const button = screen.getByRole("button", { name: "Save" });
    button.focus();
    rerender(<Button variant="plain" label="Save" onClick={act} busy />);
    fireEvent.click(button);
    expect(act).not.toHaveBeenCalled();
    expect(document.activeElement).toBe(button);
    expect(button.getAttribute("aria-disabled")).toBe("true");
    rerender(<Button variant="plain" label="Save" onClick={act} />);
    expect(button.hasAttribute("aria-disabled")).toBe(false);
  });

  it("has its label for a name also where an icon stands for it", () => {
    render(<Button variant="tool" icon="copy" label="Copy ID" onClick={() => {}} />);
    expect(screen.getByRole("button", { name: "Copy ID" }).textContent).toBe("");
  });

  it("says whether it is pressed, and what it opens is open, only where that means something", () => {
    render(<Button variant="option" label="A" onClick={() => {}} pressed={false} />);
    render(<Button variant="tool" label="B" onClick={() => {}} expanded={false} />);
    const [a, b] = screen.getAllByRole("button");
    expect([a?.getAttribute("aria-pressed"), a?.getAttribute("aria-expanded")]).toEqual(["false", null]);
    expect([b?.getAttribute("aria-pressed"), b?.getAttribute("aria-expanded")]).toEqual([null, "false"]);
  });
});

describe("Icon", () => {
  it("has a ring for a word that the API may learn later", () => {
    const path = (name: string) =>
      render(<Icon name={name} />)
        .container.querySelector("path")
        ?.getAttribute("d");
    expect(path("polishing")).toBe(path(""));
    expect(path("polishing")).not.toBe(path("queued"));
  });
});

describe("Message", () => {
  const problem = { tone: "error", message: "No.", hint: "Try again.", code: "x" };
  it("is left alone by a render that brings nothing new, or a live region would speak again", async () => {
    const empty = { tone: "error", message: "No.", hint: "", code: "" };
    const { container, rerender } = render(<Message variant="note" problem={empty} />);
    const touched = vi.fn();
    new MutationObserver(touched).observe(container, { childList: true, characterData: true, subtree: true });
    rerender(<Message variant="note" problem={{ ...empty }} />);
    await Promise.resolve();
    expect(touched).not.toHaveBeenCalled();
    rerender(<Message variant="note" problem={{ ...empty, message: "Yes." }} />);
    await vi.waitFor(() => expect(touched).toHaveBeenCalled());
  });

  it("says what happened, the next step and the code; of a success no code", () => {
    expect(render(<Message variant="note" problem={problem} />).container.textContent).toBe("No. Try again. x");
    const done = { ...problem, tone: "complete" };
    expect(render(<Message variant="note" problem={done} />).container.textContent).toBe("No. Try again. ");
  });
});

describe("Select", () => {
  it("hands on the value of what was chosen, the empty one too", () => {
    const onChange = vi.fn();
    const options = { "": "All", a: "A" };
    render(<Select<keyof typeof options> label="Kind" value="a" options={options} onChange={onChange} />);
    const list = screen.getByLabelText<HTMLSelectElement>("Kind");
    expect(list.value).toBe("a");
    fireEvent.change(list, { target: { value: "" } });
    expect(onChange.mock.calls).toEqual([[""]]);
  });
});

describe("the focus", () => {
  function Region({ shown, ask }: { shown: string[]; ask?: string }) {
    const root = useRef<HTMLDivElement>(null);
    const request = useFocusRequest(root);
    useFocusRescue(root, shown.includes("b") ? "#c" : "#a");
    if (ask) request(ask);
    return (
      <div ref={root} tabIndex={-1} id="root">
        {shown.map((id) => (
          <button type="button" key={id} id={id}>
            {id}
          </button>
        ))}
        <input id="field" defaultValue="text" />
      </div>
    );
  }
  const focused = () => document.activeElement?.id;
  const focus = (id: string) => document.getElementById(id)?.focus();

  it("goes to where the last render would have it when its control goes away", () => {
    const { rerender } = render(<Region shown={["a", "b", "c"]} />);
    focus("b");
    rerender(<Region shown={["a", "c"]} />);
    expect(focused()).toBe("c");
    rerender(<Region shown={["a"]} />);
    expect(focused()).toBe("a");
    rerender(<Region shown={[]} />);
    expect(focused()).toBe("root");
  });

  it("stays with a control that is moved, and elsewhere in the page", () => {
    const { rerender } = render(<Region shown={["a", "b", "c"]} />);
    focus("a");
    rerender(<Region shown={["c", "b", "a"]} />);
    expect(focused()).toBe("a");
    const elsewhere = document.body.appendChild(Object.assign(document.createElement("input"), { id: "elsewhere" }));
    elsewhere.focus();
    rerender(<Region shown={["c"]} />);
    expect(focused()).toBe("elsewhere");
    elsewhere.remove();
  });

  it("goes where it was asked to, once, and a field's text is selected", () => {
    const { rerender } = render(<Region shown={["a"]} ask="#field" />);
    expect(focused()).toBe("field");
    const field = document.activeElement as HTMLInputElement;
    expect([field.selectionStart, field.selectionEnd]).toEqual([0, 4]);
    focus("a");
    rerender(<Region shown={["a"]} />);
    expect(focused()).toBe("a");
  });

  it("goes to the region itself where nothing matches", () => {
    render(<Region shown={[]} />);
    focusWithin(document.getElementById("root") as HTMLElement, "#nothing");
    expect(focused()).toBe("root");
  });
});

describe("copyText", () => {
  it("takes the old command, and the new way where that is refused", () => {
    const written = vi.fn();
    vi.stubGlobal("navigator", { clipboard: { writeText: written } });
    const command = vi.fn(() => true);
    Object.assign(document, { execCommand: command });
    copyText("clx1");
    expect(written).not.toHaveBeenCalled();
    command.mockReturnValue(false);
    copyText("clx1");
    expect(written).toHaveBeenCalledWith("clx1");
    vi.unstubAllGlobals();
  });
});
