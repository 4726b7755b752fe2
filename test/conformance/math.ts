// sdk-math: [input, formatted] pairs of Int and Dec value rendering (ADR-050).
import { formatDec } from '../../chain/core/math/dec.ts';
import { formatInt } from '../../chain/core/math/int.ts';
import type { Cases, Handlers, VectorFile } from './runner.ts';

function pairs(format: (v: string) => string) {
  return async (file: VectorFile, t: Cases): Promise<void> => {
    for (const [input, want] of file.json() as [string, string][]) {
      await t.case(input, () => {
        const got = format(input);
        if (got !== want) throw new Error(`got ${got}, want ${want}`);
      });
    }
  };
}

export const handlers: Handlers = { 'sdk-math/integers.json': pairs(formatInt), 'sdk-math/decimals.json': pairs(formatDec) };
