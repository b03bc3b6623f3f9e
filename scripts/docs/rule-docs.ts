import { RULE_LEVELS } from '../../server/src/core/manifest/manifest-schema';
import { RULES } from '../../server/src/core/rules/registry';
import type { Rule } from '../../server/src/core/rules/rule';

/** The rules in the order of their codes. */
export function listedRules(): readonly Rule[] {
  return [...RULES].sort((a, b) => (a.code < b.code ? -1 : 1));
}

/** The text of docs/rules/index.md. */
export function ruleIndex(): string {
  const rows = listedRules().map(({ code, severity, summary, fixable = true, href, otherHrefs = [] }) => (
    `| [${code}](${code}.md) | ${severity} | ${summary} | ${fixable ? 'yes' : ''} | ${[href, ...otherHrefs].map(sourceLink).join(', ')} |`
  ));
  return `${RULE_INDEX_HEADING}\n${rows.join('\n')}\n`;
}

const RULE_INDEX_HEADING = `# Rules

<!-- Made by \`npm run docs\` from the rules themselves. -->

The four that this is for: [missing-key-arn-resource](missing-key-arn-resource.md), [wildcard-principal](wildcard-principal.md),
[action-not-allowed-by-key-policy](action-not-allowed-by-key-policy.md), [region-mismatch](region-mismatch.md).

The severity is the usual one; each page says when it is another. \`rules\` in \`kms-handshake.json\`, or \`kmsHandshake.rules\` in the
settings of the editor, sets the level of all findings of a rule (\`off\`, \`error\`, \`warning\`, \`info\`, \`hint\`); the file wins.
\`suppress\` in \`kms-handshake.json\` silences single findings, each with a reason. What rests on a link that is only guessed is a
warning at most.

| Rule | Severity | What it finds | Quick fix | Source |
|---|---|---|---|---|`;

/** Named by the guide that the page is in. */
function sourceLink(href: string): string {
  const guides: readonly (readonly [string, string])[] = [
    ['/kms/latest/developerguide/', 'KMS'], ['/kms/latest/APIReference/', 'KMS API'], ['/IAM/latest/UserGuide/', 'IAM'],
    ['/IAM/latest/APIReference/', 'IAM API'],
    ['/service-authorization/', 'Service Authorization'], ['/accounts/', 'Account Management'], ['/organizations/', 'Organizations'],
  ];
  return `[${guides.find(([part]) => href.includes(part))?.[1] ?? 'AWS'}](${href})`;
}

/** The schema of one level for each rule, for `rules` in `kms-handshake.json`. */
export function ruleProperties(): Record<string, object> {
  return ruleLevelSchemas(ruleSummary);
}

/** The same for the setting `kmsHandshake.rules`, whose descriptions stand in package.nls.json. */
export function rulePlaceholders(): Record<string, object> {
  return ruleLevelSchemas(({ code }) => `%${RULE_STRING}${code}%`);
}

/** What the keys of the rules in package.nls.json start with; the rest is the code. */
export const RULE_STRING = 'setting.rules.';

/** The lines of package.nls.json that describe the rules. */
export function ruleStrings(): Record<string, string> {
  return Object.fromEntries(listedRules().map((rule) => [`${RULE_STRING}${rule.code}`, ruleSummary(rule)]));
}

function ruleLevelSchemas(description: (rule: Rule) => string): Record<string, object> {
  return Object.fromEntries(listedRules().map((rule) => [rule.code, { enum: [...RULE_LEVELS], description: description(rule) }]));
}

function ruleSummary({ summary, severity }: Rule): string {
  return `${summary}. Usually: ${severity}.`;
}

export function ruleCodes(): readonly string[] {
  return listedRules().map(({ code }) => code);
}
