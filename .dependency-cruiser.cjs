const { existsSync, readFileSync } = require('node:fs');
const path = require('node:path');

/**
 * Imports run one way: the rooms of server/src/core in their order; index.ts, the only entry point, may use all.
 */
const CORE = '^server/src/core';
/** From the top of the house to the bottom: a room may import those that stand before it. */
const ROOMS = [
  'text', 'aws', 'syntax', 'policy', 'discovery', 'manifest', 'units', 'linking', 'workspace', 'access', 'generate', 'rules', 'analysis',
    'queries',
  'editor',
];

const layerRules = ROOMS.map((room, position) => ({
  name: `core-${room}`,
  comment: `core/${room} may use only itself and ${ROOMS.slice(0, position).map((above) => `core/${above}`).join(', ') || 'nothing else'}.`,
  severity: 'error',
  from: { path: `${CORE}/${room}/` },
  to: { path: `${CORE}/`, pathNot: `${CORE}/(${ROOMS.slice(0, position + 1).join('|')})/` },
}));

/** The files that hold rules are the ones that rules/index.ts lists; everything else in rules/ is there for all of them. */
const RULE_LIST = `${CORE}/rules/index\\.ts$`;

function ruleFiles() {
  const list = path.join(__dirname, 'server/src/core/rules/index.ts');
  if (!existsSync(list)) return [];
  const exports = readFileSync(list, 'utf8').matchAll(/^export .*? from '\.\/([^']+)'/gm);
  return Array.from(exports, ([, name]) => `${CORE}/rules/${name}\\.ts$`);
}

