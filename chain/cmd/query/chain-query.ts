// `query` over CometBFT's own RPC: transactions, blocks, results, validators.
import type { Command } from 'commander';
import { Option } from 'commander';
import { fromHex, toBase64 } from '../../encoding/bytes.ts';
import { bigNumber, type Cli, type Options, outputOption, wholeNumber } from '../cli.ts';
import { type Client, clientOf, clientOptions } from '../client.ts';
import { CliError } from '../errors.ts';
import { toYaml } from '../yaml.ts';
import { txResponseJson } from './tx-response.ts';

function print(cli: Cli, client: Client, value: unknown): void {
  cli.io.out(client.output === 'json' ? JSON.stringify(value) : toYaml(value).trimEnd());
}

function query(parent: Command, spec: string, description: string): Command {
  return clientOptions(parent.command(spec)).description(description).addOption(outputOption(undefined));
}

/** In whole seconds, as the SDK gives it. */
async function blockTime(client: Client, height: string): Promise<string> {
  const { time } = (await client.rpc.call('header', { height })).header as { time: string };
  return time.replace(/\.\d+Z$/, 'Z');
}

function hash(text: string): string {
  const hex = text.replace(/^0x/i, '');
  if (!/^[0-9a-fA-F]{64}$/.test(hex)) throw new CliError(`a hash has 64 hex digits, not ${JSON.stringify(text.slice(0, 80))}`, 2);
  return toBase64(fromHex(hex));
}

async function oneTx(client: Client, options: Options, text: string): Promise<unknown> {
  if (options.type === 'hash') {
    const answer = await client.rpc.call('tx', { hash: hash(text), prove: false });
    return txResponseJson(answer, await blockTime(client, answer.height));
  }
  const clauses =
    options.type === 'acc_seq'
      ? `tx.acc_seq='${text}'`
      : text
          .split(',')
          .map((s) => `tx.signature='${s.trim()}'`)
          .join(' AND ');
  const { txs } = await client.rpc.call('tx_search', { query: clauses, prove: false, page: '1', per_page: '2' });
  if (txs.length === 0) throw new CliError('found no txs matching given address and sequence combination');
  if (txs.length > 1) throw new CliError('the chain has more than one such transaction');
  return txResponseJson(txs[0], await blockTime(client, txs[0].height));
}

export function addChainQueries(parent: Command, cli: Cli): void {
  const tx = query(parent, 'tx <hash_or_other>', 'A committed transaction').addOption(
    new Option('--type <type>', 'What the argument is: a hash, <address>/<sequence>, or signatures joined by commas')
      .choices(['hash', 'acc_seq', 'signature'])
      .default('hash'),
  );
  tx.action(async (text: string) => {
    const options = tx.optsWithGlobals();
    const client = clientOf(cli, options);
    print(cli, client, await oneTx(client, options, text));
  });

  const txs = query(parent, 'txs', 'Committed transactions with given events')
    .requiredOption('--query <query>', `Such as "message.sender='trellis1…' AND tx.height>5"`)
    .option('--page <n>', 'Page', wholeNumber, 1)
    .option('--limit <n>', 'Transactions of a page', wholeNumber, 100)
    .addOption(new Option('--order_by <order>', 'Order').choices(['asc', 'desc']));
  txs.action(async () => {
    const options = txs.optsWithGlobals();
    const client = clientOf(cli, options);
    const answer = await client.rpc.call('tx_search', {
      query: options.query,
      prove: false,
      page: String(options.page),
      per_page: String(options.limit),
      ...(options.order_by === undefined ? {} : { order_by: options.order_by }),
    });
    const total = Number(answer.total_count);
    const found: unknown[] = [];
    for (const t of answer.txs) found.push(txResponseJson(t, await blockTime(client, t.height)));
    print(cli, client, {
      total_count: String(total),
      count: String(found.length),
      page_number: String(options.page),
      page_total: String(Math.ceil(total / options.limit)),
      limit: String(options.limit),
      txs: found,
    });
  });

  const block = query(parent, 'block [height_or_hash]', 'A committed block, by default the latest').addOption(
    new Option('--type <type>', 'What the argument is').choices(['height', 'hash']).default('height'),
  );
  block.action(async (text: string | undefined) => {
    const options = block.optsWithGlobals();
    const client = clientOf(cli, options);
    const isHash = options.type === 'hash' && text !== undefined;
    if (!isHash && text !== undefined && !/^\d+$/.test(text))
      throw new CliError(`a height is a number, not ${JSON.stringify(text)}; a hash needs --type=hash`, 2);
    const answer = isHash
      ? await client.rpc.call('block_by_hash', { hash: hash(text) })
      : await client.rpc.call('block', text === undefined ? {} : { height: text });
    if (answer.block === null || answer.block === undefined) throw new CliError('no such block');
    print(cli, client, answer.block);
  });

  const blocks = query(parent, 'blocks', 'Blocks with given events')
    .requiredOption('--query <query>', 'Such as "block.height>5"')
    .option('--page <n>', 'Page', wholeNumber, 1)
    .option('--limit <n>', 'Blocks of a page', wholeNumber, 100)
    .addOption(new Option('--order_by <order>', 'Order').choices(['asc', 'desc']));
  blocks.action(async () => {
    const options = blocks.optsWithGlobals();
    const client = clientOf(cli, options);
    const answer = await client.rpc.call('block_search', {
      query: options.query,
      page: String(options.page),
      per_page: String(options.limit),
      ...(options.order_by === undefined ? {} : { order_by: options.order_by }),
    });
    const total = Number(answer.total_count);
    print(cli, client, {
      total_count: String(total),
      count: String(answer.blocks.length),
      page_number: String(options.page),
      page_total: String(Math.ceil(total / options.limit)),
      limit: String(options.limit),
      blocks: answer.blocks.map((b: { block: unknown }) => b.block),
    });
  });

  const atHeight = (name: string, method: string, description: string, params: Record<string, unknown> = {}): void => {
    const command = query(parent, `${name} [height]`, description);
    command.action(async (text: string | undefined) => {
      const client = clientOf(cli, command.optsWithGlobals());
      const height = text === undefined ? {} : { height: bigNumber(text).toString() };
      print(cli, client, await client.rpc.call(method, { ...height, ...params }));
    });
  };
  atHeight('block-results', 'block_results', "A block's results");
  atHeight('comet-validator-set', 'validators', 'The validators of a height', { page: '1', per_page: '100' });

  const wait = query(parent, 'wait-tx <hash>', 'Wait until a transaction is committed').option('--timeout <seconds>', 'Give up after', wholeNumber, 15);
  wait.alias('event-query-tx-for').action(async (text: string) => {
    const options = wait.optsWithGlobals();
    const client = clientOf(cli, options);
    const params = { hash: hash(text), prove: false };
    const end = performance.now() + (options.timeout as number) * 1000;
    for (;;) {
      try {
        const answer = await client.rpc.call('tx', params);
        print(cli, client, txResponseJson(answer, await blockTime(client, answer.height)));
        return;
      } catch (e) {
        if (!(e instanceof CliError) || !/not found/.test(e.message)) throw e;
        if (performance.now() > end) throw new CliError(`the transaction was not committed within ${options.timeout} s`);
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  });
}
