import { consent, other, password, type Row, request, symmetricKey } from './aadsts-rows.js';

/**
 * The root causes of AADSTS50000.
 * Source: Microsoft Learn, "AADSTS50000: There was an error issuing a token", which lists these five.
 */
export const rootCauses = ['password', 'request', 'consent', 'symmetric-key', 'application-only-resource'] as const;
export type RootCause = (typeof rootCauses)[number];

/** What an error code of the token service means. */
export interface AadstsCode {
  /** One sentence, ends with a period. */
  readonly meaning: string;
  /** `other` where it has none of the root causes of AADSTS50000. */
  readonly causes: readonly (RootCause | 'other')[];
  /** One sentence: what to check first. */
  readonly lookAt: string;
}

/** Every root cause can raise this code, so it needs a diagnosis. */
const tokenIssuance: AadstsCode = {
  meaning: 'There was an error issuing a token.',
  causes: ['password', 'request', 'consent', 'symmetric-key', 'application-only-resource'],
  lookAt: 'Run the diagnosis again with --user and --request of the failed sign-in.',
};

/** The codes of failed sign-ins, by `AADSTS` and digits. */
export const aadstsCodes: Readonly<Record<string, AadstsCode>> = {
  AADSTS50000: tokenIssuance,
  ...rows(password, 'password'),
  ...rows(request, 'request'),
  ...rows(consent, 'consent'),
  ...rows(symmetricKey, 'symmetric-key'),
  ...rows(other, 'other'),
};

/**
 * Finds the code in `AADSTS50000`, in `50000`, or in the whole text of an error. Nothing else of the text is kept. A letter
 * beside the digits is a typing error: the code is then unknown.
 * @returns `AADSTS` and digits; undefined where there is no code
 */
export function aadstsCodeIn(text: string): string | undefined {
  const patterns = [
    /AADSTS\s*(\d{4,8})(?![\p{L}\d_])/iu,
    /^[^\p{L}\d_]{0,3}(\d{4,8})[^\p{L}\d_]{0,3}$/u,
    /"error_?codes?"\s*:\s*\[?\s*"?(\d{4,8})(?!\d)/i,
    /\berror\s*code\W{1,5}(\d{4,8})(?!\d)/i,
  ];
  const digits = patterns.map((pattern) => pattern.exec(text.trim())?.[1]).find((found) => found !== undefined);
  return digits && `AADSTS${digits}`;
}

function rows(of: readonly Row[], cause: RootCause | 'other'): Record<string, AadstsCode> {
  return Object.fromEntries(
    of.map(([code, meaning, lookAt]) => [`AADSTS${code}`, { meaning, causes: [cause], lookAt }]),
  );
}
