// A digest of all that happened, to tell whether two runs were the same.
import { sha256 } from '../../chain/crypto/sha256.ts';
import { toHex, utf8 } from '../../chain/encoding/bytes.ts';

export class Trace {
  #lines: string[] = [];

  add(line: string): void {
    this.#lines.push(line);
  }

  digest(): string {
    return toHex(sha256(utf8(this.#lines.join('\n')))).slice(0, 16);
  }
}
