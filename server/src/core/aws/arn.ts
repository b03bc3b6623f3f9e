/** The six fields of an ARN; the resource keeps its own colons and slashes. Nothing is checked but the shape. */
export interface Arn {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly resource: string;
}

export function parseArn(text: string): Arn | undefined {
  if (!text.startsWith('arn:')) return undefined;
  const service = text.indexOf(':', 4);
  const region = service < 0 ? -1 : text.indexOf(':', service + 1);
  const account = region < 0 ? -1 : text.indexOf(':', region + 1);
  const resource = account < 0 ? -1 : text.indexOf(':', account + 1);
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
  return arn.split(':').slice(5).join(':');
}

/** The account id in an ARN, as it stands there; empty where there is none. */
export function accountOfArn(arn: string): string {
  return arn.split(':')[4] ?? '';
}

export function isAccountId(text: string): boolean {
  return /^\d{12}$/.test(text);
}
