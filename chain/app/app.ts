// The Trellis application: which modules it is made of, and how they are joined. The only folder that knows keepers.

import type { AnteTx } from '../../modules/auth/ante/ante-tx.ts';
import type { AnteDecorator } from '../../modules/auth/ante/decorator.ts';
import { anteHandler } from '../../modules/auth/ante/run-ante.ts';
import { sequenceTracker } from '../../modules/auth/ante/sequence-tracker.ts';
import { signatureItems } from '../../modules/auth/ante/verify-signature.ts';
import type { BankKeeper as Payments } from '../../modules/auth/expected-keepers.ts';
import { AccountKeeper } from '../../modules/auth/keeper.ts';
import { authModule, vestingModule } from '../../modules/auth/module.ts';
import { VestingKeeper } from '../../modules/auth/vesting/keeper.ts';
import { genericAuthorizationKind } from '../../modules/authz/generic-authorization.ts';
import { AuthzKeeper } from '../../modules/authz/keeper.ts';
import { authzModule } from '../../modules/authz/module.ts';
import { BankKeeper } from '../../modules/bank/keeper.ts';
import { bankModule } from '../../modules/bank/module.ts';
import { sendAuthorizationKind } from '../../modules/bank/send-authorization.ts';
import { SupplyKeeper } from '../../modules/bank/supply.ts';
import { CircuitKeeper } from '../../modules/circuit/keeper.ts';
import { circuitModule } from '../../modules/circuit/module.ts';
import { ConsensusKeeper } from '../../modules/consensus/keeper.ts';
import { consensusModule } from '../../modules/consensus/module.ts';
import type { BankKeeper as RewardsBank } from '../../modules/distribution/expected-keepers.ts';
import { DistributionKeeper } from '../../modules/distribution/keeper.ts';
import { LEGACY_CONTENTS as COMMUNITY_CONTENTS } from '../../modules/distribution/legacy-content.ts';
import { distributionModule } from '../../modules/distribution/module.ts';
import { EvidenceKeeper } from '../../modules/evidence/keeper.ts';
import { evidenceModule } from '../../modules/evidence/module.ts';
import { FeegrantKeeper } from '../../modules/feegrant/keeper.ts';
import { feegrantModule } from '../../modules/feegrant/module.ts';
import type { DeliverGenesisTx } from '../../modules/genutil/expected-keepers.ts';
import { genutilModule } from '../../modules/genutil/module.ts';
import type { BankKeeper as GovBank } from '../../modules/gov/expected-keepers.ts';
import { GovKeeper } from '../../modules/gov/keeper.ts';
import { TEXT_ROUTER } from '../../modules/gov/legacy-content.ts';
import { govModule } from '../../modules/gov/module.ts';
import { HistoryKeeper } from '../../modules/history/keeper.ts';
import { historyModule } from '../../modules/history/module.ts';
import type { BankKeeper as TransferBank } from '../../modules/ibc/apps/transfer/expected-keepers.ts';
import { transferIbcModule } from '../../modules/ibc/apps/transfer/ibc-module.ts';
import { TransferKeeper } from '../../modules/ibc/apps/transfer/keeper.ts';
import { PORT as TRANSFER_PORT } from '../../modules/ibc/apps/transfer/keys.ts';
import { transferModule } from '../../modules/ibc/apps/transfer/module.ts';
import { ClientKeeper } from '../../modules/ibc/core/02-client/keeper.ts';
import { ConnectionKeeper } from '../../modules/ibc/core/03-connection/keeper.ts';
import { ChannelKeeper } from '../../modules/ibc/core/04-channel/keeper.ts';
import { PortRouter } from '../../modules/ibc/core/05-port/router.ts';
import { ibcModule } from '../../modules/ibc/core/module.ts';
import { tendermintModule } from '../../modules/ibc/light-clients/07-tendermint/light-client-module.ts';
import { MintKeeper } from '../../modules/mint/keeper.ts';
import { mintModule } from '../../modules/mint/module.ts';
import { paramsModule } from '../../modules/params/module.ts';
import { RotationKeeper } from '../../modules/rotation/keeper.ts';
import { rotationModule } from '../../modules/rotation/module.ts';
import { SlashingKeeper } from '../../modules/slashing/keeper.ts';
import { slashingModule } from '../../modules/slashing/module.ts';
import type { BankKeeper as StakingBank } from '../../modules/staking/expected-keepers.ts';
import { StakingKeeper } from '../../modules/staking/keeper.ts';
import { stakingModule } from '../../modules/staking/module.ts';
import { stakeAuthorizationKind } from '../../modules/staking/stake-authorization.ts';
import { type UpgradeHost, UpgradeKeeper, type UpgradeOptions, type VersionMap } from '../../modules/upgrade/keeper.ts';
import { LEGACY_CONTENTS as UPGRADE_CONTENTS } from '../../modules/upgrade/legacy-content.ts';
import { upgradeModule } from '../../modules/upgrade/module.ts';
import { programError, UpgradeHalt } from '../../modules/upgrade/pre-block.ts';
import { ProgramHalt } from '../abci/application.ts';
import { BaseApp } from '../baseapp/base-app.ts';
import { MsgRouter } from '../baseapp/msg-router.ts';
import type { BaseAppOptions, SnapshotPort } from '../baseapp/options.ts';
import { QueryRouter } from '../baseapp/query-router.ts';
import { SignatureCache, type VerifyBatch } from '../baseapp/signature-cache.ts';
import { AddressCodec } from '../core/address.ts';
import type { Context } from '../core/context.ts';
import type { DecCoin } from '../core/dec-coins.ts';
import type { CommitMultiStore } from '../core/kv-store.ts';
import type { MessagePort } from '../core/message-port.ts';
import type { AppModule, ServiceRegistrar, ValidatorUpdate } from '../core/module.ts';
import { moduleAddress } from '../crypto/address.ts';
import { verifySimpleKey } from '../crypto/multisig.ts';
import type { InterfaceRegistry } from '../tx/interfaces.ts';
import { anteSteps } from './ante.ts';
import { assertKnownModules, initAppState, parseAppState } from './genesis.ts';
import { AUTHORITY_MODULE, blockedAddresses, MODULE_ACCOUNTS, ROTATION_ACCOUNTS } from './module-accounts.ts';
import { BEGIN_BLOCK_ORDER, END_BLOCK_ORDER, INIT_GENESIS_ORDER, ordered, orderedHooks, PRE_BLOCK_ORDER } from './orders.ts';
import { registerSimulate } from './simulate-query.ts';
import { STORE_NAMES } from './store-names.ts';
import { trellisInterfaces, trellisTxDecoder } from './tx-decoder.ts';
import { runMigrations, versionMap } from './upgrades/run-migrations.ts';
import type { Upgrade, UpgradeTools } from './upgrades/upgrade.ts';
import { UPGRADES } from './upgrades/upgrades.ts';

