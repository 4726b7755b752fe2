// Which network a home of `trellisd dev` holds: validators in DIR/val-0, DIR/val-1, …, or a single one in DIR itself.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../errors.ts';
import { hasGenesis } from './home.ts';
import type { Kind } from './members.ts';

const VALIDATORS_DEFAULT = 4;
export const VALIDATORS_MAX = 20;

export const memberHome = (home: string, i: number): string => join(home, `val-${i}`);

/** Which engine wrote it; undefined: none ran yet. */
function kindOf(home: string): Kind | undefined {
  if (existsSync(join(home, 'data/blockstore.db'))) return 'go';
  return existsSync(join(home, 'data/chain.db')) ? 'ts' : undefined;
}

const count = (kinds: readonly Kind[]): string => {
  const go = kinds.filter((k) => k === 'go').length;
  return `--validators ${kinds.length - go}${go === 0 ? '' : ` --go ${go}`}`;
};

/** The engines of the validators, in their order: those asked for, of which what is not said comes from the home. Throws CliError. */
export function kindsOf(home: string, asked: { readonly validators: number | undefined; readonly go: number | undefined }): readonly Kind[] {
  const isAsked = asked.validators !== undefined || asked.go !== undefined;
  const go = asked.go ?? 0;
  const ours = asked.validators ?? Math.max(1, VALIDATORS_DEFAULT - go);
  if (ours < 1 || go < 0 || ours + go > VALIDATORS_MAX) throw new CliError(`a dev network has 1 to ${VALIDATORS_MAX} validators, at least one of ours`, 2);
  const wanted = Array.from({ length: ours + go }, (_, i): Kind => (i < ours ? 'ts' : 'go'));

  const held: (Kind | undefined)[] = [];
  while (held.length < VALIDATORS_MAX && hasGenesis(memberHome(home, held.length))) held.push(kindOf(memberHome(home, held.length)));
  if (held.length === 0 && hasGenesis(home)) held.push('ts');
  if (held.length === 0) return wanted;
  const kinds = held.map((kind, i) => kind ?? wanted[i] ?? 'ts');
  if (!isAsked) return kinds;
  if (kinds.length !== wanted.length || kinds.some((kind, i) => kind !== wanted[i]))
    throw new CliError(`${home} holds a network of ${count(kinds)}: say so, or choose another --home, or remove it`);
  return wanted;
}
