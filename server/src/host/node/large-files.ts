import { getHeapStatistics } from 'node:v8';
import { isAwsOutput } from '../../core/index';
import { isLargerThan, largerThanPhrase, utf8Size, type HostFiles } from '../host';
import { BEGINNING_LENGTH, type SizeLimit } from './read-file';

const MIB = 1024 * 1024;
/** Output of the AWS CLI about a whole account is read up to this size, whatever the limit for other files is. */
const MAX_AWS_OUTPUT_BYTES = 64 * MIB;
/** What somebody names by itself. A string of V8 has room for twice as much. */
const MAX_NAMED_FILE_BYTES = 256 * MIB;

/**
 * The limit of several files that are read together: larger for what begins like output of the AWS CLI, where the memory is enough for all
 * of them. A file that has more than its size says keeps the usual limit: how much memory it takes cannot be told.
 */
export function awsOutputLimit(maxBytes: number): SizeLimit {
  let promised = 0;
  return ({ size, readBeginning }) => {
    if (size <= maxBytes || size > MAX_AWS_OUTPUT_BYTES) return maxBytes;
    return readBeginning().then((beginning) => {
      if (beginning === undefined || !isAwsOutput(beginning)) return maxBytes;
      const why = reasonMemoryInsufficient(size, beginning, promised);
      if (why !== undefined) return { kind: 'left-out', why };
      promised += estimatedHeapBytes(size, beginning);
      return MAX_AWS_OUTPUT_BYTES;
    });
  };
}

/** The limit of a file that is named by itself. */
export const namedFileLimit: SizeLimit = async ({ size, readBeginning }) => {
  const beginning = size <= MAX_NAMED_FILE_BYTES ? await readBeginning() : undefined;
  const why = beginning === undefined ? undefined : reasonMemoryInsufficient(size, beginning, 0);
  return why === undefined ? MAX_NAMED_FILE_BYTES : { kind: 'left-out', why };
};

export const reasonTooLarge: HostFiles['reasonTooLarge'] = (text, maxBytes, isJudged) => {
  if (!isLargerThan(text, maxBytes)) return undefined;
  const beginning = text.slice(0, BEGINNING_LENGTH);
  if (!isAwsOutput(beginning) || isLargerThan(text, MAX_AWS_OUTPUT_BYTES)) return largerThanPhrase(maxBytes);
  return isJudged() ? undefined : reasonMemoryInsufficient(utf8Size(text), beginning, 0);
};

/**
 * About how many bytes of memory it takes to check a file: measured on `get-account-authorization-details` of roles with one short policy
 * each, the densest there is. The AWS CLI indents its output, so that much of it is blanks.
 */
function estimatedHeapBytes(size: number, beginning: string): number {
  const blanks = beginning.length - beginning.replace(/\n +/g, '').length;
  return size * (blanks * 4 > beginning.length ? 16 : 36);
}

/**
 * Running out of memory would end the process without a word about the reason.
 *
 * @param promised bytes that other files are going to take
 */
function reasonMemoryInsufficient(size: number, beginning: string, promised: number): string | undefined {
  const { heap_size_limit: limit, used_heap_size } = getHeapStatistics();
  const usedBytes = used_heap_size + promised;
  const neededBytes = estimatedHeapBytes(size, beginning);
  if (usedBytes + neededBytes <= limit) return undefined;
  const enough = Math.ceil((usedBytes + neededBytes) / MIB / 1024) * 1024;
  return `its ${toMebibytes(size)} MiB take about ${toMebibytes(neededBytes)} MiB of memory, and Node.js may use `
    + `${toMebibytes(limit - usedBytes)} MiB; set the environment variable NODE_OPTIONS=--max-old-space-size=${enough}`;
}

function toMebibytes(bytes: number): number {
  return Math.ceil(bytes / MIB);
}
