// What the Go node tells subscribers over its WebSocket, beside what our event bus publishes when it applies the same blocks.
import { WebSocket } from 'ws';
import type { EventBus } from '../../../chain/execution/event-bus.ts';
import type { EventData, EventTags } from '../../../chain/execution/events.ts';
import { eventDataText } from '../../../chain/rpc/comet/json/events.ts';
import { firstDifference } from '../../checks.ts';

/** Types of events that follow from a block; votes and steps of rounds are each node's own. */
const TYPES = ['NewBlock', 'NewBlockHeader', 'NewBlockEvents', 'Tx'] as const;

export interface Told {
  readonly data: { readonly type: string; readonly value: unknown };
  readonly events: Readonly<Record<string, readonly string[]>>;
}

export interface EventRecorder {
  readonly told: Map<string, Told>;
  stop(): void;
}

// biome-ignore lint/suspicious/noExplicitAny: JSON of four event types, each with its height at another place
function placeOf({ type, value }: { readonly type: string; readonly value: any }): string {
  const height = value.block?.header.height ?? value.header?.height ?? value.TxResult?.height ?? value.height;
  return `${type} ${height} ${type.endsWith('/Tx') ? (value.TxResult.index ?? 0) : ''}`;
}

/** Subscribes at a Go node. */
export async function recordGoEvents(rpc: string): Promise<EventRecorder> {
  const socket = new WebSocket(`${rpc.replace('http', 'ws')}/websocket`, { maxPayload: 100_000_000 });
  const told = new Map<string, Told>();
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => {
      for (const [id, type] of TYPES.entries())
        socket.send(JSON.stringify({ jsonrpc: '2.0', id, method: 'subscribe', params: { query: `tm.event='${type}'` } }));
    });
    let confirmed = 0;
    socket.on('message', (raw) => {
      const { result, error } = JSON.parse(raw.toString()) as { result?: Partial<Told>; error?: object };
      if (error !== undefined) return reject(new Error(JSON.stringify(error)));
      if (result?.data === undefined) {
        confirmed++;
        if (confirmed === TYPES.length) resolve();
        return;
      }
      told.set(placeOf(result.data), result as Told);
    });
  });
  socket.on('error', () => undefined); // the node is killed later on
  return { told, stop: () => socket.terminate() };
}

/** No validator updates are an empty list where the application is in the node's process, as ours is, and null where they came over a socket. */
const asOverSocket = (key: string, v: unknown): unknown => (key === 'validator_updates' && Array.isArray(v) && v.length === 0 ? null : v);

/** Follows our event bus and compares what it publishes with what the Go node told of the same place. */
export function compareEvents(bus: EventBus, told: ReadonlyMap<string, Told>): { readonly equal: Map<string, number>; readonly differences: string[] } {
  const equal = new Map<string, number>();
  const differences: string[] = [];
  bus.subscribeTypes([...TYPES] as EventData['type'][], ({ data, events }: { data: EventData; events: EventTags }) => {
    const ours = { data: JSON.parse(eventDataText(data), asOverSocket) as Told['data'], events: Object.fromEntries(events) };
    const place = placeOf(ours.data);
    const theirs = told.get(place);
    if (theirs === undefined) return;
    const difference = firstDifference(ours, { data: theirs.data, events: theirs.events });
    if (difference === undefined) equal.set(data.type, (equal.get(data.type) ?? 0) + 1);
    else differences.push(`${place}: ${difference}`);
  });
  return { equal, differences };
}