const RULES = ruleFiles();

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'core-known-layers',
      comment: 'A new folder in core needs its place in the order of layers (.dependency-cruiser.cjs).',
      severity: 'error',
      from: { path: `${CORE}/`, pathNot: `${CORE}/(index\\.ts$|(${ROOMS.join('|')})/)` },
      to: {},
    },
    {
      name: 'core-one-door',
      comment: 'Outside core, core/index is the only way in.',
      severity: 'error',
      from: { path: '^(client|server)/', pathNot: [`${CORE}/`, '^client/src/window/'] },
      to: { path: `${CORE}/`, pathNot: `${CORE}/index\\.ts$` },
    },
    {
      name: 'core-is-pure',
      comment: 'The core knows no Node, no editor and no host.',
      severity: 'error',
      from: { path: `${CORE}/` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'core-knows-no-edge',
      comment: 'The core is used by the edges, not the other way round.',
      severity: 'error',
      from: { path: `${CORE}/` },
      to: { path: '^(client/|server/src/(?!core/))' },
    },
    {
      name: 'core-packages',
      comment: 'The core uses fastest-levenshtein, and the lexer and parser of yaml; no other package.',
      severity: 'error',
      from: { path: `${CORE}/` },
      to: { dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-bundled', 'npm-no-pkg'],
        pathNot: 'node_modules/(fastest-levenshtein|yaml)/' },
    },
    {
      name: 'yaml-by-syntax',
      comment: 'What else reads YAML asks the room syntax/yaml.',
      severity: 'error',
      from: { path: '^(client|server)/', pathNot: `${CORE}/syntax/yaml/` },
      to: { path: 'node_modules/yaml/' },
    },
    {
      name: 'rules-apart',
      comment: 'Only the list of rules imports a rule: what two rules need belongs in a file that is none.',
      severity: 'error',
      from: { path: `${CORE}/`, pathNot: RULE_LIST },
      to: { path: RULES.length > 0 ? RULES : ['^$'] },
    },
    {
      name: 'syntax-by-contract',
      comment: 'A syntax is used through its contract (syntax/syntax.ts): nobody parses, prints or edits a notation by name.',
      severity: 'error',
      from: { path: `${CORE}/`, pathNot: `${CORE}/syntax/(json|yaml)/` },
      to: { path: `${CORE}/syntax/(json|yaml)/`, pathNot: `${CORE}/syntax/(json/json|yaml/yaml)-syntax\\.ts$` },
    },
    {
      name: 'syntaxes-apart',
      comment: 'No notation knows another one.',
      severity: 'error',
      from: { path: `${CORE}/syntax/(json|yaml)/` },
      to: { path: `${CORE}/syntax/(json|yaml)/`, pathNot: `${CORE}/syntax/$1/` },
    },
    {
      name: 'rules-see-trees-only',
      comment: 'Rules judge what was parsed; they do not parse.',
      severity: 'error',
      from: { path: `${CORE}/rules/` },
      to: { path: `${CORE}/syntax/(json|yaml)/` },
    },
    {
      name: 'edges-apart',
      comment: 'The language server and the command line do not know each other.',
      severity: 'error',
      from: { path: '^server/src/(lsp|cli)/' },
      to: { path: '^server/src/(lsp|cli)/', pathNot: '^server/src/$1/' },
    },
    {
      name: 'edges-know-the-contract',
      comment: 'lsp and cli get their host as an argument: of host/ they see the contract (host.ts) only.',
      severity: 'error',
      from: { path: '^server/src/(lsp|cli)/' },
      to: { path: '^server/src/(host/(?!host\\.ts$)|main-)' },
    },
    {
      name: 'host-below-edges',
      comment: 'The host serves lsp and cli without knowing them.',
      severity: 'error',
      from: { path: '^server/src/host/' },
      to: { path: '^server/src/(lsp/|cli/|main-)' },
    },
    {
      name: 'client-apart',
      comment: 'The client shares no code with the server: only the types of the protocol.',
      severity: 'error',
      from: { path: '^client/', pathNot: '^client/src/window/' },
      to: { path: '^server/', pathNot: '^server/src/lsp/protocol/' },
    },
    {
      name: 'client-window-shares-texts',
      comment: 'What is text for an editor is defined once: the functions that make it so are those of the server. Nothing else is shared.',
      severity: 'error',
      from: { path: '^client/src/window/' },
      to: { path: '^server/', pathNot: `${CORE}/text/(markdown|message-text|plain-line)\\.ts$` },
    },
    {
      name: 'client-types-only',
      comment: 'Of the protocol the client imports types only.',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^server/src/lsp/protocol/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'webview-by-messages',
      comment: 'A page and the extension share the messages between them, and nothing else.',
      severity: 'error',
      from: { path: '^client/src/' },
      to: { path: '^client/webview/', pathNot: '^client/webview/(explanation/)?messages\\.ts$' },
    },
    {
      name: 'webview-apart',
      comment: 'The page of the panel runs in a browser: it knows no VS Code, and of the extension the messages only.',
      severity: 'error',
      from: { path: '^client/webview/' },
      to: { path: ['^client/src/', '^vscode$', 'node_modules/(vscode-languageclient|@types/vscode)/'] },
    },
    {
      name: 'messages-alone',
      comment: 'The messages are plain data of the protocol: whoever reads them gets nothing of the page with them.',
      severity: 'error',
      from: { path: '^client/webview/messages\\.ts$' },
      to: { path: '^client/webview/' },
    },
    {
      name: 'server-knows-no-client',
      comment: 'The server serves any editor.',
      severity: 'error',
      from: { path: '^server/' },
      to: { path: ['^client/', '^vscode$', 'node_modules/(vscode-languageclient|@types/vscode)/'] },
    },
    {
      name: 'no-circular',
      comment: 'Files that import each other cannot be read alone.',
      severity: 'error',
      from: { path: '^(client|server)/' },
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A file that nothing uses and that uses nothing is left over.',
      severity: 'error',
      from: { orphan: true, path: '^(client|server)/', pathNot: ['\\.d\\.ts$', '^server/src/main-[^/]+\\.ts$', '/tsconfig\\.json$'] },
      to: {},
    },
    {
      name: 'no-dev-dependencies',
      comment: 'What ships imports nothing that is there for development only (types of modules apart).',
      severity: 'error',
      from: { path: '^(client|server)/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'], pathNot: 'node_modules/@types/' },
    },
    {
      name: 'no-unlisted',
      comment: 'Every package that is imported stands in package.json.',
      severity: 'error',
      from: { path: '^(client|server)/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'not-to-unresolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: { path: '^(client|server)/' },
      to: { couldNotResolve: true, pathNot: '^vscode$' },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|out)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], extensions: ['.ts', '.d.ts', '.js', '.json'],
      conditionNames: ['types', 'require', 'node', 'default'] },
  },
};
