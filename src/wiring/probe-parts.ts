import { systemClock } from '../clock.js';
import type { Config } from '../config.js';
import type { CallOptions } from '../graph/http/send.js';
import { createLiveProbe } from '../graph/reads/live-questions.js';
import { createThrowawayApplications } from '../graph/writes/throwaway-applications.js';
import type { LiveProbe, ThrowawayApplications } from '../jobs/ports/index.js';
import { type Credential, credentialOf } from './identities.js';
import type { Variables } from './installation.js';

/** Creates what asks a live tenant. */
export function liveProbeOf({ graph }: Config, credential: Credential, calls: CallOptions = {}): LiveProbe {
  return createLiveProbe({ ...calls, graph, credential });
}

/** The client that creates and deletes the application of a proof; undefined where no identity writes. */
export function throwawayOf(
  { graph, remediation, reader }: Config,
  env: Variables,
  calls: CallOptions = {},
): ThrowawayApplications | undefined {
  if (!remediation.clientId && !remediation.withSignedInCredential) return undefined;
  const credential = credentialOf(env, graph.simulated, remediation.clientId ?? reader.clientId);
  return createThrowawayApplications({ ...calls, graph, credential }, systemClock.now);
}
