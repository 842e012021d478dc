import type { ReportFacts } from '../../src/reports/facts.js';
import type { FindingView } from '../../src/reports/finding-view.js';
import { count, emptySummary, type Summary } from '../../src/reports/summary.js';

export const hostileNames = [
  '<img src=x onerror=alert(1)>',
  '=HYPERLINK("http://evil")',
  '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202ename',
  '[click](http://evil) {0} "quoted" \'single\' &amp;\r\n2nd line',
] as const;

const tenantId = '0c0ffee0-7e57-4e57-8e57-0c0ffee00001';

/** A finding view with default values. */
export function aView(number: number, other: Partial<FindingView> = {}): FindingView {
  const objectId = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
  const appId = objectId.replace('4000', '4111');
  const displayName = other.displayName ?? `Payroll Sync ${number}`;
  return {
    id: number.toString(16).padStart(16, '0'),
    tenantId,
    ruleId: 'no-symmetric-signing-key',
    problem: 'Symmetric signing key',
    severity: 'high',
    on: 'application',
    objectId,
    appId,
    displayName,
    key: `key-${number}`,
    message: `${displayName} has a symmetric signing key (valid) on its application.`,
    evidence: { keyId: `key-${number}`, startDateTime: '2024-03-01T00:00:00Z', endDateTime: null, origin: 'unknown' },
    appearedAt: '2026-11-20T02:00:00.000Z',
    changedAt: '2026-11-20T02:00:00.000Z',
    status: 'open',
    portalUrl: `https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/${appId}`,
    ...other,
  };
}

const plan = {
  requests: [
    {
      method: 'PATCH' as const,
      path: '/applications/00000000-0000-4000-8000-000000000001',
      body: { keyCredentials: [{ keyId: 'kept', type: 'AsymmetricX509Cert', usage: 'Verify' }] },
    },
  ],
  irreversible: true,
  warnings: ['The key is valid today. Apps and scripts that use it will fail. Ask the owner first.'],
};

/** One finding of each kind, with every member that a finding can have. */
export const sample: readonly FindingView[] = [
  aView(1, {
    status: 'new',
    failing: { count: 12, users: 3, lastAt: '2026-11-24T01:58:00.000Z', atLeast: true },
    change: {
      at: '2026-11-20T09:00:00.000Z',
      activity: 'Add service principal credentials',
      by: { type: 'user', id: '00000000-0000-4222-8000-000000000001' },
    },
    affected: {
      readAt: '2026-11-24T02:00:00.000Z',
      owners: { count: 1, ids: ['00000000-0000-4222-8000-000000000002'] },
      assigned: { users: 2, groups: 1, servicePrincipals: 0, atLeast: true },
      appRoleAssignments: { count: 1, roles: [{ resourceId: 'resource', appRoleId: 'role' }] },
      grantedScopes: { forAllUsers: ['user.read'], forSomeUsers: true },
      claimsMappingPolicy: 'not visible',
      signIns: {
        interactiveFailures: { count: 12, users: 3, lastAt: '2026-11-24T01:58:00.000Z' },
        appOnly: 'not visible',
        onBehalfOf: 'not visible',
      },
    },
    manualFix: {
      portal: 'Entra admin center > Entra ID > App registrations > Certificates & secrets',
      powershell: ['Remove-EntraApplicationKeyCredential -ApplicationId <object id> -KeyId <key id>'],
      graph: [{ method: 'PATCH', path: '/applications/<object id>', body: { keyCredentials: [] } }],
    },
    appearedAt: '2026-11-24T02:00:00.000Z',
    remediation: {
      id: 'aaaaaaaaaaaaaaaa',
      status: 'proposed',
      planHash: 'a'.repeat(64),
      proposedAt: '2026-11-24T02:00:00.000Z',
      ...plan,
    },
  }),
  aView(2, {
    severity: 'critical',
    on: 'servicePrincipal',
    displayName: 'Loan Desk',
    remediation: {
      id: 'bbbbbbbbbbbbbbbb',
      status: 'approved',
      planHash: 'b'.repeat(64),
      proposedAt: '2026-11-20T02:00:00.000Z',
      decision: {
        author: 'ada@woodgrove.example',
        at: '2026-11-24T08:00:00.000Z',
        comment: 'Asked the owner.',
        expiresAt: '2026-12-01T08:00:00.000Z',
      },
      ...plan,
    },
  }),
  aView(3, {
    severity: 'medium',
    status: 'suppressed',
    displayName: 'Branch Portal',
    suppression: {
      reason: 'The owner looks into it.',
      author: 'ada@woodgrove.example',
      suppressedAt: '2026-11-21T08:00:00.000Z',
      until: '2026-12-21T00:00:00.000Z',
    },
    manual: {
      reason: 'The object also signs with a certificate: a mistake would break its sign-in.',
      steps: ['Ask the owner.', 'Remove the key by PATCH of keyCredentials without it.'],
    },
  }),
  aView(4, {
    ruleId: 'require-consent-route',
    problem: 'Users cannot consent or ask for consent',
    on: 'tenant',
    objectId: tenantId,
    appId: '',
    key: '',
    displayName: 'Woodgrove Bank',
    message: 'Users of Woodgrove Bank cannot consent to apps, and the admin consent workflow is off.',
    evidence: { usersMayConsent: false, workflowEnabled: false, reviewers: 0 },
    portalUrl: 'https://entra.microsoft.com/#view/Microsoft_AAD_IAM/ConsentPoliciesMenuBlade/~/UserSettings',
    remediation: {
      id: 'cccccccccccccccc',
      status: 'failed',
      planHash: 'c'.repeat(64),
      proposedAt: '2026-11-20T02:00:00.000Z',
      decision: { author: 'ada@woodgrove.example', at: '2026-11-24T08:00:00.000Z' },
      attempt: { owner: 'worker:1', startedAt: '2026-11-24T08:05:00.000Z', requestIds: ['r1'] },
      outcome: 'Graph refused the request: Authorization_RequestDenied. Grant the permission and approve again.',
      requests: [
        { method: 'PUT', path: '/policies/adminConsentRequestPolicy', body: { isEnabled: true, reviewers: [1, 2] } },
      ],
      irreversible: false,
      warnings: [],
    },
  }),
  aView(5, { status: 'resolved', resolvedAt: '2026-11-23T02:00:00.000Z', displayName: 'Old Mailer', key: '' }),
  aView(6, { ruleId: 'no-longer-a-rule', problem: 'no-longer-a-rule', severity: 'low', displayName: '' }),
  ...hostileNames.map((name, i) => aView(10 + i, { displayName: name, evidence: { label: name } })),
];

