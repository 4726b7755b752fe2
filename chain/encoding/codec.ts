// Protobuf messages as tables of fields: one table gives the canonical encoding, the decoder and the zero value of a message.
// Canonical (wire.md §0): fields in ascending order, scalar defaults omitted, no unknown fields; a field of a gogoproto
// (nullable)=false message is always written, even when empty (`embed`), a nullable one only when set (`optional`).
// Decoding follows gogoproto: the last scalar wins, repeated occurrences of a message merge except in a oneof, unknown fields are skipped.
import { CANONICAL_ONLY, FIXED64, LENGTH_DELIMITED, Reader, VARINT, WireError, Writer } from './proto-wire.ts';
import { type Duration, GO_ZERO_TIME, joinTime, MAX_TIMESTAMP_SECONDS, MIN_TIMESTAMP_SECONDS, NANOS_PER_SECOND, splitTime, type Time } from './time.ts';

/** Nested deeper than this is refused. */
export const MESSAGE_DEPTH_MAX = 100;

/** One field number of a message. */
interface Slot {
  readonly no: number;
  /** Writes the field if it is to be written. */
  write(w: Writer, v: unknown): void;
  /** The field's new value, given the current one. */
  read(r: Reader, wireType: number, current: unknown, depth: number): unknown;
}

/** What a property of a message is: one field, or a oneof of several. */
export interface FieldCodec<V> {
  readonly slots: readonly Slot[];
  zero(): V;
  /** What the field is made of, for walkers such as JSON and the unknown-field check. */
  readonly shape: FieldShape;
}

export type ScalarKind =
  | 'int32'
  | 'int64'
  | 'uint32'
  | 'uint64'
  | 'sint64'
  | 'fixed64'
  | 'sfixed64'
  | 'bool'
  | 'string'
  | 'bytes'
  | 'enum'
  | 'double'
  | 'float';

export type FieldShape =
  | { readonly kind: 'scalar'; readonly no: number; readonly scalar: ScalarKind; readonly repeated: boolean }
  | { readonly kind: 'message'; readonly no: number; readonly codec: () => Codec<unknown>; readonly repeated: boolean; readonly nullable: boolean }
  | { readonly kind: 'time' | 'duration'; readonly no: number; readonly nullable: boolean }
  | { readonly kind: 'oneof'; readonly cases: Readonly<Record<string, FieldShape>> };

export interface Codec<T> {
  /** Full protobuf name, e.g. tendermint.types.Header. */
  readonly name: string;
  readonly fields: { readonly [K in keyof T]-?: FieldCodec<T[K]> };
  zero(): T;
  /** A message from some of its fields; the others are zero. */
  from(part: Partial<T>): T;
  encode(m: T): Uint8Array;
  /** uvarint length, then the message, as protoio's delimited writer. */
  encodeDelimited(m: T): Uint8Array;
  write(w: Writer, m: T): void;
  /** Throws WireError. Byte fields are views into `b`. */
  decode(b: Uint8Array): T;
  read(r: Reader, into: T | undefined, depth: number): T;
}

interface Entry {
  readonly key: string;
  readonly slot: Slot;
  readonly repeated: boolean;
}

/** How a reader treats what is not canonical; see Reader.mode. */
function notCanonical(r: Reader, name: string): never {
  return r.fail(`${name}: not canonical`);
}

interface Tables {
  /** In ascending order of field numbers. */
  readonly entries: readonly Entry[];
  readonly byNo: ReadonlyMap<number, Entry>;
  /** The entries below 64 by number. */
  readonly low: readonly (Entry | undefined)[];
}

function tablesOf<T extends object>(name: string, fields: { readonly [K in keyof T]-?: FieldCodec<T[K]> }): Tables {
  const byNo = new Map<number, Entry>();
  const entries: Entry[] = [];
  for (const key of Object.keys(fields) as (keyof T & string)[]) {
    const { slots, shape } = fields[key];
    const repeated = (shape.kind === 'scalar' || shape.kind === 'message') && shape.repeated;
    for (const slot of slots) {
      if (byNo.has(slot.no)) throw new Error(`${name}: field ${slot.no} declared twice`);
      const e = { key, slot, repeated };
      byNo.set(slot.no, e);
      entries.push(e);
    }
  }
  entries.sort((a, b) => a.slot.no - b.slot.no);
  const low: (Entry | undefined)[] = [];
  for (const e of entries) if (e.slot.no < 64) low[e.slot.no] = e;
  return { entries, byNo, low };
}

