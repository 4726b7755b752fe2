import { expect, test } from 'vitest';
import { toHex, utf8 } from '../encoding/bytes.ts';
import { MerlinTranscript } from './merlin.ts';

// Vectors of the Rust implementation (merlin, transcript.rs).
test('a simple transcript', () => {
  const t = new MerlinTranscript('test protocol');
  t.append('some label', utf8('some data'));
  expect(toHex(t.challenge('challenge', 32))).toBe('d5a21972d0d5fe320c0d263fac7fffb8145aa640af6e9bca177c03c7efcf0615');
});

test('challenges go back in, messages are longer than a block', () => {
  const t = new MerlinTranscript('test protocol');
  t.append('step1', utf8('some data'));
  const data = new Uint8Array(1024).fill(99);
  let challenge = new Uint8Array(0);
  for (let i = 0; i < 32; i++) {
    challenge = t.challenge('challenge', 32) as Uint8Array<ArrayBuffer>;
    t.append('bigdata', data);
    t.append('challengedata', challenge);
  }
  expect(toHex(challenge)).toBe('a8c933f54fae76e3f9bea93648c1308e7dfa2152dd51674ff3ca438351cf003c');
});
