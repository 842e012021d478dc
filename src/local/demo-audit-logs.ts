import type { SignInFailure } from '../model/tenant/sign-in-failures.js';
import { guidOf } from '../rules/testing/cases.js';
import type { JsonObject, SimulatedTenant } from '../simulator/http/server.js';

/** Persons of the logs. The product must neither store nor show their names. */
const people = ['Adele Vance', 'Alex Wilber', 'Diego Siciliani', 'Grady Archie', 'Megan Bowen'] as const;
/** The name in the addresses of these persons. */
export const plantedPeople: readonly string[] = people;
const addressOf = (name: string) => `${name.toLowerCase().replace(' ', '.')}@woodgrove.example`;

/** A failed sign-in as Graph returns it, with the names that the real log contains. */
function signIn(appId: string, errorCode: number, person: number, minutesAgo: number, resourceId = appId): JsonObject {
  const name = people[person % people.length] ?? people[0];
  return {
    id: guidOf(`sign-in ${appId} ${errorCode} ${person} ${minutesAgo}`),
    minutesAgo,
    appId,
    appDisplayName: 'An app',
    resourceId,
    resourceDisplayName: 'An API',
    ipAddress: `198.51.100.${10 + person}`,
    clientAppUsed: 'Browser',
    isInteractive: true,
    userId: guidOf(`user ${name}`),
    userDisplayName: name,
    userPrincipalName: addressOf(name),
    status: { errorCode, failureReason: 'Other.', additionalDetails: null },
  };
}

const appIdOf = (displayName: string) => guidOf(`appId of ${displayName}`);

/** Failures of apps of the cases, and one success that no scan counts. */
const failures: readonly (readonly [displayName: string, errorCode: number, count: number, users: number])[] = [
  ['Payroll Sync', 50000, 12, 4],
  ['Expense Portal', 50000, 3, 1],
  ['Payroll Sync', 65001, 2, 2],
];

/** The failed sign-ins of cases in the form of the log. */
export function signInsOf(cases: Iterable<SignInFailure>): JsonObject[] {
  return [...cases].map(({ appId, resourceId, code }, index) =>
    signIn(appId, Number(code.replace('AADSTS', '')), index, 30 + index, resourceId ?? appId),
  );
}

/** The logs of the demo tenant: failing apps, a success, an old failure, and the change that added a symmetric key. */
export function demoAuditLogs(): Required<Pick<SimulatedTenant, 'signIns' | 'directoryAudits'>> {
  const recent = failures.flatMap(([name, code, count, users]) =>
    Array.from({ length: count }, (_, i) => signIn(appIdOf(name), code, i % users, 10 + 7 * i)),
  );
  const success = signIn(appIdOf('Canteen Menu'), 0, 0, 3);
  const old = signIn(appIdOf('Canteen Menu'), 50000, 1, 3 * 1_440);
  return { signIns: [...recent, success, old], directoryAudits: [addedSymmetricKey()] };
}

/** Source: Graph, directoryAudit; the en dash and the blank at the end of the name are those of real entries. */
function addedSymmetricKey(): JsonObject {
  const name = 'Megan Bowen';
  const keys = ['payroll-client', 'payroll'].map(
    (key) => `[KeyIdentifier=${guidOf(`key ${key}`)},KeyType=Symmetric,KeyUsage=Sign,DisplayName=]`,
  );
  return {
    id: guidOf('audit entry of payroll'),
    minutesAgo: 13 * 1_440,
    category: 'ApplicationManagement',
    activityDisplayName: 'Update application – Certificates and secrets management ',
    operationType: 'Update',
    result: 'success',
    initiatedBy: {
      user: {
        id: guidOf(`user ${name}`),
        displayName: name,
        userPrincipalName: addressOf(name),
        ipAddress: '198.51.100.77',
      },
      app: null,
    },
    targetResources: [
      {
        id: guidOf('application Payroll Sync'),
        type: 'Application',
        displayName: 'Payroll Sync',
        modifiedProperties: [
          {
            displayName: 'KeyDescription',
            oldValue: JSON.stringify(keys.slice(0, 1)),
            newValue: JSON.stringify(keys),
          },
        ],
      },
    ],
  };
}
