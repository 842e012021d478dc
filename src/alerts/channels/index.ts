import { mail } from './email/settings.js';
import { owners } from './owners/settings.js';
import { teams } from './teams/settings.js';
import { webhook } from './webhook/settings.js';

/** The channels by name, in the order in which they are served. */
export const channels = { teams, mail, owners, webhook };
