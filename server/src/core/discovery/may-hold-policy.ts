/**
 * Keys that only policies and the outputs about keys have. A quote, or one escaped any number of times, ends them, so that
 * a policy in a string counts; blanks before the colon may be no-break spaces.
 */
const POLICY_MEMBER = /(?:Statement|Effect|Principal|KeyMetadata|AliasName|GrantId|KeyArn)\\*["'\u2019\u201d]\s*:/;
/** `Action` is a usual name in other JSON: only one whose value looks like an action counts. */
const ACTION_MEMBER = /Action\\*["'\u2019\u201d]\s*:\s*(?:\[\s*)?\\*["'\u2018\u201c](?:\*|[a-z0-9*-]{1,40}:|\\*["'\u2019\u201d]|\s*$)/im;
const VERSION_MEMBER = /"Version"\s*:\s*"20(?:12|08)-10-17"/;
/** A URL-encoded policy, as the IAM API and AWS Config have it. */
const URL_ENCODED_DOCUMENT = /document\\*"\s*:\s*\\*"\s*%7b/i;
/** Templates, and what Terraform writes besides the values of its resources. */
const TEMPLATE_OR_TERRAFORM = /AWSTemplateFormatVersion|"terraform_version"\s*:/;
const TERRAFORM_VALUES = '"root_module"';

/**
 * Whether a text is worth parsing: whether it can hold a policy or facts about keys. Errs on the side of yes, in well under a millisecond
 * per megabyte of other JSON.
 */
export function mayHoldPolicy(text: string): boolean {
  return hasPolicyMember(text) && (!TEMPLATE_OR_TERRAFORM.test(text) || text.includes(TERRAFORM_VALUES));
}

function hasPolicyMember(text: string): boolean {
  // `includes` is much faster than the expressions, which are tried only where the word stands at all.
  return POLICY_WORDS.some((word) => text.includes(word)) && POLICY_MEMBER.test(text)
    || text.includes('Action') && ACTION_MEMBER.test(text)
    || text.includes('-10-17') && VERSION_MEMBER.test(text)
    || text.includes('%7') && URL_ENCODED_DOCUMENT.test(text);
}

const POLICY_WORDS = ['Statement', 'Effect', 'Principal', 'KeyMetadata', 'AliasName', 'GrantId', 'KeyArn'];
