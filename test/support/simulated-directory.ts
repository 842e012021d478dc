import { afterAll, afterEach, beforeAll } from '@jest/globals';
import { createCredential } from '../../src/graph/auth/credential.js';
import { createDirectory, type DirectorySettings } from '../../src/graph/reads/directory.js';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/http/server.js';

/**
 * Starts a simulator for the tests of a `describe`, and stops it after them. A directory over it uses the real identity
 * library and the real Graph client, and does not wait.
 */
export function aSimulatedDirectory(tenant: SimulatorOptions['tenant']) {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ tenant });
    Object.assign(process.env, simulator.settings);
  });
  afterEach(() => simulator.clearFaults());
  afterAll(async () => {
    for (const name of Object.keys(simulator.settings)) delete process.env[name];
    await simulator.close();
  });
  const open = (more: Partial<DirectorySettings> = {}) =>
    createDirectory({
      graph: { endpoint: simulator.origin, simulated: true },
      credential: createCredential({
        simulated: true,
        clientId: simulator.settings.READER_CLIENT_ID,
        environment: simulator.settings,
      }),
      wait: async () => undefined,
      ...more,
    });
  return { open, simulator: () => simulator };
}
