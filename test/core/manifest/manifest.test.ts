import { addressOfPointer, isUnderPointer } from '../../../server/src/core/discovery/policy-address';
import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REGIONS } from '../../../server/src/core/aws/regions';
import { splitPolicyReference, type Manifest } from '../../../server/src/core/manifest/manifest';
import { readManifest } from '../../../server/src/core/manifest/read-manifest';
import { DECLARED_KINDS, KEY_SPECS, KEY_USAGES, MANIFEST_MEMBERS, MANIFEST_VALUE_PATTERNS, REQUIRED_MEMBERS,
  RULE_LEVELS } from '../../../server/src/core/manifest/manifest-schema';
import { schemaDefinition, matchesSchema, type JsonSchema } from '../../support/json-schema';
import { CONSUMER, KEY_ARN, OWNER, roleArn, rootArn } from '../../support/fixtures';

function readSchema(name: string): JsonSchema {
  return JSON.parse(readFileSync(join(__dirname, '../../../schemas', name), 'utf8')) as JsonSchema;
}

const schema = readSchema('kms-handshake.schema.json');
const ROLE = roleArn(CONSUMER, 'ExampleRole');
const RULES = ['wildcard-principal', 'region-mismatch'];

function readManifestValue(value: unknown, ruleCodes: readonly string[] = RULES): Manifest {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return readManifest({ uri: 'file:///w/kms-handshake.json', text }, 'file:///w', ruleCodes);
}

/** The faults as lines: the text that is marked, and what is said of it. */
function faultMessagesOf(value: unknown): string[] {
  const manifest = readManifestValue(value);
  return manifest.faults.map(({ span, message, severity }) => `${severity} ${manifest.layer.text.slice(span.start, span.end)} ${message}`);
}

const FULL = {
  $schema: './kms-handshake.schema.json',
  keys: [{ arn: KEY_ARN, policy: 'producer/key-policy.json', aliases: ['alias/app'], keySpec: 'SYMMETRIC_DEFAULT',
    keyUsage: 'ENCRYPT_DECRYPT' }],
  identities: [{ arn: ROLE, policies: ['consumer/*.json'], resourceRegions: ['eu-west-1', 'cn-north-1'] }, { account: '777788889999',
    policies: ['partner/**/*.json'] }],
  kinds: [{ files: ['scp/**'], kind: 'service-control' }],
  accounts: { 111122223333: 'security' },
  organizations: { 'o-exampleorgid': [OWNER, CONSUMER] },
  placeholders: [{ files: ['producer/**'], values: { account_id: OWNER } }],
  rules: { 'region-mismatch': 'off' },
  suppress: [{ rule: 'wildcard-principal', file: 'producer/public.json', sid: 'Public', reason: 'a public key' }],
  exclude: ['vendor/**'],
};

