import { z } from 'zod';
import { setting } from '../settings/setting.js';

const leastBytes = 32;

/** How the stored copies of listed objects are authenticated. */
export const inventorySettings = z.object({
  key: setting('INVENTORY_KEY', {
    schema: z
      .string()
      .refine(
        isKey,
        `Give at least ${leastBytes} random bytes in base64, for example the output of \`openssl rand -base64 48\`.`,
      ),
    secret: true,
    meaning:
      'key that authenticates the checkpoints of scans: at least 32 random bytes in base64. In Azure the deployment creates it. A local installation uses `.consentinel/inventory-key`. Without a key, a scan that was stopped starts over',
  }),
});

function isKey(value: string): boolean {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(value) && Buffer.from(value, 'base64').length >= leastBytes;
}
