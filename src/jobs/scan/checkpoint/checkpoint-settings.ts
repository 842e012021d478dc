/** When a scan stores checkpoints. */
export interface CheckpointSettings {
  /** A tenant with fewer objects of both kinds is scanned without checkpoints: about 20 pages. @default 20000 */
  readonly leastObjects: number;
  /**
   * Milliseconds. If Graph has answered faster when the listings begin, the scan has no checkpoints: reading a page again then
   * takes no longer than recording it. @default 20
   */
  readonly leastLatency: number;
  /** A checkpoint after this share of the pages, at least `leastPages`. @default 0.02 */
  readonly shareOfPages: number;
  readonly leastPages: number;
  /** A checkpoint after this time, if a page was read. @default 10 */
  readonly seconds: number;
  /** After this time from the first start, a scan ends instead of continuing. @default 24 */
  readonly hours: number;
}

export const defaultCheckpoints: CheckpointSettings = {
  leastObjects: 20_000,
  leastLatency: 20,
  shareOfPages: 0.02,
  leastPages: 2,
  seconds: 10,
  hours: 24,
};
