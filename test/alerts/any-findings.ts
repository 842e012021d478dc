import fc from 'fast-check';
import type { Finding } from '../../src/model/finding/finding.js';
import { appeared, hostileNames, night, standing, wellFormed } from './examples.js';

/** Any text, including hostile names. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.constantFrom(...hostileNames),
  fc.string({ unit: fc.constantFrom('\u{1f4a9}', '\u0000', '"', '\\', '\u202e', '&', '<'), maxLength: 2_000 }),
);

/** A finding of the night with any texts: new, back, resolved, or suppressed and about to return. */
export const anyFinding: fc.Arbitrary<Finding> = fc
  .record({
    displayName: anyText,
    message: anyText,
    // A lone surrogate cannot be part of a URL; ids of Graph are GUIDs.
    objectId: anyText.map(wellFormed),
    appId: anyText.map(wellFormed),
    severity: fc.constantFrom('low', 'medium', 'high', 'critical'),
    on: fc.constantFrom('application', 'servicePrincipal', 'tenant'),
    kind: fc.constantFrom('new', 'back', 'gone', 'suppressed'),
  })
  .map(({ kind, ...facts }) => {
    if (kind === 'new') return appeared('x', facts);
    if (kind === 'back') return appeared('x', { ...facts, life: 3 });
    if (kind === 'gone') return standing('x', { ...facts, status: 'resolved', resolvedAt: night.start });
    const suppression = {
      reason: '',
      author: facts.message,
      suppressedAt: '2026-11-22T02:00:00.000Z',
      until: '2026-11-26T02:00:00.000Z',
    };
    return standing('x', { ...facts, status: 'suppressed', suppression });
  });
