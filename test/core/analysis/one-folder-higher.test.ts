import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { analyse, type Analysis } from '../../../server/src/core/analysis/analyse';
import { RULES } from '../../../server/src/core/rules/registry';
import { emptyWorkspace, updateWorkspace } from '../../../server/src/core/workspace/workspace';
import { KEY_POLICY_TEXTS, IAM_POLICY_TEXTS, KEYS, ROLES } from '../../rules/random-policies';
import { CONSUMER, OWNER } from '../../support/fixtures';

/** Folders that may say something, and some that do not. */
const FOLDERS = ['', 'team/', 'scp/', 'boundary/', 'production/', `accounts/${CONSUMER}/`, `accounts/${CONSUMER}/role/`,
  `accounts/${CONSUMER}/role/analytics/r1/`,
  'partner-123456789012/role/R0/', '202401311200/', `role/R2/`, `${OWNER}/us-west-2/`, `${OWNER}/eu-west-1/${KEYS[1]?.slice(-36) ?? ''}/`];
const NAMES = ['a.json', 'b.json', 'r0.json', 'trust.json', 'R1.json'];

const path = fc.tuple(fc.constantFrom(...FOLDERS), fc.constantFrom(...NAMES)).map((parts) => parts.join(''));
const policyFile = fc.tuple(path, fc.oneof(KEY_POLICY_TEXTS, IAM_POLICY_TEXTS));
const pattern = fc.oneof(fc.constantFrom(...NAMES),
  fc.constantFrom('*.json', '**', 'team/*.json', 'scp', 'none.json', `accounts/${CONSUMER}/**`));
const manifest = fc.record({
  keys: fc.array(fc.record({ arn: fc.constantFrom(...KEYS), policy: pattern, keySpec: fc.constantFrom('SYMMETRIC_DEFAULT', 'RSA_2048') }), {
    maxLength: 2,
  }),
  identities: fc.array(
    fc.oneof(fc.record({ arn: fc.constantFrom(...ROLES), policies: fc.array(pattern, { maxLength: 2 }) }),
      fc.record({ account: fc.constant(CONSUMER), policies: fc.array(pattern, { maxLength: 2 }) })),
    { maxLength: 2 },
  ),
  kinds: fc.array(
    fc.record({ files: fc.array(pattern, { minLength: 1, maxLength: 1 }), kind: fc.constantFrom('key', 'identity', 'boundary', 'ignore') }),
    { maxLength: 1 },
  ),
  accounts: fc.constantFrom({}, { [CONSUMER]: 'analytics' }, { [CONSUMER]: 'reports' }),
  organizations: fc.constantFrom({}, { 'o-exampleorgid': [CONSUMER] }),
  placeholders: fc.constantFrom([], [{ files: ['**'], values: { account: CONSUMER } }], [{ files: ['team'], values: { account: OWNER } }]),
  rules: fc.constantFrom({}, { 'root-is-account': 'off' }, { 'identity-policy-missing': 'error' }, { 'manifest-invalid': 'warning' }),
  suppress: fc.constantFrom([], [{ rule: 'wildcard-principal', file: '**', reason: 'test' }]),
  exclude: fc.constantFrom([], [], ['team'], ['scp/**'], ['prod*'], ['**/kms-handshake.json']),
}).map((value) => JSON.stringify(value));
const manifestFile = fc.tuple(fc.constantFrom(...FOLDERS).map((folder) => `${folder}kms-handshake.json`), manifest);
const metadataFile = fc.tuple(fc.constantFrom(...FOLDERS).map((folder) => `${folder}metadata.json`),
  fc.constantFrom(...KEYS, ...ROLES).map((arn) => JSON.stringify({ arn })));
const files = fc.tuple(fc.array(policyFile, { minLength: 1, maxLength: 8 }), fc.array(manifestFile, { maxLength: 3 }),
  fc.array(metadataFile, { maxLength: 2 })).map((all) => new Map(all.flat()));

/** What is found in the files of `root` when `folder` is opened; places are told by their path below `root`. */
function found(root: string, folder: string, texts: ReadonlyMap<string, string>): unknown[] {
  const empty = emptyWorkspace({ folders: [{ uri: folder }], ruleCodes: RULES.map(({ code }) => code) });
  const workspace = updateWorkspace(empty, Array.from(texts, ([name, text]) => ({ put: { uri: `${root}/${name}`, text } }))).workspace;
  return shown(analyse(workspace), (uri) => uri.slice(root.length));
}

function shown({ findingsByFile, failures }: Analysis, nameOf: (uri: string) => string): unknown[] {
  assert.deepEqual(failures, []);
  return [...findingsByFile].sort(([a], [b]) => (a < b ? -1 : 1)).map((
    [uri, findings],
  ) => [nameOf(uri),
    findings.map((
      { code, severity, at, message, related },
    ) => [code, severity, at.span, message, related.map((place) => [nameOf(place.at.uri), place.at.span, place.message])])]
  );
}

describe('a workspace that is opened one folder higher', () => {
  for (const name of ['repository', CONSUMER, `acme-${OWNER}`, 'partner-123456789012', 'backup-202401311200']) {
    it(`has the same findings, when its own folder is called ${name}`, () => {
      const root = `file:///home/scp/${name}`;
      fc.assert(fc.property(files, (texts) => {
        assert.deepEqual(found(root, 'file:///home/scp', texts), found(root, root, texts));
      }), { numRuns: 50 });
    }).timeout(60_000);

    it(`has the same findings wherever the folder ${name} lies`, () => {
      const [root, elsewhere] = [`file:///${OWNER}/eu-west-1/${KEYS[1]?.slice(-36) ?? ''}/role/R0/boundary/${name}`, `file:///d/${name}`];
      fc.assert(fc.property(files, (texts) => {
        assert.deepEqual(found(root, root, texts), found(elsewhere, elsewhere, texts));
      }), { numRuns: 30 });
    }).timeout(60_000);
  }

  it('has findings to compare', () => {
    const samples = fc.sample(files, { numRuns: 50, seed: 1 }).filter((texts) => found('file:///w/v', 'file:///w/v', texts).length > 0);
    assert.ok(samples.length > 25, String(samples.length));
  });
});
