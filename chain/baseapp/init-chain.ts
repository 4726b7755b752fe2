// InitChain: genesis into state. Nothing is committed: the first block's FinalizeBlock goes on from here. Source: sdk:baseapp/abci.go.
import type { InitChainRequest, InitChainResponse, ValidatorUpdate } from '../abci/application.ts';
import { blockInfo } from '../core/context.ts';
import { compareBytes, concatBytes, utf8 } from '../encoding/bytes.ts';
import type { AppCore } from './app-core.ts';
import { AbciError } from './errors.ts';
import { WorkingState } from './state.ts';
import type { AppTx } from './tx.ts';

function sortKey(v: ValidatorUpdate): Uint8Array {
  return concatBytes(utf8(`${v.pubKey.case}/`), v.pubKey.value);
}

function sameValidators(a: readonly ValidatorUpdate[], b: readonly ValidatorUpdate[]): boolean {
  const order = (list: readonly ValidatorUpdate[]): ValidatorUpdate[] => [...list].sort((x, y) => compareBytes(sortKey(x), sortKey(y)));
  const [x, y] = [order(a), order(b)];
  return (
    x.length === y.length && x.every((v, i) => v.power === (y[i] as ValidatorUpdate).power && compareBytes(sortKey(v), sortKey(y[i] as ValidatorUpdate)) === 0)
  );
}

export function initChain<T extends AppTx>(app: AppCore<T>, req: InitChainRequest): InitChainResponse {
  const { options } = app;
  if (req.chainId !== options.chainId) throw new AbciError(`invalid chain-id on InitChain; expected: ${options.chainId}, got: ${req.chainId}`);
  app.initialHeight = req.initialHeight === 0n ? 1n : req.initialHeight;
  if (app.initialHeight > 1n) options.store.setInitialHeight(app.initialHeight);

  // Genesis is height 0, or the initial height where that is above 1: account numbers of genesis transactions depend on it.
  const height = app.initialHeight > 1n ? app.initialHeight : 0n;
  const finalizeState = new WorkingState(options.store.branch(), blockInfo(options.chainId, { height, time: req.time }));
  app.finalizeState = finalizeState;
  const ctx = finalizeState.context('finalize');
  if (req.consensusParams !== undefined) options.consensusParams.set(ctx, req.consensusParams);
  finalizeState.consensusParams = app.paramsOf(finalizeState);

  const validators = options.initChainer(finalizeState.context('finalize'), req);
  if (req.validators.length > 0 && validators.length > 0 && !sameValidators(req.validators, validators)) {
    throw new AbciError('the genesis validators of the engine and those of the application state differ');
  }

  // CheckTx starts from the genesis state too: transactions may come in before the first block.
  app.checkState = new WorkingState(finalizeState.stores.branch(), blockInfo(options.chainId, { height: app.initialHeight, time: req.time }));
  app.checkState.consensusParams = finalizeState.consensusParams;
  finalizeState.block = { ...finalizeState.block, height: app.initialHeight };
  return { consensusParams: undefined, validators, appHash: app.lastAppHash };
}
