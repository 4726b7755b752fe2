// Words of the command line as the JSON of a field: numbers, addresses or the names of keys, coins, enum values in short, JSON or files of it.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { Any } from '../../../proto/gen/google/protobuf.ts';
import { fromJson, type JsonValue, parseJson } from '../../../proto/json.ts';
import { type FieldInfo, findEnum } from '../../../proto/registry.ts';
import { accountKeyAddress } from '../../crypto/account-key.ts';
import { bech32Decode, bech32Encode } from '../../crypto/bech32.ts';
import { fromBase64, fromHex, toBase64 } from '../../encoding/bytes.ts';
import { accountKeyOf } from '../../tx/public-key.ts';
import { CliError } from '../errors.ts';
import { parseCoins } from '../genesis/app-state.ts';
import { messageType } from './services.ts';

export interface ValueContext {
  /** Of accounts. */
  readonly prefix: string;
  /** By the name of a key; undefined where the keyring has none. */
  keyAddress(name: string): Uint8Array | undefined;
  /** Addresses are checked here and not by the node. */
  readonly strict: boolean;
}

const LOOKS_LIKE_AN_ADDRESS = /1[a-z0-9]{38,}$/;
const FILE_BYTES_MAX = 1 << 20;
/** cosmos_proto.scalar of addresses, and what follows the prefix. */
const ADDRESS_KINDS: Readonly<Record<string, string>> = {
  'cosmos.AddressString': '',
  'cosmos.ValidatorAddressString': 'valoper',
  'cosmos.ConsensusAddressString': 'valcons',
};

/** Fields that hold accounts though their descriptors do not say so. */
const ACCOUNT_FIELDS: ReadonlySet<string> = new Set(['address', 'grantee', 'recipient', 'to_address']);

export const isRepeated = (f: FieldInfo): boolean => 'repeated' in f.shape && f.shape.repeated;

