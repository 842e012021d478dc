import type { TransferReport } from '../../jobs/ports/index.js';
import { ConsentinelError } from '../../model/errors.js';
import type { TransferRow } from './row-kinds.js';
import { TextHash, TransferCheck } from './transfer-check.js';
import type { TransferEnd, TransferHeader } from './transfer-format.js';

/** Characters of a chunk of text. */
const chunkLength = 64_000;

/**
 * The text of a file, in chunks. The rows are checked as an import checks them, so that a file that exists can be imported.
 * @param onEnd called before the last chunk
 * @throws ConsentinelError `transfer-refused` for a broken audit chain, and as `TransferCheck.add`
 */
export async function* transferText(
  header: TransferHeader,
  rows: AsyncIterable<TransferRow>,
  withBrokenTrail: boolean,
  onEnd: (report: TransferReport) => void,
): AsyncGenerator<string> {
  const hash = new TextHash();
  const check = new TransferCheck(header.tenantIds);
  let text = `${JSON.stringify(header)}\n`;
  for await (const row of rows) {
    check.add(row);
    text += `${JSON.stringify(row)}\n`;
    if (text.length < chunkLength) continue;
    hash.add(text);
    yield text;
    text = '';
  }
  check.end();
  const { faults, tenants, rows: count } = check;
  requireIntact(faults, withBrokenTrail);
  hash.add(text);
  const end: TransferEnd = { end: true, rows: count, sha256: hash.digest() };
  onEnd({ rows: count, sha256: end.sha256, tenants, faults });
  yield `${text}${JSON.stringify(end)}\n`;
}

/** @throws ConsentinelError `transfer-refused` */
export function requireIntact(faults: readonly string[], withBrokenTrail: boolean): void {
  if (faults.length === 0 || withBrokenTrail) return;
  throw new ConsentinelError(
    'transfer-refused',
    `The audit trail is broken. ${faults.join(' ')}`,
    'Find out who changed it. If another process wrote at the same time, run the command again. --with-broken-trail moves it as it is; verify-audit then reports the same break in the target.',
  );
}