// One buffer serves encoder after encoder: making one costs more than filling it. An encoder inside of another, or one after a throw, gets
// its own.
let spareWriter: Writer | undefined;
const SPARE_CAPACITY = 1024;
/** A buffer grown beyond this, bytes, is let go. */
const SPARE_CAPACITY_MAX = 65_536;

function borrowWriter(): Writer {
  const w = spareWriter ?? new Writer(SPARE_CAPACITY);
  spareWriter = undefined;
  return w;
}

function returnWriter(w: Writer): Uint8Array {
  const out = w.finish();
  if (w.capacity <= SPARE_CAPACITY_MAX) spareWriter = w.reset();
  return out;
}

export function message<T extends object>(name: string, fields: { readonly [K in keyof T]-?: FieldCodec<T[K]> }): Codec<T> {
  const keys = Object.keys(fields) as (keyof T & string)[];
  // Built on first use: a program imports hundreds of messages and speaks some.
  let built: Tables | undefined;
  const tables = (): Tables => {
    built ??= tablesOf(name, fields);
    return built;
  };
  // Scalars are shared by a template; lists and embedded messages are made anew, since reading fills them.
  let template: Record<string, unknown> | undefined;
  let fresh: readonly (keyof T & string)[] = [];
  const zero = (): T => {
    if (template === undefined) {
      const made: Record<string, unknown> = {};
      for (const key of keys) made[key] = fields[key].zero();
      fresh = keys.filter((key) => typeof made[key] === 'object' && !(made[key] instanceof Uint8Array));
      template = made;
    }
    const m = { ...template };
    for (let i = 0; i < fresh.length; i++) {
      const key = fresh[i] as keyof T & string;
      m[key] = fields[key].zero();
    }
    return m as T;
  };
  const write = (w: Writer, m: T): void => {
    const { entries } = built ?? tables();
    for (const e of entries) e.slot.write(w, (m as Record<string, unknown>)[e.key]);
  };
  const read = (r: Reader, into: T | undefined, depth: number): T => {
    if (depth > MESSAGE_DEPTH_MAX) throw new WireError(`${name}: nested too deeply`, r.pos);
    const { low, byNo } = built ?? tables();
    const m = (into ?? zero()) as Record<string, unknown>;
    const strict = r.mode === CANONICAL_ONLY;
    let last = 0;
    while (r.pos < r.end) {
      const tag = r.tag();
      const no = tag >>> 3;
      const e = no < 64 ? low[no] : byNo.get(no);
      if (strict) {
        if (e === undefined || no < last || (no === last && !e.repeated)) notCanonical(r, name);
        last = no;
      }
      if (e === undefined) r.skip(tag & 7);
      else m[e.key] = e.slot.read(r, tag & 7, m[e.key], depth);
    }
    return m as T;
  };
  return {
    name,
    fields,
    zero,
    from: (part) => Object.assign(zero(), part),
    encode: (m) => {
      const w = borrowWriter();
      write(w, m);
      return returnWriter(w);
    },
    encodeDelimited: (m) => {
      const w = borrowWriter();
      const at = w.begin();
      write(w, m);
      w.end(at);
      return returnWriter(w);
    },
    write,
    decode: (b) => read(new Reader(b), undefined, 0),
    read,
  };
}

function expect(r: Reader, no: number, got: number, want: number): void {
  if (got !== want) r.fail(`field ${no} has wire type ${got}, not ${want}`);
}

interface Scalar<V> {
  readonly kind: ScalarKind;
  readonly wire: number;
  readonly zero: V;
  isZero(v: V): boolean;
  put(w: Writer, v: V): void;
  get(r: Reader): V;
}

const EMPTY = new Uint8Array(0);
const isZeroNumber = (v: number): boolean => v === 0;
const isZeroBig = (v: bigint): boolean => v === 0n;
const big = (kind: ScalarKind, wire: number, put: (w: Writer, v: bigint) => void, get: (r: Reader) => bigint): Scalar<bigint> => ({
  kind,
  wire,
  zero: 0n,
  isZero: isZeroBig,
  put,
  get,
});
const num = (kind: ScalarKind, put: (w: Writer, v: number) => void, get: (r: Reader) => number): Scalar<number> => ({
  kind,
  wire: VARINT,
  zero: 0,
  isZero: isZeroNumber,
  put,
  get,
});