export const facts: ReportFacts = {
  tenantId,
  generatedAt: '2026-11-24T09:30:00.000Z',
  version: '1.2.3',
  rules: [
    {
      id: 'no-symmetric-signing-key',
      title: 'Applications and service principals sign tokens with certificates only',
      problem: 'Symmetric signing key',
      severity: 'high',
      codes: ['AADSTS50000'],
      helpUri: 'https://login.microsoftonline.com/error?code=50000',
    },
    {
      id: 'require-consent-route',
      title: 'Users can consent to apps or request consent from an administrator',
      problem: 'Users cannot consent or ask for consent',
      severity: 'high',
      codes: ['AADSTS90094', 'AADSTS65001'],
      helpUri: 'https://login.microsoftonline.com/error?code=90094',
    },
  ],
  scan: {
    id: 's1',
    status: 'incomplete',
    startedAt: '2026-11-24T02:00:00.000Z',
    finishedAt: '2026-11-24T02:03:00.000Z',
    counts: { applications: 12_345, servicePrincipals: 1 },
    heldBack: 12,
    notExamined: [
      {
        ruleId: 'require-consent-route',
        reason: 'Graph refused GET /policies/authorizationPolicy. Grant Policy.Read.All with admin consent.',
      },
    ],
    errors: [{ code: 'permission-missing', message: 'Graph refused the request (403). Grant Policy.Read.All.' }],
  },
};

/** The facts after a complete scan without errors. */
export const completeFacts: ReportFacts = {
  ...facts,
  scan: {
    id: 's2',
    status: 'complete',
    startedAt: '2026-11-24T02:00:00.000Z',
    counts: { applications: 3, servicePrincipals: 4 },
    heldBack: 0,
    notExamined: [],
    errors: [],
  },
};

/** Findings as a store returns them, one at a time. */
export async function* stream(findings: Iterable<FindingView>): AsyncGenerator<FindingView> {
  yield* findings;
}

/** A report as one text. */
export async function whole(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) text += piece;
  return text;
}

export function summaryOf(findings: readonly FindingView[]): Summary {
  const summary = emptySummary();
  for (const finding of findings) count(summary, finding);
  return summary;
}
