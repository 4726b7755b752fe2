// What waits to be sent to one peer (network.md §3): the channel of the highest priority first, in order within a channel, at most so many
// messages on their way at the same time. Bounded: what does not fit is refused, and its sender will try again or does not mind.
import type { ChannelDescriptor } from './channel.ts';

/** Messages on their way: Go resets streams beyond its own limits. */
export const CHANNEL_SENDING_MAX = 32;
export const PEER_SENDING_MAX = 128;
/** Messages that wait in one channel, and bytes of all of them. A single larger message may wait alone. */
export const CHANNEL_WAITING_MAX = 1024;
export const PEER_WAITING_BYTES_MAX = 33_554_432;

interface Entry {
  readonly bytes: Uint8Array;
  readonly replaces: string | undefined;
  readonly done: ((sent: boolean) => void) | undefined;
}

interface Line {
  readonly channel: number;
  readonly entries: Entry[];
  sending: number;
}

export class SendQueue {
  readonly #write: (channel: number, bytes: Uint8Array) => Promise<void>;
  /** Highest priority first. */
  readonly #lines: readonly Line[];
  readonly #byChannel: ReadonlyMap<number, Line>;
  #sending = 0;
  #bytes = 0;
  #closed = false;

  /** `write` resolves when the message has left and rejects when it could not. */
  constructor(channels: readonly ChannelDescriptor[], write: (channel: number, bytes: Uint8Array) => Promise<void>) {
    this.#write = write;
    this.#lines = [...channels].sort((a, b) => b.priority - a.priority).map((c) => ({ channel: c.id, entries: [], sending: 0 }));
    this.#byChannel = new Map(this.#lines.map((l) => [l.channel, l]));
  }

  waiting(channel: number): number {
    const line = this.#byChannel.get(channel);
    return line === undefined ? 0 : line.entries.length + line.sending;
  }

  /** Messages of all channels that wait or are on their way. */
  get size(): number {
    return this.#lines.reduce((n, l) => n + l.entries.length, this.#sending);
  }

  /** False where it is refused; `done` is called once either way, later. */
  push(channel: number, bytes: Uint8Array, replaces?: string, done?: (sent: boolean) => void): boolean {
    const line = this.#byChannel.get(channel);
    if (line === undefined) throw new Error(`p2p: no channel 0x${channel.toString(16)}`);
    if (bytes.length === 0) throw new Error('p2p: an empty message cannot be sent');
    if (replaces !== undefined) this.#dropReplaced(line, replaces);
    const full = line.entries.length >= CHANNEL_WAITING_MAX || (this.#bytes > 0 && this.#bytes + bytes.length > PEER_WAITING_BYTES_MAX);
    if (this.#closed || full) {
      done?.(false);
      return false;
    }
    line.entries.push({ bytes, replaces, done });
    this.#bytes += bytes.length;
    this.#pump();
    return true;
  }

  #dropReplaced(line: Line, tag: string): void {
    const at = line.entries.findIndex((e) => e.replaces === tag);
    if (at < 0) return;
    const [entry] = line.entries.splice(at, 1);
    this.#bytes -= entry?.bytes.length ?? 0;
    entry?.done?.(false);
  }

  #pump(): void {
    for (const line of this.#lines) {
      while (this.#sending < PEER_SENDING_MAX && line.sending < CHANNEL_SENDING_MAX) {
        const entry = line.entries.shift();
        if (entry === undefined) break;
        this.#bytes -= entry.bytes.length;
        void this.#send(line, entry);
      }
    }
  }

  async #send(line: Line, entry: Entry): Promise<void> {
    line.sending++;
    this.#sending++;
    let sent = true;
    try {
      await this.#write(line.channel, entry.bytes);
    } catch {
      sent = false;
    }
    line.sending--;
    this.#sending--;
    entry.done?.(sent);
    if (!this.#closed) this.#pump();
  }

  /** Drops what waits. */
  close(): void {
    this.#closed = true;
    for (const line of this.#lines) for (const e of line.entries.splice(0)) e.done?.(false);
    this.#bytes = 0;
  }
}