/** The scalar types; each works alone (`scalar`), repeated (`repeatedScalar`) or in a oneof. */
export const scalars = {
  int32: num(
    'int32',
    (w, v) => w.int32(v),
    (r) => r.int32(),
  ),
  uint32: num(
    'uint32',
    (w, v) => w.uint32(v),
    (r) => r.uint32(),
  ),
  enum: num(
    'enum',
    (w, v) => w.int32(v),
    (r) => r.int32(),
  ),
  int64: big(
    'int64',
    VARINT,
    (w, v) => w.varint64(v),
    (r) => r.int64(),
  ),
  uint64: big(
    'uint64',
    VARINT,
    (w, v) => w.varint64(v),
    (r) => r.uint64(),
  ),
  sint64: big(
    'sint64',
    VARINT,
    (w, v) => w.sint64(v),
    (r) => r.sint64(),
  ),
  fixed64: big(
    'fixed64',
    FIXED64,
    (w, v) => w.fixed64(v),
    (r) => r.fixed64(),
  ),
  sfixed64: big(
    'sfixed64',
    FIXED64,
    (w, v) => w.fixed64(v),
    (r) => r.sfixed64(),
  ),
  bool: { kind: 'bool', wire: VARINT, zero: false, isZero: (v) => !v, put: (w, v) => w.uint32(v ? 1 : 0), get: (r) => r.bool() } as Scalar<boolean>,
  string: { kind: 'string', wire: LENGTH_DELIMITED, zero: '', isZero: (v) => v === '', put: (w, v) => w.string(v), get: (r) => r.string() } as Scalar<string>,
  bytes: {
    kind: 'bytes',
    wire: LENGTH_DELIMITED,
    zero: EMPTY,
    isZero: (v) => v.length === 0,
    put: (w, v) => w.bytes(v),
    get: (r) => r.bytes(),
  } as Scalar<Uint8Array>,
} as const;

export function scalar<V>(no: number, s: Scalar<V>): FieldCodec<V> {
  const slot: Slot = {
    no,
    write: (w, v) => {
      if (!s.isZero(v as V)) s.put(w.tag(no, s.wire), v as V);
    },
    read: (r, wt) => {
      expect(r, no, wt, s.wire);
      return s.get(r);
    },
  };
  return { slots: [slot], zero: () => s.zero, shape: { kind: 'scalar', no, scalar: s.kind, repeated: false } };
}

/** Numbers and booleans are packed, strings and bytes are not; both forms of numbers are read. */
export function repeatedScalar<V>(no: number, s: Scalar<V>): FieldCodec<readonly V[]> {
  const packed = s.wire !== LENGTH_DELIMITED;
  const slot: Slot = {
    no,
    write: (w, list) => {
      const values = list as readonly V[];
      if (values.length === 0) return;
      if (packed) {
        const at = w.tag(no, LENGTH_DELIMITED).begin();
        for (const v of values) s.put(w, v);
        w.end(at);
      } else for (const v of values) s.put(w.tag(no, s.wire), v);
    },
    read: (r, wt, current) => {
      const out = current as V[];
      if (packed && wt === LENGTH_DELIMITED) {
        const outer = r.enter();
        while (!r.done()) out.push(s.get(r));
        r.leave(outer);
        return out;
      }
      expect(r, no, wt, s.wire);
      out.push(s.get(r));
      return out;
    },
  };
  return { slots: [slot], zero: () => [], shape: { kind: 'scalar', no, scalar: s.kind, repeated: true } };
}

