// Names and positional arguments of the commands that are made from services (sdk:x/*/autocli.go, x/*/client/cli): a method without a line
// here is called by its name in kebab case and takes its fields as flags.

export interface MethodCommand {
  /** Name, then the request's fields in order: "balance address denom"; a last field with ... takes one or more, one with ? may be left out. */
  readonly use: string;
  readonly alias?: string;
  /** Of a message: only an authority may send it, so that the command submits a proposal of it. */
  readonly proposal?: true;
}
/** By module, then by method. */
type Names = Readonly<Record<string, Readonly<Record<string, MethodCommand>>>>;

export const QUERY_COMMANDS: Names = {
  auth: {
    Account: { use: 'account address' },
    AccountInfo: { use: 'account-info address' },
    AccountAddressByID: { use: 'address-by-acc-num account_id' },
    ModuleAccountByName: { use: 'module-account name' },
    AddressBytesToString: { use: 'address-bytes-to-string address_bytes' },
    AddressStringToBytes: { use: 'address-string-to-bytes address_string' },
  },
  authz: {
    Grants: { use: 'grants granter grantee msg_type_url?' },
    GranterGrants: { use: 'grants-by-granter granter' },
    GranteeGrants: { use: 'grants-by-grantee grantee' },
  },
  bank: {
    Balance: { use: 'balance address denom' },
    AllBalances: { use: 'balances address' },
    SpendableBalances: { use: 'spendable-balances address' },
    SpendableBalanceByDenom: { use: 'spendable-balance address denom' },
    TotalSupply: { use: 'total-supply', alias: 'total' },
    SupplyOf: { use: 'total-supply-of denom' },
    DenomMetadata: { use: 'denom-metadata denom' },
    DenomOwners: { use: 'denom-owners denom' },
    SendEnabled: { use: 'send-enabled denoms...?' },
  },
  circuit: { Account: { use: 'account address' } },
  comet: {
    GetNodeInfo: { use: 'node-info' },
    GetSyncing: { use: 'syncing' },
    GetLatestBlock: { use: 'block-latest' },
    GetBlockByHeight: { use: 'block-by-height height' },
    GetLatestValidatorSet: { use: 'validator-set' },
    GetValidatorSetByHeight: { use: 'validator-set-by-height height' },
  },
  distribution: {
    ValidatorDistributionInfo: { use: 'validator-distribution-info validator_address' },
    ValidatorOutstandingRewards: { use: 'validator-outstanding-rewards validator_address' },
    ValidatorCommission: { use: 'commission validator_address' },
    ValidatorSlashes: { use: 'slashes validator_address starting_height ending_height' },
    DelegationRewards: { use: 'rewards-by-validator delegator_address validator_address' },
    DelegationTotalRewards: { use: 'rewards delegator_address' },
  },
  'ibc-channel': {
    Channel: { use: 'end port_id channel_id' },
    ConnectionChannels: { use: 'connections connection' },
    PacketCommitments: { use: 'packet-commitments port_id channel_id' },
    PacketCommitment: { use: 'packet-commitment port_id channel_id sequence' },
    PacketReceipt: { use: 'packet-receipt port_id channel_id sequence' },
    PacketAcknowledgement: { use: 'packet-ack port_id channel_id sequence' },
    UnreceivedPackets: { use: 'unreceived-packets port_id channel_id' },
    UnreceivedAcks: { use: 'unreceived-acks port_id channel_id' },
    NextSequenceReceive: { use: 'next-sequence-receive port_id channel_id' },
    NextSequenceSend: { use: 'next-sequence-send port_id channel_id' },
  },
  'ibc-client': {
    ClientState: { use: 'state client_id' },
    ClientStates: { use: 'states' },
    ClientStatus: { use: 'status client_id' },
    ClientCreator: { use: 'creator client_id' },
    ClientParams: { use: 'params' },
    ConsensusStates: { use: 'consensus-states client_id' },
    ConsensusStateHeights: { use: 'consensus-state-heights client_id' },
  },
  'ibc-connection': {
    Connection: { use: 'end connection_id' },
    ClientConnections: { use: 'path client_id' },
    ConnectionParams: { use: 'params' },
  },
  'ibc-transfer': {
    Denom: { use: 'denom hash' },
    DenomHash: { use: 'denom-hash trace' },
    EscrowAddress: { use: 'escrow-address port_id channel_id' },
    TotalEscrowForDenom: { use: 'total-escrow denom' },
  },
  evidence: { Evidence: { use: 'evidence hash' }, AllEvidence: { use: 'list' } },
  feegrant: {
    Allowance: { use: 'grant granter grantee' },
    Allowances: { use: 'grants-by-grantee grantee' },
    AllowancesByGranter: { use: 'grants-by-granter granter' },
  },
  gov: {
    Params: { use: 'params params_type?' },
    Proposal: { use: 'proposal proposal_id', alias: 'proposer' },
    Vote: { use: 'vote proposal_id voter' },
    Votes: { use: 'votes proposal_id' },
    Deposit: { use: 'deposit proposal_id depositor' },
    Deposits: { use: 'deposits proposal_id' },
    TallyResult: { use: 'tally proposal_id' },
  },
  params: { Params: { use: 'subspace subspace key' }, Subspaces: { use: 'subspaces' } },
  slashing: { SigningInfo: { use: 'signing-info cons_address' } },
  staking: {
    Validator: { use: 'validator validator_addr' },
    ValidatorDelegations: { use: 'delegations-to validator_addr' },
    ValidatorUnbondingDelegations: { use: 'unbonding-delegations-from validator_addr' },
    Delegation: { use: 'delegation delegator_addr validator_addr' },
    UnbondingDelegation: { use: 'unbonding-delegation delegator_addr validator_addr' },
    DelegatorDelegations: { use: 'delegations delegator_addr' },
    DelegatorValidators: { use: 'delegator-validators delegator_addr' },
    DelegatorValidator: { use: 'delegator-validator delegator_addr validator_addr' },
    DelegatorUnbondingDelegations: { use: 'unbonding-delegations delegator_addr' },
    Redelegations: { use: 'redelegation delegator_addr src_validator_addr dst_validator_addr?' },
    HistoricalInfo: { use: 'historical-info height' },
  },
  upgrade: {
    CurrentPlan: { use: 'plan' },
    AppliedPlan: { use: 'applied name' },
    ModuleVersions: { use: 'module-versions module_name?', alias: 'module_versions' },
  },
};

