import { chromium, type Browser } from 'playwright-core';
import { findChromium } from './system-packages';

const SWITCHES = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync', '--disable-dev-shm-usage'];

/** A headless Chromium that asks nothing of the network. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = await findChromium();
  // Chromium's sandbox refuses to run as root.
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? [...SWITCHES, '--no-sandbox'] : SWITCHES });
}
