/** Put in by the build. */
declare const VERSION: string | undefined;

/** The version of the package; `development` where the sources run unbuilt, as in tests. */
export const version: string = typeof VERSION === 'undefined' ? 'development' : VERSION;
