import { composeDeltas, type WorkspaceDelta } from '../../../server/src/core/workspace/delta';
import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { analyse, analysisSteps, type Analysis } from '../../../server/src/core/analysis/analyse';
import { RULES } from '../../../server/src/core/rules/registry';
import type { Finding } from '../../../server/src/core/rules/shared/finding';
import { emptyWorkspace, readAhead, updateWorkspace, type Workspace,
  type WorkspaceChange } from '../../../server/src/core/workspace/workspace';
import { IAM_POLICY_TEXTS, KEY_POLICY_TEXTS, KEYS, printed, ROLES } from '../../rules/random-policies';
import { CONSUMER, OWNER, rootArn } from '../../support/fixtures';

const FOLDER = 'file:///w';

const file = fc.oneof(
  fc.record({ name: fc.constantFrom('k0.json', 'k1.json', 'k2.json', 'sub/k0.json'), text: KEY_POLICY_TEXTS }),
  fc.record({ name: fc.constantFrom('r0.json', 'r1.json', 'r2.json', 'loose.json', 'sub/r0.json', `${CONSUMER}/role/r1/a.json`),
    text: IAM_POLICY_TEXTS }),
);
const manifest = fc.record({
  keys: fc.subarray([0, 1, 2]), identities: fc.subarray([0, 1, 2]), off: fc.boolean(), suppress: fc.boolean(),
  regions: fc.option(fc.subarray(['us-west-2', 'eu-west-1']), { nil: undefined }),
}).map(({ keys, identities, off, suppress, regions }) => ({
  name: 'kms-handshake.json',
  text: JSON.stringify({
    keys: keys.map((i) => ({ arn: KEYS[i], policy: `k${i}.json` })),
    identities: identities.map((i) => ({ arn: ROLES[i], policies: [`r${i}.json`], resourceRegions: regions })),
    ...off ? { rules: { 'root-is-account': 'off', 'identity-policy-missing': 'error' } } : {},
    ...suppress ? { suppress: [{ rule: 'wildcard-principal', file: 'k0.json', sid: 'A', reason: 'test' }] } : {},
  }),
}));
/** Also below the root, where the nearest counts, with what it leaves out. */
const manifestPut = fc.tuple(fc.constantFrom('', '', 'sub/'), manifest, fc.boolean()).map((
  [folder, { name, text }, excludes],
): WorkspaceChange => (
  {
    put: { uri: `${FOLDER}/${folder}${name}`,
      text: excludes ? text.replace('{', '{ "exclude": ["k1.json", "sub/kms-handshake.json"], ') : text },
  }
));
const metadataPut = fc.tuple(fc.constantFrom('', 'sub/', `${CONSUMER}/role/r1/`), fc.constantFrom(...KEYS, ...ROLES)).map((
  [folder, arn],
): WorkspaceChange => (
  { put: { uri: `${FOLDER}/${folder}metadata.json`, text: JSON.stringify({ arn }) } }
));
const POLICIES = ['Keys', 'Others'].map((name) => `arn:aws:iam::${CONSUMER}:policy/${name}`);
/** Whoever `metadata.json` names has these managed policies, and one of them is in the folder of another. */
const managedPut = fc.oneof(
  fc.tuple(fc.constantFrom('', 'sub/', `${CONSUMER}/role/r1/`), fc.subarray(POLICIES)).map(([folder, arns]): WorkspaceChange => ({
    put: { uri: `${FOLDER}/${folder}managed-policies.json`, text: JSON.stringify(arns) },
  })),
  fc.constantFrom(...POLICIES).map((arn): WorkspaceChange => ({ put: { uri: `${FOLDER}/metadata.json`, text: JSON.stringify({ arn }) } })),
);
/** Comments that suppress a finding, another or none, in a template. */
const SUPPRESSIONS = ['', 'wildcard-principal why', 'sid-duplicate, wildcard-principal', 'nonsense why'];
const templatePut = fc.tuple(fc.constantFrom(...SUPPRESSIONS), fc.boolean()).map(([suppression, isOpen]): WorkspaceChange => ({
  put: { uri: `${FOLDER}/t.yaml`, text: `Resources:
  DataKey:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy:
        Version: '2012-10-17'
        Statement: # kms-handshake:ignore ${suppression}
          - {Sid: A, Effect: Allow, Principal: {AWS: '${isOpen ? '*' : rootArn(OWNER)}'}, Action: 'kms:*', Resource: '*'}
` },
}));
const change = fc.oneof(
  { weight: 6, arbitrary: file.map(({ name, text }): WorkspaceChange => ({ put: { uri: `${FOLDER}/${name}`, text } })) },
  { weight: 1, arbitrary: manifestPut },
  { weight: 1, arbitrary: metadataPut },
  { weight: 1, arbitrary: managedPut },
  { weight: 1, arbitrary: templatePut },
  { weight: 1,
    arbitrary: fc.constantFrom('k0.json', 'r0.json', 'r1.json', 'kms-handshake.json', 'sub/kms-handshake.json', 'sub/metadata.json',
      't.yaml').map((
      name,
    ): WorkspaceChange => ({ remove: `${FOLDER}/${name}` })) },
);

