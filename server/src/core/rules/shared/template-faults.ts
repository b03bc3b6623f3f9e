import type { DiscoveredPolicy } from '../../discovery/discovery-result';
import { locationInFile } from '../../discovery/discovery-result';
import type { FileDiscovery } from '../../discovery/read-file';
import type { TemplateFault } from '../../discovery/template-fault';
import { spanContains, type Span } from '../../text/span';
import { isKmsPolicy } from './kms-statements';

type FaultOfKind<Kind extends TemplateFault['kind']> = Extract<TemplateFault, { readonly kind: Kind }>;

/** The faults of one kind in key policies and in identity policies that concern KMS, and outside of policies in a template that has one. */
export function templateFaultsOfKind<Kind extends TemplateFault['kind']>({ templateFaults, policies }: FileDiscovery,
  kind: Kind): readonly FaultOfKind<Kind>[] {
  const kmsPolicies = policies.filter(({ policy }) => isKmsPolicy(policy));
  return [...kmsPolicies.length > 0 ? templateFaults : [], ...kmsPolicies.flatMap((policy) => policy.templateFaults ?? [])]
    .filter((fault): fault is FaultOfKind<Kind> => fault.kind === kind);
}

/** Whether the value contains a reference that is plain text without `Fn::Sub`: all that is wrong with it may follow from that. */
export function hasReferenceAsText(policy: DiscoveredPolicy, valueSpan: Span): boolean {
  return policy.templateFaults?.some(({ kind, at }) =>
    kind === 'sub-missing' && spanContains(locationInFile(policy, valueSpan).span, at.span)) === true;
}
