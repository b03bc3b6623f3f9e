import { fileLayer, type SourceLayer, type Syntax } from '../syntax/syntax';
import { JSON_SYNTAX } from '../syntax/json/json-syntax';
import type { Node, ObjectNode } from '../syntax/tree';
import { nearestWord } from '../text/nearest-word';
import { globProblem } from '../text/glob-alternatives';
import type { Span } from '../text/span';
import { parseArn } from '../aws/arn';
import { nearestRegion, partitionOfRegion, regionNamed } from '../aws/regions';
import type { DeclaredAccount, DeclaredIdentity, DeclaredKey, DeclaredFileKinds, DeclaredOrganization, DeclaredPlaceholders, DeclaredRule,
  DeclaredSuppression, Manifest, ManifestFault, Spanned } from './manifest';
import { readMapEntries, readMembers, readObjects, readString, readStringList, readEnumValue, enumFault,
  type ReportFault } from './manifest-nodes';
import { DECLARED_KINDS, KEY_SPECS, KEY_USAGES, MANIFEST_MEMBERS, MANIFEST_VALUE_PATTERNS, REQUIRED_MEMBERS,
  RULE_LEVELS } from './manifest-schema';
import type { PlainUri } from '../text/uri-path';

/** Of every `kms-handshake.json`, whatever policies are written in. */
export const MANIFEST_SYNTAX: Syntax = JSON_SYNTAX;

/**
 * Reads what a `kms-handshake.json` declares; comments are fine in it. Never throws; what cannot be used is a fault. Whether paths lead to
 * policies is not looked at here: that depends on the other files (`check-declarations.ts`).
 *
 * @param folder the folder that its paths are seen from
 * @param ruleCodes all codes that `rules` and `suppress` may name; empty: any
 */
export function readManifest(file: { readonly uri: string; readonly text: string }, folder: PlainUri,
  ruleCodes: readonly string[]): Manifest {
  const layer = fileLayer(file.text, MANIFEST_SYNTAX);
  const { root: node, faults: syntax } = layer.syntax.parse(file.text, { comments: 'allowed' });
  const faults: ManifestFault[] = [];
  const report: ReportFault = (span, message, severity = 'error') => faults.push({ span, message, severity });
  const root = node?.kind === 'object' ? node : undefined;
  const misplaced = node ? node.span : syntax.length === 0 && nonJsonText(layer);
  if (misplaced && !root) report(misplaced, 'kms-handshake.json contains one object, in { }.');
  const members = root ? readMembers(root, 'kms-handshake.json', MANIFEST_MEMBERS.manifest, REQUIRED_MEMBERS.manifest, report) : {};
  readString(members.$schema, 'the address of a JSON schema', report);
  return {
    uri: file.uri, folder, layer, syntax, root,
    keys: readObjects(members.keys, 'a key', report, readKey),
    identities: readObjects(members.identities, 'a user, role, group or account', report, readIdentity),
    kinds: readObjects(members.kinds, 'a kind of policy', report, readKind),
    accounts: readAccounts(members.accounts, report),
    organizations: readOrganizations(members.organizations, report),
    placeholders: readObjects(members.placeholders, 'placeholders and their files', report, readPlaceholderValues),
    rules: readDeclaredRules(members.rules, ruleCodes, report),
    suppress: readObjects(members.suppress, 'a suppressed finding', report, (object) => readSuppression(object, ruleCodes, report)),
    exclude: readStringList(members.exclude, 'globs of files to leave out', report, pathFault),
    faults,
  };
}

/** The first line of a text without any JSON in it; undefined when there is nothing but white space and comments. */
function nonJsonText({ syntax, text }: SourceLayer): Span | undefined {
  const start = syntax.skipBlanks(text, 0);
  if (start === text.length) return undefined;
  const end = text.slice(start).search(/[\r\n]/);
  return { start, end: end < 0 ? text.length : start + end };
}

