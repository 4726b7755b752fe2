// upgrade-info.json: what is read of it names an upgrade and a height; anything else is a CliError that names the file.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CliError } from '../../chain/cmd/errors.ts';
import { readUpgradeInfo, type UpgradeInfo } from '../../chain/cmd/upgrade-info.ts';
import { GO_ZERO_TIME } from '../../chain/encoding/time.ts';
import { upgradeInfoText } from '../../modules/upgrade/plan.ts';
import type { FuzzTarget } from './target.ts';

const dir = mkdtempSync(join(tmpdir(), 'fuzz-upgrade-'));
process.on('exit', () => rmSync(dir, { recursive: true, force: true }));
const path = join(dir, 'upgrade-info.json');
const plan = { name: 'v2 <&>"', time: GO_ZERO_TIME, height: 7n, info: '{"binaries":{}}', upgradedClientState: undefined };

export const target: FuzzTarget = {
  name: 'upgrade-info',
  corpus: () => [upgradeInfoText(plan, 7n), upgradeInfoText({ ...plan, info: '' }, 1n << 50n), 'null', '[]'].map((t) => new TextEncoder().encode(t)),
  run: (input) => {
    writeFileSync(path, input);
    let info: UpgradeInfo | undefined;
    try {
      info = readUpgradeInfo(path);
    } catch (e) {
      if (e instanceof CliError && e.message.startsWith(path)) return;
      throw e;
    }
    if (info === undefined || info.name === '' || info.height <= 0n) throw new Error('read what is no upgrade');
  },
};
