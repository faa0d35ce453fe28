// Contrast as WCAG counts it, of every text and every mark that is on show, against what really lies behind it.

const canvas = new OffscreenCanvas(1, 1);
const pen = canvas.getContext("2d", { willReadFrequently: true });

/** What has been painted: a gallery has few colours, and asks for each of them a thousand times. */
const painted = new Map();

/** Any CSS colour as [r, g, b, a] from 0 to 1. */
function rgba(color) {
  if (!painted.has(color)) {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = color;
    pen.fillRect(0, 0, 1, 1);
    painted.set(color, [...pen.getImageData(0, 0, 1, 1).data].map((value) => value / 255));
  }
  return painted.get(color);
}

const over = ([r, g, b, a], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a)];

function ground(node) {
  const layers = [];
  for (let each = node; each; each = each.parentElement) layers.push(rgba(getComputedStyle(each).backgroundColor));
  const dark = getComputedStyle(document.querySelector(".mh-widget")).colorScheme === "dark";
  return layers.reduceRight((below, layer) => over(layer, below), dark ? [0, 0, 0] : [1, 1, 1]);
}

const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);

export function ratio(color, node) {
  const below = ground(node);
  const [high, low] = [over(rgba(color), below), below].map(luminance).sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

/** [what, ratio, wanted] of everything that falls short. */
export function tooFaint(root) {
  const found = [];
  const check = (what, color, node, wanted) => {
    const value = ratio(color, node);
    if (value < wanted) found.push([what, Math.round(value * 100) / 100, wanted]);
  };
  for (const node of root.querySelectorAll("*")) {
    if (!node.checkVisibility()) continue;
    const style = getComputedStyle(node);
    const words = [...node.childNodes].filter((child) => child.nodeType === 3 && child.data.trim());
    // What is busy or off may be faint; it says so by being faint.
    if (words.length && !node.closest("[aria-disabled]")) check(words[0].data, style.color, node, 4.5);
    if (node.tagName === "path") check(`icon in ${node.closest("[class]").parentElement.className}`, style.stroke, node, 3);
    if (node.matches("input, .mh-plain")) check(`edge of ${node.tagName}`, style.borderTopColor, node.parentElement, 3);
    if (node.matches(".mh-primary, .mh-danger")) check("face of a button", style.backgroundColor, node.parentElement, 3);
    if (node.matches(".mh-fill")) check("the bar", style.backgroundColor, node.parentElement.parentElement, 3);
  }
  return found;
}
