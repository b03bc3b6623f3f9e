import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { ruleCodes, ruleIndex, rulePlaceholders, ruleProperties, ruleStrings, RULE_STRING } from './rule-docs';
import { suggestionSchema } from './suggestion-schema';

const ROOT = path.join(__dirname, '..', '..');

/** Every file that is made from the rules, wholly or in part: its absolute path and what its text should be. */
export function generatedFiles(): readonly { readonly path: string; readonly text: string }[] {
  const schemaFile = updatedJsonFile('schemas/kms-handshake.schema.json', (schema: ManifestSchema) => {
    schema.properties.rules.properties = ruleProperties();
    schema.definitions.suppression.properties.rule.enum = ruleCodes();
    return schema;
  });
  return [
    { path: path.join(ROOT, 'docs/rules/index.md'), text: ruleIndex() },
    updatedJsonFile('package.json', (extensionManifest: ExtensionManifest) => {
      extensionManifest.contributes.configuration.properties['kmsHandshake.rules'].properties = rulePlaceholders();
      return extensionManifest;
    }),
    updatedJsonFile('package.nls.json', (strings: Readonly<Record<string, string>>) => {
      const others = Object.entries(strings).filter(([key]) => !key.startsWith(RULE_STRING));
      return { ...Object.fromEntries(others), ...ruleStrings() };
    }),
    schemaFile,
    { path: path.join(ROOT, SUGGESTION_SCHEMA_FILE),
      text: jsonText(suggestionSchema(JSON.parse(schemaFile.text) as Readonly<Record<string, unknown>>)) },
  ];
}

const SUGGESTION_SCHEMA_FILE = 'schemas/kms-handshake.suggestions.schema.json';

interface ExtensionManifest {
  readonly contributes: { readonly configuration: { readonly properties: { readonly 'kmsHandshake.rules': { properties: object } } } };
}

interface ManifestSchema {
  readonly properties: { readonly rules: { properties: object } };
  readonly definitions: { readonly suppression: { readonly properties: { readonly rule: { enum: readonly string[] } } } };
}

function updatedJsonFile<T>(name: string, change: (value: T) => T): { readonly path: string; readonly text: string } {
  const file = path.join(ROOT, name);
  const value = change(JSON.parse(readFileSync(file, 'utf8')) as T);
  return { path: file, text: jsonText(value) };
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
