/** A scan may always resolve this many: a small tenant must be able to clean up. */
const alwaysAllowed = 10;

/**
 * Whether a scan would resolve so much that a fault of ours, or of Graph, is likelier than a clean-up.
 * @param live findings that stood before the scan, suppressed ones included
 * @param resolving how many of them the scan would resolve
 * @param maxPercent 0 to 100, the setting MAX_RESOLVED_PERCENT
 */
export function exceedsResolutionLimit(live: number, resolving: number, maxPercent: number): boolean {
  return resolving > alwaysAllowed && resolving * 100 > live * maxPercent;
}
