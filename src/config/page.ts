import { z } from 'zod';
import { isHttps, isLoopback } from '../settings/primitives.js';
import { setting } from '../settings/setting.js';

/** The review page. */
export const pageSettings = z.object({
  publicUrl: setting('PUBLIC_URL', {
    schema: z
      .string()
      .refine(
        (value) => (isHttps(value) || isLoopback(value)) && value.length <= 300 && !/[?#\s]/.test(value),
        'Give the https address of the review page, without a query, for example https://consentinel.azurewebsites.net.',
      )
      .transform((value) => value.replace(/\/+$/, '')),
    meaning: 'the address of the review page, for links in alerts',
  }),
  /** App Service checks the sign-in of every request and passes on who sent it. */
  authenticationEnabled: setting('WEBSITE_AUTH_ENABLED', {
    // The host reads it with Convert.ToBoolean, which ignores case and spaces around it.
    schema: z.string().transform((value) => value.trim().toLowerCase() === 'true'),
    deployed: false,
    default: false,
    defaultText: 'set by Azure',
    meaning: '`True` where App Service authentication is on. Otherwise the review page in Azure rejects every request',
  }),
});
