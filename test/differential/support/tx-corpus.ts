// Transactions to start from, of every message that has JSON of its own here, and mutations that know protobuf: fields repeated, moved,
// dropped, unknown ones added, varints stretched, Anys nested and renamed, numbers in odd spellings. Deterministic by seed.
import { concatBytes, utf8 } from '../../../chain/encoding/bytes.ts';
import { Reader, WireError, Writer } from '../../../chain/encoding/proto-wire.ts';
import { MsgSend } from '../../../proto/gen/cosmos/bank/v1beta1.ts';
import { AuthInfo, type SignerInfo, TxBody, TxRaw } from '../../../proto/gen/cosmos/tx/v1beta1.ts';
import type { Any } from '../../../proto/gen/google/protobuf.ts';
import { fromJson, type JsonValue } from '../../../proto/json.ts';
import { findByTypeUrl, type MessageType } from '../../../proto/registry.ts';
import { mutate, type Random } from '../../fuzz/mutate.ts';

const A = 'cosmos1gqsszvul903v88g20vpj544ylwqdf4wven6zrm';
const V = 'cosmosvaloper15a2nu2qxwkzpzea8atea7rsrhf3a8xa7qgqv3h';
const COINS = [
  { denom: 'atom', amount: '5' },
  { denom: 'stake', amount: '7001' },
];
const SECP_KEY = { '@type': '/cosmos.crypto.secp256k1.PubKey', key: 'AzKrgLSiOOu1dRnJfJXFFRwkyRPFQjGIX4KVIvx8pVyT' };
const ED_KEY = { '@type': '/cosmos.crypto.ed25519.PubKey', key: 'l9MDbBtxNGEIfHP0XlXvjd0CO4bSkKCAjI6XBJJA7wo=' };
const P256_KEY = { '@type': '/cosmos.crypto.secp256r1.PubKey', key: 'A2sX0fLhLEJH+Lzm5WOkQPJ3A32BLeszoPShOUXYmMKW' };
const SEND = { '@type': '/cosmos.bank.v1beta1.MsgSend', from_address: A, to_address: A, amount: COINS };

