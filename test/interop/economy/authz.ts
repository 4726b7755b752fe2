// Random messages of authz, right ones and wrong ones, and messages that others send by them.
import { GenericAuthorization, MsgExec, MsgGrant, MsgRevoke } from '../../../proto/gen/cosmos/authz/v1beta1.ts';
import { MsgMultiSend, MsgSend, SendAuthorization } from '../../../proto/gen/cosmos/bank/v1beta1.ts';
import { MsgWithdrawDelegatorReward } from '../../../proto/gen/cosmos/distribution/v1beta1.ts';
import { MsgBeginRedelegate, MsgCancelUnbondingDelegation, MsgDelegate, MsgUndelegate, StakeAuthorization } from '../../../proto/gen/cosmos/staking/v1beta1.ts';
import type { Any } from '../traffic/signer.ts';
import { expiration, grantee, limit } from './feegrant.ts';
import { any, type Maker, type World } from './world.ts';

const TYPES: readonly string[] = [MsgSend, MsgDelegate, MsgUndelegate, MsgBeginRedelegate, MsgWithdrawDelegatorReward, MsgMultiSend, MsgExec, MsgGrant].map(
  (c) => `/${c.name}`,
);

const operators = (w: World): string[] => [...w.app.keepers.staking.allValidators(w.state())].map((v) => v.operatorAddress);

function validators(w: World): StakeAuthorization['validators'] {
  const r = w.random;
  if (r.chance(0.1)) return undefined;
  const address = operators(w).filter(() => r.chance(0.6));
  return r.chance(0.6) ? { case: 'allowList', value: { address } } : { case: 'denyList', value: { address } };
}

function authorization(w: World): Any {
  const r = w.random;
  if (r.chance(0.02)) return any(MsgSend, MsgSend.zero());
  if (r.chance(0.35)) {
    const allowList = r.chance(0.6) ? [] : w.accounts.filter(() => r.chance(0.4)).map((a) => a.address);
    return any(SendAuthorization, { spendLimit: r.chance(0.03) ? [] : limit(w), allowList: r.chance(0.05) ? [...allowList, ...allowList] : allowList });
  }
  if (r.chance(0.5)) {
    const authorizationType = r.chance(0.03) ? 7 : r.chance(0.03) ? 0 : r.between(1, 5);
    return any(StakeAuthorization, { maxTokens: r.chance(0.3) ? undefined : w.coin(w.amount(900_000)), validators: validators(w), authorizationType });
  }
  return any(GenericAuthorization, { msg: r.chance(0.05) ? r.pick(['', '/nothing', 'x']) : r.pick(TYPES) });
}

const grant: Maker = (w) => {
  const from = w.account();
  const content = { authorization: w.random.chance(0.01) ? undefined : authorization(w), expiration: expiration(w) };
  return { name: 'grant authorization', from, messages: [any(MsgGrant, { granter: from.address, grantee: grantee(w, from.address), grant: content })] };
};

interface Held {
  readonly granter: string;
  readonly grantee: string;
  readonly typeUrl: string;
}

const held = (w: World): Held[] =>
  [...w.app.keepers.authz.grants.walk(w.state())].map(([[granter, to, typeUrl]]) => ({
    granter: w.app.addresses.toString(granter),
    grantee: w.app.addresses.toString(to),
    typeUrl,
  }));

const revoke: Maker = (w) => {
  const r = w.random;
  const list = held(w).filter((g) => w.accountOf(g.granter) !== undefined);
  const g = list.length === 0 || r.chance(0.1) ? undefined : r.pick(list);
  const from = (g && w.accountOf(g.granter)) ?? w.account();
  const msgTypeUrl = g?.typeUrl ?? r.pick([...TYPES, '']);
  return {
    name: 'revoke authorization',
    from,
    messages: [any(MsgRevoke, { granter: from.address, grantee: g?.grantee ?? grantee(w, from.address), msgTypeUrl })],
  };
};