describe('kms-handshake.json', () => {
  it('reads every member', () => {
    const manifest = readManifestValue(FULL);
    assert.deepEqual(manifest.faults, []);
    assert.equal(manifest.keys[0]?.arn.value, KEY_ARN);
    assert.equal(manifest.keys[0].policy?.value, 'producer/key-policy.json');
    assert.deepEqual(manifest.keys[0].aliases?.map(({ value }) => value), ['alias/app']);
    assert.deepEqual(manifest.identities.map(({ arn, account }) => arn?.value ?? account?.value), [ROLE, '777788889999']);
    assert.deepEqual(manifest.identities.map(({ resourceRegions }) => resourceRegions?.map(({ value }) => value)), [['eu-west-1',
      'cn-north-1'], undefined]);
    assert.deepEqual(manifest.kinds.map(({ kind }) => kind), ['service-control']);
    assert.deepEqual(manifest.accounts.map(({ id, name }) => [id.value, name.value]), [[OWNER, 'security']]);
    assert.deepEqual(manifest.organizations.map(({ id, accounts }) => [id.value, accounts.length]), [['o-exampleorgid', 2]]);
    assert.deepEqual([...manifest.placeholders[0]?.values ?? []], [['account_id', OWNER]]);
    assert.deepEqual(manifest.rules.map(({ code, level }) => [code.value, level]), [['region-mismatch', 'off']]);
    assert.equal(manifest.suppress[0]?.reason, 'a public key');
    assert.deepEqual(manifest.exclude.map(({ value }) => value), ['vendor/**']);
  });

  it('takes comments, and marks the text of a value', () => {
    const manifest = readManifestValue(`{ // keys\n "keys": [{ "arn": "${KEY_ARN}" }] }`);
    const span = manifest.keys[0]?.arn.span;
    assert.deepEqual(manifest.syntax, []);
    assert.equal(span && manifest.layer.text.slice(span.start, span.end), `"${KEY_ARN}"`);
  });

  it('reads what is there while the rest is being typed', () => {
    const manifest = readManifestValue(`{ "keys": [{ "arn": "${KEY_ARN}" }], "identities": [{ "arn": "arn:aws`);
    assert.equal(manifest.keys.length, 1);
    assert.ok(manifest.syntax.length > 0);
  });

  it('says what is wrong, where', () => {
    assert.deepEqual(faultMessagesOf({ key: [] }), ['error "key" kms-handshake.json has no "key". Did you mean "keys"?']);
    assert.match(faultMessagesOf({ keys: [{ policy: 'a.json' }] })[0] ?? '', /A key needs "arn"\./);
    assert.match(faultMessagesOf({ keys: [{ arn: 'arn:aws:kms:us-west-2:111122223333:alias/app' }] })[0] ?? '', /ARN of an alias/);
    assert.match(faultMessagesOf({ keys: [{ arn: KEY_ARN, keySpec: 'SYMETRIC_DEFAULT' }] })[0] ?? '',
      /"SYMETRIC_DEFAULT" .*Did you mean "SYMMETRIC_DEFAULT"/);
    assert.match(faultMessagesOf({ keys: KEY_ARN })[0] ?? '', /Expected a list of objects/);
    assert.match(faultMessagesOf({ identities: [{ arn: rootArn(CONSUMER) }] })[0] ?? '', /Declare "account"/);
    assert.match(faultMessagesOf({ identities: [{ account: '12345' }] })[0] ?? '', /"12345" is not an account id/);
    assert.match(faultMessagesOf({ identities: [{}] })[0] ?? '', /needs "arn", or "account"/);
    assert.deepEqual(faultMessagesOf({ identities: [{ arn: ROLE, resourceRegions: ['eu-wset-1'] }] }), [
      'warning "eu-wset-1" The Region "eu-wset-1" is not known here. Did you mean "eu-west-1"?',
    ]);
    assert.match(faultMessagesOf({ identities: [{ arn: ROLE, resourceRegions: ['Ireland'] }] })[0] ?? '',
      /^error "Ireland" "Ireland" is not an AWS Region/);
    assert.match(faultMessagesOf({ identities: [{ arn: ROLE, resourceRegions: ['eu-west-1a'] }] })[0] ?? '',
      /^error .*Did you mean "eu-west-1"\?/);
    assert.match(faultMessagesOf({ identities: [{ arn: ROLE, resourceRegions: 'eu-west-1' }] })[0] ?? '', /list of texts/);
    assert.match(faultMessagesOf({ kinds: [{ files: ['a'], kind: 'scp' }] })[0] ?? '', /"scp" is not a kind of policy: key, identity/);
    assert.match(faultMessagesOf({ accounts: { 1: 'x' } })[0] ?? '', /exactly 12 digits/);
    assert.match(faultMessagesOf({ rules: { 'region-mismach': 'off' } })[0] ?? '',
      /There is no rule "region-mismach"\. Did you mean "region-mismatch"\?/);
    assert.match(faultMessagesOf({ rules: { 'region-mismatch': 'warn' } })[0] ?? '', /"warn" is not a level/);
    assert.match(faultMessagesOf({ suppress: [{ rule: 'region-mismatch', file: 'a.json' }] })[0] ?? '', /A suppression needs "reason"/);
    assert.match(faultMessagesOf({ suppress: [{ rule: 'region-mismatch', file: 'a.json', reason: '' }] })[0] ?? '', /empty/);
    assert.match(faultMessagesOf({ exclude: ['/abs'] })[0] ?? '', /not relative/);
    assert.match(faultMessagesOf({ exclude: ['a\\b'] })[0] ?? '', /"a\/b"/);
    assert.match(faultMessagesOf([])[0] ?? '', /contains one object/);
    assert.deepEqual(faultMessagesOf('// mine\nkeys are here\n'), ['error keys are here kms-handshake.json contains one object, in { }.']);
    for (const nothing of ['', ' \n', '// later\n', '/* later */']) assert.deepEqual(faultMessagesOf(nothing), []);
  });

  it('splits pointers from paths', () => {
    assert.deepEqual(splitPolicyReference('dump.json#/Keys/0/Policy'), { path: 'dump.json', pointer: '/Keys/0/Policy' });
    assert.deepEqual(splitPolicyReference('dump.json#'), { path: 'dump.json', pointer: '' });
    assert.deepEqual(splitPolicyReference('a#b.json'), { path: 'a#b.json', pointer: undefined });
    assert.deepEqual(splitPolicyReference('a/team#b'), { path: 'a/team#b', pointer: undefined });
    assert.deepEqual(splitPolicyReference('a/t.yaml#DataKey'), { path: 'a/t.yaml', pointer: '/Resources/DataKey', logicalId: 'DataKey' });
    assert.ok(isUnderPointer(addressOfPointer('/Roles/1/P'), '/Roles/1'));
    assert.ok(!isUnderPointer(addressOfPointer('/Roles/10/P'), '/Roles/1'));
  });
});

