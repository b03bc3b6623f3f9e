import { judged } from '../access/decide';
import { decidingPlace } from '../access/deciding-place';
import type { Place } from '../access/explain-text';
import { missingPatterns } from '../access/match-resource';
import { conditionText, conditionWords, enumerate, identityText } from '../access/say';
import { casesOf } from '../access/suppositions';
import type { Half, Reason, Verdict } from '../access/verdict';
import { KEY_ACTIONS, NO_ACTIONS } from '../aws/actions';
import { commandOf } from '../generate/cli-command';
import { sourcesOf } from '../aws/service-sources';
import { listed } from '../generate/action-wording';
import { isRefusal, type Counterpart, type Refusal } from '../generate/counterpart';
import { letServiceIn, type ServiceAccess } from '../generate/let-service-in';
import { allowAction, letInForAction, type OneAction } from '../generate/one-action';
import { OPEN_IDENTITY_POLICY, OPEN_KEY_POLICY, openedKeyPolicy } from '../generate/open-half';
import { isOfIdentityCenter, partyOf, type Party } from '../generate/party';
import { placeOf, type LocatedPolicy } from '../locate/located';
import { renderEdits } from '../parse/json-edit';
import type { FileChange } from '../text/change';
import type { Identity, Key, World } from '../workspace/world';
import { correctCondition } from './correct-condition';
import type { Question } from './steps';

/** What makes it yes: what to do, and, where policies can say it, the edits that do it. */
export interface Remedy {
  /** Sentences for a person. */
  readonly advice: string;
  /** All of them together; empty where no edit of a policy helps. */
  readonly changes: readonly RemedyChange[];
}

export interface RemedyChange {
  readonly half: Half;
  /** "Let role/App of account 444455556666 in for kms:Encrypt in the key policy": what the change does. */
  readonly title: string;
  readonly change: FileChange;
}

export interface RemedyRequest {
  readonly world: World;
  readonly question: Question;
  readonly verdict: Verdict;
  /** The workspace knows the identity, and so whether it has policies. */
  readonly known: boolean;
  /** URIs of files that no new file may replace, besides those that the world knows. */
  readonly existing: readonly string[];
  readonly place: Place;
}

/** Gives just this action to just this identity on just this key; undefined where it is allowed already. */
export function remedyOf(request: RemedyRequest): Remedy | undefined {
  const { verdict, question } = request;
  if (verdict.outcome === 'allowed' || verdict.outcome === 'conditional') return undefined;
  if (question.identity.kind === 'service') return remedyForService(request);
  const advise = ADVICE[verdict.reason];
  if (verdict.outcome === 'unknown' || advise) return { advice: (advise ?? UNKNOWN)(request), changes: [] };
  return withEdits(request);
}

/** Only the key policy, or a grant, lets a service in. */
function remedyForService(request: RemedyRequest): Remedy {
  const { verdict: { reason }, question: { identity: { id: service }, key, action } } = request;
  if (reason === 'key-policy-missing') return { advice: fetching(key), changes: [] };
  if (reason === 'key-policy-denies') return { advice: denied(request), changes: [] };
  if (reason === 'key-policy-condition') return { advice: mendCondition(request), changes: [] };
  if (reason === 'conditions-contradict') return { advice: reconcile(request), changes: [] };
  if (reason === 'unresolved') return { advice: `Name ${service} itself in the key policy, without placeholders.`, changes: [] };
  if (reason === 'needs-grant' || reason === 'identity-policy-missing') return { advice: `Have a user or role do it: no key policy gives a service ${action.name}.`, changes: [] };
  const access = letServiceIn({ key, service, action });
  if (isRefusal(access)) return { advice: `Allow ${action.name} for ${service} in the key policy, under the condition that the guide of the service shows.`, changes: [] };
  const title = `Allow ${listed(access.actions)} for ${service} in the key policy`;
  return { advice: `${title}, ${limitText(access, service, key)}`, changes: changeOf('key-policy', title, access.counterpart) };
}

function limitText({ limit }: ServiceAccess, service: string, key: Key): string {
  if (!limit) return 'under the conditions of its other statement.';
  const note = limit.key === 'aws:SourceAccount' ? 'A service that sends no aws:SourceAccount needs another condition: its guide says which.' : sourcesOf(service).advice;
  return `limited to ${limit.scope} ${key.account ?? '?'}. ${note}`;
}

type Advise = (request: RemedyRequest) => string;