export const int32 = (no: number): FieldCodec<number> => scalar(no, scalars.int32);
export const uint32 = (no: number): FieldCodec<number> => scalar(no, scalars.uint32);
export const enumeration = (no: number): FieldCodec<number> => scalar(no, scalars.enum);
export const int64 = (no: number): FieldCodec<bigint> => scalar(no, scalars.int64);
export const uint64 = (no: number): FieldCodec<bigint> => scalar(no, scalars.uint64);
export const sfixed64 = (no: number): FieldCodec<bigint> => scalar(no, scalars.sfixed64);
export const bool = (no: number): FieldCodec<boolean> => scalar(no, scalars.bool);
export const string = (no: number): FieldCodec<string> => scalar(no, scalars.string);
export const bytes = (no: number): FieldCodec<Uint8Array> => scalar(no, scalars.bytes);
export const repeatedBytes = (no: number): FieldCodec<readonly Uint8Array[]> => repeatedScalar(no, scalars.bytes);
export const repeatedString = (no: number): FieldCodec<readonly string[]> => repeatedScalar(no, scalars.string);

/** A codec, or a function that gives it where messages refer to each other. */
export type CodecRef<T> = Codec<T> | (() => Codec<T>);
function resolver<T>(ref: CodecRef<T>): () => Codec<T> {
  return typeof ref === 'function' ? ref : () => ref;
}

function putMessage<T>(w: Writer, no: number, c: Codec<T>, m: T): void {
  const at = w.tag(no, LENGTH_DELIMITED).begin();
  c.write(w, m);
  w.end(at);
}

function getMessage<T>(r: Reader, no: number, wt: number, c: Codec<T>, into: T | undefined, depth: number): T {
  expect(r, no, wt, LENGTH_DELIMITED);
  const outer = r.enter();
  const m = c.read(r, into, depth + 1);
  r.leave(outer);
  return m;
}

/** A message that is always there and always written: gogoproto (nullable)=false. */
export function embed<T>(no: number, ref: CodecRef<T>): FieldCodec<T> {
  const codec = resolver(ref);
  const slot: Slot = {
    no,
    write: (w, v) => putMessage(w, no, codec(), v as T),
    read: (r, wt, current, depth) => getMessage(r, no, wt, codec(), current as T, depth),
  };
  return { slots: [slot], zero: () => codec().zero(), shape: { kind: 'message', no, codec: codec as () => Codec<unknown>, repeated: false, nullable: false } };
}

/** A message that may be absent: undefined, and then not written. */
export function optional<T>(no: number, ref: CodecRef<T>): FieldCodec<T | undefined> {
  const codec = resolver(ref);
  const slot: Slot = {
    no,
    write: (w, v) => {
      if (v !== undefined) putMessage(w, no, codec(), v as T);
    },
    read: (r, wt, current, depth) => getMessage(r, no, wt, codec(), current as T | undefined, depth),
  };
  return { slots: [slot], zero: () => undefined, shape: { kind: 'message', no, codec: codec as () => Codec<unknown>, repeated: false, nullable: true } };
}

export function repeated<T>(no: number, ref: CodecRef<T>): FieldCodec<readonly T[]> {
  const codec = resolver(ref);
  const slot: Slot = {
    no,
    write: (w, list) => {
      for (const v of list as readonly T[]) putMessage(w, no, codec(), v);
    },
    read: (r, wt, current, depth) => {
      const out = current as T[];
      out.push(getMessage(r, no, wt, codec(), undefined, depth));
      return out;
    },
  };
  return { slots: [slot], zero: () => [], shape: { kind: 'message', no, codec: codec as () => Codec<unknown>, repeated: true, nullable: false } };
}

/** The value of a oneof: which case, and its value; undefined where none is set. */
export type OneofValue<C extends object> = { [K in keyof C & string]: { readonly case: K; readonly value: C[K] } }[keyof C & string] | undefined;

/** A set case is written even when its value is a default. Build the cases from scalar(…) and optional(…). */
export function oneof<C extends object>(cases: { readonly [K in keyof C]: FieldCodec<C[K]> | FieldCodec<C[K] | undefined> }): FieldCodec<OneofValue<C>> {
  type Set = { readonly case: string; readonly value: unknown } | undefined;
  const slots: Slot[] = [];
  const shapes: Record<string, FieldShape> = {};
  for (const key of Object.keys(cases) as (keyof C & string)[]) {
    const field = cases[key];
    const inner = field.slots[0] as Slot;
    shapes[key] = field.shape;
    const s = field.shape.kind === 'scalar' ? (scalars as unknown as Record<string, Scalar<unknown>>)[field.shape.scalar] : undefined;
    slots.push({
      no: inner.no,
      write: (w, v) => {
        const set = v as Set;
        if (set === undefined || set.case !== key) return;
        if (s !== undefined) s.put(w.tag(inner.no, s.wire), set.value);
        else inner.write(w, set.value);
      },
      read: (r, wt, _current, depth) => ({ case: key, value: inner.read(r, wt, field.zero(), depth) }),
    });
  }
  return { slots, zero: () => undefined, shape: { kind: 'oneof', cases: shapes } };
}

