// How everything is bundled: into dist/ (build.js) and for Azure (package.js). Bundling is the cold start: one file
// loads six times faster than the packages it is made of. Azurite stays outside (a development part), and so does the
// module that only the Functions worker has.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

export const { name, version, license, engines } = JSON.parse(readFileSync('package.json', 'utf8'));

// The pages of the rules travel inside the bundle: the review page shows them.
const rulePages = Object.fromEntries(
  readdirSync('src/rules')
    .map((id) => [id, `src/rules/${id}/README.md`])
    .filter(([, file]) => existsSync(file))
    .map(([id, file]) => [id, readFileSync(file, 'utf8')]),
);

// zod brings its messages in fifty languages along, of which it uses the English ones, from another file.
const englishOnly = {
  name: 'english-only',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
    })),
};

/** What all bundles have in common. */
export const bundling = {
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  minifySyntax: true,
  external: ['@azure/functions-core', 'azurite'],
  // CommonJS packages inside an ESM bundle still call require(); so does @azure/functions for the worker's module.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  define: { VERSION: JSON.stringify(version), RULE_PAGES: JSON.stringify(rulePages) },
  jsx: 'automatic',
  jsxImportSource: 'hono/jsx',
  plugins: [englishOnly],
  logLevel: 'warning',
};
