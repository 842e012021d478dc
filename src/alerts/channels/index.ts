import { mail } from './email/descriptor.js';
import { owners } from './owners/descriptor.js';

import { sentinel } from './sentinel/descriptor.js';
import { slack } from './slack/descriptor.js';
import { teams } from './teams/descriptor.js';
import { webhook } from './webhook/descriptor.js';

/** The channels by name, in the order in which they are served. */
export const channels = { teams, slack, mail, owners, webhook, sentinel };
