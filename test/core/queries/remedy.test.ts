import assert from 'node:assert/strict';
import { decidePair } from '../../../server/src/core/access/pair-verdicts';
import { explain, type Explanation } from '../../../server/src/core/queries/explain';
import { isRefusal } from '../../../server/src/core/generate/counterpart';
import { analyse } from '../../../server/src/core/analysis/analyse';
import type { FileChange } from '../../../server/src/core/text/file-change';
import { applyEdits } from '../../../server/src/core/text/apply-edits';
import { actionNamesOf } from '../../support/access-builders';
import { CONSUMER, identityPolicyAllow, KEY_ARN, keyPolicyAllow, OWNER, ROLE_ARN, roleArn, rootArn,
  userArn } from '../../support/fixtures';
import { handshakeFiles, type HandshakeSetup } from '../../support/handshake-files';
import { fileText, fileUri, workspaceOfFiles, type FolderFiles } from '../../support/world-of-files';

const HOME = roleArn(OWNER, 'Local');

const IDENTITY_CENTER = 'aws-reserved/sso.amazonaws.com/eu-west-2/AWSReservedSSO_Reader';

interface Scene {
  readonly of: HandshakeSetup;
  readonly action?: string;
  readonly identity?: string;
}

function filesOf({ of, identity = ROLE_ARN }: Scene): FolderFiles {
  return Object.fromEntries(Object.entries(handshakeFiles({ identity, ...of })).map(([path, content]) => [`w/${path}`, fileText(content)]));
}

function ask(files: FolderFiles, { action = 'kms:Decrypt', identity = ROLE_ARN }: Scene): Explanation {
  const answer = explain(workspaceOfFiles(files).world, { identity, action, key: KEY_ARN }, ({ uri }) => uri);
  if (isRefusal(answer)) assert.fail(answer.refused);
  return answer;
}

function changed(files: FolderFiles, changes: readonly FileChange[]): FolderFiles {
  const texts: Record<string, string | object> = { ...files };
  for (const change of changes) {
    const path = change.uri.replace('file:///', '');
    assert.equal(fileUri(path), change.uri);
    texts[path] = 'create' in change ? change.create : applyEdits(fileText(texts[path] ?? ''), change.edits);
  }
  return texts;
}

/** What people see of the findings: hints are none. */
function findings(files: FolderFiles): string[] {
  return [...analyse(workspaceOfFiles(files)).findingsByFile].flatMap(([uri, all]) =>
    all.filter(({ severity }) => severity !== 'hint').map(({ code }) => `${uri} ${code}`)
  );
}

/** Everything that is allowed to anybody on anything, one by one. */
function permissions(files: FolderFiles): string[] {
  const { world } = workspaceOfFiles(files);
  return world.identities.flatMap((identity) => world.keys.flatMap((key) => decidePair(identity, key, world)
    .filter(({ verdict }) => verdict.outcome === 'allowed' || verdict.outcome === 'conditional')
    .flatMap((group) => actionNamesOf(group).map((name) => `${identity.arn ?? identity.id} ${name} ${key.arn ?? key.id}`))));
}

