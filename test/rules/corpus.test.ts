import * as assert from 'node:assert/strict';
import { relevantPairsOf } from '../../server/src/core/access/graph/access-graph';
import { RULES } from '../../server/src/core/rules/registry';
import type { Finding } from '../../server/src/core/rules/shared/finding';
import { applyChanges } from '../support/expect-findings';
import { POLICY_FILE, realFiles } from '../support/real-files';
import { analysisOfWorkspaceTexts, uriOfPath } from '../support/workspace-from-texts';

const CODES: ReadonlySet<string> = new Set(RULES.map((rule) => rule.code));
/** The rules that only compare an identity policy with a key policy. */
const PAIR_CODES: ReadonlySet<string> = new Set(
  RULES.filter(({ check }) => Object.keys(check).every((name) => name.startsWith('pair'))).map((rule) => rule.code),
);

/** What holds for real policies, whatever they are. Mistakes that real policies have in common are in `frequent-mistakes.test.ts`. */
describe('real policies', function () {
  this.timeout(60_000);

  it('make no rule fail, and have findings and fixes that fit their text', function () {
    assert.ok(PAIR_CODES.size > 0);
    for (const [name, text] of Object.entries(realFiles(this, 'KMS_HANDSHAKE_CORPUS', POLICY_FILE))) {
      const { analysis, world } = analysisOfWorkspaceTexts({ [name]: text });
      assert.deepEqual(analysis.failures, [], name);
      assert.deepEqual([...analysis.findingsByFile.keys()].filter((uri) => uri !== uriOfPath(name)), []);
      const hasCertainPair = relevantPairsOf(world).some(({ key, identity }) => key.link?.certain === true && identity.link.certain);
      for (const finding of [...analysis.findingsByFile.values()].flat()) {
        checkFinding(finding, name, text);
        for (const fix of finding.fixes(world)) assert.notDeepEqual(applyChanges({ [name]: text }, fix.files), { [name]: text }, name);
        if (PAIR_CODES.has(finding.code) && !hasCertainPair) assert.notEqual(finding.severity, 'error', `${name}: ${finding.code}`);
      }
    }
  });

  it('make no rule fail together, as one workspace', function () {
    const { analysis } = analysisOfWorkspaceTexts(realFiles(this, 'KMS_HANDSHAKE_CORPUS', POLICY_FILE));
    assert.deepEqual(analysis.failures, []);
    assert.ok([...analysis.findingsByFile.values()].flat().length > 0);
  });
});

function checkFinding({ code, at: { span }, message, severity }: Finding, name: string, text: string): void {
  assert.ok(CODES.has(code), code);
  assert.ok(['error', 'warning', 'info', 'hint'].includes(severity), severity);
  assert.ok(span.start >= 0 && span.start <= span.end && span.end <= text.length, `${name}: ${code} at ${span.start}-${span.end}`);
  assert.notEqual(message, '', `${name}: ${code}`);
}
