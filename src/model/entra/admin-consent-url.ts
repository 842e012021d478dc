import type { Cloud } from './clouds.js';

/**
 * Where an administrator of a tenant grants an app all permissions that it requests, the earlier ones included.
 * Source: Microsoft identity platform, admin consent endpoint.
 */
export function adminConsentUrl({ authority }: Pick<Cloud, 'authority'>, tenantId: string, clientId: string): string {
  return `${authority}/${tenantId}/adminconsent?client_id=${clientId}`;
}
