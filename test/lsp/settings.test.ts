import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SERVER_COMMANDS } from '../../server/src/lsp/features/register-features';
import type { InitializationOptions } from '../../server/src/lsp/protocol/initialize';
import type { Requests } from '../../server/src/lsp/protocol/requests';
import { DEFAULT_SETTINGS, readSettings } from '../../server/src/lsp/settings';

const ROOT = path.join(__dirname, '..', '..');

/** Read by VS Code's client for language servers, not by the server. */
const OF_THE_CLIENT = ['kmsHandshake.trace.server'];

describe('lsp: settings', () => {
  const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
    readonly contributes: {
      readonly configuration: {
        readonly properties: Readonly<
          Record<string, { readonly default: unknown; readonly type: string; readonly enum?: readonly unknown[] }>
        >;
      };
    };
  };
  const properties = Object.entries(manifest.contributes.configuration.properties).filter(([name]) => !OF_THE_CLIENT.includes(name))
    .map(([name, property]) => [name.replace(/^kmsHandshake\./, ''), property] as const);

  it('mean what the manifest of the extension says when nothing is set', () => {
    const complaints: string[] = [];
    const section = Object.fromEntries(properties.map(([name, property]) => [name, property.default]));
    assert.deepEqual(readSettings(section, (message) => complaints.push(message)), DEFAULT_SETTINGS);
    assert.deepEqual(complaints, []);
  });

  for (const [name, property] of properties) {
    it(`${name} is read, and only as what the manifest says that it is`, () => {
      const complaints: string[] = [];
      assert.notDeepEqual(readSettings({ [name]: otherThan(property) }, (message) => complaints.push(message)), DEFAULT_SETTINGS);
      assert.equal(complaints.length, 0);
      const nonsense = readSettings({ [name]: 'nonsense' }, (message) => complaints.push(message));
      assert.deepEqual(nonsense, DEFAULT_SETTINGS);
      assert.equal(complaints.length, 1);
    });
  }

  for (const name of ['files', 'exclude']) {
    it(`${name} loses a pattern that is too long or has too many alternatives, with a message, and keeps the others`, () => {
      const complaints: string[] = [];
      const settings = readSettings({ [name]: ['**/*.json', '*a'.repeat(1000), '{a,b}'.repeat(20)] }, (message) =>
        complaints.push(message));
      assert.deepEqual(settings[name as 'files' | 'exclude'], ['**/*.json']);
      assert.deepEqual(complaints, [
        `a pattern of the setting kmsHandshake.${name} is left out: "${'*a'.repeat(20)}…" is longer than 1024 characters`,
        `a pattern of the setting kmsHandshake.${name} is left out: `
          + `"${'{a,b}'.repeat(8)}…" stands for more than 16384 characters when the alternatives in { } are written out`,
      ]);
    });
  }

  it('of a workspace that is not trusted count only where they choose no files, read no larger ones and log nothing (VS Code API, '
    + 'Workspace Trust)', () => {
    assert.deepEqual(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations,
      ['files', 'exclude', 'maxFileSize', 'trace.server', 'followLinks', 'readCdkOutput'].map((name) => `kmsHandshake.${name}`));
    for (const name of manifest.capabilities.untrustedWorkspaces.restrictedConfigurations)
      assert.ok(name in manifest.contributes.configuration.properties, name);
  });

  it('are in the documentation for other editors', () => {
    const page = readFileSync(path.join(ROOT, 'docs/language-server.md'), 'utf8');
    for (const [name] of properties) assert.ok(page.includes(`| \`${name}\` |`), name);
  });

  it('are there with all options of the start and all requests of this server\'s own', () => {
    const page = readFileSync(path.join(ROOT, 'docs/language-server.md'), 'utf8');
    const options: Record<keyof InitializationOptions, true> = {
      editorChecksSyntaxOf: true, editorCompletesSchema: true, clientCommands: true, ruleDocumentation: true, tellChanges: true,
      tellStatus: true, settings: true,
    };
    const requests: Record<keyof Requests, true> = {
      'kmsHandshake/policies': true, 'kmsHandshake/questions': true, 'kmsHandshake/generate': true,
      'kmsHandshake/savePolicyAsFile': true, 'kmsHandshake/newKeyPolicyChoices': true, 'kmsHandshake/newKeyPolicy': true,
      'kmsHandshake/cliCommand': true, 'kmsHandshake/attachChoices': true, 'kmsHandshake/attach': true, 'kmsHandshake/suppress': true,
      'kmsHandshake/status': true,
      'kmsHandshake/keyLinkChoices': true, 'kmsHandshake/linkKey': true, 'kmsHandshake/handshakes': true,
      'kmsHandshake/handshakeCounts': true, 'kmsHandshake/handshake': true,
      'kmsHandshake/linkChoices': true,
      'kmsHandshake/matrix': true, 'kmsHandshake/matrixCell': true, 'kmsHandshake/matrixDocument': true, 'kmsHandshake/explain': true,
      'kmsHandshake/explainChoices': true,
    };
    for (const name of Object.keys(options)) assert.match(page, new RegExp(`\`(initializationOptions\\.)?${name}\``), name);
    for (const name of [...Object.keys(requests), ...SERVER_COMMANDS]) assert.ok(page.includes(`\`${name}\``), name);
  });

  /** A value that the setting may have and that is not its default. */
  function otherThan(property: (typeof properties)[number][1]): unknown {
    switch (property.type) {
      case 'boolean': return property.default !== true;
      case 'integer': return Number(property.default) + 1;
      case 'array': return ['**/other.json'];
      case 'object': return { 'root-is-account': 'off' };
      default: return property.enum?.find((value) => value !== property.default);
    }
  }
});
