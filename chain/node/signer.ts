// What this node signs with: its key file, or a remote signer that dials in on priv_validator_laddr.
import { FilePrivValidator } from '../privval/file.ts';
import type { PrivValidator } from '../privval/priv-validator.ts';
import { generateEd25519 } from '../privval/private-key.ts';
import { parseSignerAddress, type SignerAddress } from '../privval/remote/address.ts';
import { SignerLinkError } from '../privval/remote/errors.ts';
import { RemoteValidator } from '../privval/remote/remote-validator.ts';
import type { PublicKey } from '../types/public-key.ts';
import type { NodeConfig } from './config/config.ts';
import { ConfigError } from './config/errors.ts';
import { listenError } from './listen-address.ts';
import type { Logger } from './logger.ts';
import type { SignerObserver } from './metrics/metrics.ts';

export interface NodeSigner {
  readonly privValidator: PrivValidator;
  readonly publicKey: PublicKey;
  /** undefined: the key is a file here. */
  readonly isConnected: (() => boolean) | undefined;
  close(): Promise<void>;
}

/** A node and its signer are often started together, in any order. */
const START_MS = 60_000;
const KEY = 'priv_validator_laddr';

export interface SignerParts {
  readonly config: NodeConfig;
  readonly chainId: string;
  readonly logger: Logger;
  readonly observer: SignerObserver | undefined;
}

/** Waits for a remote signer. Rejects with ConfigError, KeyFileError, or an Error that names the key. */
export async function openSigner({ config, chainId, logger, observer }: SignerParts): Promise<NodeSigner> {
  const { files } = config;
  const { privValidatorLaddr } = config.comet.base;
  if (privValidatorLaddr === '') {
    const file = FilePrivValidator.loadOrGenerate({ key: files.privValidatorKey, state: files.privValidatorState });
    return { privValidator: file, publicKey: file.pubKey, isConnected: undefined, close: async () => undefined };
  }
  let address: SignerAddress;
  try {
    address = parseSignerAddress(privValidatorLaddr);
  } catch (e) {
    throw new ConfigError(`${KEY}: ${(e as Error).message}`);
  }
  logger.info('waiting for the remote signer', { address: privValidatorLaddr });
  try {
    const remote = await RemoteValidator.open({
      address,
      chainId,
      connectionKey: generateEd25519(),
      logger,
      startMs: START_MS,
      onRequest: observer === undefined ? undefined : (type, seconds) => observer.request(type.replace(/Request$/, ''), seconds),
    });
    return { privValidator: remote, publicKey: remote.publicKey, isConnected: () => remote.isConnected, close: () => remote.close() };
  } catch (e) {
    if (e instanceof SignerLinkError) throw new Error(`${KEY}: ${e.message} on ${privValidatorLaddr}; start the signer of chain ${chainId}`);
    throw listenError(KEY, address.kind === 'tcp' ? address : { host: address.path, port: 0 }, e);
  }
}
