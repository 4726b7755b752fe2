// The command names and positional arguments that the reference declares (sdk:x/*/autocli.go), read from its source.

export interface DeclaredCommand {
  /** "query staking validator" */
  readonly words: readonly string[];
  /** How many positional arguments. */
  readonly arguments: number;
  readonly optional: number;
}

const SDK = 'github.com/cosmos/cosmos-sdk@v0.53.4';
const FILES: Readonly<Record<string, string>> = {
  auth: `${SDK}/x/auth/autocli.go`,
  authz: `${SDK}/x/authz/module/autocli.go`,
  bank: `${SDK}/x/bank/autocli.go`,
  circuit: 'cosmossdk.io/x/circuit@v0.2.0/autocli.go',
  'consensus comet': `${SDK}/client/grpc/cmtservice/autocli.go`,
  consensus: `${SDK}/x/consensus/autocli.go`,
  distribution: `${SDK}/x/distribution/autocli.go`,
  evidence: 'cosmossdk.io/x/evidence@v0.2.0/autocli.go',
  feegrant: 'cosmossdk.io/x/feegrant@v0.2.0/module/autocli.go',
  gov: `${SDK}/x/gov/autocli.go`,
  mint: `${SDK}/x/mint/autocli.go`,
  params: `${SDK}/x/params/autocli.go`,
  slashing: `${SDK}/x/slashing/autocli.go`,
  staking: `${SDK}/x/staking/autocli.go`,
  upgrade: 'cosmossdk.io/x/upgrade@v0.2.0/autocli.go',
  vesting: `${SDK}/x/auth/vesting/autocli.go`,
};

/** In this program another command does it, with the reference's hand-written name and order. */
const OTHERWISE = new Set(['tx vesting create-vesting-account']);

export function autoCliCommands(modules: string, read: (path: string) => string): DeclaredCommand[] {
  return Object.entries(FILES).flatMap(([module, file]) => {
    const source = read(`${modules}/${file}`);
    const txAt = source.indexOf('Tx: &autocliv1');
    // From one method's name to the next.
    const starts = [...source.matchAll(/RpcMethod:/g)].map((m) => m.index);
    return starts.flatMap((start, i): DeclaredCommand[] => {
      const part = source.slice(start, starts[i + 1] ?? source.length);
      const use = /Use:\s+"([a-z0-9-]+)/.exec(part)?.[1];
      if (use === undefined || /Skip:\s+true/.test(part)) return [];
      const words = [txAt >= 0 && start > txAt ? 'tx' : 'query', ...module.split(' '), use];
      if (OTHERWISE.has(words.join(' '))) return [];
      return [{ words, arguments: part.match(/ProtoField:/g)?.length ?? 0, optional: part.match(/Optional:\s+true/g)?.length ?? 0 }];
    });
  });
}
