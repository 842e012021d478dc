/** What the jobs use of the outside, one file for each part. */
export * from './alerts.js';
export * from './anchors.js';
export * from './clock.js';
export * from './evidence.js';
export * from './graph.js';
export * from './inventory.js';
export * from './pauses.js';
export * from './probes.js';
export * from './queues.js';
export * from './remediator-state.js';
export * from './signing.js';
export * from './storage.js';
export * from './transfer.js';