const SCENES: Readonly<Record<string, Scene>> = {
  'the key policy lets the role in, not for this action': {
    of: { keyPolicy: [keyPolicyAllow(ROLE_ARN, 'kms:Decrypt')], identityPolicy: [identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'])] },
    action: 'kms:Encrypt',
  },
  'the key policy lets the account in, not for this action': {
    of: { keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')],
      identityPolicy: [identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'])] },
    action: 'kms:Encrypt',
  },
  'the key policy lets another role in': {
    of: { keyPolicy: [keyPolicyAllow(roleArn(CONSUMER, 'Other'), 'kms:Decrypt')], identityPolicy: [identityPolicyAllow('kms:Decrypt')] },
  },
  'the key policy allows nobody in the account': { of: { keyPolicy: [], identityPolicy: [identityPolicyAllow('kms:Decrypt')] } },
  'both halves are missing': {
    of: { keyPolicy: [], identityPolicy: [identityPolicyAllow('s3:GetObject', { Resource: 'arn:aws:s3:::b/*' })] },
  },
  'the IAM policy is about something else': {
    of: { keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')],
      identityPolicy: [identityPolicyAllow('s3:GetObject', { Resource: 'arn:aws:s3:::b/*' })] },
  },
  'the IAM policy has another action on the key': {
    of: { keyPolicy: [keyPolicyAllow(ROLE_ARN, ['kms:Decrypt', 'kms:Encrypt'])], identityPolicy: [identityPolicyAllow('kms:Encrypt')] },
  },
  'the IAM policy names the key in another Region, for this action only': {
    of: { keyPolicy: [keyPolicyAllow(ROLE_ARN, 'kms:Decrypt')],
      identityPolicy: [identityPolicyAllow('kms:Decrypt', { Resource: KEY_ARN.replace('us-west-2', 'eu-west-1') })] },
  },
  'the IAM policy names the key in another Region, for more': {
    of: { keyPolicy: [keyPolicyAllow(ROLE_ARN, ['kms:Decrypt', 'kms:Encrypt'])],
      identityPolicy: [identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'], { Resource: KEY_ARN.replace('us-west-2', 'eu-west-1') })] },
  },
  'the key policy asks for a service, the IAM policy is missing': {
    of: {
      keyPolicy: [
        keyPolicyAllow(ROLE_ARN, 'kms:Decrypt', { Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } }),
      ],
      identityPolicy: [identityPolicyAllow('s3:GetObject', { Resource: '*' })],
    },
  },
  'at home, the key policy leaves it to IAM policies': {
    of: { keyPolicy: [], identityPolicy: [identityPolicyAllow('s3:GetObject', { Resource: '*' })] },
    identity: HOME,
  },
  'at home, the key policy names somebody else only': {
    of: { withOwnerStatement: false, keyPolicy: [keyPolicyAllow(roleArn(OWNER, 'Admin'), 'kms:*')],
      identityPolicy: [identityPolicyAllow('kms:Decrypt')] },
    identity: HOME,
  },
  'at home, the account is let in as its root user only': {
    of: { withOwnerStatement: false,
      keyPolicy: [keyPolicyAllow(rootArn(OWNER), 'kms:*', { Condition: { StringEquals: { 'aws:PrincipalType': 'Account' } } })],
      identityPolicy: [identityPolicyAllow('kms:Decrypt')] },
    identity: HOME,
  },
  'at home, what never works across accounts': {
    of: { withOwnerStatement: false, keyPolicy: [keyPolicyAllow(roleArn(OWNER, 'Admin'), 'kms:*')],
      identityPolicy: [identityPolicyAllow('s3:GetObject', { Resource: '*' })] },
    identity: HOME,
    action: 'kms:EnableKeyRotation',
  },
  'grants that neither half gives': {
    of: { keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), ['kms:Decrypt', 'kms:DescribeKey'])],
      identityPolicy: [identityPolicyAllow(['kms:Decrypt', 'kms:DescribeKey'])] },
    action: 'kms:CreateGrant',
  },
  'grants that the key policy gives to anybody': {
    of: { keyPolicy: [keyPolicyAllow(ROLE_ARN, 'kms:*')], identityPolicy: [identityPolicyAllow('kms:Decrypt')] },
    action: 'kms:CreateGrant',
  },
  'grants that the IAM policy limits': {
    of: { keyPolicy: [keyPolicyAllow(ROLE_ARN, 'kms:Decrypt')],
      identityPolicy: [identityPolicyAllow('kms:Decrypt'),
        identityPolicyAllow('kms:CreateGrant', { Condition: { StringEquals: { 'kms:GranteePrincipal': ROLE_ARN } } })] },
    action: 'kms:CreateGrant',
  },
  'a role of IAM Identity Center': { of: { keyPolicy: [], identityPolicy: [identityPolicyAllow('kms:Decrypt')] },
    identity: roleArn(CONSUMER, `${IDENTITY_CENTER}_0123456789abcdef`) },
  'at home, a role of IAM Identity Center': {
    of: { withOwnerStatement: false, keyPolicy: [keyPolicyAllow(roleArn(OWNER, 'Admin'), 'kms:*')],
      identityPolicy: [identityPolicyAllow('s3:GetObject', { Resource: '*' })] },
    identity: roleArn(OWNER, `${IDENTITY_CENTER}_0123456789abcdef`),
  },
  'a user': {
    of: { keyPolicy: [keyPolicyAllow(userArn(CONSUMER), 'kms:Encrypt')],
      identityPolicy: [identityPolicyAllow(['kms:Decrypt', 'kms:Encrypt'])] },
    identity: userArn(CONSUMER),
  },
};

describe('answers: the edit that makes it yes', () => {
  for (const [name, scene] of Object.entries(SCENES)) {
    it(`gives that and nothing else, and brings no finding: ${name}`, () => {
      const files = filesOf(scene);
      const before = ask(files, scene);
      assert.equal(before.outcome, 'denied');
      assert.ok(before.remedy && before.remedy.changes.length > 0, before.sentence);
      const after = changed(files, before.remedy.changes.map(({ change }) => change));
      const { outcome, action, identity, sentence } = ask(after, scene);
      assert.ok(outcome === 'allowed' || outcome === 'conditional', sentence);
      const had = permissions(files);
      assert.deepEqual(permissions(after).filter((permission) => !had.includes(permission)), [`${identity} ${action} ${KEY_ARN}`]);
      const was = findings(files);
      assert.deepEqual(findings(after).filter((finding) => !was.includes(finding)), []);
    });
  }

  it('changes the half that is missing, or both', () => {
    const halves = (name: string): string[] =>
      ask(filesOf(SCENES[name] ?? { of: {} }), SCENES[name] ?? { of: {} }).remedy?.changes.map(({ half: policyGate }) => policyGate) ?? [];
    assert.deepEqual(halves('the key policy lets the role in, not for this action'), ['key-policy']);
    assert.deepEqual(halves('both halves are missing'), ['key-policy', 'identity-policy']);
    assert.deepEqual(halves('the IAM policy is about something else'), ['identity-policy']);
    assert.deepEqual(halves('at home, the key policy names somebody else only'), ['key-policy']);
  });

  it('gives grants in a statement of their own, for AWS services, in both halves (KMS Developer Guide, default key policy)', () => {
    const scene = SCENES['grants that neither half gives'] ?? { of: {} };
    const { remedy } = ask(filesOf(scene), scene);
    for (const { change } of remedy?.changes ?? []) {
      const written = 'edits' in change ? change.edits.map(({ newText }) => newText).join('').replace(/\s+/g, ' ') : '';
      assert.match(written, /"Action": "kms:CreateGrant", .*"Condition": \{ "Bool": \{ "kms:GrantIsForAWSResource": "true" \} \}/);
    }
  });

  it('names a role of IAM Identity Center by a condition, since its name does not last (IAM Identity Center User Guide, '
    + 'referencingpermissionsets)', () => {
    const scene = SCENES['a role of IAM Identity Center'] ?? { of: {} };
    const [first] = ask(filesOf(scene), scene).remedy?.changes ?? [];
    assert.match(first && 'edits' in first.change ? first.change.edits.map(({ newText }) => newText).join('') : '',
      /"ArnLike": \{\s*"aws:PrincipalArn": "\S+AWSReservedSSO_Reader_\*"/);
    const pathless = roleArn(CONSUMER, 'AWSReservedSSO_Reader_0123456789abcdef');
    assert.match(advised({ of: { keyPolicy: [], identityPolicy: [identityPolicyAllow('kms:Decrypt')] }, identity: pathless }),
      /^No role has the ARN /);
  });

  it('adds to the statement that names the role alone, not to one for the whole account', () => {
    const own = ask(filesOf(SCENES['the key policy lets the role in, not for this action'] ?? { of: {} }), { of: {},
      action: 'kms:Encrypt' });
    const [change] = own.remedy?.changes ?? [];
    assert.ok(change && 'edits' in change.change);
    assert.doesNotMatch(change.change.edits.map(({ newText }) => newText).join(''), /Principal/);
  });

  it('makes a new policy where the role has none, in the place that kms-handshake.json has for it', () => {
    const { 'kms-handshake.json': manifest, ...rest } = handshakeFiles({ keyPolicy: [keyPolicyAllow(ROLE_ARN, 'kms:Decrypt')] }) as Record<
      string,
      { keys: unknown }
    >;
    const files = { ...Object.fromEntries(Object.entries(rest).map(([path, content]) => [`w/${path}`, content])),
      'w/kms-handshake.json': { keys: manifest?.keys, identities: [{ arn: ROLE_ARN, policies: ['consumer/*.json'] }] } };
    const answer = ask(files, { of: {} });
    const after = changed(files, answer.remedy?.changes.map(({ change }) => change) ?? []);
    assert.equal(ask(after, { of: {} }).outcome, 'allowed');
    assert.deepEqual(findings(after), []);
  });

  it('leaves a policy alone that others have too, and declares to whom the new one is attached', () => {
    const of: HandshakeSetup = { keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt')],
      identityPolicy: [identityPolicyAllow('s3:GetObject', { Resource: '*' })] };
    const files = filesOf({ of });
    const manifest = JSON.parse(fileText(files['w/kms-handshake.json'] ?? '')) as { identities: object[] };
    const shared = { ...files,
      'w/kms-handshake.json': { ...manifest,
        identities: [...manifest.identities, { arn: roleArn(CONSUMER, 'Other'), policies: ['consumer/app.json'] }] } };
    const { remedy } = ask(shared, { of });
    const [made, declared] = remedy?.changes.map(({ change }) => change) ?? [];
    assert.ok(made && declared && 'create' in made);
    assert.match(remedy?.advice ?? '',
      /in an IAM policy of role\/App of account 444455556666, and declare in kms-handshake\.json to whom it is attached\.$/);
    assert.equal(ask(changed(shared, [made, declared]), { of }).outcome, 'allowed');
  });

  const advised = (scene: Scene): string => {
    const { remedy } = ask(filesOf(scene), scene);
    assert.deepEqual(remedy?.changes, [], 'no edit helps');
    return remedy?.advice ?? '';
  };

  it('offers no edit where none helps, and says what to do', () => {
    const all = [identityPolicyAllow('kms:*')];
    assert.match(
      advised({
        of: {
          keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:*'), { ...keyPolicyAllow(rootArn(CONSUMER), 'kms:Decrypt'), Effect: 'Deny' }],
          identityPolicy: all,
        },
      }),
      /^If the Deny is not meant for role\/App .*, remove kms:Decrypt from it/,
    );
    assert.match(
      advised({ of: { keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:*')], identityPolicy: all }, action: 'kms:PutKeyPolicy' }),
      /^Have an identity of account 111122223333 do it/,
    );
    assert.match(
      advised({
        of: { keyPolicy: [keyPolicyAllow('*', 'kms:Decrypt', { Condition: { StringEquals: { 'kms:CallerAccount': OWNER } } })],
          identityPolicy: all },
      }),
      /^Correct the condition kms:CallerAccount StringEquals 111122223333/,
    );
    assert.match(
      advised({ of: { keyPolicy: [keyPolicyAllow(rootArn(CONSUMER), 'kms:*')], identityPolicy: all }, action: 'kms:RetireGrant' }),
      /retiring principal/,
    );
    const slr = `arn:aws:iam::${CONSUMER}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;
    assert.match(advised({ of: { keyPolicy: [keyPolicyAllow(slr, 'kms:Decrypt')] }, identity: slr }),
      /aws kms create-grant --key-id arn:aws:kms:\S+ --grantee-principal \S+AWSServiceRoleForAutoScaling --operations Decrypt$/);
  });

  it('says to what a condition on the caller is to be corrected: the account, the ARN with its path, the organization', () => {
    const role = roleArn(CONSUMER, 'apps/App');
    const advice = (condition: object, organizations: object = {}): string => {
      const scene: Scene = {
        of: { keyPolicy: [keyPolicyAllow('*', 'kms:Decrypt', { Condition: condition })],
          identityPolicy: [identityPolicyAllow('kms:Decrypt')] },
        identity: role,
      };
      const files = filesOf(scene);
      const manifest = { ...JSON.parse(fileText(files['w/kms-handshake.json'] ?? '')) as object, organizations };
      return ask({ ...files, 'w/kms-handshake.json': manifest }, scene).remedy?.advice ?? '';
    };
    assert.match(advice({ StringEquals: { 'aws:PrincipalAccount': OWNER } }),
      new RegExp(`aws:PrincipalAccount StringEquals ${OWNER} to ${CONSUMER} `));
    assert.match(advice({ StringEquals: { 'kms:CallerAccount': OWNER } }),
      new RegExp(`kms:CallerAccount StringEquals ${OWNER} to ${CONSUMER} `));
    assert.ok(
      advice({ ArnLike: { 'aws:PrincipalArn': roleArn(CONSUMER) } }).includes(
        `aws:PrincipalArn ArnLike ${roleArn(CONSUMER)} to ${role} `,
      ),
    );
    const both = { 'o-exampleorgid': [CONSUMER], 'o-otherorgid12': [OWNER] };
    assert.match(advice({ StringEquals: { 'aws:PrincipalOrgID': 'o-otherorgid12' } }, both),
      /aws:PrincipalOrgID StringEquals o-otherorgid12 to o-exampleorgid /);
    // What excludes the caller is meant to.
    assert.doesNotMatch(advice({ StringNotEquals: { 'aws:PrincipalAccount': CONSUMER } }), / to 4/);
  });

  it('gives no command that does more than it says, whatever a policy names (Shell Command Language, 2.2.2 Single-Quotes)', () => {
    const named = `arn:aws:iam::${CONSUMER}:role/aws-service-role/x.amazonaws.com/Role;touch /tmp/p $(id) 'x'`;
    const quoted = `'arn:aws:iam::${CONSUMER}:role/aws-service-role/x.amazonaws.com/Role;touch /tmp/p $(id) '\\''x'\\'''`;
    const advice = advised({ of: { keyPolicy: [keyPolicyAllow(named, 'kms:Decrypt')] }, identity: named });
    assert.equal(advice.slice(advice.indexOf(' --grantee')), ` --grantee-principal ${quoted} --operations Decrypt`);
  });

  it('is missing where access is allowed', () => {
    assert.equal(
      ask(filesOf({ of: { keyPolicy: [keyPolicyAllow(ROLE_ARN, 'kms:Decrypt')], identityPolicy: [identityPolicyAllow('kms:Decrypt')] } }), {
        of: {},
      }).remedy,
      undefined,
    );
  });
});