function shown(byFile: Analysis['findingsByFile']): Record<string, unknown> {
  const line = (
    { code, severity, at, message, related }: Finding,
  ): unknown => [code, severity, at.span.start, at.span.end, message,
    related.map((relatedLocation) => [relatedLocation.at.uri, relatedLocation.at.span.start, relatedLocation.message]).sort()];
  return Object.fromEntries([...byFile].sort(([a], [b]) => (a < b ? -1 : 1)).map(([uri, findings]) => [uri, findings.map(line)]));
}

/** Who meets whom, in order, with how many verdicts. */
function met({ pairsByIdentity, pairsByKey }: Analysis): Record<string, unknown> {
  return {
    identities: [...pairsByIdentity].map(([{ id, arn }, own]) => [id, arn, own.map(({ key, verdicts }) => [key.id, verdicts.length])]),
    keys: [...pairsByKey].map(([{ id }, own]) => [id, own.pairs.map(({ identity, verdicts }) => [identity.id, verdicts.length])]),
  };
}

describe('analyse, change by change', () => {
  it('finds what a full analysis finds, and tells exactly the files whose findings differ', () => {
    fc.assert(fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
      let workspace: Workspace = emptyWorkspace({ folders: [{ uri: FOLDER }], ruleCodes: RULES.map(({ code }) => code) });
      let analysis = analyse(workspace);
      for (const workspaceChange of changes) {
        const before = shown(analysis.findingsByFile);
        const update = updateWorkspace(workspace, [workspaceChange]);
        workspace = update.workspace;
        analysis = analyse(workspace, { previous: analysis, delta: update.delta });
        const now = shown(analysis.findingsByFile);
        assert.deepEqual(analysis.failures, []);
        const whole = analyse(workspace);
        assert.deepEqual(now, shown(whole.findingsByFile));
        assert.deepEqual(met(analysis), met(whole));
        const differ = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((uri) =>
          JSON.stringify(before[uri]) !== JSON.stringify(now[uri])
        );
        assert.deepEqual([...analysis.changedFiles].sort(), differ.sort());
      }
    }), { numRuns: 100 });
  }).timeout(60_000);

  it('finds the same, and in the same order, when many files change at once', () => {
    const many = [1, 2, 3, 4, 5, 6].map((i) => `arn:aws:kms:us-west-2:${OWNER}:key/1234abcd-12ab-34cd-56ef-12345678900${i}`);
    const declared = { keys: many.map((arn, i) => ({ arn, policy: `k${i}.json` })),
      identities: ROLES.map((arn, i) => ({ arn, policies: [`r${i}.json`] })) };
    const keyFile = fc.record({ i: fc.nat(5), text: fc.option(KEY_POLICY_TEXTS, { nil: undefined }) }).map(({ i, text }) => ({
      name: `k${i}.json`,
      text,
    }));
    const asked = fc.subarray(many, { minLength: 1 }).map((Resource) => printed([{ Effect: 'Allow', Action: 'kms:Decrypt', Resource }]));
    const roleFile = fc.record({ i: fc.nat(2), text: asked }).map(({ i, text }) => ({ name: `r${i}.json`, text }));
    fc.assert(
      fc.property(fc.boolean(),
        fc.array(fc.array(fc.oneof(keyFile, roleFile), { minLength: 1, maxLength: 8 }), { minLength: 2, maxLength: 5 }),
        (withManifest, batches) => {
          let workspace: Workspace = emptyWorkspace({ folders: [{ uri: FOLDER }], ruleCodes: RULES.map(({ code }) => code) });
          if (withManifest)
            workspace =
              updateWorkspace(workspace, [{ put: { uri: `${FOLDER}/kms-handshake.json`, text: JSON.stringify(declared) } }]).workspace;
          let analysis = analyse(workspace);
          for (const batch of batches) {
            const update = updateWorkspace(workspace, batch.map(({ name, text }): WorkspaceChange => {
              const uri = `${FOLDER}/${name}`;
              return text === undefined ? { remove: uri } : { put: { uri, text } };
            }));
            workspace = update.workspace;
            analysis = analyse(workspace, { previous: analysis, delta: update.delta });
            const whole = analyse(workspace);
            assert.deepEqual(shown(analysis.findingsByFile), shown(whole.findingsByFile));
            assert.deepEqual(met(analysis), met(whole));
          }
        }),
      { numRuns: 100 },
    );
  }).timeout(60_000);

  it('leaves keys alone when an account that has policies gets one more', () => {
    const path = (name: string): string => `${FOLDER}/${CONSUMER}/role/${name}.json`;
    const key = { uri: `${FOLDER}/k0.json`,
      text: printed([{ Sid: 'A', Effect: 'Allow', Principal: { AWS: [rootArn(OWNER), ROLES[0]] }, Action: 'kms:*',
        Resource: '*' }]) };
    const policy = printed([{ Effect: 'Allow', Action: 'kms:ListKeys', Resource: '*' }]);
    const first =
      updateWorkspace(emptyWorkspace({ folders: [{ uri: FOLDER }] }), [{ put: key }, { put: { uri: path('R0'), text: policy } }]).workspace;
    const before = analyse(first);
    const another = `{ "RoleName": "X", "PolicyName": "list", "PolicyDocument": ${policy} }`;
    const update = updateWorkspace(first, [{ put: { uri: path('X'), text: another } }]);
    const now = analyse(update.workspace, { previous: before, delta: update.delta });
    const [was] = [...before.pairsByKey.values()];
    assert.equal([...now.pairsByIdentity.keys()].length, [...before.pairsByIdentity.keys()].length + 1);
    assert.equal([...now.pairsByKey.values()][0], was);
  });

  it('finds the same in steps that are dropped when the next change comes, of files that were read ahead', () => {
    const piece = fc.record({ one: change, steps: fc.constantFrom(0, 1, 3, 10, 1000) });
    fc.assert(fc.property(fc.array(piece, { minLength: 2, maxLength: 10 }), (pieces) => {
      let workspace: Workspace = emptyWorkspace({ folders: [{ uri: FOLDER }], ruleCodes: RULES.map(({ code }) => code) });
      const first = workspace;
      let analysis = analyse(workspace);
      let pending: WorkspaceDelta | undefined;
      const changed = new Set<string>();
      for (const { one: item, steps } of pieces) {
        const update = updateWorkspace(workspace, ['put' in item ? { ...item, read: readAhead(first, item.put) } : item]);
        workspace = update.workspace;
        pending = pending ? composeDeltas(pending, update.delta) : update.delta;
        const underway = analysisSteps(workspace, { previous: analysis, delta: pending });
        for (let i = 0; i < steps; i++) {
          const step = underway.next();
          if (step.done !== true) continue;
          analysis = step.value;
          pending = undefined;
          for (const uri of analysis.changedFiles) changed.add(uri);
          break;
        }
      }
      const whole = shown(analyse(workspace).findingsByFile);
      if (pending) analysis = analyse(workspace, { previous: analysis, delta: pending });
      for (const uri of analysis.changedFiles) changed.add(uri);
      assert.deepEqual(shown(analysis.findingsByFile), whole);
      assert.deepEqual(Object.keys(whole).filter((uri) => !changed.has(uri)), []);
    }), { numRuns: 100 });
  }).timeout(60_000);
});
