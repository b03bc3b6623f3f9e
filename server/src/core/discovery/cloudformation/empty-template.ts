import { fileLayer } from '../../syntax/syntax';
import { fileSyntaxOf } from '../file-syntax';
import { readTemplate } from './template';
import { createTemplateFile, type TemplateFile } from './template-file';
import type { GivenValues } from './template-references';

/** A template that has nothing yet. */
export const EMPTY_TEMPLATE = 'AWSTemplateFormatVersion: \'2010-09-09\'\nResources: {}\n';

const NOTHING_GIVEN: GivenValues = { valueOf: () => undefined, hasSeveralValues: () => false };

/** The file of a template that is not there yet. Its name ends in `.yaml`. */
export function emptyTemplateFile(uri: string): TemplateFile | undefined {
  const layer = fileLayer(EMPTY_TEMPLATE, fileSyntaxOf({ uri, text: EMPTY_TEMPLATE }));
  const { root } = layer.syntax.parse(EMPTY_TEMPLATE, { comments: 'fault' });
  return root?.kind === 'object' ? createTemplateFile(readTemplate(root, uri), root, layer, NOTHING_GIVEN, undefined) : undefined;
}