const UPDATE_PARAMS: MethodCommand = { use: 'update-params-proposal params', proposal: true };

export const TX_COMMANDS: Names = {
  'ibc-transfer': { Transfer: { use: 'transfer source_port source_channel receiver token' }, UpdateParams: { use: 'update-params', proposal: true } },
  'ibc-client': {
    RecoverClient: { use: 'recover-client', proposal: true },
    UpdateClientParams: { use: 'update-params', proposal: true },
    IBCSoftwareUpgrade: { use: 'upgrade-chain', proposal: true },
  },
  'ibc-connection': { UpdateConnectionParams: { use: 'update-params', proposal: true } },
  auth: { UpdateParams: UPDATE_PARAMS },
  authz: { Revoke: { use: 'revoke grantee msg_type_url' } },
  bank: {
    Send: { use: 'send from_address to_address amount...' },
    UpdateParams: UPDATE_PARAMS,
    SetSendEnabled: { use: 'set-send-enabled-proposal send_enabled...?', proposal: true },
  },
  circuit: {
    AuthorizeCircuitBreaker: { use: 'authorize grantee permissions.level permissions.limit_type_urls...?' },
    TripCircuitBreaker: { use: 'disable msg_type_urls...' },
    ResetCircuitBreaker: { use: 'reset msg_type_urls...' },
  },
  consensus: { UpdateParams: { use: 'update-params-proposal block evidence validator abci', proposal: true } },
  distribution: {
    SetWithdrawAddress: { use: 'set-withdraw-addr withdraw_address' },
    WithdrawValidatorCommission: { use: 'withdraw-validator-commission validator_address' },
    DepositValidatorRewardsPool: { use: 'fund-validator-rewards-pool validator_address amount...' },
    FundCommunityPool: { use: 'fund-community-pool amount...' },
    UpdateParams: UPDATE_PARAMS,
    CommunityPoolSpend: { use: 'community-pool-spend-proposal recipient amount...', proposal: true },
  },
  evidence: { SubmitEvidence: { use: 'submit-evidence evidence' } },
  feegrant: { RevokeAllowance: { use: 'revoke granter grantee' }, PruneAllowances: { use: 'prune' } },
  gov: {
    Deposit: { use: 'deposit proposal_id amount...' },
    CancelProposal: { use: 'cancel-proposal proposal_id' },
    Vote: { use: 'vote proposal_id option' },
    VoteWeighted: { use: 'weighted-vote proposal_id options' },
    UpdateParams: UPDATE_PARAMS,
  },
  mint: { UpdateParams: UPDATE_PARAMS },
  slashing: { UpdateParams: UPDATE_PARAMS },
  staking: {
    Delegate: { use: 'delegate validator_address amount' },
    BeginRedelegate: { use: 'redelegate validator_src_address validator_dst_address amount' },
    Undelegate: { use: 'unbond validator_address amount' },
    RotateConsPubKey: { use: 'rotate-cons-pubkey new_pubkey' },
    CancelUnbondingDelegation: { use: 'cancel-unbond validator_address amount creation_height' },
    UpdateParams: UPDATE_PARAMS,
  },
  upgrade: { CancelUpgrade: { use: 'cancel-upgrade-proposal', proposal: true } },
  vesting: {
    CreateVestingAccount: { use: 'create-vesting-account to_address amount end_time' },
    CreatePermanentLockedAccount: { use: 'create-permanent-locked-account to_address amount...' },
  },
};

export function kebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
}
