// Hermes, the relayer that most operators run: a configuration and keys in a folder of its own, and its commands. Source: hermes 1.10.5 guide.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningProcess, runProcess, startProcess } from '../launcher/process.ts';

export interface HermesChain {
  readonly id: string;
  /** http://127.0.0.1:PORT */
  readonly rpc: string;
  /** 127.0.0.1:PORT */
  readonly grpc: string;
  readonly prefix: string;
  readonly denom: string;
  readonly gasPrice: number;
  /** Of an account with coins for fees. */
  readonly mnemonic: string;
  /** Well within the unbonding time. */
  readonly trustingPeriod: string;
}

export type EventSource = 'push' | 'pull';

function chainToml(c: HermesChain, source: EventSource): string {
  const ws = `${c.rpc.replace('http:', 'ws:')}/websocket`;
  const events = source === 'push' ? `{ mode = 'push', url = '${ws}', batch_delay = '200ms' }` : `{ mode = 'pull', interval = '500ms', max_retries = 4 }`;
  return `
[[chains]]
id = '${c.id}'
type = 'CosmosSdk'
rpc_addr = '${c.rpc}'
grpc_addr = 'http://${c.grpc}'
event_source = ${events}
rpc_timeout = '10s'
trusted_node = false
account_prefix = '${c.prefix}'
key_name = 'relayer'
key_store_type = 'Test'
store_prefix = 'ibc'
default_gas = 200000
max_gas = 10000000
gas_multiplier = 1.3
gas_price = { price = ${c.gasPrice}, denom = '${c.denom}' }
max_msg_num = 30
max_tx_size = 180000
clock_drift = '15s'
max_block_time = '30s'
trusting_period = '${c.trustingPeriod}'
trust_threshold = '1/3'
address_type = { derivation = 'cosmos' }
memo_prefix = ''
`;
}

const GLOBAL = `[global]
log_level = 'info'
[mode.clients]
enabled = true
refresh = true
misbehaviour = true
[mode.connections]
enabled = false
[mode.channels]
enabled = false
[mode.packets]
enabled = true
clear_interval = 100
clear_on_start = true
tx_confirmation = false
[rest]
enabled = false
host = '127.0.0.1'
port = 3000
[telemetry]
enabled = false
host = '127.0.0.1'
port = 3001
`;

export class Hermes {
  readonly #program: string;
  readonly #home: string;
  readonly #config: string;

  private constructor(program: string, home: string) {
    this.#program = program;
    this.#home = home;
    this.#config = join(home, 'config.toml');
  }

  /** Writes the configuration and adds the keys. */
  static async create(program: string, home: string, chains: readonly HermesChain[], source: EventSource): Promise<Hermes> {
    mkdirSync(home, { recursive: true });
    const h = new Hermes(program, home);
    h.configure(chains, source);
    for (const c of chains) {
      const file = join(home, `${c.id}.mnemonic`);
      writeFileSync(file, c.mnemonic);
      await h.run('keys', 'add', '--chain', c.id, '--mnemonic-file', file, '--overwrite');
    }
    return h;
  }

  configure(chains: readonly HermesChain[], source: EventSource): void {
    writeFileSync(this.#config, GLOBAL + chains.map((c) => chainToml(c, source)).join(''));
  }

  get #env(): Record<string, string> {
    return { HOME: this.#home, NO_COLOR: '1' };
  }

  /** Output of a command; throws with it where it fails. */
  run(...args: readonly string[]): Promise<string> {
    return runProcess(this.#program, ['--config', this.#config, ...args], { env: this.#env });
  }

  /** The last line that a command prints, as JSON. */
  async json<T>(...args: readonly string[]): Promise<T> {
    const out = await this.run('--json', ...args);
    const lines = out.split('\n').filter((l) => l.startsWith('{"result"') || l.startsWith('{"status"'));
    return (JSON.parse(lines.at(-1) ?? '{}') as { result: T }).result;
  }

  start(logFile: string): RunningProcess {
    return startProcess(this.#program, ['--config', this.#config, 'start'], { logFile, env: this.#env });
  }
}
