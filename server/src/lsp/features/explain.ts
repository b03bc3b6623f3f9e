import {
  answerMessage, arnResource, suggestedQuestionAt, actionNamesForQuestions, escapeMarkdown, explain as explainAccess, explanationPage,
  isRefusal, offsetAt, messageAnswerPage, plainLine, positionAt, parseDeniedMessage,
  REMEDY_HEADING, lineIndex, servicePrincipalsInKeyPolicies,
  type DeniedMessage, type Explanation, type Identity, type Key, type Location,
} from '../../core/index';
import { canonicalUri } from '../../host/host';
import { toLocation, toWorkspaceEdit } from '../protocol-conversion';
import { invalidParametersError } from '../parameter-validation';
import type { Refused } from '../protocol/edits';
import type { Choice } from '../protocol/choice';
import type { ExplainAnswer, ExplainChoices, ExplainChoicesParams, ExplainLink, ExplainMessageParams, ExplainParams,
  ExplainStart } from '../protocol/explain';
import type { Session } from '../session';
import type { EditingSession } from './up-to-date-texts';
import { locationLabel, requirePolicyAt, accountPhrase, workspacePath } from './policy-lookup';

/** See `kmsHandshake/explain`. */
export function explain(session: EditingSession, params: ExplainParams | ExplainMessageParams): ExplainAnswer | Refused {
  const { identity, key } = params;
  if (!('source' in params) && (identity === undefined || key === undefined))
    throw invalidParametersError(`the parameters of kmsHandshake/explain have no "${identity === undefined ? 'identity' : 'key'}"`);
  return identity === undefined || key === undefined
    ? explainMessage(session, params as ExplainMessageParams)
    : explainPair(session, { ...params, identity, key });
}

function explainPair(session: EditingSession, params: ExplainParams): ExplainAnswer | Refused {
  const { world, files, readings } = session.analysisHost.workspace();
  const { named, place } = locationLabels(session);
  const answer = explainAccess(world, params, place, [...files.keys()], [...readings.values()].flatMap(({ policies }) => policies));
  if (isRefusal(answer)) return answer;
  const notes = params.awsSays === undefined ? answer.notes : [...answer.notes, `AWS says: ${params.awsSays}.`];
  const text = explanationPage({ ...answer, notes }, { formatLocation: place, formatFile: (uri) => workspacePath(session, uri),
    textOf: (uri) => files.get(uri)?.source.text ?? '' });
  return {
    identity: answer.identity, key: answer.key, action: answer.action, ...params.awsSays === undefined ? {} : { awsSays: params.awsSays },
    ...answer.aws ? { aws: answer.aws } : {},
    verdict: answer.outcome,
    reason: answer.reason,
    sentence: answer.sentence,
    title: explanationTitle(answer),
    steps: answer.steps.map(({ half, outcome, message, decidedBy }) => ({ half, outcome, message,
      places: decidedBy.flatMap(({ at }) => toLocation(session.conversionContext, at) ?? []) })
    ),
    document: { text, links: documentLinksIn(session, text, named) },
    remedy: remedyItem(session, answer, text),
  };
}

/** Names of places for a text, and where each of them is. */
function locationLabels(session: Session): { readonly named: ReadonlyMap<string, Location>; readonly place: (at: Location) => string } {
  const named = new Map<string, Location>();
  const place = (at: Location): string => {
    const label = locationLabel(session, at);
    if (!named.has(label)) named.set(label, at);
    return label;
  };
  return { named, place };
}

/** An error message that does not say who called or which key is meant. */
function explainMessage(session: EditingSession, params: ExplainMessageParams): ExplainAnswer | Refused {
  const { named, place } = locationLabels(session);
  const answer = answerMessage(session.analysisHost.workspace().world, params, place);
  if (isRefusal(answer)) return answer;
  const text = messageAnswerPage(answer, params.awsSays === undefined ? [] : [`AWS says: ${params.awsSays}.`]);
  return {
    ...params, verdict: 'unknown', reason: 'unresolved', sentence: answer.sentence, title: `AWS error ${answer.action}`,
    missing: answer.missing, causes: answer.causes,
    candidates: answer.candidates.map(({ identity, key, outcome, sentence }) => ({ identity, key, verdict: outcome, sentence })),
    steps: [], document: { text, links: documentLinksIn(session, text, named) }, remedy: undefined,
  };
}

function explanationTitle({ question: { identity, key }, action, identity: name }: Explanation): string {
  const who = (identity.arn && arnResource(identity.arn)) ?? identity.account
    ?? (identity.kind === 'service' ? /^[^.]*/.exec(name)?.[0] ?? name : name);
  return plainLine(`${who.replace(/^assumed-role\/([^/]+)\/.*$/, '$1').replace(/^.*\//, '')} ${action} ${key.keyId?.slice(0, 8) ?? 'key'}`);
}

function remedyItem(session: EditingSession, { remedy }: Explanation, text: string): ExplainAnswer['remedy'] {
  if (!remedy) return undefined;
  const { advice, changes } = remedy;
  const lines = text.slice(0, text.indexOf(REMEDY_HEADING)).split('\n').length - 1;
  const edit = changes.length === 0
    ? undefined
    : toWorkspaceEdit(session.conversionContext, changes.map(({ change }) => change), { title: advice, exceptUri: '' });
  return { advice, line: lines, edit };
}

