import assert from 'node:assert';
import fc from 'fast-check';
import { decidePair, verdictGroupOf, sameVerdict } from '../../../server/src/core/access/pair-verdicts';
import { describeRequirements } from '../../../server/src/core/access/text/describe-access';
import type { Outcome } from '../../../server/src/core/access/verdict';
import { ACTIONS, actionsIn, expandAction, STAR_ONLY_ACTIONS } from '../../../server/src/core/aws/actions';
import { deploymentSymbol } from '../../../server/src/core/aws/identifier-comparison';
import type { Key } from '../../../server/src/core/linking/entities';
import {
  discoveredIdentityPolicy, discoveredKeyPolicy, evaluationWorld, grantWith, identityWithPolicies, keyWithPolicyOf, verdictOn,
  verdictText,
} from '../../support/access-builders';
import { CONSUMER, KEY_ARN, KEY_ID, OWNER, roleArn, rootArn, type StatementJson, userArn } from '../../support/fixtures';

const OUTCOME_PERMISSIVENESS: Record<Outcome, number> = { denied: 0, unknown: 1, conditional: 2, allowed: 3 };
const PATTERNS = [
  '*', 'kms:*', 'kms:Decrypt', 'kms:decrypt', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:Re*', 'kms:Describe*', 'kms:List*',
  'kms:CreateGrant',
  'kms:PutKeyPolicy', 'kms:?ecrypt', 'kms:CreateAlias', 'kms:${operation}', 's3:GetObject',
];
const PRINCIPALS = [
  '*', OWNER, CONSUMER, rootArn(OWNER), rootArn(CONSUMER), roleArn(OWNER),
  roleArn(CONSUMER), roleArn(CONSUMER, 'Other'), userArn(CONSUMER),
  `arn:aws:sts::${CONSUMER}:assumed-role/App/s1`,
  `arn:aws:sts::${CONSUMER}:assumed-role/App/s2`, `arn:aws:sts::${OWNER}:assumed-role/App/s1`,
  `arn:aws:sts::${OWNER}:assumed-role/App/s2`, 'arn:aws:iam::${account}:root', 'arn:aws:iam::${account}:role/App',
  `arn:aws:iam::${CONSUMER}:role/*`, 'AROADBQP57FF2AEXAMPLE', `arn:aws-cn:iam::${CONSUMER}:root`,
];
const RESOURCES = [
  '*', KEY_ARN, `arn:aws:kms:*:${OWNER}:key/*`, 'arn:aws:kms:*:*:key/*', KEY_ARN.replace('us-west-2', 'eu-west-1'),
  `arn:aws:kms:us-west-2:${CONSUMER}:key/${KEY_ID}`,
  `arn:aws:kms:us-west-2:${OWNER}:alias/*`, 'arn:aws:kms:us-west-2:${owner}:key/*',
  'arn:aws:kms:us-west-2:111122223333:key/${aws:PrincipalTag/key}', 'arn:aws:s3:::b',
];
const CONDITIONS: readonly StatementJson[] = [
  { StringEquals: { 'kms:CallerAccount': CONSUMER } }, { StringNotEquals: { 'kms:CallerAccount': CONSUMER } },
  { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } },
  { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } },
  { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } },
  { StringEqualsIfExists: { 'kms:EncryptionContext:App': 'x' } },
  { StringEquals: { 'kms:EncryptionContext:App': 'x' }, Bool: { 'kms:GrantIsForAWSResource': true } },
  { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${CONSUMER}:role/*` } }, { Null: { 'kms:EncryptionContext:App': 'false' } },
  { StringEquals: { 'aws:PrincipalAccount': '${account}' } }, { StringEqualz: { 'kms:KeySpec': 'X' } },
];

const nonEmptySubset = (values: readonly string[]): fc.Arbitrary<string[]> =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
const effect = fc.constantFrom('Allow', 'Allow', 'Deny');
const action = fc.oneof(
  { weight: 5, arbitrary: nonEmptySubset(PATTERNS).map((patterns) => ({ Action: patterns })) },
  { weight: 1, arbitrary: nonEmptySubset(PATTERNS).map((patterns) => ({ NotAction: patterns })) },
);
const condition = fc.option(fc.constantFrom(...CONDITIONS), { freq: 2, nil: undefined }).map((
  block,
) => (block ? { Condition: block } : {}));
const principal = fc.oneof(
  { weight: 6, arbitrary: nonEmptySubset(PRINCIPALS).map((values) => ({ Principal: { AWS: values } })) },
  { weight: 1, arbitrary: nonEmptySubset(PRINCIPALS).map((values) => ({ NotPrincipal: { AWS: values } })) },
);
const resource = fc.oneof(
  { weight: 6, arbitrary: nonEmptySubset(RESOURCES).map((values) => ({ Resource: values })) },
  { weight: 1, arbitrary: nonEmptySubset(RESOURCES).map((values) => ({ NotResource: values })) },
);
const statement = (...elements: readonly fc.Arbitrary<StatementJson>[]): fc.Arbitrary<StatementJson> => (
  fc.tuple(effect, action, condition, ...elements).map(([which, ...parts]) => Object.assign({ Effect: which }, ...parts) as StatementJson)
);
const keyStatement = statement(principal);
const identityStatement = statement(resource);
const keyStatements = fc.array(keyStatement, { minLength: 1, maxLength: 4 });
const identityStatements = fc.array(identityStatement, { maxLength: 3 });
/** Identities whose account is known: of the others the reading of the whole key policy depends (design, Links). */
const identityArn = fc.constantFrom(
  roleArn(CONSUMER), roleArn(OWNER), roleArn(OWNER, 'B'), userArn(CONSUMER), CONSUMER,
  OWNER, `arn:aws:iam::${CONSUMER}:group/Dev`, `arn:aws:sts::${CONSUMER}:assumed-role/App/s1`,
  'arn:aws-cn:iam::444455556666:role/App',
);
const identityArnOrUnknown = fc.oneof({ weight: 8, arbitrary: identityArn }, { weight: 2, arbitrary: fc.constant(undefined) });
const grant = fc.record({
  granteePrincipal: fc.constantFrom(roleArn(CONSUMER), rootArn(CONSUMER), roleArn(OWNER)),
  retiringPrincipal: fc.constantFrom(undefined, roleArn(CONSUMER), rootArn(OWNER)),
  issuingAccount: fc.constantFrom(undefined, rootArn(CONSUMER)),
  constraints: fc.constantFrom([], [{ name: 'EncryptionContextSubset', values: ['a=b'] }]),
  operations: fc.constantFrom(['Decrypt', 'CreateGrant', 'RetireGrant'], ['Decrypt', 'DescribeKey']),
}).map(grantWith);
const keyChanges = fc.record({
  arn: fc.constantFrom(KEY_ARN, KEY_ARN, KEY_ARN, undefined),
  grants: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: fc.array(grant, { maxLength: 2 }) }),
  awsManaged: fc.constantFrom(false, false, false, true), keySpec: fc.constantFrom(undefined, 'SYMMETRIC_DEFAULT'),
}) as fc.Arbitrary<Partial<Key>>;
const ORGANIZATIONS = new Map([['o-exampleorgid', [OWNER]]]);
const SAMPLE_ACTIONS = ACTIONS.filter(({ name }) =>
  /Decrypt$|:Encrypt$|GenerateDataKey$|CreateGrant|RetireGrant|PutKeyPolicy|DescribeKey|CreateAlias|ListKeys/.test(name)
);

