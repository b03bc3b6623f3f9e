import type { TemplateParameters } from '../../discovery/unit-part';
import { baseName, parentFolder, resolvePath, type PlainUri } from '../../text/uri-path';
import type { UnitConnections, UnitFile } from '../unit-file';
import { templateMemberOf } from './template-member';

/** How templates and the files beside them find each other: by exports, by paths, and by the names of files. */
export function templateConnections(file: UnitFile): UnitConnections {
  const member = templateMemberOf(file);
  const offers = member
    ? [templateName(file.path), folderName(file.path), ...member.exports.length > 0 ? [EXPORTS] : []] : [];
  const needs = [
    ...member && member.imports.length > 0 ? [EXPORTS] : [],
    ...(member?.nestedStacks ?? []).map(({ path }) => templateName(path)),
    ...parameterSetsOf(file).flatMap(({ templatePaths }) =>
      templatePaths?.map((path) => templateName(resolvePath(parentFolder(file.path), path))) ?? [folderName(file.path)]),
  ];
  return { offers: [...new Set(offers)], needs: [...new Set(needs)] };
}

/** All exports: the whole name of an export or import is known only when the unit is resolved. */
const EXPORTS = 'exports';

function templateName(path: PlainUri): string {
  return `template ${path}`;
}

function folderName(path: PlainUri): string {
  return `templates in ${parentFolder(path)}`;
}

export function parameterSetsOf({ parts }: UnitFile): readonly TemplateParameters[] {
  return parts.flatMap((part) => (part.kind === 'parameters' ? [part] : part.kind === 'cloud-assembly' ? part.stacks : []));
}

/** The name of a file without what its kind adds: `network` of `network.template.json`. */
export function nameWithoutSuffix(path: PlainUri): string {
  return baseName(path).replace(/(?:\.template)?\.(?:json|ya?ml|template)$/i, '').replace(/\.template$/i, '');
}
