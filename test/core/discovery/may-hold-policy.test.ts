import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { mayHoldPolicy } from '../../../server/src/core/discovery/may-hold-policy';

const root = path.join(__dirname, '../../..');

describe('mayHoldPolicy', () => {
  it('passes all that can be a policy or say something of keys', () => {
    const texts = [
      '{"Version":"2012-10-17","Statement":[]}',
      '{ "Version" : "2012-10-17" }',
      '{"Statement":{"Action":"*"}}',
      '"Action": ["kms:', '"NotAction": "iam:*"', '{"Action": "*"}', '{ "Action": [\n  "',
      '"Effect"\u00a0: "Allow"', '“Effect”: “Allow”', "{'Principal': '*'}",
      '"Principal": {\n"AWS": [',
      JSON.stringify({ Policy: JSON.stringify({ Statement: [] }) }),
      JSON.stringify({ a: JSON.stringify({ Policy: JSON.stringify({ Statement: [] }, null, 2) }) }),
      '{"KeyMetadata":{}}', '{"Aliases":[{"AliasName":"alias/x"}]}', '{"Grants":[{"GrantId":"x"}]}',
      '{"Keys":[{"KeyId":"x","KeyArn":"y"}]}',
    ];
    for (const text of texts) assert.equal(mayHoldPolicy(text), true, text);
  });

  it('refuses other JSON', () => {
    for (const name of ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.base.json']) {
      assert.equal(mayHoldPolicy(readFileSync(path.join(root, name), 'utf8')), false, name);
    }
    const texts = [
      '', '{}', '[]', '{"Action": "restart"}', '{"description": "Effect and Statement"}', '{"Version": "1.0"}',
      '%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%5D%7D',
      '{"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"Key": {"KeyPolicy": {"Statement": []}}}}',
    ];
    for (const text of texts) assert.equal(mayHoldPolicy(text), false, text);
  });

  it('refuses a megabyte of other JSON', () => {
    const text = JSON.stringify(Array.from({ length: 20_000 }, (_, i) => ({ Action: 'restart', Effective: i, Resources: { a: 1 } })));
    assert.equal(mayHoldPolicy(text), false);
  });
});