interface AccessScenario {
  readonly identityArn: string | undefined;
  readonly keyStatements: readonly StatementJson[];
  readonly identityStatements: readonly StatementJson[];
  readonly keyChanges: Partial<Key>;
}

const accessScenario = (identity: fc.Arbitrary<string | undefined> = identityArn): fc.Arbitrary<AccessScenario> =>
  fc.record({ identityArn: identity, keyStatements, identityStatements, keyChanges });

function outcomesOfScenario({ identityArn, keyStatements, identityStatements, keyChanges: more }: AccessScenario): Outcome[] {
  const identity = identityWithPolicies(identityArn, discoveredIdentityPolicy(...identityStatements));
  const subject = keyWithPolicyOf(discoveredKeyPolicy(...keyStatements), more);
  return SAMPLE_ACTIONS.map((each) => verdictOn(identity, subject, each.name, ORGANIZATIONS).outcome);
}

function isMonotonic(what: 'more' | 'less', before: Outcome[], after: Outcome[]): boolean {
  return before.every((outcome, index) => {
    const change = OUTCOME_PERMISSIVENESS[after[index] ?? 'denied'] - OUTCOME_PERMISSIVENESS[outcome];
    return what === 'more' ? change <= 0 : change >= 0;
  });
}

const SESSION_ARN = `arn:aws:sts::${OWNER}:assumed-role/App/s1`;

