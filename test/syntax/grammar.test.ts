import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { grammarFile } from '../../scripts/grammar/grammar-file';
import { OPERATORS } from '../../server/src/core/aws/operators';
import { findPlaceholders } from '../../server/src/core/syntax/placeholders';
import { grammarOf, isOurs, markOf, snapshot, tokensOf, type Language, type Token } from './tokens';

const ROOT = path.join(__dirname, '../..');
const SAMPLES = path.join(__dirname, 'samples');
const languageOf = (file: string): Language => (file.endsWith('.jsonc') ? 'jsonc' : 'json');

describe('grammar: policies in JSON', () => {
  it('ships as it is written (npm run docs)', () => {
    const { path: file, text } = grammarFile();
    assert.equal(readFileSync(file, 'utf8').replace(/\r\n/g, '\n'), text);
  });

  describe('marks', () => {
    for (const file of readdirSync(SAMPLES).filter((name) => /\.jsonc?$/.test(name))) {
      // KMS_HANDSHAKE_SNAPSHOTS=write writes them anew; read the difference before it is committed.
      it(`${file} as its snapshot says`, async () => {
        const marked = snapshot(await grammarOf(languageOf(file)), readFileSync(path.join(SAMPLES, file), 'utf8').trimEnd());
        const kept = path.join(SAMPLES, `${file}.snap`);
        if (process.env['KMS_HANDSHAKE_SNAPSHOTS'] === 'write') writeFileSync(kept, `${marked}\n`);
        assert.equal(`${marked}\n`, readFileSync(kept, 'utf8').replace(/\r\n/g, '\n'));
      });
    }

    it('every condition operator there is, with and without its additions, and nothing similar', async () => {
      const marks = await marksIn(
        OPERATORS.flatMap(({ name }) => [name, `${name}IfExists`, `ForAnyValue:${name}`]).map((name) => [name, { 'aws:x': 'y' }] as const),
      );
      for (const { name } of OPERATORS)
        for (const operator of [name, `${name}IfExists`, `ForAnyValue:${name}`]) assert.ok(marks.get(operator)?.includes('wordlike'),
            operator);
      const others = await marksIn(['Boolean', 'StringEqual', 'stringequals', 'For:Bool'].map((name) => [name, {}] as const));
      assert.deepEqual([...others.values()].filter((mark) => mark.includes('wordlike')), []);
    });

    for (const value of ['<ACCOUNT_B_ID>', '${account_id}', '#{region}', '{{ account }}', '<%= key %>', '%(name)s', 'your-key-id',
      'YOUR_ACCOUNT', '{KeyId}', '${role:-App}', 'arn:aws:kms:us-west-2:111122223333:key/<%= key_id %>', 'arn:aws:iam::<% account %>:root',
      '${aws:PrincipalTag/a}', 'xxxxxxxxxxxx', 'KEY_ARN', 'ACCOUNT_ID', 'arn:aws:kms:REGION:111122223333:key/KEY_ID',
      'arn:aws:kms:us-west-2:ACCOUNT_B:key/x', 'arn:aws:kms:us-west-2:1111-xxxx-2222:key/key-id', 'arn:aws:kms:region:account-id:key/x',
      '${aws:username}', '$${aws:username}', '${!x}', '${*}', 'arn:aws:kms:EU-WEST-1:111122223333:key/x', 'arn:aws:s3:::bucket/KEYS',
      '*']) {
      it(`what the checks take for a placeholder, and nothing else: ${value}`, async () => {
        const text = JSON.stringify({ Statement: [{ Resource: value }] });
        const offset = text.indexOf(JSON.stringify(value)) + 1;
        const marked = joined(
          tokensOf(await grammarOf('json'), text).filter((token) => markOf(token) === 'variable.parameter.placeholder'),
        );
        assert.deepEqual(marked.map(({ start, end }) => value.slice(start - offset, end - offset)),
          findPlaceholders(value, true, 0).map(({ start, end }) => value.slice(start, end)));
      });
    }
  });

  describe('leaves alone', () => {
    const foreign: Readonly<Record<string, unknown>> = {
      'an account number, an operator and an ARN in other JSON': { account: '111122223333', StringEquals: '*',
        arn: 'arn:aws:kms:us-west-2:111122223333:key/x', Action: 'kms:Decrypt', list: ['kms:*', '*', '${aws:username}', '<NAME>'] },
      'what a policy has, outside of one': { Action: ['kms:Decrypt'], Resource: '*', Principal: { AWS: '444455556666' },
        Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } } },
      'a statement that is no object': { Statement: 'kms:Decrypt 111122223333', Policy: 'kms:Decrypt',
        PolicyDocument: '{"Action":"kms:Decrypt"}' },
      'names of effects that are others': { Effect: 'Blink', Action: 'kms:Decrypt' },
    };
    for (const [name, value] of Object.entries(foreign)) {
      it(name, async () => {
        const tokens = tokensOf(await grammarOf('json'), JSON.stringify(value, null, 2));
        assert.deepEqual(tokens.filter(({ scopes }) => scopes.some(isOurs)), []);
      });
    }

    for (const file of ['package.json', 'tsconfig.json', 'schemas/kms-handshake.schema.json', 'package.nls.json',
      'examples/kms-handshake.json']) {
      it(file, async () => {
        const tokens = tokensOf(await grammarOf('jsonc'), readFileSync(path.join(ROOT, file), 'utf8'));
        assert.deepEqual(tokens.filter(({ scopes }) => scopes.some(isOurs)), []);
      });
    }
  });

  describe('adds to the scopes of JSON and takes none away', () => {
    const texts = [...readdirSync(SAMPLES).filter((name) => /\.jsonc?$/.test(name)).map((name) => path.join(SAMPLES, name)),
      ...filesBelow(path.join(ROOT, 'examples'))];
    for (const file of texts) {
      it(path.relative(ROOT, file), async () => {
        await sameScopes(languageOf(file), readFileSync(file, 'utf8'));
      });
    }

    it('however far the text is typed', async () => {
      const text = readFileSync(path.join(SAMPLES, 'key-policy.json'), 'utf8').replace(/\n\s*/g, ' ');
      for (let end = 0; end < text.length; end += 7) await sameScopes('json', text.slice(0, end));
    });

    it('with commas, braces and colons left out', async () => {
      const text = readFileSync(path.join(SAMPLES, 'key-policy.json'), 'utf8');
      // Where the comma before "Statement" is missing JSON is at a loss, and the policy stays marked.
      for (const { index } of text.matchAll(/[:{}"[\]]|,(?!\s*"Statement")/g))
        if (index % 3 === 0) await sameScopes('json', text.slice(0, index) + text.slice(index + 1));
    });
  });

  it('reads long lines to their end, whatever they contain', async () => {
    const grammar = await grammarOf('json');
    for (const piece of ['arn:aws:kms:', '${', '{{', '${aws:', '<', '<%', 'x', '\\"kms:', '\\" ', '$${!', '%(', '{a', 'your-', 'A-', '0-',
      '* ', '"', '[', '{"Statement":']) {
      const text = `{"Policy":"{\\"Version\\"${piece.repeat(20_000 / piece.length)}","Statement":[{"Resource":"${
        piece.repeat(20_000 / piece.length)
      }"}]}`;
      assert.equal(tokensOf(grammar, text).at(-1)?.end, text.length, piece);
    }
  }).timeout(60_000);
});

/** The marks of each name of a condition block, in a key policy. */
async function marksIn(members: readonly (readonly [string, object])[]): Promise<ReadonlyMap<string, string>> {
  const text = JSON.stringify({ Statement: [{ Condition: Object.fromEntries(members) }] });
  const tokens = tokensOf(await grammarOf('json'), text);
  return new Map(members.map(([name]) => {
    const start = text.indexOf(`"${name}":`) + 1;
    return [name,
      tokens.filter((token) => token.start >= start && token.end <= start + name.length).map((token) => markOf(token) ?? '').join(' ')];
  }));
}

/** Tokens that touch, as one. */
function joined(tokens: readonly Token[]): { start: number; end: number }[] {
  const spans: { start: number; end: number }[] = [];
  for (const { start, end } of tokens) {
    const last = spans.at(-1);
    if (last?.end === start) last.end = end;
    else spans.push({ start, end });
  }
  return spans;
}

async function sameScopes(language: Language, text: string): Promise<void> {
  const [plain, ours] = [tokensOf(await grammarOf(language, true), text), tokensOf(await grammarOf(language), text)];
  const lines = text.split(/\r?\n/);
  assert.deepEqual(perCharacter(lines, ours), perCharacter(lines, plain));
}

/** The scopes of JSON at each character that is to be seen. Inside a policy they are those of `json` in both languages. */
function perCharacter(lines: readonly string[], tokens: readonly Token[]): readonly string[] {
  return tokens.flatMap(({ line, start, end, scopes }) => {
    const said = scopes.filter((scope) => !isOurs(scope)).map((scope) => scope.replace('.json.comments', '.json')).join(' ');
    return Array.from({ length: end - start }, (_, at) => start + at).filter((at) => (lines[line]?.[at] ?? ' ').trim() !== '').map((at) =>
      `${line + 1}:${at + 1} ${said}`
    );
  });
}

function filesBelow(folder: string): string[] {
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json')).map((name) =>
      path.join(folder, name)
    )
    : [];
}
