import { accountOfArn } from '../../aws/arn';
import type { Grantee } from '../../generate/grantee';
import { accountGrantee, unknownGrantee } from '../../generate/grantee';
import { isRefusal } from '../../generate/counterpart';
import { keyArnWithPlaceholders } from '../../generate/key-reference';
import { placeholderMarker } from '../../generate/placeholder-marker';
import { identityPolicyTemplates, keyPolicyTemplates, UNKNOWN_KEY, type KeyPolicyTemplateOptions, type StatementTemplate } from '../../generate/statement-templates';
import { externalTargetsInKeyPolicy } from '../../generate/target-choices';
import { parseKeyArn } from '../../aws/key-arn';
import { documentationBlocks, type CompletionCandidate } from './candidate';
import type { PolicyCompletionContext } from './completion-context';

/** Whole statements: for a key policy those of the console and for other accounts, for an IAM policy what the use of a key takes. */
export function statementCandidates(context: PolicyCompletionContext): CompletionCandidate[] {
  return [
    ...context.kind === 'identity' ? [] : keyPolicyTemplates(keyPolicyTemplateOptionsFor(context)).map((template) => statementCandidate(template, 0, context.kind === 'open' ? 'key policy' : undefined)),
    ...context.kind === 'key' ? [] : identityPolicyTemplates(identityPolicyTemplateOptionsFor(context)).map((template) => statementCandidate(template, 2, context.kind === 'open' ? 'IAM policy' : undefined)),
  ];
}

function statementCandidate({ id, title, description, source, statements }: StatementTemplate, rank: number, detail: string | undefined): CompletionCandidate {
  const isPreferred = PREFERRED_TEMPLATES.has(id);
  return {
    label: title, kind: 'statement', rank: rank + (isPreferred ? 0 : 1), filterText: `${title} ${id} statement`, detail: detail ?? (statements.length > 1 ? `${statements.length} statements` : 'statement'),
    documentation: documentationBlocks({ description, href: source }), insertion: { items: statements },
  };
}

const PREFERRED_TEMPLATES = new Set(['owner', 'administrators', 'users', 'grants', 'direct']);

function existingSidsIn({ policy }: PolicyCompletionContext): string[] {
  return policy.policy.statements.flatMap(({ sid }) => sid?.value ?? []);
}

function keyPolicyTemplateOptionsFor(context: PolicyCompletionContext): KeyPolicyTemplateOptions {
  const known = context.key;
  const account = known?.account ?? placeholderMarker('KEY_ACCOUNT_ID');
  const partition = known?.partition ?? 'aws';
  const key = { ...known ?? UNKNOWN_KEY, account, partition };
  const role = (name: string): string => `arn:${partition}:iam::${account}:role/${placeholderMarker(name)}`;
  return { key, administrators: role('ADMINISTRATOR_ROLE'), users: role('USER_ROLE'), consumer: granteeForTemplates(context), existingSids: existingSidsIn(context) };
}

/** The one account that the key policy lets in, or that the workspace knows besides the owner; else one to fill in. */
function granteeForTemplates({ key, world }: PolicyCompletionContext): Grantee {
  const granteeAccounts = key ? externalTargetsInKeyPolicy(key).map((target) => ('account' in target ? target.account : accountOfArn(target.arn))) : [];
  const accounts = granteeAccounts.length > 0 ? granteeAccounts : key?.account === undefined ? [] : [...world.accounts.keys()].filter((account) => account !== key.account);
  const [account, ...furtherAccounts] = [...new Set(accounts)];
  const grantee = account === undefined || furtherAccounts.length > 0 ? undefined : accountGrantee(account, key?.partition);
  return grantee === undefined || isRefusal(grantee) ? unknownGrantee() : grantee;
}

/** The one key that the policy names already, or that the workspace knows in another account; else one to fill in. */
function identityPolicyTemplateOptionsFor(context: PolicyCompletionContext): Parameters<typeof identityPolicyTemplates>[0] {
  const { world, policy, identities } = context;
  const keyArnsInPolicy = policy.policy.statements.flatMap(({ resource }) => (resource?.patterns ?? []).map(({ text: policyString }) => policyString.value)).filter((value) => parseKeyArn(value));
  const ownAccounts = new Set(identities.map(({ account }) => account));
  const otherAccountKeyArns = world.keys.filter(({ arn, account, awsManaged }) => arn !== undefined && !awsManaged && !ownAccounts.has(account)).flatMap(({ arn }) => arn ?? []);
  const [arn, ...furtherArns] = [...new Set(keyArnsInPolicy.length > 0 ? keyArnsInPolicy : otherAccountKeyArns)];
  const keyArn = arn === undefined || furtherArns.length > 0 ? undefined : arn;
  return { key: { keyId: keyArn === undefined ? undefined : parseKeyArn(keyArn)?.keyId }, keyArn: keyArn ?? keyArnWithPlaceholders(UNKNOWN_KEY, undefined), existingSids: existingSidsIn(context) };
}
