// Which messages may stand where an Any accepts an interface: the part of the reference's interface registry that decides whether a
// transaction decodes. Source: sdk:codec/types/interface_registry.go; what is registered: each module's RegisterInterfaces.
import { findMessage, findService, type MessageType, serviceNames } from '../../proto/registry.ts';

export const MSG_INTERFACE = 'cosmos.base.v1beta1.Msg';
export const PUB_KEY_INTERFACE = 'cosmos.crypto.PubKey';
export const ACCOUNT_INTERFACE = 'cosmos.auth.v1beta1.AccountI';
const MSG_RESPONSE_INTERFACE = 'cosmos.tx.v1beta1.MsgResponse';

interface Registered {
  readonly type: MessageType;
  readonly interfaces: Set<string>;
}

export class InterfaceRegistry {
  readonly #byTypeUrl = new Map<string, Registered>();

  /** Names are full protobuf names. Throws on one that is not in proto/gen. */
  register(interfaceName: string, ...messageNames: readonly string[]): this {
    for (const name of messageNames) {
      const known = this.#byTypeUrl.get(`/${name}`);
      if (known !== undefined) {
        known.interfaces.add(interfaceName);
        continue;
      }
      const type = findMessage(name);
      if (type === undefined) throw new Error(`${name} is not in proto/gen: add its package to proto/packages.ts`);
      this.#byTypeUrl.set(type.typeUrl, { type, interfaces: new Set([interfaceName]) });
    }
    return this;
  }

  /** The requests of a Msg service are messages of transactions, its responses their results. */
  registerMsgService(serviceName: string): this {
    const service = findService(serviceName);
    if (service === undefined) throw new Error(`service ${serviceName} is not in proto/gen`);
    this.register(MSG_INTERFACE, ...service.methods.map((m) => m.input));
    return this.register(MSG_RESPONSE_INTERFACE, ...service.methods.map((m) => m.output));
  }

  /** Whatever interface it was registered for; the whole type URL counts, as in the reference. */
  resolve(typeUrl: string): MessageType | undefined {
    return this.#byTypeUrl.get(typeUrl)?.type;
  }

  /** The type, if it may stand for the interface. */
  implementation(interfaceName: string, typeUrl: string): MessageType | undefined {
    const r = this.#byTypeUrl.get(typeUrl);
    return r?.interfaces.has(interfaceName) === true ? r.type : undefined;
  }