function readKey(node: ObjectNode, report: ReportFault): DeclaredKey | undefined {
  const members = readMembers(node, 'A key', MANIFEST_MEMBERS.key, REQUIRED_MEMBERS.key, report);
  const arn = readString(members.arn, 'the ARN of a KMS key', report, keyArnFault);
  const key = {
    span: node.span,
    policy: readString(members.policy, 'the path of its key policy', report, pathFault),
    aliases: members.aliases && readStringList(members.aliases, 'the aliases of the key', report, aliasFault),
    keySpec: readString(members.keySpec, 'a key spec', report, (text) => enumFault(text, 'a key spec', KEY_SPECS)),
    keyUsage: readString(members.keyUsage, 'a key usage', report, (text) => enumFault(text, 'a key usage', KEY_USAGES)),
  };
  return arn && { ...key, arn };
}

function readIdentity(node: ObjectNode, report: ReportFault): DeclaredIdentity | undefined {
  const members = readMembers(node, 'An identity', MANIFEST_MEMBERS.identity, REQUIRED_MEMBERS.identity, report);
  const arn = readString(members.arn, 'the ARN of a user, role or group', report, identityArnFault);
  const account = readString(members.account, 'an account id', report, accountIdFault);
  const policies = readStringList(members.policies, 'paths or globs of its policies', report, pathFault);
  const resourceRegions = readResourceRegions(members.resourceRegions, report);
  if (!members.arn && !members.account)
    report({ start: node.span.start, end: node.span.start + 1 },
      'An identity needs "arn", or "account" while the role or user is not known.');
  if (members.arn && members.account) report(members.account.span, 'The ARN already says the account: leave "account" out.', 'warning');
  if (arn) return { span: node.span, arn, account: undefined, policies, resourceRegions };
  return account && !members.arn ? { span: node.span, arn: undefined, account, policies, resourceRegions } : undefined;
}

/** A Region that only looks like one may be newer than our list: it counts, with a word on it (docs/rules/unknown-region.md). */
function readResourceRegions(node: Node | undefined, report: ReportFault): Spanned[] | undefined {
  const regions = node && readStringList(node, 'Regions of resources', report, regionFault);
  for (const { value, span } of regions ?? []) {
    if (!regionNamed(value)) report(span, `The Region "${value}" is not known here.${didYouMean(nearestRegion(value))}`, 'warning');
  }
  return regions;
}

function readKind(node: ObjectNode, report: ReportFault): DeclaredFileKinds | undefined {
  const members = readMembers(node, 'A kind', MANIFEST_MEMBERS.kind, REQUIRED_MEMBERS.kind, report);
  const files = readStringList(members.files, 'globs of files', report, pathFault);
  const kind = readEnumValue(members.kind, 'a kind of policy', DECLARED_KINDS, report);
  return kind && { files, kind };
}

function readAccounts(node: Node | undefined, report: ReportFault): DeclaredAccount[] {
  return readMapEntries(node, 'account ids with their names', report, accountIdFault).flatMap(({ name: id, value }) => {
    const name = readString(value, 'the name of the account', report);
    return name ? { id, name } : [];
  });
}

function readOrganizations(node: Node | undefined, report: ReportFault): DeclaredOrganization[] {
  const entries = readMapEntries(node, 'organization ids with their account ids', report, organizationFault);
  return entries.map(({ name, value }) => ({ id: name, accounts: readStringList(value, 'account ids', report, accountIdFault) }));
}

function readPlaceholderValues(node: ObjectNode, report: ReportFault): DeclaredPlaceholders | undefined {
  const members = readMembers(node, 'A list of placeholder values', MANIFEST_MEMBERS.placeholder, REQUIRED_MEMBERS.placeholder, report);
  const files = readStringList(members.files, 'globs of files', report, pathFault);
  const values = new Map<string, string>();
  for (const { name, value } of readMapEntries(members.values, 'names of placeholders with their values', report)) {
    const text = readString(value, 'the value of the placeholder', report);
    if (text) values.set(name.value, text.value);
  }
  return { files, values };
}

function readDeclaredRules(node: Node | undefined, ruleCodes: readonly string[], report: ReportFault): DeclaredRule[] {
  return readMapEntries(node, 'rule codes with their levels', report, (code) => ruleCodeFault(code, ruleCodes)).flatMap(
    ({ name: code, value }) => {
      const level = readEnumValue(value, 'a level', RULE_LEVELS, report);
      return level ? { code, level } : [];
    },
  );
}

