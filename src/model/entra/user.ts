import type { User as GraphUser } from '@microsoft/microsoft-graph-types';

/** The properties of a user that decide on a sign-in; Graph returns them only when they are selected. */
export const userProperties = [
  'id',
  'userPrincipalName',
  'accountEnabled',
  'userType',
  'lastPasswordChangeDateTime',
  'passwordPolicies',
  'signInSessionsValidFromDateTime',
  'onPremisesSyncEnabled',
  'onPremisesLastSyncDateTime',
  'onPremisesProvisioningErrors',
] as const;

/** A provisioning error without the value that caused it. Source: Graph, onPremisesProvisioningError. */
export interface ProvisioningError {
  readonly category: string | null;
  readonly propertyCausingError: string | null;
  readonly occurredDateTime: string | null;
}

type Scalar = Exclude<(typeof userProperties)[number], 'id' | 'userPrincipalName' | 'onPremisesProvisioningErrors'>;

/** The properties of a user that decide on a sign-in; null where Graph returns none. */
export type User = Required<Pick<GraphUser, Scalar>> & {
  readonly id: string;
  /** Untrusted text: escape it wherever it is shown. */
  readonly userPrincipalName: string;
  readonly onPremisesProvisioningErrors: readonly ProvisioningError[];
};
