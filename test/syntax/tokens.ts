import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createOnigScanner, createOnigString, loadWASM } from 'vscode-oniguruma';
import { INITIAL, Registry, parseRawGrammar, type IGrammar } from 'vscode-textmate';
import { createGrammar } from '../../scripts/grammar/grammar';

/** A piece of a line and its scopes, outermost first. */
export interface Token {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly scopes: readonly string[];
}

export type Language = 'json' | 'jsonc';

const OURS = 'kms-policy.injection';
const ROOTS: Readonly<Record<Language, string>> = { json: 'source.json', jsonc: 'source.json.comments' };

let engine: Promise<void> | undefined;
const grammars = new Map<string, Promise<IGrammar>>();

/** VS Code's own machinery with its own grammar, and ours laid over it unless `plain`. */
export function grammarOf(language: Language, plain = false): Promise<IGrammar> {
  const name = `${language} ${plain}`;
  const known = grammars.get(name) ?? load(language, plain);
  grammars.set(name, known);
  return known;
}

async function load(language: Language, plain: boolean): Promise<IGrammar> {
  engine ??= loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')));
  const registry = new Registry({
    onigLib: engine.then(() => ({ createOnigScanner, createOnigString })),
    loadGrammar: (name) => Promise.resolve(parseRawGrammar(textOf(name), 'grammar.json')),
    getInjections: () => (plain ? [] : [OURS]),
  });
  const loaded = await registry.loadGrammar(ROOTS[language]);
  if (loaded === null) throw new Error(`no grammar for ${language}`);
  return loaded;
}

function textOf(name: string): string {
  if (name === OURS) return JSON.stringify(createGrammar());
  const json = readFileSync(path.join(__dirname, 'json-grammar/JSON.tmLanguage.json'), 'utf8');
  return name === ROOTS.json ? json : json.replaceAll('.json"', '.json.comments"').replaceAll('.json ', '.json.comments ');
}

export function tokensOf(grammar: IGrammar, text: string): readonly Token[] {
  let state = INITIAL;
  return text.split(/\r?\n/).flatMap((content, line) => {
    const { tokens, ruleStack } = grammar.tokenizeLine(content, state);
    state = ruleStack;
    return tokens.map(({ startIndex, endIndex, scopes }) => ({ line, start: startIndex, end: Math.min(endIndex, content.length), scopes }));
  });
}

export function isOurs(scope: string): boolean {
  return scope.endsWith('.kms-policy');
}

/** What a person sees: the innermost scope of ours that is no mere context, without its ending. */
export function markOf({ scopes }: Token): string | undefined {
  return scopes.filter((scope) => isOurs(scope) && !scope.startsWith('meta.')).at(-1)?.replace(/\.kms-policy$/, '');
}

/** Every line, and below it each piece of it that is marked. */
export function snapshot(grammar: IGrammar, text: string): string {
  const tokens = tokensOf(grammar, text);
  return text.split(/\r?\n/).map((content, line) => {
    const marks = tokens.filter((token) => token.line === line).flatMap((token) => {
      const mark = markOf(token);
      return mark === undefined ? [] : [`#${' '.repeat(token.start)}${'^'.repeat(token.end - token.start)} ${mark}`];
    });
    return [`>${content}`, ...marks].join('\n');
  }).join('\n');
}
