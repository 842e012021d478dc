/** A request to Graph, as data. Key credentials in its body have no `key`: a new read adds it when the request is sent. */
export interface GraphWrite {
  readonly method: 'PATCH' | 'POST' | 'PUT';
  /** Relative to the version, for example `/applications/{id}`. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}
