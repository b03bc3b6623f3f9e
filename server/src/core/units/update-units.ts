import { NO_UNIT_VALUES, type UnitValues } from '../discovery/unit-part';
import { resolveTemplates } from './templates/resolve-templates';
import { templateConnections } from './templates/template-connections';
import { resolveTerraform, terraformConnections, terraformPartIn } from './terraform-directories';
import type { UnitConnections, UnitFile } from './unit-file';

/** The files of the workspace that belong to units, and what was found out about them. A value. */
export interface Units {
  readonly members: ReadonlyMap<string, UnitMember>;
}

interface UnitMember {
  readonly file: UnitFile;
  readonly connections: UnitConnections;
  /** The URIs of the files of its unit, its own among them; shared by all of them. */
  readonly unit: readonly string[];
}

export const NO_UNITS: Units = { members: new Map() };

export interface UnitsUpdate {
  readonly units: Units;
  /** Of all files whose unit changed, whether the values did or not. */
  readonly values: ReadonlyMap<string, UnitValues>;
}

/**
 * Resolves the units of the files that changed, and no others.
 *
 * @param changed undefined for files that are gone, or that contribute nothing to a unit
 */
export function updateUnits(units: Units, changed: ReadonlyMap<string, UnitFile | undefined>): UnitsUpdate {
  const affectedUris = new Set<string>();
  for (const [uri, file] of changed) {
    for (const member of units.members.get(uri)?.unit ?? []) affectedUris.add(member);
    if (file) affectedUris.add(uri);
  }
  if (affectedUris.size === 0) return { units, values: new Map() };
  const members = new Map(units.members);
  for (const [uri, file] of changed) {
    if (file) members.set(uri, { file, connections: connectionsOf(file), unit: [uri] });
    else members.delete(uri);
  }
  const values = new Map<string, UnitValues>();
  for (const unit of unitsOf([...affectedUris].filter((uri) => members.has(uri)).sort(), members)) {
    const unitValues = resolveUnit(unit.flatMap((uri) => members.get(uri)?.file ?? []));
    for (const uri of unit) {
      const member = members.get(uri);
      if (member) members.set(uri, { ...member, unit });
      values.set(uri, unitValues.get(uri) ?? NO_UNIT_VALUES);
    }
  }
  for (const [uri, file] of changed) if (!file) values.set(uri, NO_UNIT_VALUES);
  return { units: { members }, values };
}

function connectionsOf(file: UnitFile): UnitConnections {
  const part = terraformPartIn(file);
  return part ? terraformConnections(file, part) : templateConnections(file);
}

/** A unit is one of templates or one of Terraform: these have no names in common. */
function resolveUnit(files: readonly UnitFile[]): ReadonlyMap<string, UnitValues> {
  return files.some(terraformPartIn) ? resolveTerraform(files) : resolveTemplates(files);
}

/** The units that these files are in, each sorted: the order in which files arrive does not matter. */
function unitsOf(uris: readonly string[], members: Units['members']): readonly (readonly string[])[] {
  const offering = urisByName(members, 'offers');
  const needing = urisByName(members, 'needs');
  const visited = new Set<string>();
  const units: (readonly string[])[] = [];
  for (const start of uris) {
    if (visited.has(start)) continue;
    const unit: string[] = [];
    const pending = [start];
    visited.add(start);
    for (let uri = pending.pop(); uri !== undefined; uri = pending.pop()) {
      unit.push(uri);
      const connections = members.get(uri)?.connections;
      const neighbours = [
        ...(connections?.needs ?? []).flatMap((name) => offering.get(name) ?? []),
        ...(connections?.offers ?? []).flatMap((name) => needing.get(name) ?? []),
      ];
      for (const neighbour of neighbours) {
        if (visited.has(neighbour)) continue;
        visited.add(neighbour);
        pending.push(neighbour);
      }
    }
    units.push(unit.sort());
  }
  return units;
}

function urisByName(members: Units['members'], direction: keyof UnitConnections): ReadonlyMap<string, readonly string[]> {
  const uris = new Map<string, string[]>();
  for (const [uri, { connections }] of members) {
    for (const name of connections[direction]) {
      const urisOfName = uris.get(name);
      if (urisOfName) urisOfName.push(uri);
      else uris.set(name, [uri]);
    }
  }
  return uris;
}
