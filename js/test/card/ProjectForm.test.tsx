import { fireEvent, screen } from "@testing-library/preact";
import { describe, expect, it } from "vitest";
import { ID, mount, traits } from "../fakeCard";

const options = () =>
  [...document.querySelectorAll("datalist option")].map((each) => (each as HTMLOptionElement).value);

describe("the field of an empty card", () => {
  it("asks for the latest projects when it gets the focus, and offers them", async () => {
    const card = mount(traits({ project_id: "", editable: true }));
    fireEvent.focus(screen.getByLabelText("Project ID"));
    expect(card.sent).toContainEqual({ kind: "recent" });
    await card.message({ kind: "recent", projects: [{ id: ID, name: "Sunrise" }] });
    expect(options()).toEqual([ID]);
    expect(screen.getByLabelText("Project ID").getAttribute("list")).toBe(document.querySelector("datalist")?.id);
  });
});
