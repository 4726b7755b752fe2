// Names and positional arguments of queries, where they differ from those that follow from the service (sdk:x/*/autocli.go): a method
// without a line here is called by its name in kebab case and takes its fields as flags.

export interface QueryCommand {
  /** Name, then the request's fields in order: "balance address denom"; a last field with ... takes many, one with ? may be left out. */
  readonly use: string;
  readonly alias?: string;
}

export const QUERY_COMMANDS: Readonly<Record<string, Readonly<Record<string, QueryCommand>>>> = {
  auth: {
    Account: { use: 'account address' },
    AccountInfo: { use: 'account-info address' },
    AccountAddressByID: { use: 'address-by-acc-num account_id' },
    ModuleAccountByName: { use: 'module-account name' },
    AddressBytesToString: { use: 'address-bytes-to-string address_bytes' },
    AddressStringToBytes: { use: 'address-string-to-bytes address_string' },
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
    SendEnabled: { use: 'send-enabled denoms...' },
  },
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
  slashing: { SigningInfo: { use: 'signing-info cons_address' } },
  distribution: {
    ValidatorDistributionInfo: { use: 'validator-distribution-info validator_address' },
    ValidatorOutstandingRewards: { use: 'validator-outstanding-rewards validator_address' },
    ValidatorCommission: { use: 'commission validator_address' },
    ValidatorSlashes: { use: 'slashes validator_address starting_height ending_height' },
    DelegationRewards: { use: 'rewards-by-validator delegator_address validator_address' },
    DelegationTotalRewards: { use: 'rewards delegator_address' },
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
};

export function kebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase();
}
