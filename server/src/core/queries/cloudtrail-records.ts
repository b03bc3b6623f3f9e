import type { JsonValue } from '../syntax/tree-edit';
import { JSON_SYNTAX } from '../syntax/json/json-syntax';
import { nodeToJson } from '../syntax/canonical-value';

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

/**
 * The records in a text that is JSON, also those inside a string, as `aws cloudtrail lookup-events` gives them. Failed calls come first.
 */
export function cloudTrailRecords(text: string): CloudTrailRecord[] {
  const start = text.indexOf('{');
  if (start < 0 || !text.includes('eventName')) return [];
  const records = cloudTrailRecordsIn(parseRecordJson(text.slice(start)));
  return [...records.filter(({ errorMessage }) => errorMessage !== undefined),
    ...records.filter(({ errorMessage }) => errorMessage === undefined)];
}

function cloudTrailRecordsIn(value: JsonValue | undefined): CloudTrailRecord[] {
  if (typeof value === 'string')
    return value.trimStart().startsWith('{') && value.includes('eventName') ? cloudTrailRecordsIn(parseRecordJson(value)) : [];
  if (Array.isArray(value)) return value.flatMap((item: JsonValue) => cloudTrailRecordsIn(item));
  if (!isCloudTrailJsonObject(value)) return [];
  const { eventSource, eventName } = value;
  if (typeof eventSource === 'string' && typeof eventName === 'string') return [toCloudTrailRecord(value, eventSource, eventName)];
  return Object.values(value).flatMap((item) => cloudTrailRecordsIn(item));
}

function toCloudTrailRecord(value: CloudTrailJsonObject, eventSource: string, eventName: string): CloudTrailRecord {
  const caller = objectMember(value, 'userIdentity');
  const resources = value['resources'];
  const arns = (Array.isArray(resources) ? resources : []).flatMap((resource: JsonValue) =>
    (isCloudTrailJsonObject(resource) ? stringMember(resource, 'ARN') ?? stringMember(resource, 'arn') ?? [] : []));
  return {
    eventSource, eventName, errorMessage: stringMember(value, 'errorMessage') ?? stringMember(value, 'errorCode'),
    keyId: stringMember(objectMember(value, 'requestParameters'), 'keyId'),
    identity: stringMember(caller, 'arn') ?? stringMember(objectMember(objectMember(caller, 'sessionContext'), 'sessionIssuer'), 'arn')
      ?? stringMember(caller, 'invokedBy'),
    keyArn: arns.find((arn) => /^arn:[^:]*:kms:[^:]*:[^:]*:key\//.test(arn)),
  };
}

type CloudTrailJsonObject = Readonly<Record<string, JsonValue>>;

/** CloudTrail writes JSON. Of a text that was cut off, what there is of it is read. */
function parseRecordJson(text: string): JsonValue | undefined {
  const { root } = JSON_SYNTAX.parse(text, { comments: 'allowed' });
  return root && nodeToJson(root);
}

function isCloudTrailJsonObject(value: JsonValue | undefined): value is CloudTrailJsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function objectMember(value: CloudTrailJsonObject | undefined, name: string): CloudTrailJsonObject | undefined {
  const member = value?.[name];
  return isCloudTrailJsonObject(member) ? member : undefined;
}

function stringMember(value: CloudTrailJsonObject | undefined, name: string): string | undefined {
  const member = value?.[name];
  return typeof member === 'string' && member !== '' ? member : undefined;
}
