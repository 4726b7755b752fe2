// Attacks on light clients in real networks, each in a fresh one of powers 40/30/20/10, of which two are ours and two Go CometBFT: equivocation signed by
// 40 + 30, a lunatic block of the 40 with phantoms, amnesia. The client detects each; its evidence is committed, the signers are
// tombstoned, and the chain goes on without them.
import { join } from 'node:path';
import { sha256 } from '../../chain/crypto/sha256.ts';
import { concatBytes, toHexUpper, utf8 } from '../../chain/encoding/bytes.ts';
import { installNative } from '../../chain/native/install.ts';
import { readKeyFile } from '../../chain/privval/key-file.ts';
import { generateEd25519, type PrivateKey, publicKeyOf, signWith } from '../../chain/privval/private-key.ts';
import { ABSENT_COMMIT_SIG, type Commit, commitSignBytes } from '../../chain/types/commit.ts';
import { type Header, headerHash } from '../../chain/types/header.ts';
import type { LightBlock } from '../../chain/types/light-block.ts';
import { compareValidators, newValidator, type Validator } from '../../chain/types/validator.ts';
import { ValidatorList } from '../../chain/types/validator-list.ts';
import { verifyEach } from '../../chain/types/verify-signature.ts';
import { type Client, create, type Fetch, type Fork, get, LightError, type Provider, rpcProvider } from '../../lightclient/index.ts';
import { fields } from '../../lightclient/wire.ts';
import { createNetwork, type TestNetwork } from '../../testnet/launcher/network.ts';
import { waitFor } from '../../testnet/launcher/wait.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { Checks } from '../checks.ts';

const CHAIN_ID = 'attack-1';
const POWERS = { ts40: 40, ts30: 30, go20: 20, go10: 10 } as const;
type Name = keyof typeof POWERS;
const CHECKPOINT = 2n;

interface Lab {
  readonly net: TestNetwork;
  readonly keys: Readonly<Record<Name, PrivateKey>>;
  readonly honest: Provider;
}

const signerOf = (key: PrivateKey): Validator => newValidator(publicKeyOf(key), 1n);

/** A block in the place of another one, signed by the keys that its set knows. */
function forge(honest: LightBlock, change: Partial<Header>, round: number, set: ValidatorList, keys: readonly PrivateKey[]): LightBlock {
  const header: Header = { ...honest.signedHeader.header, ...change };
  const blockId = { hash: headerHash(header), partSetHeader: { total: 1, hash: sha256(utf8('forged')) } };
  const keyOf = (v: Validator): PrivateKey | undefined => keys.find((k) => toHexUpper(signerOf(k).address) === toHexUpper(v.address));
  const signatures = set.validators.map((v, i) =>
    keyOf(v) === undefined
      ? ABSENT_COMMIT_SIG
      : { blockIdFlag: 2, validatorAddress: v.address, timestamp: header.time + BigInt(i + 1), signature: new Uint8Array(64) },
  );
  const draft: Commit = { height: header.height, round, blockId, signatures };
  const messageOf = commitSignBytes(CHAIN_ID, draft);
  const signed = signatures.map((s, i) => {
    const key = keyOf(set.validators[i] as Validator);
    return key === undefined ? s : { ...s, signature: signWith(key, messageOf(i)) };
  });
  return { signedHeader: { header, commit: { ...draft, signatures: signed } }, validatorSet: set };
}

/** A node that shows one block falsely and keeps evidence to itself. */
function liar(honest: Provider, forged: LightBlock): Provider {
  return {
    ...honest,
    name: 'the liar',
    lightBlock: (h, known) => (h === forged.signedHeader.header.height ? Promise.resolve(forged) : honest.lightBlock(h, known)),
    reportEvidence: async () => undefined,
  };
}

async function clientOf(lab: Lab, providers: readonly Provider[]): Promise<Client> {
  const root = await lab.honest.lightBlock(CHECKPOINT);
  return create({
    chainId: CHAIN_ID,
    checkpoint: { height: CHECKPOINT, hash: headerHash(root.signedHeader.header) },
    providers,
    verifySignatures: verifyEach,
    now: () => BigInt(Date.now()) * 1_000_000n,
    after: (ms, run) => {
      const t = setTimeout(run, ms);
      return () => clearTimeout(t);
    },
  });
}

async function detected(lab: Lab, forged: LightBlock): Promise<{ readonly code: string; readonly forks: readonly Fork[] }> {
  const forks: Fork[] = [];
  const c = await clientOf(lab, [liar(lab.honest, forged), lab.honest]);
  c.onFork((f) => forks.push(f));
  try {
    await c.sync(forged.signedHeader.header.height);
    return { code: 'accepted', forks };
  } catch (e) {
    if (e instanceof LightError) return { code: e.code, forks };
    throw e;
  }
}

interface Block {
  readonly block: { readonly header: { readonly proposer_address: string }; readonly evidence: { readonly evidence: readonly { readonly type: string }[] } };
}

/** The height and proposer of the block that has evidence. */
async function committedEvidence(lab: Lab, from: number): Promise<{ readonly height: number; readonly proposer: string }> {
  const node = lab.net.node('go20');
  let h = from;
  return waitFor(
    'evidence in a block',
    async () => {
      for (const head = await node.height(); h <= head; h++) {
        const { block } = await node.result<Block>(`block?height=${h}`);
        if (block.evidence.evidence.length > 0) return { height: h, proposer: block.header.proposer_address };
      }
      return undefined;
    },
    60_000,
    200,
  );
}

