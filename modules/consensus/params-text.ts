// Parameters as gogoproto's compact text, the form in which the reference puts them into an event.
import { NANOS_PER_SECOND } from '../../chain/encoding/time.ts';
import type { ConsensusParams } from '../../chain/types/consensus-params.ts';

type Value = bigint | string | undefined;

function part(name: string, fields: readonly (readonly [string, Value])[]): string {
  const shown = fields.filter(([, v]) => v !== undefined && v !== 0n && v !== '').map(([k, v]) => `${k}:${v} `);
  return `${name}:<${shown.join('')}> `;
}

function durationText(d: bigint): string {
  const [seconds, nanos] = [d / NANOS_PER_SECOND, d % NANOS_PER_SECOND];
  return `<${seconds === 0n ? '' : `seconds:${seconds} `}${nanos === 0n ? '' : `nanos:${nanos} `}>`;
}

export function paramsText(p: ConsensusParams): string {
  const { block, evidence, validator, version, abci } = p;
  let s = '';
  if (block !== undefined) {
    s += part('block', [
      ['max_bytes', block.maxBytes],
      ['max_gas', block.maxGas],
    ]);
  }
  if (evidence !== undefined) {
    s += part('evidence', [
      ['max_age_num_blocks', evidence.maxAgeNumBlocks],
      ['max_age_duration', durationText(evidence.maxAgeDuration)],
      ['max_bytes', evidence.maxBytes],
    ]);
  }
  if (validator !== undefined) {
    s += part(
      'validator',
      validator.pubKeyTypes.map((t) => ['pub_key_types', JSON.stringify(t)] as const),
    );
  }
  if (version !== undefined) s += part('version', [['app', version.app]]);
  if (abci !== undefined) s += part('abci', [['vote_extensions_enable_height', abci.voteExtensionsEnableHeight]]);
  return s;
}
