import { z } from 'zod';
import { guidPattern } from '../model/entra/guid.js';
import type { Fault } from '../settings/fault.js';
import { isHttps, isLoopback } from '../settings/primitives.js';
import { setting } from '../settings/setting.js';
import { parsePublicKeys } from './public-keys.js';

/** `https://{vault}/keys/{name}/{version}`. */
const keyUrl = z
  .string()
  .refine(
    (value) => (isHttps(value) || isLoopback(value)) && /^\/keys\/[A-Za-z0-9-]+\/[0-9a-f]{32}$/.test(pathOf(value)),
    'Give the identifier of a Key Vault key with its version, for example https://my-vault.vault.azure.net/keys/approvals/0123456789abcdef0123456789abcdef.',
  );

const publicKeys = z.string().transform((text, context): readonly string[] => {
  const parsed = parsePublicKeys(text);
  if (parsed.keys.length > 0 && !parsed.fault) return parsed.keys;
  const remedy =
    'Give the public keys of approvals (EC, P-256): a JWK set as JSON, or each key as SPKI PEM in base64, separated by commas.';
  context.addIssue({ code: 'custom', message: parsed.fault ? `${parsed.fault} ${remedy}` : remedy });
  return z.NEVER;
});

/** Who signs approvals, how they are verified, and how many a plan needs. */
export const approvalSettings = z.object({
  signingKey: setting('APPROVAL_SIGNING_KEY', {
    schema: keyUrl,
    meaning:
      'identifier, with version, of the Key Vault key that signs approvals (EC, P-256). For the web app only. A local installation signs with `.consentinel/approval-key.pem`',
  }),
  publicKeys: setting('APPROVAL_PUBLIC_KEYS', {
    schema: publicKeys,
    // Not a secret, but a private key could be pasted here by mistake.
    secret: true,
    default: [],
    meaning:
      'public keys that verify approvals: a JWK set as JSON, or SPKI PEM in base64, separated by commas. In Azure, Consentinel executes nothing without them',
  }),
  required: setting('APPROVALS_REQUIRED', {
    schema: z
      .enum(['1', '2'], 'Give 1, or 2 for two different people.')
      .transform((text): 1 | 2 => (text === '2' ? 2 : 1)),
    default: 1,
    meaning:
      'how many people must approve a plan. With 2, one of them must not own the affected app. The web app and the remediator need the same value',
  }),
  webClientId: setting('WEB_CLIENT_ID', {
    schema: z
      .string()
      .refine(
        (value) => guidPattern.test(value) || /^(api|https):\/\/[^\s?#]{1,250}$/.test(value),
        'Give the application (client) id of the app registration of the review page, or its application ID URI.',
      )
      .transform((value) => value.replace(/\/+$/, '')),
    meaning:
      'client id or application ID URI of the app registration of the review page. The command line needs it to approve through `PUBLIC_URL`',
  }),
});

export type ApprovalSettings = z.output<typeof approvalSettings>;

/** A key on this machine belongs to a simulator, and a real key must not be used with a simulated directory. */
export function approvalFaults({ signingKey }: ApprovalSettings, simulated: boolean): Fault[] {
  if (!signingKey || isLoopback(signingKey) === simulated) return [];
  const remedy = simulated
    ? 'Graph is simulated, and real tokens are not permitted: give the key of the simulator, or remove the setting.'
    : 'A key on this machine needs a simulated Graph. Give the https identifier of the key.';
  return [{ setting: 'APPROVAL_SIGNING_KEY', value: JSON.stringify(signingKey), remedy }];
}

function pathOf(value: string): string {
  return URL.canParse(value) ? new URL(value).pathname : '';
}