/** Causes that no permission mends. */
const ADVICE: Partial<Record<Reason, Advise>> = {
  'partition': ({ question: { identity } }) => `Use a key in the partition ${identity.partition ?? 'of the identity'}.`,
  'not-cross-account': ({ question: { key, action } }) => (key.awsManaged
    ? 'Use a customer managed key: its key policy can allow other accounts.'
    : `Have an identity of account ${key.account ?? 'that owns the key'} do it, or assume a role there: ${action.name} can be called by that role.`),
  'key-policy-denies': denied,
  'identity-policy-denies': denied,
  'key-policy-condition': mendCondition,
  'identity-policy-condition': mendCondition,
  'conditions-contradict': reconcile,
  'needs-grant': grantCommand,
  'key-policy-missing': fetchKeyPolicy,
  'unresolved': () => 'Declare the values of placeholders, the owner of the key and to whom the IAM policy is attached in kms-handshake.json.',
};

const UNKNOWN: Advise = ({ question: { identity, key } }) => [
  `Put the IAM policies of ${identityText(identity)} in the workspace, for example as output of aws iam get-account-authorization-details.`,
  ...(key.policy ? [] : [fetching(key)]),
].join(' ');

function fetchKeyPolicy(request: RemedyRequest): string {
  return request.known ? fetching(request.question.key) : UNKNOWN(request);
}

function fetching({ arn, keyId }: Key): string {
  return withCommand('Put the key policy in the workspace', commandOf(['aws', 'kms', 'get-key-policy'], [['key-id', arn ?? keyId ?? '<KEY_ID>'], ['policy-name', 'default']], 'posix'));
}

function withCommand(advice: string, result: ReturnType<typeof commandOf>): string {
  return isRefusal(result) ? `${advice}. ${result.refused}` : `${advice}: ${result.command}`;
}

function denied({ question, verdict, place }: RemedyRequest): string {
  const denies = verdict.because.filter(({ statement }) => statement.effect === 'Deny');
  const places = [...new Set(denies.map((because) => place(decidingPlace(because, verdict, question))))];
  return `If the Deny is not meant for ${identityText(question.identity)}, remove ${question.action.name} from it or limit it with a condition (${enumerate(places)}).`;
}

function mendCondition({ world, question, verdict, place }: RemedyRequest): string {
  const [first] = verdict.failing;
  const where = first ? ` (${place(placeOf(first.because.policy, first.condition.keyMember.span))})` : '';
  const corrections = [...new Set(verdict.failing.map((failing) => {
    const correct = correctCondition(failing, question, world);
    return correct === undefined ? conditionText(failing) : `${conditionText(failing)} to ${correct}`;
  }))];
  return `Correct the condition ${enumerate(corrections)}${where}, if ${identityText(question.identity)} is meant to have ${question.action.name}.`;
}

function reconcile({ verdict, place }: RemedyRequest): string {
  const named = verdict.failing.map(({ because, condition }) => `${conditionWords(condition)} (${place(placeOf(because.policy, condition.keyMember.span))})`);
  const denied = verdict.failing.some(({ negated }) => negated);
  return `Change one of these conditions, so that one request can ${denied ? 'be allowed without being denied' : 'meet them all'}: ${enumerate([...new Set(named)])}.`;
}

function grantCommand({ question: { key, identity, action } }: RemedyRequest): string {
  if (action.name === 'kms:RetireGrant') return 'Name the identity as retiring principal when the grant is made, or revoke the grant: aws kms revoke-grant';
  return withCommand('Have a principal with kms:CreateGrant make one', commandOf(['aws', 'kms', 'create-grant'], [
    ['key-id', key.arn ?? '<KEY_ARN>'], ['grantee-principal', identity.arn ?? '<PRINCIPAL_ARN>'], ['operations', action.name.slice('kms:'.length)],
  ], 'posix'));
}

function withEdits(request: RemedyRequest): Remedy {
  const { world, question, known } = request;
  const { identity, key, action } = question;
  if (stillDenied(request, withOpenPolicy(identity), withOpenStatements(key))) return { advice: fallback(request), changes: [] };
  if (action.resourceTypes.includes('alias')) return { advice: `Allow ${action.name} on the key, and in an IAM policy on the alias too.`, changes: [] };
  const party = partyFor(world, identity);
  if (!party || isRefusal(party)) return { advice: party ? party.refused : 'Declare in kms-handshake.json to whom the IAM policy is attached.', changes: [] };
  const asked: OneAction = { world, key, party, action };
  const lacksKey = key.policy !== undefined && stillDenied(request, withOpenPolicy(identity), key);
  const changes = [
    ...(lacksKey ? changeOf('key-policy', `Allow ${action.name} for ${inKeyPolicy(party, identity)} in the key policy`, letInForAction(asked)) : []),
    ...(known && lacksOwn(request, lacksKey, party) ? changeOf('identity-policy', `Allow ${action.name} on the key in an IAM policy of ${identityText(identity)}`, allowOwn(request, asked)) : []),
  ];
  return { advice: adviceFor(request, changes), changes };
}

