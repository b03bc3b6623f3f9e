import { nextColon, splitAtColons } from '../text/template-expressions';

/** The six fields of an ARN; the resource keeps its own colons and slashes. Nothing is checked but the shape. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

/** Colons of `${…}`, `#{…}`, `{{…}}` and `<…>` separate nothing (docs/aws-rules.md 8.2). */
export function parseArn(text: string): Arn | undefined {
  if (!text.startsWith('arn:')) return undefined;
  const service = nextColon(text, 4);
  const region = service < 0 ? -1 : nextColon(text, service + 1);
  const account = region < 0 ? -1 : nextColon(text, region + 1);
  const resource = account < 0 ? -1 : nextColon(text, account + 1);
  if (resource < 0) return undefined;
  return {
    partition: text.slice(4, service),
    service: text.slice(service + 1, region),
    region: text.slice(region + 1, account),
    account: text.slice(account + 1, resource),
    resource: text.slice(resource + 1),
  };
}

export function formatArn(arn: Arn): string {
  return `arn:${arn.partition}:${arn.service}:${arn.region}:${arn.account}:${arn.resource}`;
}

/** `role/App` of `arn:aws:iam::444455556666:role/App`: what follows the fifth colon; empty where there is none. */
export function arnResource(arn: string): string {
  return splitAtColons(arn).slice(5).join(':');
}

/** The account id in an ARN, as it stands there; empty where there is none. */
export function accountOfArn(arn: string): string {
  return splitAtColons(arn)[4] ?? '';
}

/**
 * The service in a text that begins like an ARN, in small letters: `kms` of `arn:aws:kms:…`, whatever follows; undefined where no colon
 * ends it.
 */
export function serviceOfArn(text: string): string | undefined {
  const [head = '', , service, ...rest] = splitAtColons(text);
  return head.toLowerCase() === 'arn' && rest.length > 0 ? service?.toLowerCase() : undefined;
}

export function isAccountId(text: string): boolean {
  return /^\d{12}$/.test(text);
}
