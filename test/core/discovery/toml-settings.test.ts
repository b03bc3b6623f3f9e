import assert from 'node:assert/strict';
import { readTomlSettings } from '../../../server/src/core/discovery/cloudformation/toml-settings';

function settings(...lines: readonly string[]): readonly unknown[] {
  return readTomlSettings(lines.join('\n')).map(({ table, name, values }) => [table.join('/'), name, values.map(({ text }) => text)]);
}

describe('settings of a TOML file', () => {
  it('stand in tables, whose keys may have quotes', () => {
    assert.deepEqual(settings('version = 0.1', '[default.deploy.parameters]', 'region = "us-west-2" # where', '["prod.eu".global]',
      'a = \'b\''),
      [['', 'version', []], ['default/deploy/parameters', 'region', ['us-west-2']], ['prod.eu/global', 'a', ['b']]]);
  });

  it('have strings of all kinds, and lists of them over several lines', () => {
    assert.deepEqual(settings('a = "x \\"y\\" # z"', 'b = """one', 'two"""', 'c = \'\'\'it\'s\'\'\'', 'd = [', '  "1", # first',
      '  \'2\',', ']', 'e = true'),
      [['', 'a', ['x "y" # z']], ['', 'b', ['one\ntwo']], ['', 'c', ['it\'s']], ['', 'd', ['1', '2']], ['', 'e', []]]);
  });

  it('that are being typed leave the next lines alone', () => {
    assert.deepEqual(settings('[default.deploy', 'a = "x', 'b =', 'c'), [['default/deploy', 'a', ['x']], ['default/deploy', 'b', []]]);
    assert.deepEqual(settings('# "', 'a = "x"'), [['', 'a', ['x']]]);
  });

  it('know where each character of a string starts in the file', () => {
    const text = '[t]\r\na = "x \\"y\\" z"\r\nb = [\'1\', """\ntwo"""]';
    const values = readTomlSettings(text).flatMap((setting) => setting.values);
    assert.deepEqual(values.map((value) => value.text), ['x "y" z', '1', 'two']);
    for (const value of values)
      assert.deepEqual(value.offsets.map((offset) => text.charAt(offset).replace('\\', '"')), Array.from(value.text));
  });
});
