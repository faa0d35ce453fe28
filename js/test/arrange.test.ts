import { describe, expect, it } from "vitest";
import { arrange } from "../src/arrange";

function list(names: string) {
  const parent = document.createElement("div");
  const nodes = new Map([...names].map((name) => [name, Object.assign(document.createElement("p"), { id: name })]));
  const of = (order: string) =>
    [...order].map((name) => nodes.get(name) ?? Object.assign(document.createElement("p"), { id: name }));
  parent.append(...of(names));
  const moved: string[] = [];
  const insert = parent.insertBefore.bind(parent);
  parent.insertBefore = (<T extends Node>(node: T, before: Node | null) => {
    moved.push((node as unknown as Element).id);
    return insert(node, before);
  }) as typeof parent.insertBefore;
  return { parent, of, moved, order: () => [...parent.children].map(({ id }) => id).join("") };
}

describe("arrange", () => {
  it.each([
    ["abcd", "abcd", ""],
    ["abcd", "bd", ""],
    ["bd", "abcd", "ca"],
    ["abc", "bca", "a"],
    ["abc", "xyz", "zyx"],
  ])("%s to %s moves only %s", (before, after, moves) => {
    const { parent, of, moved, order } = list(before);
    arrange(parent, of(after));
    expect(order()).toBe(after);
    expect([...moved].sort()).toEqual([...moves].sort());
  });

  it.each(["abcde", "edcba", "caebd", "bcdea", "c", "ac", "cx"])(
    "never moves the one that stands still: %s",
    (after) => {
      const { parent, of, moved, order } = list("abcde");
      arrange(parent, of(after), of("c")[0]);
      expect(order()).toBe(after);
      expect(moved).not.toContain("c");
    },
  );
});
