import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import regions from '../../server/src/core/aws/data/regions.json';
import { regularExpressionCost } from '../support/regular-expression-cost';

const ROOT = path.resolve(__dirname, '../..');

/** Expressions that are made while the program runs, with what they are made of. */
const MADE_AT_RUN_TIME: Readonly<Record<string, string>> = {
  'server/src/core/aws/regions.ts regionRegex': 'the expressions of regions.json, judged below',
  ['server/src/core/linking/path-hints.ts '
    + '`(?<![a-z0-9])(?:${REGIONS.map(({ region }) => region).sort((a, b) => b.length - a.length).join(\'|\')})(?![a-z0-9])`']:
    'names of Regions from regions.json: letters and hyphens, no repetition',
  'client/src/commands/policy-questions.ts pattern': 'a pattern of the server, one of the strings judged below',
  'client/src/commands/choose-many.ts typedPattern': 'a pattern of the server, one of the strings judged below',
  'client/src/commands/choose-one.ts typedPattern': 'a pattern of the server, one of the strings judged below',
};

interface RegularExpression {
  readonly file: string;
  readonly source: string;
  readonly flags: string;
}

describe('regular expressions', () => {
  const files = ['server/src', 'client/src', 'client/webview'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts')).map((name) => path.posix.join(folder, name.split(path.sep).join('/'))));
  const literals: RegularExpression[] = [];
  const strings: RegularExpression[] = [];
  const made: string[] = [];

  before(() => {
    for (const file of files) {
      const source = ts.createSourceFile(file, readFileSync(path.join(ROOT, file), 'utf8'), ts.ScriptTarget.ES2022, true);
      const visit = (node: ts.Node): void => {
        if (ts.isRegularExpressionLiteral(node)) {
          const end = node.text.lastIndexOf('/');
          literals.push({ file, source: node.text.slice(1, end), flags: node.text.slice(end + 1) });
        } else if (ts.isStringLiteralLike(node) && /^\^.*\$$/s.test(node.text)) {
          strings.push({ file, source: node.text, flags: '' });
        } else if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && node.expression.getText(source) === 'RegExp') {
          made.push(`${file} ${node.arguments?.[0]?.getText(source) ?? ''}`);
        }
        ts.forEachChild(node, visit);
      };
      visit(source);
    }
  });

  it('of the source take linear time whatever text they are given', () => {
    assert.ok(literals.length > 400);
    const costs = new Map<string, string>();
    for (const { file, source, flags } of literals) {
      const cost = regularExpressionCost(source, flags);
      if (cost !== 'linear') costs.set(`${file} /${source}/${flags}`, cost);
    }
    assert.deepEqual(Object.fromEntries(costs), {});
  });

  it('that are built at run time are those in this list', () => {
    assert.deepEqual(made.sort(), Object.keys(MADE_AT_RUN_TIME).sort());
  });

  it('in strings, data and the schema take linear time too', () => {
    const schema = readFileSync(path.join(ROOT, 'schemas/kms-handshake.schema.json'), 'utf8');
    const patterns: string[] = [];
    JSON.parse(schema, (name, value: unknown) => {
      if (name === 'pattern' && typeof value === 'string') patterns.push(value);
      return value;
    });
    assert.ok(strings.length >= 2 && patterns.length >= 4);
    const regionPatterns = regions.partitions.map(({ regionRegex }) => regionRegex);
    for (const source of [...strings.map((expression) => expression.source), ...patterns, ...regionPatterns]) {
      assert.equal(regularExpressionCost(source), 'linear', source);
    }
  });
});

describe('the check of regular expressions', () => {
  it('finds texts that an engine can match in several ways', () => {
    for (const source of ['(a|a)*b', '(a*)*b', '(a+)+$', '^(a|aa)+$', '(?:a?a?)*b', '^(\\w+\\s?)*$']) {
      assert.equal(regularExpressionCost(source), 'exponential', source);
    }
  });

  it('finds runs that are read again from each of their characters', () => {
    const sources = [
      'a*b', '\\s+$', '^a*a*b', '#.*$', '[ \\t]*\\n', '\\$\\{[^}]*\\}', 'a.*b.*c', '(?=\\s*$)x', '^(?:a*b|a)*', '(\\S+) is not', ' .*: ',
    ];
    for (const source of sources) assert.equal(regularExpressionCost(source), 'polynomial', source);
    // Also where the caller asks at each place.
    assert.equal(regularExpressionCost('%\\{[^}]*\\}', 'y'), 'polynomial');
  });

  it('accepts what can be matched in one way only', () => {
    const sources = [
      '^a*b', 'a+', '\\s+', '"[^"]*"', '\\$\\{[^{}]*\\}', '^[^:]*:[^:]*:', '[a-z]{1,40}$', '^(?:\\.{0,2}\\/)*', '^(?:[^"\\\\]|\\\\[^])*"',
      '(?<!a)b', '',
    ];
    for (const source of sources) assert.equal(regularExpressionCost(source), 'linear', source);
  });
});