export interface TrellisAppOptions {
  /** Opened with STORE_NAMES, or with `storeNames`. */
  readonly store: CommitMultiStore;
  readonly storeNames?: readonly string[];
  readonly chainId: string;
  /** Human-readable part of account addresses. */
  readonly bech32Prefix?: string;
  readonly version?: string;
  readonly minGasPrices?: readonly DecCoin[];
  readonly minRetainBlocks?: bigint;
  readonly haltHeight?: bigint;
  readonly haltTime?: bigint;
  readonly queryGasLimit?: bigint;
  readonly indexEvents?: ReadonlySet<string>;
  /** Checks signatures in batches away from the main thread; without it each is checked where it is needed. */
  readonly verifyBatch?: VerifyBatch;
  readonly yieldNow?: () => Promise<void>;
  readonly snapshots?: SnapshotPort;
  /** Adds steps to the ante, or takes some away. All nodes of a chain must run the same ones. */
  readonly changeAnte?: (steps: readonly AnteDecorator[]) => readonly AnteDecorator[];
  /** Off in the reference's keeper by default, on in simd and here. */
  readonly unorderedTransactions?: boolean;
  /** What a new chain stakes and mints, and the denom in which a withdrawal of nothing is told. Part of the network: all nodes use the same. */
  readonly baseDenom?: string;
  /** Whether text proposals of the old kind have a handler, as in the SDK's application (default) and not in ibc-go's, where they panic. */
  readonly legacyProposals?: boolean;
  /** Modules that simd of SDK 0.53 has not: validators may change their keys, the chain logs its block hashes. Default true; false for comparing. */
  readonly ownModules?: boolean;
  /** What this program can bring the state over. Default: the upgrades of this chain. */
  readonly upgrades?: readonly Upgrade[];
  /** Heights whose upgrade this node passes over. */
  readonly skipUpgradeHeights?: ReadonlySet<bigint>;
  /** Where the node that stops for an upgrade leaves word of it; without one nobody is told. */
  readonly upgradeHost?: UpgradeHost;
  /** Versions of modules beside this application's that a new chain notes, as a comparison run needs them. */
  readonly otherModuleVersions?: VersionMap;
}