/** Every name of a place in the page leads there, as its Markdown spells it; a longer name that begins with it does not. */
function documentLinksIn(session: Session, text: string, named: ReadonlyMap<string, Location>): ExplainLink[] {
  const lines = lineIndex(text);
  return [...named].flatMap(([label, at]) => {
    const target = toLocation(session.conversionContext, at);
    const links: ExplainLink[] = [];
    const markdownLabel = escapeMarkdown(label);
    for (let start = text.indexOf(markdownLabel); target && start >= 0; start = text.indexOf(markdownLabel, start + 1)) {
      const end = start + markdownLabel.length;
      if (/\d/.test(text.charAt(end)) || /[\w/.-]/.test(text.charAt(start - 1))) continue;
      links.push({ range: { start: positionAt(lines, start), end: positionAt(lines, end) }, target });
    }
    return links;
  });
}

/** See `kmsHandshake/explainChoices`. */
export function explainChoices(session: Session, params: ExplainChoicesParams): ExplainChoices {
  const { world } = session.analysisHost.workspace();
  const read = params.message === undefined ? undefined : parseDeniedMessage(params.message);
  return {
    identities: uniqueChoices([...world.identities.filter(canBeNamed).map((identity) => identityChoice(session, identity)),
      ...accountChoices(session), ...serviceChoices(session)]),
    keys: uniqueChoices(world.keys.map((key) => keyChoice(session, key))),
    actions: actionNamesForQuestions(),
    start: read ? startFromMessage(read) : startAtPosition(session, params),
    read: read && describeMessageSource(read),
    patterns: { identity: IDENTITY_PATTERN, key: KEY_PATTERN, action: '^(kms:)?[A-Za-z]+$' },
  };
}

const IDENTITY_PATTERN =
  '^(\\d{12}|[a-z0-9-]+(\\.[a-z0-9-]+)+|arn:[\\w-]+:(iam|sts)::\\d{12}:(root|(user|role|group|assumed-role|federated-user)/.+))$';
const KEY_PATTERN =
  '^(arn:[\\w-]+:kms:[a-z0-9-]+:\\d{12}:(key|alias)/.+|alias/[\\w:/-]+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})$';

function startFromMessage({ identity, action, key, reasonText, aws, source }: DeniedMessage): ExplainStart {
  return { source, ...aws === undefined ? {} : { aws }, ...reasonText === undefined ? {} : { awsSays: reasonText },
    ...identity === undefined ? {} : { identity }, ...action === undefined ? {} : { action }, ...key === undefined ? {} : { key } };
}

function describeMessageSource({ reasonText, source, note }: DeniedMessage): string {
  const what =
    { 'message': 'an AWS error message', 'cloudtrail': 'a CloudTrail record', 'ciphertext': 'an AWS error about a ciphertext',
      'secrets-manager': 'an AWS Secrets Manager error', 'not-found': 'an AWS error about a key or alias that is not found',
      's3': 'an Amazon S3 error' }[source];
  const read = reasonText === undefined ? `Read from ${what}.` : `Read from ${what}, which says: ${reasonText}.`;
  return note === undefined ? read : `${read} ${note}`;
}

/** Where the question starts in an editor: the statement at the position. */
function startAtPosition(session: Session, { textDocument, position }: ExplainChoicesParams): ExplainStart {
  const { analysisHost } = session;
  const lines = textDocument && analysisHost.lineIndexOf(canonicalUri(textDocument.uri));
  const policies = textDocument
    && analysisHost.workspace().readings.get(canonicalUri(textDocument.uri))?.policies.some(({ policy }) =>
      policy.kind === 'key' || policy.kind === 'identity'
    );
  if (!textDocument || !position || !lines || policies !== true) return {};
  const { identity, action, key } = suggestedQuestionAt(analysisHost.workspace().world,
    requirePolicyAt(session, { textDocument, position }), offsetAt(lines, position));
  return { ...identity === undefined ? {} : { identity }, ...action === undefined ? {} : { action }, ...key === undefined ? {} : { key } };
}

function canBeNamed({ arn, policies }: Identity): boolean {
  return arn !== undefined || policies.length > 0;
}

function identityChoice(session: Session, { arn, id, account, policies: [policy] }: Identity): Choice {
  const { world } = session.analysisHost.workspace();
  const file = policy ? workspacePath(session, policy.uri) : 'no IAM policy in the workspace';
  const label = (arn && arnResource(arn)) ?? `whoever has ${file}`;
  return { value: arn ?? id, label,
    description: `${accountPhrase(world, account).trimStart()}${arn === undefined || account === undefined ? '' : ` · ${file}`}` };
}

function accountChoices(session: Session): Choice[] {
  const { world } = session.analysisHost.workspace();
  return [...world.accounts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([account, name]) => ({ value: account, label: account,
    description: `the account as a whole${name === '' ? '' : ` · ${name}`}` })
  );
}

/** The services that key policies name. */
function serviceChoices(session: Session): Choice[] {
  return servicePrincipalsInKeyPolicies(session.analysisHost.workspace().world).map((service) => ({ value: service, label: service,
    description: 'an AWS service that calls KMS as itself' })
  );
}

function keyChoice(session: Session, { arn, id, keyId, account, region, aliases: [alias], policy }: Key): Choice {
  const { world } = session.analysisHost.workspace();
  const file = policy ? workspacePath(session, policy.uri) : 'no key policy in the workspace';
  const where = [accountPhrase(world, account).trimStart(), region, file].filter((part) => part !== undefined && part !== '').join(' · ');
  return { value: arn ?? id, label: alias ?? keyId ?? 'key without id', description: where };
}

function uniqueChoices(choices: readonly Choice[]): Choice[] {
  return [...new Map(choices.map((choice) => [choice.value, choice])).values()];
}
