import type { Target, UseCaseItem } from './generate';

/** Who is to do what with a key that has no policy yet. */
export interface NewKeyPolicyParams {
  /** The account of the key, 12 digits; or the `owner` of one of the `templates` to choose from, whose stack then has the key. */
  readonly owner: string;
  /** ARNs of users and roles of the owner who manage the key. */
  readonly administrators?: readonly string[];
  /** Users and roles of the owner, other accounts, users and roles of those. */
  readonly users?: readonly Target[];
  /** `id`s of use cases; with none the KMS API itself. */
  readonly useCases?: readonly string[];
  /** The key's Region, for use cases that ask for it. */
  readonly region?: string;
}

/** What the workspace knows to choose from. */
export interface NewKeyPolicyChoices {
  /** Those that own keys first. */
  readonly accounts: readonly { readonly id: string; readonly name: string }[];
  /** Users and roles; `label` is `role/App`. */
  readonly identities: readonly { readonly arn: string; readonly label: string; readonly account: string; readonly accountName: string }[];
  readonly useCases: readonly NewKeyUseCase[];
  readonly regions: readonly { readonly region: string; readonly name: string }[];
  /** Templates that can get the key as a resource: the open one, if any, and a new one. */
  readonly templates: readonly NewKeyTemplate[];
  /** Regular expressions for what is typed in place of a choice: accounts, users and roles, both, Regions. */
  readonly patterns: { readonly account: string; readonly identity: string; readonly target: string; readonly region: string };
}

/** What the workspace is asked for. */
export interface NewKeyPolicyChoicesParams {
  /** URI of the document in the active editor. */
  readonly activeUri?: string;
}

export interface NewKeyTemplate {
  /** Stands for the account of its stack. */
  readonly owner: string;
  /** The name of the file. */
  readonly label: string;
  /** It is not there yet. */
  readonly isNew: boolean;
}

export interface NewKeyUseCase extends UseCaseItem {
  /** A service has the key's Region in its name. */
  readonly asksRegion: boolean;
}
