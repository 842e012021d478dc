const name = '"@odata.nextLink"';

/**
 * The next link in the unparsed body of a page, so that the next page can be requested before this one is parsed.
 *
 * A string value cannot contain the name with unescaped quotes, so the first occurrence is a member. The caller compares
 * the link with that of the parsed page.
 * @returns undefined if the body has no link, or one that only a parser reads
 */
export function nextLinkIn(bytes: Uint8Array): string | undefined {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = body.indexOf(name);
  if (at < 0) return undefined;
  const start = body.indexOf('"', at + name.length);
  if (start < 0 || body.toString('latin1', at + name.length, start).trim() !== ':') return undefined;
  const end = body.indexOf('"', start + 1);
  const text = body.toString('utf8', start + 1, Math.max(end, start + 1));
  return end < 0 || text === '' || text.includes('\\') ? undefined : text;
}
