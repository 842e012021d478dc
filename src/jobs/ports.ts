/** The world as the jobs see it, one file for each part of it. */
export * from './ports/alerts.js';
export * from './ports/clock.js';
export * from './ports/graph.js';
export * from './ports/queues.js';
export * from './ports/storage.js';
