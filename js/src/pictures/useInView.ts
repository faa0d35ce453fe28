import type { RefObject } from "preact";
import { useLayoutEffect } from "preact/hooks";

/** How far beyond the viewport a picture is loaded, so that it is there when it is scrolled to. */
const MARGIN = "50%";

/** Call back once the element comes near the viewport; once again where the reasons have changed. */
export function useInView(ref: RefObject<Element | null>, onShow: () => void, reasons: readonly unknown[]) {
  useLayoutEffect(() => {
    if (!ref.current) return;
    // As in filmBudget.ts: where the notebook scrolls and not the window, only scrollMargin reaches beyond it.
    const margins = { rootMargin: MARGIN, scrollMargin: MARGIN };
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      observer.disconnect();
      onShow();
    }, margins);
    observer.observe(ref.current);
    return () => observer.disconnect();
  }, reasons);
}
