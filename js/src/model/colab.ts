// What Colab gives to the frame of an output.

type Colab = {
  kernel?: { accessAllowed?: boolean };
  output?: { setIframeHeight?: (height: number, mayGrow: boolean, limits: { maxHeight: number }) => void };
};

/** Outputs are cut at 1000 px otherwise; a page of a gallery is longer. */
const MAX_HEIGHT_PX = 5000;

export const colab = () => (globalThis as { google?: { colab?: Colab } }).google?.colab;

/** For style sheets, which can't ask. */
export const hostName = () => (colab() ? "colab" : undefined);

/** Let the frame grow with what it shows. */
export const growFrame = () => colab()?.output?.setIframeHeight?.(0, true, { maxHeight: MAX_HEIGHT_PX });
