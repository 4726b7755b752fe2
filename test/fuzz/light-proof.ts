// Proofs of a store's values and absences, mutated: what is accepted is what the store holds, and everything else is a LightError.
import { bytesEqual, utf8 } from '../../chain/encoding/bytes.ts';
import { installNative } from '../../chain/native/install.ts';
import { openCommitMultiStore } from '../../chain/store/multistore.ts';
import { LightError } from '../../lightclient/errors.ts';
import { provenValue } from '../../lightclient/proofs/state.ts';
import type { StateAnswer } from '../../lightclient/provider.ts';
import type { FuzzTarget } from './target.ts';

installNative(() => {});
const KEYS = 12;
const key = (i: number): Uint8Array => utf8(`key ${i}`);
const held = new Map<string, Uint8Array>();

async function state() {
  const store = await openCommitMultiStore({ mode: 'custom', stores: ['bank', 'gov'] });
  for (let i = 0; i < KEYS; i += 2) {
    store.kvStore('bank').set(key(i), utf8(`value ${i}`));
    held.set(`key ${i}`, utf8(`value ${i}`));
  }
  store.kvStore('gov').set(Uint8Array.of(1), Uint8Array.of(1));
  const { appHash, height } = await store.commit();
  const answers = Array.from({ length: KEYS }, (_, i): StateAnswer => {
    const { value, ops } = store.query('bank', key(i), height, true);
    return { height, value: value ?? new Uint8Array(0), ops };
  });
  return { appHash, answers };
}

const ready = state();

/** Which answer, which of its parts, then the part: so that mutation reaches every byte. */
function changed(answers: readonly StateAnswer[], input: Uint8Array): { readonly i: number; readonly answer: StateAnswer } {
  const i = (input[0] ?? 0) % KEYS;
  const a = answers[i] as StateAnswer;
  const part = (input[1] ?? 0) % 3;
  const rest = input.slice(2);
  if (part === 0) return { i, answer: { ...a, value: rest } };
  return { i, answer: { ...a, ops: a.ops.map((op, n) => (n === part - 1 ? { ...op, data: rest } : op)) } };
}

export const target: FuzzTarget = {
  name: 'light-proof',
  async corpus() {
    const { answers } = await ready;
    return answers.flatMap((a, i) => [Uint8Array.from([i, 0, ...a.value]), ...a.ops.map((op, n) => Uint8Array.from([i, n + 1, ...op.data]))]);
  },
  async run(input) {
    const { appHash, answers } = await ready;
    const { i, answer } = changed(answers, input);
    let value: Uint8Array | undefined;
    try {
      value = provenValue(answer, 'bank', key(i), appHash);
    } catch (e) {
      if (e instanceof LightError) return;
      throw e;
    }
    const want = held.get(`key ${i}`);
    if (value === undefined ? want !== undefined : want === undefined || !bytesEqual(value, want)) throw new Error(`a wrong value of key ${i} was proven`);
  },
};
