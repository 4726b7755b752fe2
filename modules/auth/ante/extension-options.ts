// No critical extension option is known, so each is refused. Source: sdk:x/auth/ante/ext.go.
import { ErrUnknownExtensionOptions } from '../../../chain/core/errors.ts';
import type { AnteDecorator } from './decorator.ts';

export const rejectExtensionOptions: AnteDecorator = (_ctx, tx) => {
  if (tx.decoded.body.extensionOptions.length > 0) throw ErrUnknownExtensionOptions.error();
};
