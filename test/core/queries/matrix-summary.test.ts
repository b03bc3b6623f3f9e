import assert from 'node:assert/strict';
import { evaluatePairs, type AccessStanding } from '../../../server/src/core/queries/matrix';
import { handshakesOf, keysAndIdentitiesOfPairs } from '../../../server/src/core/queries/handshakes';
import { matrixSvg } from '../../../server/src/core/queries/matrix-svg';
import { matrixSummaryOf, pairOfCell, pairsOfCells, type MatrixSummary } from '../../../server/src/core/queries/matrix-summary';
import type { PairVerdicts } from '../../../server/src/core/access/pair-verdicts';
import { CONSUMER, identityPolicy, keyArn, keyIdFromNumber, keyPolicy, OWNER, ownerKeyPolicy, roleArn } from '../../support/fixtures';
import { worldOfFiles, type FolderFiles } from '../../support/world-of-files';

const file = (uri: string): string => uri.replace('file:///w/', '');

function seen(files: FolderFiles): { readonly overview: MatrixSummary; readonly pairs: readonly PairVerdicts[] } {
  const world = worldOfFiles(Object.fromEntries(Object.entries(files).map(([path, content]) => [`w/${path}`, content])));
  const pairs = evaluatePairs(world);
  return { overview: matrixSummaryOf(pairs, world, file), pairs };
}

const A = keyArn(keyIdFromNumber(1));
const B = keyArn(keyIdFromNumber(2));

/** Two keys, two roles: App uses both keys, Zed only the second, which forgets it. */
const TWO: FolderFiles = {
  'kms-handshake.json': {
    keys: [{ arn: A, policy: 'a.json', aliases: ['alias/first'] }, { arn: B, policy: 'b.json' }],
    identities: [{ arn: roleArn(CONSUMER, 'Zed'), policies: ['zed.json'] }, { arn: roleArn(CONSUMER, 'App'), policies: ['app.json'] }],
    accounts: { [CONSUMER]: 'analytics' },
  },
  'a.json': keyPolicy({ Principal: { AWS: roleArn(CONSUMER, 'App') }, Action: ['kms:Decrypt'] }),
  'b.json': keyPolicy({ Principal: { AWS: roleArn(CONSUMER, 'App') }, Action: ['kms:Decrypt'] }),
  'app.json': identityPolicy({ Resource: [A, B], Action: ['kms:Decrypt'] }),
  'zed.json': identityPolicy({ Resource: B, Action: ['kms:Decrypt'] }),
};

