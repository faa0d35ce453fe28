// What a screen reader would say: every change inside a live region, as browsers tell it, unless a nearer one is off.

const LIVE = "[role=status], [role=alert], [role=log], [role=timer], [aria-live]";

/** The region that speaks for this node, or null where none does. */
function speaker(node) {
  const region = (node.nodeType === 1 ? node : node.parentElement)?.closest(LIVE);
  return region && region.ariaLive !== "off" && region.role !== "timer" ? region : null;
}

const said = (region) => region.textContent.replace(/\s+/g, " ").trim();

/** Listen below a node; `heard` fills up with what is said, one entry for each turn in which a region changes. */
window.listen = (root) => {
  const heard = [];
  new MutationObserver((changes) => {
    const regions = new Set();
    for (const { target, type, addedNodes } of changes) {
      const region = speaker(target);
      // Only what is new or different is said (aria-relevant), and what comes with its region isn't.
      if (region?.isConnected && (type === "characterData" || [...addedNodes].some((node) => node.textContent.trim()))) regions.add(region);
    }
    for (const region of regions) heard.push(said(region));
  }).observe(root, { subtree: true, childList: true, characterData: true });
  return heard;
};
