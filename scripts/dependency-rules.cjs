// Rules for dependency-cruiser, made from src/boundaries.json: the one definition of who may import what.
const { folders, packages } = require('../src/boundaries.json');

/** Two folders have an entry point outside, which counts as a part of the folder. */
const entryPoints = { config: 'config\\.ts', wiring: 'runtime\\.ts' };

/** Matches the files of a folder, or one file, below src. */
function files(folder) {
  const [own, entry] = [folder.replaceAll('.', '\\.'), entryPoints[folder]];
  const path = folder.endsWith('.ts') ? own : `${own}/`;
  return entry ? `^src/(${path}|${entry}$)` : `^src/${path}`;
}

const imports = folders.map(({ folder, imports }) => ({
  name: `imports-of-${folder}`,
  comment: `${folder} may import ${imports.join(', ') || 'nothing'}: see src/boundaries.json.`,
  severity: 'error',
  from: { path: files(folder) },
  to: { path: '^src/', pathNot: [folder, ...imports].map(files) },
}));

const homes = Object.entries(packages).map(([name, home]) => ({
  name: `home-of-${name}`,
  comment: `Only ${home.join(', ')} may import ${name}: see src/boundaries.json.`,
  severity: 'error',
  from: { path: '^src/', pathNot: home.map(files) },
  to: { path: `^node_modules/${name}/` },
}));

const pure = {
  name: 'pure',
  comment: 'A pure folder imports no module of Node.js except crypto.',
  severity: 'error',
  from: { path: folders.filter(({ pure }) => pure).map(({ folder }) => files(folder)) },
  to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
};

const noFolderCycle = {
  name: 'no-folder-cycle',
  comment: 'The folders inside a layer form layers again: a reader meets them in one order.',
  severity: 'error',
  scope: 'folder',
  from: { path: '^src/' },
  to: { circular: true },
};

module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    {
      name: 'known-folder',
      comment: 'Every folder of src is in src/boundaries.json.',
      severity: 'error',
      from: { path: '^src/', pathNot: folders.map(({ folder }) => files(folder)) },
      to: {},
    },
    pure,
    noFolderCycle,
    ...imports,
    ...homes,
  ],
  options: {
    // Include imports of types: a cycle of types confuses readers as much as one of values.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
    },
  },
};
