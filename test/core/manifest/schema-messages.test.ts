import * as assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SCHEMA_FILE = join(__dirname, '../../../schemas/kms-handshake.schema.json');

/** The paths of the schemas below a node that have a pattern and no sentence for a value that does not match it. */
function patternsWithoutMessage(node: unknown, path: string): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { pattern, patternErrorMessage, not, errorMessage } = node as Readonly<Record<string, unknown>>;
  const isNegated = typeof not === 'object' && not !== null && 'pattern' in not;
  return [
    ...typeof pattern === 'string' && typeof patternErrorMessage !== 'string' ? [path] : [],
    ...isNegated && typeof errorMessage !== 'string' ? [`${path}/not`] : [],
    ...Object.entries(node).flatMap(([name, value]) =>
      isNegated && name === 'not' ? [] : patternsWithoutMessage(value, `${path}/${name}`)),
  ];
}

describe('the schema of kms-handshake.json', () => {
  it('has a sentence for each pattern: VS Code shows the regular expression otherwise', () => {
    assert.deepEqual(patternsWithoutMessage(JSON.parse(readFileSync(SCHEMA_FILE, 'utf8')), ''), []);
    assert.deepEqual(patternsWithoutMessage({ properties: { arn: { pattern: '^a$' } } }, ''), ['/properties/arn']);
  });
});
