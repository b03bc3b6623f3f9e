import { describeSymbols, SYMBOL_START } from './symbol-text';

/** The ARN of a resource whose name or id only a deployment gives: all of it but the name stands for the stack. */
const ARN_OF_RESOURCE =
  /(?:\bkey )?\barn:(?:[^:\s\u0006]|\u0006[^:/\u0006\u000f]*\u000f)*:(?:kms:(?:[^:\s\u0006]|\u0006[^:/\u0006\u000f]*\u000f)*:(?:[^:\s\u0006]|\u0006[^:/\u0006\u000f]*\u000f)*:key|iam::(?:[^:\s\u0006]|\u0006[^:/\u0006\u000f]*\u000f)*:([a-z]+))\/(?=\u0006[nm])/g;
/** Behind the name of a resource an account, as ` of account …` or ` (…)`, with the scopes of both. */
const ACCOUNT_BEHIND_RESOURCE =
  /(\u0006[nm][^:/\u0006\u000e\u000f]*\u000e([^:/\u0006\u000f]*)\u000f) (?:of account \u0006a[^:/\u0006\u000e\u000f]*\u000e([^:/\u0006\u000f]*)\u000f|\(\u0006a[^:/\u0006\u000e\u000f]*\u000e([^:/\u0006\u000f]*)\u000f\))/g;
/** An account, Region or partition, with the word for it in front. */
const DEPLOYMENT = /(\b[Aa]ccount )?\u0006([arp])([^:/\u0006\u000e\u000f]*)\u000e[^:/\u0006\u000f]*\u000f/g;
const WORDS: Readonly<Partial<Record<string, string>>> = { a: 'account', r: 'Region' };

/**
 * The text with its symbols as a sentence says them: `the account of template.yaml`; `role/Worker of template.yaml` without the account,
 * which that says already; `key DataKey of template.yaml` for an ARN that only a deployment gives; `${AWS::Region}` within a value.
 */
export function describeSymbolsInSentence(text: string): string {
  if (!text.includes(SYMBOL_START)) return text;
  const sentence = text.replace(ARN_OF_RESOURCE, (_, kind: string | undefined) => (kind === undefined ? 'key ' : `${kind}/`))
    .replace(ACCOUNT_BEHIND_RESOURCE, (whole: string, resource: string, scope: string, behind?: string, inParentheses?: string) =>
      (scope === (behind ?? inParentheses) ? resource : whole))
    .replace(DEPLOYMENT, (whole: string, prefix: string | undefined, kind: string, _name: string, at: number, all: string) => {
      const symbolName = describeSymbols(whole.slice(prefix?.length ?? 0));
      const word = WORDS[kind];
      const [reference = '', file] = symbolName.split(' of ');
      if (isPartOfValue(all, at, at + whole.length)) return `${prefix ?? ''}\${${reference}}`;
      if (word === undefined || file === undefined) return `${prefix ?? ''}${symbolName}`;
      return `${prefix?.startsWith('A') === true ? 'The' : 'the'} ${word} of ${file}`;
    });
  return describeSymbols(sentence);
}

/** Other characters of the value are directly in front or behind. */
function isPartOfValue(text: string, start: number, end: number): boolean {
  return /[\w.:/-]/.test(text.charAt(start - 1)) || /^(?:[\w/-]|[.:]\S)/.test(text.slice(end, end + 2));
}
