import type {
  Application as GraphApplication,
  AppRole as GraphAppRole,
  KeyCredential as GraphKeyCredential,
  PasswordCredential as GraphPasswordCredential,
  PermissionScope as GraphPermissionScope,
  ServicePrincipal as GraphServicePrincipal,
} from '@microsoft/microsoft-graph-types';

/** One credential of kind key. The secret member `key` never enters the program (`graph/parse.ts` drops it). */
export type KeyCredential = Required<
  Pick<
    GraphKeyCredential,
    'keyId' | 'type' | 'usage' | 'displayName' | 'customKeyIdentifier' | 'startDateTime' | 'endDateTime'
  >
>;

/** One credential of kind password. The secret members `secretText` and `hint` never enter the program. */
export type PasswordCredential = Required<
  Pick<GraphPasswordCredential, 'keyId' | 'displayName' | 'startDateTime' | 'endDateTime'>
>;

interface Credentials {
  keyCredentials: readonly KeyCredential[];
  passwordCredentials: readonly PasswordCredential[];
}

/** What Graph calls an application, as far as the program reads it: collections are never null, keys never secret. */
export type WholeApplication = Identified & Credentials & Omit<GraphApplication, keyof Credentials | keyof Identified>;

/** A delegated permission that an API publishes; of its many texts only the value is kept. */
export type PublishedScope = Required<Pick<GraphPermissionScope, 'id' | 'value' | 'type' | 'isEnabled'>>;

/** A role that an API publishes; an application permission where applications are among its `allowedMemberTypes`. */
export type PublishedAppRole = Required<Pick<GraphAppRole, 'id' | 'value' | 'isEnabled' | 'allowedMemberTypes'>>;

interface Published {
  oauth2PermissionScopes: readonly PublishedScope[];
  appRoles: readonly PublishedAppRole[];
}

/** What Graph calls a servicePrincipal, under the same terms. */
export type WholeServicePrincipal = Identified &
  Credentials &
  Partial<Published> &
  Omit<GraphServicePrincipal, keyof Credentials | keyof Published | keyof Identified>;

/** What every read brings along, whatever the rules select. */
export interface Identified {
  /** The object id. */
  id: string;
  appId: string;
  /** Written by strangers: escape it wherever it is shown. */
  displayName: string;
}

export type ApplicationProperty = Exclude<keyof WholeApplication & string, keyof Identified>;
export type ServicePrincipalProperty = Exclude<keyof WholeServicePrincipal & string, keyof Identified>;

/** An application object with the selected properties and no others. */
export type Application<P extends ApplicationProperty = never> = Pick<WholeApplication, keyof Identified | P>;

/** A service principal with the selected properties and no others. */
export type ServicePrincipal<P extends ServicePrincipalProperty = never> = Pick<
  WholeServicePrincipal,
  keyof Identified | P
>;

/**
 * What one `appId` means in the tenant. A member that is undefined was looked for and is not there: where the
 * directory could not be read, rules are not asked at all.
 */
export interface App<A extends ApplicationProperty = never, S extends ServicePrincipalProperty = never> {
  readonly appId: string;
  readonly application: Application<A> | undefined;
  readonly servicePrincipal: ServicePrincipal<S> | undefined;
}
