// The import arrows of docs/architecture, as rules: a folder may import itself, what the table names for it, and nothing else of this
// repository. Tests beside the code may import anything. The parser is swc because dependency-cruiser cannot read TypeScript 7's compiler.

// Encodings that every folder above them speaks; they lie at the bottom, so opening them to all cannot make a cycle.
const BASE = ['chain/encoding', 'chain/types', 'chain/crypto', 'proto'];

/** What is for tests and may import anything. */
const TESTS = ['[.]test[.]ts$', '/testing/', '/test-[^/]+[.]ts$'];

/** The checked database under the state store, which the engine's stores share. */
const DATABASE = ['db', 'errors', 'namespace', 'memory-db', 'batch-chain'].map((f) => `chain/store/${f}`);

/** folder → what it may import besides itself and `chain/encoding`. Paths are prefixes; `base` adds BASE. */
const ARROWS = {
  proto: [],
  'chain/encoding': [],
  'chain/crypto': [],
  'chain/types': ['chain/crypto'],
  'chain/native': ['chain/crypto'],
  'chain/tx': ['proto', 'chain/crypto'],
  'chain/abci': ['proto', 'chain/types'],
  'chain/core': ['proto', 'chain/crypto', 'chain/types', 'chain/tx'],
  'chain/store': ['chain/core', 'chain/crypto', 'chain/types'],
  'chain/baseapp': ['base', 'chain/abci', 'chain/core', 'chain/store', 'chain/tx'],
  'chain/consensus': ['chain/types'],
  'chain/engine': [
    'base',
    'chain/abci',
    'chain/consensus',
    'chain/mempool',
    'chain/p2p',
    'chain/blockstore',
    'chain/execution',
    'chain/evidence',
    'chain/privval',
  ],
  'chain/mempool': ['chain/abci', 'chain/types', 'chain/p2p'],
  'chain/p2p': ['chain/types'],
  'chain/blockstore': ['chain/types', ...DATABASE],
  'chain/execution': ['base', 'chain/abci', 'chain/blockstore', 'chain/evidence', 'chain/mempool', ...DATABASE],
  'chain/evidence': ['chain/types', 'chain/p2p', 'chain/blockstore', 'lightclient/verifier', ...DATABASE],
  'chain/privval': ['chain/types', 'chain/crypto'],
  'chain/blocksync': ['base', 'chain/engine', 'chain/p2p', 'chain/execution', 'chain/blockstore', 'lightclient/verifier'],
  'chain/statesync': ['base', 'chain/abci', 'chain/engine', 'chain/p2p', 'chain/execution', 'chain/blockstore', 'lightclient/verifier'],
  'chain/app': ['base', 'modules', 'chain/abci', 'chain/baseapp', 'chain/core', 'chain/store', 'chain/tx'],
  // The event query language is of the index (execution), and what subscribers write.
  // Compact blocks are written as light clients read them.
  'chain/rpc': ['base', 'chain/abci', 'chain/tx', 'chain/execution/query', 'lightclient/compact'],
  'chain/node': [
    'base',
    ...['native', 'tx', 'abci', 'core', 'store', 'baseapp', 'consensus', 'engine', 'mempool', 'p2p', 'blockstore', 'execution', 'evidence', 'privval'],
    ...['blocksync', 'statesync', 'rpc'],
    'lightclient',
  ].map((p) => (p === 'base' || p === 'lightclient' ? p : `chain/${p}`)),
  'chain/cmd': ['base', 'chain', 'lightclient', 'modules/[^/]+/daemon'],
  lightclient: ['chain/types', 'chain/crypto'],
};

const literal = (p) => p.replace(/[.]/g, '\\.');
const under = (p) => `^${p.startsWith('modules/[') ? p : literal(p)}(/|[.]ts$)`;

