// Coins of messages and parameters. An amount that was left out counts as 0: the reference has encoded the
// message by then, which makes a number of Go's nil (of an Int, not of a Dec).
import { areCoinsValid, coinsFromProto, coinsToString, type ProtoCoin } from '../../chain/core/coins.ts';

export const amounts = coinsFromProto;
export const areValid = (list: readonly ProtoCoin[]): boolean => areCoinsValid(coinsFromProto(list));
export const textOf = (list: readonly ProtoCoin[]): string => coinsToString(coinsFromProto(list));
