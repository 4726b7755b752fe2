// Messages of clients. Source: ibc-go v10 modules/core/keeper/msg_server.go, 02-client/types/msgs.go.
import type { AddressCodec } from '../../../../chain/core/address.ts';
import { SdkError, wrapError } from '../../../../chain/core/errors.ts';
import type { ServiceRegistrar } from '../../../../chain/core/module.ts';
import type { Any } from '../../../../proto/gen/google/protobuf.ts';
import {
  MsgCreateClient,
  MsgCreateClientResponse,
  MsgDeleteClientCreator,
  MsgDeleteClientCreatorResponse,
  MsgIBCSoftwareUpgrade,
  MsgIBCSoftwareUpgradeResponse,
  MsgRecoverClient,
  MsgRecoverClientResponse,
  MsgSubmitMisbehaviour,
  MsgSubmitMisbehaviourResponse,
  MsgUpdateClient,
  MsgUpdateClientResponse,
  MsgUpdateParams,
  MsgUpdateParamsResponse,
  MsgUpgradeClient,
  MsgUpgradeClientResponse,
} from '../../../../proto/gen/ibc/core/client/v1.ts';
import { validateClientId } from '../24-host/identifiers.ts';
import { ErrInvalidAddress, ErrUnauthorized, ErrUnpackAny } from '../errors.ts';
import { clientTypeOf } from './client-id.ts';
import { ErrInvalidClientType, ErrInvalidSubstitute, ErrInvalidUpgradeClient } from './errors.ts';
import { emitScheduleUpgrade } from './events.ts';
import { type ClientKeeper, validateParams } from './keeper.ts';
import type { LightClientModule } from './light-client-module.ts';

/** Throws ErrInvalidAddress. */
export function assertSigner(addresses: AddressCodec, signer: string): Uint8Array {
  try {
    return addresses.toBytes(signer);
  } catch (e) {
    if (e instanceof SdkError) throw ErrInvalidAddress.wrap(`string could not be parsed as address: ${e.message}`);
    throw e;
  }
}

export function assertAuthority(k: { readonly authority: string }, signer: string): void {
  if (k.authority !== signer) throw ErrUnauthorized.wrap(`expected ${k.authority}, got ${signer}`);
}

type Part = 'clientState' | 'consensusState';