/** A word that begins as JSON does, or the contents of the file that it names. */
function jsonOf(name: string, word: string): JsonValue {
  let text = word;
  if (!/^\s*[[{"]/.test(word) && existsSync(word)) {
    if (statSync(word).size > FILE_BYTES_MAX) throw new CliError(`${word}: larger than ${FILE_BYTES_MAX} bytes`);
    text = readFileSync(word, 'utf8');
  }
  try {
    return parseJson(text);
  } catch {
    throw new CliError(`${name} must be JSON, or a file of it, not ${JSON.stringify(word.slice(0, 80))}`, 2);
  }
}

const letters = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** "yes", "no_with_veto", "NoWithVeto" or "no-with-veto" for VOTE_OPTION_…; whole names and numbers too. */
export function enumValue(field: string, enumName: string, word: string): string | number {
  const names = Object.keys(findEnum(enumName) ?? {});
  if (names.includes(word)) return word;
  if (/^\d{1,9}$/.test(word)) return Number(word);
  const parts = (names[0] ?? '').split('_');
  let shared = 0;
  while (shared < parts.length - 1 && names.every((n) => n.split('_')[shared] === parts[shared])) shared++;
  const short = (n: string): string => n.split('_').slice(shared).join('_');
  const found = names.find((n) => letters(short(n)) === letters(word));
  if (found !== undefined) return found;
  const choices = names.map((n) => short(n).toLowerCase().replaceAll('_', '-')).filter((n) => n !== 'unspecified');
  throw new CliError(`${field} must be one of ${choices.join(', ')}, not ${JSON.stringify(word)}`, 2);
}

function addressValue(f: FieldInfo, suffix: string, word: string, ctx: ValueContext): string {
  const prefix = `${ctx.prefix}${suffix}`;
  if (suffix === 'valcons' && word.startsWith('{')) {
    const key = accountKeyOf(fromJson(messageType(Any.name), jsonOf(f.protoName, word)) as Any);
    return bech32Encode(prefix, accountKeyAddress(key));
  }
  if (word !== '' && !LOOKS_LIKE_AN_ADDRESS.test(word) && suffix !== 'valcons') {
    const own = ctx.keyAddress(word);
    if (own !== undefined) return bech32Encode(prefix, own);
  }
  if (!ctx.strict) return word;
  try {
    const { prefix: found } = bech32Decode(word);
    if (found === prefix) return word;
    throw new Error(`its prefix is ${found}`);
  } catch (e) {
    throw new CliError(`${f.protoName} must be an address ${prefix}1… or the name of a key, not ${JSON.stringify(word)}: ${(e as Error).message}`, 2);
  }
}

/** "yes=0.6,no=0.4"; a weight that is left out is 1. */
function weightedVotes(word: string): JsonValue[] {
  return word.split(',').map((part) => {
    const [option = '', weight = '1', more] = part.trim().split('=');
    if (more !== undefined) throw new CliError(`a weighted vote is OPTION=WEIGHT, not ${JSON.stringify(part)}`, 2);
    const m = /^(\d{1,3})(?:\.(\d{1,18}))?$/.exec(weight);
    if (m === null) throw new CliError(`the weight of a vote is a decimal such as 0.6, not ${JSON.stringify(weight)}`, 2);
    return { option: enumValue('option', 'cosmos.gov.v1.VoteOption', option), weight: `${m[1]}.${(m[2] ?? '').padEnd(18, '0')}` };
  });
}

/** Messages that have a text of their own. */
const TEXTS: Readonly<Record<string, (word: string) => JsonValue[]>> = {
  'cosmos.base.v1beta1.Coin': (word) => parseCoins(word).map((c) => ({ ...c })),
  'cosmos.gov.v1.WeightedVoteOption': weightedVotes,
};

function bytesValue(f: FieldInfo, word: string): string {
  if (/^(?:[0-9a-fA-F]{2})+$/.test(word)) return toBase64(fromHex(word));
  try {
    return toBase64(fromBase64(word));
  } catch {
    throw new CliError(`${f.protoName} must be hex or base64, not ${JSON.stringify(word.slice(0, 80))}`, 2);
  }
}

function oneValue(f: FieldInfo, word: string, ctx: ValueContext): JsonValue {
  const { shape, extra } = f;
  if (shape.kind === 'message') {
    const texts = TEXTS[shape.codec().name];
    if (texts === undefined || /^\s*[[{]/.test(word)) return jsonOf(f.protoName, word);
    const [one, more] = texts(word);
    if (one === undefined || more !== undefined) throw new CliError(`${f.protoName} must be one value, not ${JSON.stringify(word)}`, 2);
    return one;
  }
  if (shape.kind !== 'scalar' || extra.custom !== undefined) return word;
  if (extra.enum !== undefined) return enumValue(f.protoName, extra.enum, word);
  const suffix = extra.scalar === undefined && ACCOUNT_FIELDS.has(f.protoName) ? '' : ADDRESS_KINDS[extra.scalar ?? ''];
  if (suffix !== undefined) return addressValue(f, suffix, word, ctx);
  switch (shape.scalar) {
    case 'bool':
      return word === 'true';
    case 'bytes':
      return bytesValue(f, word);
    case 'string':
      return word;
    default:
      if (!/^-?\d{1,20}$/.test(word)) throw new CliError(`${f.protoName} must be a whole number, not ${JSON.stringify(word)}`, 2);
      return word.replace(/^(-?)0+(?=\d)/, '$1');
  }
}

/** The field's JSON from one word or, of a repeated field, from several. Throws CliError. */
export function fieldValue(f: FieldInfo, words: readonly string[], ctx: ValueContext): JsonValue {
  if (!isRepeated(f)) return oneValue(f, words[0] ?? '', ctx);
  const texts = f.shape.kind === 'message' ? TEXTS[f.shape.codec().name] : undefined;
  if (texts !== undefined && !words.some((w) => /^\s*[[{]/.test(w))) return texts(words.join(','));
  return words.flatMap((w): JsonValue[] => {
    const v = oneValue(f, w, ctx);
    return Array.isArray(v) ? (v as JsonValue[]) : [v];
  });
}
