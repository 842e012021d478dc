/**
 * Whether a path means the same to every server that routes it: no dot segments, no doubled or reversed slashes, and no
 * encoded dots or slashes, also encoded twice. App Service authentication, the Functions host and this program each compare
 * paths.
 * @param target of a request, as it was sent
 */
export function hasNormalPath(target: string): boolean {
  const [path = ''] = target.split(/[?#]/, 1);
  if (/\\|\/\/|%(25)*(2e|2f|5c)/i.test(path)) return false;
  return !path.split('/').some((segment) => segment === '.' || segment === '..');
}
