// client.toml with the keys of the Cosmos SDK v0.53 (sdk:client/config).
import { oneOf, text } from './schema.ts';

export const KEYRING_BACKENDS = ['os', 'file', 'kwallet', 'pass', 'keyctl', 'test', 'memory'] as const;

export const clientFields = {
  'chain-id': text('', 'Chain that transactions are signed for.'),
  'keyring-backend': oneOf('file', KEYRING_BACKENDS, 'Where keys are kept: "file" (with a passphrase), "test" (open, for tests only) or "memory".'),
  'keyring-default-keyname': text('', 'Key used where --from is not given.'),
  output: oneOf('text', ['text', 'json'], 'Form of answers: "text" or "json".'),
  node: text('tcp://localhost:26657', 'RPC address of the node that is asked.'),
  'broadcast-mode': oneOf('sync', ['sync', 'async'], '"sync" waits for the check of a transaction, "async" for nothing.'),
};
