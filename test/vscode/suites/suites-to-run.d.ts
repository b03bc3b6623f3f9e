/** Written by host/bundle-suites: loads every suite of this folder. */
declare module 'suites-to-run' {
  export function load(): void;
}
