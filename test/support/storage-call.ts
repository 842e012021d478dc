/**
 * Names a request to storage without its ids, so that the same operation has the same name in every run:
 * `GET /scans(PartitionKey='*',RowKey='lease')`, `DELETE /alerts/messages/*`. A transaction is named after its distinct
 * operations: `POST /$batch: PUT /findings(…), POST /findings`.
 * @param url path and query, with the account name in front
 */
export function storageCall(method: string, url: string, body: string): string {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const path = withoutIds(decodeURIComponent(pathname));
  if (path === '/$batch') return `${method} ${path}: ${operationsIn(body).join(', ')}`;
  const kept = keptParameters.flatMap((name) => {
    const value = searchParams.get(name);
    return value === null ? [] : `${name}=${withoutIds(value)}`;
  });
  const next = [...searchParams.keys()].some((name) => /^Next(Partition|Row)Key$/i.test(name)) ? ['next'] : [];
  const query = [...kept, ...next].join('&');
  return `${method} ${path}${query && `?${query}`}`;
}

/** The parameters that select another operation or other rows. */
const keptParameters = ['comp', 'peekonly', '$filter'];

function operationsIn(body: string): string[] {
  const lines = [...body.matchAll(/^(POST|PUT|PATCH|MERGE|DELETE) (\S+) HTTP/gm)];
  return [...new Set(lines.map(([, method = '', url = '']) => storageCall(method, url, '')))];
}

function withoutIds(text: string): string {
  return text
    .replace(/^\/(devstoreaccount1|consentinel)(?=\/|$)/, '')
    .replace(/^\/t([0-9a-f]{12}|[0-9a-f]{10})(?=[a-z])/, '/')
    .replace(/'([^']*)'/g, (_, key: string) => `'${keyKind(key)}'`)
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '*');
}

/** A key without its ids: `lease`, `finding_*`, `*`. */
function keyKind(key: string): string {
  if (/^[a-z]+(-[a-z]+)*$/.test(key)) return key;
  return `${/^[a-z]+_/.exec(key)?.[0] ?? ''}*`;
}
