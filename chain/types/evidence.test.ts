import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fromHex, toHex } from '../encoding/bytes.ts';
import { evidenceBytes, evidenceCodec, evidenceHash, evidenceHeight, evidenceListHash, hasEvidence, validateEvidence } from './evidence.ts';
import { jEvidence } from './json/block.ts';
import { fromJson } from './json/json-codec.ts';
import type { ValidatorSet } from './validator-set.ts';

const f = JSON.parse(readFileSync(new URL('fixtures/light-client-attack.json', import.meta.url), 'utf8'));

test('a light client attack made by CometBFT: bytes, hash and JSON', () => {
  const e = fromJson(jEvidence, f.evidence);
  if (e.case !== 'lightClientAttack') throw new Error('another kind');
  validateEvidence(e);
  expect(toHex(evidenceBytes(e))).toBe(f.bytes);
  expect(toHex(evidenceHash(e))).toBe(f.hash);
  expect(toHex(evidenceListHash([e]))).toBe(f.list_hash);
  expect(toHex(evidenceCodec.encode(evidenceCodec.decode(fromHex(f.evidence_oneof_proto))))).toBe(f.evidence_oneof_proto);
  expect(toHex((e.value.conflictingBlock.validatorSet as ValidatorSet).proposerPriorityHash())).toBe(f.priority_hash);
  expect(jEvidence.to(e)).toEqual(f.evidence);
  expect(evidenceHeight(e)).toBe(12n);
});

test('an attack that contradicts itself is refused', () => {
  const e = evidenceCodec.decode(fromHex(f.evidence_oneof_proto));
  if (e.case !== 'lightClientAttack') throw new Error('another kind');
  const bad: [Partial<typeof e.value>, RegExp][] = [
    [{ totalVotingPower: 0n }, /total voting power/],
    [{ commonHeight: 0n }, /common height/],
    [{ commonHeight: 18n }, /ahead of the conflicting/],
    [
      {
        conflictingBlock: {
          ...e.value.conflictingBlock,
          signedHeader: { ...e.value.conflictingBlock.signedHeader, header: { ...e.value.conflictingBlock.signedHeader.header, height: 18n } },
        },
      },
      /height mismatch/,
    ],
  ];
  for (const [part, why] of bad) expect(() => validateEvidence({ case: e.case, value: { ...e.value, ...part } })).toThrow(why);
  // The hash leaves the signatures out, so that one attack is not entered in many forms.
  const { signedHeader } = e.value.conflictingBlock;
  const fewer = { ...signedHeader, commit: { ...signedHeader.commit, signatures: signedHeader.commit.signatures.slice(1) } };
  const other = { case: e.case, value: { ...e.value, conflictingBlock: { ...e.value.conflictingBlock, signedHeader: fewer } } };
  expect(hasEvidence([e], other)).toBe(true);
});

test('evidence of an unknown kind does not decode', () => {
  expect(() => evidenceCodec.decode(new Uint8Array(0))).toThrow(/not recognized/);
});