const MESSAGES: readonly { readonly [key: string]: JsonValue }[] = [
  SEND,
  {
    '@type': '/cosmos.bank.v1beta1.MsgMultiSend',
    inputs: [{ address: A, coins: COINS }],
    outputs: [
      { address: A, coins: COINS },
      { address: A, coins: [] },
    ],
  },
  { '@type': '/cosmos.bank.v1beta1.MsgUpdateParams', authority: A, params: { send_enabled: [{ denom: 'x', enabled: true }], default_send_enabled: true } },
  { '@type': '/cosmos.bank.v1beta1.MsgSetSendEnabled', authority: A, send_enabled: [{ denom: 'stake', enabled: false }], use_default_for: ['a'] },
  { '@type': '/cosmos.auth.v1beta1.MsgUpdateParams', authority: A, params: { max_memo_characters: '256', tx_sig_limit: '7' } },
  { '@type': '/cosmos.vesting.v1beta1.MsgCreateVestingAccount', from_address: A, to_address: A, amount: COINS, end_time: '1900000000', delayed: true },
  {
    '@type': '/cosmos.vesting.v1beta1.MsgCreatePeriodicVestingAccount',
    from_address: A,
    to_address: A,
    start_time: '5',
    vesting_periods: [{ length: '10', amount: COINS }],
  },
  { '@type': '/cosmos.vesting.v1beta1.MsgCreatePermanentLockedAccount', from_address: A, to_address: A, amount: COINS },
  {
    '@type': '/cosmos.consensus.v1.MsgUpdateParams',
    authority: A,
    block: { max_bytes: '1000', max_gas: '-1' },
    evidence: { max_age_num_blocks: '1', max_age_duration: '3.5s', max_bytes: '1' },
    validator: { pub_key_types: ['ed25519'] },
  },
  { '@type': '/cosmos.authz.v1beta1.MsgExec', grantee: A, msgs: [SEND, { '@type': '/cosmos.authz.v1beta1.MsgExec', grantee: A, msgs: [SEND] }] },
  {
    '@type': '/cosmos.authz.v1beta1.MsgGrant',
    granter: A,
    grantee: A,
    grant: { authorization: { '@type': '/cosmos.bank.v1beta1.SendAuthorization', spend_limit: COINS, allow_list: [A] }, expiration: '2030-01-01T00:00:00.5Z' },
  },
  {
    '@type': '/cosmos.authz.v1beta1.MsgGrant',
    granter: A,
    grantee: A,
    grant: {
      authorization: {
        '@type': '/cosmos.staking.v1beta1.StakeAuthorization',
        max_tokens: { denom: 'stake', amount: '3' },
        allow_list: { address: [V] },
        authorization_type: 'AUTHORIZATION_TYPE_DELEGATE',
      },
    },
  },
  { '@type': '/cosmos.authz.v1beta1.MsgRevoke', granter: A, grantee: A, msg_type_url: '/cosmos.bank.v1beta1.MsgSend' },
  {
    '@type': '/cosmos.feegrant.v1beta1.MsgGrantAllowance',
    granter: A,
    grantee: A,
    allowance: {
      '@type': '/cosmos.feegrant.v1beta1.AllowedMsgAllowance',
      allowance: {
        '@type': '/cosmos.feegrant.v1beta1.PeriodicAllowance',
        basic: { spend_limit: COINS },
        period: '3600s',
        period_spend_limit: COINS,
        period_reset: '2030-01-01T00:00:00Z',
      },
      allowed_messages: ['/x'],
    },
  },
  {
    '@type': '/cosmos.staking.v1beta1.MsgCreateValidator',
    description: { moniker: 'm & <n>', details: 'é\u2028' },
    commission: { rate: '0.1', max_rate: '0.200000000000000001', max_change_rate: '0.01' },
    min_self_delegation: '1',
    delegator_address: A,
    validator_address: V,
    pubkey: ED_KEY,
    value: { denom: 'stake', amount: '100' },
  },
  {
    '@type': '/cosmos.staking.v1beta1.MsgEditValidator',
    description: { moniker: 'm' },
    validator_address: V,
    commission_rate: '0.5',
    min_self_delegation: '7',
  },
  { '@type': '/cosmos.staking.v1beta1.MsgEditValidator', description: { moniker: '[do-not-modify]' }, validator_address: V },
  {
    '@type': '/cosmos.staking.v1beta1.MsgBeginRedelegate',
    delegator_address: A,
    validator_src_address: V,
    validator_dst_address: V,
    amount: { denom: 'stake', amount: '1' },
  },
  { '@type': '/cosmos.distribution.v1beta1.MsgFundCommunityPool', amount: COINS, depositor: A },
  {
    '@type': '/cosmos.gov.v1.MsgSubmitProposal',
    messages: [SEND],
    initial_deposit: COINS,
    proposer: A,
    metadata: 'm',
    title: 't',
    summary: 's',
    expedited: true,
  },
  {
    '@type': '/cosmos.gov.v1beta1.MsgSubmitProposal',
    content: { '@type': '/cosmos.gov.v1beta1.TextProposal', title: 't', description: 'd' },
    initial_deposit: COINS,
    proposer: A,
  },
  {
    '@type': '/cosmos.gov.v1.MsgVoteWeighted',
    proposal_id: '3',
    voter: A,
    options: [
      { option: 'VOTE_OPTION_YES', weight: '0.7' },
      { option: 'VOTE_OPTION_NO', weight: '0.3' },
    ],
  },
  { '@type': '/cosmos.upgrade.v1beta1.MsgSoftwareUpgrade', authority: A, plan: { name: 'n', height: '9', info: 'i' } },
  {
    '@type': '/cosmos.evidence.v1beta1.MsgSubmitEvidence',
    submitter: A,
    evidence: { '@type': '/cosmos.evidence.v1beta1.Equivocation', height: '1', time: '2030-01-01T00:00:00Z', power: '1', consensus_address: 'c' },
  },
  { '@type': '/cosmos.slashing.v1beta1.MsgUnjail', validator_addr: V },
];

const KEYS: readonly { readonly [key: string]: JsonValue }[] = [
  SECP_KEY,
  ED_KEY,
  P256_KEY,
  { '@type': '/cosmos.crypto.multisig.LegacyAminoPubKey', threshold: 2, public_keys: [SECP_KEY, SECP_KEY, ED_KEY] },
];

function any(json: { readonly [key: string]: JsonValue }): Any {
  const { '@type': typeUrl, ...rest } = json;
  const type = findByTypeUrl(typeUrl as string) as MessageType;
  return { typeUrl: typeUrl as string, value: type.codec.encode(fromJson(type, rest)) };
}

function txOf(messages: readonly Any[], signers: readonly SignerInfo[], body: Partial<TxBody> = {}): Uint8Array {
  const fee = { amount: [{ denom: 'stake', amount: '200' }], gasLimit: 100_000n, payer: '', granter: '' };
  return TxRaw.encode({
    bodyBytes: TxBody.encode(TxBody.from({ messages, memo: 'hello & <memo> é', ...body })),
    authInfoBytes: AuthInfo.encode(AuthInfo.from({ signerInfos: signers, fee })),
    signatures: signers.map(() => new Uint8Array(64)),
  });
}

