import { expect, test } from "vitest";
import { PATHS } from "../../src/ui/Icon";

test("no part of the view changes the icons of another", async () => {
  const parts = [() => import("../../src/gallery/stars"), () => import("../../src/pictures/icons")];
  for (const load of [...parts, () => import("../../src/compare/Compare")]) {
    const before = { ...PATHS };
    await load();
    expect(PATHS).toMatchObject(before);
  }
});
