import assert from 'node:assert/strict';
import { identityPolicy } from '../support/fixtures';
import { killServers, startClient, type LspClient } from '../support/lsp-client';
import { createTestFolder, removeTestFolders } from '../support/temporary-folder';

const POLICY = identityPolicy({ Resource: 'arn:aws:kms:us-east-1:222222222222:key/your-key-id' });
const TITLE = 'Type a value in place of your-key-id…';

describe('lsp: a value in place of a placeholder', () => {
  afterEach(() => {
    killServers();
    removeTestFolders();
  });

  async function titlesAndClient(clientCommands: boolean): Promise<{ titles: readonly string[]; client: LspClient; uri: string }> {
    const folder = createTestFolder({ 'app.json': POLICY });
    const client = await startClient({ folders: [folder.uri], options: { clientCommands } });
    const uri = folder.uriOf('app.json');
    client.open(uri);
    const finding = await client.waitUntil('the finding', () => client.diagnostics(uri).find(({ code }) => code === 'placeholder-value'));
    const [first] = await client.codeActions(uri, finding);
    if (clientCommands)
      assert.deepEqual(first?.command?.arguments, [{ uri, range: finding.range, text: 'your-key-id' }]);
    return { titles: (await client.codeActions(uri, finding)).map(({ title }) => title), client, uri };
  }

  it('is the first entry where the workspace has no key to use', async () => {
    const { titles } = await titlesAndClient(true);
    assert.equal(titles[0], TITLE);
  });

  it('is not offered to a client that cannot ask', async () => {
    const { titles } = await titlesAndClient(false);
    assert.ok(!titles.includes(TITLE));
  });
});
