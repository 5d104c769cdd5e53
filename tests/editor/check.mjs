// Shows in a real editor's language server what the schemas do: completion, marks, help texts.
//
//   node tests/editor/check.mjs FOLDER SERVER
//
// FOLDER is a repository in which `permctl schema --write` has run; SERVER is the program of the YAML language server.
// What the server answers is printed; the exit code is 1 where it is not as it should be.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, program] = process.argv.slice(2).map((path) => resolve(path));
const settings = JSON.parse(readFileSync(join(folder, '.vscode/settings.json'), 'utf8'));
const yaml = { schemas: settings['yaml.schemas'], validate: true, completion: true, hover: true, schemaStore: { enable: false } };
const server = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });

let buffer = Buffer.alloc(0);
let last = 0;
const waiting = new Map();
const marks = new Map();

function send(message) {
  const body = JSON.stringify({ jsonrpc: '2.0', ...message });
  server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

function ask(method, params) {
  const id = ++last;
  send({ id, method, params });
  return new Promise((done) => waiting.set(id, done));
}

function answer({ id, method, params }) {
  const configured = () => params.items.map(({ section }) => (section === 'yaml' ? yaml : {}));
  send({ id, result: method === 'workspace/configuration' ? configured() : null });
}

server.stdout.on('data', (data) => {
  buffer = Buffer.concat([buffer, data]);
  for (;;) {
    const end = buffer.indexOf('\r\n\r\n');
    const length = end < 0 ? null : Number(/Content-Length: (\d+)/.exec(buffer.subarray(0, end))[1]);
    if (length === null || buffer.length < end + 4 + length) return;
    const message = JSON.parse(buffer.subarray(end + 4, end + 4 + length));
    buffer = buffer.subarray(end + 4 + length);
    if (message.method && message.id !== undefined) answer(message);
    else if (message.method === 'textDocument/publishDiagnostics') marks.set(message.params.uri, message.params.diagnostics);
    else if (waiting.has(message.id)) waiting.get(message.id)(message.result);
  }
});

/** Opens a file and waits until the server has looked at it. */
async function open(path, text) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  const uri = pathToFileURL(file).href;
  send({ method: 'textDocument/didOpen', params: { textDocument: { uri, languageId: 'yaml', version: 1, text } } });
  for (let tries = 0; tries < 200 && !marks.has(uri); tries += 1) await new Promise((done) => setTimeout(done, 50));
  return uri;
}

/** The place of a word in a text: behind it, or in it. */
function place(text, word, behind = true) {
  const at = text.indexOf(word) + (behind ? word.length : 1);
  const lines = text.slice(0, at).split('\n');
  return { line: lines.length - 1, character: lines.at(-1).length };
}

let failed = false;
function expect(what, found, words) {
  const text = typeof found === 'string' ? found : JSON.stringify(found);
  const right = words.every((word) => text.includes(word));
  failed ||= !right;
  console.log(`${right ? 'ok' : 'WRONG'}  ${what}\n    ${text.slice(0, 400)}`);
}

const root = pathToFileURL(folder).href;
await ask('initialize', {
  processId: process.pid,
  rootUri: root,
  workspaceFolders: [{ uri: root, name: 'files' }],
  capabilities: { workspace: { configuration: true, workspaceFolders: true }, textDocument: { hover: { contentFormat: ['markdown'] } } },
});
send({ method: 'initialized', params: {} });
send({ method: 'workspace/didChangeConfiguration', params: { settings: { yaml } } });

// The second document of a file in a subfolder, where a line at the top of a file would not reach.
const text = `profile: First
settings: {market: true}
---
profile: Second
settings:
  callsAccess:
    permissionLevel: managers-team
  downloadCallMedia: true
  exportCallz: true
  deals: {value: true, until: 2027-03-31, reason: audit}
  
`;
const profiles = await open('profiles/emea/sub/folder/two.yaml', text);
const messages = marks.get(profiles).map((mark) => `line ${mark.range.start.line + 1}: ${mark.message}`);
expect('a typing error is marked, and nothing else', messages, ['line 9', 'exportCallz']);
if (messages.length !== 1) failed = true;
const labels = async (uri, position) => {
  const list = await ask('textDocument/completion', { textDocument: { uri }, position });
  return (list.items ?? list).map((item) => item.label);
};
expect('settings are completed', await labels(profiles, place(text, 'reason: audit}\n  ')), ['deleteCalls', 'callsAndSearch', 'libraryFolderAccess']);
expect('levels are completed', await labels(profiles, place(text, 'permissionLevel: ')), ['report-to-them', 'managers-team']);
const hover = await ask('textDocument/hover', { textDocument: { uri: profiles }, position: place(text, 'downloadCallMedia', false) });
expect('a setting has its help text', hover.contents.value, ['save the recording of a call']);

const base = 'base: quiet\nprovider: webex\nsettings:\n  permissionAccessLevel: SPECIFC\n';
const bases = await open('profiles/bases/quiet.yaml', base);
expect('a level of a base is marked by its vendor', marks.get(bases).map((mark) => mark.message), ['SPECIFIC']);

const config = 'version: 1\ntenants:\n  acme:\n    provider: gong\n    endpont: sandbox\n    workspaces: {emea: {name: EMEA}}\n';
const configured = await open('permctl.yaml', config);
expect('a key of permctl.yaml is marked', marks.get(configured).map((mark) => mark.message), ['endpont']);
server.kill();
process.exit(failed ? 1 : 0);
