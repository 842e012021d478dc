/**
 * The address of a finding on the review page; ids are encoded, names never enter it.
 * @param publicUrl where the page lives, the setting PUBLIC_URL
 */
export function findingUrl(publicUrl: string, findingId: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/findings/${encodeURIComponent(findingId)}`;
}
