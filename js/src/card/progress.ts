// Time elapsed against the time such renders usually take: no percentage is known, and none is claimed. Pure.

/**
 * How much of the bar is filled after `elapsed_s` where `usual_s` is usual: straight to 0.8 at the usual time, then ever
 * slower towards 0.96, so that it never reaches the end before the film does.
 */
export function filledShare(elapsed_s: number, usual_s: number): number {
  const x = elapsed_s / usual_s;
  return x < 1 ? 0.8 * x : 0.96 - 0.16 / (5 * x - 4);
}
