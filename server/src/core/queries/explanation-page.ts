import { changeExcerpt } from '../text/change-excerpt';
import { codeBlock, escapeMarkdown, markdownParagraph } from '../text/markdown';
import type { Location } from '../text/span';
import type { Explanation } from './explain';
import type { ExplanationStep, ExplanationStepName, ExplanationStepOutcome } from './explanation-steps';

/** What a page of an explanation takes to know of files. */
export interface PageContext {
  /** `producer/key.json:12` */
  readonly formatLocation: (at: Location) => string;
  /** `producer/key.json` */
  readonly formatFile: (uri: string) => string;
  readonly textOf: (uri: string) => string;
}

/** The name of each half for people. */
export const STEP_NAMES: Readonly<Record<ExplanationStepName, string>> = {
  'accounts': 'Accounts', 'key-policy': 'Key policy', 'identity-policy': 'IAM policy', 'grants': 'Grants', 'denies': 'Denies',
};
const STEP_OUTCOME_NAMES: Readonly<Record<ExplanationStepOutcome, string>> = {
  allowed: 'yes', conditional: 'yes, if', denied: 'no', unknown: 'unknown', 'not-needed': 'not needed',
};
const OUTCOME_NAMES_OF_STEPS: Readonly<Partial<Record<ExplanationStepName, typeof STEP_OUTCOME_NAMES>>> = {
  accounts: { ...STEP_OUTCOME_NAMES, allowed: 'OK', conditional: 'OK, if', denied: 'not OK' },
  grants: { ...STEP_OUTCOME_NAMES, denied: 'none' },
  denies: { ...STEP_OUTCOME_NAMES, allowed: 'none', conditional: 'one, if', denied: 'one' },
};

/** What a half says, in a word or two. */
export function stepOutcomeName({ half, outcome }: ExplanationStep): string {
  return (OUTCOME_NAMES_OF_STEPS[half] ?? STEP_OUTCOME_NAMES)[outcome];
}

/**
 * An explanation as a page to read, in Markdown that reads well as plain text. What policies and names of files hold is text in it,
 * whatever characters it has: it makes no heading, link or line of its own.
 */
export function explanationPage(answer: Explanation, context: PageContext): string {
  const [outcome = '', ...reasonParts] = answer.sentence.split(': ');
  const { length: alternativeCount } = answer.verdict.alternatives;
  const alternatives = alternativeCount === 1 ? 'is another set' : `are ${alternativeCount} other sets`;
  const blocks = [
    `# ${escapeMarkdown(outcome)}`,
    markdownParagraph(capitalizeSentence(reasonParts.join(': '))),
    [`- Identity: ${escapeMarkdown(answer.identity)}`, `- Action: ${escapeMarkdown(answer.action)}`, `- Key: ${escapeMarkdown(answer.key)}`]
      .join('\n'),
    '## Both halves',
    answer.steps.map((explanationStep) => stepMarkdown(explanationStep, context)).join('\n'),
    ...alternativeCount > 0 ? [`There ${alternatives} of conditions under which it is allowed.`] : [],
    ...remedyMarkdown(answer, context),
    ...answer.notes.map(markdownParagraph),
    markdownParagraph(answer.scope),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** The heading that the edit stands under. */
export const REMEDY_HEADING = '## How to allow it';

function remedyMarkdown({ remedy }: Explanation, { formatFile, textOf }: PageContext): string[] {
  if (!remedy) return [];
  const diffs = remedy.changes.flatMap(({ change }) => [
    markdownParagraph(`${formatFile(change.uri)}${'create' in change ? ' (a new file)' : ''}`),
    codeBlock('diff', changeExcerpt(textOf(change.uri), change).map(({ sign, text }) => `${sign} ${text}`.trimEnd())),
  ]);
  const statement = remedy.statement === undefined ? [] : [codeBlock('json', remedy.statement.split('\n'))];
  return [REMEDY_HEADING, markdownParagraph(remedy.advice), ...statement, ...diffs];
}

function stepMarkdown(explanationStep: ExplanationStep, { formatLocation }: PageContext): string {
  const { half, message, decidedBy } = explanationStep;
  const places = [...new Set(decidedBy.map(({ at }) => formatLocation(at)))];
  return `- ${STEP_NAMES[half]}: ${stepOutcomeName(explanationStep)}. `
    + escapeMarkdown(`${message}.${places.length > 0 ? ` → ${places.join(', ')}` : ''}`);
}

/** Names of actions keep their small letters. */
function capitalizeSentence(text: string): string {
  return text.startsWith("kms:") ? text : text.charAt(0).toUpperCase() + text.slice(1);
}
