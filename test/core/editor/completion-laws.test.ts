import * as assert from 'node:assert/strict';
import { completionsAt, textsAfterEachCompletion } from '../../support/completion';
import { findingLines } from '../../support/expect-findings';
import { cursorPositionIn } from '../../support/cursor';
import type { FilesByPath } from '../../support/workspace-from-texts';
import { OWNER_STATEMENT_TEXT, policy, allow, allowConsumer, allowIf, declaredFiles, inKey, inApp } from './completion-files';
import { KEY_ARN } from '../../support/fixtures';

describe('editor/completion: law', () => {
  /** A slip in what is inserted; what only the other half, or the person, can know is left out. */
  const SLIPS = ['json-syntax', 'unknown-action', 'action-prefix', 'foreign-action-in-key-policy', 'iam-only-action-in-key-policy',
    'redundant-action', 'unknown-condition-key', 'condition-key-not-applicable', 'unknown-operator', 'operator-type-mismatch',
    'set-operator-missing', 'set-operator-on-single-valued', 'wildcard-without-like', 'viaservice-format', 'viaservice-unknown-service',
    'viaservice-with-service-principal', 'region-mismatch', 'alias-condition-value', 'caller-account-excludes-principal',
    'grant-operations-prefix', 'condition-value-not-in-enum', 'resource-aliases-in-key-policy', 'org-condition-with-service-principal',
    'source-condition-with-iam-principal', 'duplicate-element', 'unknown-element', 'element-conflict', 'invalid-effect', 'version',
    'sid-invalid', 'sid-duplicate', 'id-in-identity-policy', 'principal-in-identity-policy', 'group-principal',
    'principal-partial-wildcard', 'invalid-principal-key', 'service-principal-format', 'malformed-key-arn', 'not-an-arn',
    'key-policy-resource-not-star', 'value-type', 'key-policy-element-missing', 'invalid-account-id'];
  const places: readonly (readonly [string, FilesByPath, readonly string[]])[] = [
    ['actions of a key policy', inKey(allowConsumer('"Action": ["kms:Decrypt", "|"], "Resource": "*"')), []],
    ['actions of an IAM policy', inApp(allow('"Action": ["|"], "Resource": "*"')), []],
    ['resources', inApp(allow('"Action": "kms:Decrypt", "Resource": "|"')), []],
    ['elements of a statement', inKey(policy('{ "Sid": "x", | }')), ['key-policy-element-missing', 'invalid-effect', 'action-prefix']],
    ['principals', inKey(allowConsumer('"Action": "kms:Decrypt", "Resource": "*"', '{ "AWS": "|" }')), []],
    ['services', inKey(allowConsumer('"Action": "kms:Decrypt", "Resource": "*"', '{ "Service": "|" }')), []],
    ['condition keys of strings', inKey(allowIf('{ "StringEquals": { "|": "x" } }')), ['viaservice-format', 'alias-condition-value',
      'condition-value-not-in-enum', 'caller-account-excludes-principal', 'invalid-account-id']],
    ['condition keys of services', inKey(allowConsumer('"Action": "kms:Decrypt", "Resource": "*", "Condition": { "ArnLike": { "|": '
      + '"arn:aws:s3:::x" } }', '{ "Service": "s3.amazonaws.com" }')), []],
    ['condition keys of ARNs', inKey(allowIf('{ "ArnLike": { "|": "arn:aws:iam::444455556666:role/App" } }')), []],
    ['condition keys of sets', inKey(allowIf('{ "ForAnyValue:StringEquals": { "|": ["x"] } }', '["kms:CreateGrant", "kms:Decrypt"]')), [
      'condition-value-not-in-enum',
      'condition-key-not-applicable',
      'grant-operations-prefix',
    ]],
    ['condition keys of truth', inKey(allowIf('{ "Bool": { "|": "true" } }')), []],
    ['condition keys of an IAM policy', inApp(allow(`"Action": "kms:Decrypt", "Resource": "${KEY_ARN}", "Condition": { "StringLike": `
      + '{ "|": "x" } }')), ['viaservice-format', 'alias-condition-value', 'condition-value-not-in-enum',
      'caller-account-excludes-principal', 'invalid-account-id']],
    ...(['kms:ViaService', 'kms:KeySpec', 'kms:CallerAccount', 'kms:RequestAlias', 'aws:PrincipalAccount', 'aws:PrincipalOrgID',
      'aws:PrincipalType', 'aws:RequestedRegion'] as const)
      .map((key) => [`values of ${key}`, inKey(allowIf(`{ "StringEquals": { "${key}": "|" } }`)), [] as readonly string[]] as const),
    ['grant operations', inKey(allowIf('{ "ForAllValues:StringEquals": { "kms:GrantOperations": ["|"] } }', '"kms:CreateGrant"')), []],
    ['statements of a key policy', inKey(policy(`${OWNER_STATEMENT_TEXT}, |`)), []],
    ['statements of an IAM policy', inApp(policy('|')), []],
    ['whole policies', declaredFiles('new.json', '|'), []],
  ];
  for (const [what, files, but] of places) {
    it(`every one of the ${what} brings no slip`, function () {
      this.timeout(120_000);
      const { uri } = cursorPositionIn(files);
      const path = uri.slice(uri.lastIndexOf('/') + 1);
      const all = [...textsAfterEachCompletion(files)];
      assert.ok(all.length > 0, 'something is offered');
      // Lists that differ in a name alone: some of them are enough.
      const some = all.length > 70 ? all.filter((_, index) => index % 5 === 0) : all;
      const codes = SLIPS.filter((code) => !but.includes(code));
      for (const [label, text] of some)
        assert.deepEqual(findingLines({ ...files, [path]: text }, codes).filter((line) =>
          line.startsWith(`${path} error`) || line.startsWith(`${path} warning`)
        ), [], label);
    });
  }

  it('at every place of a policy, and of what has been typed of it so far, the span holds the cursor and lies in one line', function () {
    this.timeout(120_000);
    const text = `${
      JSON.stringify(
        JSON.parse(allowIf('{ "StringEquals": { "kms:ViaService": ["s3.us-west-2.amazonaws.com"] } }', '["kms:Decrypt", "kms:En*"]')),
        null,
        1,
      )
    }\n`;
    let offered = 0;
    for (let offset = 0; offset <= text.length; offset += 3) {
      for (const typed of [`${text.slice(0, offset)}|${text.slice(offset)}`, `${text.slice(0, offset)}|`]) {
        const files = { 'some.json': typed };
        const found = completionsAt(files);
        if (!found || typed === '|') continue;
        offered++;
        assert.ok(found.span.start <= offset && offset <= found.span.end, typed);
        assert.ok(!text.slice(found.span.start, found.span.end).includes('\n'), typed);
      }
    }
    assert.ok(offered > 100, String(offered));
  });
});