function readSuppression(node: ObjectNode, ruleCodes: readonly string[], report: ReportFault): DeclaredSuppression | undefined {
  const members = readMembers(node, 'A suppression', MANIFEST_MEMBERS.suppression, REQUIRED_MEMBERS.suppression, report);
  const rule = readString(members.rule, 'the code of a rule', report, (code) => ruleCodeFault(code, ruleCodes));
  const file = readString(members.file, 'the path of the file', report, pathFault);
  const sid = readString(members.sid, 'the Sid of the statement', report);
  const reason = readString(members.reason, 'why this finding is right as it is', report);
  // Without a reason it still suppresses: the missing reason is the finding to see, not the suppressed one.
  return rule && file && { span: node.span, rule, file, sid, reason: reason?.value ?? '' };
}

function keyArnFault(text: string): string | undefined {
  if (MANIFEST_VALUE_PATTERNS.keyArn.test(text)) return undefined;
  const arn = parseArn(text.trim());
  if (arn?.service === 'kms' && arn.resource.startsWith('alias/')) return 'This is the ARN of an alias. '
    + 'A key is declared with its key ARN; aliases go to "aliases".';
  return `"${text}" is not the ARN of a KMS key: `
    + 'arn:aws:kms:REGION:ACCOUNT:key/KEY-ID, where the key id is a UUID or mrk- with 32 hexadecimal digits.';
}

function identityArnFault(text: string): string | undefined {
  if (MANIFEST_VALUE_PATTERNS.identityArn.test(text)) return undefined;
  if (text.endsWith(':root')) return 'The root ARN stands for an account. Declare "account" with the account id instead.';
  if (/^[^:]*:[^:]*:sts::[^:]*:assumed-role\//.test(text)) return 'This is the ARN of a role session. Policies are attached to the role: '
    + 'arn:aws:iam::ACCOUNT:role/NAME.';
  return `"${text}" is not the ARN of a user, role or group: arn:aws:iam::ACCOUNT:role/NAME, with 12 digits for the account.`;
}

function accountIdFault(text: string): string | undefined {
  return MANIFEST_VALUE_PATTERNS.account.test(text) ? undefined : `"${text}" is not an account id: it has exactly 12 digits.`;
}

function regionFault(text: string): string | undefined {
  if (MANIFEST_VALUE_PATTERNS.region.test(text) && partitionOfRegion(text) !== undefined) return undefined;
  return `"${text}" is not an AWS Region, such as us-west-2.${didYouMean(nearestRegion(text))}`;
}

function aliasFault(text: string): string | undefined {
  if (MANIFEST_VALUE_PATTERNS.alias.test(text)) return undefined;
  return `"${text}" is not the name of an alias: alias/NAME with letters, digits, "/", "_", "-" and ":".`;
}

function organizationFault(text: string): string | undefined {
  return MANIFEST_VALUE_PATTERNS.organization.test(text)
    ? undefined
    : `"${text}" is not the id of an organization: o- and 10 to 32 small letters or digits.`;
}

function pathFault(text: string): string | undefined {
  if (text.includes('\0')) return 'The path contains a NUL character, which a file name cannot contain: remove \\u0000.';
  if (/^([a-z]:)?[\\/]/i.test(text) || /^[a-z][a-z0-9+.-]+:/i.test(text))
    return `"${text}" is not relative: paths count from the folder of kms-handshake.json.`;
  if (text.includes('\\')) return `Write paths with "/": "${text.replace(/\\/g, '/')}".`;
  const fault = globProblem(text);
  return fault === undefined ? undefined : `The pattern ${fault}. Write several shorter ones.`;
}

/** @param ruleCodes all codes; empty: any may be one */
export function ruleCodeFault(code: string, ruleCodes: readonly string[]): string | undefined {
  if (ruleCodes.length === 0 || ruleCodes.includes(code)) return undefined;
  return `There is no rule "${code}".${didYouMean(nearestWord(code, ruleCodes))}`;
}

function didYouMean(word: string | undefined): string {
  return word === undefined ? '' : ` Did you mean "${word}"?`;
}
