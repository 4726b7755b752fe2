// A client over a history whose validators change: what updates it, what is refused with which code, what freezes it, what is pruned.
import { expect, test } from 'vitest';
import { blockInfo, Context } from '../../../../chain/core/context.ts';
import { SdkError } from '../../../../chain/core/errors.ts';
import { MemoryStores } from '../../../../chain/core/testing/memory-stores.ts';
import { embed, message, optional } from '../../../../chain/encoding/codec.ts';
import { installNative } from '../../../../chain/native/install.ts';
import type { LightBlock } from '../../../../chain/types/light-block.ts';
import { signedHeaderCodec } from '../../../../chain/types/light-block-codec.ts';
import { validatorListCodec } from '../../../../chain/types/validator-set-codec.ts';
import { fork, type History, makeHistory, SECOND, START } from '../../../../lightclient/testing/chain.ts';
import type { Any } from '../../../../proto/gen/google/protobuf.ts';
import { Height } from '../../../../proto/gen/ibc/core/client/v1.ts';
import { ClientState, ConsensusState, Misbehaviour } from '../../../../proto/gen/ibc/lightclients/tendermint/v1.ts';
import { HEADER_URL, MISBEHAVIOUR_URL } from './client-messages.ts';
import { TendermintStore } from './client-store.ts';
import { tendermintModule as m } from './light-client-module.ts';

installNative(() => {});
const ID = 'go-1';
const CLIENT = '07-tendermint-0';
const at = (n: number): Height => ({ revisionNumber: 1n, revisionHeight: BigInt(n) });
/** Another validator of four every ten heights. */
const powers = (h: number) => Object.fromEntries([0, 1, 2, 3].map((i) => [i + Math.floor(h / 10), 10n]));
const history = makeHistory(ID, 40, powers);
const block = (h: History, n: number): LightBlock => h.blocks[n - 1] as LightBlock;

const headerCodec = message('ibc.lightclients.tendermint.v1.Header', {
  signedHeader: optional(1, signedHeaderCodec),
  validatorSet: optional(2, validatorListCodec),
  trustedHeight: embed(3, Height),
  trustedValidators: optional(4, validatorListCodec),
});

/** `trusted`: whose next validators vouch. */
function header(to: LightBlock, trusted: number, validators = block(history, trusted + 1).validatorSet): Uint8Array {
  return headerCodec.encode({ signedHeader: to.signedHeader, validatorSet: to.validatorSet, trustedHeight: at(trusted), trustedValidators: validators });
}
const update = (to: LightBlock, trusted: number): Any => ({ typeUrl: HEADER_URL, value: header(to, trusted) });

function consensusOf({ signedHeader: { header: h } }: LightBlock): Uint8Array {
  return ConsensusState.encode({ timestamp: h.time, root: { hash: h.appHash }, nextValidatorsHash: h.nextValidatorsHash });
}

function client(trustingPeriod = 1000n * SECOND) {
  const stores = new MemoryStores();
  const ctxAt = (seconds: bigint, height = 7n): Context =>
    new Context({ block: blockInfo('trellis-1', { height, time: START + seconds * SECOND }), mode: 'finalize', stores });
  const state: ClientState = {
    ...ClientState.zero(),
    chainId: ID,
    trustLevel: { numerator: 1n, denominator: 3n },
    trustingPeriod,
    unbondingPeriod: 2000n * SECOND,
    maxClockDrift: 10n * SECOND,
    latestHeight: at(5),
    proofSpecs: [{ leafSpec: undefined, innerSpec: undefined, maxDepth: 0, minDepth: 0, prehashKeyBeforeComparison: false }],
  };
  m.initialize(ctxAt(50n), CLIENT, ClientState.encode(state), consensusOf(block(history, 5)));
  const apply = (ctx: Context, any: Any): string => {
    try {
      m.verifyClientMessage(ctx, CLIENT, any);
    } catch (e) {
      if (!(e instanceof SdkError)) throw e;
      return `${e.codespace} ${e.code}`;
    }
    if (m.checkForMisbehaviour(ctx, CLIENT, any)) {
      m.updateStateOnMisbehaviour(ctx, CLIENT);
      return 'frozen';
    }
    return m
      .updateState(ctx, CLIENT, any)
      .map((h) => h.revisionHeight)
      .join();
  };
  return { ctxAt, apply, store: (ctx: Context) => new TendermintStore(ctx, CLIENT) };
}

test('headers in order and out of order, each with its consensus state and when it came', () => {
  const c = client();
  const ctx = c.ctxAt(60n, 9n);
  expect(m.status(ctx, CLIENT)).toBe('Active');
  expect(c.apply(ctx, update(block(history, 15), 5))).toBe('15');
  expect(m.latestHeight(ctx, CLIENT)).toEqual(at(15));
  expect(c.apply(ctx, update(block(history, 9), 5))).toBe('9');
  expect(m.latestHeight(ctx, CLIENT)).toEqual(at(15));
  expect(c.apply(ctx, update(block(history, 9), 5))).toBe('9');
  expect(m.timestampAtHeight(ctx, CLIENT, at(9))).toBe(block(history, 9).signedHeader.header.time);
  expect([c.store(ctx).processedTime(at(9)), c.store(ctx).processedHeight(at(9))]).toEqual([ctx.time, { revisionNumber: 1n, revisionHeight: 9n }]);
});

