// Whether the kernel is still there, where the host doesn't say.

/** Silence after which the kernel is asked, and silence after the question: together less than ten seconds. */
const SILENCE_MS = 4000;
const ANSWER_MS = 5000;

export type Liveness = {
  isGone(): boolean;
  /** Somebody did something: an answer of any kind is due. */
  expect(): void;
  /** Something came from the kernel, however late: a busy one is not gone. */
  heard(): void;
  /** The host could not send. */
  failed(): void;
};

/** `ask` sends a question that every kernel answers; `onChange` hears that the kernel went, or is back. */
export function createLiveness(ask: () => void, onChange: () => void): Liveness {
  let gone = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function settle(isGone: boolean) {
    clearTimeout(timer);
    timer = undefined;
    if (gone === isGone) return;
    gone = isGone;
    onChange();
  }

  return {
    isGone: () => gone,
    expect() {
      timer ??= setTimeout(() => {
        timer = setTimeout(() => settle(true), ANSWER_MS);
        ask();
      }, SILENCE_MS);
    },
    heard: () => settle(false),
    failed: () => settle(true),
  };
}
