import type {
  Application as GraphApplication,
  AppRole as GraphAppRole,
  KeyCredential as GraphKeyCredential,
  PasswordCredential as GraphPasswordCredential,
  PermissionScope as GraphPermissionScope,
  ServicePrincipal as GraphServicePrincipal,
} from '@microsoft/microsoft-graph-types';

/** One key credential. The secret `key` never enters the program: `graph/reads/parse.ts` drops it. */
export type KeyCredential = Required<
  Pick<
    GraphKeyCredential,
    'keyId' | 'type' | 'usage' | 'displayName' | 'customKeyIdentifier' | 'startDateTime' | 'endDateTime'
  >
>;

/** One password credential. The secrets `secretText` and `hint` never enter the program. */
export type PasswordCredential = Required<
  Pick<GraphPasswordCredential, 'keyId' | 'displayName' | 'startDateTime' | 'endDateTime'>
>;

interface Credentials {
  keyCredentials: readonly KeyCredential[];
  passwordCredentials: readonly PasswordCredential[];
}

/** An application of Graph as the program reads it: collections are never null, and keys have no secret. */
export type WholeApplication = Identified &
  Credentials & {
    /** The derived type of Graph, for example `agentIdentityBlueprint`; undefined for an ordinary application. */
    subtype?: string;
    /** Not in the type package: an owner or an administrator has deactivated the application. */
    isDisabled?: boolean | null;
  } & Omit<GraphApplication, keyof Credentials | keyof Identified>;

/** A delegated permission that an API publishes; of its texts only the value is kept. */
export type PublishedScope = Required<Pick<GraphPermissionScope, 'id' | 'value' | 'type' | 'isEnabled'>>;

/** An app role that an API publishes; an application permission if `allowedMemberTypes` includes applications. */
export type PublishedAppRole = Required<Pick<GraphAppRole, 'id' | 'value' | 'isEnabled' | 'allowedMemberTypes'>>;

interface Published {
  oauth2PermissionScopes: readonly PublishedScope[];
  appRoles: readonly PublishedAppRole[];
}

/** A service principal of Graph, under the same conditions. */
export type WholeServicePrincipal = Identified &
  Credentials &
  Partial<Published> &
  Omit<GraphServicePrincipal, keyof Credentials | keyof Published | keyof Identified>;

/** What every read returns, whatever the rules select. */
export interface Identified {
  /** The object id. */
  id: string;
  appId: string;
  /** Untrusted text: escape it wherever it is shown. */
  displayName: string;
}

export type ApplicationProperty = Exclude<keyof WholeApplication & string, keyof Identified | 'subtype'>;
export type ServicePrincipalProperty = Exclude<keyof WholeServicePrincipal & string, keyof Identified>;

/** An application object with the selected properties and no others. */
export type Application<P extends ApplicationProperty = never> = Pick<
  WholeApplication,
  keyof Identified | 'subtype' | P
>;

/** A service principal with the selected properties and no others. */
export type ServicePrincipal<P extends ServicePrincipalProperty = never> = Pick<
  WholeServicePrincipal,
  keyof Identified | P
>;

/**
 * The application and the service principal of one `appId` in the tenant. An undefined member does not exist in the
 * tenant: where the directory could not be read, no rule runs.
 */
export interface App<A extends ApplicationProperty = never, S extends ServicePrincipalProperty = never> {
  readonly appId: string;
  readonly application: Application<A> | undefined;
  readonly servicePrincipal: ServicePrincipal<S> | undefined;
}
