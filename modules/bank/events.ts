// Events of bank (sdk:x/bank/types/events.go). Addresses are bech32 text, amounts "12utrel,3atom".
import { type AbciEvent, event } from '../../chain/core/events.ts';

export const coinSpent = (spender: string, amount: string): AbciEvent => event('coin_spent', 'spender', spender, 'amount', amount);
export const coinReceived = (receiver: string, amount: string): AbciEvent => event('coin_received', 'receiver', receiver, 'amount', amount);
export const coinbase = (minter: string, amount: string): AbciEvent => event('coinbase', 'minter', minter, 'amount', amount);
export const burn = (burner: string, amount: string): AbciEvent => event('burn', 'burner', burner, 'amount', amount);
export const transfer = (recipient: string, sender: string, amount: string): AbciEvent =>
  event('transfer', 'recipient', recipient, 'sender', sender, 'amount', amount);
export const messageSender = (sender: string): AbciEvent => event('message', 'sender', sender);
