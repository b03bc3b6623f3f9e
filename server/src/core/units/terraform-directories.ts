import { NO_UNIT_VALUES, type UnitValues } from '../discovery/unit-part';
import type { TerraformPart } from '../discovery/terraform/terraform-part';
import { parentFolder, type PlainUri } from '../text/uri-path';
import type { UnitConnections, UnitFile } from './unit-file';

export function terraformPartIn({ parts }: UnitFile): TerraformPart | undefined {
  return parts.find((part) => part.kind === 'terraform');
}

/** The files of a directory belong together, and directories with those whose modules they call. */
export function terraformConnections({ path }: UnitFile, { calledDirectories }: TerraformPart): UnitConnections {
  const ownDirectory = directoryName(parentFolder(path));
  return { offers: [ownDirectory], needs: [ownDirectory, ...calledDirectories.map(directoryName)] };
}

function directoryName(directory: PlainUri): string {
  return `terraform in ${directory}`;
}

/** By URI the other files; nothing where none of them has to do with KMS. */
export function resolveTerraform(files: readonly UnitFile[]): ReadonlyMap<string, UnitValues> {
  const parts = files.flatMap((file) => {
    const part = terraformPartIn(file);
    return part ? [{ uri: file.uri, part }] : [];
  });
  if (!parts.some(({ part }) => part.mentionsKms)) return new Map();
  const terraformFiles = parts.map(({ part }) => part.file());
  return new Map(parts.map(({ uri }) => [uri, { ...NO_UNIT_VALUES, terraformFiles: terraformFiles.filter((file) => file.uri !== uri) }]));
}