/** A message of the type, signed by `signer`. */
function message(w: World, typeUrl: string, signer: string, depth = 0): Any {
  const r = w.random;
  const list = operators(w);
  const validatorAddress = list.length === 0 ? 'none' : r.pick(list);
  const amount = w.coin(w.amount(200_000));
  switch (typeUrl) {
    case `/${MsgDelegate.name}`:
      return any(MsgDelegate, { delegatorAddress: signer, validatorAddress, amount });
    case `/${MsgUndelegate.name}`:
      return any(MsgUndelegate, { delegatorAddress: signer, validatorAddress, amount });
    case `/${MsgBeginRedelegate.name}`:
      return any(MsgBeginRedelegate, {
        delegatorAddress: signer,
        validatorSrcAddress: validatorAddress,
        validatorDstAddress: list.length === 0 ? 'none' : r.pick(list),
        amount,
      });
    case `/${MsgCancelUnbondingDelegation.name}`:
      return any(MsgCancelUnbondingDelegation, { delegatorAddress: signer, validatorAddress, amount, creationHeight: w.height - 3n });
    case `/${MsgWithdrawDelegatorReward.name}`:
      return any(MsgWithdrawDelegatorReward, { delegatorAddress: signer, validatorAddress });
    case `/${MsgMultiSend.name}`: {
      const coins = [w.coin(BigInt(r.between(1, 500)))];
      const second = r.chance(0.3) ? [{ address: w.account().address, coins }] : [];
      const inputs = [{ address: signer, coins }, ...second];
      return any(MsgMultiSend, { inputs, outputs: inputs.map(() => ({ address: w.account().address, coins })) });
    }
    case `/${MsgExec.name}`:
      return depth > 2 ? message(w, `/${MsgSend.name}`, signer) : exec(w, signer, depth + 1);
    case `/${MsgGrant.name}`:
      return any(MsgGrant, { granter: signer, grantee: w.account().address, grant: { authorization: authorization(w), expiration: expiration(w) } });
    default:
      return any(MsgSend, { fromAddress: signer, toAddress: w.account().address, amount: r.chance(0.2) ? limit(w, 9000) : [w.coin(w.amount(9000))] });
  }
}

/** What `sender` may do in the name of others, mostly; and some of its own. */
function exec(w: World, sender: string, depth = 0): Any {
  const r = w.random;
  const mine = held(w).filter((g) => g.grantee === sender);
  const one = (): Any => {
    if (r.chance(0.08)) return message(w, r.pick(TYPES), sender, depth);
    if (mine.length === 0 || r.chance(0.06)) return message(w, r.pick(TYPES), w.account().address, depth);
    const g = r.pick(mine);
    return message(w, g.typeUrl, g.granter, depth);
  };
  const count = r.chance(0.02) ? 0 : r.chance(0.25) ? r.between(2, 4) : 1;
  return any(MsgExec, { grantee: sender, msgs: Array.from({ length: count }, one) });
}

const execute: Maker = (w) => {
  const list = held(w).filter((g) => w.accountOf(g.grantee) !== undefined);
  const g = list.length === 0 || w.random.chance(0.08) ? undefined : w.random.pick(list);
  const from = (g && w.accountOf(g.grantee)) ?? w.account();
  const gas = w.random.chance(0.1) ? { options: { gas: BigInt(w.random.between(50_000, 170_000)) } } : {};
  return { name: 'execute for another', from, messages: [exec(w, from.address)], ...gas };
};

/** One inside of the other, more than decoding lets pass; or many in one. */
const deep: Maker = (w) => {
  const from = w.account();
  const wrap = (msgs: readonly Any[]): Any => any(MsgExec, { grantee: from.address, msgs });
  if (w.random.chance(0.3))
    return { name: 'execute many', from, messages: [wrap(Array.from({ length: w.random.between(95, 102) }, () => message(w, '', from.address)))] };
  let inner = message(w, `/${MsgSend.name}`, from.address);
  for (let i = w.random.between(6, 12); i > 0; i--) inner = wrap([inner]);
  return { name: 'execute deep inside', from, messages: [inner] };
};

/** What governance may do here too: its proposals hold these. Nothing by which it would lose coins, since deposits lie with them. */
export function authzContent(w: World, authority: string): Any {
  const r = w.random;
  const mine = held(w).filter((g) => g.grantee === authority);
  const inNameOf = (): Any => {
    const g = mine.length === 0 || r.chance(0.1) ? undefined : r.pick(mine);
    return message(w, g?.typeUrl ?? r.pick(TYPES), g?.granter ?? w.account().address, 3);
  };
  if (r.chance(0.6)) return any(MsgExec, { grantee: authority, msgs: Array.from({ length: r.between(0, 3) }, inNameOf) });
  if (r.chance(0.3)) return any(MsgRevoke, { granter: authority, grantee: w.account().address, msgTypeUrl: r.pick(TYPES) });
  const content = { authorization: any(GenericAuthorization, { msg: `/${MsgRevoke.name}` }), expiration: expiration(w) };
  return any(MsgGrant, { granter: authority, grantee: grantee(w, authority), grant: content });
}

export const AUTHZ: readonly (readonly [number, Maker])[] = [
  [8, grant],
  [2, revoke],
  [14, execute],
  [1, deep],
];
