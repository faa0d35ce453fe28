import { fireEvent, render, screen } from "@testing-library/preact";
import { describe, expect, it } from "vitest";
import { matches } from "../../src/gallery/state";
import { KindFilter } from "../../src/kinds/KindFilter";
import { card, finished } from "../fakeGallery";
import { galleryProps } from "../galleryProps";

const film = finished("film");
const picture = finished("picture", "picture", { kind: "image" });
const sound = finished("sound", "sound", { kind: "audio" });
/** Not answered yet, or never found. */
const unknown = card("unknown", { details: {} });
const offered = () => screen.getAllByRole("option").map((option) => option.textContent);

describe("the choice between kinds", () => {
  it("offers those that there are", () => {
    render(<KindFilter {...galleryProps([sound, film, picture])} />);
    expect(offered()).toEqual(["All kinds", "Videos", "Images", "Audio"]);
  });

  it("is none where all are of one kind", () => {
    render(<KindFilter {...galleryProps([picture, finished("more", "more", { kind: "image" })])} />);
    expect(screen.queryByRole("combobox")).toBeNull();
  });

  it("takes what nothing is known of for none of them", () => {
    render(<KindFilter {...galleryProps([unknown, picture])} />);
    expect(screen.queryByRole("combobox")).toBeNull();
    const { selection } = galleryProps([unknown, film]);
    const shown = (kind: string) => [unknown, film].filter((each) => matches(each, { ...selection, kind }, new Set()));
    expect(shown("")).toEqual([unknown, film]);
    expect(shown("video")).toEqual([film]);
  });

  it("keeps what was chosen, also once nothing is of that kind any more", () => {
    render(<KindFilter {...galleryProps([film], { selection: { kind: "audio" } })} />);
    expect(offered()).toEqual(["All kinds", "Videos", "Audio"]);
  });

  it("shows the projects of one kind", () => {
    const props = galleryProps([film, picture]);
    render(<KindFilter {...props} />);
    fireEvent.change(screen.getByLabelText("Kind"), { target: { value: "image" } });
    expect(props.select).toHaveBeenCalledWith({ kind: "image" });
    const selection = { ...props.selection, kind: "image" };
    expect([film, picture, sound].filter((card) => matches(card, selection, new Set()))).toEqual([picture]);
    expect([film, picture].filter((card) => matches(card, { ...selection, kind: "video" }, new Set()))).toEqual([film]);
  });
});
