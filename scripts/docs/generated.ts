import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { ruleCodes, ruleIndex, ruleProperties } from './rule-docs';

const ROOT = path.join(__dirname, '..', '..');

/** Every file that is made from the rules, wholly or in part: its absolute path and what its text should be. */
export function generatedFiles(): readonly { readonly path: string; readonly text: string }[] {
  return [
    { path: path.join(ROOT, 'docs/rules/index.md'), text: ruleIndex() },
    changedJson('package.json', (value) => {
      const manifest = value as Manifest;
      manifest.contributes.configuration.properties['kmsHandshake.rules'].properties = ruleProperties();
    }),
    changedJson('schemas/kms-handshake.schema.json', (value) => {
      const schema = value as ManifestSchema;
      schema.properties.rules.properties = ruleProperties();
      schema.definitions.suppression.properties.rule.enum = ruleCodes();
    }),
  ];
}

interface Manifest {
  readonly contributes: { readonly configuration: { readonly properties: { readonly 'kmsHandshake.rules': { properties: object } } } };
}

interface ManifestSchema {
  readonly properties: { readonly rules: { properties: object } };
  readonly definitions: { readonly suppression: { readonly properties: { readonly rule: { enum: readonly string[] } } } };
}

function changedJson(name: string, change: (value: unknown) => void): { readonly path: string; readonly text: string } {
  const file = path.join(ROOT, name);
  const value = JSON.parse(readFileSync(file, 'utf8')) as unknown;
  change(value);
  return { path: file, text: `${JSON.stringify(value, null, 2)}\n` };
}
