// Anys inside of messages hold what Go packs after it has opened them.
import { expect, test } from 'vitest';
import { AllowedMsgAllowance, BasicAllowance, MsgGrantAllowance } from '../../proto/gen/cosmos/feegrant/v1beta1.ts';
import { MsgSubmitProposal } from '../../proto/gen/cosmos/gov/v1.ts';
import type { Any } from '../../proto/gen/google/protobuf.ts';
import { type Codec, message, repeated, string } from '../encoding/codec.ts';
import { ANY_UTF8 } from '../encoding/proto-wire.ts';
import { allInterfaces, MSG_INTERFACE } from './interfaces.ts';
import { Unpacker } from './unpack.ts';

const any = <T>(codec: Codec<T>, value: T): Any => ({ typeUrl: `/${codec.name}`, value: codec.encode(value) });
const BareCoin = message<{ readonly denom: string }>('bare', { denom: string(1) });
const BareAllowance = message<{ readonly limit: readonly { readonly denom: string }[] }>(BasicAllowance.name, { limit: repeated(1, BareCoin) });

/** A proposal to grant an allowance in an allowance, whose limit is a coin. */
function proposal(basic: Any): Any {
  const allowance = any(AllowedMsgAllowance, { allowance: basic, allowedMessages: ['/x'] });
  return any(MsgSubmitProposal, MsgSubmitProposal.from({ messages: [any(MsgGrantAllowance, { granter: 'a', grantee: 'b', allowance })] }));
}

test('an amount that is left out three Anys deep is written as 0', () => {
  const unpack = (a: Any): unknown => new Unpacker(allInterfaces(), ANY_UTF8).unpack(a, MSG_INTERFACE).value;
  const bare = any(BareAllowance, { limit: [{ denom: 'stake' }] });
  const whole = any(BasicAllowance, { spendLimit: [{ denom: 'stake', amount: '0' }], expiration: undefined });
  expect(bare.value.length).toBe(whole.value.length - 3);
  expect(unpack(proposal(bare))).toEqual(unpack(proposal(whole)));
});
