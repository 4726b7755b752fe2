// The genesis document with its JSON forms, in one import.
export { completeGenesis, type GenesisDoc, type GenesisParts, type GenesisValidator, genesisValidatorSet } from './genesis-doc.ts';
export { genesisToJson, genesisToSimdJson, parseGenesis } from './json/genesis.ts';
