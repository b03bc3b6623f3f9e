import { escapeMarkdown } from '../text/markdown';
import type { MessageAnswer } from './message-answer';

/** An answer to an error that leaves out who called or which key is meant, in lines. */
export function messageAnswerLines(answer: MessageAnswer, text: (words: string) => string): string[] {
  const { causes, candidates, moreCandidates, missing } = answer;
  const nouns = missing.includes('key') ? 'keys' : 'identities';
  return [
    'What fits the message:', ...causes.map((cause) => `- ${text(cause)}`), '',
    ...candidates.length === 0
      ? [`The workspace has no ${nouns} that it can be about.`]
      : [`The ${nouns} of the workspace that it can be about, those first that are denied here:`,
        ...candidates.map(({ identity, key, action, sentence }) => `- ${text(`${identity} with ${key} for ${action}: ${sentence}`)}`),
        ...moreCandidates > 0 ? [`- and ${moreCandidates} more, see the matrix`] : []],
  ];
}

/** The same as a page in Markdown, with notes at its end. */
export function messageAnswerPage(answer: MessageAnswer, notes: readonly string[]): string {
  const [outcome = '', ...others] = answer.sentence.split(': ');
  const sentence = others.join(': ');
  const lines = messageAnswerLines(answer, escapeMarkdown)
    .flatMap((line) => (line.endsWith(':') && !line.startsWith('-') ? [line, ''] : [line]));
  const blocks = [`# ${outcome}`, sentence.charAt(0).toUpperCase() + sentence.slice(1), `- Action: ${answer.action}`, lines.join('\n'),
    ...notes.map(escapeMarkdown), answer.scope];
  return `${blocks.join('\n\n')}\n`;
}
