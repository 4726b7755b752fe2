// The REST paths that are asked: those of Ping.pub (ping-pub/explorer src/libs) outside /ibc and /cosmos/group, and every other GET path of the
// reference's services.
import { httpRoutes } from '../../../proto/registry.ts';

export interface Known {
  /** With stake, votes and unbondings. */
  readonly delegator: string;
  readonly other: string;
  readonly granter: string;
  readonly grantee: string;
  readonly validator: string;
  readonly second: string;
  readonly consensusAddress: string;
  readonly denom: string;
  readonly height: bigint;
  /** Upper-case hex, of a transaction in a block. */
  readonly tx: string;
}

/** Of Ping.pub's list; some are asked with several values. */
export function pingPubPaths(k: Known): string[] {
  const { delegator: d, validator: v } = k;
  const gov = (version: string): string[] => {
    const at = `/cosmos/gov/${version}`;
    return [
      ...['deposit', 'tallying', 'voting'].map((p) => `${at}/params/${p}`),
      `${at}/proposals`,
      `${at}/proposals?pagination.limit=1&pagination.reverse=true&proposal_status=2`,
      `${at}/proposals/1`,
      `${at}/proposals/1/deposits`,
      `${at}/proposals/1/tally`,
      `${at}/proposals/1/votes`,
      `${at}/proposals/1/votes/${d}`,
      `${at}/proposals/1/votes/${k.grantee}`,
      `${at}/proposals/99`,
    ];
  };
  return [
    '/cosmos/auth/v1beta1/accounts?pagination.limit=4',
    `/cosmos/auth/v1beta1/accounts/${d}`,
    '/cosmos/auth/v1beta1/params',
    `/cosmos/bank/v1beta1/balances/${d}`,
    '/cosmos/bank/v1beta1/denoms_metadata',
    '/cosmos/bank/v1beta1/params',
    '/cosmos/bank/v1beta1/supply',
    `/cosmos/bank/v1beta1/supply/by_denom?denom=${k.denom}`,
    `/cosmos/bank/v1beta1/supply/${k.denom}`,
    '/cosmos/base/tendermint/v1beta1/abci_query?path=/store/bank/key&data=BQ==',
    '/cosmos/base/tendermint/v1beta1/blocks/latest',
    `/cosmos/base/tendermint/v1beta1/blocks/${k.height}`,
    '/cosmos/base/tendermint/v1beta1/node_info',
    '/cosmos/base/tendermint/v1beta1/validatorsets/latest',
    `/cosmos/base/tendermint/v1beta1/validatorsets/${k.height}?pagination.limit=1`,
    '/cosmos/distribution/v1beta1/community_pool',
    '/cosmos/distribution/v1beta1/params',
    `/cosmos/distribution/v1beta1/delegators/${d}/rewards`,
    `/cosmos/distribution/v1beta1/validators/${v}/commission`,
    `/cosmos/distribution/v1beta1/validators/${v}/outstanding_rewards`,
    `/cosmos/distribution/v1beta1/validators/${v}/slashes`,
    ...gov('v1'),
    ...gov('v1beta1'),
    '/cosmos/mint/v1beta1/annual_provisions',
    '/cosmos/mint/v1beta1/inflation',
    '/cosmos/mint/v1beta1/params',
    '/cosmos/slashing/v1beta1/params',
    '/cosmos/slashing/v1beta1/signing_infos?pagination.limit=1',
    '/cosmos/params/v1beta1/params?subspace=&key=',
    '/cosmos/params/v1beta1/params?subspace=unknown&key=Params',
    '/cosmos/staking/v1beta1/params',
    '/cosmos/staking/v1beta1/pool',
    `/cosmos/staking/v1beta1/delegations/${d}`,
    `/cosmos/staking/v1beta1/delegators/${k.other}/redelegations`,
    `/cosmos/staking/v1beta1/delegators/${d}/redelegations`,
    `/cosmos/staking/v1beta1/delegators/${d}/unbonding_delegations`,
    `/cosmos/staking/v1beta1/delegators/${d}/validators`,
    '/cosmos/staking/v1beta1/validators?pagination.limit=300&status=BOND_STATUS_BONDED',
    '/cosmos/staking/v1beta1/validators?pagination.limit=1&pagination.count_total=true',
    '/cosmos/staking/v1beta1/validators?status=WRONG',
    `/cosmos/staking/v1beta1/validators/${v}`,
    `/cosmos/staking/v1beta1/validators/${k.second}`,
    `/cosmos/staking/v1beta1/validators/${d}`,
    `/cosmos/staking/v1beta1/validators/${v}/delegations?pagination.limit=2`,
    `/cosmos/staking/v1beta1/validators/${v}/delegations/${d}`,
    `/cosmos/staking/v1beta1/validators/${v}/delegations/${d}/unbonding_delegation`,
    `/cosmos/tx/v1beta1/txs?query=message.sender='${d}'&page=1&limit=5`,
    `/cosmos/tx/v1beta1/txs/${k.tx}`,
    `/cosmos/tx/v1beta1/txs/${'0'.repeat(64)}`,
    `/cosmos/tx/v1beta1/txs/block/${k.height}`,
  ];
}

