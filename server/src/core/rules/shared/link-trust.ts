import type { Link } from '../../linking/entities';
import type { Finding } from './finding';
import { confirmLinkFixes } from './link-fixes';

/**
 * What rests on a link that nobody declared, no output said and no path told is a warning at most, says so, and offers to
 * confirm the link.
 */
export function capSeverityByLinks(finding: Finding, links: readonly Link[]): Finding {
  const weak = links.filter((link) => !link.certain);
  if (weak.length === 0) return finding;
  const says = [...new Set(weak.map((link) => link.says))].join('; ');
  return {
    ...finding,
    severity: finding.severity === 'error' ? 'warning' : finding.severity,
    message: `${finding.message} This depends on a link that is not declared: ${says}.`,
    fixes: (world) => [...finding.fixes(world), ...confirmLinkFixes(world, weak)],
  };
}
