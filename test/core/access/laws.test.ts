import assert from 'node:assert';
import fc from 'fast-check';
import { decide } from '../../../server/src/core/access/decide';
import { decidePair, groupOf, sameVerdict } from '../../../server/src/core/access/pair';
import { limitTexts } from '../../../server/src/core/access/say';
import type { Outcome } from '../../../server/src/core/access/verdict';
import { ACTIONS, actionsIn, expandAction, STAR_ONLY_ACTIONS } from '../../../server/src/core/aws/actions';
import type { Key } from '../../../server/src/core/workspace/world';
import {
  EXT, grantOf, identityOf, identityPolicy, KEY_ARN, KEY_ID, keyOf, keyPolicy, OWN, roleOf, rootOf, said, userOf, type StatementJson,
} from '../../support/access';

const RANK: Record<Outcome, number> = { denied: 0, unknown: 1, conditional: 2, allowed: 3 };
const PATTERNS = [
  '*', 'kms:*', 'kms:Decrypt', 'kms:decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:Re*', 'kms:Describe*', 'kms:List*', 'kms:CreateGrant',
  'kms:PutKeyPolicy', 'kms:?ecrypt', 'kms:CreateAlias', 'kms:${operation}', 's3:GetObject',
];
const PRINCIPALS = [
  '*', OWN, EXT, rootOf(OWN), rootOf(EXT), roleOf(OWN), roleOf(EXT), roleOf(EXT, 'Other'), userOf(EXT), `arn:aws:sts::${EXT}:assumed-role/App/s1`,
  `arn:aws:sts::${EXT}:assumed-role/App/s2`, `arn:aws:sts::${OWN}:assumed-role/App/s1`, `arn:aws:sts::${OWN}:assumed-role/App/s2`, 'arn:aws:iam::${account}:root', 'arn:aws:iam::${account}:role/App', `arn:aws:iam::${EXT}:role/*`, 'AROADBQP57FF2AEXAMPLE', `arn:aws-cn:iam::${EXT}:root`,
];
const RESOURCES = [
  '*', KEY_ARN, `arn:aws:kms:*:${OWN}:key/*`, 'arn:aws:kms:*:*:key/*', KEY_ARN.replace('us-west-2', 'eu-west-1'), `arn:aws:kms:us-west-2:${EXT}:key/${KEY_ID}`,
  `arn:aws:kms:us-west-2:${OWN}:alias/*`, 'arn:aws:kms:us-west-2:${owner}:key/*', 'arn:aws:kms:us-west-2:111122223333:key/${aws:PrincipalTag/key}', 'arn:aws:s3:::b',
];
const CONDITIONS: readonly StatementJson[] = [
  { StringEquals: { 'kms:CallerAccount': EXT } }, { StringNotEquals: { 'kms:CallerAccount': EXT } }, { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } },
  { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } }, { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
  { StringEqualsIfExists: { 'kms:EncryptionContext:App': 'x' } }, { StringEquals: { 'kms:EncryptionContext:App': 'x' }, Bool: { 'kms:GrantIsForAWSResource': true } },
  { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${EXT}:role/*` } }, { Null: { 'kms:EncryptionContext:App': 'false' } },
  { StringEquals: { 'aws:PrincipalAccount': '${account}' } }, { StringEqualz: { 'kms:KeySpec': 'X' } },
];

const some = (values: readonly string[]): fc.Arbitrary<string[]> => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
const effect = fc.constantFrom('Allow', 'Allow', 'Deny');
const action = fc.oneof(
  { weight: 5, arbitrary: some(PATTERNS).map((patterns) => ({ Action: patterns })) },
  { weight: 1, arbitrary: some(PATTERNS).map((patterns) => ({ NotAction: patterns })) },
);
const condition = fc.option(fc.constantFrom(...CONDITIONS), { freq: 2, nil: undefined }).map((block) => (block ? { Condition: block } : {}));
const principal = fc.oneof(
  { weight: 6, arbitrary: some(PRINCIPALS).map((values) => ({ Principal: { AWS: values } })) },
  { weight: 1, arbitrary: some(PRINCIPALS).map((values) => ({ NotPrincipal: { AWS: values } })) },
);
const resource = fc.oneof(
  { weight: 6, arbitrary: some(RESOURCES).map((values) => ({ Resource: values })) },
  { weight: 1, arbitrary: some(RESOURCES).map((values) => ({ NotResource: values })) },
);
const statement = (...elements: readonly fc.Arbitrary<StatementJson>[]): fc.Arbitrary<StatementJson> => (
  fc.tuple(effect, action, condition, ...elements).map(([which, ...parts]) => Object.assign({ Effect: which }, ...parts) as StatementJson)
);
const keyStatement = statement(principal);
const ownStatement = statement(resource);
const keyStatements = fc.array(keyStatement, { minLength: 1, maxLength: 4 });
const ownStatements = fc.array(ownStatement, { maxLength: 3 });
/** Identities whose account is known: of the others the reading of the whole key policy depends (design, Links). */
const who = fc.constantFrom(
  roleOf(EXT), roleOf(OWN), roleOf(OWN, 'B'), userOf(EXT), EXT, OWN, `arn:aws:iam::${EXT}:group/Dev`, `arn:aws:sts::${EXT}:assumed-role/App/s1`,
  'arn:aws-cn:iam::444455556666:role/App',
);
const anyone = fc.oneof({ weight: 8, arbitrary: who }, { weight: 2, arbitrary: fc.constant(undefined) });
const grant = fc.record({
  granteePrincipal: fc.constantFrom(roleOf(EXT), rootOf(EXT), roleOf(OWN)), retiringPrincipal: fc.constantFrom(undefined, roleOf(EXT), rootOf(OWN)),
  issuingAccount: fc.constantFrom(undefined, rootOf(EXT)), constraints: fc.constantFrom([], [{ name: 'EncryptionContextSubset', values: ['a=b'] }]),
  operations: fc.constantFrom(['Decrypt', 'CreateGrant', 'RetireGrant'], ['Decrypt', 'DescribeKey']),
}).map(grantOf);
const about = fc.record({
  arn: fc.constantFrom(KEY_ARN, KEY_ARN, KEY_ARN, undefined), grants: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(grant, { maxLength: 2 }) }),
  awsManaged: fc.constantFrom(false, false, false, true), keySpec: fc.constantFrom(undefined, 'SYMMETRIC_DEFAULT'),
}) as fc.Arbitrary<Partial<Key>>;
const ORGANIZATIONS = new Map([['o-exampleorgid', [OWN]]]);
const SAMPLE = ACTIONS.filter(({ name }) => /Decrypt$|:Encrypt$|GenerateDataKey$|CreateGrant|RetireGrant|PutKeyPolicy|DescribeKey|CreateAlias|ListKeys/.test(name));

