import { syntheticFiles } from '../test/support/synthetic';

/** So many policies, half of them key policies, with the `kms-handshake.json` that ties them together; path to text. */
export function policyFiles(count: number): Record<string, string> {
  const files = syntheticFiles({ keys: count / 2, identities: count / 2, links: 'declared', folder: '.' });
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [
    path.replace(/^\.\//, ''), typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`,
  ]));
}
