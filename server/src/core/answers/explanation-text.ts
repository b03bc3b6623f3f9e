import { excerptOf } from '../text/excerpt';
import type { Location } from '../text/span';
import type { Explanation } from './explain';
import type { Step, StepHalf, StepOutcome } from './steps';

/** What a page of an explanation takes to know of files. */
export interface PageContext {
  /** `producer/key.json:12` */
  readonly place: (at: Location) => string;
  /** `producer/key.json` */
  readonly file: (uri: string) => string;
  readonly textOf: (uri: string) => string;
}

/** The name of each half for people. */
export const HALF_WORDS: Readonly<Record<StepHalf, string>> = {
  'accounts': 'Accounts', 'key-policy': 'Key policy', 'identity-policy': 'IAM policy', 'grants': 'Grants', 'denies': 'Denies',
};
export const OUTCOME_WORDS: Readonly<Record<StepOutcome, string>> = { allowed: 'yes', conditional: 'yes, if', denied: 'no', unknown: 'unknown', 'not-needed': 'not needed' };

/** An explanation as a page to read, in Markdown that reads well as plain text. The edit is under the last heading. */
export function explanationPage(answer: Explanation, context: PageContext): string {
  const [outcome = '', ...rest] = answer.sentence.split(': ');
  const blocks = [
    `# ${outcome}`, capital(rest.join(': ')),
    ['- identity: ', '- action: ', '- key: '].map((label, i) => `${label}\`${[answer.identity, answer.action, answer.key][i] ?? ''}\``).join('\n'),
    '## Half by half', answer.steps.map((step) => stepText(step, context)).join('\n'),
    ...(answer.verdict.alternatives.length > 0 ? [`There ${answer.verdict.alternatives.length === 1 ? 'is another set' : `are ${answer.verdict.alternatives.length} other sets`} of conditions under which it is allowed.`] : []),
    ...answer.notes, answer.scope, ...remedyBlocks(answer, context),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** The heading that the edit stands under. */
export const REMEDY_HEADING = '## What would make it yes';

function remedyBlocks({ remedy }: Explanation, { file, textOf }: PageContext): string[] {
  if (!remedy) return [];
  const diffs = remedy.changes.flatMap(({ change }) => [
    `${file(change.uri)}${'create' in change ? ' (a new file)' : ''}`,
    ['```diff', ...excerptOf(textOf(change.uri), change).map(({ sign, text }) => `${sign} ${text}`.trimEnd()), '```'].join('\n'),
  ]);
  return [REMEDY_HEADING, remedy.advice, ...diffs];
}

function stepText({ half, outcome, message, because }: Step, { place }: PageContext): string {
  const places = [...new Set(because.map(({ at }) => place(at)))];
  return `- **${HALF_WORDS[half]}: ${OUTCOME_WORDS[outcome]}.** ${message}.${places.length > 0 ? ` → ${places.join(', ')}` : ''}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