/** At home a key policy that names the user or role is enough; one that lets the account in under a condition leaves it to IAM policies. */
function lacksOwn(request: RemedyRequest, lacksKey: boolean, party: Party): boolean {
  const { identity, key } = request.question;
  if (!lacksKey) return true;
  const atHome = identity.account !== undefined && identity.account === key.account;
  return atHome ? party.kind === 'account' || party.kind === 'group' || isOfIdentityCenter(party) : stillDenied(request, identity, withOpenStatements(key));
}

function stillDenied({ world, question: { action } }: RemedyRequest, identity: Identity, key: Key): boolean {
  return judged(casesOf(identity, key, world.organizations, action), action).verdict.outcome === 'denied';
}

function withOpenPolicy(identity: Identity): Identity {
  return { ...identity, policies: [...identity.policies, OPEN_IDENTITY_POLICY] };
}

function withOpenStatements(key: Key): Key {
  return { ...key, policy: key.policy ? openedKeyPolicy(key.policy) : OPEN_KEY_POLICY };
}

function partyFor(world: World, identity: Identity): Party | Refusal | undefined {
  const target = identity.arn !== undefined ? { arn: identity.arn } : identity.account !== undefined ? { account: identity.account } : undefined;
  const party = target && partyOf(world, target);
  // Of an account the record that the answer is about has the policies.
  return party && !isRefusal(party) && identity.arn === undefined ? { ...party, identity } : party;
}

/** A key policy cannot name a group. */
function inKeyPolicy(party: Party, identity: Identity): string {
  return party.kind === 'group' ? `account ${party.account}` : identityText({ ...identity, arn: party.arn });
}

/** The ARN that is wrong is put right where its statement is about this action only; else the permission is added beside it. */
function allowOwn({ world, question: { identity, key, action }, existing }: RemedyRequest, asked: OneAction): Counterpart | Refusal | FileChange {
  const wrong = key.arn === undefined ? undefined : identity.policies.flatMap((policy) => policy.policy.statements
    .filter(({ effect, action: own }) => policy.policy.kind === 'identity' && effect === 'Allow' && ((own?.set ?? NO_ACTIONS) & KEY_ACTIONS) === action.bit)
    .filter(() => world.identitiesOf.get(policy)?.length === 1)
    .flatMap((statement) => missingPatterns(statement, key).map(({ text: { node } }) => ({ policy, node }))))[0];
  return wrong && key.arn !== undefined ? replacing(wrong.policy, { edit: 'replace', node: wrong.node, value: key.arn }) : allowAction(asked, existing);
}

function replacing(policy: LocatedPolicy, edit: Parameters<typeof renderEdits>[1][number]): FileChange {
  return { uri: policy.uri, edits: renderEdits(policy.layer, [edit]) };
}

function changeOf(half: Half, title: string, result: Counterpart | Refusal | FileChange): RemedyChange[] {
  if ('uri' in result) return [{ half, title, change: result }];
  if (isRefusal(result)) return [];
  const changes = result.changes.map((change) => ({ half, title, change }));
  return result.declares ? [...changes, { half, title: 'Declare in kms-handshake.json to whom it is attached', change: result.declares }] : changes;
}

function adviceFor(request: RemedyRequest, changes: readonly RemedyChange[]): string {
  const { key, identity } = request.question;
  const titles = changes.map(({ title }, i) => (i === 0 ? title : title.charAt(0).toLowerCase() + title.slice(1)));
  const sentences = [titles.length > 0 ? `${titles.join(', and ')}.` : fallback(request)];
  if (!key.policy) sentences.push(fetching(key));
  if (!request.known) sentences.push(`Its own half is not known: put the IAM policies of ${identityText(identity)} in the workspace.`);
  return sentences.join(' ');
}

function fallback({ question: { identity, action } }: RemedyRequest): string {
  return `Let both policies allow ${action.name} for ${identityText(identity)}.`;
}
