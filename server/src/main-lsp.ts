/** Entry of dist/server.js; placeholder until the server is wired. */
process.stderr.write('kms-handshake: the language server is not built in yet\n');