describe('answers: overview of the matrix', () => {
  it('sorts identities and keys by account and label, and says how they are called', () => {
    const { overview: matrixSummary } = seen(TWO);
    assert.deepEqual(matrixSummary.identities.map(({ label, account, accountName }) => [label, account, accountName]), [['role/App',
      CONSUMER, 'analytics'], ['role/Zed', CONSUMER, 'analytics']]);
    assert.deepEqual(matrixSummary.keys.map(({ label, name }) => [label, name]), [[keyIdFromNumber(2), B], ['alias/first', A]]);
  });

  it('counts actions by outcome, and keeps each tally once', () => {
    const { overview } = seen(TWO);
    assert.equal(overview.tallies.length, 2);
    const told = overview.cells.flatMap((row, r) => row.map(([k, t]) => `${overview.identities[r]?.label ?? ''} `
      + `${overview.keys[k]?.label ?? ''} ${overview.tallies[t]?.works ?? ''}`));
    assert.deepEqual(told.sort(), [`role/App ${keyIdFromNumber(2)} 1`, 'role/App alias/first 1', `role/Zed ${keyIdFromNumber(2)} 0`]);
  });

  it('has the identities and keys of the map, also those that no cell is about', () => {
    const world = worldOfFiles({
      'w/kms-handshake.json': { keys: [{ arn: A, policy: 'a.json' }],
        identities: [{ arn: roleArn(CONSUMER, 'Legacy'), policies: ['legacy.json'] }] },
      'w/a.json': ownerKeyPolicy(),
      'w/legacy.json': identityPolicy({ Resource: `arn:aws:kms:us-west-2:${OWNER}:alias/old`, Action: ['kms:Decrypt'] }),
    });
    const pairs = evaluatePairs(world);
    const { identities, keys, cells } = matrixSummaryOf(pairs, world, file, keysAndIdentitiesOfPairs(world, pairs));
    assert.deepEqual([identities.map(({ label }) => label), keys.map(({ name }) => name), cells], [['role/Legacy'], [A], [[]]]);
    const map = handshakesOf(world, pairs);
    assert.deepEqual([map.identities.length, map.keys.length], [identities.length, keys.length]);
    assert.deepEqual(matrixSummaryOf(pairs, world, file).identities, [], 'what is narrowed to cells has nothing else');
  });

  it('finds the pair of a cell again, but not a removed one', () => {
    const { overview, pairs } = seen(TWO);
    for (const identity of overview.identities) {
      const pair = pairOfCell(pairs, identity.id, B);
      assert.deepEqual([pair?.identity.arn, pair?.key.arn], [identity.arn, B]);
    }
    assert.equal(pairOfCell(pairs, roleArn(CONSUMER, 'Zed'), A), undefined);
    assert.equal(pairOfCell(pairs, roleArn(CONSUMER, 'Gone'), B), undefined);
  });

  it('narrows to some cells', () => {
    const { pairs } = seen(TWO);
    const named = (some: readonly PairVerdicts[]): string[] =>
      some.map(({ identity, key }) => `${identity.arn?.split('/')[1] ?? ''} ${key.keyId ?? ''}`).sort();
    assert.deepEqual(
      named(pairsOfCells(pairs, [{ identity: roleArn(CONSUMER, 'App'), key: A }, { identity: roleArn(CONSUMER, 'Zed'), key: B }])),
      [
        `App ${keyIdFromNumber(1)}`,
        `Zed ${keyIdFromNumber(2)}`,
      ],
    );
    assert.deepEqual(named(pairsOfCells(pairs, [{ identity: roleArn(CONSUMER, 'Zed'), key: A }])), []);
    assert.deepEqual(named(pairsOfCells(pairs, [])), []);
  });

  it('tells two keys of one ARN apart, as while two policies claim it', () => {
    const { overview, pairs } = seen({
      'kms-handshake.json': { keys: [{ arn: A, policy: 'a.json' }, { arn: A, policy: 'b.json' }] },
      'a.json': keyPolicy({ Action: ['kms:Decrypt'] }),
      'b.json': keyPolicy({ Action: ['kms:Encrypt'] }),
    });
    const ids = overview.keys.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const [r, row] of overview.cells.entries())
      for (const [k] of row) assert.ok(pairOfCell(pairs, overview.identities[r]?.id ?? '', ids[k] ?? ''));
  });
});

describe('answers: matrix as SVG', () => {
  it('draws every cell, and says in words what each sign means', () => {
    const svg = matrixSvg(seen(TWO).overview);
    assert.equal(svg.match(/✓ 1/g)?.length, 2);
    assert.equal(svg.match(/✗K 1/g)?.length, 1);
    assert.match(svg, /blocked by the key policy/);
    assert.match(svg, new RegExp(`<title>${A}</title>`));
    assert.match(svg, /<title>role\/Zed, [^<]+: 1 blocked by the key policy<\/title>/);
  });

  it('leaves out outcomes that were not requested', () => {
    const accessStandings: AccessStanding[] = ['blocked-by-key-policy'];
    const svg = matrixSvg(seen(TWO).overview, accessStandings);
    assert.doesNotMatch(svg, /✓/);
    assert.match(svg, /✗K 1/);
  });

  it('is well-formed and harmless, whatever the names are', () => {
    const hostile = '<script>alert("1")</script>&\u0000';
    const party = { id: 'x', name: hostile, arn: undefined, label: hostile, account: undefined, accountName: hostile };
    const svg = matrixSvg({ identities: [party], keys: [party], tallies: [], cells: [[]] });
    assert.doesNotMatch(svg, /<script|\u0000|href|style=|on\w+=/);
    assert.match(svg, /&#60;script/);
  });

  it('shortens what is too long for its place, and has it whole in the title', () => {
    const long = `alias/${'x'.repeat(200)}`;
    const party = { id: 'x', name: long, arn: undefined, label: long, account: OWNER, accountName: '' };
    const svg = matrixSvg({ identities: [party], keys: [party], tallies: [], cells: [[]] });
    assert.match(svg, /x…<\/text>/);
    assert.ok(svg.includes(`<title>${long}</title>`));
  });
});

describe('the summary of the matrix of a template', () => {
  it('has labels for people where only a deployment gives a name', () => {
    const { overview: { keys, identities } } = seen({ 'template.yaml': `Resources:
  Worker: {Type: AWS::IAM::Role}
  DataKey:
    Type: AWS::KMS::Key
    Properties:
      KeyPolicy: {Statement: [{Effect: Allow, Principal: {AWS: !GetAtt Worker.Arn}, Action: kms:Decrypt, Resource: '*'}]}
` });
    assert.deepEqual([...keys, ...identities].map(({ label }) => label), ['DataKey of template.yaml', 'role/Worker of template.yaml']);
  });
});
