import { createHash } from 'node:crypto';
import type { AlertChannel, Delivery, Mailer, OwnedObject, OwnerDirectory } from '../../../jobs/ports/index.js';
import type { Digest } from '../../../model/alerts/digest.js';
import type { Item } from '../../../model/alerts/item.js';
import { type SectionName, sectionNames } from '../../../model/alerts/news.js';
import { noneBySeverity, type Section, SectionBuilder } from '../../../model/alerts/section.js';
import { emailOf } from '../email/email-channel.js';

/** The sections that owners can act on. Decisions and their outcomes are for approvers. */
const ownerSections: readonly SectionName[] = ['new', 'cameBack'];

/** More emails in one night would look like an attack. The alerts of the team list all findings. */
export const mostOwners = 200;

const lead =
  'You own the apps below. This email lists only your apps. Consentinel changed nothing. Fix the problems, or forward this email to the administrator of the app.';

/** One email to each owner of an object with a finding, about their own apps only. Reads owners of these objects only. */
export function ownersChannel(mailer: Mailer, directory: OwnerDirectory): AlertChannel {
  return {
    name: 'owners',
    to: 'the owners of the affected apps',
    // Graph shows the addresses of owners only to an identity that reads users.
    permissions: ['User.Read.All'],
    withoutSample: 'a sample has no owners',
    deliveries: async (digest, signal) => {
      const items = digest.kind === 'test' ? [] : ownerSections.flatMap((name) => digest.sections[name].items);
      const objects = items.flatMap(objectOf);
      if (objects.length === 0) return [];
      const owners = await directory.ownersOf(objects, signal);
      const addresses = [...new Set(items.flatMap(({ objectId }) => owners.get(objectId) ?? []))];
      return addresses
        .slice(0, mostOwners)
        .map((address) => deliveryOf(mailer, address, ownDigest(digest, address, owners)));
    },
  };
}

function deliveryOf(mailer: Mailer, address: string, digest: Digest): Delivery {
  // The scan's row names the owner by a hash, because many identities read it.
  const key = `owner:${createHash('sha256').update(address).digest('hex').slice(0, 12)}`;
  return { key, send: (signal) => mailer.send(emailOf(digest, [address], lead), signal) };
}

function objectOf({ on, objectId: id }: Item): OwnedObject[] {
  if (on === 'tenant') return [];
  return [{ collection: on === 'application' ? 'applications' : 'servicePrincipals', id }];
}

/** The part of a digest that an owner may see: findings on their own apps, without the page and the tenant's state. */
function ownDigest(digest: Digest, address: string, owners: ReadonlyMap<string, readonly string[]>): Digest {
  const { publicUrl: _forApprovers, ...rest } = digest;
  const own = (section: Section) => sectionOf(section.items.filter((i) => owners.get(i.objectId)?.includes(address)));
  const sections = Object.fromEntries(
    sectionNames.map((name) => [name, ownerSections.includes(name) ? own(digest.sections[name]) : sectionOf([])]),
  ) as Digest['sections'];
  const open = noneBySeverity();
  for (const name of ownerSections) for (const { severity } of sections[name].items) open[severity] += 1;
  const totals = { open, suppressed: 0, pendingPlans: 0 };
  const scan = { ...digest.scan, status: 'complete' as const, heldBack: 0, notExamined: [], errors: [] };
  return { ...rest, scan, recovered: false, sections, totals, belowFloor: 0, warnings: [] };
}

function sectionOf(items: readonly Item[]): Section {
  const builder = new SectionBuilder();
  for (const item of items) builder.add(item);
  return builder.section();
}