export function registerClientMessages(registrar: ServiceRegistrar, k: ClientKeeper, addresses: AddressCodec): void {
  const moduleOf = (part: Part, any: Any | undefined): readonly [LightClientModule, Any] => {
    if (any === undefined) throw ErrUnpackAny.wrap('protobuf Any message cannot be nil');
    const m = k.modules.find((x) => x.typeUrls[part] === any.typeUrl);
    if (m === undefined) throw ErrUnpackAny.wrap(`cannot unpack Any into ${part} ${any.typeUrl}`);
    return [m, any];
  };
  const message = (any: Any | undefined): readonly [LightClientModule, Any] => {
    if (any === undefined) throw ErrUnpackAny.wrap('protobuf Any message cannot be nil');
    const m = k.modules.find((x) => x.typeUrls.messages.includes(any.typeUrl));
    if (m === undefined) throw ErrUnpackAny.wrap(`cannot unpack Any into ClientMessage ${any.typeUrl}`);
    return [m, any];
  };
  const validateMessage = (any: Any | undefined): void => {
    const [m, unpacked] = message(any);
    m.validateMessage(unpacked);
  };

  registrar.msg(
    MsgCreateClient,
    MsgCreateClientResponse,
    (ctx, msg) => {
      const [m, client] = moduleOf('clientState', msg.clientState);
      const clientId = k.create(ctx, m.clientType, client.value, msg.consensusState?.value ?? new Uint8Array(0));
      k.setCreator(ctx, clientId, addresses.toBytes(msg.signer));
      return { clientId };
    },
    (msg) => {
      assertSigner(addresses, msg.signer);
      const [m, client] = moduleOf('clientState', msg.clientState);
      m.validateClientState(client.value);
      const [other, consensus] = moduleOf('consensusState', msg.consensusState);
      if (m !== other) throw ErrInvalidClientType.wrap('client type for client state and consensus state do not match');
      m.validateConsensusState(consensus.value);
    },
  );
  registrar.msg(
    MsgUpdateClient,
    MsgUpdateClientResponse,
    (ctx, msg) => {
      k.update(ctx, msg.clientId, message(msg.clientMessage)[1]);
      return {};
    },
    (msg) => {
      assertSigner(addresses, msg.signer);
      validateMessage(msg.clientMessage);
      validateClientId(msg.clientId);
    },
  );
  registrar.msg(
    MsgUpgradeClient,
    MsgUpgradeClientResponse,
    (ctx, m) => {
      const none = new Uint8Array(0);
      k.upgradeClient(ctx, m.clientId, m.clientState?.value ?? none, m.consensusState?.value ?? none, m.proofUpgradeClient, m.proofUpgradeConsensusState);
      return {};
    },
    (msg) => {
      const [[m], [other]] = [moduleOf('clientState', msg.clientState), moduleOf('consensusState', msg.consensusState)];
      if (m !== other) {
        throw ErrInvalidUpgradeClient.wrap(`consensus state's client-type does not match client. expected: ${m.clientType}, got: ${other.clientType}`);
      }
      if (msg.proofUpgradeClient.length === 0) throw ErrInvalidUpgradeClient.wrap('proof of upgrade client cannot be empty');
      if (msg.proofUpgradeConsensusState.length === 0) throw ErrInvalidUpgradeClient.wrap('proof of upgrade consensus state cannot be empty');
      assertSigner(addresses, msg.signer);
      validateClientId(msg.clientId);
    },
  );
  registrar.msg(
    MsgSubmitMisbehaviour,
    MsgSubmitMisbehaviourResponse,
    (ctx, msg) => {
      k.update(ctx, msg.clientId, message(msg.misbehaviour)[1]);
      return {};
    },
    (msg) => {
      assertSigner(addresses, msg.signer);
      validateMessage(msg.misbehaviour);
      validateClientId(msg.clientId);
    },
  );
  registrar.msg(
    MsgRecoverClient,
    MsgRecoverClientResponse,
    (ctx, msg) => {
      assertAuthority(k, msg.signer);
      try {
        k.recover(ctx, msg.subjectClientId, msg.substituteClientId);
      } catch (e) {
        throw wrapError(e, 'client recovery failed');
      }
      return {};
    },
    (msg) => {
      assertSigner(addresses, msg.signer);
      validateClientId(msg.subjectClientId);
      validateClientId(msg.substituteClientId);
      if (msg.subjectClientId === msg.substituteClientId) throw ErrInvalidSubstitute.wrap('subject and substitute clients must be different');
    },
  );
  registrar.msg(
    MsgIBCSoftwareUpgrade,
    MsgIBCSoftwareUpgradeResponse,
    (ctx, msg) => {
      assertAuthority(k, msg.signer);
      const [m, client] = moduleOf('clientState', msg.upgradedClientState);
      k.upgrade.schedule(ctx, msg.plan);
      k.upgrade.setUpgradedClient(ctx, msg.plan.height, m.committedForUpgrade(client.value));
      emitScheduleUpgrade(ctx, msg.plan.name, msg.plan.height);
      return {};
    },
    (msg) => {
      assertSigner(addresses, msg.signer);
      moduleOf('clientState', msg.upgradedClientState);
    },
  );
  registrar.msg(
    MsgUpdateParams,
    MsgUpdateParamsResponse,
    (ctx, msg) => {
      assertAuthority(k, msg.signer);
      k.setParams(ctx, msg.params);
      return {};
    },
    (msg) => {
      assertSigner(addresses, msg.signer);
      validateParams(msg.params);
    },
  );
  registrar.msg(
    MsgDeleteClientCreator,
    MsgDeleteClientCreatorResponse,
    (ctx, msg) => {
      const creator = k.creator(ctx, msg.clientId);
      const told = creator === undefined ? '' : addresses.toString(creator);
      if (msg.signer !== told && msg.signer !== k.authority) throw ErrUnauthorized.wrap(`expected signature from ${told} or ${k.authority}, got ${msg.signer}`);
      k.deleteCreator(ctx, msg.clientId);
      return {};
    },
    (msg) => {
      assertSigner(addresses, msg.signer);
      validateClientId(msg.clientId);
      clientTypeOf(msg.clientId);
    },
  );
}
