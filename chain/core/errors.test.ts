import { expect, test } from 'vitest';
import { ErrInsufficientFunds, ErrWrongSequence, plainError, registerError, SdkError } from './errors.ts';
import { notFound, queryErrorToSdk } from './query-error.ts';

test('details stand before the registered text, as in errorsmod', () => {
  const e = ErrWrongSequence.wrap('account sequence mismatch, expected 1, got 0').wrap('failed to execute message; message index: 0');
  expect(e.message).toBe('failed to execute message; message index: 0: account sequence mismatch, expected 1, got 0: incorrect account sequence');
  expect([e.codespace, e.code]).toEqual(['sdk', 32]);
  expect(ErrWrongSequence.is(e)).toBe(true);
  expect(ErrInsufficientFunds.is(e)).toBe(false);
});

test('a code is registered once', () => {
  registerError('test-codespace', 2, 'first');
  expect(() => registerError('test-codespace', 2, 'second')).toThrow('already registered as "first"');
});

test('what query handlers throw, as ABCI answers it', () => {
  expect(queryErrorToSdk(notFound('account x not found'))).toMatchObject({
    code: 22,
    message: 'rpc error: code = NotFound desc = account x not found: key not found',
  });
  expect(queryErrorToSdk(plainError('bad'))).toMatchObject({ code: 18, message: 'bad: invalid request' });
  expect(queryErrorToSdk(new SdkError('sdk', 35, 'x: internal logic error'))).toMatchObject({ code: 6 });
  expect(() => queryErrorToSdk(new TypeError('bug'))).toThrow('bug');
});
