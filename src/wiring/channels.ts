import { createChannels } from '../alerts/create-channels.js';
import { systemClock } from '../clock.js';
import type { Config } from '../config.js';
import { createDirectory } from '../graph/reads/directory.js';
import { createInspector } from '../graph/reads/inspector.js';
import { createOwnerDirectory } from '../graph/reads/owners.js';
import { createMailer } from '../graph/writes/mail.js';
import type { AlertChannel, SenderMailbox } from '../jobs/ports/index.js';
import { diagnosisBudget } from './diagnosis.js';
import type { Credential } from './identities.js';

/** The channels of the settings. Email is sent from the home tenant; owners are read in the tenant at work. */
export function channelsIn({ alerts, graph }: Config, reader: Credential, tenant: Credential): AlertChannel[] {
  return createChannels(alerts.channels, {
    clock: systemClock,
    credential: () => reader,
    mailbox: (from) => mailboxOf(graph, from, reader),
    mailer: (from) => createMailer({ graph, credential: reader }, from),
    owners: () => createOwnerDirectory({ graph, credential: tenant }),
  });
}

/** A mailbox of the home tenant, read with the identity that sends. */
function mailboxOf(graph: Config['graph'], from: string, credential: Credential): SenderMailbox {
  const settings = { graph, credential, budget: diagnosisBudget };
  const [{ user }, { roles }] = [createInspector(settings), createDirectory(settings)];
  return { from, user, roles };
}
