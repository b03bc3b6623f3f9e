import * as path from 'node:path';
import { createGrammar } from './grammar';

/** The grammar that ships: its path and what its text should be. */
export function grammarFile(): { readonly path: string; readonly text: string } {
  return { path: path.join(__dirname, '../../syntaxes/kms-policy.injection.tmLanguage.json'),
    text: `${JSON.stringify(createGrammar(), null, 2)}\n` };
}
