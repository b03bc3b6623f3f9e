import {
  answerMessage, arnResource, suggestedQuestionAt, actionNamesForQuestions, escapeMarkdown, explain as explainAccess, explanationPage,
  isRefusal, messageAnswerPage, plainLine, positionAt, parseDeniedMessage, REMEDY_HEADING, lineIndex, servicePrincipalsInKeyPolicies,
  type DeniedMessage, type Explanation, type Identity, type Key, type Location, type World,
} from '../../core/index';
import { toLocation, toWorkspaceEdit } from '../protocol-conversion';
import { invalidParametersError } from '../parameter-validation';
import type { Refused } from '../protocol/edits';
import type { Choice } from '../protocol/choice';
import type { ExplainAnswer, ExplainChoices, ExplainChoicesParams, ExplainLink, ExplainMessageParams, ExplainParams,
  ExplainStart } from '../protocol/explain';
import type { Session } from '../session';
import { offsetAtPosition } from './navigation';
import type { EditingSession } from './up-to-date-texts';
import { locationLabel, policyItems, requirePolicy, accountPhrase, workspacePath } from './policy-lookup';

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
  const { analysisHost, conversionContext } = session;
  const { world, files, readings } = analysisHost.workspace();
  const { locationByLabel, formatLocation } = createLocationLabels(session);
  const policies = [...readings.values()].flatMap((reading) => reading.policies);
  const answer = explainAccess(world, params, formatLocation, [...files.keys()], policies);
  if (isRefusal(answer)) return answer;
  const { identity, key, action, aws, outcome, reason, sentence } = answer;
  const text = explanationPage({ ...answer, notes: [...answer.notes, ...reasonNotes(params)] },
    { formatLocation, formatFile: (uri) => workspacePath(session, uri), textOf: (uri) => files.get(uri)?.source.text ?? '' });
  return {
    identity, key, action, awsSays: params.awsSays, aws, verdict: outcome, reason, sentence,
    title: explanationTitle(answer),
    steps: answer.steps.map(({ half, outcome: stepOutcome, message, decidedBy }) => (
      { half, outcome: stepOutcome, message, places: decidedBy.flatMap(({ at }) => toLocation(conversionContext, at) ?? []) }
    )),
    document: { text, links: documentLinksIn(session, text, locationByLabel) },
    remedy: remedyItem(session, answer, text),
  };
}

function reasonNotes({ awsSays }: Pick<ExplainParams, 'awsSays'>): string[] {
  return awsSays === undefined ? [] : [`AWS says: ${awsSays}.`];
}

/** Labels of locations for a text, which are collected with their locations. */
function createLocationLabels(session: Session) {
  const locationByLabel = new Map<string, Location>();
  const formatLocation = (location: Location): string => {
    const label = locationLabel(session, location);
    if (!locationByLabel.has(label)) locationByLabel.set(label, location);
    return label;
  };
  return { locationByLabel, formatLocation };
}

/** An error message that does not say who called or which key is meant. */
function explainMessage(session: EditingSession, params: ExplainMessageParams): ExplainAnswer | Refused {
  const { locationByLabel, formatLocation } = createLocationLabels(session);
  const answer = answerMessage(session.analysisHost.workspace().world, params, formatLocation);
  if (isRefusal(answer)) return answer;
  const { sentence, action, missing, causes } = answer;
  const text = messageAnswerPage(answer, reasonNotes(params));
  return {
    ...params, verdict: 'unknown', reason: 'unresolved', sentence, title: `AWS error ${action}`, missing, causes,
    candidates: answer.candidates.map((candidate) => (
      { identity: candidate.identity, key: candidate.key, verdict: candidate.outcome, sentence: candidate.sentence }
    )),
    steps: [], document: { text, links: documentLinksIn(session, text, locationByLabel) }, remedy: undefined,
  };
}