const MULTI: SignerInfo['modeInfo'] = {
  sum: {
    case: 'multi',
    value: {
      bitarray: { extraBitsStored: 3, elems: Uint8Array.of(0xa0) },
      modeInfos: [{ sum: { case: 'single', value: { mode: 127 } } }, { sum: { case: 'single', value: { mode: 1 } } }],
    },
  },
};

export function txCorpus(): Uint8Array[] {
  const signer = (key: (typeof KEYS)[number], i: number): SignerInfo => ({
    publicKey: any(key),
    modeInfo: i === 3 ? MULTI : { sum: { case: 'single', value: { mode: i === 0 ? 1 : 127 } } },
    sequence: BigInt(i),
  });
  const one = [signer(KEYS[0] as (typeof KEYS)[number], 0)];
  return [
    ...MESSAGES.map((m) => txOf([any(m)], one)),
    ...KEYS.map((k, i) => txOf([any(SEND)], [signer(k, i)])),
    txOf(MESSAGES.map(any), KEYS.map(signer), { timeoutHeight: 12n, unordered: true, timeoutTimestamp: 1_900_000_000_500_000_000n }),
    txOf([], []),
  ];
}

interface Field {
  no: number;
  wireType: number;
  value: Uint8Array;
}

function parse(b: Uint8Array): Field[] | undefined {
  const r = new Reader(b);
  const out: Field[] = [];
  try {
    while (!r.done()) {
      const tag = r.tag();
      const start = r.pos;
      const wireType = tag & 7;
      if (wireType === 2) out.push({ no: tag >>> 3, wireType, value: r.bytes() });
      else {
        r.skip(wireType, tag >>> 3);
        out.push({ no: tag >>> 3, wireType, value: b.subarray(start, r.pos) });
      }
    }
    return out;
  } catch (e) {
    if (e instanceof WireError) return undefined;
    throw e;
  }
}

function varint(n: number, padding: number): Uint8Array {
  const b = new Writer().uint32(n).finish();
  if (padding === 0) return b;
  const out = new Uint8Array(b.length + padding).fill(0x80);
  out.set(b);
  out[b.length - 1] = (b[b.length - 1] as number) | 0x80;
  out[out.length - 1] = 0;
  return out;
}

function write(random: Random, fields: readonly Field[], stretch: boolean): Uint8Array {
  const pad = (): number => (stretch && random.below(12) === 0 ? 1 + random.below(8) : 0);
  return concatBytes(
    ...fields.flatMap((f) => {
      const tag = varint(f.no * 8 + f.wireType, pad());
      return f.wireType === 2 ? [tag, varint(f.value.length, pad()), f.value] : [tag, f.value];
    }),
  );
}

const NUMBERS = [
  '',
  '0',
  '-0',
  '+5',
  '010',
  '0x1F',
  '1_000',
  '1__0',
  '08',
  '-7',
  ' 1',
  '1.5',
  'abc',
  `${(1n << 256n) - 1n}`,
  `${1n << 256n}`,
  `-${'9'.repeat(96)}`,
];
const FIELD_NUMBERS = [0, 1, 2, 3, 4, 5, 6, 7, 15, 99, 1023, 1024, 1025, 2047, 2048, 3072, 536_870_911];
const TYPE_URLS = [
  '/cosmos.bank.v1beta1.MsgSend',
  '/cosmos.bank.v1beta1.MsgSendResponse',
  '/cosmos.tx.v1beta1.Tx',
  '/cosmos.crypto.secp256k1.PubKey',
  '/cosmos.auth.v1beta1.BaseAccount',
  '/cosmos.authz.v1beta1.MsgExec',
  'cosmos.bank.v1beta1.MsgSend',
  'x/cosmos.bank.v1beta1.MsgSend',
  '/x',
  '',
];

/** `depth` execs around a message. */
function nestedExec(depth: number): Uint8Array {
  let inner = any(SEND);
  for (let i = 0; i < depth; i++) inner = wrapExec(inner);
  return txOf([inner], []);
}
function wrapExec(inner: Any): Any {
  const bytes = new Writer();
  bytes.tag(1, 2).string(A);
  const at = bytes.tag(2, 2).begin();
  bytes.tag(1, 2).string(inner.typeUrl).tag(2, 2).bytes(inner.value);
  bytes.end(at);
  return { typeUrl: '/cosmos.authz.v1beta1.MsgExec', value: bytes.finish() };
}

