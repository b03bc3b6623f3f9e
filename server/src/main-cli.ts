/** Entry of dist/cli.js; placeholder until the command line is wired. */
process.stderr.write('kms-handshake: the command line is not built in yet\n');
