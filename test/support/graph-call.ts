/** The parts of a request to Graph that name it. */
export interface GraphRequestParts {
  readonly method: string;
  /** Below the version. */
  readonly path: string;
  readonly query: string;
}

/**
 * Names a request to Graph without its ids, so that the same operation has the same name in every run:
 * `GET /domains`, `GET /servicePrincipals?$filter=appId eq '*'`. Selected properties and page sizes are
 * left out; the pages after the first have a name of their own.
 */
export function graphCall({ method, path, query }: GraphRequestParts): string {
  const parameters = new URLSearchParams(query);
  const filter = parameters.get('$filter');
  const kept = [
    ...(filter === null ? [] : [`$filter=${withoutIds(filter)}`]),
    ...(parameters.has('$skiptoken') ? ['$skiptoken'] : []),
  ];
  return `${method} ${withoutIds(decodeURIComponent(path))}${kept.length > 0 ? `?${kept.join('&')}` : ''}`;
}

/** A pattern for the path and query of the requests that have a name. The name's method is left out. */
export function pathOfCall(name: string): Pick<RegExp, 'test'> {
  const wanted = name.slice(name.indexOf(' ') + 1);
  return {
    test(pathAndQuery) {
      const [path = '', query = ''] = pathAndQuery.split(/\?(.*)/s);
      return graphCall({ method: '', path, query }) === ` ${wanted}`;
    },
  };
}

function withoutIds(text: string): string {
  return text
    .replace(/'[^']*'/g, "'*'")
    .replace(/('\*',\s?)+'\*'/g, "'*'")
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '*');
}
