import type { JsonValue } from '../parse/edit';
import { parseJson } from '../parse/parse';
import { jsonOf } from '../parse/json-value';

/** One call as AWS CloudTrail records it (CloudTrail User Guide, record contents). */
export interface CloudTrailRecord {
  readonly eventSource: string;
  readonly eventName: string;
  readonly errorMessage: string | undefined;
  /** ARN of the caller. */
  readonly identity: string | undefined;
  readonly keyArn: string | undefined;
  /** As the request named the key: id, ARN or alias. */
  readonly keyId: string | undefined;
}

/** The records in a text that is JSON, also those inside a string, as `aws cloudtrail lookup-events` gives them. Failed calls come first. */
export function cloudTrailRecords(text: string): CloudTrailRecord[] {
  const start = text.indexOf('{');
  if (start < 0 || !text.includes('eventName')) return [];
  const records = recordsIn(valueOf(text.slice(start)));
  return [...records.filter(({ errorMessage }) => errorMessage !== undefined), ...records.filter(({ errorMessage }) => errorMessage === undefined)];
}

function recordsIn(value: JsonValue | undefined): CloudTrailRecord[] {
  if (typeof value === 'string') return value.trimStart().startsWith('{') && value.includes('eventName') ? recordsIn(valueOf(value)) : [];
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => recordsIn(item));
  if (!isObject(value)) return [];
  const { eventSource, eventName } = value;
  if (typeof eventSource === 'string' && typeof eventName === 'string') return [recordOf(value, eventSource, eventName)];
  return Object.values(value).flatMap((item) => recordsIn(item));
}

function recordOf(value: JsonObject, eventSource: string, eventName: string): CloudTrailRecord {
  const caller = objectAt(value, 'userIdentity');
  const resources = value['resources'];
  const arns = (Array.isArray(resources) ? resources : []).flatMap((resource: JsonValue) => (isObject(resource) ? textAt(resource, 'ARN') ?? textAt(resource, 'arn') ?? [] : []));
  const message = textAt(value, 'errorMessage') ?? textAt(value, 'errorCode');
  return {
    eventSource, eventName, errorMessage: message, keyId: textAt(objectAt(value, 'requestParameters'), 'keyId'),
    identity: textAt(caller, 'arn') ?? textAt(objectAt(objectAt(caller, 'sessionContext'), 'sessionIssuer'), 'arn') ?? textAt(caller, 'invokedBy'),
    keyArn: arns.find((arn) => /^arn:[^:]*:kms:[^:]*:[^:]*:key\//.test(arn)),
  };
}

type JsonObject = Readonly<Record<string, JsonValue>>;

/** Reads what there is of a text that was cut off, too. */
function valueOf(text: string): JsonValue | undefined {
  const { root } = parseJson(text, { comments: 'allowed' });
  return root && jsonOf(root);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectAt(value: JsonObject | undefined, name: string): JsonObject | undefined {
  const found = value?.[name];
  return isObject(found) ? found : undefined;
}

function textAt(value: JsonObject | undefined, name: string): string | undefined {
  const found = value?.[name];
  return typeof found === 'string' && found !== '' ? found : undefined;
}