const arrowRules = Object.entries(ARROWS).map(([from, to]) => ({
  name: `arrows of ${from}`,
  comment: `${from} may import: ${to.join(', ') || 'nothing'} (architecture, layout)`,
  severity: 'error',
  from: { path: under(from), pathNot: TESTS },
  to: {
    path: '^(chain|modules|lightclient|proto|testnet|test|kernels|bin)/',
    pathNot: [from, 'chain/encoding', ...to.flatMap((p) => (p === 'base' ? BASE : [p]))].map(under),
  },
}));

const NPM = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'npm-unknown'];
const noPackages = (name, path, pathNot = []) => ({
  name,
  severity: 'error',
  from: { path, pathNot: [...TESTS, ...pathNot] },
  to: { dependencyTypes: [...NPM, 'core'] },
});

export default {
  forbidden: [
    ...arrowRules,
    {
      name: 'a folder without arrows',
      comment: 'name it in the table above and in docs/architecture',
      severity: 'error',
      from: { path: '^chain/', pathNot: Object.keys(ARROWS).map(under) },
      to: {},
    },
    {
      name: 'no module imports another',
      comment: 'a module writes the small keeper interface that it needs (expected-keepers.ts)',
      severity: 'error',
      from: { path: '^modules/([^/]+)/', pathNot: ['/daemon/', '^modules/ibc/light-clients/', ...TESTS] },
      to: {
        path: '^(chain|modules|lightclient|testnet|test)/',
        pathNot: ['^modules/$1/(?!daemon/)', '^chain/(core|tx|types|crypto|encoding)/'],
      },
    },
    {
      name: 'light clients of IBC',
      severity: 'error',
      from: { path: '^modules/ibc/light-clients/', pathNot: TESTS },
      to: {
        path: '^(chain|modules|lightclient|testnet|test)/',
        pathNot: ['^modules/ibc/', '^chain/(core|tx|types|crypto|encoding)/', '^lightclient/verifier/'],
      },
    },
    {
      name: 'a daemon is a client of the chain',
      comment: 'of modules it may import only the types and keys of its own',
      severity: 'error',
      from: { path: '^modules/([^/]+)/daemon/', pathNot: TESTS },
      to: {
        path: '^(chain|modules|testnet|test)/',
        pathNot: ['^modules/$1/(daemon/|types[.]ts$|keys[.]ts$)', '^chain/(tx|types|crypto|encoding)/'],
      },
    },
    {
      name: 'only chain/app composes keepers',
      severity: 'error',
      from: { path: '^chain/', pathNot: ['^chain/app/', ...TESTS] },
      to: { path: '^modules/', pathNot: '^modules/[^/]+/daemon/' },
    },
    noPackages('encodings and the pure core import no package and no host', '^chain/(encoding|types|consensus|core|tx)/'),
    noPackages('crypto names packages in noble.ts only', '^chain/crypto/', ['^chain/crypto/noble[.]ts$']),
    noPackages('keepers import no package and no host', '^modules/', ['/daemon/']),
    noPackages('the light client imports no package and no host', '^lightclient/', ['^lightclient/zip215/', '^lightclient/stores/file', '^lightclient/bin/']),
    {
      name: 'the light client goes without noble',
      severity: 'error',
      from: { path: '^lightclient/', pathNot: ['^lightclient/zip215/', ...TESTS] },
      to: { path: '^chain/crypto/noble[.]ts$' },
    },
    {
      name: 'programs import no test',
      severity: 'error',
      from: { path: '^(chain|modules|lightclient|proto)/', pathNot: TESTS },
      to: { path: ['^test/', ...TESTS] },
    },
    {
      name: 'programs need no development package',
      severity: 'error',
      from: { path: '^(chain|modules|lightclient|proto)/', pathNot: [...TESTS, '^proto/generate'] },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'type-only'] },
    },
    { name: 'imports resolve', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no cycles',
      severity: 'warn',
      from: { path: '^(chain|modules|lightclient)/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js'], exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'require'] },
    skipAnalysisNotInRules: true,
  },
};
