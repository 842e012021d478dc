import { randomBytes } from 'node:crypto';
import { rules } from '../../src/rules/index.js';
import { connectStorage } from '../../src/storage/azure/connect-storage.js';
import { TableFindingStore } from '../../src/storage/finding-store.js';
import { aFaultProxy } from '../support/fault-proxy.js';
import { approvalDays, Night } from './night.js';
import { Product } from './product.js';
import { Random } from './random.js';
import { reviewers } from './switches.js';
import { prefixVariable } from './worker.js';
import { World } from './world.js';

/** What a soak test runs with. */
export interface SoakOptions {
  readonly seed: number;
  readonly nights: number;
  /** Of an Azurite. */
  readonly connectionString: string;
  /** The bundle that runs the product in a process of its own: `dist/soak.js`. */
  readonly entry: string;
  /** Called with every line of the log. */
  readonly log?: (line: string) => void;
}

/** The result of a soak test. */
export interface SoakResult {
  /** What is wrong after the first night with a fault; empty if every night was as expected. */
  readonly problems: readonly string[];
  readonly nights: number;
  /** The log of the last night. */
  readonly lastNight: readonly string[];
}

/**
 * Runs the product for some nights, each with random changes, disturbances and decisions, and compares its findings with
 * an oracle after each step. It ends after the first night that is not as expected. The events follow from the seed.
 */
export async function soak({
  seed,
  nights,
  connectionString,
  entry,
  log = () => {},
}: SoakOptions): Promise<SoakResult> {
  const world = await World.start();
  // ADMIN_CONSENT_REVIEWERS enables the remedy that needs it.
  world.simulator.roles.grant('Policy.ReadWrite.ConsentRequest', 'remediator');
  const proxy = await aFaultProxy(connectionString);
  const prefix = `t${randomBytes(6).toString('hex')}`;
  const product = new Product(entry, {
    ...world.simulator.settings,
    AzureWebJobsStorage: proxy.connectionString,
    TENANT_ID: world.tenant.id,
    MAX_RESOLVED_PERCENT: '100',
    APPROVAL_TTL_DAYS: String(approvalDays),
    ADMIN_CONSENT_REVIEWERS: reviewers.live.id,
    [prefixVariable]: prefix,
  });
  const storage = connectStorage({ kind: 'connection-string', connectionString }, { prefix });
  const store = new TableFindingStore(storage.findings, { ruleIds: rules.map(({ id }) => id) });
  let lastNight: string[] = [];
  const surroundings = {
    ...{ seed, world, product, proxy, store },
    expected: new Map(),
    skew: 0,
    log: (line: string) => {
      lastNight.push(line);
      log(line);
    },
  };
  try {
    world.plantAll(new Random(`${seed} tenant`));
    for (let number = 1; number <= nights; number += 1) {
      lastNight = [];
      const problems = await new Night(surroundings, number, number === nights).run();
      if (problems.length > 0) return { problems, nights: number, lastNight };
    }
    return { problems: [], nights, lastNight };
  } finally {
    await product.kill();
    await proxy.close();
    await world.close();
  }
}
