// Random plans of upgrades. Both programs pass over every height, so that plans come due and are cleared while the run goes on; that a node
// stops is tried in test/interop/upgrade.ts.
import { GO_ZERO_TIME } from '../../../chain/encoding/time.ts';
import { MsgCancelUpgrade, MsgSoftwareUpgrade } from '../../../proto/gen/cosmos/upgrade/v1beta1.ts';
import type { Any } from '../traffic/signer.ts';
import { any, type Maker, type World } from './world.ts';

const HEIGHTS = 2000;
export const SKIPPED_HEIGHTS: readonly number[] = Array.from({ length: HEIGHTS }, (_, i) => i + 1);

const NAMES = ['v2', 'v2', 'v3', 'länger "quoted" <&>', 'n'.repeat(140)];

/** By governance; `authority` may be somebody else. */
export function upgradeContent(w: World, authority: string): Any {
  const r = w.random;
  if (r.chance(0.2)) return any(MsgCancelUpgrade, { authority });
  const plan = {
    name: r.chance(0.04) ? '' : r.pick(NAMES),
    time: r.chance(0.04) ? w.time + 1_000_000_000n : GO_ZERO_TIME,
    height: r.chance(0.06) ? BigInt(r.between(-2, 1)) : w.height + BigInt(r.between(r.chance(0.1) ? -5 : 8, 60)),
    info: r.pick(['', 'https://example.org/v2.json', '{"binaries":{"linux/amd64":"https://example.org/v2"}}']),
    upgradedClientState: r.chance(0.03) ? { typeUrl: '/cosmos.upgrade.v1beta1.MsgCancelUpgrade', value: new Uint8Array(0) } : undefined,
  };
  return any(MsgSoftwareUpgrade, { authority, plan });
}

const unauthorised: Maker = (w) => {
  const from = w.account();
  return { name: 'plan an upgrade', from, messages: [upgradeContent(w, from.address)] };
};

export const UPGRADE: readonly (readonly [number, Maker])[] = [[1, unauthorised]];

export function upgradeCandidates(w: World): Readonly<Record<string, readonly string[]>> {
  return {
    name: [...NAMES, '', 'x'],
    last_height: ['0', '-1', w.height.toString(), '9223372036854775807'],
    module_name: ['', 'bank', 'auth', 'upgrade', 'ibc', 'nothing', 'Bank'],
  };
}
