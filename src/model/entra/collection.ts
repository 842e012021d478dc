/** A collection of Graph that a scan lists, by its name in the path. */
export type Collection = 'applications' | 'servicePrincipals';

/** For the reader. */
export const collectionNames: Readonly<Record<Collection, string>> = {
  applications: 'applications',
  servicePrincipals: 'service principals',
};
