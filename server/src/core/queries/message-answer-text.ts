import { escapeMarkdown } from '../text/markdown';
import type { Explanation } from './explain';
import type { MessageAnswer } from './message-answer';

/** An answer to an error that leaves out who called or which key is meant, in blocks of lines. */
export function messageAnswerLines(answer: MessageAnswer, text: (words: string) => string): string[] {
  const { causes, candidates, moreCandidates } = answer;
  const more = moreCandidates > 0 ? [`- and ${moreCandidates} more, see the matrix`] : [];
  const of = answer.missing.includes('key') ? 'keys' : 'identities';
  return [
    'What fits the message:', ...causes.map((cause) => `- ${text(cause)}`), '',
    ...candidates.length === 0
      ? [`The workspace has no ${of} that it can be about.`]
      : [`The ${of} of the workspace that it can be about, those first that are denied here:`,
        ...candidates.map((candidate) => `- ${text(explanationCandidateText(candidate))}`), ...more],
  ];
}

function explanationCandidateText({ identity, key, action, sentence }: Explanation): string {
  return `${identity} with ${key} for ${action}: ${sentence}`;
}

/** The same as a page in Markdown, with notes at its end. */
export function messageAnswerPage(answer: MessageAnswer, notes: readonly string[]): string {
  const [outcome = '', ...rest] = answer.sentence.split(': ');
  const said = rest.join(': ');
  const lines = messageAnswerLines(answer, escapeMarkdown).flatMap((
    line,
  ) => (line.endsWith(':') && !line.startsWith('-') ? [line, ''] : [line]));
  return `${
    [`# ${outcome}`, said.charAt(0).toUpperCase() + said.slice(1), `- Action: ${answer.action}`, lines.join('\n'),
      ...notes.map(escapeMarkdown), answer.scope].join('\n\n')
  }\n`;
}
