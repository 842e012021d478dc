import { GuidSequence } from './guid-sequence.js';

/** The id sequences of the filler. An application and its service principal share `appIds`. */
export function idSequences(seed: number) {
  const sequence = (tag: number) => new GuidSequence(seed, tag);
  return {
    applicationIds: sequence(1),
    servicePrincipalIds: sequence(2),
    appIds: sequence(3),
    applicationKeys: [sequence(4), sequence(5)] as const,
    principalKeys: [sequence(6), sequence(7)] as const,
    plantedKeys: sequence(8),
    owners: sequence(9),
  };
}
export type IdSequences = ReturnType<typeof idSequences>;
