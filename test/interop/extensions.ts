// Vote extensions among this repository's validators and Go CometBFT v0.40.0, two of each, with an application that extends its votes: they
// begin at height 4, every application verifies those of every other validator and refuses wrong ones, every proposer is given those of the
// last height; a killed validator of each kind comes back, and late nodes of both kinds catch up by blocks that carry
// extended commits. `--blocks N` (20).
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { toHexUpper } from '../../chain/encoding/bytes.ts';
import { installNative } from '../../chain/native/install.ts';
import { readKeyFile } from '../../chain/privval/key-file.ts';
import { publicKeyOf } from '../../chain/privval/private-key.ts';
import { addressOfKey } from '../../chain/types/validator-address.ts';
import { createNetwork, type TestNetwork, type TestNode } from '../../testnet/launcher/network.ts';
import { peerProgram } from '../../testnet/peers/peers.ts';
import { readExtensions, type ToldExtension, WRONG_FILE } from '../../testnet/witness/extending-votes.ts';
import { Checks } from '../checks.ts';
import { proposerNames, readChain } from './mixed/chain.ts';

const CHAIN_ID = 'trellis-extensions-1';
const WITNESS = fileURLToPath(new URL('../../testnet/witness/main.ts', import.meta.url));
const ENABLED_FROM = 4;
const WHILE_AWAY = 6;
/** Heights at which a validator of each kind extends its votes wrongly. */
const WRONG = { ts1: [9, 14], go1: [16, 21] } as const;
const isWrong = (name: string, height: string): boolean => {
  const [from, to] = WRONG[name as keyof typeof WRONG] ?? [0, 0];
  return Number(height) >= from && Number(height) <= to;
};

const addressOf = (n: TestNode): string => toHexUpper(addressOfKey(publicKeyOf(readKeyFile(`${n.home}/config/priv_validator_key.json`))));
const told = <C extends ToldExtension['call']>(n: TestNode, call: C): Extract<ToldExtension, { call: C }>[] =>
  readExtensions(n.home).filter((t): t is Extract<ToldExtension, { call: C }> => t.call === call);

async function agree(checks: Checks, nodes: readonly TestNode[], from: number, to: number): Promise<void> {
  const [first, ...others] = await Promise.all(nodes.map((n) => readChain(n, from, to)));
  for (const [i, chain] of others.entries()) checks.equal(chain, first ?? [], `${nodes[i + 1]?.name} and ${nodes[0]?.name}`);
}

async function onward(nodes: readonly TestNode[], blocks: number): Promise<number> {
  const target = Math.max(...(await Promise.all(nodes.map((n) => n.height())))) + blocks;
  await Promise.all(nodes.map((n) => n.waitHeight(target, 180_000)));
  return target;
}

