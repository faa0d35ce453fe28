import { fireEvent, render, screen } from "@testing-library/preact";
import { describe, expect, it } from "vitest";
import { Actions, DeleteQuestion } from "../../src/card/Actions";
import { CardHeader } from "../../src/card/CardHeader";
import { ProjectForm } from "../../src/card/ProjectForm";
import { cardProps } from "../cardProps";
import { film, ID, watching } from "../fakeCard";

const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));
const names = () => screen.queryAllByRole("button").map((button) => button.textContent || button.title);
const complete = { status: "complete", details: film };

describe("Actions", () => {
  it("give way to a transfer and its Cancel", () => {
    const props = cardProps({ ...complete, transfer: { kind: "save", received_bytes: 1, total_bytes: 2 } });
    render(<Actions {...props} />);
    expect(names()).toEqual(["Cancel", "Delete"]);
    press("Cancel");
    expect(props.actions.send).toHaveBeenCalledWith("cancel");
  });

  it("give Cancel the focus of Save, and give it back", () => {
    const saving = { kind: "save" as const, received_bytes: 1, total_bytes: 2 };
    const { rerender } = render(<Actions {...cardProps(complete)} />);
    const save = screen.getByRole("button", { name: "Save to films" });
    save.focus();
    rerender(<Actions {...cardProps({ ...complete, transfer: saving })} />);
    expect(document.activeElement?.textContent).toBe("Cancel");
    rerender(<Actions {...cardProps(complete)} />);
    expect(document.activeElement?.textContent).toBe("Save to films");
    expect(names()).toEqual(["Download", "Save to films", "Delete"]);
  });

  it("do what they say", () => {
    const props = cardProps(complete);
    render(<Actions {...props} />);
    for (const name of names()) press(name);
    expect(props.actions.download).toHaveBeenCalledOnce();
    expect(props.actions.send.mock.calls).toEqual([["save"]]);
    expect(props.actions.ask).toHaveBeenCalledWith("delete");
  });

  it("don't while they are busy", () => {
    const outputs = [{ media: "video" as const }, { media: "video" as const }];
    const props = cardProps({ ...complete, details: { ...film, outputs }, view: { busy: "download" } });
    render(<Actions {...props} />);
    press("Download");
    press("All as zip");
    expect(props.actions.download).not.toHaveBeenCalled();
  });

  it("offer all outputs in one file where there are several", () => {
    const outputs = [{ media: "image" as const }, { media: "image" as const }];
    const props = cardProps({ ...complete, details: { ...film, outputs } });
    const { rerender } = render(<Actions {...props} />);
    expect(names()).toEqual(["Download", "All as zip", "Save to films", "Delete"]);
    press("All as zip");
    expect(props.actions.download.mock.calls).toEqual([[true]]);
    rerender(<Actions {...cardProps({ ...complete, details: { ...film, outputs: [{ media: "image" }] } })} />);
    expect(names()).toEqual(["Download", "Save to films", "Delete"]);
  });

  it("have one primary among Resume and Retry", () => {
    const error = { code: "deadline", message: "", hint: "" };
    const { container } = render(
      <Actions {...cardProps({ status: "rendering", error, watch: { ...watching, state: "stopped" } })} />,
    );
    expect(names()).toEqual(["Resume", "Retry", "Delete"]);
    expect(container.querySelectorAll(".mh-primary")).toHaveLength(1);
  });
});

describe("DeleteQuestion", () => {
  it("names the project, isolated from the words around it", () => {
    const { container } = render(<DeleteQuestion {...cardProps(complete)} />);
    expect(container.querySelector("p")?.textContent).toContain("\u2068Sunrise\u2069");
  });

  it("stays as it is once it is answered, and offers no way back", () => {
    const props = cardProps({ ...complete, view: { busy: "delete" } });
    render(<DeleteQuestion {...props} />);
    press("Delete permanently");
    expect(props.actions.deleteProject).not.toHaveBeenCalled();
    press("Cancel");
    expect(props.actions.decline).not.toHaveBeenCalled();
    expect(names()).toEqual(["Delete permanently", "Cancel"]);
  });
});

describe("CardHeader", () => {
  it("shows the name, and the ID where there is none", () => {
    const { container, rerender } = render(<CardHeader {...cardProps(complete)} />);
    const name = () => container.querySelector<HTMLElement>(".mh-name");
    expect([name()?.textContent, name()?.title]).toEqual(["Sunrise", `Sunrise\n${ID}`]);
    rerender(<CardHeader {...cardProps()} />);
    expect(name()?.textContent).toBe(ID);
  });

  it("marks what was copied", () => {
    const { container, rerender } = render(<CardHeader {...cardProps()} />);
    const mark = () => container.querySelector("[title='Copy ID'] path")?.getAttribute("d");
    const before = mark();
    rerender(<CardHeader {...cardProps({ view: { busy: "copy" } })} />);
    expect(mark()).not.toBe(before);
  });

  it("opens the field and closes it again", () => {
    const closed = cardProps({ editable: true });
    const open = cardProps({ editable: true, view: { question: "project" } });
    const { rerender } = render(<CardHeader {...closed} />);
    press("Change project");
    expect(closed.actions.ask).toHaveBeenCalledWith("project");
    rerender(<CardHeader {...open} />);
    press("Change project");
    expect(open.actions.decline).toHaveBeenCalledOnce();
  });
});

describe("ProjectForm", () => {
  const enter = (text: string, init: KeyboardEventInit = {}) => {
    const field = screen.getByRole<HTMLInputElement>("textbox", { name: "Project ID" });
    field.value = text;
    return fireEvent.keyDown(field, { key: "Enter", ...init });
  };

  it("keeps Enter to itself: the focus is elsewhere by the time the browser would press a button", () => {
    render(<ProjectForm {...cardProps({ project_id: "", editable: true })} />);
    expect(enter("clx1")).toBe(false);
  });

  it("leaves Enter to a person who is still composing a character", () => {
    const props = cardProps({ project_id: "", editable: true });
    render(<ProjectForm {...props} />);
    expect(enter("clx1", { isComposing: true })).toBe(true);
    expect(props.actions.setProject).not.toHaveBeenCalled();
  });

  it("of the empty card says what fits, and marks what didn't", () => {
    const error = { code: "invalid_project", message: "", hint: "" };
    render(<ProjectForm {...cardProps({ project_id: "", editable: true, error })} />);
    expect(screen.getByText("An ID or a library link.")).toBeTruthy();
    expect(screen.getByRole("textbox").getAttribute("aria-invalid")).toBe("true");
  });
});
