// Sets whose features come later, and how many cases a file of theirs holds (the unit is that of the vectors' README). A handler for a
// file, as soon as one exists, takes precedence. sdk-textual stays pending for good: SIGN_MODE_TEXTUAL is not built.
import type { PendingSets, VectorFile } from './runner.ts';

const one = (): number => 1;
const list = (file: VectorFile): number => (file.json() as unknown[]).length;
const property =
  (name: string) =>
  (file: VectorFile): number =>
    (file.json() as Record<string, unknown[]>)[name]?.length ?? 0;

/** Yuma's files are a scenario of epochs, or a table of cases of single functions. */
const yuma = (file: VectorFile): number => property('epochs')(file) + property('cases')(file);

export const pendingSets: PendingSets = {
  'sdk-textual/*.json': list,
  'relayer-samples/*.json': one,
  'ibc-transfer-mbt/*.json': one,
  'commp/*.json': property('vectors'),
  'commp/go-random-1337.bin': () => 0,
  'drand/*.json': property('vectors'),
  'escrow/*.json': property('cases'),
  'yuma/*.json': yuma,
  'riscv/rv32im/*': one,
};