export interface Keepers {
  readonly upgrade: UpgradeKeeper;
  readonly rotation: RotationKeeper;
  readonly history: HistoryKeeper;
  readonly ibc: ChannelKeeper;
  readonly transfer: TransferKeeper;
  readonly accounts: AccountKeeper;
  readonly bank: BankKeeper;
  readonly supply: SupplyKeeper;
  readonly consensus: ConsensusKeeper;
  readonly staking: StakingKeeper;
  readonly slashing: SlashingKeeper;
  readonly evidence: EvidenceKeeper;
  readonly distribution: DistributionKeeper;
  readonly mint: MintKeeper;
  readonly gov: GovKeeper;
  readonly feegrant: FeegrantKeeper;
  readonly authz: AuthzKeeper;
  readonly circuit: CircuitKeeper;
}

export interface Composition {
  readonly addresses: AddressCodec;
  readonly keepers: Keepers;
  /** Bank as auth needs it. */
  readonly payments: Payments;
  /** Every module, in the order of genesis where it has one. */
  readonly modules: readonly AppModule[];
}

/** What a new chain stakes and mints, if nobody says otherwise; its genesis may too. */
const BOND_DENOM = 'utrel';

/** Both of bank's keepers as staking sees them. */
function bankForStaking(bank: BankKeeper, supply: SupplyKeeper): StakingBank {
  return {
    balance: bank.balance.bind(bank),
    allBalances: bank.allBalances.bind(bank),
    supply: supply.supply.bind(supply),
    sendFromModuleToModule: supply.sendFromModuleToModule.bind(supply),
    delegateFromAccountToModule: supply.delegateFromAccountToModule.bind(supply),
    undelegateFromModuleToAccount: supply.undelegateFromModuleToAccount.bind(supply),
    burn: supply.burn.bind(supply),
  };
}

/** Both of bank's keepers as distribution sees them. */
function bankForRewards(bank: BankKeeper, supply: SupplyKeeper): RewardsBank {
  return {
    allBalances: bank.allBalances.bind(bank),
    isBlocked: bank.isBlocked.bind(bank),
    sendFromModuleToModule: supply.sendFromModuleToModule.bind(supply),
    sendFromModuleToAccount: supply.sendFromModuleToAccount.bind(supply),
    sendFromAccountToModule: supply.sendFromAccountToModule.bind(supply),
  };
}

/** Both of bank's keepers as transfers see them. */
function bankForTransfer(bank: BankKeeper, supply: SupplyKeeper): TransferBank {
  return {
    send: bank.send.bind(bank),
    assertSendEnabled: bank.assertSendEnabled.bind(bank),
    isBlocked: bank.isBlocked.bind(bank),
    spendableCoin: bank.spendableCoin.bind(bank),
    sendFromAccountToModule: supply.sendFromAccountToModule.bind(supply),
    mint: supply.mint.bind(supply),
    burn: supply.burn.bind(supply),
    hasMetadata: (ctx, denom) => bank.denomMetadata.has(ctx, denom),
    setMetadata: (ctx, metadata) => bank.denomMetadata.set(ctx, metadata.base, metadata),
  };
}

/** Both of bank's keepers as governance sees them. */
function bankForGov(bank: BankKeeper, supply: SupplyKeeper): GovBank {
  return {
    allBalances: bank.allBalances.bind(bank),
    sendFromModuleToAccount: supply.sendFromModuleToAccount.bind(supply),
    sendFromAccountToModule: supply.sendFromAccountToModule.bind(supply),
    burn: supply.burn.bind(supply),
  };
}

/** What the modules need of the application around them. */
export interface AppPorts {
  /** Executes a genesis transaction while the genesis is read. */
  readonly deliverGenesisTx: DeliverGenesisTx;
  /** Executes messages for modules that hold some. */
  readonly messages: MessagePort;
  readonly upgrade?: Omit<UpgradeOptions, 'authority'>;
}

const noApplication = (): never => {
  throw new Error('modules without an application execute nothing');
};
const NO_UPGRADES: Omit<UpgradeOptions, 'authority'> = {
  handlers: new Map(),
  skipHeights: new Set(),
  host: { writeInfo: () => undefined, log: () => undefined },
};
const NO_PORTS: AppPorts = { deliverGenesisTx: noApplication, messages: { has: () => false, validateBasic: noApplication, execute: noApplication } };