describe('the JSON schema of kms-handshake.json', () => {
  const objects = { manifest: schema,
    ...Object.fromEntries(
      ['key', 'identity', 'kind', 'placeholder', 'suppression'].map((name) => [name, schemaDefinition(name, schema)]),
    ) } as Record<keyof typeof MANIFEST_MEMBERS, JsonSchema>;

  it('has the members of the reader, each with a description', () => {
    for (const [name, members] of Object.entries(MANIFEST_MEMBERS)) {
      const object = objects[name as keyof typeof MANIFEST_MEMBERS];
      assert.deepEqual(Object.keys(object.properties ?? {}), [...members], name);
      assert.deepEqual(object.required ?? [], [...REQUIRED_MEMBERS[name as keyof typeof MANIFEST_MEMBERS]], name);
      assert.equal(object.additionalProperties, false, name);
      for (const [member, property] of Object.entries(object.properties ?? {})) assert.ok(property.description, `${name}.${member}`);
    }
  });

  it('has the words and patterns of the reader', () => {
    assert.deepEqual(objects.kind.properties?.kind?.enum, [...DECLARED_KINDS]);
    assert.deepEqual(schemaDefinition('level', schema).enum, [...RULE_LEVELS]);
    assert.deepEqual(objects.key.properties?.keySpec?.enum, [...KEY_SPECS]);
    assert.deepEqual(objects.key.properties?.keyUsage?.enum, [...KEY_USAGES]);
    const source = (pattern: string | undefined): RegExp => new RegExp(pattern ?? 'missing');
    assert.deepEqual(source(objects.key.properties?.arn?.pattern), MANIFEST_VALUE_PATTERNS.keyArn);
    assert.deepEqual(source(objects.key.properties?.aliases?.items?.pattern), MANIFEST_VALUE_PATTERNS.alias);
    assert.deepEqual(source(objects.identity.properties?.arn?.pattern), MANIFEST_VALUE_PATTERNS.identityArn);
    assert.deepEqual(source(schemaDefinition('accountId', schema).pattern), MANIFEST_VALUE_PATTERNS.account);
    assert.deepEqual(source(schemaDefinition('region', schema).pattern), MANIFEST_VALUE_PATTERNS.region);
    assert.deepEqual(schemaDefinition('region', schema).examples, REGIONS.map(({ region }) => region));
    assert.deepEqual(source(schema.properties?.organizations?.propertyNames?.pattern), MANIFEST_VALUE_PATTERNS.organization);
  });

  const good: unknown[] = [{}, FULL, {
    keys: [{ arn: KEY_ARN.replace('1234abcd-12ab-34cd-56ef-1234567890ab', `mrk-${'0123456789abcdef'.repeat(2)}`) }],
  }, { identities: [{ arn: 'arn:aws-cn:iam::444455556666:user/team/Ann' }] }];
  const bad: unknown[] = [
    [], { key: [] }, { keys: {} }, { keys: [{}] }, { keys: ['x'] }, { keys: [{ arn: 'x' }] }, { keys: [{ arn: KEY_ARN, policy: 5 }] },
    { keys: [{ arn: KEY_ARN, policy: '' }] },
    { keys: [{ arn: KEY_ARN, policy: '/etc/a.json' }] }, { keys: [{ arn: KEY_ARN, aliases: ['app'] }] },
    { keys: [{ arn: KEY_ARN, keyUsage: 'SIGN' }] },
    { identities: [{}] },
    { identities: [{ arn: KEY_ARN }] }, { identities: [{ account: 1 }] }, { identities: [{ arn: ROLE, account: CONSUMER }] },
    { identities: [{ arn: ROLE, policies: 'a.json' }] },
    { identities: [{ arn: ROLE, resourceRegions: 'eu-west-1' }] }, { identities: [{ arn: ROLE, resourceRegions: ['eu-west-1a'] }] },
    { identities: [{ arn: ROLE, resourceRegions: [''] }] },
    { kinds: [{ files: ['a'] }] }, { kinds: [{ files: ['a'], kind: 'scp' }] }, { accounts: { 1: 'a' } }, { accounts: { 111122223333: '' } },
    { accounts: [] },
    { organizations: { 'o-x': [] } }, { organizations: { 'o-exampleorgid': OWNER } },
    { placeholders: [{ files: ['a'], values: { a: 1 } }] },
    { rules: { 'region-mismatch': 'warn' } }, { suppress: [{ rule: 'region-mismatch', file: 'a' }] }, { exclude: 'vendor' },
    { exclude: ['file:///a'] }, { $schema: 1 },
  ];
  it('takes the same manifests as the reader', () => {
    for (const value of good) {
      assert.ok(matchesSchema(value, schema, schema), `schema: ${JSON.stringify(value)}`);
      assert.deepEqual(faultMessagesOf(value), [], JSON.stringify(value));
    }
  });

  it('leaves it to the reader in VS Code, whose schema describes the same and turns nothing down', () => {
    const suggestions = readSchema('kms-handshake.suggestions.schema.json');
    for (const value of [...good, ...bad])
      assert.ok(matchesSchema(value, suggestions, suggestions), `schema: ${JSON.stringify(value)}`);
    for (const [name, definition] of Object.entries(schema.definitions ?? {})) {
      const described = schemaDefinition(name, suggestions);
      assert.deepEqual([described.description, Object.keys(described.properties ?? {})],
        [definition.description, Object.keys(definition.properties ?? {})], name);
    }
    assert.deepEqual(Object.keys(suggestions.properties ?? {}), [...MANIFEST_MEMBERS.manifest]);
  });

  it('turns down the same manifests as the reader', () => {
    for (const value of bad) {
      assert.ok(!matchesSchema(value, schema, schema), `schema: ${JSON.stringify(value)}`);
      assert.notDeepEqual(faultMessagesOf(value), [], `reader: ${JSON.stringify(value)}`);
    }
  });
});
