// Queries of whole services, made from their descriptors: each field of a request gets what its name says, from what is in state, wrong ones too.
import { fromJson, type JsonValue } from '../../../proto/json.ts';
import { findMessage, findService, type MessageType } from '../../../proto/registry.ts';
import type { Random } from '../../../testnet/simulator/random.ts';
import { govCandidates } from './gov.ts';
import { upgradeCandidates } from './upgrade.ts';
import { SECOND_DENOM, type World } from './world.ts';

export interface MadeQuery {
  readonly name: string;
  readonly path: string;
  readonly data: Uint8Array;
}

const PAGES: readonly JsonValue[] = [
  null,
  {},
  { limit: '1' },
  { limit: '3', count_total: true },
  { offset: '2', limit: '2' },
  { offset: '2', limit: '2', count_total: true },
  { offset: '100000', limit: '2' },
  { offset: '100000', limit: '2', count_total: true },
  { limit: '2', reverse: true },
  { limit: '0', count_total: true },
  { offset: '1', limit: '0', reverse: true },
  { key: 'AQ==', limit: '2' },
  { key: 'AQ==', offset: '3', limit: '2' },
  { key: '/////w==', limit: '2' },
  { key: 'FA==', limit: '2', reverse: true },
  { limit: '18446744073709551615' },
  { offset: '18446744073709551615', limit: '1' },
];

/** By the request field's proto name: what may stand there. A module's helper may add its own. */
export type Candidates = Readonly<Record<string, readonly JsonValue[]>>;

export function candidates(w: World): Candidates {
  const { staking } = w.app.keepers;
  const ctx = w.state();
  const { addresses } = w.app;
  const validators = [...staking.allValidators(ctx)];
  const operators = [...validators.map((v) => v.operatorAddress), '', 'x', addresses.validators.toString(new Uint8Array(20)), w.accounts[0]?.address ?? ''];
  const holders = [...w.accounts.map((a) => a.address), '', 'x', addresses.toString(new Uint8Array(20)), operators[0] ?? ''];
  const consensus = [...w.app.keepers.slashing.signingInfos.walk(ctx)].map(([a]) => addresses.consensus.toString(a));
  const hashes = [...w.app.keepers.evidence.evidence.walk(ctx)].map(([h]) => Buffer.from(h).toString('hex'));
  return {
    ...govCandidates(w),
    ...upgradeCandidates(w),
    pagination: PAGES,
    validator_addr: operators,
    validator_address: operators,
    src_validator_addr: operators,
    dst_validator_addr: operators,
    delegator_addr: holders,
    delegator_address: holders,
    granter: holders,
    grantee: holders,
    msg_type_url: ['', '/cosmos.bank.v1beta1.MsgSend', '/cosmos.staking.v1beta1.MsgDelegate', '/nothing'],
    starting_height: ['0', '1', '3', '18446744073709551615'],
    ending_height: ['0', '2', '5', '1000', '18446744073709551615'],
    cons_address: [...consensus, '', 'x', addresses.consensus.toString(new Uint8Array(20))],
    status: ['', 'BOND_STATUS_BONDED', 'BOND_STATUS_UNBONDING', 'BOND_STATUS_UNBONDED', 'BOND_STATUS_UNSPECIFIED', 'bonded'],
    address: holders,
    denom: [w.chain.denom, SECOND_DENOM, 'other', '', '2x'],
    height: ['0', '1', '-1', w.height.toString(), (w.height - 3n).toString(), (w.height - 20n).toString()],
    hash: [...hashes, ...hashes.map((h) => h.toUpperCase()), '', 'zz', 'abc', 'ab'.repeat(32)],
  };
}

/** `each` requests of every method of the services. */
export function makeQueries(services: readonly string[], c: Candidates, random: Random, each: number): MadeQuery[] {
  const out: MadeQuery[] = [];
  for (const service of services) {
    for (const method of findService(service)?.methods ?? []) {
      const type = findMessage(method.input) as MessageType;
      const names = new Set<string>();
      for (let i = 0; i < each; i++) {
        const json: Record<string, JsonValue> = {};
        for (const field of type.byName.keys()) {
          const list = c[field];
          if (list !== undefined && random.chance(0.85)) json[field] = random.pick(list);
        }
        const name = `${service}/${method.name} ${JSON.stringify(json)}`;
        if (names.has(name)) continue;
        names.add(name);
        out.push({ name, path: `/${service}/${method.name}`, data: type.codec.encode(fromJson(type, json)) });
      }
    }
  }
  return out;
}