function putSplit(w: Writer, no: number, seconds: bigint, nanos: number): void {
  const at = w.tag(no, LENGTH_DELIMITED).begin();
  if (seconds !== 0n) w.tag(1, VARINT).varint64(seconds);
  if (nanos !== 0) w.tag(2, VARINT).int32(nanos);
  w.end(at);
}

function getSplit(r: Reader, no: number, wt: number): { seconds: bigint; nanos: number } {
  expect(r, no, wt, LENGTH_DELIMITED);
  const outer = r.enter();
  let seconds = 0n;
  let nanos = 0;
  let last = 0;
  while (!r.done()) {
    const tag = r.tag();
    if (r.mode === CANONICAL_ONLY && (tag <= last || (tag !== 8 && tag !== 16))) notCanonical(r, 'seconds and nanos');
    last = tag;
    if (tag === 8) seconds = r.int64();
    else if (tag === 16) nanos = r.int32();
    else if (tag >>> 3 === 1 || tag >>> 3 === 2) expect(r, tag >>> 3, tag & 7, VARINT);
    else r.skip(tag & 7);
  }
  r.leave(outer);
  return { seconds, nanos };
}

function getTime(r: Reader, no: number, wt: number): Time {
  const at = r.pos;
  const { seconds, nanos } = getSplit(r, no, wt);
  if (seconds < MIN_TIMESTAMP_SECONDS || seconds > MAX_TIMESTAMP_SECONDS || nanos < 0 || nanos > 999_999_999) {
    throw new WireError('timestamp out of range', at);
  }
  return joinTime(seconds, nanos);
}

/** google.protobuf.Timestamp with (stdtime)=true, (nullable)=false: always written. Absent is Go's zero time; an empty message is 1970. */
export function time(no: number): FieldCodec<Time> {
  const slot: Slot = {
    no,
    write: (w, v) => {
      const { seconds, nanos } = splitTime(v as Time);
      putSplit(w, no, seconds, nanos);
    },
    read: (r, wt) => getTime(r, no, wt),
  };
  return { slots: [slot], zero: () => GO_ZERO_TIME, shape: { kind: 'time', no, nullable: false } };
}

export function optionalTime(no: number): FieldCodec<Time | undefined> {
  const slot: Slot = {
    no,
    write: (w, v) => {
      if (v === undefined) return;
      const { seconds, nanos } = splitTime(v as Time);
      putSplit(w, no, seconds, nanos);
    },
    read: (r, wt) => getTime(r, no, wt),
  };
  return { slots: [slot], zero: () => undefined, shape: { kind: 'time', no, nullable: true } };
}

function putDuration(w: Writer, no: number, d: Duration): void {
  putSplit(w, no, d / NANOS_PER_SECOND, Number(d % NANOS_PER_SECOND));
}

function getDuration(r: Reader, no: number, wt: number): Duration {
  const { seconds, nanos } = getSplit(r, no, wt);
  return seconds * NANOS_PER_SECOND + BigInt(nanos);
}

/** google.protobuf.Duration with (stdduration)=true, (nullable)=false, in nanoseconds: always written. */
export function duration(no: number): FieldCodec<Duration> {
  const slot: Slot = { no, write: (w, v) => putDuration(w, no, v as Duration), read: (r, wt) => getDuration(r, no, wt) };
  return { slots: [slot], zero: () => 0n, shape: { kind: 'duration', no, nullable: false } };
}

export function optionalDuration(no: number): FieldCodec<Duration | undefined> {
  const slot: Slot = {
    no,
    write: (w, v) => {
      if (v !== undefined) putDuration(w, no, v as Duration);
    },
    read: (r, wt) => getDuration(r, no, wt),
  };
  return { slots: [slot], zero: () => undefined, shape: { kind: 'duration', no, nullable: true } };
}
