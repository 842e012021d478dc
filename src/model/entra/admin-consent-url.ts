import type { Cloud } from './clouds.js';

/**
 * Where an administrator of a tenant lets an app in, with every permission that it asks for, those of before included.
 * Source: Microsoft identity platform, admin consent endpoint.
 */
export function adminConsentUrl({ authority }: Pick<Cloud, 'authority'>, tenantId: string, clientId: string): string {
  return `${authority}/${tenantId}/adminconsent?client_id=${clientId}`;
}
