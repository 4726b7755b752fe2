// A peer that says one thing over the real network and looks whether it is still wanted: a connection of its own for each message.
import { STATUS_REQUEST } from '../../chain/blocksync/wire.ts';
import { BLOCKSYNC_CHANNEL, CHANNELS, mempoolChannel } from '../../chain/p2p/channel.ts';
import { Libp2pHost } from '../../chain/p2p/libp2p/host.ts';
import type { DialTarget } from '../../chain/p2p/transport.ts';
import { generateNodeKey } from '../../chain/privval/node-key.ts';
import { decodeBlocksyncMessage } from '../../chain/types/messages/blocksync.ts';

const DIAL_MS = 10_000;
const ANSWER_MS = 20_000;
/** Questions that must be answered after the message, in a row and with a pause, before it counts as passed over: more where that is not expected. */
const ANSWERS = 3;
const ANSWERS_OF_A_DROP = 40;
const GO_PAUSE_MS = 150;

export class HostilePeer {
  readonly host: Libp2pHost;
  readonly #pauseMs: number;
  #gone = false;
  #answers = 0;
  #wake: () => void = () => undefined;

  /** `pauseMs`: how long the node has between a message and the question after it; a Go node needs more than one in this process. */
  constructor(pauseMs = GO_PAUSE_MS) {
    this.#pauseMs = pauseMs;
    const key = generateNodeKey().privateKey.value;
    const channels = [...CHANNELS, mempoolChannel(1_048_576)];
    this.host = new Libp2pHost({ key, host: '127.0.0.1', port: 0, channels, maxConnections: 10, ownStreams: false });
  }

  get id(): string {
    return this.host.id;
  }

  async connect(target: DialTarget): Promise<void> {
    await this.host.start({
      message: (_, channel, bytes) => {
        if (channel === BLOCKSYNC_CHANNEL && decodeBlocksyncMessage(bytes).case === 'statusResponse') this.#answers++;
        this.#wake();
      },
      connected: () => undefined,
      disconnected: () => {
        this.#gone = true;
        this.#wake();
      },
    });
    await this.host.dial(target, DIAL_MS);
    if (!(await this.#isAnswered(target.id))) throw new Error('the node does not greet');
  }

  /** Whether a status request is answered; false where the connection is cut instead. */
  async #isAnswered(peer: string): Promise<boolean> {
    const before = this.#answers;
    const end = performance.now() + ANSWER_MS;
    while (!this.#gone && this.#answers === before) {
      if (performance.now() > end) throw new Error('neither an answer nor an end of the connection');
      // A Go node loses what comes before it has set up its side: asked again until it answers.
      await this.host.send(peer, BLOCKSYNC_CHANNEL, STATUS_REQUEST).catch(() => undefined);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 500);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return !this.#gone;
  }

  /** Sends the message and tells what came of it. */
  async say(peer: string, channel: number, bytes: Uint8Array, expectsDrop: boolean): Promise<'dropped' | 'stays'> {
    for (let i = 0; i < (expectsDrop ? ANSWERS_OF_A_DROP : ANSWERS); i++) {
      // Again each time: a Go node may lose the first.
      await this.host.send(peer, channel, bytes).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, this.#pauseMs));
      if (!(await this.#isAnswered(peer))) return 'dropped';
    }
    return 'stays';
  }

  stop(): Promise<void> {
    return this.host.stop();
  }
}
