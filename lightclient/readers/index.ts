// What `trellis/lightclient/readers` exports: typed readers of modules' state, each by its proof.
export { type Account, account } from './auth.ts';
export { balance, supply } from './bank.ts';
export { type Fact, type Reader, read } from './reader.ts';
