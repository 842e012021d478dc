/** A scan may always resolve this many findings, so that a small tenant can clean up. */
const alwaysAllowed = 10;

/**
 * The safety limit: whether a scan would resolve so many findings that a fault of this program or of Graph is more
 * likely than a clean-up.
 * @param live findings that were open before the scan, suppressed ones included
 * @param resolving how many of them the scan would resolve
 * @param maxPercent 0 to 100, the setting MAX_RESOLVED_PERCENT
 */
export function exceedsResolutionLimit(live: number, resolving: number, maxPercent: number): boolean {
  return resolving > alwaysAllowed && resolving * 100 > live * maxPercent;
}
