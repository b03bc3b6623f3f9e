import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cached } from '../../vscode/host/cache';
import { onPath, program } from '../../vscode/host/program';
import { installPackages } from '../../vscode/host/system-packages';

/** Texts as HashiCorp's formatter leaves them. */
export type TerraformFormatter = (texts: readonly string[]) => readonly string[];

/** What Debian's package golang-github-hashicorp-hcl-v2-dev has. */
const HCLWRITE = '/usr/share/gocode/src/github.com/hashicorp/hcl/v2/hclwrite';
const SOURCE = path.join(__dirname, 'main.go');

/**
 * `hclwrite.Format` where Go and the library are installed, `terraform fmt` where there is a Terraform. Else both packages are installed in
 * CI, which takes about a minute; where that is not possible either, there is no formatter, and recorded texts have to do.
 */
export async function findTerraformFormatter(): Promise<TerraformFormatter | undefined> {
  if (onPath('go') === undefined || !existsSync(HCLWRITE)) {
    if (onPath('terraform') !== undefined) return formatWithTerraform;
    if (process.env['CI'] === undefined || !await installed(['golang-go', 'golang-github-hashicorp-hcl-v2-dev'])) return undefined;
  }
  const version = createHash('sha256').update(readFileSync(SOURCE)).digest('hex').slice(0, 12);
  const folder = await cached(`hclwrite-${version}`, async (target) => {
    const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOCACHE: path.join(target, 'go'), GOFLAGS: '' };
    await program('go', ['build', '-o', path.join(target, 'format'), SOURCE], { env });
    rmSync(path.join(target, 'go'), { recursive: true, force: true });
  });
  return (texts) => JSON.parse(execFileSync(path.join(folder, 'format'),
    { input: JSON.stringify(texts), maxBuffer: 2 ** 28 }).toString()) as readonly string[];
}

async function installed(packages: readonly string[]): Promise<boolean> {
  try {
    await installPackages(packages, `${packages.join(', ')} to compare with HashiCorp's formatter`);
    return true;
  } catch (error) {
    console.log(`${packages.join(', ')}: not installed (${error instanceof Error ? error.message.split('\n')[0] ?? '' : ''})`);
    return false;
  }
}

function formatWithTerraform(texts: readonly string[]): readonly string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'kms-handshake-format-'));
  const files = texts.map((_, index) => path.join(folder, `${index}.tf`));
  files.forEach((file, index) => writeFileSync(file, texts[index] ?? ''));
  execFileSync('terraform', ['fmt', '-list=false', folder], { env: { ...process.env, TF_CLI_CONFIG_FILE: '/dev/null' } });
  const formatted = files.map((file) => readFileSync(file, 'utf8'));
  rmSync(folder, { recursive: true, force: true });
  return formatted;
}
