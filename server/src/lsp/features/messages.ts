import { ShowMessageNotification, type MessageType } from 'vscode-languageserver';
import { escapeMessageText } from '../../core/index';
import type { Session } from '../session';

/** Shows a message in the editor. The only way to do so: what policies and names of files bring into it is text there, and no link. */
export function showMessage({ connection, host }: Session, type: MessageType, text: string): void {
  connection.sendNotification(ShowMessageNotification.type, { type, message: escapeMessageText(text) })
    .catch((error: unknown) => host.log.error('a message cannot be shown', error));
}

/** Sentences of an answer for the person who asked, which clients show in messages. */
const MESSAGE_MEMBERS = ['refused', 'summary', 'outcome', 'sentence', 'notes'] as const;

/** The answer with its sentences fit for messages: refusals, summaries and notes. */
export function withEscapedMessages<R>(result: R): R {
  if (Array.isArray(result)) return result.map((item: unknown) => withEscapedMessages(item)) as R;
  if (typeof result !== 'object' || result === null) return result;
  const members = result as Readonly<Record<string, unknown>>;
  const names = MESSAGE_MEMBERS.filter((name) => Object.hasOwn(members, name));
  return { ...result, ...Object.fromEntries(names.map((name) => [name, escapeMessages(members[name])])) };
}

function escapeMessages(value: unknown): unknown {
  if (typeof value === 'string') return escapeMessageText(value);
  return Array.isArray(value) ? value.map(escapeMessages) : value;
}