/** A signer whose mode is `depth` multis deep. */
function nestedMode(depth: number): Uint8Array {
  // Headers from the inside out, so that the cost stays linear.
  const parts: Uint8Array[] = [Uint8Array.of(0x0a, 2, 8, 1)];
  let length = 4;
  for (let i = 0; i < 2 * depth + 1; i++) {
    const header = concatBytes(Uint8Array.of(0x12), varint(length, 0));
    parts.push(header);
    length += header.length;
  }
  parts.push(concatBytes(Uint8Array.of(0x0a), varint(length, 0)));
  return TxRaw.encode({ bodyBytes: new Uint8Array(0), authInfoBytes: concatBytes(...parts.reverse()), signatures: [] });
}

/** Inputs at the limits. */
export function txEdgeCases(): Uint8Array[] {
  const execs = (n: number): Uint8Array =>
    txOf(
      [
        {
          typeUrl: '/cosmos.authz.v1beta1.MsgExec',
          value: concatBytes(
            ...Array.from({ length: n }, () => new Writer().tag(2, 2).bytes(new Writer().tag(1, 2).string('/cosmos.bank.v1beta1.MsgSend').finish()).finish()),
          ),
        },
      ],
      [],
    );
  return [
    new Uint8Array(0),
    ...[1, 8, 9, 10, 11, 12, 200].map(nestedExec),
    ...[98, 99, 100, 101].map(execs),
    ...[1, 20, 60, 300, 4998, 4999, 5000, 5001].map(nestedMode),
    txOf([{ typeUrl: `/${MsgSend.name}`, value: utf8('') }], []),
    txOf([any(SEND)], [], { extensionOptions: [any(SEND)] }),
    txOf([any(SEND)], [], { nonCriticalExtensionOptions: [any(SEND)] }),
  ];
}

function alter(random: Random, fields: Field[], depth: number): void {
  const at = random.below(fields.length);
  const f = fields[at];
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)] as T;
  const roll = random.below(14);
  if (f === undefined || roll === 0) {
    const wireType = pick([0, 1, 2, 2, 3, 5]);
    const value = [Uint8Array.of(7), new Uint8Array(8), random.bytes(random.below(4)), new Uint8Array(0), new Uint8Array(0), new Uint8Array(4)][
      wireType
    ] as Uint8Array;
    const no = pick(FIELD_NUMBERS);
    const group = wireType === 3 ? concatBytes(Uint8Array.of(8, 1), varint(no * 8 + 4, 0)) : value;
    fields.splice(at, 0, { no, wireType, value: group });
    return;
  }
  // Mostly go deeper: the outer layers are few and the inner ones many.
  const inner = f.wireType === 2 && f.value.length > 0 && depth < 12 ? parse(f.value) : undefined;
  if (inner !== undefined && roll < 9) {
    alter(random, inner, depth + 1);
    f.value = write(random, inner, random.below(20) === 0);
    return;
  }
  switch (roll % 7) {
    case 0:
      fields.splice(random.below(fields.length + 1), 0, { ...f });
      return;
    case 1:
      fields.splice(at, 1);
      return;
    case 2:
      fields.push(...fields.splice(at, 1));
      return;
    case 3:
      f.value = f.wireType === 2 ? utf8(pick([...NUMBERS, ...TYPE_URLS])) : f.value;
      return;
    case 4:
      f.no = pick(FIELD_NUMBERS);
      return;
    case 5:
      if (f.wireType === 2) f.value = concatBytes(f.value, Uint8Array.of(pick([0xff, 0xc3, 0x80, 0xed])));
      else
        f.value = pick([
          Uint8Array.of(0),
          Uint8Array.of(0x80, 0),
          Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1),
          Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2),
        ]);
      return;
    default:
      f.value = new Uint8Array(0);
  }
}

/** One mutated transaction. */
export function mutateTx(random: Random, pool: readonly Uint8Array[]): Uint8Array {
  if (random.below(8) === 0) return mutate(random, pool, 1 << 16);
  const fields = parse(pool[random.below(pool.length)] as Uint8Array);
  if (fields === undefined) return new Uint8Array(0);
  const rounds = 1 + random.below(3);
  for (let i = 0; i < rounds; i++) {
    const order = fields.map((f) => f.no);
    alter(random, fields, 0);
    // Out of order at the top says the same each time.
    if (random.below(4) !== 0 && order.length === fields.length) fields.sort((a, b) => a.no - b.no);
  }
  return write(random, fields, random.below(20) === 0);
}
