import { fileSyntaxOf } from '../../server/src/core/discovery/file-syntax';

/** What is wrong with a text as the YAML of a template: a message for each place. */
export function yamlFaults(text: string): readonly string[] {
  const { faults } = fileSyntaxOf({ uri: 'file:///template.yaml', text }).parse(text, { comments: 'fault' });
  return faults.map(({ message, span }) => `${message} at ${JSON.stringify(text.slice(span.start, span.end))}`);
}
