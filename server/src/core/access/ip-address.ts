import type { MatchResult } from './pattern-matching';

/** Whether an IP address lies in a CIDR range, or is the address given in its place; `unknown` when either is malformed. */
export function compareAddress(range: string, address: string): MatchResult {
  const [network = '', length] = range.split('/');
  const networkBits = bitsOf(network);
  const addressBits = bitsOf(address);
  if (!networkBits || !addressBits) return 'unknown';
  if (networkBits.length !== addressBits.length) return 'no';
  const prefix = length === undefined ? networkBits.length : Number(length);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > networkBits.length) return 'unknown';
  return networkBits.slice(0, prefix) === addressBits.slice(0, prefix) ? 'yes' : 'no';
}

function bitsOf(address: string): string | undefined {
  return address.includes(':') ? bitsOfV6(address) : bitsOfV4(address);
}

function bitsOfV4(address: string): string | undefined {
  const parts = address.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255)) return undefined;
  return parts.map((part) => Number(part).toString(2).padStart(8, '0')).join('');
}

function bitsOfV6(address: string): string | undefined {
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...new Array<string>(missing).fill('0'), ...tail];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return groups.map((group) => parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}
