import { z } from 'zod';
import { isHttps, isLoopback } from '../settings/primitives.js';
import { setting } from '../settings/setting.js';

export const auditSettings = z.object({
  anchorContainerUrl: setting('AUDIT_ANCHOR_CONTAINER_URL', {
    schema: z
      .string()
      .refine(
        (value) => isHttps(value) || isLoopback(value),
        'Give the https URL of a blob container, as the storage account shows it under Containers > Properties.',
      )
      .transform((value) => value.replace(/\/+$/, '')),
    defaultText: '`audit-anchors` in the data account',
    meaning:
      'blob container for the anchors of the audit trail, also in another account. An immutability policy protects them',
  }),
});
