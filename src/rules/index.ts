import type { Rule } from '../model/rule.js';
import { noSymmetricSigningKey } from './no-symmetric-signing-key/rule.js';
import { requireConsentRoute } from './require-consent-route/rule.js';
import { requireServicePrincipal } from './require-service-principal/rule.js';

/** Every rule, one sorted line each. */
export const rules: readonly Rule[] = [noSymmetricSigningKey, requireConsentRoute, requireServicePrincipal];