  /** Type URLs by interface, sorted, for reflection. */
  implementations(interfaceName: string): string[] {
    return [...this.#byTypeUrl]
      .filter(([, r]) => r.interfaces.has(interfaceName))
      .map(([url]) => url)
      .sort();
  }

  interfaces(): string[] {
    return [...new Set([...this.#byTypeUrl.values()].flatMap((r) => [...r.interfaces]))].sort();
  }
}

/** What the SDK registers before any module: keys and the transaction itself. */
export function registerCore(registry: InterfaceRegistry): InterfaceRegistry {
  return registry
    .register(
      PUB_KEY_INTERFACE,
      'cosmos.crypto.ed25519.PubKey',
      'cosmos.crypto.secp256k1.PubKey',
      'cosmos.crypto.multisig.LegacyAminoPubKey',
      'cosmos.crypto.secp256r1.PubKey',
    )
    .register('cosmos.crypto.PrivKey', 'cosmos.crypto.secp256k1.PrivKey', 'cosmos.crypto.ed25519.PrivKey')
    .register('cosmos.tx.v1beta1.Tx', 'cosmos.tx.v1beta1.Tx');
}

const ACCOUNTS = ['cosmos.auth.v1beta1.BaseAccount', 'cosmos.auth.v1beta1.ModuleAccount'];
const VESTING_ACCOUNTS = ['ContinuousVestingAccount', 'DelayedVestingAccount', 'PeriodicVestingAccount', 'PermanentLockedAccount'].map(
  (n) => `cosmos.vesting.v1beta1.${n}`,
);
const BASE_VESTING = 'cosmos.vesting.v1beta1.BaseVestingAccount';

const TENDERMINT_CLIENT = 'ibc.lightclients.tendermint.v1';

/** Interfaces besides messages, by the module that registers them; implementers named by (implements_interface) where Go agrees. */
const BY_MODULE: Readonly<Record<string, (r: InterfaceRegistry) => void>> = {
  'cosmos.auth.v1beta1': (r) =>
    r
      .register(ACCOUNT_INTERFACE, ...ACCOUNTS)
      .register('cosmos.auth.v1beta1.GenesisAccount', ...ACCOUNTS)
      .register(PUB_KEY_INTERFACE, 'cosmos.auth.v1beta1.ModuleCredential'),
  'cosmos.vesting.v1beta1': (r) =>
    r
      .register('cosmos.vesting.v1beta1.VestingAccount', ...VESTING_ACCOUNTS)
      .register(ACCOUNT_INTERFACE, BASE_VESTING, ...VESTING_ACCOUNTS)
      .register('cosmos.auth.v1beta1.GenesisAccount', BASE_VESTING, ...VESTING_ACCOUNTS),
  'cosmos.bank.v1beta1': (r) => r.register('cosmos.authz.v1beta1.Authorization', 'cosmos.bank.v1beta1.SendAuthorization'),
  'cosmos.authz.v1beta1': (r) => r.register('cosmos.authz.v1beta1.Authorization', 'cosmos.authz.v1beta1.GenericAuthorization'),
  'cosmos.staking.v1beta1': (r) => r.register('cosmos.authz.v1beta1.Authorization', 'cosmos.staking.v1beta1.StakeAuthorization'),
  'cosmos.feegrant.v1beta1': (r) =>
    r.register(
      'cosmos.feegrant.v1beta1.FeeAllowanceI',
      'cosmos.feegrant.v1beta1.BasicAllowance',
      'cosmos.feegrant.v1beta1.PeriodicAllowance',
      'cosmos.feegrant.v1beta1.AllowedMsgAllowance',
    ),
  'cosmos.evidence.v1beta1': (r) => r.register('cosmos.evidence.v1beta1.Evidence', 'cosmos.evidence.v1beta1.Equivocation'),
  'cosmos.gov.v1beta1': (r) => r.register('cosmos.gov.v1beta1.Content', 'cosmos.gov.v1beta1.TextProposal'),
  'cosmos.distribution.v1beta1': (r) => r.register('cosmos.gov.v1beta1.Content', 'cosmos.distribution.v1beta1.CommunityPoolSpendProposal'),
  'cosmos.params.v1beta1': (r) => r.register('cosmos.gov.v1beta1.Content', 'cosmos.params.v1beta1.ParameterChangeProposal'),
  'ibc.core.client.v1': (r) =>
    r
      .register('ibc.core.client.v1.ClientState', `${TENDERMINT_CLIENT}.ClientState`)
      .register('ibc.core.client.v1.ConsensusState', `${TENDERMINT_CLIENT}.ConsensusState`)
      .register('ibc.core.client.v1.ClientMessage', `${TENDERMINT_CLIENT}.Header`, `${TENDERMINT_CLIENT}.Misbehaviour`),
  'cosmos.upgrade.v1beta1': (r) =>
    r.register('cosmos.gov.v1beta1.Content', 'cosmos.upgrade.v1beta1.SoftwareUpgradeProposal', 'cosmos.upgrade.v1beta1.CancelSoftwareUpgradeProposal'),
};

/** The core and these packages: their Msg services and interfaces. Later packages may register more on the result. */
export function interfacesOf(packageNames: readonly string[]): InterfaceRegistry {
  const registry = registerCore(new InterfaceRegistry());
  for (const pkg of packageNames) {
    BY_MODULE[pkg]?.(registry);
    if (findService(`${pkg}.Msg`)?.msg === true) registry.registerMsgService(`${pkg}.Msg`);
  }
  return registry;
}

/** Every package in proto/gen: for clients, which sign for whatever chain they talk to. */
export function allInterfaces(): InterfaceRegistry {
  const packages = new Set([...Object.keys(BY_MODULE), ...serviceNames().map((s) => s.slice(0, s.lastIndexOf('.')))]);
  return interfacesOf([...packages]);
}
