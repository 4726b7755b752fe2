// `tx multi-sign`: the signatures of a multisig's members joined into one transaction (sdk:x/auth/client/cli/tx_multisign.go).
import type { Command } from 'commander';
import { MultiSignature } from '../../../proto/gen/cosmos/crypto/multisig/v1beta1.ts';
import { SignatureDescriptors } from '../../../proto/gen/cosmos/tx/signing/v1beta1.ts';
import { type ModeInfo, Tx } from '../../../proto/gen/cosmos/tx/v1beta1.ts';
import { fromJsonText, toJsonText } from '../../../proto/json.ts';
import { bech32Encode } from '../../crypto/bech32.ts';
import { signatureVerifier, verifySignature } from '../../crypto/signatures.ts';
import { bytesEqual } from '../../encoding/bytes.ts';
import { anyOfAccountKey } from '../../tx/public-key.ts';
import { booleanFlag, type Cli } from '../cli.ts';
import { clientOf, keyringOf } from '../client.ts';
import { CliError } from '../errors.ts';
import { readDocument, readTx, writeDocument } from './document.ts';
import { txOptions } from './options.ts';
import { bytesToSign } from './sign.ts';
import { accountNumbers, chainIdOf } from './signer.ts';

export function multisignCommand(parent: Command, cli: Cli): void {
  const command = txOptions(parent.command('multi-sign <file> <name> <signature...>'))
    .alias('multisign')
    .description('Join the signatures of the members of a multisig key')
    .option('--output-document <file>', 'Write there instead of to stdout');
  booleanFlag(command, '--signature-only', 'Print the signature only');
  command.action(async (file: string, name: string, files: string[]) => {
    const options = command.optsWithGlobals();
    const client = clientOf(cli, options);
    const tx = readTx(cli, file);
    const record = keyringOf(cli, options).get(name);
    const { publicKey: key } = record;
    if (key.type !== 'multisig') throw new CliError(`key ${name} is no multisig key`);
    const numbers = await accountNumbers(options, client, bech32Encode(client.prefix, record.address));
    const sequence = tx.body?.unordered === true ? 0n : numbers.sequence;
    const signing = { chainId: await chainIdOf(options, client), accountNumber: numbers.accountNumber, sequence };
    signatureVerifier();
    const bySlot = new Map<number, { mode: number; signature: Uint8Array }>();
    for (const path of files) {
      for (const s of fromJsonText(SignatureDescriptors, readDocument(cli, path)).signatures) {
        const slot = key.keys.findIndex((k) => s.publicKey !== undefined && bytesEqual(anyOfAccountKey(k).value, s.publicKey.value));
        const member = key.keys[slot];
        if (member === undefined || member.type === 'multisig') throw new CliError(`${path}: the signature is of a key that is no member of ${name}`);
        const single = s.data?.sum?.case === 'single' ? s.data.sum.value : undefined;
        if (single === undefined) throw new CliError(`${path}: not a single signature`);
        if (!verifySignature(member.type, member.bytes, bytesToSign(single.mode, tx, signing), single.signature)) {
          throw new CliError(`${path}: the signature does not verify; was it made for this transaction, chain id, account number and sequence?`);
        }
        bySlot.set(slot, single);
      }
    }
    if (bySlot.size < key.threshold) throw new CliError(`${name} needs ${key.threshold} signatures, there are ${bySlot.size}`);
    const slots = [...bySlot.keys()].sort((a, b) => a - b);
    const elems = new Uint8Array(Math.ceil(key.keys.length / 8));
    for (const slot of slots) elems[slot >> 3] = (elems[slot >> 3] as number) | (128 >> (slot & 7));
    const modeInfos: ModeInfo[] = slots.map((slot) => ({ sum: { case: 'single', value: { mode: bySlot.get(slot)?.mode ?? 0 } } }));
    const bitarray = { extraBitsStored: key.keys.length % 8, elems };
    const signature = MultiSignature.encode({ signatures: slots.map((slot) => bySlot.get(slot)?.signature ?? new Uint8Array(0)) });
    const modeInfo: ModeInfo = { sum: { case: 'multi', value: { bitarray, modeInfos } } };
    const publicKey = anyOfAccountKey(key);
    if (options.signatureOnly === true) {
      const signatures = slots.map((slot) => ({ sum: { case: 'single' as const, value: bySlot.get(slot) as { mode: number; signature: Uint8Array } } }));
      const descriptor = { publicKey, data: { sum: { case: 'multi' as const, value: { bitarray, signatures } } }, sequence };
      writeDocument(cli, options.outputDocument, toJsonText(SignatureDescriptors, { signatures: [descriptor] }));
      return;
    }
    const authInfo = { ...(tx.authInfo as NonNullable<Tx['authInfo']>), signerInfos: [{ publicKey, modeInfo, sequence }] };
    writeDocument(cli, options.outputDocument, toJsonText(Tx, { ...tx, authInfo, signatures: [signature] }));
  });
}
