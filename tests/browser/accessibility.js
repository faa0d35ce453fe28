// What accessibility.py asks of a page: axe's findings, and what axe doesn't measure. Every answer names the state it is from.

import { ratio } from "/contrast.js";

const where = (node) => node.closest(".place")?.id ?? "";
const nameOf = (node) => (node.ariaLabel || node.textContent.trim() || node.title).replaceAll("\u00a0", " ").slice(0, 60);
const shown = (node) => node.checkVisibility({ visibilityProperty: true }) && node.getBoundingClientRect().width > 0;
const ours = (selector) => [...document.querySelectorAll(`.mh-widget ${selector}`)].filter(shown);
const transparent = (color) => /^rgba\(.*, 0\)$|\/ 0\)$/.test(color);

const wordsOf = (node) =>
  node.matches("option, video") ? [] : [...node.childNodes].filter((child) => child.nodeType === 3 && child.data.trim());

/** The first box that cuts off this text or mark, or that it leaves. An ellipsis may cut words that a tooltip has whole. */
function outside(leaf) {
  const range = document.createRange();
  range.selectNode(leaf);
  let parts = [...range.getClientRects()];
  for (let each = leaf.parentElement; each && each !== document.body; each = each.parentElement) {
    const style = getComputedStyle(each);
    const box = each.getBoundingClientRect();
    const cuts = style.overflowX !== "visible";
    const left = (part) =>
      part.left < box.left - 0.5 || part.right > box.right + 0.5 || (cuts && (part.top < box.top - 1 || part.bottom > box.bottom + 1));
    const excused = cuts && style.textOverflow === "ellipsis" && each.closest("[title]")?.title.includes(leaf.data);
    // What can be scrolled to isn't cut off, and what is left of words with an ellipsis is the box that they stand in.
    if (excused || /auto|scroll/.test(style.overflowY)) parts = [box];
    else if (!/^inline$|contents/.test(style.display) && parts.some(left))
      return [[where(each), each.className || each.tagName, (leaf.data ?? "icon").slice(0, 60)]];
  }
  return parts.some((part) => part.left < -0.5 || part.right > innerWidth + 0.5) ? [[where(leaf.parentElement), "page", leaf.data]] : [];
}

/** How far from its box the ring of the focus ends, and whether something cuts it off there. */
function ring(node) {
  const style = getComputedStyle(node);
  const reach = Number.parseFloat(style.outlineWidth) + Number.parseFloat(style.outlineOffset);
  const box = node.getBoundingClientRect();
  for (let each = node.parentElement; each && each !== document.body; each = each.parentElement) {
    const { overflowX, overflowClipMargin } = getComputedStyle(each);
    if (overflowX === "visible") continue;
    const cut = each.getBoundingClientRect();
    const more = overflowX === "clip" ? Number.parseFloat(overflowClipMargin) : 0;
    const room = more + Math.min(box.left - cut.left, box.top - cut.top, cut.right - box.right, cut.bottom - box.bottom);
    if (room < reach - 0.5) return { cut: each.className, reach, room };
  }
  return null;
}

/** What a walk by Tab has stopped at. */
let seen = new Set();

window.accessibility = {
  /** What axe holds against the page by these rules, or by all, and whether it looked at the colours of any text. */
  async axe(rules) {
    // A list of what passes takes as long as finding it; of that one node a rule is enough.
    const options = { resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
    const { violations, passes } = await axe.run({ include: ["[data-mh-widget]"] }, options);
    const found = violations.flatMap(({ id, impact, nodes }) =>
      nodes.map(({ target, html }) => [where(document.querySelector(target.join(" "))), id, impact, html.slice(0, 160)]),
    );
    return { found, texts: passes.find(({ id }) => id === "color-contrast")?.nodes.length ?? 0 };
  },

  /** Controls smaller than WCAG 2.2 wants them (2.5.8). */
  small: () =>
    ours(":is(button, a, input, select)")
      .map((node) => [where(node), nameOf(node), node.getBoundingClientRect()])
      .filter(([, , box]) => box.width < 24 || box.height < 24)
      .map(([place, name, { width, height }]) => [place, name, width, height]),

  cut: () => ours("*").flatMap((node) => (node.matches("svg") ? outside(node) : wordsOf(node).flatMap(outside))),

  /** Edges by which a control, or that one is chosen, is told, and bars, of less than 3:1 (1.4.11). */
  faint: () =>
    ours(":is(input, select, .mh-plain, .mh-option[aria-pressed=true], .mh-fill)")
      .map((node) => {
        const { borderTopColor, backgroundColor } = getComputedStyle(node);
        const bar = node.matches(".mh-fill");
        return [where(node), nameOf(node) || "bar", bar ? ratio(backgroundColor, node.parentElement) : ratio(borderTopColor, node.parentElement)];
      })
      .filter(([, , value]) => value < 3),

  /** What is wrong with the focus as it is now, in words, or "". */
  focus() {
    const node = document.activeElement;
    if (!node?.closest(".mh-widget")) return `lost to ${node?.tagName}`;
    if (!shown(node)) return "on something hidden";
    if (!node.matches(":focus-visible")) return "not visible";
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(node);
    if (outlineStyle !== "solid" || outlineWidth !== "2px") return `a ring of ${outlineWidth} ${outlineStyle}`;
    if (transparent(outlineColor) || ratio(outlineColor, node.parentElement) < 3) return `a faint ring, ${outlineColor}`;
    const cut = ring(node);
    return cut ? `a ring cut off: ${JSON.stringify(cut)}` : "";
  },
  focused: () => nameOf(document.activeElement),

  /** Everything that Tab should stop at, in the page's order; a film with controls is one, and has its own inside. */
  stops: () => ours(":is(button, a[href], input, select, video[src][controls], audio[src], [tabindex='0']):not([tabindex='-1'])").map((node) => `${node.tagName} ${nameOf(node)}`),
  /** Begin a walk by Tab before all of the page, or behind it. */
  begin(behind) {
    seen = new Set();
    const start = document.createElement("button");
    document.body[behind ? "append" : "prepend"](start);
    start.focus();
    start.remove();
  },
  /** The next stop of the walk and what is wrong with the focus there; null inside a film's controls, "" at the end. */
  step() {
    const node = document.activeElement;
    if (node === document.body) return "";
    // From below, a film's own controls come before it.
    if (node.matches("video, audio") && (seen.has(node) || !node.matches(":focus-visible"))) return null;
    if (seen.has(node)) return "";
    seen.add(node);
    return [`${node.tagName} ${nameOf(node)}`, accessibility.focus()];
  },
};
