// Lets another account send any message of one type. Source: sdk:x/authz/generic_authorization.go.
import type { Authorization, AuthorizationKind } from '../../chain/core/authorization.ts';
import { plainError } from '../../chain/core/errors.ts';
import { GenericAuthorization } from '../../proto/gen/cosmos/authz/v1beta1.ts';

const TYPE_URL = `/${GenericAuthorization.name}`;

function genericAuthorization(a: GenericAuthorization): Authorization {
  return {
    messageUrl: () => a.msg,
    accept: () => ({ left: 'same' }),
    validate: () => {
      if (a.msg === '') throw plainError('msg type cannot be empty');
    },
    pack: () => ({ typeUrl: TYPE_URL, value: GenericAuthorization.encode(a) }),
  };
}

export const genericAuthorizationKind: AuthorizationKind = { typeUrl: TYPE_URL, open: (value) => genericAuthorization(GenericAuthorization.decode(value)) };