function explanationTitle({ question: { identity, key }, action, identity: name }: Explanation): string {
  const identityText = (identity.arn && arnResource(identity.arn)) ?? identity.account
    ?? (identity.kind === 'service' ? /^[^.]*/.exec(name)?.[0] ?? name : name);
  const identityName = identityText.replace(/^assumed-role\/([^/]+)\/.*$/, '$1').replace(/^.*\//, '');
  return plainLine(`${identityName} ${action} ${key.keyId?.slice(0, 8) ?? 'key'}`);
}

function remedyItem(session: EditingSession, { remedy }: Explanation, text: string): ExplainAnswer['remedy'] {
  if (!remedy) return undefined;
  const { advice, statement } = remedy;
  const changes = remedy.changes.map(({ change }) => change);
  const line = text.slice(0, text.indexOf(REMEDY_HEADING)).split('\n').length - 1;
  const edit = changes.length === 0 ? undefined : toWorkspaceEdit(session.conversionContext, changes, { title: advice, exceptUri: '' });
  return { advice, line, edit, statement };
}

/** Every label of a location in the page, as its Markdown spells it, leads there; a longer label that begins with it does not. */
function documentLinksIn(session: Session, text: string, locationByLabel: ReadonlyMap<string, Location>): ExplainLink[] {
  const lines = lineIndex(text);
  return [...locationByLabel].flatMap(([label, location]) => {
    const target = toLocation(session.conversionContext, location);
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
    identities: uniqueChoices([
      ...world.identities.filter(({ arn, policies }) => arn !== undefined || policies.length > 0)
        .map((identity) => identityChoice(session, identity)),
      ...accountChoices(world), ...serviceChoices(world),
    ]),
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
  return { source, aws, awsSays: reasonText, identity, action, key };
}

const MESSAGE_SOURCE_NAMES: Readonly<Record<DeniedMessage['source'], string>> = {
  'message': 'an AWS error message', 'cloudtrail': 'a CloudTrail record', 'ciphertext': 'an AWS error about a ciphertext',
  'secrets-manager': 'an AWS Secrets Manager error', 'not-found': 'an AWS error about a key or alias that is not found',
  's3': 'an Amazon S3 error',
};

function describeMessageSource({ reasonText, source, note }: DeniedMessage): string {
  const reason = reasonText === undefined ? '' : `, which says: ${reasonText}`;
  return `Read from ${MESSAGE_SOURCE_NAMES[source]}${reason}.${note === undefined ? '' : ` ${note}`}`;
}

/** Where the question starts in an editor: the statement at the position. */
function startAtPosition(session: Session, { textDocument, position }: ExplainChoicesParams): ExplainStart {
  if (!textDocument || !position) return {};
  const requested = offsetAtPosition(session, { textDocument, position });
  const [item] = policyItems(session, { textDocument, position });
  if (!requested || !item) return {};
  return suggestedQuestionAt(session.analysisHost.workspace().world, requirePolicy(session, item), requested.offset);
}

function identityChoice(session: Session, { arn, id, account, policies: [policy] }: Identity): Choice {
  const { world } = session.analysisHost.workspace();
  const file = policy ? workspacePath(session, policy.uri) : 'no IAM policy in the workspace';
  const label = (arn && arnResource(arn)) ?? `whoever has ${file}`;
  const description = `${accountPhrase(world, account).trimStart()}${arn === undefined || account === undefined ? '' : ` · ${file}`}`;
  return { value: arn ?? id, label, description };
}

function accountChoices({ accounts }: World): Choice[] {
  return [...accounts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([account, name]) => (
    { value: account, label: account, description: `the account as a whole${name === '' ? '' : ` · ${name}`}` }
  ));
}

/** The services that key policies name. */
function serviceChoices(world: World): Choice[] {
  return servicePrincipalsInKeyPolicies(world).map((service) => (
    { value: service, label: service, description: 'an AWS service that calls KMS as itself' }
  ));
}

function keyChoice(session: Session, { arn, id, keyId, account, region, aliases: [alias], policy }: Key): Choice {
  const { world } = session.analysisHost.workspace();
  const file = policy ? workspacePath(session, policy.uri) : 'no key policy in the workspace';
  const parts = [accountPhrase(world, account).trimStart(), region ?? '', file].filter((part) => part !== '');
  return { value: arn ?? id, label: alias ?? keyId ?? 'key without id', description: parts.join(' · ') };
}

function uniqueChoices(choices: readonly Choice[]): Choice[] {
  return [...new Map(choices.map((choice) => [choice.value, choice])).values()];
}
