import * as assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { Finding } from '../../server/src/core/rules/shared/finding';
import { lineIndex, positionAt } from '../../server/src/core/text/line-index';
import { skipTest } from '../support/skip-test';
import { analysisOfWorkspaceTexts } from '../support/workspace-from-texts';

/**
 * All errors and warnings in the real policies of the corpus, by the number of the file: line, severity, code. Each was
 * read by hand and is right: statements pasted one behind the other, lists in braces, commas and comments too many, template
 * expressions that make a `.json` no JSON; placeholders in words, an ARN with a colon too many, account ids of eleven digits,
 * key policies that are open to all; actions that no key takes; `kms:ReEncrypt`, which no action is; wildcards under `StringEquals`;
 * policies without Version, an Id in identity policies, and Sids twice in them, as one generator writes them; parts of key policies in
 * a document of their own, which nobody could change as a whole; `kms:*` for single users or in an identity policy, kms:CreateGrant
 * without limit; and the `"*"` as Resource of an identity policy, which covers every key of every account and is what so many people write.
 */
const RIGHT: Readonly<Record<string, readonly string[]>> = {
  '001': ['9 warning placeholder-value'],
  '002': ['11 error not-an-arn'],
  '003': ['3 warning placeholder-value', '5 error principal-not-iam-arn', '6 error principal-not-iam-arn', '7 error principal-not-iam-arn'],
  '004': ['8 warning placeholder-value'],
  '005': ['10 warning placeholder-value'],
  '006': ['9 warning placeholder-value'],
  '009': ['11 error json-syntax'],
  '011': ['6 warning star-only-action-scoped', '7 warning star-only-action-scoped'],
  '016': ['4 warning unconditional-create-grant'],
  '017': ['3 warning key-policy-lockout'],
  '028': ['14 error json-syntax'],
  '048': ['18 error json-syntax'],
  '057': ['3 warning key-policy-lockout'],
  '059': ['3 warning key-policy-lockout'],
  '060': ['2 warning version'],
  '061': ['42 error json-syntax'],
  '062': ['4 error json-syntax'],
  '063': ['6 error json-syntax'],
  '064': ['7 error json-syntax', '8 error malformed-key-arn'],
  '066': ['8 error json-syntax'],
  '073': ['2 warning key-policy-lockout', '2 warning version', '12 error json-syntax', '13 error json-syntax', '26 error json-syntax',
    '43 error json-syntax'],
  '103': ['9 warning service-principal-unrestricted', '10 warning service-principal-unrestricted'],
  '105': ['12 warning placeholder-value', '27 warning placeholder-value', '30 warning placeholder-value', '39 warning placeholder-value'],
  '111': ['11 warning wildcard-grants-admin', '13 warning missing-key-arn-resource'],
  '134': ['12 error json-syntax'],
  '135': ['15 warning key-id-format'],
  '141': ['10 error invalid-account-id'],
  '142': ['10 error invalid-account-id'],
  '143': ['10 error invalid-account-id', '149 error invalid-account-id'],
  '144': ['10 error invalid-account-id'],
  '145': ['10 error invalid-account-id'],
  '147': ['15 error wildcard-principal', '19 error json-syntax'],
  '148': ['6 error wildcard-principal'],
  '150': ['6 error invalid-principal-key'],
  '151': ['23 warning wildcard-grants-admin'],
  '152': ['29 error unknown-action', '35 warning missing-key-arn-resource'],
  '153': ['32 error unknown-action', '38 warning missing-key-arn-resource'],
  '155': ['18 warning service-principal-unrestricted'],
  '156': ['12 error unknown-action', '23 warning missing-key-arn-resource'],
  '157': ['21 error json-syntax'],
  '158': ['27 error unknown-action', '31 warning missing-key-arn-resource'],
  '159': ['12 error unknown-action', '16 warning missing-key-arn-resource'],
  '160': ['34 warning missing-key-arn-resource'],
  '161': ['31 error unknown-action', '36 warning missing-key-arn-resource'],
  '162': ['14 error unknown-action', '29 warning missing-key-arn-resource'],
  '163': [
    '5 error id-in-identity-policy',
    '70 error id-in-identity-policy',
    '110 error sid-duplicate',
    '167 error id-in-identity-policy',
    '207 error sid-duplicate',
    '264 error id-in-identity-policy',
  ],
  '164': ['5 error id-in-identity-policy'],
  '165': ['5 error id-in-identity-policy'],
  '166': ['5 error id-in-identity-policy', '45 error sid-duplicate', '102 error id-in-identity-policy', '142 error sid-duplicate'],
  '167': ['5 error id-in-identity-policy'],
  '168': ['5 error id-in-identity-policy'],
  '169': ['5 error id-in-identity-policy', '97 error id-in-identity-policy', '143 error id-in-identity-policy'],
  '170': ['5 error id-in-identity-policy'],
  '171': ['5 error id-in-identity-policy', '97 error id-in-identity-policy', '143 error id-in-identity-policy'],
  '172': ['5 error id-in-identity-policy'],
  '173': ['5 error id-in-identity-policy'],
  '174': ['5 error id-in-identity-policy', '44 error sid-duplicate', '97 error id-in-identity-policy', '136 error sid-duplicate'],
  '175': ['5 error id-in-identity-policy'],
  '176': ['5 error id-in-identity-policy'],
  '177': ['4 warning wildcard-without-like'],
  '179': ['4 warning wildcard-grants-admin', '4 warning wildcard-grants-admin', '4 error wildcard-principal'],
  '180': ['4 warning wildcard-grants-admin', '4 warning wildcard-grants-admin', '4 error wildcard-principal'],
  '181': ['4 warning key-policy-single-admin'],
  '182': ['4 warning version', '4 error wildcard-principal', '4 error wildcard-principal'],
  '197': ['9 warning service-principal-unrestricted', '10 warning service-principal-unrestricted'],
  '201': ['2 warning version'],
  '202': ['2 warning key-policy-lockout', '2 warning version'],
  '203': ['2 warning key-policy-lockout', '2 warning version'],
  '204': ['194 warning star-only-action-scoped'],
  '205': ['160 warning star-only-action-scoped'],
  '206': ['10 warning wildcard-without-like', '37 warning wildcard-without-like', '64 warning wildcard-without-like'],
  '207': ['160 warning star-only-action-scoped'],
  '208': ['3 warning key-policy-lockout', '8 warning service-principal-unrestricted'],
  '209': ['12 error json-syntax'],
  '210': ['169 warning star-only-action-scoped', '170 warning star-only-action-scoped'],
  '211': ['17 error principal-partial-wildcard'],
  '217': ['16 error json-syntax'],
  '218': ['16 error json-syntax'],
  '219': ['38 warning missing-key-arn-resource', '47 warning missing-key-arn-resource'],
  '220': ['99 warning wildcard-grants-admin', '102 warning missing-key-arn-resource'],
  '222': ['39 warning missing-key-arn-resource', '48 warning missing-key-arn-resource'],
  '226': ['143 warning unconditional-create-grant', '158 warning missing-key-arn-resource'],
  '233': ['41 warning missing-key-arn-resource', '50 warning missing-key-arn-resource'],
  '236': ['36 warning missing-key-arn-resource', '45 warning missing-key-arn-resource'],
  '237': ['141 warning unconditional-create-grant', '156 warning missing-key-arn-resource'],
  '238': ['37 warning missing-key-arn-resource', '46 warning missing-key-arn-resource'],
  '239': ['13 warning missing-key-arn-resource'],
  '241': ['43 warning missing-key-arn-resource', '52 warning missing-key-arn-resource'],
};

