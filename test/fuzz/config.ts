// Configuration files: any text is read, or refused with ConfigError.

import { utf8 } from '../../chain/encoding/bytes.ts';
import {
  appConfigText,
  appFields,
  clientConfigText,
  clientFields,
  cometConfigText,
  cometFields,
  defaultClientConfig,
  defaultNodeConfig,
} from '../../chain/node/config/config.ts';
import { ConfigError } from '../../chain/node/config/errors.ts';
import { parseConfig } from '../../chain/node/config/read-file.ts';
import type { FuzzTarget } from './target.ts';

const SMALL = [
  '[rpc]\nladdr = "tcp://127.0.0.1:1"\nmax_body_bytes = 1_000',
  'a.b = 1\n[[p2p.libp2p.scaler.overrides]]\nreactor = "X"\nmin_workers = 1\nmax_workers = 2\nthreshold_latency = "1s"',
  '[p2p.libp2p]\nbootstrap_peers = [{ host = "a:1", id = "b" }]\n[telemetry]\nglobal-labels = [["a", "b"]]',
  'halt-height = 18446744073709551616\npruning-interval = "10"\n[consensus]\ntimeout_commit = "1h2m3.5s"',
];

export const target: FuzzTarget = {
  name: 'config',
  corpus: () => {
    const { comet, app } = defaultNodeConfig('/home');
    return [...SMALL, cometConfigText(comet), appConfigText(app), clientConfigText(defaultClientConfig('c'))].map(utf8);
  },
  inputBytesMax: 16_384,
  run(input) {
    const text = new TextDecoder().decode(input);
    for (const section of [cometFields, appFields, clientFields]) {
      try {
        parseConfig(text, section, 'file');
      } catch (e) {
        if (!(e instanceof ConfigError)) throw e;
      }
    }
  },
};
