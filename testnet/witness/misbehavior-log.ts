// What an application is told of misbehavior, one JSON line each, for tests that must know it of every node.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Application } from '../../chain/abci/application.ts';
import { toHexUpper } from '../../chain/encoding/bytes.ts';
import { formatTime } from '../../chain/encoding/time.ts';

export interface ToldMisbehavior {
  /** Of the block that carried the evidence. */
  readonly block: string;
  /** 1 duplicate vote, 2 light client attack. */
  readonly type: number;
  readonly address: string;
  readonly power: string;
  readonly height: string;
  readonly time: string;
  readonly totalVotingPower: string;
}

const fileOf = (home: string): string => join(home, 'misbehavior.jsonl');

/** The same application; FinalizeBlock also writes what it is told. */
export function recordMisbehavior(home: string, inner: Application): Application {
  return new Proxy(inner, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (name !== 'finalizeBlock') return typeof value === 'function' ? value.bind(target) : value;
      const finalize: Application['finalizeBlock'] = (request) => {
        for (const m of request.misbehavior) {
          const told: ToldMisbehavior = {
            block: String(request.height),
            type: m.type,
            address: toHexUpper(m.validator.address),
            power: String(m.validator.power),
            height: String(m.height),
            time: formatTime(m.time),
            totalVotingPower: String(m.totalVotingPower),
          };
          appendFileSync(fileOf(home), `${JSON.stringify(told)}\n`);
        }
        return target.finalizeBlock(request);
      };
      return finalize;
    },
  });
}

export function readMisbehavior(home: string): ToldMisbehavior[] {
  if (!existsSync(fileOf(home))) return [];
  const lines = readFileSync(fileOf(home), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as ToldMisbehavior);
}
