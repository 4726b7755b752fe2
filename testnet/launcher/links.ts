// The wires of a network: one relay for each node and each peer it dials, and one closed door a node, which is the address that peers are told,
// so that nobody finds a way around the relays. What knocks at a door is counted: such traffic would have gone around.
import { Random } from '../simulator/random.ts';
import { GOOD_LINK, type LinkCondition } from './link-line.ts';
import { UdpRelay } from './udp-relay.ts';

export interface LinkEnd {
  readonly name: string;
  readonly p2pPort: number;
}

export class Links {
  readonly #relays: ReadonlyMap<string, UdpRelay>;
  readonly #doors: ReadonlyMap<string, UdpRelay>;
  readonly #names: readonly string[];

  private constructor(names: readonly string[], relays: ReadonlyMap<string, UdpRelay>, doors: ReadonlyMap<string, UdpRelay>) {
    this.#names = names;
    this.#relays = relays;
    this.#doors = doors;
  }

  static async open(ends: readonly LinkEnd[], seed: string): Promise<Links> {
    const random = Random.of(seed);
    const relays = new Map<string, UdpRelay>();
    const doors = new Map<string, UdpRelay>();
    for (const to of ends) {
      const door = await UdpRelay.open({ targetPort: to.p2pPort, random: random.fork(`door ${to.name}`) });
      door.condition = { ...GOOD_LINK, cut: true };
      doors.set(to.name, door);
      for (const from of ends) {
        if (from === to) continue;
        const name = `${from.name} ${to.name}`;
        relays.set(name, await UdpRelay.open({ targetPort: to.p2pPort, random: random.fork(name) }));
      }
    }
    return new Links(
      ends.map((e) => e.name),
      relays,
      doors,
    );
  }

  relay(from: string, to: string): UdpRelay {
    const relay = this.#relays.get(`${from} ${to}`);
    if (relay === undefined) throw new Error(`there is no link from ${from} to ${to}`);
    return relay;
  }

  /** Where `from` dials `to`. */
  port(from: string, to: string): number {
    return this.relay(from, to).port;
  }

  /** The address that the peers of a node are told. */
  doorPort(name: string): number {
    return this.#door(name).port;
  }

  #door(name: string): UdpRelay {
    const door = this.#doors.get(name);
    if (door === undefined) throw new Error(`there is no node ${name}`);
    return door;
  }

  /** The link between two, both ways of dialling; without `b`, all links of `a`. */
  set(condition: LinkCondition, a: string, b?: string): void {
    for (const other of b === undefined ? this.#names.filter((n) => n !== a) : [b]) {
      this.relay(a, other).condition = condition;
      this.relay(other, a).condition = condition;
    }
  }

  /** Datagrams that the links of a node carried, in and out. */
  carried(name: string): number {
    let sum = 0;
    for (const other of this.#names.filter((n) => n !== name)) {
      for (const { counts } of [this.relay(name, other), this.relay(other, name)]) {
        sum += counts.there.datagrams + counts.back.datagrams - counts.there.dropped - counts.back.dropped;
      }
    }
    return sum;
  }

  /** Datagrams sent to the address that peers are told; none of them arrived. */
  knocks(name: string): number {
    return this.#door(name).counts.there.datagrams;
  }

  close(): void {
    for (const r of [...this.#relays.values(), ...this.#doors.values()]) r.close();
  }
}
