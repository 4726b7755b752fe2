// An honest key never signs two different things at one height, round and step, whatever happens to its node.
import { type Checker, type Signed, Violations } from './checker.ts';

export class DoubleSignChecker extends Violations implements Checker {
  readonly name = 'double sign';
  readonly #signed = new Map<string, string>();

  signed(s: Signed): void {
    const place = `${s.signer} at height ${s.height}, round ${s.round}, type ${s.type}`;
    const before = this.#signed.get(place);
    if (before === undefined) this.#signed.set(place, s.value);
    else if (before !== s.value) this.fail(`${place} signed ${before}, then ${s.value}`);
  }
}
