// A node's RPC with nothing behind it but a file of light blocks: what both clients ask over loopback. Arguments: file, port.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { jSignedHeader, jValidator } from '../../../chain/types/json/validators.ts';
import { lightBlockCodec } from '../../../chain/types/light-block-codec.ts';

const [file, port] = process.argv.slice(2) as [string, string];
const bytes = readFileSync(file);
const commits: string[] = [];
const validators: string[] = [];
for (let at = 0; at < bytes.length; ) {
  const n = bytes.readUInt32BE(at);
  const b = lightBlockCodec.decode(bytes.subarray(at + 4, at + 4 + n));
  at += 4 + n;
  const { height } = b.signedHeader.header;
  const reply = (result: object): string => JSON.stringify({ jsonrpc: '2.0', id: -1, result });
  commits[Number(height)] = reply({ signed_header: jSignedHeader.to(b.signedHeader), canonical: true });
  const list = b.validatorSet.validators.map((v) => jValidator.to(v));
  validators[Number(height)] = reply({ block_height: String(height), validators: list, count: String(list.length), total: String(list.length) });
}

const answer = (method: string, height: number): string | undefined => (method === 'commit' ? commits : validators)[height === 0 ? commits.length - 1 : height];

createServer((req, res) => {
  const parts: Buffer[] = [];
  req.on('data', (b: Buffer) => parts.push(b));
  req.on('end', () => {
    let body: string | undefined;
    if (req.method === 'POST') {
      const { id, method, params } = JSON.parse(Buffer.concat(parts).toString()) as { id: unknown; method: string; params: { height?: string | number } };
      body = answer(method, Number(params.height ?? 0))?.replace('"id":-1', `"id":${JSON.stringify(id)}`);
    } else {
      const url = new URL(req.url ?? '/', 'http://localhost');
      body = answer(url.pathname.slice(1), Number(url.searchParams.get('height') ?? 0));
    }
    res.setHeader('content-type', 'application/json');
    res.end(body ?? '{"jsonrpc":"2.0","id":-1,"error":{"code":-32603,"message":"Internal error","data":"not found"}}');
  });
}).listen(Number(port), '127.0.0.1', () => console.log('ready'));
