// Messages of connections. Source: ibc-go v10 modules/core/keeper/msg_server.go, 03-connection/types/msgs.go.
import type { AddressCodec } from '../../../../chain/core/address.ts';
import { plainError, wrapError } from '../../../../chain/core/errors.ts';
import type { ServiceRegistrar } from '../../../../chain/core/module.ts';
import {
  type Counterparty,
  MsgConnectionOpenAck,
  MsgConnectionOpenAckResponse,
  MsgConnectionOpenConfirm,
  MsgConnectionOpenConfirmResponse,
  MsgConnectionOpenInit,
  MsgConnectionOpenInitResponse,
  MsgConnectionOpenTry,
  MsgConnectionOpenTryResponse,
  MsgUpdateParams,
  MsgUpdateParamsResponse,
} from '../../../../proto/gen/ibc/core/connection/v1.ts';
import { LOCALHOST_ID } from '../02-client/client-id.ts';
import { ErrInvalidClientType } from '../02-client/errors.ts';
import { assertAuthority, assertSigner } from '../02-client/msg-server.ts';
import { ErrInvalidProof } from '../23-commitment/errors.ts';
import { isConnectionId, validateClientId, validateConnectionId } from '../24-host/identifiers.ts';
import { ErrInvalidVersion } from '../errors.ts';
import { ErrInvalidConnectionIdentifier, ErrInvalidCounterparty } from './errors.ts';
import type { ConnectionKeeper } from './keeper.ts';
import { VERSIONS_MAX, validateVersion } from './version.ts';

export function within<T>(what: string, run: () => T): T {
  try {
    return run();
  } catch (e) {
    throw wrapError(e, what);
  }
}

function validateCounterparty(c: Counterparty): void {
  if (c.connectionId !== '') within('invalid counterparty connection ID', () => validateConnectionId(c.connectionId));
  within('invalid counterparty client ID', () => validateClientId(c.clientId));
  if (c.prefix.keyPrefix.length === 0) throw ErrInvalidCounterparty.wrap('counterparty prefix cannot be empty');
}

const notLocalhost = (clientId: string): void => {
  if (clientId === LOCALHOST_ID) throw ErrInvalidClientType.wrap('localhost connection handshakes are disallowed');
};

const notEmpty = (proof: Uint8Array, what: string): void => {
  if (proof.length === 0) throw ErrInvalidProof.wrap(`cannot submit an empty proof ${what}`);
};

export function registerConnectionMessages(registrar: ServiceRegistrar, k: ConnectionKeeper, addresses: AddressCodec): void {
  registrar.msg(
    MsgConnectionOpenInit,
    MsgConnectionOpenInitResponse,
    (ctx, m) => {
      within('connection handshake open init failed', () => k.openInit(ctx, m.clientId, m.counterparty, m.version, m.delayPeriod));
      return {};
    },
    (m) => {
      notLocalhost(m.clientId);
      within('invalid client ID', () => validateClientId(m.clientId));
      if (m.counterparty.connectionId !== '') throw ErrInvalidCounterparty.wrap('counterparty connection identifier must be empty');
      if (m.version !== undefined) within('basic validation of the provided version failed', () => validateVersion(m.version));
      assertSigner(addresses, m.signer);
      validateCounterparty(m.counterparty);
    },
  );
  registrar.msg(
    MsgConnectionOpenTry,
    MsgConnectionOpenTryResponse,
    (ctx, m) => {
      const proof = { bytes: m.proofInit, height: m.proofHeight };
      within('connection handshake open try failed', () => k.openTry(ctx, m.clientId, m.counterparty, m.delayPeriod, m.counterpartyVersions, proof));
      return {};
    },
    (m) => {
      notLocalhost(m.clientId);
      within('invalid client ID', () => validateClientId(m.clientId));
      within('invalid counterparty connection ID', () => validateConnectionId(m.counterparty.connectionId));
      if (m.counterpartyVersions.length === 0) throw ErrInvalidVersion.wrap('empty counterparty versions');
      if (m.counterpartyVersions.length > VERSIONS_MAX) throw ErrInvalidVersion.wrap(`counterparty versions must not exceed ${VERSIONS_MAX} items`);
      for (const [i, v] of m.counterpartyVersions.entries()) within(`basic validation failed on version with index ${i}`, () => validateVersion(v));
      notEmpty(m.proofInit, 'init');
      assertSigner(addresses, m.signer);
      validateCounterparty(m.counterparty);
    },
  );
  registrar.msg(
    MsgConnectionOpenAck,
    MsgConnectionOpenAckResponse,
    (ctx, m) => {
      const { version } = m;
      if (version === undefined) throw plainError('version cannot be nil');
      const proof = { bytes: m.proofTry, height: m.proofHeight };
      within('connection handshake open ack failed', () => k.openAck(ctx, m.connectionId, version, m.counterpartyConnectionId, proof));
      return {};
    },
    (m) => {
      if (!isConnectionId(m.connectionId)) throw ErrInvalidConnectionIdentifier.error();
      within('invalid counterparty connection ID', () => validateConnectionId(m.counterpartyConnectionId));
      validateVersion(m.version);
      notEmpty(m.proofTry, 'try');
      assertSigner(addresses, m.signer);
    },
  );
  registrar.msg(
    MsgConnectionOpenConfirm,
    MsgConnectionOpenConfirmResponse,
    (ctx, m) => {
      within('connection handshake open confirm failed', () => k.openConfirm(ctx, m.connectionId, { bytes: m.proofAck, height: m.proofHeight }));
      return {};
    },
    (m) => {
      if (!isConnectionId(m.connectionId)) throw ErrInvalidConnectionIdentifier.error();
      notEmpty(m.proofAck, 'ack');
      assertSigner(addresses, m.signer);
    },
  );
  registrar.msg(
    MsgUpdateParams,
    MsgUpdateParamsResponse,
    (ctx, m) => {
      assertAuthority(k.clients, m.signer);
      k.setParams(ctx, m.params);
      return {};
    },
    (m) => {
      assertSigner(addresses, m.signer);
      if (m.params.maxExpectedTimePerBlock === 0n) throw plainError('MaxExpectedTimePerBlock cannot be zero');
    },
  );
}