interface Scene {
  readonly of: string | undefined;
  readonly key: readonly StatementJson[];
  readonly own: readonly StatementJson[];
  readonly about: Partial<Key>;
}

const scene = (identity: fc.Arbitrary<string | undefined> = who): fc.Arbitrary<Scene> => fc.record({ of: identity, key: keyStatements, own: ownStatements, about });

function outcomes({ of, key, own, about: more }: Scene): Outcome[] {
  const identity = identityOf(of, identityPolicy(...own));
  const subject = keyOf(keyPolicy(...key), more);
  return SAMPLE.map((each) => decide({ identity, key: subject, action: each, organizations: ORGANIZATIONS }).outcome);
}

function never(what: 'more' | 'less', before: Outcome[], after: Outcome[]): boolean {
  return before.every((outcome, index) => {
    const change = RANK[after[index] ?? 'denied'] - RANK[outcome];
    return what === 'more' ? change <= 0 : change >= 0;
  });
}

describe('access: laws', () => {
  const law = <T>(property: fc.IProperty<T>): void => { fc.assert(property, { numRuns: 250 }); };

  it('adding a Deny never allows more', () => law(fc.property(scene(), keyStatement, ownStatement, (before, inKey, inOwn) => {
    const outcome = outcomes(before);
    return never('more', outcome, outcomes({ ...before, key: [...before.key, { ...inKey, Effect: 'Deny' }] }))
      && never('more', outcome, outcomes({ ...before, own: [...before.own, { ...inOwn, Effect: 'Deny' }] }));
  })));

  it('adding an Allow never denies more', () => law(fc.property(scene(), keyStatement, ownStatement, (before, inKey, inOwn) => {
    const outcome = outcomes(before);
    return never('less', outcome, outcomes({ ...before, key: [...before.key, { ...inKey, Effect: 'Allow' }] }))
      && never('less', outcome, outcomes({ ...before, own: [...before.own, { ...inOwn, Effect: 'Allow' }] }));
  })));

  it('the order of statements never matters', () => law(fc.property(scene(anyone), (before) => {
    assert.deepEqual(outcomes({ ...before, key: [...before.key].reverse(), own: [...before.own].reverse() }), outcomes(before));
  })));

  it('the number of policies that hold the statements never matters', () => law(fc.property(scene(anyone), ({ of, key, own, about: more }) => {
    const apart = identityOf(of, ...own.map((each) => identityPolicy(each)));
    const subject = keyOf(keyPolicy(...key), more);
    const got = SAMPLE.map((each) => decide({ identity: apart, key: subject, action: each, organizations: ORGANIZATIONS }).outcome);
    assert.deepEqual(got, outcomes({ of, key, own, about: more }));
  })));

  it('principals of one statement are as good as statements of their own (IAM User Guide, reference_policies_elements_principal)', () => {
    const apart = (statement: StatementJson): StatementJson[] => {
      const { AWS = [] } = (statement['Principal'] ?? {}) as { AWS?: readonly string[] };
      return AWS.length === 0 ? [statement] : AWS.map((value) => ({ ...statement, Principal: { AWS: value } }));
    };
    const verdicts = (of: string | undefined, key: Key, own: readonly StatementJson[]): string[] => SAMPLE.map((each) => {
      const verdict = decide({ identity: identityOf(of, identityPolicy(...own)), key, action: each, organizations: ORGANIZATIONS });
      const told = [verdict, ...verdict.alternatives].map((limits) => limitTexts(limits).sort().join(' and '));
      return `${each.name} ${said(verdict)} ${told.sort().join(' or ')}`;
    });
    fc.assert(fc.property(scene(anyone), ({ of, key, own, about: more }) => {
      const together = verdicts(of, keyOf(keyPolicy(...key), more), own);
      const split = verdicts(of, keyOf(keyPolicy(...key.flatMap(apart)), more), own);
      // In one statement a placeholder beside "*" hides nothing; in a statement of its own it leaves open whom the Deny hits.
      const isDecided = (_: string, i: number): boolean => split[i]?.includes(' unknown: ') === false;
      assert.deepEqual(together.filter(isDecided), split.filter(isDecided));
    }), { numRuns: 500 });
  });

  it('expanding a wildcard changes nothing', () => {
    const expand = (one: StatementJson): StatementJson => {
      const element = 'Action' in one ? 'Action' : 'NotAction';
      const patterns = one[element] as readonly string[];
      return { ...one, [element]: patterns.flatMap((pattern) => (pattern.includes('$') ? [pattern] : ['x:y', ...actionsIn(expandAction(pattern)).map(({ name }) => name)])) };
    };
    // What a policy of unknown attachment asks for by name decides whose it is: `*` names nothing.
    law(fc.property(scene(), (before) => {
      assert.deepEqual(outcomes({ ...before, key: before.key.map(expand), own: before.own.map(expand) }), outcomes(before));
    }));
  });

  it('across accounts both halves are needed', () => law(fc.property(scene(fc.constantFrom(roleOf(EXT), userOf(EXT), EXT)), (before) => {
    const withGrant = (before.about.grants ?? []).length > 0;
    fc.pre(!withGrant && before.about.arn !== undefined);
    const none = { Effect: 'Allow', Principal: { Service: 'x.amazonaws.com' }, Action: 'kms:*' };
    const withoutOwn = outcomes({ ...before, own: [] });
    const withoutKey = outcomes({ ...before, key: [none] });
    return withoutOwn.every((outcome) => outcome === 'denied')
      && withoutKey.every((outcome, index) => outcome === 'denied' || SAMPLE[index]?.name === 'kms:RetireGrant');
  })));

  it('a pair says the same as each of its actions', () => law(fc.property(scene(anyone), fc.boolean(), ({ of, key, own, about: more }, hidden) => {
    const identity = identityOf(of, identityPolicy(...own));
    const subject = keyOf(hidden ? undefined : keyPolicy(...key), more);
    const groups = decidePair(identity, subject, ORGANIZATIONS);
    let seen = 0n;
    for (const { actions } of groups) {
      assert.equal(seen & actions, 0n);
      seen |= actions;
    }
    assert.equal(seen & STAR_ONLY_ACTIONS, 0n);
    for (const each of ACTIONS) {
      const single = decide({ identity, key: subject, action: each, organizations: ORGANIZATIONS });
      const group = groupOf(groups, each);
      if (group) assert(sameVerdict(single, group.verdict), `${each.name}: ${single.outcome} ${single.reason}, in the pair ${group.verdict.outcome} ${group.verdict.reason}`);
      else if (single.outcome !== 'denied' && (each.bit & STAR_ONLY_ACTIONS) === 0n) assert.equal(single.reason, 'key-policy-missing', each.name);
    }
  })));
});