const LEFT_OUT = /^\/cosmos\/(?:base\/reflection|group|nft|orm|epochs|protocolpool|crisis)|^\/ibc/;

/** Something that is there, by the names of fields. */
export function valuesOf(k: Known): Readonly<Record<string, string>> {
  return {
    account_id: '1',
    address: k.delegator,
    address_bytes: 'AQIDBAUGBwgJCgsMDQ4PEBESExQ=',
    address_string: k.delegator,
    cons_address: k.consensusAddress,
    delegator_addr: k.delegator,
    delegator_address: k.delegator,
    denom: k.denom,
    depositor: k.granter,
    dst_validator_addr: k.second,
    evidence_hash: 'AA==',
    grantee: k.grantee,
    granter: k.granter,
    hash: k.tx,
    height: k.height.toString(),
    id: '1',
    interface_name: 'cosmos.base.v1beta1.Msg',
    last_height: '1',
    name: 'gov',
    params_type: 'voting',
    proposal_id: '1',
    src_validator_addr: k.validator,
    validator_addr: k.validator,
    validator_address: k.validator,
    voter: k.delegator,
  };
}

/** Every GET path of the services, each variable filled with something that is there. */
export function servicePaths(k: Known): string[] {
  const values = valuesOf(k);
  const paths = httpRoutes()
    .filter((r) => r.verb === 'GET' && r.path.startsWith('/cosmos/') && !LEFT_OUT.test(r.path))
    .map((r) =>
      r.path.replace(/\{([^=}]+)(?:=\*\*)?\}/g, (_, name: string) => {
        if (values[name] === undefined) throw new Error(`${r.path}: no value for ${name}`);
        return values[name];
      }),
    );
  const queries = [
    `/cosmos/authz/v1beta1/grants?granter=${k.granter}&grantee=${k.grantee}`,
    `/cosmos/authz/v1beta1/grants?granter=${k.granter}`,
    `/cosmos/bank/v1beta1/spendable_balances/${k.delegator}?pagination.key=bm9wZQ==`,
    `/cosmos/bank/v1beta1/balances/${k.delegator}?pagination.offset=1&pagination.key=AA==`,
    `/cosmos/bank/v1beta1/balances/${k.delegator}?resolve_denom=true`,
    `/cosmos/bank/v1beta1/balances/${k.delegator}?pagination.limit=x`,
    `/cosmos/bank/v1beta1/balances/nobody`,
    `/cosmos/distribution/v1beta1/validators/${k.validator}/slashes?starting_height=5&ending_height=2`,
    `/cosmos/gov/v1/proposals?voter=${k.delegator}`,
    `/cosmos/gov/v1/proposals?depositor=${k.granter}&pagination.count_total=true`,
    '/cosmos/gov/v1/params/none',
    '/cosmos/slashing/v1beta1/signing_infos/nobody',
    '/cosmos/upgrade/v1beta1/module_versions?module_name=bank',
  ];
  return [...new Set([...paths, ...queries])].sort();
}