/** The modules alone, without a store: for genesis tools. */
export function composeModules(
  bech32Prefix: string,
  unorderedTransactions = true,
  ports: AppPorts = NO_PORTS,
  baseDenom = BOND_DENOM,
  legacyProposals = true,
  ownModules = true,
): Composition {
  const addresses = new AddressCodec(bech32Prefix);
  const authority = addresses.toString(moduleAddress(AUTHORITY_MODULE));
  const modulePermissions = ownModules ? { ...MODULE_ACCOUNTS, ...ROTATION_ACCOUNTS } : MODULE_ACCOUNTS;
  const accounts = new AccountKeeper({ addresses, modulePermissions, authority, unorderedTransactions });
  const bank = new BankKeeper({ addresses, accounts, vesting: new VestingKeeper(accounts), blocked: blockedAddresses(modulePermissions), authority });
  const supply = new SupplyKeeper(bank);
  const consensus = new ConsensusKeeper(authority);
  const payments: Payments = {
    sendFromAccountToModule: supply.sendFromAccountToModule.bind(supply),
    send: bank.send.bind(bank),
    assertSendEnabled: bank.assertSendEnabled.bind(bank),
    isBlocked: bank.isBlocked.bind(bank),
  };
  const staking = new StakingKeeper({ addresses, accounts, bank: bankForStaking(bank, supply), authority });
  const slashing = new SlashingKeeper(staking, authority);
  const rotation = new RotationKeeper({ staking, bank: supply, authority });
  if (ownModules) staking.keyRotations = rotation;
  const currentAddress = ownModules ? rotation.currentAddress.bind(rotation) : undefined;
  const evidence = new EvidenceKeeper({ addresses, staking, slashing, ...(currentAddress && { currentAddress }) });
  const distribution = new DistributionKeeper({ addresses, accounts, bank: bankForRewards(bank, supply), staking, authority, baseDenom });
  const mint = new MintKeeper({ accounts, bank: supply, staking, authority });
  const grantees = { exists: accounts.exists.bind(accounts), open: (ctx: Context, a: Uint8Array): void => accounts.set(ctx, accounts.create(ctx, a), a) };
  const feegrant = new FeegrantKeeper({ addresses, accounts: grantees, bank });
  const kinds = [genericAuthorizationKind, sendAuthorizationKind, stakeAuthorizationKind];
  const authz = new AuthzKeeper({ addresses, accounts: grantees, bank, messages: ports.messages, kinds });
  const circuit = new CircuitKeeper(addresses, moduleAddress(AUTHORITY_MODULE));
  const gov = new GovKeeper({
    addresses,
    accounts,
    bank: bankForGov(bank, supply),
    staking,
    distribution,
    messages: ports.messages,
    authority,
    legacyRouter: legacyProposals ? TEXT_ROUTER : undefined,
    legacyContents: [...COMMUNITY_CONTENTS, ...UPGRADE_CONTENTS],
  });
  const history = new HistoryKeeper();
  const upgrade = new UpgradeKeeper({ authority, ...(ports.upgrade ?? NO_UPGRADES) });
  const ibc = new ChannelKeeper(new ConnectionKeeper(new ClientKeeper({ modules: [tendermintModule], upgrade, authority })));
  const transfer = new TransferKeeper({ addresses, bank: bankForTransfer(bank, supply), channels: ibc, authority });
  const ibcPorts = new PortRouter();
  ibcPorts.add(TRANSFER_PORT, transferIbcModule(transfer));
  staking.setHooks(orderedHooks({ distribution: distribution.hooks(), slashing: slashing.hooks() }));
  const modules = [
    authModule(accounts),
    bankModule(bank, supply),
    distributionModule(distribution),
    stakingModule(staking, { bondDenom: baseDenom }),
    ...(ownModules ? [rotationModule(rotation, { feeDenom: baseDenom }), historyModule(history)] : []),
    slashingModule(slashing),
    govModule(gov, { depositDenom: baseDenom }),
    mintModule(mint, { mintDenom: baseDenom }),
    genutilModule(staking, ports.deliverGenesisTx),
    vestingModule(accounts, payments),
    consensusModule(consensus),
    paramsModule(),
    evidenceModule(evidence),
    upgradeModule(upgrade),
    feegrantModule(feegrant),
    authzModule(authz),
    circuitModule(circuit),
    ibcModule(ibc, ibcPorts, addresses),
    transferModule(transfer),
  ];
  return {
    addresses,
    keepers: {
      accounts,
      bank,
      supply,
      consensus,
      staking,
      slashing,
      evidence,
      distribution,
      mint,
      upgrade,
      rotation,
      history,
      ibc,
      transfer,
      feegrant,
      authz,
      circuit,
      gov,
    },
    payments,
    modules,
  };
}

