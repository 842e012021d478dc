// Rules for dependency-cruiser, made from src/boundaries.json: what the entry point of a function app must not reach.
// Imports of types do not count: a bundle does not contain them.
const { apps } = require('../src/boundaries.json');
const { options } = require('./dependency-rules.cjs');

const reach = apps.map(({ app, is, without }) => ({
  name: `bundle-of-${app}`,
  comment: `${app}: ${is}. See src/boundaries.json.`,
  severity: 'error',
  from: { path: `^src/functions/${app}\\.ts$` },
  to: { path: `^src/.*(${without.join('|')})`, reachable: true },
}));

module.exports = { forbidden: reach, options: { ...options, tsPreCompilationDeps: false } };
