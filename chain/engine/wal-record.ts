// One record of the write-ahead log as CometBFT writes it (cmt:consensus/wal.go): crc32c of the data and its length, both big-endian 32 bits,
// then a TimedWALMessage. Between the core's messages and the wire's.
import type { WalMessage } from '../consensus/effects.ts';
import { crc32c } from '../crypto/crc32c.ts';
import type { Time } from '../encoding/time.ts';
import type { ConsensusMessage } from '../types/messages/consensus.ts';
import { encodeTimedWalMessage, WAL_MESSAGE_BYTES_MAX, type WalMessage as WireMessage } from '../types/messages/wal.ts';

export const RECORD_HEADER_BYTES = 8;

function info(msg: ConsensusMessage, peerId: string): WireMessage {
  return { case: 'msgInfo', value: { msg: { sum: msg }, peerId } };
}

export function toWire(m: WalMessage): WireMessage {
  switch (m.type) {
    case 'proposal':
      return info({ case: 'proposal', value: { proposal: m.proposal } }, m.peer);
    case 'blockPart':
      return info({ case: 'blockPart', value: { height: m.height, round: m.round, part: m.part } }, m.peer);
    case 'vote':
      return info({ case: 'vote', value: { vote: m.vote } }, m.peer);
    case 'timeout':
      return { case: 'timeoutInfo', value: m.timeout };
    case 'roundState':
      return { case: 'eventDataRoundState', value: { height: m.height, round: m.round, step: m.step } };
    case 'endHeight':
      return { case: 'endHeight', value: { height: m.height } };
  }
}

/** undefined for messages that do not change consensus; they are not replayed. */
export function fromWire(w: WireMessage): WalMessage | undefined {
  switch (w.case) {
    case 'endHeight':
      return { type: 'endHeight', height: w.value.height };
    case 'eventDataRoundState':
      return { type: 'roundState', ...w.value };
    case 'timeoutInfo':
      return { type: 'timeout', timeout: w.value as Extract<WalMessage, { type: 'timeout' }>['timeout'] };
    case 'msgInfo': {
      const peer = w.value.peerId;
      const m = w.value.msg.sum;
      if (m?.case === 'proposal') return { type: 'proposal', proposal: m.value.proposal, peer };
      if (m?.case === 'blockPart') return { type: 'blockPart', ...m.value, peer };
      if (m?.case === 'vote') return { type: 'vote', vote: m.value.vote, peer };
      return undefined;
    }
  }
}

/** The record's bytes. Throws RangeError above the size limit. */
export function encodeRecord(time: Time, message: WalMessage): Uint8Array {
  const data = encodeTimedWalMessage(time, toWire(message));
  if (data.length > WAL_MESSAGE_BYTES_MAX) throw new RangeError(`msg is too big: ${data.length} bytes, max: ${WAL_MESSAGE_BYTES_MAX} bytes`);
  const record = new Uint8Array(RECORD_HEADER_BYTES + data.length);
  const view = new DataView(record.buffer);
  view.setUint32(0, crc32c(data));
  view.setUint32(4, data.length);
  record.set(data, RECORD_HEADER_BYTES);
  return record;
}
