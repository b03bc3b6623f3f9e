import { memberOf } from '../syntax/tree';
import type { Location } from '../text/span';
import { parentStacksOf } from '../units/templates/link-templates';
import { parameterNamePlaces } from '../units/templates/parameter-sets';
import { templateMemberOf } from '../units/templates/template-member';
import type { Workspace } from '../workspace/workspace';

/** Where parameter files, and templates that make stacks of the template, name its parameter. */
export function parameterPlacesInOtherFiles({ linkState, readings }: Workspace, uri: string, name: string): readonly Location[] {
  const unit = linkState.units.members;
  const files = (unit.get(uri)?.unit ?? []).flatMap((memberUri) => unit.get(memberUri)?.file ?? []);
  const members = files.flatMap((file) => templateMemberOf(file) ?? []);
  const parentPlaces = (parentStacksOf(members).get(uri) ?? []).flatMap(({ parent, stack: { parameters } }): readonly Location[] => {
    const key = memberOf(parameters, name)?.key;
    const layer = readings.get(parent.uri)?.layer;
    return key && layer ? [{ uri: parent.uri, span: layer.toFileSpan(key.content) }] : [];
  });
  return [...parameterNamePlaces(uri, name, members, files), ...parentPlaces];
}