/** The application with what tools and doors need of it. */
export class TrellisApp extends BaseApp<AnteTx> {
  readonly addresses: AddressCodec;
  readonly keepers: Keepers;
  readonly modules: readonly AppModule[];
  readonly interfaces: InterfaceRegistry;

  constructor(options: BaseAppOptions<AnteTx>, c: Composition, interfaces: InterfaceRegistry) {
    super(options);
    this.addresses = c.addresses;
    this.keepers = c.keepers;
    this.modules = c.modules;
    this.interfaces = interfaces;
  }

  /** Why this program cannot go on with the state; undefined where it can. The first block finds it too. */
  programError(): string | undefined {
    if (this.lastHeight === 0n) return undefined;
    return programError(this.keepers.upgrade, this.queryContext(0n), this.lastHeight + 1n);
  }
}

export function createTrellisApp(o: TrellisAppOptions): TrellisApp {
  const messages = new MsgRouter();
  const composition = composeModules(
    o.bech32Prefix ?? 'trellis',
    o.unorderedTransactions ?? true,
    {
      deliverGenesisTx: (tx) => app.deliverGenesisTx(tx),
      messages,
      upgrade: {
        handlers: new Map(
          (o.upgrades ?? UPGRADES).map(({ name, run }) => [
            name,
            (ctx, plan, from) => {
              const tools: UpgradeTools = { keepers, runMigrations: (c, versions) => runMigrations(modules, c, versions) };
              return run?.(ctx, plan, from, tools) ?? tools.runMigrations(ctx, from);
            },
          ]),
        ),
        skipHeights: o.skipUpgradeHeights ?? NO_UPGRADES.skipHeights,
        host: o.upgradeHost ?? NO_UPGRADES.host,
        onProtocolVersion: (version) => {
          app.appVersion = version;
        },
      },
    },
    o.baseDenom,
    o.legacyProposals,
    o.ownModules,
  );
  const { addresses, keepers, modules } = composition;
  const queries = new QueryRouter();
  const registrar: ServiceRegistrar = {
    msg: (request, response, handler, validateBasic) => messages.register(request, response, handler, validateBasic),
    query: (method, request, response, handler) => queries.register(method, request, response, handler),
  };
  for (const m of modules) m.registerServices?.(registrar);

  const signatures = new SignatureCache((i) => verifySimpleKey({ type: i.algorithm, bytes: i.publicKey }, i.message, i.signature), o.verifyBatch, o.yieldNow);
  messages.setGuard((ctx, typeUrl) => keepers.circuit.assertExecutable(ctx, typeUrl));
  const steps = anteSteps({ ...keepers, payments: composition.payments }, signatures);
  const interfaces = trellisInterfaces();
  const genesis = ordered(modules, INIT_GENESIS_ORDER, 'initGenesis');
  const preBlock = ordered(modules, PRE_BLOCK_ORDER, 'preBlock');
  const beginBlock = ordered(modules, BEGIN_BLOCK_ORDER, 'beginBlock');
  const endBlock = ordered(modules, END_BLOCK_ORDER, 'endBlock');

  const app: TrellisApp = new TrellisApp(
    {
      ...o,
      name: 'trellis',
      version: o.version ?? '0.1.0',
      storeNames: o.storeNames ?? STORE_NAMES,
      decodeTx: trellisTxDecoder(addresses, interfaces),
      ante: anteHandler(o.changeAnte?.(steps) ?? steps),
      messages,
      queries,
      addresses,
      consensusParams: keepers.consensus,
      signatures,
      signatureItems: (ctx, tx) => signatureItems(ctx, keepers.accounts, tx),
      sequenceTracker: (ctx) => sequenceTracker(ctx, keepers.accounts),
      initChainer: (ctx, req) => {
        const state = parseAppState(req.appStateBytes);
        assertKnownModules(modules, state);
        keepers.upgrade.setModuleVersions(ctx, new Map([...(o.otherModuleVersions ?? []), ...versionMap(modules)]));
        return initAppState(genesis, ctx, state);
      },
      preBlocker: (ctx) => {
        try {
          return preBlock.map((m) => m.preBlock?.(ctx) ?? false).some((changed) => changed);
        } catch (e) {
          throw e instanceof UpgradeHalt ? new ProgramHalt(e.message) : e;
        }
      },
      beginBlocker: (ctx) => {
        for (const m of beginBlock) m.beginBlock?.(ctx);
      },
      endBlocker: (ctx) => endBlock.flatMap((m): readonly ValidatorUpdate[] => m.endBlock?.(ctx) ?? []),
    },
    composition,
    interfaces,
  );
  registerSimulate(queries, () => app);
  return app;
}
