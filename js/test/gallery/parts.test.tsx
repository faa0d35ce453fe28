import { fireEvent, render, screen } from "@testing-library/preact";
import { describe, expect, it } from "vitest";
import { Filters } from "../../src/gallery/Filters";
import { EmptyGallery, GalleryNotices } from "../../src/gallery/GalleryNotices";
import { Pager } from "../../src/gallery/Pager";
import { INITIAL_SELECTION } from "../../src/gallery/state";
import { Toolbar } from "../../src/gallery/Toolbar";
import type { ProjectTraits } from "../../src/model/traits";
import { card, finished, running } from "../fakeGallery";
import { galleryProps } from "../galleryProps";

const press = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));
const names = () => screen.getAllByRole("button").map((button) => button.textContent?.replaceAll("\u00a0", " "));

describe("Filters", () => {
  const projects = [finished("a", "", { type: "LIP_SYNC" }), finished("b", "", { type: "FACE_SWAP" }), running("c")];

  it("offer each status with its count, those that move first", () => {
    const props = galleryProps(projects);
    render(<Filters {...props} />);
    expect(names()).toEqual(["All 3", "rendering 1", "complete 2", "Cards", "Table"]);
    press(/complete/);
    press(/All/);
    expect(props.select.mock.calls).toEqual([[{ status: "complete" }], [{ status: null }]]);
  });

  it("keep the status that was chosen, also once nothing has it any more", () => {
    render(<Filters {...galleryProps(projects, { selection: { status: "queued" } })} />);
    expect(screen.getByRole("button", { pressed: true, name: /queued/ }).textContent).toBe("queued\u00a00");
  });

  it("take kind and order from lists, and leave the order of a table to its headers", () => {
    const props = galleryProps(projects, { selection: { descending: true } });
    const { rerender } = render(<Filters {...props} />);
    fireEvent.change(screen.getByLabelText("Type"), { target: { value: "LIP_SYNC" } });
    fireEvent.change(screen.getByLabelText("Order"), { target: { value: "age" } });
    expect(props.select.mock.calls).toEqual([[{ type: "LIP_SYNC" }], [{ sortBy: "age", descending: false }]]);
    rerender(<Filters {...galleryProps(projects, { selection: { view: "table" } })} />);
    expect(screen.queryByLabelText("Order")).toBeNull();
  });
});

describe("Toolbar", () => {
  it("saves all that is finished, or what the filter left of it", () => {
    const props = galleryProps([finished("a"), finished("b"), running("c")]);
    const { rerender } = render(<Toolbar {...props} />);
    press("Save all finished");
    rerender(<Toolbar {...props} matching={[props.all[1] as ProjectTraits, props.all[2] as ProjectTraits]} />);
    press("Save the 1 shown");
    expect(props.send.mock.calls).toEqual([[{ kind: "save_all" }], [{ kind: "save_all", projects: ["b"] }]]);
  });

  it("shows how far saving is, with what failed, and lets it be stopped", () => {
    const transfer = { kind: "save" as const, done: 3, failed: 1, total: 12 };
    const props = galleryProps([finished("a")], { transfer });
    render(<Toolbar {...props} />);
    const bar = screen.getByRole("progressbar");
    expect(bar.getAttribute("aria-valuetext")).toBe("4 of 12, 1\u00a0failed");
    expect(bar.getAttribute("aria-valuenow")).toBe("33");
    press("Cancel");
    expect(props.send).toHaveBeenCalledWith({ kind: "cancel_all" });
  });

  it.each([
    ["nothing is finished", [running("a")], {}],
    ["it isn't allowed", [finished("a")], { allow_save: false }],
    ["no kernel listens", [finished("a")], { connected: false }],
  ])("offers nothing where %s", (_, projects, given) => {
    render(<Toolbar {...galleryProps(projects, given)} />);
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("keeps the focus when one of its buttons takes another's place", () => {
    const props = galleryProps([finished("a")]);
    const { rerender } = render(<Toolbar {...props} />);
    screen.getByRole("button").focus();
    const transfer = { kind: "save" as const, done: 0, failed: 0, total: 1 };
    rerender(<Toolbar {...props} state={{ ...props.state, transfer }} />);
    expect(document.activeElement?.textContent).toBe("Cancel");
  });
});

describe("Pager", () => {
  it("turns the pages, and no further than there are", () => {
    const props = galleryProps([], { pages: 3, selection: { page: 2 } });
    render(<Pager {...props} />);
    expect(screen.getByRole("status").textContent).toBe("Page 3 of 3");
    press("Next page");
    press("Previous page");
    expect(props.select.mock.calls).toEqual([[{ page: 1 }]]);
  });

  it("is not there for one page", () => {
    expect(render(<Pager {...galleryProps([])} />).container.innerHTML).toBe("");
  });
});

describe("what stands around the cards", () => {
  it("says what was given and is no project, in a place that the keyboard reaches", () => {
    const refused = [{ project: "No. 2 (../x)", code: "invalid_project", message: "Not an ID.", hint: "" }];
    const { container } = render(<GalleryNotices {...galleryProps([], { refused })} />);
    expect(container.querySelector("[tabindex='0']")?.textContent).toContain("\u2068No. 2 (../x)\u2069: Not an ID.");
  });

  it("tells an empty gallery from one where nothing matches", () => {
    const { rerender } = render(<EmptyGallery {...galleryProps([])} />);
    expect(screen.getByText("No projects yet.")).toBeTruthy();
    expect(screen.queryByRole("button")).toBeNull();
    const props = galleryProps([card("a")]);
    rerender(<EmptyGallery {...props} />);
    press("Show all");
    expect(props.select).toHaveBeenCalledWith(INITIAL_SELECTION);
  });
});
