// What `cold-check` is compared with: a process that lists a folder's JSON files, reads and parses each with jsonc-parser, and does nothing else.
const fs = require('node:fs');
const path = require('node:path');
const { parseTree } = require('jsonc-parser');

/** @param {string} folder */
function walk(folder) {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) walk(full);
    else if (entry.name.endsWith('.json')) parseTree(fs.readFileSync(full, 'utf8'));
  }
}

walk(process.argv[2] ?? '.');
