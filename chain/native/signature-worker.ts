// A verifying thread of SignaturePool. It has the native libraries of its own and ends when the ring says so.
import { workerData } from 'node:worker_threads';
import { setHasher } from '../crypto/sha256.ts';
import { createNativeHasher } from './hasher.ts';
import { SignatureRing } from './signature-ring.ts';
import { createNativeVerifier } from './verifier.ts';

setHasher(createNativeHasher());
new SignatureRing(workerData as SharedArrayBuffer).serve(createNativeVerifier());
