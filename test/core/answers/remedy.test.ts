import assert from 'node:assert/strict';
import { decidePair } from '../../../server/src/core/access/pair';
import { explain, type Explanation } from '../../../server/src/core/answers/explain';
import { isRefusal } from '../../../server/src/core/generate/counterpart';
import { analyse } from '../../../server/src/core/rules/analyse';
import type { FileChange } from '../../../server/src/core/text/change';
import { applyEdits } from '../../../server/src/core/text/apply';
import { actionNamesOf, EXT, KEY_ARN, OWN, roleOf, rootOf, userOf } from '../../support/access';
import { handshake, type Handshake } from '../../support/handshake';
import { fileText, fileUri, workspaceOf, type WorldFiles } from '../../support/world';

const ROLE = roleOf(EXT);
const HOME = roleOf(OWN, 'Local');
const lets = (principal: string, action: string | readonly string[], more: object = {}): Record<string, unknown> => ({ Principal: { AWS: principal }, Action: action, ...more });
const allows = (action: string | readonly string[], more: object = {}): Record<string, unknown> => ({ Action: action, ...more });

const IDENTITY_CENTER = 'aws-reserved/sso.amazonaws.com/eu-west-2/AWSReservedSSO_Reader';

interface Scene {
  readonly of: Handshake;
  readonly action?: string;
  readonly identity?: string;
}

function filesOf({ of, identity = ROLE }: Scene): WorldFiles {
  return Object.fromEntries(Object.entries(handshake({ identity, ...of })).map(([path, content]) => [`w/${path}`, fileText(content)]));
}

function ask(files: WorldFiles, { action = 'kms:Decrypt', identity = ROLE }: Scene): Explanation {
  const answer = explain(workspaceOf(files).world, { identity, action, key: KEY_ARN }, ({ uri }) => uri);
  if (isRefusal(answer)) assert.fail(answer.refused);
  return answer;
}

function changed(files: WorldFiles, changes: readonly FileChange[]): WorldFiles {
  const texts: Record<string, string | object> = { ...files };
  for (const change of changes) {
    const path = change.uri.replace('file:///', '');
    assert.equal(fileUri(path), change.uri);
    texts[path] = 'create' in change ? change.create : applyEdits(fileText(texts[path] ?? ''), change.edits);
  }
  return texts;
}

/** What people see of the findings: hints are none. */
function findings(files: WorldFiles): string[] {
  return [...analyse(workspaceOf(files)).byFile].flatMap(([uri, all]) => all.filter(({ severity }) => severity !== 'hint').map(({ code }) => `${uri} ${code}`));
}

/** Everything that is allowed to anybody on anything, one by one. */
function permissions(files: WorldFiles): string[] {
  const { world } = workspaceOf(files);
  return world.identities.flatMap((identity) => world.keys.flatMap((key) => decidePair(identity, key, world.organizations)
    .filter(({ verdict }) => verdict.outcome === 'allowed' || verdict.outcome === 'conditional')
    .flatMap((group) => actionNamesOf(group).map((name) => `${identity.arn ?? identity.id} ${name} ${key.arn ?? key.id}`))));
}

