// Prices: decimal amounts by denomination, 18 decimals as a scaled whole number. Source: sdk:types/dec_coin.go.
import { isValidDenom } from './coins.ts';

export interface DecCoin {
  readonly denom: string;
  /** Times 10^18. */
  readonly amount: bigint;
}

const ONE = 10n ** 18n;
const DEC_COIN = /^(\d+(?:\.\d{1,18})?|\.\d{1,18})\s*([a-zA-Z][a-zA-Z0-9/:._-]{2,127})$/;

/** "0.025utrel,0.1atom": sorted by denom; zero prices are left out. Throws with the reason. */
export function parseDecCoins(text: string): DecCoin[] {
  const out: DecCoin[] = [];
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const m = DEC_COIN.exec(part.trim());
    if (m === null || !isValidDenom(m[2] as string)) throw new Error(`invalid price: ${JSON.stringify(part)}; expected an amount and a denom, e.g. 0.025utrel`);
    const [whole, fraction = ''] = (m[1] as string).split('.');
    const amount = BigInt(whole === '' ? '0' : (whole as string)) * ONE + BigInt(fraction.padEnd(18, '0'));
    if (out.some((c) => c.denom === m[2])) throw new Error(`duplicate denomination ${m[2]}`);
    if (amount > 0n) out.push({ denom: m[2] as string, amount });
  }
  return out.sort((a, b) => (a.denom < b.denom ? -1 : 1));
}

/** "0.025000000000000000utrel,…": what the reference's DecCoins print. */
export function decCoinsText(coins: readonly DecCoin[]): string {
  return coins.map(({ denom, amount }) => `${amount / ONE}.${(amount % ONE).toString().padStart(18, '0')}${denom}`).join(',');
}

/** ceil(price · quantity), the smallest whole fee that pays the price. */
export function ceilTimes(price: bigint, quantity: bigint): bigint {
  return (price * quantity + ONE - 1n) / ONE;
}
