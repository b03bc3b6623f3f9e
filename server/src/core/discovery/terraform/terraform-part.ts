import { isStringNode } from '../../syntax/tree';
import { canonicalNode } from '../../syntax/hcl/canonical-tree';
import { resolvePath, type PlainUri } from '../../text/uri-path';
import { hasInlinePolicy, policyArgumentOf } from './policy-uses';
import { attributeIn, blocksIn, readTerraformFile, type TerraformFile } from './terraform-file';

/** What a file of Terraform contributes to its directory: all of it. */
export interface TerraformPart {
  readonly kind: 'terraform';
  /** Directories whose files say something about the modules that the file calls. */
  readonly calledDirectories: readonly PlainUri[];
  readonly mentionsKms: boolean;
  /** Parsed when it is needed: most directories have nothing to do with KMS. */
  readonly file: () => TerraformFile;
  /** All of it that other files can depend on: not the policies in it that no other resource can have. */
  readonly fingerprint: string;
}

const KMS_WORDS = /kms|\bactions?"?[ \t]{0,40}[=:]\s{0,40}(?:\[\s{0,40})?"\*"/i;

/** Whether a text may contain a policy that concerns KMS, or a key. */
export function mayHoldKmsPolicy(text: string): boolean {
  return KMS_WORDS.test(text);
}

/** @param file the same file, where it is parsed already */
export function terraformPartOf(uri: string, text: string, file?: TerraformFile): TerraformPart {
  let parsedFile = file;
  const parse = (): TerraformFile => (parsedFile ??= readTerraformFile(uri, text));
  const mentionsKms = mayHoldKmsPolicy(text);
  return {
    kind: 'terraform', mentionsKms, file: parse, fingerprint: mentionsKms ? fingerprintOf(parse()) : text,
    calledDirectories: LOCAL_SOURCE.test(text) ? calledDirectoriesIn(parse()) : [],
  };
}

const LOCAL_SOURCE = /\bsource\s{0,40}=\s{0,40}"\.{1,2}\//;

function calledDirectoriesIn({ body, text, directory }: TerraformFile): readonly PlainUri[] {
  return blocksIn(body).filter(({ type }) => type === 'module').flatMap((block) => {
    const source = attributeIn(block.body, 'source')?.value;
    const node = source && canonicalNode(source, text);
    return isStringNode(node) && /^\.{1,2}\//.test(node.value) ? resolvePath(directory, node.value) : [];
  });
}

function fingerprintOf({ body, text }: TerraformFile): string {
  let fingerprint = '';
  let end = 0;
  for (const block of blocksIn(body)) {
    const argument = block.type === 'resource' ? policyArgumentOf(block.labels[0]?.value ?? '') : undefined;
    const policy = argument === undefined ? undefined : attributeIn(block.body, argument)?.value;
    if (!policy || !hasInlinePolicy(policy)) continue;
    fingerprint += text.slice(end, policy.span.start);
    ({ end } = policy.span);
  }
  return fingerprint + text.slice(end);
}