/** Proven by a light client that trusts the honest node and another one. */
async function isTombstoned(lab: Lab, name: Name): Promise<boolean> {
  const other = rpcProvider(lab.net.node('go10').rpc, fetch as unknown as Fetch);
  const c = await clientOf(lab, [lab.honest, other]);
  const { address } = signerOf(lab.keys[name]);
  const { value } = await get(c, 'slashing', concatBytes(Uint8Array.of(1, address.length), address));
  if (value === undefined) return false;
  for (const [no, v] of fields(value)) if (no === 5) return v === 1n;
  return false;
}

async function withLab(run: (lab: Lab) => Promise<void>): Promise<void> {
  const net = await createNetwork(
    {
      chainId: CHAIN_ID,
      nodes: (Object.keys(POWERS) as Name[]).map((name) => ({ name, kind: name.startsWith('ts') ? 'ts' : 'go', power: POWERS[name] })),
      consensus: { timeout_commit: '"200ms"' },
    },
    { cometbft: await peerProgram('cometbft') },
  );
  try {
    await net.start();
    await net.node('go20').waitHeight(10, 90_000);
    const keys = Object.fromEntries(net.nodes.map((n) => [n.name, readKeyFile(join(n.home, 'config/priv_validator_key.json'))])) as Record<Name, PrivateKey>;
    await run({ net, keys, honest: rpcProvider(net.node('go20').rpc, fetch as unknown as Fetch) });
  } finally {
    await net.stop();
  }
}

/** The chain makes blocks whose validators are these alone. */
async function goesOn(checks: Checks, lab: Lab, names: readonly Name[]): Promise<void> {
  const node = lab.net.node('go20');
  const from = await node.height();
  await node.waitHeight(from + 12, 60_000);
  const { validatorSet } = await lab.honest.lightBlock();
  const want = names.map((n) => toHexUpper(signerOf(lab.keys[n]).address)).sort();
  checks.equal(validatorSet.validators.map((v) => toHexUpper(v.address)).sort(), want, 'validators');
  checks.note(`blocks ${from} to ${await node.height()} by ${names.join(', ')}`);
}

const other = sha256(utf8('another history'));

export default async function attackLab(): Promise<Checks> {
  installNative(() => {});
  const checks = new Checks('attack-lab');
  await withLab(async (lab) => {
    await checks.run('equivocation by 40 + 30: detected, committed, both tombstoned, the chain goes on', async () => {
      const h = BigInt(await lab.net.node('go20').height()) - 2n;
      const honest = await lab.honest.lightBlock(h);
      const forged = forge(honest, { dataHash: other }, honest.signedHeader.commit.round, honest.validatorSet, [lab.keys.ts40, lab.keys.ts30]);
      const { code, forks } = await detected(lab, forged);
      checks.equal(code, 'fork');
      const blamed = forks[0]?.evidence[0]?.byzantineValidators.map((v) => toHexUpper(v.address));
      checks.equal(
        blamed,
        [lab.keys.ts40, lab.keys.ts30].map((k) => toHexUpper(signerOf(k).address)),
        'who is blamed',
      );
      const { height, proposer } = await committedEvidence(lab, Number(h));
      checks.note(`evidence of height ${h} in block ${height}, proposed by ${proposer}`);
      await lab.net.node('go20').waitHeight(height + 3);
      const state = await Promise.all((Object.keys(POWERS) as Name[]).map((n) => isTombstoned(lab, n)));
      checks.equal(state, [true, true, false, false], 'tombstoned');
      await goesOn(checks, lab, ['go20', 'go10']);
    });
  });
  await withLab(async (lab) => {
    await checks.run('a lunatic block of the 40 with phantoms: detected, committed, the 40 tombstoned, the chain goes on', async () => {
      const h = BigInt(await lab.net.node('go20').height()) - 2n;
      const honest = await lab.honest.lightBlock(h);
      const phantom = generateEd25519();
      const members = [newValidator(publicKeyOf(lab.keys.ts40), 40n), newValidator(publicKeyOf(phantom), 15n)].sort(compareValidators);
      const set = new ValidatorList(members, members[0]);
      const change = { validatorsHash: set.hash(), nextValidatorsHash: set.hash(), appHash: other };
      const forged = forge(honest, change, 0, set, [lab.keys.ts40, phantom]);
      const { code, forks } = await detected(lab, forged);
      checks.equal(code, 'fork');
      checks.that((forks[0]?.evidence[0]?.commonHeight ?? h) < h, 'the common height is below');
      const { height, proposer } = await committedEvidence(lab, Number(h));
      checks.note(`evidence of height ${h}, common height ${forks[0]?.evidence[0]?.commonHeight}, in block ${height}, proposed by ${proposer}`);
      await lab.net.node('go20').waitHeight(height + 3);
      const state = await Promise.all((Object.keys(POWERS) as Name[]).map((n) => isTombstoned(lab, n)));
      checks.equal(state, [true, false, false, false], 'tombstoned');
      await goesOn(checks, lab, ['ts30', 'go20', 'go10']);
    });
  });
  await withLab(async (lab) => {
    await checks.run('amnesia: the alarm alone; nobody is slashed, and the honest are not accused', async () => {
      const h = BigInt(await lab.net.node('go20').height()) - 2n;
      const honest = await lab.honest.lightBlock(h);
      const forged = forge(honest, { dataHash: other }, honest.signedHeader.commit.round + 1, honest.validatorSet, [lab.keys.ts40, lab.keys.ts30]);
      const { code, forks } = await detected(lab, forged);
      checks.equal(code, 'fork');
      checks.equal(forks[0]?.evidence[0]?.byzantineValidators, [], 'who is blamed');
      await goesOn(checks, lab, ['ts40', 'ts30', 'go20', 'go10']);
      const state = await Promise.all((Object.keys(POWERS) as Name[]).map((n) => isTombstoned(lab, n)));
      checks.equal(state, [false, false, false, false], 'tombstoned');
    });
  });
  return checks;
}