test('refusals, with the codes of the reference', () => {
  const c = client();
  const ctx = c.ctxAt(60n);
  const refused = (any: Any): string => c.apply(ctx, any);
  expect(refused(update(block(history, 15), 6))).toBe('client 7');
  expect(refused({ typeUrl: HEADER_URL, value: header(block(history, 15), 5, block(history, 12).validatorSet) })).toBe('07-tendermint 14');
  expect(refused(update(block(history, 4), 5))).toBe('07-tendermint 5');
  // Of four validators that are trusted, none is left.
  expect(refused(update(block(history, 40), 5))).toBe('undefined 1');
  expect(refused({ typeUrl: HEADER_URL, value: Uint8Array.of(255) })).toBe('undefined 1');
  expect(refused({ typeUrl: '/other', value: new Uint8Array(0) })).toBe('client 10');
  const other = makeHistory('go-2', 15, powers);
  expect(refused(update(block(other, 15), 5))).toBe('07-tendermint 5');
  const { signedHeader, validatorSet } = block(history, 15);
  const signatures = signedHeader.commit.signatures.map((s) => ({ ...s, signature: new Uint8Array(64) }));
  expect(refused(update({ signedHeader: { ...signedHeader, commit: { ...signedHeader.commit, signatures } }, validatorSet }, 5))).toBe('undefined 1');
  expect(m.status(ctx, CLIENT)).toBe('Active');
});

test('a header that contradicts what is known freezes the client, and so does one out of time', () => {
  const other = fork(history, ID, 9, () => ({ header: { appHash: new Uint8Array(32).fill(9) } }));
  const c = client();
  const ctx = c.ctxAt(60n);
  expect(c.apply(ctx, update(block(history, 9), 5))).toBe('9');
  expect(c.apply(ctx, update(block(other, 9), 5))).toBe('frozen');
  expect(m.status(ctx, CLIENT)).toBe('Frozen');
  const late = fork(history, ID, 9, (h) => (h === 9 ? { header: { time: START + 12n * SECOND } } : {}));
  const d = client();
  const now = d.ctxAt(60n);
  expect(d.apply(now, update(block(history, 11), 5))).toBe('11');
  expect(d.apply(now, update(block(late, 9), 5))).toBe('frozen');
});

test('misbehaviour: two headers of one height freeze it, two that agree do not, and strangers prove nothing', () => {
  const other = fork(history, ID, 9, () => ({ header: { appHash: new Uint8Array(32).fill(9) } }));
  const shown = (a: LightBlock, b: LightBlock): Any => {
    const [header1, header2] = [a, b].map((x) => header(x, 5));
    const parts = { clientId: CLIENT, header1: undefined, header2: undefined };
    const field = (no: number, bytes: Uint8Array): Uint8Array => {
      const length = [
        (bytes.length & 127) | 128,
        ((bytes.length >> 7) & 127) | (bytes.length > 16_383 ? 128 : 0),
        ...(bytes.length > 16_383 ? [bytes.length >> 14] : []),
      ];
      return Uint8Array.from([(no << 3) | 2, ...length, ...bytes]);
    };
    const value = Uint8Array.from([...Misbehaviour.encode(parts), ...field(2, header1 as Uint8Array), ...field(3, header2 as Uint8Array)]);
    return { typeUrl: MISBEHAVIOUR_URL, value };
  };
  const c = client();
  const ctx = c.ctxAt(60n);
  expect(c.apply(ctx, shown(block(history, 9), block(history, 9)))).toBe('');
  expect(m.status(ctx, CLIENT)).toBe('Active');
  expect(c.apply(ctx, shown(block(history, 9), block(other, 9)))).toBe('frozen');
  expect(m.status(ctx, CLIENT)).toBe('Frozen');
  expect(client().apply(ctx, shown(block(history, 9), block(history, 12)))).toBe('client 13');
});

test('it expires, and expired consensus states go with updates', () => {
  const c = client(20n * SECOND);
  const soon = c.ctxAt(20n);
  expect(c.apply(soon, update(block(history, 15), 5))).toBe('15');
  const later = c.ctxAt(27n);
  expect(c.store(later).consensusState(at(5))).toBeDefined();
  expect(c.apply(later, update(block(history, 18), 15))).toBe('18');
  expect(c.store(later).consensusState(at(5))).toBeUndefined();
  expect(m.status(c.ctxAt(37n), CLIENT)).toBe('Active');
  expect(m.status(c.ctxAt(38n), CLIENT)).toBe('Expired');
  expect(m.status(later, '07-tendermint-9')).toBe('Unknown');
});