/** Statements whose principals overlap: everyone beside a session, and two sessions, without a condition and with one. */
const OVERLAPPING_PRINCIPALS: readonly AccessScenario[] = [
  { allowed: SESSION_ARN, denied: ['*', SESSION_ARN], condition: {} },
  { allowed: '*', denied: [SESSION_ARN, '*'], condition: { Condition: { StringEquals: { 'aws:PrincipalAccount': '${account}' } } } },
  { allowed: '*', denied: [SESSION_ARN, `${SESSION_ARN}0`],
    condition: { Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } } },
].map(({ allowed, denied, condition: block }) => ({
  identityArn: roleArn(OWNER),
  keyStatements: [
    { Effect: 'Allow', Action: ['*'], Principal: { AWS: [allowed] } },
    { Effect: 'Deny', Action: ['*'], Principal: { AWS: denied }, ...block },
  ],
  identityStatements: [{ Effect: 'Allow', Action: ['*'], Resource: [KEY_ARN.replace(OWNER, CONSUMER)] }],
  keyChanges: { arn: KEY_ARN },
}));

describe('access: laws', () => {
  const law = <T>(property: fc.IProperty<T>): void => {
    fc.assert(property, { numRuns: 250 });
  };

  it('adding a Deny never allows more', () =>
    law(fc.property(accessScenario(), keyStatement, identityStatement, (before, inKey, inOwn) => {
      const outcome = outcomesOfScenario(before);
      return isMonotonic('more', outcome,
        outcomesOfScenario({ ...before, keyStatements: [...before.keyStatements, { ...inKey, Effect: 'Deny' }] }))
        && isMonotonic('more', outcome,
          outcomesOfScenario({ ...before, identityStatements: [...before.identityStatements, { ...inOwn, Effect: 'Deny' }] }));
    })));

  it('adding an Allow never denies more', () =>
    law(fc.property(accessScenario(), keyStatement, identityStatement, (before, inKey, inOwn) => {
      const outcome = outcomesOfScenario(before);
      return isMonotonic('less', outcome,
        outcomesOfScenario({ ...before, keyStatements: [...before.keyStatements, { ...inKey, Effect: 'Allow' }] }))
        && isMonotonic('less', outcome,
          outcomesOfScenario({ ...before, identityStatements: [...before.identityStatements, { ...inOwn, Effect: 'Allow' }] }));
    })));

  it('the order of statements never matters', () =>
    law(fc.property(accessScenario(identityArnOrUnknown), (before) => {
      assert.deepEqual(
        outcomesOfScenario({ ...before, keyStatements: [...before.keyStatements].reverse(),
          identityStatements: [...before.identityStatements].reverse() }),
        outcomesOfScenario(before),
      );
    })));

  it('the number of policies that hold the statements never matters', () =>
    law(fc.property(accessScenario(identityArnOrUnknown), ({ identityArn, keyStatements, identityStatements, keyChanges: more }) => {
      const apart = identityWithPolicies(identityArn, ...identityStatements.map((each) => discoveredIdentityPolicy(each)));
      const subject = keyWithPolicyOf(discoveredKeyPolicy(...keyStatements), more);
      const got = SAMPLE_ACTIONS.map((each) => verdictOn(apart, subject, each.name, ORGANIZATIONS).outcome);
      assert.deepEqual(got, outcomesOfScenario({ identityArn, keyStatements, identityStatements, keyChanges: more }));
    })));

  it('principals of one statement are as good as statements of their own (IAM User Guide, reference_policies_elements_principal)', () => {
    const apart = (statement: StatementJson): StatementJson[] => {
      const { AWS = [] } = (statement['Principal'] ?? {}) as { AWS?: readonly string[] };
      return AWS.length === 0 ? [statement] : AWS.map((value) => ({ ...statement, Principal: { AWS: value } }));
    };
    const verdicts = (of: string | undefined, key: Key, own: readonly StatementJson[]): string[] =>
      SAMPLE_ACTIONS.map((each) => {
        const verdict = verdictOn(identityWithPolicies(of, discoveredIdentityPolicy(...own)), key, each.name, ORGANIZATIONS);
        const told = [verdict, ...verdict.alternatives].map((accessRequirements) =>
          describeRequirements(accessRequirements).sort().join(' and ')
        );
        return `${each.name} ${verdictText(verdict)} ${told.sort().join(' or ')}`;
      });
    fc.assert(
      fc.property(accessScenario(identityArnOrUnknown),
        ({ identityArn: of, keyStatements: key, identityStatements: own, keyChanges: more }) => {
          const together = verdicts(of, keyWithPolicyOf(discoveredKeyPolicy(...key), more), own);
          const split = verdicts(of, keyWithPolicyOf(discoveredKeyPolicy(...key.flatMap(apart)), more), own);
          // In one statement a placeholder beside "*" hides nothing; in a statement of its own it leaves open whom the Deny hits.
          const isDecided = (_: string, i: number): boolean => split[i]?.includes(' unknown: ') === false;
          assert.deepEqual(together.filter(isDecided), split.filter(isDecided));
        }),
      { numRuns: 500, examples: OVERLAPPING_PRINCIPALS.map((scenario): [AccessScenario] => [scenario]) },
    );
  });

  it('expanding a wildcard changes nothing', () => {
    const expand = (readonly: StatementJson): StatementJson => {
      const element = 'Action' in readonly ? 'Action' : 'NotAction';
      const patterns = readonly[element] as readonly string[];
      return { ...readonly,
        [element]: patterns.flatMap((
          pattern,
        ) => (pattern.includes('$') ? [pattern] : ['x:y', ...actionsIn(expandAction(pattern)).map(({ name }) => name)])) };
    };
    // What a policy of unknown attachment asks for by name decides whose it is: `*` names nothing.
    law(fc.property(accessScenario(), (before) => {
      assert.deepEqual(
        outcomesOfScenario({ ...before, keyStatements: before.keyStatements.map(expand),
          identityStatements: before.identityStatements.map(expand) }),
        outcomesOfScenario(before),
      );
    }));
  });

  it('across accounts both halves are needed', () =>
    law(
      fc.property(accessScenario(fc.constantFrom(roleArn(CONSUMER), userArn(CONSUMER), CONSUMER)), (before) => {
        const withGrant = (before.keyChanges.grants ?? []).length > 0;
        fc.pre(!withGrant && before.keyChanges.arn !== undefined);
        const none = { Effect: 'Allow', Principal: { Service: 'x.amazonaws.com' }, Action: 'kms:*' };
        const withoutOwn = outcomesOfScenario({ ...before, identityStatements: [] });
        const withoutKey = outcomesOfScenario({ ...before, keyStatements: [none] });
        return withoutOwn.every((outcome) => outcome === 'denied')
          && withoutKey.every((outcome, index) => outcome === 'denied' || SAMPLE_ACTIONS[index]?.name === 'kms:RetireGrant');
      }),
    ));

  it('a pair says the same as each of its actions', () =>
    law(
      fc.property(accessScenario(identityArnOrUnknown), fc.boolean(),
        ({ identityArn: of, keyStatements: key, identityStatements: own, keyChanges: more }, hidden) => {
          const identity = identityWithPolicies(of, discoveredIdentityPolicy(...own));
          const subject = keyWithPolicyOf(hidden ? undefined : discoveredKeyPolicy(...key), more);
          const groups = decidePair(identity, subject, evaluationWorld(ORGANIZATIONS));
          let seen = 0n;
          for (const { actions } of groups) {
            assert.equal(seen & actions, 0n);
            seen |= actions;
          }
          assert.equal(seen & STAR_ONLY_ACTIONS, 0n);
          for (const each of ACTIONS) {
            const single = verdictOn(identity, subject, each.name, ORGANIZATIONS);
            const group = verdictGroupOf(groups, each);
            if (group)
              assert(sameVerdict(single, group.verdict), `${each.name}: ${single.outcome} ${single.reason}, in the pair `
                + `${group.verdict.outcome} ${group.verdict.reason}`);
            else if (single.outcome !== 'denied' && (each.bit & STAR_ONLY_ACTIONS) === 0n)
              assert.equal(single.reason, 'key-policy-missing', each.name);
          }
        }),
    ));
});

