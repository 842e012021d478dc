// The common options of the bundles in dist/ (build.js) and for Azure (package.js). Bundling shortens the cold start:
// one file loads six times faster than its packages. Only the Functions worker has @azure/functions-core, and libsql is a
// program for each system, which npm selects, so both stay outside.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export const { name, version, license, engines } = JSON.parse(readFileSync('package.json', 'utf8'));

// The bundle includes the documentation pages of the rules, because the review page shows them.
const rulePages = Object.fromEntries(
  readdirSync('src/rules')
    .map((id) => [id, `src/rules/${id}/README.md`])
    .filter(([, file]) => existsSync(file))
    .map(([id, file]) => [id, readFileSync(file, 'utf8')]),
);

// zod includes its messages in 50 languages. It uses the English ones only, from another file.
const englishOnly = {
  name: 'english-only',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    })),
};

/** The options of all bundles. */
export const bundling = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  minifySyntax: true,
  external: ['@azure/functions-core', 'libsql'],
  // CommonJS packages in an ESM bundle still call require(), and @azure/functions calls it for the worker's module.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  define: { VERSION: JSON.stringify(version), RULE_PAGES: JSON.stringify(rulePages) },
  jsx: 'automatic',
  jsxImportSource: 'hono/jsx',
  plugins: [englishOnly],
  logLevel: 'warning',
};
