import type { ApplicationProperty, ServicePrincipalProperty } from '../../model/entra/app.js';

/** A question about Graph that the documentation leaves open, and how the tenant answered it. No ids and no names. */
export interface LiveAnswer {
  readonly question: string;
  /** A short answer, for example `yes` or `403 Authorization_RequestDenied`. */
  readonly answer: string;
  /** What the answer is based on: counts, names of properties, permissions and headers. */
  readonly details: readonly string[];
}

/** The properties that the rules read. */
export interface ProbedProperties {
  readonly application: readonly ApplicationProperty[];
  readonly servicePrincipal: readonly ServicePrincipalProperty[];
}

/** Asks a live tenant with read-only requests. */
export interface LiveProbe {
  /** A question that Graph refuses has the refusal as its answer. @throws ConsentinelError `credential-missing`, `aborted` */
  ask(properties: ProbedProperties, signal?: AbortSignal): Promise<readonly LiveAnswer[]>;
}

/** An application that a proof creates and deletes. */
export interface ThrowawayApplication {
  readonly id: string;
  readonly appId: string;
}

/** Creates and deletes applications for a proof, with the identity that writes. */
export interface ThrowawayApplications {
  /** Creates an application with a certificate and a symmetric signing key of its own; their secrets are not kept. */
  create(displayName: string, signal?: AbortSignal): Promise<ThrowawayApplication>;
  /** Deletes it. An application that does not exist any more is no error. */
  delete(id: string, signal?: AbortSignal): Promise<void>;
}