describe('access: laws of deployment symbols', () => {
  const accountOf = (file: string): string => deploymentSymbol('account', `AWS::AccountId of ${file}`, file);
  const [symbol, otherSymbol] = [accountOf('a.yaml'), accountOf('b.yaml')];
  const NUMBERS = [OWNER, CONSUMER, '777788889999'];
  const SYMBOLIC_ARNS = [roleArn(symbol), roleArn(symbol, 'B'), userArn(symbol), `arn:aws:sts::${symbol}:assumed-role/App/s1`,
    `arn:aws:iam::${symbol}:group/Dev`, symbol];

  const keyOf = (account: string, statements: readonly StatementJson[], { arn: known, ...more }: Partial<Key>): Key =>
    keyWithPolicyOf(discoveredKeyPolicy(...statements), {
      ...more,
      arn: known === undefined ? undefined : KEY_ARN.replace(OWNER, account),
      account,
      partition: 'aws',
      region: 'us-west-2',
      keyId: KEY_ID,
    });

  const outcomesOf = (identityArn: string, keyAccount: string,
    { keyStatements, identityStatements, keyChanges }: AccessScenario): Outcome[] => {
    const identity = identityWithPolicies(identityArn, discoveredIdentityPolicy(...identityStatements));
    const subject = keyOf(keyAccount, keyStatements, keyChanges);
    return SAMPLE_ACTIONS.map((each) => verdictOn(identity, subject, each.name, ORGANIZATIONS).outcome);
  };

  /** Checks that what is certain with symbols is what holds whatever they stand for, and counts what is certain. */
  function checkLaw(identities: fc.Arbitrary<string>, keyAccount: string,
    valuesOf: readonly (readonly [identity: string, key: string])[]): number {
    let certain = 0;
    fc.assert(fc.property(identities, accessScenario(), (arn, scenario) => {
      const outcomes = outcomesOf(arn, keyAccount, scenario);
      for (const [identityValue, keyValue] of valuesOf) {
        const concrete = outcomesOf(arn.replace(symbol, identityValue), keyAccount.replace(symbol, keyValue).replace(otherSymbol, keyValue),
          scenario);
        outcomes.forEach((outcome, index) => {
          if (outcome !== 'allowed' && outcome !== 'denied') return;
          certain += 1;
          assert.equal(concrete[index], outcome, `${SAMPLE_ACTIONS[index]?.name ?? ''} with ${identityValue} and ${keyValue}`);
        });
      }
    }), { numRuns: 400 });
    return certain;
  }

  it('an identity of a symbolic account is allowed or denied only what every account is', () => {
    assert.ok(checkLaw(fc.constantFrom(...SYMBOLIC_ARNS), OWNER, NUMBERS.map((number) => [number, OWNER])) > 1000);
  });

  it('a key of a symbolic account allows or denies only what one of every account does', () => {
    assert.ok(checkLaw(identityArn, symbol, NUMBERS.map((number) => ['', number])) > 1000);
  });

  it('two symbols may stand for one account or for two', () => {
    assert.ok(
      checkLaw(fc.constantFrom(...SYMBOLIC_ARNS), otherSymbol, NUMBERS.flatMap((a) => NUMBERS.map((b): [string, string] => [a, b]))) > 1000,
    );
  });

  it('one symbol is one account', () => {
    assert.ok(checkLaw(fc.constantFrom(...SYMBOLIC_ARNS), symbol, NUMBERS.map((number) => [number, number])) > 1000);
  });
});
