/** The world as the jobs see it, one file for each part of it. */
export * from './alerts.js';
export * from './clock.js';
export * from './graph.js';
export * from './queues.js';
export * from './storage.js';
