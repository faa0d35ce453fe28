import { fireEvent, render, screen } from "@testing-library/preact";
import { describe, expect, it } from "vitest";
import { matches } from "../../src/gallery/state";
import { KindFilter } from "../../src/kinds/KindFilter";
import { finished } from "../fakeGallery";
import { galleryProps } from "../galleryProps";

const film = finished("film");
const picture = finished("picture", "picture", { kind: "image" });
const sound = finished("sound", "sound", { kind: "audio" });
const offered = () => screen.getAllByRole("option").map((option) => option.textContent);

describe("the choice between kinds", () => {
  it("offers those that there are", () => {
    render(<KindFilter {...galleryProps([sound, film, picture])} />);
    expect(offered()).toEqual(["All media", "Videos", "Pictures", "Audio"]);
  });

  it("is none where all are of one kind", () => {
    render(<KindFilter {...galleryProps([picture, finished("more", "more", { kind: "image" })])} />);
    expect(screen.queryByRole("combobox")).toBeNull();
  });

  it("keeps what was chosen, also once nothing is of that kind any more", () => {
    render(<KindFilter {...galleryProps([film], { selection: { kind: "audio" } })} />);
    expect(offered()).toEqual(["All media", "Videos", "Audio"]);
  });

  it("shows the projects of one kind", () => {
    const props = galleryProps([film, picture]);
    render(<KindFilter {...props} />);
    fireEvent.change(screen.getByLabelText("Media"), { target: { value: "image" } });
    expect(props.select).toHaveBeenCalledWith({ kind: "image" });
    const selection = { ...props.selection, kind: "image" };
    expect([film, picture, sound].filter((card) => matches(card, selection, new Set()))).toEqual([picture]);
    expect([film, picture].filter((card) => matches(card, { ...selection, kind: "video" }, new Set()))).toEqual([film]);
  });
});
