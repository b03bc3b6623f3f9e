import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const ROOT = path.resolve(__dirname, '../..');

/** Phrases that are not plain English, with what docs/writing.md asks for instead. */
const PHRASES: readonly { readonly phrase: RegExp; readonly instead: string }[] = [
  { phrase: /(?<!\bthere )\b(?:is|are) no (?!longer\b|more\b)[a-z]/i, instead: 'is not a' },
  { phrase: /\blets?\b[^.:;"`]{0,90}? in(?: for\b|[.,;:)]|$)/i, instead: 'allows' },
  { phrase: /\b(?:is|are|be|to) let in\b|\blets? in\b/i, instead: 'is allowed' },
  { phrase: /\bnobody (?:here|tells|says)\b|\bof whom nobody\b|\bheard of\b|\bnothing tells\b/i, instead: 'it is not known' },
  { phrase: /\bwithout a word\b/i, instead: 'accepts, and it does nothing' },
  { phrase: /\btakes? (?:in )?no\b/i, instead: 'does not accept' },
  { phrase: /\basks? for nothing\b/i, instead: 'tests nothing' },
  { phrase: /\bhangs? on\b/i, instead: 'depends on' },
  { phrase: /\bbelongs? into\b/i, instead: 'belongs in' },
  { phrase: /\bnever so\b/i, instead: 'never the case' },
  { phrase: /\bcannot be told:/i, instead: 'unknown' },
  { phrase: /\battached to nobody\b/i, instead: 'identity unknown' },
  { phrase: /\bhalves are about different\b/i, instead: 'no action is allowed by both policies' },
  { phrase: /\bthat come later\b/i, instead: 'future actions that match' },
  { phrase: /\b(?:is a word|are words) to be replaced\b/i, instead: 'is a placeholder' },
  { phrase: /\bHalf by half\b|\bwould make it yes\b/, instead: 'Both halves, How to allow it' },
  { phrase: /\bWrite the (?:key|IAM) policy (?:that this|for)\b/, instead: 'Generate the key policy' },
  { phrase: /\bPut it right\b|\bTake your own\b|\bwhat is missing written\b/i, instead: 'Fix it, Use your own policies' },
  { phrase: /\b(?:Errors|Policies): \{?\d|\b1 (?:files|folders|policies|errors|warnings)\b/i, instead: '8 errors in 18 policies (18 files)' },
];

/** In prose "holds" may also mean "is true"; in messages it is never needed. */
const PHRASES_OF_MESSAGES: typeof PHRASES = [
  ...PHRASES,
  { phrase: /\bholds?\b/i, instead: 'contains' },
  { phrase: /\bsays? of\b|\bspeaks? of\b|\bis (?:said|told) of\b/i, instead: 'says about' },
  { phrase: /" is none\b/i, instead: 'is not one' },
];

function filesIn(folder: string, extension: string): string[] {
  return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension) && !name.split(path.sep).includes('node_modules'))
    .map((name) => path.posix.join(folder, name.split(path.sep).join('/')));
}

function read(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

/** The string and template literals of a source file that have several words, each with its line. */
function messagesOf(file: string): { readonly line: number; readonly text: string }[] {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.ES2022, true);
  const messages: { line: number; text: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) return;
    const text = ts.isStringLiteralLike(node) ? node.text
      : ts.isTemplateExpression(node) ? [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('X') : '';
    if (/[a-z] [a-z]/i.test(text)) messages.push({ line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1, text });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return messages;
}

function oddPhrasesIn(text: string, phrases: typeof PHRASES): string[] {
  return phrases.flatMap(({ phrase, instead }) => {
    const match = phrase.exec(text);
    return match ? [`"${match[0]}" (say: ${instead})`] : [];
  });
}

describe('wording (docs/writing.md)', () => {
  it('of messages, titles and notes in the source is plain English', () => {
    const messages = ['server/src', 'client/src', 'client/webview', 'scripts/docs'].flatMap((folder) => filesIn(folder, '.ts'))
      .flatMap((file) => messagesOf(file).map((message) => ({ file, ...message })));
    assert.ok(messages.length > 1500, String(messages.length));
    assert.deepEqual(
      messages.flatMap(({ file, line, text }) => oddPhrasesIn(text, PHRASES_OF_MESSAGES).map((odd) => `${file}:${line}: ${odd}`)),
      [],
    );
  });

  it('of settings, translations and the schema is plain English', () => {
    const files = ['package.json', 'package.nls.json', 'l10n/bundle.l10n.json', 'schemas/kms-handshake.schema.json'];
    assert.deepEqual(files.flatMap((file) => read(file).split('\n')
      .flatMap((line, index) => oddPhrasesIn(line, PHRASES_OF_MESSAGES).map((odd) => `${file}:${index + 1}: ${odd}`))), []);
  });

  it('of the documentation is plain English', () => {
    const files = ['README.md', 'CONTRIBUTING.md', ...filesIn('docs', '.md').filter((file) => file !== 'docs/writing.md'),
      ...filesIn('media', '.md')];
    assert.ok(files.length > 80);
    assert.deepEqual(files.flatMap((file) => read(file).split('\n')
      .flatMap((line, index) => oddPhrasesIn(line, PHRASES).map((odd) => `${file}:${index + 1}: ${odd}`))), []);
  });

  it('is seen by this test where it is not', () => {
    for (const text of ['A group is no principal', 'lets account 111122223333 in for kms:Decrypt only', 'lets another account in, and',
      'of whom nobody here has heard of', 'AWS takes the policy without a word', 'Principal takes no variables',
      'a test that asks for nothing', 'it hangs on a placeholder', 'it belongs into a policy', 'which is never so',
      '2 keys: cannot be told: no policy',
      'IAM policy, attached to nobody known', 'the halves are about different actions', 'and those of the same form that come later',
      '"KEY" is a word to be replaced by a real value', '## Half by half', 'Write the key policy that this policy needs', 'Put it right',
      'Policies: 18, files: 18', '19 files in 1 folders']) {
      assert.notDeepEqual(oddPhrasesIn(text, PHRASES), [], text);
    }
    for (const text of ['There is no rule x', 'the key is no longer there', 'lets Amazon EBS use the key in the account',
      'is not a principal', 'the workspace contains no policy']) {
      assert.deepEqual(oddPhrasesIn(text, PHRASES_OF_MESSAGES), [], text);
    }
  });
});
