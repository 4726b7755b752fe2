// Whether a header follows from a consensus state that a client has: one step of lightclient/verifier. Source: ibc-go v10
// modules/light-clients/07-tendermint/update.go, misbehaviour_handle.go.
import { plainError } from '../../../../chain/core/errors.ts';
import { bytesEqual, toHexUpper } from '../../../../chain/encoding/bytes.ts';
import type { Time } from '../../../../chain/encoding/time.ts';
import { verifyCommitLightTrusting } from '../../../../chain/types/commit-verify.ts';
import { TypesError } from '../../../../chain/types/errors.ts';
import type { ValidatorSet } from '../../../../chain/types/validator-set.ts';
import { verifyEach } from '../../../../chain/types/verify-signature.ts';
import { conclude, plan } from '../../../../lightclient/verifier/index.ts';
import type { ClientState, ConsensusState } from '../../../../proto/gen/ibc/lightclients/tendermint/v1.ts';
import { ErrInvalidMisbehaviour } from '../../core/02-client/errors.ts';
import { isRevisionFormat, withRevision } from '../../core/02-client/height.ts';
import { heightOf, type WholeHeader } from './client-messages.ts';
import { ErrInvalidHeaderHeight, ErrInvalidValidatorSet, ErrTrustingPeriodExpired } from './errors.ts';

/** The set that the header says is trusted must be the one that the consensus state names. */
function trustedSet(h: WholeHeader, trusted: ConsensusState): ValidatorSet {
  const set = h.trustedValidators;
  if (set === undefined) throw plainError('trusted validator set in not tendermint validator set type: nil validator set');
  if (bytesEqual(trusted.nextValidatorsHash, set.hash())) return set;
  const [want, got] = [toHexUpper(trusted.nextValidatorsHash), toHexUpper(set.hash())];
  throw ErrInvalidValidatorSet.wrap(`trusted validators, does not hash to latest trusted validators. Expected: ${want}, got: ${got}`);
}

/** Throws unless it follows. `trusted`: of the header's trusted height. */
export function verifyHeader(c: ClientState, trusted: ConsensusState, h: WholeHeader, now: Time): void {
  const validators = trustedSet(h, trusted);
  const revision = heightOf(h.signedHeader).revisionNumber;
  if (revision !== h.trustedHeight.revisionNumber) {
    throw ErrInvalidHeaderHeight.wrap(`header height revision ${revision} does not match trusted header revision ${h.trustedHeight.revisionNumber}`);
  }
  const header = {
    chainId: c.chainId,
    height: h.trustedHeight.revisionHeight,
    time: trusted.timestamp,
    validatorsHash: new Uint8Array(0),
    nextValidatorsHash: trusted.nextValidatorsHash,
  };
  const options = { trustingPeriod: c.trustingPeriod, maxClockDrift: c.maxClockDrift, trustLevel: c.trustLevel };
  const p = plan({ header, validators }, { signedHeader: h.signedHeader, validatorSet: h.validatorSet }, options, now);
  const verdict = conclude(p, verifyEach(p.checks));
  if (verdict.type !== 'ok') throw plainError(`failed to verify header: ${verdict.detail}`);
}

/** Of one of two headers that contradict each other: enough of the trusted set signed it. Throws. */
export function verifyMisbehavingHeader(c: ClientState, trusted: ConsensusState, h: WholeHeader, now: Time): void {
  const validators = trustedSet(h, trusted);
  const age = now - trusted.timestamp;
  if (age >= c.trustingPeriod) {
    throw ErrTrustingPeriodExpired.wrap(
      `current timestamp minus the latest consensus state timestamp is greater than or equal to the trusting period (${age} >= ${c.trustingPeriod})`,
    );
  }
  // The set may have signed for a later revision.
  const chainId = isRevisionFormat(c.chainId) ? withRevision(c.chainId, heightOf(h.signedHeader).revisionNumber) : c.chainId;
  try {
    verifyCommitLightTrusting(chainId, validators, h.signedHeader.commit, c.trustLevel, verifyEach);
  } catch (e) {
    if (e instanceof TypesError) throw ErrInvalidMisbehaviour.wrap(`validator set in header has too much change from trusted validator set: ${e.message}`);
    throw e;
  }
}
