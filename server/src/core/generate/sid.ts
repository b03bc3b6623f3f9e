/** The Sid, with a number behind it when the policy has it already; the result counts as taken from then on. */
export function uniqueSid(sid: string, taken: Set<string>): string {
  const separator = sid.includes(' ') ? ' ' : '';
  let free = sid;
  for (let number = 2; taken.has(free); number++) free = `${sid}${separator}${number}`;
  taken.add(free);
  return free;
}