const SCENES: Readonly<Record<string, Scene>> = {
  'the key policy lets the role in, not for this action': { of: { keyPolicy: [lets(ROLE, 'kms:Decrypt')], iam: [allows(['kms:Decrypt', 'kms:Encrypt'])] }, action: 'kms:Encrypt' },
  'the key policy lets the account in, not for this action': { of: { keyPolicy: [lets(rootOf(EXT), 'kms:Decrypt')], iam: [allows(['kms:Decrypt', 'kms:Encrypt'])] }, action: 'kms:Encrypt' },
  'the key policy lets another role in': { of: { keyPolicy: [lets(roleOf(EXT, 'Other'), 'kms:Decrypt')], iam: [allows('kms:Decrypt')] } },
  'the key policy allows nobody in the account': { of: { keyPolicy: [], iam: [allows('kms:Decrypt')] } },
  'both halves are missing': { of: { keyPolicy: [], iam: [allows('s3:GetObject', { Resource: 'arn:aws:s3:::b/*' })] } },
  'the IAM policy is about something else': { of: { keyPolicy: [lets(rootOf(EXT), 'kms:Decrypt')], iam: [allows('s3:GetObject', { Resource: 'arn:aws:s3:::b/*' })] } },
  'the IAM policy has another action on the key': { of: { keyPolicy: [lets(ROLE, ['kms:Decrypt', 'kms:Encrypt'])], iam: [allows('kms:Encrypt')] } },
  'the IAM policy names the key in another Region, for this action only': { of: { keyPolicy: [lets(ROLE, 'kms:Decrypt')], iam: [allows('kms:Decrypt', { Resource: KEY_ARN.replace('us-west-2', 'eu-west-1') })] } },
  'the IAM policy names the key in another Region, for more': { of: { keyPolicy: [lets(ROLE, ['kms:Decrypt', 'kms:Encrypt'])], iam: [allows(['kms:Decrypt', 'kms:Encrypt'], { Resource: KEY_ARN.replace('us-west-2', 'eu-west-1') })] } },
  'the key policy asks for a service, the IAM policy is missing': { of: { keyPolicy: [lets(ROLE, 'kms:Decrypt', { Condition: { StringEquals: { 'kms:ViaService': 's3.us-west-2.amazonaws.com' } } })], iam: [allows('s3:GetObject', { Resource: '*' })] } },
  'at home, the key policy leaves it to IAM policies': { of: { keyPolicy: [], iam: [allows('s3:GetObject', { Resource: '*' })] }, identity: HOME },
  'at home, the key policy names somebody else only': { of: { owner: false, keyPolicy: [lets(roleOf(OWN, 'Admin'), 'kms:*')], iam: [allows('kms:Decrypt')] }, identity: HOME },
  'at home, the account is let in as its root user only': { of: { owner: false, keyPolicy: [lets(rootOf(OWN), 'kms:*', { Condition: { StringEquals: { 'aws:PrincipalType': 'Account' } } })], iam: [allows('kms:Decrypt')] }, identity: HOME },
  'at home, what never works across accounts': { of: { owner: false, keyPolicy: [lets(roleOf(OWN, 'Admin'), 'kms:*')], iam: [allows('s3:GetObject', { Resource: '*' })] }, identity: HOME, action: 'kms:EnableKeyRotation' },
  'grants that neither half gives': { of: { keyPolicy: [lets(rootOf(EXT), ['kms:Decrypt', 'kms:DescribeKey'])], iam: [allows(['kms:Decrypt', 'kms:DescribeKey'])] }, action: 'kms:CreateGrant' },
  'grants that the key policy gives to anybody': { of: { keyPolicy: [lets(ROLE, 'kms:*')], iam: [allows('kms:Decrypt')] }, action: 'kms:CreateGrant' },
  'grants that the IAM policy limits': { of: { keyPolicy: [lets(ROLE, 'kms:Decrypt')], iam: [allows('kms:Decrypt'), allows('kms:CreateGrant', { Condition: { StringEquals: { 'kms:GranteePrincipal': ROLE } } })] }, action: 'kms:CreateGrant' },
  'a role of IAM Identity Center': { of: { keyPolicy: [], iam: [allows('kms:Decrypt')] }, identity: roleOf(EXT, `${IDENTITY_CENTER}_0123456789abcdef`) },
  'at home, a role of IAM Identity Center': { of: { owner: false, keyPolicy: [lets(roleOf(OWN, 'Admin'), 'kms:*')], iam: [allows('s3:GetObject', { Resource: '*' })] }, identity: roleOf(OWN, `${IDENTITY_CENTER}_0123456789abcdef`) },
  'a user': { of: { keyPolicy: [lets(userOf(EXT), 'kms:Encrypt')], iam: [allows(['kms:Decrypt', 'kms:Encrypt'])] }, identity: userOf(EXT) },
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
      assert.deepEqual(permissions(after).filter((one) => !had.includes(one)), [`${identity} ${action} ${KEY_ARN}`]);
      const was = findings(files);
      assert.deepEqual(findings(after).filter((one) => !was.includes(one)), []);
    });
  }

  it('changes the half that is missing, or both', () => {
    const halves = (name: string): string[] => ask(filesOf(SCENES[name] ?? { of: {} }), SCENES[name] ?? { of: {} }).remedy?.changes.map(({ half }) => half) ?? [];
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

  it('names a role of IAM Identity Center by a condition, since its name does not last (IAM Identity Center User Guide, referencingpermissionsets)', () => {
    const scene = SCENES['a role of IAM Identity Center'] ?? { of: {} };
    const [first] = ask(filesOf(scene), scene).remedy?.changes ?? [];
    assert.match(first && 'edits' in first.change ? first.change.edits.map(({ newText }) => newText).join('') : '', /"ArnLike": \{\s*"aws:PrincipalArn": "\S+AWSReservedSSO_Reader_\*"/);
    const pathless = roleOf(EXT, 'AWSReservedSSO_Reader_0123456789abcdef');
    assert.match(advised({ of: { keyPolicy: [], iam: [allows('kms:Decrypt')] }, identity: pathless }), /^No role has the ARN /);
  });

  it('adds to the statement that names the role alone, not to one for the whole account', () => {
    const own = ask(filesOf(SCENES['the key policy lets the role in, not for this action'] ?? { of: {} }), { of: {}, action: 'kms:Encrypt' });
    const [change] = own.remedy?.changes ?? [];
    assert.ok(change && 'edits' in change.change);
    assert.doesNotMatch(change.change.edits.map(({ newText }) => newText).join(''), /Principal/);
  });

  it('makes a new policy where the role has none, in the place that kms-handshake.json has for it', () => {
    const { 'kms-handshake.json': manifest, ...rest } = handshake({ keyPolicy: [lets(ROLE, 'kms:Decrypt')] }) as Record<string, { keys: unknown }>;
    const files = { ...Object.fromEntries(Object.entries(rest).map(([path, content]) => [`w/${path}`, content])), 'w/kms-handshake.json': { keys: manifest?.keys, identities: [{ arn: ROLE, policies: ['consumer/*.json'] }] } };
    const answer = ask(files, { of: {} });
    const after = changed(files, answer.remedy?.changes.map(({ change }) => change) ?? []);
    assert.equal(ask(after, { of: {} }).outcome, 'allowed');
    assert.deepEqual(findings(after), []);
  });

  it('leaves a policy alone that others have too, and declares to whom the new one is attached', () => {
    const of: Handshake = { keyPolicy: [lets(rootOf(EXT), 'kms:Decrypt')], iam: [allows('s3:GetObject', { Resource: '*' })] };
    const files = filesOf({ of });
    const manifest = JSON.parse(fileText(files['w/kms-handshake.json'] ?? '')) as { identities: object[] };
    const shared = { ...files, 'w/kms-handshake.json': { ...manifest, identities: [...manifest.identities, { arn: roleOf(EXT, 'Other'), policies: ['consumer/app.json'] }] } };
    const { remedy } = ask(shared, { of });
    const [made, declared] = remedy?.changes.map(({ change }) => change) ?? [];
    assert.ok(made && declared && 'create' in made);
    assert.match(remedy?.advice ?? '', /in an IAM policy of role\/App of account 444455556666, and declare in kms-handshake\.json to whom it is attached\.$/);
    assert.equal(ask(changed(shared, [made, declared]), { of }).outcome, 'allowed');
  });

  const advised = (scene: Scene): string => {
    const { remedy } = ask(filesOf(scene), scene);
    assert.deepEqual(remedy?.changes, [], 'no edit helps');
    return remedy?.advice ?? '';
  };

  it('offers no edit where none helps, and says what to do', () => {
    const all = [allows('kms:*')];
    assert.match(advised({ of: { keyPolicy: [lets(rootOf(EXT), 'kms:*'), { ...lets(rootOf(EXT), 'kms:Decrypt'), Effect: 'Deny' }], iam: all } }), /^If the Deny is not meant for role\/App .*, remove kms:Decrypt from it/);
    assert.match(advised({ of: { keyPolicy: [lets(rootOf(EXT), 'kms:*')], iam: all }, action: 'kms:PutKeyPolicy' }), /^Have an identity of account 111122223333 do it/);
    assert.match(advised({ of: { keyPolicy: [lets('*', 'kms:Decrypt', { Condition: { StringEquals: { 'kms:CallerAccount': OWN } } })], iam: all } }), /^Correct the condition kms:CallerAccount StringEquals 111122223333/);
    assert.match(advised({ of: { keyPolicy: [lets(rootOf(EXT), 'kms:*')], iam: all }, action: 'kms:RetireGrant' }), /retiring principal/);
    const slr = `arn:aws:iam::${EXT}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;
    assert.match(advised({ of: { keyPolicy: [lets(slr, 'kms:Decrypt')] }, identity: slr }), /aws kms create-grant --key-id arn:aws:kms:\S+ --grantee-principal \S+AWSServiceRoleForAutoScaling --operations Decrypt$/);
  });

  it('says to what a condition on the caller is to be corrected: the account, the ARN with its path, the organization', () => {
    const role = roleOf(EXT, 'apps/App');
    const advice = (condition: object, organizations: object = {}): string => {
      const scene: Scene = { of: { keyPolicy: [lets('*', 'kms:Decrypt', { Condition: condition })], iam: [allows('kms:Decrypt')] }, identity: role };
      const files = filesOf(scene);
      const manifest = { ...JSON.parse(fileText(files['w/kms-handshake.json'] ?? '')) as object, organizations };
      return ask({ ...files, 'w/kms-handshake.json': manifest }, scene).remedy?.advice ?? '';
    };
    assert.match(advice({ StringEquals: { 'aws:PrincipalAccount': OWN } }), new RegExp(`aws:PrincipalAccount StringEquals ${OWN} to ${EXT} `));
    assert.match(advice({ StringEquals: { 'kms:CallerAccount': OWN } }), new RegExp(`kms:CallerAccount StringEquals ${OWN} to ${EXT} `));
    assert.ok(advice({ ArnLike: { 'aws:PrincipalArn': roleOf(EXT) } }).includes(`aws:PrincipalArn ArnLike ${roleOf(EXT)} to ${role} `));
    const both = { 'o-exampleorgid': [EXT], 'o-otherorgid12': [OWN] };
    assert.match(advice({ StringEquals: { 'aws:PrincipalOrgID': 'o-otherorgid12' } }, both), /aws:PrincipalOrgID StringEquals o-otherorgid12 to o-exampleorgid /);
    // What excludes the caller is meant to.
    assert.doesNotMatch(advice({ StringNotEquals: { 'aws:PrincipalAccount': EXT } }), / to 4/);
  });

  it('gives no command that does more than it says, whatever a policy names (Shell Command Language, 2.2.2 Single-Quotes)', () => {
    const named = `arn:aws:iam::${EXT}:role/aws-service-role/x.amazonaws.com/Role;touch /tmp/p $(id) 'x'`;
    const quoted = `'arn:aws:iam::${EXT}:role/aws-service-role/x.amazonaws.com/Role;touch /tmp/p $(id) '\\''x'\\'''`;
    const advice = advised({ of: { keyPolicy: [lets(named, 'kms:Decrypt')] }, identity: named });
    assert.equal(advice.slice(advice.indexOf(' --grantee')), ` --grantee-principal ${quoted} --operations Decrypt`);
  });

  it('is none where it is allowed', () => {
    assert.equal(ask(filesOf({ of: { keyPolicy: [lets(ROLE, 'kms:Decrypt')], iam: [allows('kms:Decrypt')] } }), { of: {} }).remedy, undefined);
  });
});
