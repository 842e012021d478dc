import { isGuid } from '../entra/guid.js';

/** A manual fix in the three forms that administrators use. It contains ids and no names, so that it is safe to copy. */
export interface ManualFix {
  /** The path in the Entra admin center: menus and buttons, separated by ` > `. */
  readonly portal: string;
  /** Commands of the modules Microsoft.Entra and Microsoft.Graph, one per line. */
  readonly powershell: readonly string[];
  /** Requests to Microsoft Graph v1.0, in their order. */
  readonly graph: readonly GraphRequestForm[];
}

/** A request as a person sends it, for example with Graph Explorer. */
export interface GraphRequestForm {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Relative to the version, for example `/applications/{id}`. */
  readonly path: string;
  /** Values in angle brackets are for the person to fill in. */
  readonly body?: Readonly<Record<string, unknown>>;
}

/** The facts about a finding that a manual fix depends on. */
export interface ManualFixFacts {
  readonly on: string;
  readonly objectId: string;
  readonly appId: string;
  readonly key: string;
  readonly evidence: Readonly<Record<string, unknown>>;
}

/** A GUID of a finding, or a placeholder: a command contains no other value. */
export function guidOr(value: unknown, placeholder: string): string {
  return typeof value === 'string' && isGuid(value) ? value : placeholder;
}

/** A request as one line of text. The root of Graph depends on the cloud. */
export function graphRequestText({ method, path, body }: GraphRequestForm): string {
  return `${method} /v1.0${path}${body ? ` ${JSON.stringify(body)}` : ''}`;
}

interface WithManualFix {
  readonly id: string;
  manualFix?(finding: ManualFixFacts): ManualFix;
}

/** The manual fix of a finding; undefined where its rule has none. */
export function manualFixOf(
  rules: readonly WithManualFix[],
  finding: ManualFixFacts & { readonly ruleId: string },
): ManualFix | undefined {
  return rules.find(({ id }) => id === finding.ruleId)?.manualFix?.(finding);
}

/** Paths in the Entra admin center. Source: Microsoft Learn, how-to articles of the admin center, 2026. */
export const portalPaths = {
  appRegistration: (appId: string) => `Entra admin center > Entra ID > App registrations > All applications > ${appId}`,
  enterpriseApp: (appId: string) => `Entra admin center > Entra ID > Enterprise apps > All applications > ${appId}`,
} as const;
