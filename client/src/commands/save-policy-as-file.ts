import { showRefusal } from '../show-refusal';
import { sendServerRequest } from '../server-request';
import type { LanguageServer } from '../language-server';
import { applyGenerated, type GenerateResult } from './apply-generated';
import { pickPolicy, type PolicySelection } from './pick-policy';

/** Saves a policy that is part of AWS CLI output as a file of its own, and opens it. Undefined when nothing was written. */
export async function savePolicyAsFile(languageServer: LanguageServer, answers?: PolicySelection): Promise<GenerateResult | undefined> {
  const policy = await pickPolicy(languageServer, ['key', 'identity'], answers);
  if (policy === undefined) return undefined;
  const result = await sendServerRequest(languageServer, 'kmsHandshake/savePolicyAsFile', { uri: policy.uri, pointer: policy.pointer });
  if (!('refused' in result)) return applyGenerated(languageServer, result, undefined);
  showRefusal(result);
  return undefined;
}