async function run(checks: Checks, net: TestNetwork, blocks: number): Promise<void> {
  const validators = net.nodes.filter((n) => (n.spec.power ?? 0) > 0);
  const last = ENABLED_FROM + blocks;
  for (const [name, heights] of Object.entries(WRONG)) writeFileSync(join(net.node(name).home, WRONG_FILE), heights.join('-'));
  await checks.run(`${last} blocks, votes extended from ${ENABLED_FROM} on, all agree`, async () => {
    await net.start();
    await Promise.all(validators.map((n) => n.waitHeight(last + 1, 180_000)));
    await agree(checks, validators, 1, last);
    const chain = await readChain(validators[0] as TestNode, 1, last);
    checks.note(
      `rounds above 0: ${chain.filter((b) => b.round > 0).length} of ${chain.length}; proposers ${[...(await proposerNames(validators, chain))].join(' ')}`,
    );
    checks.equal((await proposerNames(validators, chain)).size, validators.length, 'proposers');
  });
  await checks.run('every application verified extensions of every other validator, and refused the wrong ones alone', () => {
    const names = new Map(validators.map((n) => [addressOf(n), n.name]));
    const refusedOf = new Set<string | undefined>();
    for (const n of validators) {
      const verified = told(n, 'verify');
      for (const v of verified) {
        const by = names.get(v.from) ?? '';
        checks.equal(v.accepted, by === n.name || !isWrong(by, v.height), `${n.name} on ${by} at ${v.height}`);
      }
      checks.equal(verified.filter((v) => Number(v.height) < ENABLED_FROM).length, 0, `too early at ${n.name}`);
      const from = new Set(verified.map((v) => v.from));
      for (const other of validators) if (other !== n) checks.that(from.has(addressOf(other)), `${n.name} verified one of ${other.name}`);
      const refused = verified.filter((v) => !v.accepted);
      for (const v of refused) refusedOf.add(names.get(v.from));
      checks.note(`${n.name}: ${verified.length} verified, ${refused.length} of them refused`);
    }
    // Whoever had decided before it came was not asked.
    checks.equal([...refusedOf].sort(), Object.keys(WRONG).sort(), 'whose were refused');
  });
  await checks.run('every proposer was given the extensions of the last height, more than two thirds and each signed', () => {
    for (const n of validators) {
      const proposals = told(n, 'prepare');
      const later = proposals.filter((p) => Number(p.height) > ENABLED_FROM);
      checks.that(later.length > 0, `${n.name} proposed with extensions`);
      for (const p of later) {
        checks.that(3 * p.votes > 2 * validators.length, `${n.name} at ${p.height}: ${p.votes} votes`);
        checks.equal(p.signed, p.votes, `${n.name} at ${p.height}`);
        // A precommit that comes after the decision joins the last commit without being shown to the application, in CometBFT too.
        const wrong = Object.keys(WRONG).filter((name) => isWrong(name, String(Number(p.height) - 1))).length;
        checks.that(p.extended >= p.votes - wrong, `${n.name} at ${p.height}: ${p.extended} of ${p.votes}`);
      }
      for (const p of proposals.filter((q) => Number(q.height) <= ENABLED_FROM)) checks.equal(p.signed, 0, `${n.name} at ${p.height}`);
    }
  });
  for (const kind of ['ts', 'go'] as const) {
    const node = validators.find((n) => n.spec.kind === kind) as TestNode;
    await checks.run(`${node.name} is killed and comes back: the chain goes on with its extensions`, async () => {
      await node.kill();
      await onward(
        validators.filter((n) => n !== node),
        WHILE_AWAY,
      );
      await node.start();
      const back = await onward(validators, WHILE_AWAY);
      await agree(checks, validators, last, back - 1);
    });
  }
  await checks.run('late nodes of both kinds catch up by blocks with extended commits', async () => {
    const late = net.nodes.filter((n) => n.spec.late === true);
    await Promise.all(late.map((n) => n.start()));
    const reached = await onward(net.nodes, 3);
    await agree(checks, net.nodes, 1, reached - 1);
  });
}

export default async function extensions(args: readonly string[] = []): Promise<Checks> {
  const { values } = parseArgs({ args: [...args], options: { blocks: { type: 'string', default: '20' } } });
  const checks = new Checks('extensions');
  const cometbft = await peerProgram('cometbft');
  installNative();
  const node = { program: WITNESS, power: 10 };
  const net = await createNetwork(
    {
      chainId: CHAIN_ID,
      nodes: [
        { name: 'ts0', kind: 'ts', ...node },
        { name: 'ts1', kind: 'ts', ...node },
        { name: 'go0', kind: 'go', ...node },
        { name: 'go1', kind: 'go', ...node },
        { name: 'ts-late', kind: 'ts', program: WITNESS, late: true },
        { name: 'go-late', kind: 'go', program: WITNESS, late: true },
      ],
      consensus: { timeout_commit: '"200ms"' },
      genesis: (doc) => {
        (doc.consensus_params as { abci: Record<string, string> }).abci.vote_extensions_enable_height = String(ENABLED_FROM);
      },
    },
    { cometbft },
  );
  console.log(`  ${net.nodes.map((n) => n.name).join(', ')} in ${net.folder}`);
  try {
    await run(checks, net, Number(values.blocks));
  } finally {
    await net.stop();
  }
  return checks;
}
