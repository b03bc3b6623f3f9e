import * as assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { linesOf } from '../support/check';
import { skip } from '../support/skip';

/**
 * Findings of severity error, but for the syntax, in the real policies of the corpus. Each was read by hand and is right:
 * a placeholder in words, an ARN with a colon too many, account ids of eleven digits, key policies that are open to all.
 */
const RIGHT: Readonly<Record<string, readonly string[]>> = {
  '002': ['not-an-arn'],
  '064': ['malformed-key-arn'],
  '141': ['invalid-account-id'],
  '142': ['invalid-account-id'],
  '143': ['invalid-account-id', 'invalid-account-id'],
  '144': ['invalid-account-id'],
  '145': ['invalid-account-id'],
  '147': ['wildcard-principal'],
  '148': ['wildcard-principal'],
  '179': ['wildcard-principal'],
  '180': ['wildcard-principal'],
  '182': ['wildcard-principal', 'wildcard-principal'],
};

/** Warnings, but for `"*"` as Resource of an identity policy, which is what so many people write. */
const WARNINGS: Readonly<Record<string, readonly string[]>> = {
  '001': ['placeholder-value'],
  '003': ['placeholder-value'],
  '004': ['placeholder-value'],
  '005': ['placeholder-value'],
  '006': ['placeholder-value'],
  '011': ['star-only-action-scoped', 'star-only-action-scoped'],
  '105': ['placeholder-value', 'placeholder-value', 'placeholder-value', 'placeholder-value'],
  '177': ['wildcard-principal'],
  '204': ['star-only-action-scoped'],
  '205': ['star-only-action-scoped'],
  '207': ['star-only-action-scoped'],
  '210': ['star-only-action-scoped', 'star-only-action-scoped'],
};

describe('real policies', function () {
  this.timeout(60_000);

  it('get only the errors and warnings that were read by hand', function () {
    const folder = process.env.KMS_HANDSHAKE_CORPUS;
    if (folder === undefined || folder === '') skip(this, 'KMS_HANDSHAKE_CORPUS does not name the folder of the corpus');
    const json = readdirSync(folder).includes('json') ? path.join(folder, 'json') : folder;
    const errors: Record<string, string[]> = {};
    const warnings: Record<string, string[]> = {};
    for (const name of readdirSync(json).filter((file) => file.endsWith('.json'))) {
      for (const line of linesOf({ [name]: readFileSync(path.join(json, name), 'utf8') })) {
        const [, severity, code = ''] = line.split(' ');
        if (code === 'json-syntax' || code === 'missing-key-arn-resource') continue;
        const found = severity === 'error' ? errors : severity === 'warning' ? warnings : undefined;
        if (found) (found[name.slice(0, 3)] ??= []).push(code);
      }
    }
    assert.deepEqual(errors, RIGHT);
    assert.deepEqual(warnings, WARNINGS);
  });
});