describe('real policies', function () {
  this.timeout(60_000);

  /** File name to text, of all files of the corpus that may hold policies. */
  function corpus(context: Mocha.Context): Readonly<Record<string, string>> {
    const folder = process.env.KMS_HANDSHAKE_CORPUS;
    if (folder === undefined || folder === '') skipTest(context, 'KMS_HANDSHAKE_CORPUS does not name the folder of the corpus');
    const json = readdirSync(folder).includes('json') ? path.join(folder, 'json') : folder;
    const names = readdirSync(json).filter((file) => /\.(json|jsonc|tpl|tftpl)$/.test(file));
    return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(json, name), 'utf8')]));
  }

  function findingsIn(texts: Readonly<Record<string, string>>): readonly Finding[] {
    const { analysis } = analysisOfWorkspaceTexts(texts);
    assert.deepEqual(analysis.failures, []);
    return [...analysis.findingsByFile.values()].flat();
  }

  it('get only the errors and warnings that were read by hand', function () {
    const found: Record<string, string[]> = {};
    for (const [name, text] of Object.entries(corpus(this))) {
      const lines = lineIndex(text);
      for (const { at, severity, code } of findingsIn({ [name]: text })) {
        if (severity !== 'error' && severity !== 'warning') continue;
        (found[name.slice(0, 3)] ??= []).push(`${positionAt(lines, at.span.start).line + 1} ${severity} ${code}`);
      }
    }
    assert.deepEqual(found, RIGHT);
  });

  it('get through together, as one workspace', function () {
    assert.ok(findingsIn(corpus(this)).length > 0);
  });
});
